"""Every figure of a quarterly statement comes from its rows, by whichever design it is told.

Counted anew here by other code than the product's: plain Python, no numpy.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest
from scipy import stats

from bot.demo.double.limits import check_blocks
from bot.slack.blocks import render, text_of
from models.kpis.definitions import KPIS
from models.kpis.drilldown import Drilldown
from models.kpis.figure import (
    BEFORE,
    HELD_OUT,
    HELPED,
    NOW,
    UNTOUCHED_BEFORE,
    UNTOUCHED_NOW,
    FigureRow,
    Frame,
    RowKind,
)
from models.kpis.measurement import Kpis
from models.kpis.periods import Period, month_of
from models.language import LANGUAGES, Language, words_for
from models.message import Fields, Select, Table, plain
from models.store.transaction import Store
from models.tables import Arm
from models.tickets.hours import Calendar
from models.value.drilldown.choices import asked_about, statement_with_list
from models.value.drilldown.drilldown import Drilldowns
from models.value.drilldown.statement_figures import ROI
from models.value.drilldown.views import (
    DrilldownReader,
    drilldown_json,
    drilldown_message,
    table_of,
)
from models.value.effect.comparison import Design
from models.value.effect.sentences import DESIGN_WORDS
from models.value.ledger import Value
from models.value.statement.quarter_statement import Statement, StatementVerdict
from models.value.statement.statement_report import roi_message
from tests.databases import copy_of
from tests.models.value import made_pilots
from tests.models.value.conftest import HUNDRED, AddTicket, figures_of
from tests.models.value.made_pilots import NOW as TODAY
from tests.models.value.one_by_one import assigned

pytestmark = pytest.mark.slow  # three pilots are made up first

QUARTER = Period.parse("2026Q4")
ZONE = ZoneInfo("Europe/Stockholm")
LARGE = frozenset({f"U{n}" for n in range(5)})
SMALL = frozenset({"U1", "U2", "U3", "U4"})
BY_CHANCE = (Design.HOLD_OUT, Design.SWITCHBACK)
WITHOUT = dict.fromkeys(BY_CHANCE, HELD_OUT)
WITH = dict.fromkeys(BY_CHANCE, HELPED)


@dataclass
class World:
    """A pilot told by a design; `made_pilots` says what happened."""

    design: Design
    value: Value
    figures: Drilldowns
    seen: dict[str, Drilldown] = field(default_factory=dict)

    @cached_property
    def said(self) -> Statement:
        return self.value.statement(QUARTER, TODAY)

    def of(self, key: str) -> Drilldown:
        if key not in self.seen:
            self.seen[key] = self.figures.of(f"roi.{key}", QUARTER, TODAY)
        return self.seen[key]

    def rows(self, group: str) -> list[FigureRow]:
        return [row for row in self.of("minutes_saved_a_ticket").rows if row.group == group]

    @property
    def without(self) -> list[FigureRow]:
        return self.rows(WITHOUT.get(self.design, BEFORE))

    @property
    def with_lotsen(self) -> list[FigureRow]:
        return self.rows(WITH.get(self.design, NOW))

    def figure(self, key: str) -> tuple[int | None, float | None]:
        return next((one.n, one.value) for one in self.said.hard if one.key == key)


def world_on(store: Store, office: Calendar, design: Design) -> World:
    kpis = Kpis(store, office)
    value = Value(store, office, kpis, headcount=HUNDRED)
    return World(design, value, figures_of(store, office, kpis, value, LARGE))


@pytest.fixture(scope="module", params=list(Design), ids=lambda design: design.value)
def world(request: pytest.FixtureRequest, empty: Store, office: Calendar) -> Iterator[World]:
    """A pilot of each design, not to be changed."""
    made = world_on(copy_of(empty), office, request.param)
    made_pilots.make(made.figures.store, made.figures.kpis, made.value, request.param)
    made.value.costs.explain("a test that costs next to nothing", TODAY - timedelta(days=10))
    assert made.said.design is request.param
    assert made.said.verdict is not StatementVerdict.NOT_SHOWN
    yield made
    made.figures.store.close()


def mean(rows: Sequence[FigureRow]) -> float:
    weights = math.fsum(row.weight * row.count for row in rows)
    return math.fsum(row.weight * row.count * row.value for row in rows) / weights


def number(rows: Sequence[FigureRow]) -> int:
    return sum(row.count for row in rows)


def saved_by(world: World) -> tuple[float, float]:
    """Return minutes without Lotsen and with it, as the formula of the design says."""
    without, with_lotsen = world.without, world.with_lotsen
    ratio = mean(with_lotsen) / mean(without)
    if world.design.is_by_chance:
        return mean(with_lotsen) / ratio, mean(with_lotsen)
    if world.design is Design.DIFFERENCE:
        ratio /= mean(world.rows(UNTOUCHED_NOW)) / mean(world.rows(UNTOUCHED_BEFORE))
    now = mean([replace(row, weight=1.0) for row in with_lotsen])
    return now / ratio, now


# The figures add up ------------------------------------------------------------------------


def test_minutes_before_now_and_saved_are_what_their_rows_come_to(world: World) -> None:
    before, now = saved_by(world)
    n_before, n = number(world.without), number(world.with_lotsen)

    assert world.figure("handling_time_mean_before") == pytest.approx((n_before, before))
    assert world.figure("handling_time_mean_now") == pytest.approx((n, now))
    assert world.figure("minutes_saved_a_ticket") == pytest.approx((n_before + n, before - now))
    for key in ("handling_time_mean_before", "handling_time_mean_now", "minutes_saved_a_ticket"):
        told = world.of(key).estimate
        assert (told.n, told.value) == world.figure(key)


def test_the_mean_with_lotsen_is_that_of_its_own_rows(world: World) -> None:
    _, now = saved_by(world)
    found = world.of("handling_time_mean_now")

    assert (number(found.rows), mean(found.rows)) == pytest.approx((number(world.with_lotsen), now))
    assert found.figure.aggregate.of(Frame.of(found.rows)).value == pytest.approx(now)
    assert number(world.of("handling_time_mean_before").rows) == number(world.without)


def test_weights_make_the_sets_alike(world: World) -> None:
    """They are worked out once more, from the categories that the rows name."""
    without, with_lotsen = world.without, world.with_lotsen
    if world.design.is_by_chance:
        arms = [Counter(row.category for row in arm) for arm in (without, with_lotsen)]
        rare = {key for key in arms[0] | arms[1] if min(arm[key] for arm in arms) < 5}
        assert rare or world.design is Design.SWITCHBACK  # whose arms are drawn otherwise
        assert not rare or min(sum(arm[key] for key in rare) for arm in arms) >= 5, (
            "as one they are enough"
        )
        sides = [[as_one(row, rare) for row in arm] for arm in (without, with_lotsen)]
        everyone = shares([*sides[0], *sides[1]])
        for side in sides:
            own = shares(side)
            for row in side:
                assert row.weight == pytest.approx(everyone[row.category] / own[row.category])
        return
    own, today = shares(without), shares(with_lotsen)
    assert all(row.weight == 1 for row in without)
    for row in with_lotsen:
        assert row.weight == pytest.approx(own.get(row.category, 0) / today[row.category])
    if world.design is Design.DIFFERENCE:
        assert {row.category for row in world.rows(UNTOUCHED_NOW)} == {"mail"}


def test_what_was_before_is_what_was_frozen_not_what_the_tables_hold_today(world: World) -> None:
    """C2: nobody makes the baseline dearer by importing into its days."""
    if world.design.is_by_chance:
        return
    baseline = world.figures.kpis.baseline()
    assert baseline is not None
    assert baseline.handling is not None
    frozen = [cell for cell in baseline.handling.cells if cell.category == "vpn"]

    rows = [row for row in world.without if row.category == "vpn"]

    assert [(row.count, row.value) for row in sorted(rows, key=lambda row: str(row.at))] == [
        (cell.n, cell.minutes) for cell in frozen
    ]


def as_one(row: FigureRow, rare: set[str]) -> FigureRow:
    return replace(row, category="") if row.category in rare else row


def shares(rows: Sequence[FigureRow]) -> dict[str, float]:
    found: Counter[str] = Counter()
    for row in rows:
        found[row.category] += row.count
    return {key: n / found.total() for key, n in found.items()}


def test_hours_and_euros_are_what_rows_and_stated_numbers_come_to(world: World) -> None:
    before, now = saved_by(world)
    hours, benefit, costs = world.of("hours_freed"), world.of("benefit"), world.of("cost")
    assisted = dict(stated(hours))["assisted"]
    rates = dict(stated(benefit))

    counted = (
        len(world.of("cases_helped").rows)
        if world.design.is_by_chance
        else sum(
            bool(row.evidence) and world.said.effect.counts(row.category)
            for row in world.of("tickets_resolved").rows
        )
    )
    assert assisted == counted == hours.estimate.n == world.figure("hours_freed")[0]
    freed = counted * (before - now) / 60
    assert hours.estimate.value == world.figure("hours_freed")[1] == pytest.approx(freed)
    euros = [
        freed * rates["loaded_rate"] * rates[f"recapture_{name}"] for name in ("low", "mid", "high")
    ]
    said = world.said.benefit
    assert said == pytest.approx(euros)
    assert (benefit.estimate.low, benefit.estimate.value, benefit.estimate.high) == said
    spent = sum(round(row.value * 100) for row in costs.rows) / 100
    assert costs.estimate.value == world.said.cost_eur == spent == 640.24
    told = world.of("roi")
    assert sum(row.value for row in told.rows) == pytest.approx(spent)
    middle = dict(stated(told))["benefit"]
    assert middle == pytest.approx(euros[1])
    assert told.estimate.value == world.said.roi == pytest.approx((middle - spent) / spent)


def stated(found: Drilldown) -> list[tuple[str, float]]:
    return [(key, value) for key, value, _ in (*found.inputs, *found.taken)]


def test_the_chance_follows_from_what_is_stated(world: World) -> None:
    found = world.of("p_positive")
    known = dict(stated(found))
    before, now = saved_by(world)
    shares_of_time, steps = [known[f"recapture_{name}"] for name in ("low", "mid", "high")], 2000
    total = 0.0
    for at in range(steps):
        u = (at + 0.5) / steps
        low, mid, high = shares_of_time
        share = mid + (u - 0.5) * ((mid - low) if u < 0.5 else (high - mid)) / 0.4
        needed = known["cost"] * 60 / known["assisted"] / known["loaded_rate"] / min(1, share)
        beyond = (needed - (before - now)) / known["standard_error"]
        total += float(stats.t.sf(beyond, known["degrees_of_freedom"]))

    assert found.estimate.value == world.said.p_positive
    assert found.estimate.value == pytest.approx(total / steps, abs=0.02)


def test_the_chance_of_all_months_follows_from_the_rows_and_what_is_stated(world: World) -> None:
    found = world.of("p_covered")
    known, rates = dict(stated(found)), dict(stated(world.of("npv_eur")))
    spent: dict[str, float] = defaultdict(float)
    for row in world.of("cost").rows:
        spent[month(row)] += row.value
    an_hour = rates["loaded_rate"] * rates["recapture_mid"]
    hours = math.fsum(row.value + spent[month(row)] for row in found.rows) / an_hour
    n, cost = sum(row.count for row in found.rows), math.fsum(spent.values())
    low, mid, high = (known[f"recapture_{name}"] for name in ("low", "mid", "high"))
    total, steps = 0.0, 2000
    for at in range(steps):
        u = (at + 0.5) / steps
        share = min(1, mid + (u - 0.5) * ((mid - low) if u < 0.5 else (high - mid)) / 0.4)
        beyond = (cost / rates["loaded_rate"] / share - hours) * 60 / n / known["standard_error"]
        total += float(stats.t.sf(beyond, known["degrees_of_freedom"]))

    assert found.estimate.value == world.said.p_covered
    assert found.estimate.value == pytest.approx(total / steps, abs=0.02)


def test_every_month_is_what_its_tickets_and_costs_come_to(world: World) -> None:
    before, now = saved_by(world)
    npv, rates = world.of("npv_eur"), dict(stated(world.of("npv_eur")))
    spent: dict[str, float] = defaultdict(float)
    for row in world.of("cost").rows:
        spent[month(row)] += row.value
    assert npv.estimate.n == len(npv.rows) == 3
    for row in npv.rows:
        key = month(row)
        minutes = row.count * (before - now)
        worth = minutes / 60 * rates["loaded_rate"] * rates["recapture_mid"]
        assert row.value == pytest.approx(worth - spent[key])
    assert sum(row.count for row in npv.rows) == dict(stated(world.of("hours_freed")))["assisted"]
    today = sum(
        row.value / (1 + rates["discount_rate"]) ** (at / 12) for at, row in enumerate(npv.rows)
    )
    assert npv.estimate.value == world.said.npv_eur == pytest.approx(today)


def month(row: FigureRow) -> str:
    at = row.at
    return month_of(at.astimezone(ZONE).date() if isinstance(at, datetime) else at).key


def test_the_month_of_payback_is_the_first_from_which_no_total_is_below_zero(world: World) -> None:
    payback, flows = world.of("payback_month"), world.of("npv_eur").rows
    totals = [math.fsum(row.value for row in flows[: at + 1]) for at in range(len(flows))]

    assert [row.value for row in payback.rows] == pytest.approx(totals)
    places = [at for at in range(1, len(totals) + 1) if min(totals[at - 1 :]) >= 0]
    assert payback.estimate.value == (places[0] if places else None)
    paid = world.said.payback_month
    assert paid == (f"2026-{9 + places[0]}" if places else None)
    written = {"2026-10": "October 2026", "2026-11": "November 2026", "2026-12": "December 2026"}
    assert f"*{written[paid] if paid else '–'}*" in said(payback)


def test_counts_of_tickets_and_of_arms_are_their_rows(world: World) -> None:
    shown = {one.key: one.value for one in world.said.hard}

    for key in ("tickets_resolved", "cases_helped", "cases_exempt", "cases_held_out"):
        found = world.of(key)
        assert found.estimate.n == len(found.rows) == found.estimate.value
        assert found.estimate.value == shown.get(key, 0), key
    is_held_out = world.design.is_by_chance
    assert ("cases_held_out" in shown) is is_held_out is bool(world.of("cases_held_out").rows)


def test_the_rows_of_a_hold_out_are_the_judged_cases_of_both_arms(world: World) -> None:
    if not world.design.is_by_chance:
        assert {row.kind for row in world.of("minutes_saved_a_ticket").rows} == {RowKind.WEEK}
        return
    with world.figures.store.snapshot() as unit:
        compared = [case for case in assigned(unit, TODAY) if case.detail["mode"] != Arm.EXEMPT]
    planned = [case for case in compared if case.status is None or case.minutes is not None]
    rows = world.of("minutes_saved_a_ticket").rows

    judged = planned[: len(rows)]
    assert len(rows) < len(planned), "the later ones wait for the next look"
    assert Counter(row.number for row in rows) == Counter(case.ticket_id or 0 for case in judged)
    spared = [row for row in rows if row.kind is RowKind.CASE]
    assert spared
    assert {(row.value, row.number, row.group, row.opened) for row in spared} == {
        (0.0, 0, HELPED, None)
    }
    assert all(row.at.weekday() == 0 for row in spared), "no more than the week"
    cap = dict(stated(world.of("minutes_saved_a_ticket")))["cap"]
    minutes = {case.ticket_id: case.minutes for case in judged}
    for row in rows:
        if row.kind is RowKind.TICKET:
            assert row.value == min(minutes[row.number] or 0, cap)
    assert cap in {row.value for row in rows}


def test_statement_and_rows_are_read_in_one_snapshot(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a ticket resolved in between would be in the rows and not in the figure."""
    store = world.figures.store
    counted = Mock(wraps=store.snapshot)
    monkeypatch.setattr(store, "snapshot", counted)

    replace(world.figures, statement=world.value.statement_in).of("roi.hours_freed", QUARTER, TODAY)

    assert counted.call_count == 1


