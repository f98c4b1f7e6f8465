"""Every figure that is shown comes from its rows: counted anew here, by other means."""

import json
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.double.limits import check_blocks
from bot.slack.blocks import render, text_of
from models.errors import InvalidError, NotFoundError
from models.kpis.definitions import KPIS
from models.kpis.drilldown import Drilldown
from models.kpis.figure import (
    BEFORE,
    COUNT,
    MEDIAN,
    MEDIAN_WITH_OPEN,
    NOW,
    OPEN,
    SHARE,
    TOTAL,
    Aggregate,
    FigureRow,
    RowKind,
)
from models.kpis.measurement import Kpis, figures_in
from models.kpis.periods import Period
from models.kpis.rows import FigureQuery, FigureReader
from models.language import Language, words_for
from models.message import Message, Paragraph, Select, plain
from models.spreadsheet import write_csv
from models.statistics.estimates import Estimate
from models.store.transaction import Store
from models.tickets.hours import Calendar
from models.value.drilldown.choices import ACTION, asked_about
from models.value.drilldown.drilldown import Drilldowns
from models.value.drilldown.figures_page import figures_page, figures_table
from models.value.drilldown.views import (
    COLUMNS,
    MOST_ROWS,
    DrilldownReader,
    drilldown_json,
    drilldown_message,
    table_of,
)
from models.value.ledger import Value
from tests.databases import copy_of
from tests.models.value import made_desk
from tests.models.value.conftest import HUNDRED, figures_of

pytestmark = pytest.mark.slow  # desks are made up first

LARGE = frozenset({f"U{n}" for n in range(5)})
SMALL = frozenset({"U1", "U2", "U3", "U4"})
PERIODS = ("2026-W40", "2026-W41", "2026-10", "2026Q4", "2026-09-07/2026-12-18", "2026-11-05")
QUARTER = Period.parse("2026Q4")
ZONE = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class World:
    """A made-up desk; `made_desk` says what happened at it."""

    kpis: Kpis
    value: Value
    figures: Drilldowns

    @property
    def small(self) -> Drilldowns:
        return replace(self.figures, staff=SMALL)

    def of(self, key: str, period: Period = QUARTER) -> Drilldown:
        return self.figures.of(key, period, made_desk.NOW)


def world_on(store: Store, office: Calendar) -> World:
    kpis = Kpis(store, office)
    value = Value(store, office, kpis, headcount=HUNDRED)
    return World(kpis, value, figures_of(store, office, kpis, value, LARGE))


def filled(empty: Store, office: Calendar, seed: int, tickets: int = 130) -> World:
    world = world_on(copy_of(empty), office)
    made_desk.make(world.figures.store, world.kpis, seed, tickets)
    return world


@pytest.fixture(scope="module", params=range(2))
def any_world(request: pytest.FixtureRequest, empty: Store, office: Calendar) -> Iterator[World]:
    """A desk by chance, not to be changed."""
    world = filled(empty, office, request.param)
    yield world
    world.figures.store.close()


@pytest.fixture(scope="module")
def world(empty: Store, office: Calendar) -> Iterator[World]:
    """One desk, not to be changed."""
    world = filled(empty, office, 4)
    yield world
    world.figures.store.close()


@pytest.fixture
def own_world(store: Store, office: Calendar) -> World:
    """An empty desk to be filled."""
    return world_on(store, office)


def anew(rows: Sequence[FigureRow], how: Aggregate) -> tuple[int, float | None]:
    """Count a figure from its rows, written down once more and without numpy."""
    if how is TOTAL:
        return bool(rows), sum(round(row.value * 100) for row in rows) / 100 if rows else None
    n = sum(row.count for row in rows)
    if how is COUNT:
        return n, float(n)
    if not rows:
        return 0, None
    if how is SHARE:
        return n, sum(row.count for row in rows if row.value == 1) / n
    if how is MEDIAN_WITH_OPEN:
        return n, product_limit_median(rows)
    return n, statistics.median(row.value for row in rows) if how is MEDIAN else weighted(rows)


def weighted(rows: Sequence[FigureRow]) -> float:
    weights = math.fsum(row.weight * row.count for row in rows)
    return math.fsum(row.weight * row.count * row.value for row in rows) / weights


