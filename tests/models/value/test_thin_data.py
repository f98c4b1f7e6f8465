"""Thin and broken data: the right words, no crash, nothing claimed that is not shown."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.kpis.comparison import KpiVerdict
from models.kpis.cuts import cut, cut_json, cut_message
from models.kpis.measurement import REAL, Kpis
from models.kpis.periods import Period, week_of
from models.kpis.report import as_json, kpi_message
from models.kpis.rows import FigureQuery
from models.language import LANGUAGES, words_for
from models.message import Message, Note, Paragraph, plain
from models.store.transaction import Store
from models.tables import DecidedBy, EventKind, Source, Status, Ticket, TicketEvent, TicketText
from models.tickets.hours import Calendar
from models.tickets.times import times_of
from models.value.drilldown.views import DrilldownReader, drilldown_json, drilldown_message
from models.value.effect.effect_report import effect_json, effect_message
from models.value.ledger import Value
from tests.models.value.conftest import figures_of

pytestmark = pytest.mark.slow

AddTicket = Callable[..., int]
NOW = datetime(2026, 12, 18, 9, tzinfo=UTC)
MONDAY = datetime(2026, 12, 7, 8, tzinfo=UTC)
WEEK, QUARTER = Period.parse("2026-W50"), Period.parse("2026Q4")
ZONE = ZoneInfo("Europe/Stockholm")
CLAIMS = ("goal for handling time is reached", "takes less time", "Paid.", "covered all costs")
Fill = Callable[[Store, AddTicket, Calendar], None]


def _from_events(store: Store, office: Calendar, *events: tuple[EventKind, datetime]) -> None:
    """Put in a ticket of these events, whatever they say, with the times computed of them."""
    with store.begin() as unit:
        ticket = Ticket(
            source=Source.SLACK,
            status=Status.SOLVED,
            decided_by=DecidedBy.NOBODY,
            opened_at=events[0][1],
        )
        unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
        rows = [
            TicketEvent(ticket_id=ticket.id, kind=kind, at=at, actor="a", command_id=f"{kind}{at}")
            for kind, at in events
        ]
        unit.tickets.record(*rows)
        unit.tickets.put_times(times_of(Source.SLACK, ticket.id or 0, rows, office))


def nothing(_store: Store, _add: AddTicket, _office: Calendar) -> None:
    """No ticket at all."""


def one(_store: Store, add: AddTicket, _office: Calendar) -> None:
    add(MONDAY, 20.0)


def four(_store: Store, add: AddTicket, _office: Calendar) -> None:
    for n in range(4):
        add(MONDAY + timedelta(hours=n), 20.0)


def all_open(_store: Store, add: AddTicket, _office: Calendar) -> None:
    for n in range(6):
        add(MONDAY + timedelta(hours=n))


def no_minutes(store: Store, _add: AddTicket, office: Calendar) -> None:
    """Resolved, and nobody knows how long anybody worked."""
    for n in range(6):
        at = MONDAY + timedelta(hours=n)
        later = at + timedelta(minutes=30)
        _from_events(store, office, (EventKind.OPENED, at), (EventKind.RESOLVED, later))


def backwards(store: Store, _add: AddTicket, office: Calendar) -> None:
    """Another machine's clock is behind: resolved before it was opened."""
    for n in range(6):
        at = MONDAY + timedelta(hours=n)
        earlier = at - timedelta(minutes=90)
        _from_events(store, office, (EventKind.OPENED, at), (EventKind.RESOLVED, earlier))


def ahead(_store: Store, add: AddTicket, _office: Calendar) -> None:
    """Opened in the future: a sender's clock is ahead."""
    for n in range(3):
        add(NOW + timedelta(days=20 + n), 20.0)


CASES: tuple[Fill, ...] = (nothing, one, four, all_open, no_minutes, backwards, ahead)


@pytest.fixture(params=CASES, ids=lambda fill: fill.__name__)
def thin(
    request: pytest.FixtureRequest, store: Store, add_ticket: AddTicket, office: Calendar
) -> Fill:
    fill: Fill = request.param
    fill(store, add_ticket, office)
    return fill


@pytest.fixture(params=[False, True], ids=["no baseline", "baseline"])
def with_baseline(request: pytest.FixtureRequest, add_ticket: AddTicket, kpis: Kpis) -> bool:
    if request.param:
        for n in range(40):
            at = datetime(2026, 7, 6, 8, tzinfo=UTC) + timedelta(days=n)
            add_ticket(at, 30.0 + n % 7, source=Source.IMPORT)
        kpis.freeze(date(2026, 7, 1), date(2026, 8, 31), datetime(2026, 9, 1, tzinfo=UTC))
    return bool(request.param)


def sound(message: Message) -> str:
    """Return all that is said, once it is no nonsense and claims no success."""
    runs = [part.runs for part in message.parts if isinstance(part, Paragraph | Note)]
    said = [message.text, *map(plain, runs)]
    raw = message.to_json()
    assert "NaN" not in raw
    assert '"nan' not in raw
    assert "-1 min" not in raw
    assert "Infinity" not in raw
    text = "\n".join(said)
    assert not [claim for claim in CLAIMS if claim in text], text
    return text


