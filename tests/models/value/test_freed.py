"""Where the freed time went: declared by the lead, measured where it can be."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidError
from models.kpis.audit import verify
from models.kpis.measurement import Kpis
from models.kpis.periods import Period
from models.language import words_for
from models.message import plain
from models.store.transaction import Store
from models.tables import EventKind, FreedUse, Source, TicketEvent
from models.value.freed.declaration import Declaration, DeclaredUses
from models.value.freed.measured import DecileRange, Indicator, Unmeasured, WeeksSeen, less
from models.value.freed.recapture import RecaptureBasis, time_reused
from models.value.issued.comparison import Because
from models.value.ledger import Value
from models.value.money.reasons import is_sentence
from models.value.statement.layers import layer_part
from models.value.statement.quarter_statement import Statement

AddTicket = Callable[..., int]
Q4 = Period.parse("2026Q4")
NOW = datetime(2027, 1, 4, 7, tzinfo=UTC)
BEFORE, SINCE = date(2026, 7, 6), date(2026, 10, 5)
WEEKS = 12
SPARED = 92 / 7
"""Hours: two tickets a week, half an hour each, over all days of the quarter."""
ASSUMED = DecileRange(0.3, 0.5, 0.8)
STAFF = tuple(f"p{n}" for n in range(5))


def noon(first: date, week: int, day: int = 0, hour: int = 10) -> datetime:
    at = datetime.combine(first + timedelta(weeks=week, days=day), datetime.min.time(), tzinfo=UTC)
    return at + timedelta(hours=hour)


def fill(add_ticket: AddTicket, first: date, *, resolved: int, left: int, minutes: float) -> None:
    """Each week so many tickets are resolved, and so many are left open."""
    for week in range(WEEKS):
        source = Source.IMPORT if first == BEFORE else Source.SLACK
        for n in range(resolved):
            spread = minutes * (0.9, 1.0, 1.1)[n % 3]
            add_ticket(noon(first, week, n % 5), spread, source=source)
        for n in range(left):
            add_ticket(noon(first, week, n % 5, 11), source=source)


@pytest.fixture
def desk(add_ticket: AddTicket, kpis: Kpis) -> None:
    """Two tickets a week are left before the pilot and none since; a ticket fell from 60 to 30."""
    fill(add_ticket, BEFORE, resolved=9, left=2, minutes=60.0)
    kpis.freeze(date(2026, 7, 1), date(2026, 9, 30), datetime(2026, 10, 1, tzinfo=UTC))
    fill(add_ticket, SINCE, resolved=9, left=0, minutes=30.0)


def act(store: Store, ticket: int, who: str, at: datetime) -> None:
    with store.begin() as unit:
        event = TicketEvent(
            kind=EventKind.CLAIMED, at=at, actor=who, ticket_id=ticket, command_id=f"{who}{at}"
        )
        unit.tickets.record(event)


def work(store: Store, ticket: int, first: date, people: Sequence[str], last_hour: int) -> None:
    """On each day of the weeks somebody acts at eight, and somebody last at an hour (UTC)."""
    for week in range(WEEKS):
        for day in range(5):
            one, other = people[day % len(people)], people[(day + 1) % len(people)]
            act(store, ticket, one, noon(first, week, day, 8))
            act(store, ticket, other, noon(first, week, day, last_hour))


def told(value: Value, *uses: str, note: str = "") -> Statement:
    value.declare(Q4, DeclaredUses.parse(uses), note, NOW)
    return value.statement(Q4, NOW)


def indicator(said: Statement, use: FreedUse) -> Indicator:
    assert said.reused is not None
    return next(one for one in said.reused.indicators if one.use is use)


class TestWhatIsDeclared:
    def test_is_one_use_or_several_with_their_shares(self) -> None:
        assert DeclaredUses.parse(["backlog"]).shares == ((FreedUse.BACKLOG, 100),)
        both = DeclaredUses.parse(["project=40", "backlog=50%"])
        assert both.text == "backlog=50,project=40"
        assert both.total == 90

    @pytest.mark.parametrize(
        "texts",
        [
            [],
            [""],
            ["naps"],
            ["backlog", "project"],
            ["backlog=50", "backlog=50"],
            ["backlog=70", "project=40"],
            ["backlog=0"],
            ["backlog=-5"],
            ["backlog=half"],
        ],
    )
    def test_is_refused_where_it_says_nothing_or_too_much(self, texts: list[str]) -> None:
        with pytest.raises(InvalidError):
            DeclaredUses.parse(texts)

    @given(st.dictionaries(st.sampled_from(FreedUse), st.integers(1, 25), min_size=1))
    def test_is_read_as_it_is_written(self, shares: dict[FreedUse, int]) -> None:
        uses = DeclaredUses.of(shares)
        assert DeclaredUses.parse([uses.text]) == uses

    def test_is_kept_with_what_was_said_before_and_in_the_chain(
        self, desk: None, value: Value, store: Store
    ) -> None:
        told(value, "project")
        said = told(value, "backlog=60", "project=40", note="The queue of the summer").reused
        assert said is not None
        assert said.declaration is not None
        assert (said.declaration.before, said.declaration.note) == (1, "The queue of the summer")
        assert [row.uses for row in value.declarations()] == [
            "project=100",
            "backlog=60,project=40",
        ]
        assert verify(store).ok

    def test_is_of_a_quarter_that_has_begun(self, value: Value) -> None:
        for text in ("2027Q2", "2026-11"):
            with pytest.raises(InvalidError):
                value.declare(Period.parse(text), DeclaredUses.parse(["backlog"]), "", NOW)


class TestABacklog:
    def test_is_worth_what_it_stopped_growing(self, desk: None, value: Value) -> None:
        found = indicator(told(value, "backlog"), FreedUse.BACKLOG)
        assert (found.before, found.now) == (2.0, 0.0)
        assert (found.weeks_before, found.weeks) == (WEEKS, WEEKS)
        # No week differs from another; the days beside whole weeks count, too.
        assert found.hours == pytest.approx((SPARED, SPARED, SPARED))

    def test_takes_the_place_of_the_assumption(self, desk: None, value: Value) -> None:
        guessed = value.statement(Q4, NOW)
        assert guessed.reused is not None
        assert guessed.reused.basis is RecaptureBasis.ASSUMED
        assert guessed.reused.share == ASSUMED

        said = told(value, "backlog")

        assert said.reused is not None
        assert said.reused.basis is RecaptureBasis.MEASURED
        hours = said.hours_freed
        assert hours == pytest.approx(54.0, rel=0.02)  # 108 tickets, half an hour each
        shares = {one.key: one for one in said.assumptions}
        assert shares["recapture_mid"].value == pytest.approx(SPARED / (hours or 1))
        assert shares["recapture_mid"].source == "measured, before and after"
        assert said.benefit is not None
        # What is measured is worth its hours, at 45 euros each.
        assert said.benefit.mid == pytest.approx(SPARED * 45)

    def test_counts_no_further_than_its_share(self, desk: None, value: Value) -> None:
        said = told(value, "backlog=10")
        assert said.reused is not None
        assert said.reused.share.mid == pytest.approx(0.1)

    def test_of_too_few_weeks_is_not_measured(self, desk: None, value: Value) -> None:
        early = datetime(2026, 11, 9, 7, tzinfo=UTC)
        value.declare(Q4, DeclaredUses.parse(["backlog"]), "", early)
        said = value.statement(Q4, early)
        assert indicator(said, FreedUse.BACKLOG).why is Unmeasured.TOO_SHORT
        assert said.reused is not None
        assert said.reused.share == ASSUMED


def test_without_a_baseline_nothing_is_measured(value: Value) -> None:
    said = told(value, "backlog")
    assert indicator(said, FreedUse.BACKLOG).why is Unmeasured.NO_BASELINE


def test_a_project_cannot_be_measured_and_that_is_said(desk: None, value: Value) -> None:
    said = told(value, "project")
    assert indicator(said, FreedUse.PROJECT).why is Unmeasured.NO_MEASURE
    assert "project work: cannot be measured" in value.report(Q4, NOW, "en").to_json()
    text = plain(layer_part(said, words_for("en")).runs)
    assert "50% (P10 to P90: 30% to 80%), an assumption" in text


class TestWhenWorkEnds:
    @pytest.fixture
    def people(self, desk: None, add_ticket: AddTicket, store: Store) -> Callable[..., None]:
        def act_on_days(before: int, since: int, people: Sequence[str] = STAFF) -> None:
            ticket = add_ticket(noon(BEFORE, 0), 60.0)
            work(store, ticket, BEFORE, people, before)
            work(store, ticket, SINCE, people, since)

        return act_on_days

    def test_an_earlier_close_is_seen_by_the_last_act_of_the_day(
        self, people: Callable[..., None], value: Value
    ) -> None:
        people(14, 13)  # 16:00 in summer; 15:00 in summer and 14:00 in winter
        found = indicator(told(value, "earlier_close"), FreedUse.EARLIER_CLOSE)
        assert found.before == pytest.approx(16 * 60)
        assert found.now is not None
        assert 14 * 60 < found.now < 15 * 60
        assert found.hours is not None
        assert found.hours.mid == pytest.approx((16 - found.now / 60) * 65, rel=0.05)

    def test_overtime_is_seen_by_acts_outside_office_hours(
        self, people: Callable[..., None], value: Value
    ) -> None:
        people(18, 12)
        before_christmas = datetime(2026, 12, 22, 7, tzinfo=UTC)
        value.declare(Q4, DeclaredUses.parse(["less_overtime"]), "", before_christmas)
        said = value.statement(Q4, before_christmas)
        found = indicator(said, FreedUse.LESS_OVERTIME)
        assert (found.before, found.now) == (5.0, 0.0)
        assert found.hours is not None
        assert found.hours.mid > 0

    def test_nothing_is_said_of_the_few_who_worked_at_christmas(
        self, people: Callable[..., None], value: Value
    ) -> None:
        """Five work at the desk; four acts outside office hours are of fewer people."""
        people(18, 12)
        found = indicator(told(value, "less_overtime"), FreedUse.LESS_OVERTIME)
        assert (found.why, found.before, found.now) == (Unmeasured.FEW_PEOPLE, None, None)

    def test_nothing_is_said_of_fewer_than_five(
        self, people: Callable[..., None], value: Value
    ) -> None:
        people(18, 12, STAFF[:4])
        said = told(value, "earlier_close=50", "less_overtime=50")
        for use in (FreedUse.EARLIER_CLOSE, FreedUse.LESS_OVERTIME):
            found = indicator(said, use)
            assert (found.why, found.before, found.hours) == (Unmeasured.FEW_PEOPLE, None, None)


class TestTheShareThatIsPutToUse:
    uses = st.dictionaries(st.sampled_from(FreedUse), st.integers(1, 25), min_size=1)
    hours = st.none() | st.floats(-200, 200)

    @given(uses, st.lists(hours, min_size=4, max_size=4), st.none() | st.floats(-50, 500))
    def test_is_never_more_than_was_declared(
        self, shares: dict[FreedUse, int], seen: list[float | None], freed: float | None
    ) -> None:
        uses = DeclaredUses.of(shares)
        indicators = [
            Indicator(use, hours=None if one is None else DecileRange(one - 5, one, one + 5))
            for use, one in zip(FreedUse, seen, strict=True)
            if use in shares
        ]
        found = time_reused(
            Declaration(uses, "", date(2027, 1, 4), 0), indicators, freed, ASSUMED
        ).share
        assert 0 <= found.low <= found.mid <= found.high <= uses.total / 100 + 1e-9

    @given(st.lists(st.floats(0, 50), min_size=8, max_size=20))
    def test_of_weeks_that_did_not_change_holds_nothing(self, weeks: list[float]) -> None:
        found = less(FreedUse.BACKLOG, WeeksSeen(weeks, weeks), 0.5, 92 / 7)
        assert found.hours is not None
        assert found.hours.low <= 1e-9
        assert found.hours.mid == pytest.approx(0.0, abs=1e-9)


def test_a_statement_made_anew_names_the_declaration(
    desk: None, value: Value, store: Store
) -> None:
    made = value.issue(Q4, NOW, "en")
    with store.begin() as unit:
        unit.issued.save(made.row)
    later = NOW + timedelta(days=3)
    value.declare(Q4, DeclaredUses.parse(["backlog"]), "", later)

    found = value.statement(Q4, later).issued
    assert found is not None
    assert Because.DECLARED in {one.because for one in found.because}
    again = value.issue(Q4, later, "en")
    assert again.row is not None
    with store.begin() as unit:
        unit.issued.save(again.row)
    found = value.statement(Q4, later).issued
    assert found is not None
    assert (found.differs, found.earlier) == ((), (NOW.date(),))


@pytest.mark.parametrize("language", ["en", "sv", "de"])
def test_the_three_layers_stand_apart(desk: None, value: Value, language: str) -> None:
    words = words_for(language)
    text = plain(layer_part(told(value, "backlog"), words).runs)
    changed, reused, money = text.splitlines()
    assert words.number(54) in changed
    assert words.percent(SPARED / 54) in reused
    # Nothing is shown, so there is nothing that finance could confirm.
    assert money == plain(words.rich("*Money:* no benefit is shown."))


@pytest.mark.parametrize(
    ("text", "says"),
    [("x", False), ("no no no", False), ("a b c d", False), ("all hours go there", True)],
)
def test_a_reason_is_a_sentence(text: str, says: bool) -> None:
    assert is_sentence(text) is says