def product_limit_median(rows: Sequence[FigureRow]) -> float | None:
    left = 1.0
    for at in sorted({row.value for row in rows if row.group != OPEN}):
        at_risk = sum(row.value >= at for row in rows)
        ended = sum(row.value == at and row.group != OPEN for row in rows)
        left *= 1 - ended / at_risk
        if left <= 0.5 + 1e-12:
            return at
    return None


@pytest.mark.parametrize("period", PERIODS)
def test_every_key_figure_is_what_its_rows_come_to(any_world: World, period: str) -> None:
    figures = any_world.figures
    asked = FigureQuery(Period.parse(period), figures.calendar, figures.sources, made_desk.NOW)
    with figures.store.snapshot() as unit:
        measured = any_world.kpis.measure_in(unit, asked.period, made_desk.NOW)
        declared = figures_in(unit)
        assert len(measured.kpis) == len(declared) == len(KPIS) + 2
        for kpi, figure in zip(measured.kpis, declared, strict=True):
            rows = figure.read(FigureReader(unit, asked, (figure,), detailed=True)).rows()
            if kpi.key == "csat" and not kpi.n:
                assert not rows
            else:
                assert anew(rows, figure.aggregate) == (kpi.n, kpi.value), kpi.key


def test_the_figure_beside_the_rows_is_the_one_that_is_shown(world: World) -> None:
    for kpi in world.kpis.measure(QUARTER, made_desk.NOW).kpis:
        told = world.of(kpi.key).estimate
        assert told == Estimate(kpi.n, kpi.value, kpi.low, kpi.high)


@pytest.mark.parametrize("week", ["2026-W40", "2026-W45", "2026-W51"])
def test_the_digests_own_figures_are_what_their_rows_come_to(any_world: World, week: str) -> None:
    facts = any_world.value.week(Period.parse(week), (), made_desk.NOW)
    shown = {"opened": facts.opened, "resolved": facts.resolved}

    for key, number in shown.items():
        found = any_world.of(f"week.{key}", Period.parse(week))
        assert anew(found.rows, found.figure.aggregate) == (number, number)
        assert found.estimate.value == number
    half = any_world.of("week.half_resolved", Period.parse(week))
    assert half.estimate == facts.half_resolved
    assert anew(half.rows, half.figure.aggregate) == (half.estimate.n, half.estimate.value)


def test_the_statements_figures_are_what_their_rows_come_to(
    any_world: World,
) -> None:
    statement = any_world.value.statement(QUARTER, made_desk.NOW)
    hard = {figure.key: figure for figure in statement.hard}

    def behind(key: str) -> Drilldown:
        return any_world.of(f"roi.{key}")

    saved = behind("minutes_saved_a_ticket")
    before = [row for row in saved.rows if row.group == BEFORE]
    now = [row for row in saved.rows if row.group == NOW]
    plain_now = weighted(behind("handling_time_mean_now").rows)
    difference = plain_now * weighted(before) / weighted(now) - plain_now
    assert saved.estimate.value == pytest.approx(difference)
    two = drilldown_json(saved, words_for("en"))["sets"]
    n_before, n = (sum(row.count for row in side) for side in (before, now))
    assert (two["before"]["n"], two["now"]["n"]) == (n_before, n)
    assert "Two sets: baseline n = " in plain_text(saved)
    assert saved.estimate.low == hard["minutes_saved_a_ticket"].low
    # Questions about nothing known are spread over categories in fractions, which rows round.
    assert abs(saved.estimate.n - n_before - n) <= len(now)
    hours = behind("hours_freed").estimate
    assert hours.value == pytest.approx(difference * statement.volume / 60)
    for key in ("tickets_resolved", "cost"):
        found = behind(key)
        _, value_ = anew(found.rows, found.figure.aggregate)
        assert value_ == pytest.approx(hard[key].value), key
    months = behind("npv_eur")
    flows = [row.value for row in months.rows]
    paid = sum(flow / 1.1 ** (at / 12) for at, flow in enumerate(flows))
    if statement.verdict.value != "not shown" and statement.npv_eur is not None:
        assert months.estimate.value == pytest.approx(paid)
        assert paid == pytest.approx(statement.npv_eur)