# What is shown and what is told ------------------------------------------------------------


def test_what_the_statement_shows_is_what_can_be_asked_about(world: World) -> None:
    post = world.value.report(QUARTER, TODAY, "en")
    (fields,) = (part for part in post.parts if isinstance(part, Fields))
    tables = [part for part in post.parts if isinstance(part, Table) and part.header[0] == "Figure"]
    (select,) = (part for part in post.parts if isinstance(part, Select))
    labels = {str(label) for label, _ in fields.pairs}
    shown = (labels - {"Costs of the quarter"}) | {row[0] for table in tables for row in table.rows}
    unknown = {KPIS[one.key].title for one in world.said.soft if one.value is None}

    offered = {title: asked_about(option)[0] for option, title in select.options}

    assert set(offered) - unknown == shown
    for title, key in offered.items():
        if key.startswith("roi."):
            found = world.of(key.removeprefix("roi."))
            assert words_for("en").gettext(found.figure.title) == title
    explained = {key.removeprefix("roi.") for key in offered.values() if key.startswith("roi.")}
    arms = {"cases_helped", "cases_exempt", "cases_held_out"}
    assert explained == set(ROI) - (set() if world.design.is_by_chance else arms)


def test_where_handling_got_longer_no_payback_is_shown_nor_offered(world: World) -> None:
    with world.figures.store.snapshot() as unit:
        told = world.value.statement_in(unit, QUARTER, TODAY)
    stopped = replace(told, statement=replace(told.statement, verdict=StatementVerdict.STOP))
    words = words_for("en")
    post = statement_with_list(roi_message(stopped.statement, words), stopped, words)
    (fields,) = (part for part in post.parts if isinstance(part, Fields))
    (select,) = (part for part in post.parts if isinstance(part, Select))
    labels = {label for label, _ in fields.pairs}
    offered = {title for _, title in select.options}
    assert labels - {"Costs of the quarter"} <= offered
    assert not {"Net present value so far", "All costs earned back"} & (labels | offered)