def test_digest_kpi_roi_and_effect_hold_and_claim_nothing(
    thin: Fill, with_baseline: bool, value: Value, kpis: Kpis
) -> None:
    measured = kpis.measure(WEEK, NOW)
    statement, effect = value.statement(QUARTER, NOW), value.proof.effect(NOW)

    for language in LANGUAGES:
        words = words_for(language)
        sound(value.digest(WEEK, (), NOW, language))
        sound(kpi_message(measured, words, ZONE))
        sound(value.report(QUARTER, NOW, language))
        sound(effect_message(effect, words))
    for told in (as_json(measured), statement.to_json(), effect_json(effect)):
        json.dumps(told, allow_nan=False, default=str)
    assert statement.verdict.value == "not shown"
    modest = (KpiVerdict.NO_DATA, KpiVerdict.NO_BASELINE, KpiVerdict.NOT_SHOWN)
    assert measured["handling_time"].verdict in modest
    for kpi in measured.kpis:
        assert kpi.value is None or kpi.value >= 0, kpi.key


def test_what_is_behind_holds_too(
    thin: Fill,
    with_baseline: bool,
    store: Store,
    office: Calendar,
    kpis: Kpis,
    value: Value,
) -> None:
    staff = frozenset(f"U{n}" for n in range(4 if with_baseline else 5))
    figures = figures_of(store, office, kpis, value, staff)

    for key in figures.keys():  # noqa: SIM118  # a method, no mapping
        of_statement = key.startswith("roi.")
        if with_baseline is not of_statement and key != "handling_time":
            continue  # a statement needs a baseline, the rest is the same with one and without
        period = QUARTER if of_statement else WEEK
        found = figures.of(key, period, NOW)
        sound(drilldown_message(found, DrilldownReader(words_for("en"), ZONE)))
        json.dumps(drilldown_json(found, words_for("en")), allow_nan=False, default=str)
        assert all(week.value is None for week in found.weeks if week.n < 5)


def test_cuts_hold_too(thin: Fill, store: Store, office: Calendar) -> None:
    asked = FigureQuery(Period.parse("2026-11"), office, REAL, NOW)

    by_team = cut(store, "team", asked)
    by_category = cut(store, "category", replace(asked, period=WEEK))

    for found in (by_team, by_category):
        sound(cut_message(found, {}, words_for("en")))
        json.dumps(cut_json(found), allow_nan=False, default=str)
    assert by_team.groups == ()


# The right words ---------------------------------------------------------------------------


def behind_text(store: Store, office: Calendar, kpis: Kpis, value: Value, key: str) -> str:
    staff = frozenset(f"U{n}" for n in range(5))
    figures = figures_of(store, office, kpis, value, staff)
    return sound(
        drilldown_message(figures.of(key, WEEK, NOW), DrilldownReader(words_for("en"), ZONE))
    )


def test_zero_tickets_are_a_quiet_week_and_no_rows(
    store: Store, office: Calendar, kpis: Kpis, value: Value
) -> None:
    assert "A quiet week: no tickets came in." in sound(value.digest(WEEK, (), NOW, "en"))
    assert "no data yet" in kpi_message(kpis.measure(WEEK, NOW), words_for("en"), ZONE).to_json()
    text = behind_text(store, office, kpis, value, "handling_time")
    assert "There are no rows: nothing of the kind happened in the period." in text
    assert "n = 0" in text


def test_a_missing_baseline_is_named_everywhere(
    store: Store, office: Calendar, kpis: Kpis, value: Value, add_ticket: AddTicket
) -> None:
    four(store, add_ticket, office)

    assert "freeze a baseline" in sound(value.digest(WEEK, (), NOW, "en"))
    assert "No baseline is frozen" in sound(
        kpi_message(kpis.measure(WEEK, NOW), words_for("en"), ZONE)
    )
    assert "no baseline is frozen" in sound(value.report(QUARTER, NOW, "en"))
    assert "SHA-256" not in behind_text(store, office, kpis, value, "handling_time")


def test_tickets_that_are_all_open_are_counted_and_not_called_quick(
    store: Store, office: Calendar, kpis: Kpis, value: Value, add_ticket: AddTicket
) -> None:
    all_open(store, add_ticket, office)

    measured = kpis.measure(WEEK, NOW)
    assert (measured["open_tickets"].value, measured["first_response_time"].value) == (6.0, None)
    text = behind_text(store, office, kpis, value, "open_tickets")
    assert "6 of 6, the oldest first" in text
    half = behind_text(store, office, kpis, value, "week.half_resolved")
    assert "–" in half
    assert "open" in half


def test_below_six_values_a_median_has_no_interval_and_says_why(
    store: Store, office: Calendar, kpis: Kpis, value: Value, add_ticket: AddTicket
) -> None:
    four(store, add_ticket, office)

    text = behind_text(store, office, kpis, value, "handling_time")

    assert "20 min · n = 4" in text
    assert "Below six values there is none." in text


def test_a_clock_that_ran_backwards_gives_zero_and_the_rows_say_so(
    store: Store, office: Calendar, kpis: Kpis, value: Value, add_ticket: AddTicket
) -> None:
    backwards(store, add_ticket, office)

    measured = kpis.measure(week_of(MONDAY.date()), NOW)

    assert measured["resolution_time"].value == 0.0
    assert measured["handling_time"].value is None
    assert "0 min" in behind_text(store, office, kpis, value, "resolution_time")