def test_a_benefit_that_is_not_shown_is_not_told_behind_it_either(
    empty: Store, office: Calendar
) -> None:
    world = filled(empty, office, 1, tickets=90)
    assert world.value.statement(QUARTER, made_desk.NOW).verdict.value == "not shown"

    for key in ("benefit", "roi", "p_positive", "npv_eur"):
        found = world.of(f"roi.{key}")
        assert (found.estimate.value, found.estimate.low) == (None, None)
    months = world.of("roi.npv_eur").rows
    assert all(row.value <= 5.0 for row in months), "costs alone, a correction at most"


def test_every_figure_has_a_formula_a_way_to_its_rows_and_a_line_on_the_page() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "reference" / "figures.md"
    assert page.read_text("utf-8") == figures_page(), "run lotsen kpi formulas"
    assert all(all(row[cell] for cell in ("formula", "n", "rows")) for row in figures_table())


# What a person reads -----------------------------------------------------------------------


def said(found: Drilldown, language: Language = "en") -> str:
    titles = {"vpn": {"en": "VPN"}}
    message = drilldown_message(found, DrilldownReader(words_for(language), ZONE, titles))
    return text_of(render(message)[1])


def test_the_reply_says_formula_number_interval_calendar_evidence_baseline_and_rows(
    world: World,
) -> None:
    found = world.of("handling_time")
    frozen = world.kpis.baseline()
    assert frozen is not None

    text = said(found)

    assert f"n = {found.estimate.n}" in text
    assert "Median minutes that somebody worked on a ticket." in text
    assert "Campbell" in text
    assert "lower is better" in text
    assert found.counted.calendar in text
    assert "buttons (A)" in text
    assert "minutes stated (C)" in text
    assert frozen.sha256 in text
    assert f"20 of {found.estimate.n}, the largest first" in text
    assert "lotsen kpi rows handling_time --period 2026Q4 --csv rows.csv" in text
    longest = max(found.rows, key=lambda row: row.value)
    first = next(line for line in text.split("\n") if line.startswith("#"))
    assert first.startswith(f"#{found.rows[0].number} · ")
    assert found.rows[0].value == longest.value


def plain_text(found: Drilldown) -> str:
    message = drilldown_message(found, DrilldownReader(words_for("en"), ZONE))
    return "\n".join(plain(part.runs) for part in message.parts if isinstance(part, Paragraph))


@pytest.mark.parametrize(
    ("language", "staff"), [("sv", LARGE), ("en", SMALL), ("de", LARGE)], ids=["sv", "en", "de"]
)
def test_slack_takes_every_reply(world: World, staff: frozenset[str], language: Language) -> None:
    asked = replace(world.figures, staff=staff)

    for key in asked.keys():  # noqa: SIM118  # a method, no mapping
        found = asked.of(key, QUARTER, made_desk.NOW)
        posts = {row.number: f"ticket:{row.number}:card" for row in found.rows}
        reader = DrilldownReader(words_for(language), ZONE, posts=posts)
        message = drilldown_message(found, reader)
        assert check_blocks(render(message)[1]), key
        assert "nan" not in text_of(render(message)[1]).split()
        assert Message.from_json(message.to_json()) == message


def test_shares_show_numerator_and_denominator_those_against_it_first(world: World) -> None:
    reopened = world.of("reopened_share")
    automatic = world.of("automatic_share")

    assert {row.value for row in reopened.rows} == {0.0, 1.0}
    assert [row.value for row in reopened.rows] == sorted(
        (row.value for row in reopened.rows), reverse=True
    )
    assert [row.value for row in automatic.rows] == sorted(row.value for row in automatic.rows)


def test_costs_of_the_model_show_entries_without_words_and_calls_by_model_and_day(
    world: World,
) -> None:
    found = world.of("llm_cost")

    assert {row.category for row in found.rows} == {"cloud"}
    assert {calls.model for calls in found.calls} == {"small-model"}
    assert sum(calls.n for calls in found.calls) > 10
    assert "small-model, calls: 1" in said(found)


def test_a_desk_of_four_gets_sums_of_weeks_that_add_up_and_no_list(
    world: World, tmp_path: Path
) -> None:
    large = world.of("handling_time")

    small = world.small.of("handling_time", QUARTER, made_desk.NOW)

    assert small.rows == ()
    assert table_of(small) == []
    assert sum(week.n for week in small.weeks) == large.estimate.n == small.estimate.n
    assert all(week.value is None for week in small.weeks if week.n < 5)
    assert not any(line.startswith("#") for line in said(small).split("\n"))
    assert drilldown_json(small, words_for("en"))["withheld"] is True
    write_csv(tmp_path / "rows.csv", COLUMNS, iter(table_of(small)))
    assert (tmp_path / "rows.csv").read_text("utf-8-sig").count("\n") == 1