def test_a_chance_is_written_alike_in_the_statement_and_its_rows(world: World) -> None:
    found = world.of("p_covered")
    chance = replace(found, estimate=replace(found.estimate, value=1.0))
    message = drilldown_message(chance, DrilldownReader(words_for("en"), ZONE))
    assert message.text.endswith(">\N{NO-BREAK SPACE}99%")


def test_a_statement_that_shows_no_benefit_offers_none_and_tells_none(
    store: Store, office: Calendar, add_ticket: AddTicket
) -> None:
    world = world_on(store, office, Design.ASSOCIATION)
    add_ticket(made_pilots.PILOT, 12.0)

    post = world.value.report(QUARTER, TODAY, "en")
    (select,) = (part for part in post.parts if isinstance(part, Select))
    keys = {asked_about(option)[0] for option, _ in select.options}

    assert not keys & {"roi.roi", "roi.p_positive", "roi.payback_month", "roi.npv_eur"}
    assert world.said.verdict is StatementVerdict.NOT_SHOWN
    for key in ("benefit", "roi", "p_positive", "p_covered", "payback_month", "npv_eur"):
        found = world.of(key)
        assert (found.estimate.value, found.estimate.low) == (None, None)
        assert "benefit" not in dict(stated(found))


def said(found: Drilldown, language: Language = "en") -> str:
    message = drilldown_message(found, DrilldownReader(words_for(language), ZONE))
    return text_of(render(message)[1])


