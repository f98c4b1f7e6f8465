"""A figure is what its rows come to: measured once more here, in plain Python, from the tickets."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.kpis.cuts import cut
from models.kpis.definitions import WEEK, cuttable
from models.kpis.figure import MEDIAN, SHARE
from models.kpis.measurement import REAL, Kpis, figures_in
from models.kpis.periods import Period
from models.kpis.rows import FigureQuery, FigureReader
from models.store.transaction import Store, UnitOfWork
from models.tables import DecidedBy, Source, Status, Ticket, TicketText, TicketTimes
from models.tickets.hours import calendar_for
from tests.databases import copy_of
from tests.models.value import made_desk

OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
WEEK_48 = Period.parse("2026-W48")
START = WEEK_48.start(OFFICE.zone)
END = WEEK_48.end(OFFICE.zone)
NOW = datetime(2026, 12, 10, 9, tzinfo=UTC)
MEDIANS = {
    "ack_time": ("opened_at", "ack_minutes"),
    "first_response_time": ("opened_at", "first_response_minutes"),
    "triage_time": ("opened_at", "triage_minutes"),
    "handling_time": ("resolved_at", "handling_minutes"),
    "resolution_time": ("resolved_at", "resolution_minutes"),
    "resolution_time_business": ("resolved_at", "resolution_business_minutes"),
}
SHARES = {
    "automatic_share": ("opened_at", "automatic"),
    "reopened_share": ("resolved_at", "reopened"),
    "reassigned_share": ("resolved_at", "reassigned"),
    "one_day_share": ("resolved_at", "resolution_business_minutes"),
}
OFFICE_DAY = 9 * 60
MINUTES = st.none() | st.integers(0, 9_000).map(lambda n: n / 7)
HOURS = st.integers(-200, 200).map(lambda hours: timedelta(hours=hours))


@st.composite
def times(draw: st.DrawFn) -> TicketTimes:
    """A ticket of the week, or of shortly before or after it."""
    opened = START + draw(HOURS)
    resolved = draw(st.none() | HOURS)
    source = draw(st.sampled_from(Source))
    minutes: dict[str, Any] = {column: draw(MINUTES) for _, column in MEDIANS.values()}
    return TicketTimes(
        ticket_id=0,
        source=source,
        opened_at=opened,
        resolved_at=opened + abs(resolved) if resolved is not None else None,
        final_category=draw(st.sampled_from(["", "vpn", "mail"])),
        automatic=draw(st.booleans()),
        reopened=draw(st.integers(0, 2)),
        reassigned=draw(st.integers(0, 2)),
        evidence=draw(st.sampled_from("ABC")),
        **minutes,
    )


class UndoError(Exception):
    """Lets a transaction change nothing."""


def with_tickets(
    store: Store, tickets: Sequence[TicketTimes], look: Callable[[UnitOfWork], None]
) -> None:
    """Look at a desk with these tickets and no others, and leave nothing."""
    with suppress(UndoError), store.begin() as unit:
        for row in tickets:
            ticket = Ticket(
                source=row.source,
                status=Status.SOLVED if row.resolved_at else Status.NEW,
                decided_by=DecidedBy.NOBODY,
                opened_at=row.opened_at,
            )
            number = unit.tickets.add_ticket(ticket, TicketText(ticket_id=0)).id
            unit.tickets.put_times(TicketTimes(**{**row.model_dump(), "ticket_id": number}))
        look(unit)
        raise UndoError


def anew(tickets: Sequence[TicketTimes], key: str) -> tuple[int, float | None]:
    """Count a figure of tickets from the tickets."""
    moment, column = (MEDIANS | SHARES)[key]
    known = [
        getattr(row, column)
        for row in tickets
        if row.source in REAL
        and (at := getattr(row, moment)) is not None
        and START <= at < END
        and getattr(row, column) is not None
    ]
    if key in SHARES:
        in_a_day = key == "one_day_share"
        hits = sum(value <= OFFICE_DAY if in_a_day else value > 0 for value in known)
        return len(known), hits / len(known) if known else None
    return len(known), statistics.median(known) if known else None


@given(st.lists(times(), max_size=12))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_each_figure_of_tickets_is_what_the_tickets_say(
    empty: Store, tickets: list[TicketTimes]
) -> None:
    def look(unit: UnitOfWork) -> None:
        measured = Kpis(empty, OFFICE).measure_in(unit, WEEK_48, NOW)
        for figure in cuttable():
            n, value = anew(tickets, figure.key)
            assert measured[figure.key].n == n, figure.key
            assert measured[figure.key].value == pytest.approx(value), figure.key
            asked = FigureQuery(WEEK_48, OFFICE, REAL, NOW)
            rows = figure.read(FigureReader(unit, asked, (figure,), detailed=True)).rows()
            assert len({row.number for row in rows}) == len(rows) == n

    with_tickets(empty, tickets, look)


def test_the_oracle_knows_every_figure_of_tickets() -> None:
    known = {**dict.fromkeys(MEDIANS, MEDIAN), **dict.fromkeys(SHARES, SHARE)}

    assert {figure.key: figure.aggregate for figure in cuttable()} == known


@pytest.fixture(scope="module")
def desk(empty: Store) -> Iterator[Store]:
    """A desk with some of everything, not to be changed."""
    store = copy_of(empty)
    made_desk.make(store, Kpis(store, OFFICE), seed=3, tickets=90)
    yield store
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("period", ["2026-W45", "2026-10", "2026Q4"])
def test_a_list_of_rows_comes_to_what_the_figure_alone_does(desk: Store, period: str) -> None:
    """A figure alone reads no moments and no numbers: the same rows, fewer columns."""
    asked = FigureQuery(Period.parse(period), OFFICE, REAL, made_desk.NOW)

    with desk.snapshot() as unit:
        figures = [*figures_in(unit), *WEEK.values()]
        together = FigureReader(unit, asked, figures)
        for figure in figures:
            listed = figure.read(FigureReader(unit, asked, (figure,), detailed=True))
            assert figure.aggregate.of(listed) == figure.estimate(together), figure.key
            assert listed.n == sum(row.count for row in listed.rows())


@pytest.mark.slow
def test_groups_add_up_to_the_whole(desk: Store) -> None:
    asked = FigureQuery(Period.parse("2026Q4"), OFFICE, REAL, made_desk.NOW)
    whole = Kpis(desk, OFFICE).measure(asked.period, asked.now)

    groups = cut(desk, "category", asked, frozenset(f"U{n}" for n in range(5))).groups

    for figure in cuttable():
        assert sum(group.kpis[figure.key].n for group in groups) == whole[figure.key].n