@pytest.mark.parametrize("key", ["search_time", "confirmed_answers", "open_tickets"])
def test_questions_and_open_tickets_are_no_list_on_a_small_desk_either(
    world: World, key: str
) -> None:
    small = world.small

    assert world.of(key).rows
    assert small.of(key, QUARTER, made_desk.NOW).rows == ()
    assert small.of(key, QUARTER, made_desk.NOW, tickets=True).rows


def test_fewer_than_five_ratings_show_nothing(own_world: World) -> None:
    store = own_world.figures.store
    with store.begin() as unit:
        for number in range(4):
            unit.surveys.rate(f"t{number}", date(2026, 3, 2), 1)
    week = Period.parse("2026-W10")

    few = own_world.of("csat", week)
    with store.begin() as unit:
        unit.surveys.rate("t4", date(2026, 3, 2), 5)
    five = own_world.of("csat", week)

    assert (few.rows, few.estimate.value, few.estimate.n) == ((), None, 0)
    assert "No five ratings came together" in said(few)
    assert [(row.kind, row.value, row.count) for row in five.rows] == [
        (RowKind.RATINGS, 0.0, 4),
        (RowKind.RATINGS, 1.0, 1),
    ]


def test_an_unknown_figure_and_a_week_for_a_quarter_say_what_to_write(
    world: World,
) -> None:
    with pytest.raises(NotFoundError, match=r"no figure 'speed'; there are: ack_time, .*roi\.cost"):
        world.of("speed")
    with pytest.raises(InvalidError, match="2026-W48 is no quarter"):
        world.of("roi.cost", Period.parse("2026-W48"))


# The lists below the posts -----------------------------------------------------------------


def test_every_figure_of_digest_and_statement_can_be_chosen_and_answered(world: World) -> None:
    week = Period.parse("2026-W50")
    posts = (
        world.value.digest(week, (), made_desk.NOW, "sv"),
        world.value.report(QUARTER, made_desk.NOW, "de"),
    )

    for post in posts:
        (select,) = (part for part in post.parts if isinstance(part, Select))
        assert select.action == ACTION
        assert len({option for option, _ in select.options}) == len(select.options) > 10
        for option, title in select.options:
            assert len(option) <= 75
            assert title
            key, period = asked_about(option)
            assert world.of(key, Period.parse(period)).period


def test_a_key_figure_chosen_below_the_statement_is_the_statements_own(
    empty: Store, office: Calendar
) -> None:
    """A baseline that reaches into the quarter: only the days after it count, there and here."""
    world = filled(empty, office, 2, tickets=200)
    value = world.value
    world.kpis.freeze(
        made_desk.AUTUMN.date(), made_desk.AUTUMN.date() + timedelta(days=50), made_desk.NOW
    )
    statement = value.statement(QUARTER, made_desk.NOW)
    post = value.report(QUARTER, made_desk.NOW, "en")
    (select,) = (part for part in post.parts if isinstance(part, Select))
    chosen = {asked_about(option)[0]: asked_about(option)[1] for option, _ in select.options}

    for figure in (*statement.hard, *statement.soft):
        if figure.key in KPIS:
            found = world.of(figure.key, Period.parse(chosen[figure.key]))
            assert (found.estimate.n, found.estimate.value) == (figure.n, figure.value)


def test_json_holds_every_row(world: World) -> None:
    found = world.of("first_response_time")

    told = json.loads(json.dumps(drilldown_json(found, words_for("en")), default=str))

    assert len(told["rows"]) == told["n"] == told["total"] > MOST_ROWS
    assert set(told["rows"][0]) == set(COLUMNS)
    assert told["baseline"]["sha256"] == found.sha256


def test_lines_of_a_message_are_plain_text(world: World) -> None:
    found = world.of("roi.cost")
    message = drilldown_message(found, DrilldownReader(words_for("en"), ZONE))
    text = "\n".join(plain(part.runs) for part in message.parts if isinstance(part, Paragraph))
    assert "entry " in text
    assert "€" in text