def test_the_reply_says_design_formula_cap_and_sets(world: World) -> None:
    found = world.of("minutes_saved_a_ticket")
    text = said(found)

    assert plain(words_for("en").rich(DESIGN_WORDS[world.design].method)) in text.replace("*", "")
    assert found.figure.formula in text
    assert "cap = " in text
    assert drilldown_json(found, words_for("en"))["design"] == world.design.value
    for group in {row.group for row in found.rows}:
        n = number([row for row in found.rows if row.group == group])
        told = drilldown_json(found, words_for("en"))["sets"][group]
        assert (told["n"], told["mean"]) == pytest.approx((n, mean(world.rows(group))))
        assert f"n = {n}, mean" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_every_reply_and_nobody_is_named(world: World, language: Language) -> None:
    with world.figures.store.snapshot() as unit:
        people = {case.person_id for case in assigned(unit, TODAY)}
    for key in ROI:
        found = world.of(key)
        message = drilldown_message(found, DrilldownReader(words_for(language), ZONE))
        assert check_blocks(render(message)[1]), key
        told = json.dumps(drilldown_json(found, words_for(language)), default=str, allow_nan=False)
        assert not any(person in told for person in people)
        assert "UZ" not in told
        assert made_pilots.WORD not in told


def test_a_desk_of_four_gets_sums_of_weeks_of_each_set(world: World) -> None:
    small = replace(world.figures, staff=SMALL)

    for key in ROI:
        large, found = world.of(key), small.of(f"roi.{key}", QUARTER, TODAY)
        if not {row.kind for row in large.rows} & {RowKind.TICKET, RowKind.CASE}:
            assert found.rows == large.rows
            continue
        assert (found.rows, table_of(found)) == ((), [])
        for group in {row.group for row in large.rows}:
            weeks = [week for week in found.weeks if week.group == group]
            assert sum(week.n for week in weeks) == sum(row.group == group for row in large.rows)
        assert all(week.value is None for week in found.weeks if week.n < 5)
        assert found.estimate == large.estimate
