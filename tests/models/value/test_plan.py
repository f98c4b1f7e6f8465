"""The 90-day plan: its days, its Fridays, and what counts as done."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InvalidError, UnknownError
from models.kpis.measurement import Kpis
from models.language import LANGUAGES, Language
from models.message import Message, Paragraph, Table, plain
from models.tables import Source
from models.tickets.hours import Calendar
from models.value.checkpoints import due_day, first_day_of, phase_of
from models.value.plan import Plan

AddTicket = Callable[..., int]
STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONDAY = date(2026, 11, 23)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=STOCKHOLM).astimezone(UTC)


def on_day(number: int) -> datetime:
    return at(MONDAY + timedelta(days=number - 1))


class TestTheTwelveWeeks:
    def test_are_due_on_fridays(self, plan: Plan) -> None:
        status = plan.start(MONDAY, at(MONDAY))

        assert [item.key for item in status.checkpoints] == [f"w{n}" for n in range(1, 13)]
        assert status.checkpoints[0].due == date(2026, 11, 27)
        assert status.checkpoints[11].due == date(2027, 2, 12)

    def test_are_due_the_working_day_before_a_holiday(self, plan: Plan) -> None:
        status = plan.start(MONDAY, at(MONDAY))

        # Friday 25 December and Thursday 24 December are off, as is Friday 1 January.
        assert status.checkpoints[4].due == date(2026, 12, 23)
        assert status.checkpoints[5].due == date(2026, 12, 30)

    @given(started=st.dates(date(2026, 1, 1), date(2037, 6, 1)), week=st.integers(1, 12))
    @settings(max_examples=200, deadline=None)
    def test_each_is_due_on_a_working_day_of_its_own_week(
        self, office: Calendar, started: date, week: int
    ) -> None:
        due = due_day(week, started, office)

        assert 0 <= (due - first_day_of(week, started)).days < 7
        assert office.is_working_day(due)

    def test_due_days_exist_even_when_nobody_works(self) -> None:
        class NobodyWorks:
            def is_working_day(self, day: date) -> bool:
                return False

        assert due_day(1, MONDAY, NobodyWorks()) == date(2026, 11, 27)

    def test_fall_into_three_phases_of_thirty_days(self) -> None:
        assert [phase_of(day) for day in (1, 30, 31, 60, 61, 90, 120)] == [1, 1, 2, 2, 3, 3, 3]


@pytest.mark.parametrize(
    ("day", "week", "left"), [(1, 1, 89), (7, 1, 83), (8, 2, 82), (84, 12, 6), (85, 13, 5)]
)
def test_day_and_week_are_counted_from_the_start(
    plan: Plan, day: int, week: int, left: int
) -> None:
    plan.start(MONDAY, at(MONDAY))

    status = plan.status(on_day(day))

    assert (status.day, status.week, status.days_left) == (day, week, left)


def test_after_day_90_the_days_run_on(plan: Plan) -> None:
    plan.start(MONDAY, at(MONDAY))

    status = plan.status(on_day(120))

    assert (status.day, status.week, status.days_left) == (120, 13, 0)


def test_the_day_is_the_offices_and_not_utcs(plan: Plan) -> None:
    plan.start(MONDAY, at(MONDAY))

    half_past_midnight = datetime(2026, 11, 24, 0, 30, tzinfo=STOCKHOLM).astimezone(UTC)

    assert plan.status(half_past_midnight).day == 2


def test_without_a_plan_there_are_titles_and_no_days(plan: Plan) -> None:
    said = plan.status(at(MONDAY)).to_json()

    assert (said["started"], said["day"], said["week"]) == (None, None, None)
    assert {item["due"] for item in said["checkpoints"]} == {None}
    assert {item["state"] for item in said["checkpoints"]} == {"upcoming"}


def test_a_plan_may_start_on_a_day_to_come(plan: Plan) -> None:
    status = plan.start(date(2026, 12, 7), at(MONDAY))

    assert (status.day, status.week) == (0, 0)
    assert plan.monday_message(at(MONDAY), at(MONDAY)) is None


def test_a_new_start_ends_the_earlier_plan(plan: Plan) -> None:
    plan.start(MONDAY, at(MONDAY))
    plan.done("w1", "three interviews", at(MONDAY))

    status = plan.start(date(2026, 11, 30), on_day(8))

    assert status.started == date(2026, 11, 30)
    assert status.checkpoints[0].state == "due"


def test_a_start_in_another_century_is_refused(plan: Plan) -> None:
    with pytest.raises(InvalidError, match="within a year"):
        plan.start(date(2062, 11, 23), at(MONDAY))


class TestACheckpoint:
    def test_is_upcoming_then_due_then_late(self, plan: Plan) -> None:
        plan.start(MONDAY, at(MONDAY))

        states = [plan.status(on_day(day)).checkpoints[1].state for day in (7, 8, 12, 13)]

        assert states == ["upcoming", "due", "due", "late"]

    def test_is_done_when_somebody_says_so_with_evidence(self, plan: Plan) -> None:
        plan.start(MONDAY, at(MONDAY))

        status = plan.done("w1", "  Six interviews, list in the wiki ", on_day(4))

        assert status.checkpoints[0].state == "done"
        assert status.checkpoints[0].evidence == "Six interviews, list in the wiki"

    def test_cannot_be_done_without_evidence_or_plan_or_when_unknown(self, plan: Plan) -> None:
        with pytest.raises(InvalidError, match="no plan"):
            plan.done("w1", "yes", at(MONDAY))
        plan.start(MONDAY, at(MONDAY))
        with pytest.raises(InvalidError, match="what shows"):
            plan.done("w1", " ", at(MONDAY))
        with pytest.raises(UnknownError, match="w1, w2"):
            plan.done("w13", "yes", at(MONDAY))

    def test_of_week_6_is_attested_by_a_frozen_baseline(
        self, plan: Plan, kpis: Kpis, add_ticket: AddTicket
    ) -> None:
        plan.start(MONDAY, at(MONDAY))
        for n in range(40):
            add_ticket(at(date(2026, 8, 3)) + timedelta(days=n), 30.0, source=Source.IMPORT)
        frozen = kpis.freeze(date(2026, 8, 1), date(2026, 10, 31), at(MONDAY))

        week6 = plan.status(on_day(2), "en").checkpoints[5]

        assert week6.state == "done"
        assert week6.evidence == (
            "Baseline frozen for 1 August 2026 to 31 October 2026 (40 handling times), "
            f"SHA-256 {frozen.sha256[:12]}"
        )

    def test_of_weeks_9_and_10_is_attested_by_real_tickets_since_the_start(
        self, plan: Plan, add_ticket: AddTicket
    ) -> None:
        plan.start(MONDAY, at(MONDAY))
        for n in range(31):
            add_ticket(on_day(30) + timedelta(minutes=n))
            add_ticket(on_day(30) + timedelta(minutes=n), source=Source.DEMO)
            add_ticket(on_day(-10), source=Source.SLACK)

        week9, week10 = plan.status(on_day(65), "sv").checkpoints[8:10]

        assert (week9.state, week10.state) == ("done", "due")
        assert week9.evidence == "31 riktiga ärenden hittills, 30 behövs"
        assert week10.evidence == "31 riktiga ärenden hittills, 120 behövs"


class TestTheMondayPost:
    def test_says_week_due_late_and_days_left(self, plan: Plan) -> None:
        plan.start(MONDAY, at(MONDAY))

        message = plan.monday_message(on_day(8), on_day(8), "sv")

        assert message is not None
        assert message.text == (
            "90-dagarsplanen: vecka 2 av 12, dag 8 av 90. "
            "Förteckna alla datakällor och bedöm deras kvalitet"
        )
        said = [plain(part.runs) for part in message.parts if isinstance(part, Paragraph)]
        assert said == [
            "Fas 1, dag 1–30: nuläget · 0 av 12 kontrollpunkter klara · 82 dagar kvar",
            "Ska bli klart den här veckan",
            "Vecka 2: Förteckna alla datakällor och bedöm deras kvalitet. "
            "Senast fredag 4 december.",
            "Efter plan",
            "Vecka 1: Intervjua avdelningscheferna och peka ut de tre största "
            "ineffektiviteterna. Senast fredag 27 november.",
        ]

    def test_that_comes_late_says_so(self, plan: Plan) -> None:
        plan.start(MONDAY, at(MONDAY))

        message = plan.monday_message(on_day(8), on_day(20), "en")

        assert message is not None
        assert "comes late." in message.to_json()
        assert "week 2 of 12" in message.text

    def test_is_posted_for_thirteen_weeks_and_no_more(self, plan: Plan) -> None:
        plan.start(MONDAY, at(MONDAY))

        posted = [
            week
            for week in range(-3, 30)
            if plan.monday_message(on_day(7 * week - 6), on_day(7 * week - 6)) is not None
        ]

        assert posted == list(range(1, 14))

    def test_is_nothing_without_a_plan(self, plan: Plan) -> None:
        assert plan.monday_message(at(MONDAY), at(MONDAY)) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", [-3, 1, 40, 86, 95])
def test_the_whole_plan_can_be_read_on_any_day(plan: Plan, language: Language, day: int) -> None:
    before = plan.message(at(MONDAY), language)
    plan.start(MONDAY, at(MONDAY))

    message = plan.message(on_day(day), language)

    assert before.text != message.text
    (table,) = (part for part in message.parts if isinstance(part, Table))
    assert len(table.rows) == 12
    assert Message.from_json(message.to_json()) == message
    assert "{" not in message.text
