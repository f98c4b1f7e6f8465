"""The 90-day plan: its days, what counts as done, who said what, and what is posted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import DBAPIError

from models.errors import InvalidError, NotFoundError
from models.kpis.measurement import Kpis
from models.language import LANGUAGES, Language, words_for
from models.message import Buttons, Message, Note, Paragraph, Table, plain
from models.programme.change_requests import PlanChangeRequest
from models.programme.plan import PlanService
from models.programme.status import PlanStatus, TaskState
from models.programme.summary import plan_message
from models.store.transaction import Store
from models.tables import PlanAct, RegisterChange, RegisterLine, Source
from models.tickets.hours import Calendar
from models.value.effect.comparison import VerdictReason
from models.value.statement.quarter_statement import Statement
from tests.models.programme.criteria import add_criterion
from tests.models.programme.test_facts import statement

AddTicket = Callable[..., int]
STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONDAY = date(2026, 11, 23)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=STOCKHOLM).astimezone(UTC)


def on_day(number: int) -> datetime:
    return at(MONDAY + timedelta(days=number - 1))


def whole(plan: PlanService, now: datetime, language: Language) -> Message:
    return plan_message(plan.status(now, language), words_for(language))


def said(message: Message | None) -> list[str]:
    assert message is not None
    return [plain(part.runs) for part in message.parts if isinstance(part, Paragraph)]


def state(status: PlanStatus, key: str) -> TaskState:
    task = status.task(key) or status.gate(key)
    assert task is not None
    return task.state


@pytest.fixture
def begun(plan: PlanService) -> PlanService:
    plan.start(MONDAY, at(MONDAY))
    return plan


# Days -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "week", "left"), [(1, 1, 89), (7, 1, 83), (8, 2, 82), (84, 12, 6), (85, 13, 5), (120, 13, 0)]
)  # fmt: skip
def test_day_and_week_are_counted_from_the_start(
    begun: PlanService, day: int, week: int, left: int
) -> None:
    status = begun.status(on_day(day))

    assert (status.day, status.week, status.days_left) == (day, week, left)


def test_the_day_is_the_offices_and_not_utcs(begun: PlanService) -> None:
    half_past_midnight = datetime(2026, 11, 24, 0, 30, tzinfo=STOCKHOLM).astimezone(UTC)

    assert begun.status(half_past_midnight).day == 2


def test_without_a_plan_there_are_titles_and_no_days(plan: PlanService) -> None:
    found = plan.status(at(MONDAY)).to_json()

    assert (found["started"], found["day"], found["week"]) == (None, None, None)
    assert [item["key"] for item in found["checkpoints"]] == [f"w{n}" for n in range(1, 13)]
    assert {item["due"] for item in found["checkpoints"]} == {None}
    assert {item["state"] for item in found["checkpoints"]} == {"upcoming"}


def test_a_plan_may_start_on_a_day_to_come(plan: PlanService) -> None:
    status = plan.start(date(2026, 12, 7), at(MONDAY))

    assert (status.day, status.week) == (0, 0)
    assert plan.monday_message(at(MONDAY), at(MONDAY)) is None
    assert plan.check_in_message(at(MONDAY), "2026-W48") is None


def test_a_plan_that_runs_is_not_ended_by_mistake(begun: PlanService) -> None:
    begun.done("w1", "three interviews", at(MONDAY))

    with pytest.raises(InvalidError, match="runs already"):
        begun.start(None, on_day(8))

    assert begun.status(on_day(8)).checkpoints[0].state == "done"


def test_a_new_start_ends_the_earlier_plan(begun: PlanService) -> None:
    begun.done("w1", "three interviews", at(MONDAY))

    status = begun.start(date(2026, 11, 30), on_day(8), again=True)

    assert status.started == date(2026, 11, 30)
    assert status.checkpoints[0].state == "due"


def test_a_start_in_another_century_is_refused(plan: PlanService) -> None:
    with pytest.raises(InvalidError, match="within a year"):
        plan.start(date(2062, 11, 23), at(MONDAY))


# What counts as done ----------------------------------------------------------------------------


class TestATask:
    def test_is_to_do_then_done_with_its_evidence(self, begun: PlanService) -> None:
        status = begun.done("w1.interviews", "  https://wiki.example/interviews ", on_day(3))

        task = status.task("w1.interviews")
        assert task is not None
        assert (task.state, task.evidence) == (TaskState.DONE, "https://wiki.example/interviews")
        assert state(status, "w1.inefficiencies") is TaskState.TODO
        assert status.checkpoints[0].state == "due"

    def test_three_inefficiencies_are_three_lines_with_minutes(self, begun: PlanService) -> None:
        for wrong in (
            "passwords",
            "A, 10 minutes\nB, 20 minutes",
            "A 1\nB 2\nC 3\nD 4",
            "A 1\nB\nC 3",
        ):
            with pytest.raises(InvalidError, match="three lines"):
                begun.done("w1.inefficiencies", wrong, on_day(3))

        told = "Passwords, 300 minutes\nPrinters, 120 minutes\nAccess, 90 minutes"
        assert (
            state(begun.done("w1.inefficiencies", told, on_day(3)), "w1.inefficiencies") == "done"
        )

    def test_a_whole_week_can_be_done_at_once(self, begun: PlanService) -> None:
        status = begun.done("w1", "minutes of five interviews", on_day(4))

        assert status.checkpoints[0].state == "done"
        assert status.checkpoints[0].evidence == "minutes of five interviews"

    def test_is_late_the_day_after_it_was_due(self, begun: PlanService) -> None:
        def late(day: int) -> list[str]:
            return [task.key for task in begun.status(on_day(day)).late]

        assert late(5) == []
        assert late(6) == ["w1.interviews", "w1.inefficiencies"]

    def test_blocked_says_why_until_it_goes_on(self, begun: PlanService) -> None:
        status = begun.change(
            PlanChangeRequest("w1.interviews", PlanAct.BLOCKED, "everybody is away"), on_day(2)
        )
        task = status.task("w1.interviews")
        assert task is not None
        assert (task.state, task.reason) == (TaskState.BLOCKED, "everybody is away")

        status = begun.change(
            PlanChangeRequest("w1.interviews", PlanAct.REOPENED, "they are back"), on_day(3)
        )
        assert state(status, "w1.interviews") is TaskState.TODO

    def test_moved_has_a_new_day_and_takes_along_what_waits(self, begun: PlanService) -> None:
        wish = PlanChangeRequest(
            "w1.interviews", PlanAct.MOVED, "two heads are ill", date(2026, 12, 1)
        )
        status = begun.change(wish, on_day(4))

        first, second = status.task("w1.interviews"), status.task("w1.inefficiencies")
        assert first is not None
        assert second is not None
        assert (first.state, first.due) == (TaskState.MOVED, date(2026, 12, 1))
        assert (second.state, second.due) == (TaskState.TODO, date(2026, 12, 1))
        assert status.checkpoints[0].due == date(2026, 12, 1)

    @pytest.mark.parametrize(
        ("wish", "match"),
        [
            (PlanChangeRequest("w1.interviews", PlanAct.DONE, " "), "what shows"),
            (PlanChangeRequest("w1.interviews", PlanAct.BLOCKED, ""), "Say why"),
            (PlanChangeRequest("w1.interviews", PlanAct.MOVED, "later"), "from today on"),
            (
                PlanChangeRequest("w1.interviews", PlanAct.MOVED, "later", date(2026, 11, 20)),
                "from today on",
            ),
            (
                PlanChangeRequest("w1.interviews", PlanAct.MOVED, "later", date(2028, 1, 1)),
                "within a year",
            ),
            (PlanChangeRequest("w5.case", PlanAct.MOVED, "early", date(2026, 11, 26)), "waits for"),
            (PlanChangeRequest("w1.interviews", PlanAct.STOPPED, "enough"), "no such task"),
            (PlanChangeRequest("w1", PlanAct.BLOCKED, "all of it"), "no such task"),
            (PlanChangeRequest("w1.interviews", PlanAct.DONE, "x" * 3001), "3,000"),
            (PlanChangeRequest("gate30", PlanAct.BLOCKED, "no"), "go on, wait or stop"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_written(
        self, begun: PlanService, wish: PlanChangeRequest, match: str
    ) -> None:
        before = begun.status(on_day(2))

        with pytest.raises(InvalidError, match=match):
            begun.change(wish, on_day(2))

        assert begun.status(on_day(2)) == before

    def test_cannot_be_done_without_a_plan_or_when_unknown(self, plan: PlanService) -> None:
        with pytest.raises(InvalidError, match="No plan"):
            plan.done("w1", "yes", at(MONDAY))
        with pytest.raises(NotFoundError, match="w1, w2"):
            plan.done("w13", "yes", at(MONDAY))

    def test_amended_evidence_replaces_and_its_history_stays(self, begun: PlanService) -> None:
        begun.done("w1.interviews", "five heads", on_day(3))
        begun.done("w1.interviews", "six heads", on_day(4))

        task = begun.status(on_day(4)).task("w1.interviews")
        assert task is not None
        assert task.evidence == "six heads"
        told = [(one.told, one.at, one.by) for one in begun.history("w1.interviews")]
        assert told == [("six heads", on_day(4), ""), ("five heads", on_day(3), "")]

    @pytest.mark.parametrize(
        "statement", ["DELETE FROM plan_change", "UPDATE plan_change SET told = 'other'"]
    )
    def test_the_database_itself_refuses_to_change_history(
        self, migrated_url: str, office: Calendar, statement: str
    ) -> None:
        store = Store(migrated_url)
        plan = PlanService(store, office, Kpis(store, office))
        plan.start(MONDAY, at(MONDAY))
        plan.done("w1", "said", at(MONDAY))

        with (
            pytest.raises(DBAPIError, match="amended"),
            store.engine.begin() as connection,
        ):
            connection.exec_driver_sql(statement)
        assert plan.status(at(MONDAY)).checkpoints[0].evidence == "said"
        store.close()


class TestTheStoreAttests:
    def test_the_baseline_by_its_hash(
        self, begun: PlanService, kpis: Kpis, add_ticket: AddTicket
    ) -> None:
        for n in range(40):
            add_ticket(at(date(2026, 8, 3)) + timedelta(days=n), 30.0, source=Source.IMPORT)
        frozen = kpis.freeze(date(2026, 8, 1), date(2026, 10, 31), at(MONDAY))

        status = begun.status(on_day(2), "en")

        task = status.task("w6.baseline")
        assert task is not None
        assert (task.state, state(status, "w2.tickets")) == (TaskState.DONE, TaskState.DONE)
        assert task.evidence == (
            "Baseline frozen for 1 August 2026 to 31 October 2026 (40 handling times), "
            f"SHA-256 {frozen.sha256[:12]}"
        )

    def test_real_tickets_since_the_start(self, begun: PlanService, add_ticket: AddTicket) -> None:
        for n in range(31):
            add_ticket(on_day(30) + timedelta(minutes=n))
            add_ticket(on_day(30) + timedelta(minutes=n), source=Source.DEMO)
            add_ticket(on_day(-10), source=Source.SLACK)

        status = begun.status(on_day(65), "sv")

        week9, week10 = status.task("w9.users"), status.task("w10.tickets")
        assert week9 is not None
        assert week10 is not None
        assert (week9.state, week10.state) == (TaskState.DONE, TaskState.TODO)
        assert week9.evidence == "31 riktiga ärenden hittills, 30 behövs"
        assert week10.evidence == "31 riktiga ärenden hittills, 120 behövs"

    def test_a_person_may_say_more_beside_it(
        self, begun: PlanService, add_ticket: AddTicket
    ) -> None:
        begun.done("w10.tickets", "no more will come", on_day(66))

        task = begun.status(on_day(66), "en").task("w10.tickets")

        assert task is not None
        assert task.state is TaskState.DONE
        assert task.evidence == "no more will come · 0 real tickets so far, 120 needed"

    def test_the_statement_is_computed_when_it_is_due_and_nobody_waits(
        self, store: Store, office: Calendar, kpis: Kpis
    ) -> None:
        asked: list[datetime] = []

        def stated(now: datetime) -> Statement:
            asked.append(now)
            return replace(statement(VerdictReason.NO_DIFFERENCE), cost_eur=100.0)

        plan = PlanService(store, office, kpis, "en", stated)
        plan.start(MONDAY, at(MONDAY))
        assert state(plan.status(on_day(63)), "w11.roi") is TaskState.TODO
        assert plan.facts(on_day(64), quick=True).statement is None
        assert asked == []

        assert state(plan.status(on_day(64)), "w11.roi") is TaskState.DONE
        assert asked == [on_day(64)]


# Posts -----------------------------------------------------------------------------------------


def test_ranked_projects_are_a_roadmap_in_week_12_and_not_before(
    begun: PlanService, store: Store
) -> None:
    with store.begin() as unit:
        for number in (1, 2, 3):
            rated = {"name": f"Case {number}", "value": 4, "feasibility": 3, "effort": 2}
            line = RegisterLine(
                kind="use_cases", number=number, version=1, change=RegisterChange.ADDED,
                content=rated, at=at(MONDAY),
            )  # fmt: skip
            unit.registers.save(line)

    assert state(begun.status(on_day(60)), "w12.roadmap") is TaskState.TODO
    assert state(begun.status(on_day(80)), "w12.roadmap") is TaskState.DONE


class TestTheMondayPost:
    def test_says_what_is_due_what_is_behind_and_the_days_left(self, begun: PlanService) -> None:
        message = begun.monday_message(on_day(8), on_day(8), "sv")

        assert message is not None
        assert (
            message.text == "90-dagarsplanen: vecka 2 av 12, dag 8 av 90. Förteckna alla datakällor"
        )
        assert said(message) == [
            "Fas 1, dag 1–30: nuläget · 0 av 29 uppgifter klara · 82 dagar kvar",
            "Ska bli klart den här veckan",
            "Förteckna alla datakällor · IT-chefen · fredag 4 december",
            "Bedöm varje datakällas kvalitet · IT-chefen · fredag 4 december",
            "Importera tidigare ärenden · supporten · fredag 4 december",
            "Efter plan",
            "Intervjua avdelningscheferna · IT-chefen · fredag 27 november · försenat",
            "Peka ut de tre största ineffektiviteterna · IT-chefen · fredag 27 november · försenat",
        ]

    def test_names_the_gate_of_its_week(self, begun: PlanService) -> None:
        text = "Day 30, Tuesday 22 December: the IT lead decides whether the plan goes on."

        assert text in said(begun.monday_message(on_day(29), on_day(29), "en"))
        assert text not in said(begun.monday_message(on_day(22), on_day(22), "en"))

    def test_that_comes_late_says_so(self, begun: PlanService) -> None:
        message = begun.monday_message(on_day(8), on_day(20), "en")

        assert message is not None
        assert "comes late." in message.to_json()
        assert "week 2 of 12" in message.text

    def test_is_posted_for_thirteen_weeks_and_no_more(self, begun: PlanService) -> None:
        posted = [
            week
            for week in range(-3, 20)
            if begun.monday_message(on_day(7 * week - 6), on_day(7 * week - 6)) is not None
        ]

        assert posted == list(range(1, 14))


class TestTheCheckIn:
    def test_asks_of_each_open_task_with_three_buttons(self, begun: PlanService) -> None:
        begun.done("w1.interviews", "six heads", on_day(4))
        message = begun.check_in_message(on_day(5), "2026-W48", (), "en")

        assert message is not None
        rows = [part for part in message.parts if isinstance(part, Buttons)]
        assert [row.subject for row in rows] == ["plan:w1.inefficiencies"]
        assert [(button.action, button.value) for button in rows[0].buttons] == [
            ("plan_done", "w1.inefficiencies@2026-W48"),
            ("plan_blocked", "w1.inefficiencies@2026-W48"),
            ("plan_move", "w1.inefficiencies@2026-W48"),
        ]

    def test_asks_of_eight_at_most_and_counts_the_rest(self, begun: PlanService) -> None:
        message = begun.check_in_message(on_day(33), "2026-W52", (), "en")

        assert message is not None
        assert sum(isinstance(part, Buttons) for part in message.parts) == 8
        assert "and 5 more: " in message.to_json()

    def test_that_comes_late_asks_of_its_own_week_only(self, begun: PlanService) -> None:
        message = begun.check_in_message(on_day(6), "2026-W48", (), "en")

        assert message is not None
        assert message.text == "Check-in: how did week 1 go?"
        rows = [part.subject for part in message.parts if isinstance(part, Buttons)]
        assert rows == ["plan:w1.interviews", "plan:w1.inefficiencies"]
        assert "comes late." in message.to_json()

    def test_is_content_when_everything_is_done(self, begun: PlanService) -> None:
        begun.done("w1", "all of it", on_day(4))

        assert said(begun.check_in_message(on_day(5), "2026-W48", (), "en")) == [
            "Everything that was due is done. Good work!"
        ]

    def test_names_the_weeks_without_one(self, begun: PlanService) -> None:
        message = begun.check_in_message(on_day(19), "2026-W50", ("2026-W48", "2026-W49"), "en")

        assert message is not None
        notes = [plain(part.runs) for part in message.parts if isinstance(part, Note)]
        assert notes[0] == "Lotsen stood still: no check-in in 2026-W48 and 2026-W49."


class TestAGate:
    GATE = date(2026, 12, 22)

    def test_says_what_is_missing_on_its_day_only(self, begun: PlanService) -> None:
        for week in (1, 2, 3):
            begun.done(f"w{week}", "done", on_day(20))

        message = begun.gate_message([self.GATE], on_day(30), "en")

        assert said(message) == [
            "Phase 1, days 1–30: where we stand · 7 of 10 tasks done",
            "Still missing",
            "Map the team's skills, in conversations · the IT lead · Friday 18 December · late",
            "Plan training and its budget · the IT lead · Friday 18 December · late",
            "Find a champion for each area · the IT lead · Friday 18 December · late",
            "No success criterion for what comes then: /lotsen register criteria.",
        ]
        assert begun.gate_message([date(2026, 12, 21)], on_day(29)) is None

    @pytest.mark.parametrize("lacking", ["kpi", "unit", "baseline", "target", "due_on", "owner"])
    def test_opens_no_phase_without_a_whole_criterion(
        self, begun: PlanService, store: Store, lacking: str
    ) -> None:
        add_criterion(store, 2, **{lacking: ""})
        add_criterion(store, 3)  # of another phase
        with pytest.raises(InvalidError, match="success criterion"):
            begun.change(PlanChangeRequest("gate30", PlanAct.DONE, "all is there"), on_day(30))

        add_criterion(store, 2)
        status = begun.change(PlanChangeRequest("gate30", PlanAct.DONE, "all is there"), on_day(30))

        assert state(status, "gate30") is TaskState.DONE
        gate = status.gate("gate30")
        assert gate is not None
        assert gate.criteria == ("Phase 2 is quicker",)

    def test_that_was_decided_is_not_asked_again(self, begun: PlanService, store: Store) -> None:
        add_criterion(store, 2)
        begun.change(
            PlanChangeRequest("gate30", PlanAct.DONE, "skills will follow in January"), on_day(29)
        )

        assert begun.gate_message([self.GATE], on_day(30)) is None
        with pytest.raises(InvalidError, match="decided already"):
            begun.change(PlanChangeRequest("gate30", PlanAct.STOPPED, "or not"), on_day(31))

    def test_that_was_decided_by_mistake_can_be_opened_again(self, begun: PlanService) -> None:
        begun.change(PlanChangeRequest("gate30", PlanAct.STOPPED, "a slip of the pen"), on_day(29))
        status = begun.change(
            PlanChangeRequest("gate30", PlanAct.REOPENED, "that was wrong"), on_day(29)
        )

        assert not status.stopped
        assert begun.gate_message([self.GATE], on_day(30)) is not None
        assert [one.told for one in begun.history("gate30")] == [
            "that was wrong",
            "a slip of the pen",
        ]

    def test_that_waits_is_asked_again_on_its_new_day(self, begun: PlanService) -> None:
        begun.change(
            PlanChangeRequest("gate30", PlanAct.MOVED, "budget meeting", date(2027, 1, 12)),
            on_day(30),
        )

        assert begun.gate_message([self.GATE], on_day(30)) is None
        assert begun.gate_message([date(2027, 1, 12)], on_day(51)) is not None

    def test_that_stops_the_plan_ends_its_posts(self, begun: PlanService) -> None:
        status = begun.change(
            PlanChangeRequest("gate30", PlanAct.STOPPED, "no use case is worth it"), on_day(30)
        )

        assert status.stopped
        assert status.to_json()["stopped"]
        assert begun.monday_message(on_day(36), on_day(36)) is None
        assert begun.check_in_message(on_day(40), "2027-W01") is None
        assert begun.overdue_message([date(2026, 12, 28)], on_day(36)) is None
        assert begun.roadmap_post(on_day(80), on_day(80)) is None


class TestWhatIsOverdue:
    def test_is_told_on_one_day_only_without_names_and_reasons(self, begun: PlanService) -> None:
        begun.done("w1.interviews", "six heads", on_day(4))
        begun.change(
            PlanChangeRequest("w1.inefficiencies", PlanAct.BLOCKED, "Kim is ill"), on_day(4)
        )

        told = [
            day
            for day in range(1, 40)
            if (message := begun.overdue_message([MONDAY + timedelta(days=day - 1)], on_day(day), "en"))
            and "three largest" in message.to_json()
        ]  # fmt: skip

        assert told == [9]
        message = begun.overdue_message([date(2026, 12, 1)], on_day(9), "en")
        assert said(message) == [
            "Name the three largest inefficiencies (week 1), due 27 November",
        ]

    def test_is_silent_once_it_is_done_or_moved(self, begun: PlanService) -> None:
        begun.done("w1.interviews", "six heads", on_day(8))
        wish = PlanChangeRequest(
            "w1.inefficiencies", PlanAct.MOVED, "one more talk", date(2026, 12, 4)
        )
        begun.change(wish, on_day(8))

        assert begun.overdue_message([date(2026, 12, 1)], on_day(9)) is None
        assert begun.overdue_message([date(2026, 12, 8)], on_day(16)) is not None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", [-3, 1, 40, 86, 95])
def test_the_plan_and_its_week_can_be_read_on_any_day(
    plan: PlanService, language: Language, day: int
) -> None:
    before = whole(plan, at(MONDAY), language)
    plan.start(MONDAY, at(MONDAY))

    message, week = whole(plan, on_day(day), language), plan.week_message(on_day(day), language)

    assert before.text != message.text == week.text
    (table,) = (part for part in message.parts if isinstance(part, Table))
    assert len(table.rows) == 29
    assert Message.from_json(message.to_json()) == message
    assert "{" not in message.text + "".join(said(message) + said(week))
