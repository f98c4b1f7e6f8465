"""Before the pilot: Lotsen asks what to compare with, and does not assist until it is known."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from models.commands import ChooseBaseline
from models.desk.base.pilot_phase import PilotPhase, assisted_since, phase_after, phase_of
from models.desk.base.turn import Turn
from models.desk.programme.baselines import Baselines, ComparisonChoice
from models.errors import InvalidError
from models.kpis.periods import Period
from models.message import Buttons, Message
from models.store.transaction import Store
from models.tables import (
    Article,
    BaselineChoice,
    BaselineStep,
    DecidedBy,
    EventKind,
    Source,
    Status,
    Ticket,
    TicketText,
)
from models.tickets.times import times_of
from models.value.effect.comparison import VerdictReason
from tests.models.desk.conftest import ASA, KIM, LENA, START, Desk, at, open_desk

DAY = 86_400.0
LEAD = "CLEAD"
ASKED, OBSERVE = BaselineStep.ASKED, BaselineStep.OBSERVE
FREEZE, OVERRIDE = BaselineStep.FREEZE, BaselineStep.OVERRIDE


@pytest.fixture
def both(migrated_url: str) -> Iterator[Desk]:
    """A desk on each kind of database."""
    store = Store(migrated_url)
    yield open_desk(store)
    store.close()


def of(desk: Desk) -> Baselines:
    return Baselines(replace(desk.lotsen.desk, lead_channel=LEAD), desk.lotsen.kpis)


def posted(desk: Desk, start: str = "baseline:") -> list[tuple[str, Message]]:
    rows = [row for row in desk.posts() if row.key.startswith(start)]
    return [(row.key, Message.from_json(row.message)) for row in rows]


def state(desk: Desk) -> PilotPhase:
    with desk.lotsen.store.snapshot() as unit:
        return phase_of(unit)


def click(desk: Desk, step: str, user: str = LENA, seconds: float = 60, weeks: int = 4) -> Any:
    command = ChooseBaseline(
        id=f"Ev{next(desk.numbers)}",
        user=user,
        step=cast("Any", step),
        weeks=weeks,
        at=at(seconds),
        channel=LEAD,
    )
    desk.lotsen.mailbox.accept(command, at(seconds))
    of(desk).choose(command, at(seconds))
    return command


def tickets(desk: Desk, n: int, day: datetime, source: Source = Source.IMPORT) -> None:
    """Store ``n`` tickets that were resolved within an hour on a day."""
    with desk.lotsen.store.begin() as unit:
        for minute in range(n):
            opened = day + timedelta(minutes=minute)
            ticket = unit.tickets.add_ticket(
                Ticket(
                    source=source,
                    status=Status.SOLVED,
                    decided_by=DecidedBy.IMPORTED,
                    opened_at=opened,
                ),
                TicketText(ticket_id=0),
            )
            done = opened + timedelta(minutes=30)
            turn = Turn(unit, desk.lotsen.desk, f"made:{ticket.id}", done)
            turn.record(EventKind.OPENED, opened, ticket)
            turn.record(EventKind.RESOLVED, done, ticket)
            turn.record(EventKind.STATED, done, ticket, minutes=20)
            unit.tickets.put_times(
                times_of(
                    source,
                    ticket.id or 0,
                    unit.tickets.events_of(ticket.id or 0),
                    desk.lotsen.calendar,
                )
            )


# The lock, pure ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "frozen", "expected"),
    [
        ([], False, PilotPhase.ACTIVE),
        ([ASKED], False, PilotPhase.UNDECIDED),
        ([ASKED, OBSERVE], False, PilotPhase.OBSERVING),
        ([ASKED, OVERRIDE], False, PilotPhase.ACTIVE),
        ([ASKED, OVERRIDE, OBSERVE], False, PilotPhase.OBSERVING),
        ([ASKED, OBSERVE, OVERRIDE], False, PilotPhase.ACTIVE),
        ([ASKED], True, PilotPhase.ACTIVE),
        ([ASKED, OBSERVE], True, PilotPhase.ACTIVE),
        ([ASKED, FREEZE], True, PilotPhase.ACTIVE),
        ([], True, PilotPhase.ACTIVE),
    ],
)
def test_the_last_step_locks_until_a_baseline_is_frozen(
    steps: Sequence[BaselineStep], frozen: bool, expected: PilotPhase
) -> None:
    choices = [BaselineChoice(step=step, at=START) for step in steps]

    assert phase_after(choices, frozen=frozen) is expected


def on(day: int, step: BaselineStep) -> BaselineChoice:
    return BaselineChoice(step=step, at=START.replace(day=day))


@pytest.mark.parametrize(
    ("choices", "first", "last", "since"),
    [
        ([], 1, 30, None),
        ([on(10, OVERRIDE)], 1, 9, None),
        ([on(10, OVERRIDE)], 1, 10, 10),
        ([on(10, OVERRIDE), on(12, OVERRIDE)], 11, 30, 10),
        ([on(10, OVERRIDE), on(20, OBSERVE)], 20, 30, None),
        ([on(10, OVERRIDE), on(20, OBSERVE)], 19, 30, 10),
        ([on(10, OVERRIDE), on(20, OBSERVE), on(25, OVERRIDE)], 20, 30, 25),
        ([on(5, OBSERVE), on(10, OVERRIDE)], 1, 9, None),
    ],
)
def test_days_on_which_it_helped_are_no_baseline(
    choices: list[BaselineChoice], first: int, last: int, since: int | None
) -> None:
    days = (date(2026, 11, first), date(2026, 11, last))
    found = assisted_since(choices, *days, ZoneInfo("Europe/Stockholm"))

    assert (found.day if found else None) == since


@pytest.mark.slow
def test_a_freeze_of_helped_days_is_refused_and_of_earlier_ones_is_not(desk: Desk) -> None:
    of(desk).decide(ComparisonChoice(OVERRIDE, reason="We dare"), START)
    tickets(desk, 30, START - timedelta(days=7))
    tickets(desk, 30, START + timedelta(days=3), Source.SLACK)
    later = (START + timedelta(days=10)).date()

    with pytest.raises(InvalidError, match="assisted since 2026-11-23"):
        of(desk).freeze(START.date(), later, at(20 * DAY))
    assert of(desk).freeze(None, None, at(20 * DAY)).period.last_day < START.date()


def test_a_click_that_cannot_freeze_leaves_no_step(desk: Desk) -> None:
    of(desk).decide(ComparisonChoice(OVERRIDE, reason="We dare"), START)
    tickets(desk, 30, START + timedelta(days=3))

    click(desk, "freeze", seconds=20 * DAY)

    with desk.lotsen.store.snapshot() as unit:
        assert [row.step for row in unit.surveys.choices()] == [OVERRIDE]
    assert desk.lotsen.kpis.baseline() is None


# Asking --------------------------------------------------------------------------------------


def test_the_first_start_asks_once_whatever_restarts_and_replicas(both: Desk) -> None:
    assert of(both).ask(START)
    assert not of(both).ask(at(DAY))

    ((key, message),) = posted(both)
    actions = [
        b.action for part in message.parts if isinstance(part, Buttons) for b in part.buttons
    ]
    assert key == "baseline:asked"
    assert actions == ["baseline_observe"] * 2 + ["baseline_freeze", "baseline_override"]
    assert state(both) is PilotPhase.UNDECIDED


def test_where_there_is_no_lead_to_ask_nothing_is_locked(desk: Desk) -> None:
    nowhere = replace(desk.lotsen.desk, lead_channel="")
    assert not Baselines(nowhere, desk.lotsen.kpis).ask(START)

    assert state(desk) is PilotPhase.ACTIVE
    assert posted(desk) == []


def test_with_a_baseline_nobody_is_asked(desk: Desk) -> None:
    tickets(desk, 30, START - timedelta(days=7))
    of(desk).freeze(None, None, START)

    assert not of(desk).ask(START)
    assert state(desk) is PilotPhase.ACTIVE


# What is locked ------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("step", [ASKED, OBSERVE])
def test_while_locked_a_question_is_a_ticket_without_answer_or_label(
    desk: Desk, article: Article, step: BaselineStep
) -> None:
    with desk.lotsen.store.begin() as unit:
        unit.surveys.save(BaselineChoice(step=step, last_day=date(2026, 12, 20), at=START))

    desk.say("VPN kopplar inte upp felkod 809")

    (ticket,) = desk.tickets()
    assert (ticket.category, ticket.decided_by) == ("", DecidedBy.NOBODY)
    assert EventKind.ANSWERED not in {event.kind for event in desk.events()}
    assert "ticket_suggestion" not in desk.card()
    assert not [row for row in desk.posts() if "443" in row.message]


@pytest.mark.parametrize("steps", [[], [ASKED, OVERRIDE]])
def test_open_it_answers_the_same_question(
    desk: Desk, article: Article, steps: list[BaselineStep]
) -> None:
    with desk.lotsen.store.begin() as unit:
        for step in steps:
            unit.surveys.save(BaselineChoice(step=step, reason="we dare", at=START))

    desk.say("VPN kopplar inte upp felkod 809")

    assert EventKind.ANSWERED in {event.kind for event in desk.events()}


def test_while_locked_search_and_classification_by_hand_go_on(desk: Desk, article: Article) -> None:
    of(desk).ask(START)

    assert "443" in str(desk.ask("ask", "VPN kopplar inte upp felkod 809"))
    assert desk.lotsen.triage.classify("VPN", "sv") is not None


# Deciding ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_observing_begins_with_the_leads_click_and_freezes_by_itself(both: Desk) -> None:
    of(both).ask(START)
    click(both, "observe", weeks=4)
    assert state(both) is PilotPhase.OBSERVING
    tickets(both, 31, START + timedelta(days=3), Source.SLACK)

    last_day = START + timedelta(days=27)
    assert of(both).end_observation(last_day) is None
    assert state(both) is PilotPhase.OBSERVING
    after = START + timedelta(days=28)
    assert of(both).end_observation(after, dry_run=True) is None
    assert state(both) is PilotPhase.OBSERVING
    for _ in range(2):  # two replicas, or a restart
        assert of(both).end_observation(after) is None

    assert state(both) is PilotPhase.ACTIVE
    frozen = both.lotsen.kpis.baseline()
    assert frozen is not None
    assert (frozen.period.first_day, frozen.period.last_day) == (START.date(), last_day.date())
    ((_, message),) = [one for one in posted(both) if one[0].endswith(":registered")]
    shown = str(message)
    assert frozen.sha256 in shown
    assert "31" in shown  # n
    assert "12 min" in shown  # the target: 40 % less than 20 minutes


def test_two_replicas_that_end_it_at_once_freeze_one_baseline(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    of(desk).ask(START)
    click(desk, "observe", weeks=4)
    tickets(desk, 31, START + timedelta(days=3), Source.SLACK)
    after, draft, pending = START + timedelta(days=28), desk.lotsen.kpis.draft, [True]

    def slow(_kpis: Any, first_day: date, last_day: date, now: datetime) -> Any:
        drafted = draft(first_day, last_day, now)
        while pending:
            pending.pop()
            of(desk).end_observation(after)  # the other replica, in the meantime
        return drafted

    monkeypatch.setattr(type(desk.lotsen.kpis), "draft", slow)
    of(desk).end_observation(after)

    assert not pending
    keys = [key for key, _ in posted(desk) if key.endswith(":registered")]
    assert keys == ["baseline:1:registered"]


@pytest.mark.slow
def test_too_few_tickets_and_it_observes_on_and_says_so_once_a_week(desk: Desk) -> None:
    of(desk).ask(START)
    click(desk, "observe", weeks=4)
    tickets(desk, 12, START + timedelta(days=3), Source.SLACK)

    told = [of(desk).end_observation(START + timedelta(days=n)) for n in range(27, 45)]

    days = [n for n, message in enumerate(told, 27) if message]
    assert days == [28, 35, 42]
    assert state(desk) is PilotPhase.OBSERVING

    tickets(desk, 20, START + timedelta(days=40), Source.SLACK)
    of(desk).end_observation(START + timedelta(days=49))
    assert state(desk) is PilotPhase.ACTIVE


def test_history_is_frozen_with_one_click(desk: Desk) -> None:
    of(desk).ask(START)
    tickets(desk, 30, START - timedelta(days=7))

    click(desk, "freeze")

    assert state(desk) is PilotPhase.ACTIVE
    keys = [key for key, _ in posted(desk)]
    assert "baseline:1:registered" in keys
    asked = [row for row in desk.posts() if "baseline:asked" in (row.key, row.target_key)]
    assert "baseline_freeze" not in asked[-1].message  # the buttons are gone


def test_too_little_history_is_told_and_changes_nothing(desk: Desk) -> None:
    of(desk).ask(START)
    tickets(desk, 29, START - timedelta(days=7))

    command = click(desk, "freeze")

    assert "30" in desk.reply(command).text
    assert state(desk) is PilotPhase.UNDECIDED


@pytest.mark.parametrize("user", [KIM, ASA])
def test_only_the_lead_chooses(desk: Desk, user: str) -> None:
    of(desk).ask(START)

    click(desk, "override", user=user)

    assert state(desk) is PilotPhase.UNDECIDED


@pytest.mark.parametrize("weeks", [0, 27, 100_000])
def test_a_forged_number_of_weeks_changes_nothing(desk: Desk, weeks: int) -> None:
    of(desk).ask(START)

    click(desk, "observe", weeks=weeks)

    assert state(desk) is PilotPhase.UNDECIDED


def test_a_click_that_comes_twice_is_one_step(desk: Desk) -> None:
    of(desk).ask(START)
    command = click(desk, "observe")

    of(desk).choose(command, at(90))

    with desk.lotsen.store.snapshot() as unit:
        assert [row.step for row in unit.surveys.choices()] == [ASKED, OBSERVE]


def test_a_late_click_after_the_freeze_changes_nothing(desk: Desk) -> None:
    of(desk).ask(START)
    tickets(desk, 30, START - timedelta(days=7))
    click(desk, "freeze")

    click(desk, "override", seconds=90)

    with desk.lotsen.store.snapshot() as unit:
        assert [row.step for row in unit.surveys.choices()] == [ASKED, FREEZE]


def test_going_without_is_recorded_and_the_statement_says_no_baseline(desk: Desk) -> None:
    of(desk).ask(START)

    of(desk).decide(ComparisonChoice(OVERRIDE, reason="The board wants it now"), START)

    with desk.lotsen.store.snapshot() as unit:
        assert unit.surveys.choices()[-1].reason == "The board wants it now"
    statement = desk.lotsen.value.statement(Period.parse("2026Q4"), at(DAY))
    assert statement.reason is VerdictReason.NO_BASELINE
    assert statement.benefit is None


@pytest.mark.parametrize(
    "choice",
    [
        ComparisonChoice(OVERRIDE),
        ComparisonChoice(OVERRIDE, reason=" "),
        ComparisonChoice(OBSERVE, weeks=0),
    ],
)
def test_a_choice_that_says_too_little_is_refused(desk: Desk, choice: ComparisonChoice) -> None:
    with pytest.raises(InvalidError):
        of(desk).decide(choice, START)


def test_the_command_line_cannot_choose_after_the_freeze(desk: Desk) -> None:
    tickets(desk, 30, START - timedelta(days=7))
    of(desk).freeze(None, None, START)

    with pytest.raises(InvalidError, match="frozen already"):
        of(desk).decide(ComparisonChoice(OBSERVE), START)


def test_an_observation_counts_local_days(desk: Desk) -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # half past midnight in Stockholm

    status = of(desk).decide(ComparisonChoice(OBSERVE, weeks=1), late)

    assert (status.first_day, status.last_day) == (date(2026, 11, 24), date(2026, 11, 30))
