"""What Slack never delivered is found in its history: once, at its own time, and nobody else's."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, delete, select

from benchmarks.replica import start_replica, wait_for
from bot.clock import Clock, MovableClock
from bot.demo.double import SlackDouble
from bot.demo.double.api import ApiResponse, WebApi
from bot.demo.double.conversation import microseconds
from bot.slack.history_reading import Pace
from bot.slack.history_sweep import SweepFindings
from bot.slack.inbound_watch import InboundWatch
from bot.slack.reading import instant
from models.desk.privacy.persons import erase
from models.settings import Settings
from models.store.migration import upgrade
from models.store.transaction import Store
from models.tables import CaseMessage, HistoryWatch, InboxRow, TicketEvent
from models.upkeep.inbound import Inbound
from tests.bot.demo.doubled import deliver_lost, refresh_sockets
from tests.stories.conftest import ASA, CROWD, HELP, OLA, Office

OTHER_APP: dict[str, Any] = {"user": "U0OTHER", "bot_id": "B0OTHER", "app_id": "A0OTHER"}
MINUTE = timedelta(minutes=1)


@dataclass
class Waiting:
    """Time that passes at once when somebody waits, and by itself besides."""

    seconds: float = field(default=0.0)

    def pause(self, seconds: float) -> bool:
        self.seconds += seconds
        return False

    def __call__(self) -> float:
        return time.monotonic() + self.seconds


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def listening(
    open_office: Callable[..., Office], waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Office]:
    """Open an office where Slack limits what is read as it does, and posts go as they come."""

    def open_(**more: Any) -> Office:
        options = {"rate_limits": True, "monotonic": waiting}
        greetings = list[InboundWatch]()
        greeted = InboundWatch.greeted

        def noted(watch: InboundWatch) -> None:
            greeted(watch)
            greetings.append(watch)

        monkeypatch.setattr(InboundWatch, "greeted", noted)
        office = open_office(double_options=options, **more)
        office.double.wait_until(lambda: greetings, 20)
        limits = office.double._api._limits
        limited = limits.wait
        monkeypatch.setattr(
            limits, "wait", lambda name, tier, at: limited(name, tier, at) if tier > 0 else 0
        )
        office.service._watch._sweep._reader._pace = Pace(waiting.pause, waiting)
        assert look(office) is not None  # at the start: from now on nothing is missing
        return office

    return open_


def look(office: Office) -> SweepFindings | None:
    """Let the watch look at the clock as it does every few seconds."""
    return office.service._watch.beat()


def swept(office: Office) -> tuple[int, int, int]:
    """Come back two minutes later and say what was found: messages, edits, deletions."""
    office.double.faults.clear()
    office.clock.forward(2 * MINUTE)
    found = look(office)
    assert found is not None
    return found.messages, found.edits, found.deletions


def heard(office: Office) -> dict[tuple[str, str], CaseMessage]:
    """Every message that is stored, by its place."""
    rows = office.read(lambda unit: unit._session.exec(select(CaseMessage)).all())
    return {(row.channel, row.ts): row for row in rows}


def state(office: Office) -> Any:
    """All that handling an event could change."""

    def read(unit: Any) -> Any:
        inbox = unit._session.exec(select(InboxRow).order_by(col(InboxRow.seq))).all()
        events = unit._session.exec(select(TicketEvent).order_by(col(TicketEvent.id))).all()
        return (
            [(row.id, row.state, row.done_at) for row in inbox],
            [(row.id, row.kind, row.at) for row in events],
        )

    messages = sorted(heard(office).items())
    rows = [(at, row.text, row.posted_at, row.edited_at, row.deleted_at) for at, row in messages]
    return office.read(read), rows, posts(office)


def posts(office: Office) -> Counter[str]:
    """How often each of our posts stands in Slack."""
    shown = [
        message
        for channel in office.double._slack.workspace.conversations
        for message in office.double.messages(channel)
    ]
    return Counter(one.metadata["event_payload"]["key"] for one in shown if one.metadata)


def ask(office: Office, who: str, text: str, thread: str | None = None) -> tuple[str, str]:
    office.clock.forward(timedelta(seconds=31))
    return HELP, office.double.say(who, HELP, text, thread)


def ask_directly(office: Office, who: str, text: str) -> tuple[str, str]:
    office.clock.forward(timedelta(seconds=31))
    return office.double.im(who), office.double.direct_message(who, text)


def questions(names: range) -> Iterator[tuple[str, str]]:
    for number in names:
        yield CROWD[number].id, f"Skrivaren {number} på plan {number} är trasig"


@dataclass(frozen=True)
class Size:
    """How much happens: questions before; then threads with new ones and old ones, and people
    who write directly twice, half of them for the first time."""

    before: int
    new: int
    old: int
    direct: int


TWO_HUNDRED = Size(before=20, new=30, old=10, direct=20)
TWENTY = Size(before=6, new=3, old=1, direct=2)


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(TWENTY, id="20 messages"),
        pytest.param(
            TWO_HUNDRED,
            id="200 messages",
            marks=[pytest.mark.long, pytest.mark.faults, pytest.mark.timeout(280)],
        ),
    ],
)
def test_two_hours_of_silence_lose_nothing(
    listening: Callable[..., Office], database_url: str, waiting: Waiting, size: Size
) -> None:
    office = listening(url=database_url)
    double = office.double
    before = [ask(office, who, text) for who, text in questions(range(size.before))]
    asides = [
        ask(office, CROWD[number].id, "den står på plan två", before[number][1])
        for number in range(2)
    ]
    direct = range(60 - size.direct, 60)
    for number in direct[: size.direct // 2]:
        ask_directly(office, CROWD[number].id, f"Skärm {number} är svart")
    office.settle(100)

    double.faults.lost_events = 1.0
    lost = list[tuple[str, str]]()
    for who, text in questions(range(20, 20 + size.new)):
        root = ask(office, who, text)
        lost += [root, *(ask(office, who, f"mer om det: {n}", root[1]) for n in range(3))]
    for number in range(size.old):
        who = CROWD[number].id
        lost += [ask(office, who, f"hjälper inte {n}", before[number][1]) for n in range(4)]
    for number in direct:
        who = CROWD[number].id
        lost += [ask_directly(office, who, f"Dator {number} startar inte")]
        lost += [ask_directly(office, who, f"Telefon {number} ringer inte")]
    office.clock.forward(60 * MINUTE)
    edited, deleted = before[-4:-2], before[-2:]
    for number, place in enumerate(edited, start=size.before - 4):
        double.edit(CROWD[number].id, *place, f"Lampan {number} är trasig")
    for number in (0, 4):  # these were never heard
        double.edit(CROWD[20 + number // 4].id, *lost[number], f"Dörren {number} är trasig")
    for number, place in enumerate(deleted, start=size.before - 2):
        double.delete(CROWD[number].id, *place)
    double.delete(CROWD[1].id, *asides[1])
    office.settle()

    waited = waiting.seconds
    assert len(lost) == len(set(lost)) == 4 * (size.new + size.old) + 2 * size.direct
    assert swept(office) == (len(lost), 2 + 2, 2 + 1)
    assert waiting.seconds - waited < 600
    assert {call.status for call in double.calls if call.method.startswith("conv")} == {200}
    office.settle(200)

    found = heard(office)
    assert all(found[place].posted_at == instant(place[1]) for place in lost)
    assert all(found[place].text.startswith("Lampan") for place in edited)
    assert all(found[place].text.startswith("Dörren") for place in (lost[0], lost[4]))
    gone = {place for place, row in found.items() if row.deleted_at}
    assert gone == {*deleted, asides[1]}
    assert set(posts(office).values()) == {1}

    once = state(office)
    assert deliver_lost(double) >= len(lost) + 7
    office.settle()
    assert swept(office) == (0, 0, 0)
    office.settle()
    assert state(office) == once


def test_nothing_is_taken_in_from_before_we_listened(listening: Callable[..., Office]) -> None:
    office = listening()
    office.double.faults.lost_events = 1.0
    ask(office, ASA, "Det här skrevs innan Lotsen kom hit")
    with office.lotsen.store.begin() as unit:
        unit._session.exec(delete(HistoryWatch))
    assert swept(office) == (0, 0, 0)

    office.double.faults.lost_events = 1.0
    ask(office, ASA, "Min skärm är svart")
    assert swept(office) == (1, 0, 0)


def test_what_no_listener_takes_is_not_found_either(listening: Callable[..., Office]) -> None:
    office = listening()
    double = office.double
    double.faults.lost_events = 1.0
    double.join(OLA, HELP)
    root = ask(office, ASA, "Min skärm är svart")
    double._slack.post(
        double._slack.workspace.place(HELP), thread_ts=root[1], text="pling", **OTHER_APP
    )
    double.delete(ASA, *ask(office, ASA, "glöm det"))
    assert swept(office) == (1, 0, 0)
    office.settle()
    assert len(office.cards()) == 1
    assert swept(office) == (0, 0, 0)  # not our own posts either


def test_a_message_that_nobody_can_read_keeps_no_other_from_being_found(
    listening: Callable[..., Office],
) -> None:
    office = listening()
    office.double.faults.lost_events = 1.0
    _, odd = ask(office, ASA, "Min skärm är svart")
    ask(office, OLA, "Min dator startar inte")
    where = office.double._slack.workspace.place(HELP)
    message = where.get(odd)
    assert message is not None
    where.change(message, user="U" * 300)
    assert swept(office) == (1, 0, 0)


def test_of_somebody_who_was_erased_nothing_comes_back(listening: Callable[..., Office]) -> None:
    office = listening()
    double, newcomer = office.double, CROWD[7].id
    ask(office, ASA, "Min skärm är svart")
    ask_directly(office, ASA, "Min dator startar inte")
    ask(office, OLA, "Min skrivare är trasig")
    office.settle()
    double.faults.lost_events = 1.0
    hers = [ask(office, ASA, "Hemligt ett"), ask_directly(office, ASA, "Hemligt två")]
    his = ask(office, OLA, "Min telefon ringer inte")
    ask(office, newcomer, "Min dörr är låst")
    office.clock.forward(MINUTE)
    erase(office.lotsen.desk, ASA, office.clock())

    assert swept(office) == (1, 0, 0)
    office.settle()
    assert his in heard(office)
    assert not {*hers} & heard(office).keys()

    ask(office, ASA, "Hej igen, min mus är borta")
    office.settle()
    assert swept(office) == (0, 0, 0)
    assert not {*hers} & heard(office).keys()


def test_what_slack_forgets_by_age_was_deleted_by_nobody(listening: Callable[..., Office]) -> None:
    office = listening()
    first, second = (ask(office, who, "Min skärm är svart") for who in (ASA, OLA))
    office.settle()
    where = office.double._slack.workspace.place(HELP)
    for message in office.double.messages(HELP):
        if message.ts <= second[1] or message.thread_ts == first[1]:
            where._messages.pop(microseconds(message.ts), None)
            where._roots[:] = [at for at in where._roots if at in where._messages]
    assert swept(office) == (0, 0, 0)
    assert not any(row.deleted_at for row in heard(office).values())


def test_slack_is_given_the_time_it_asks_for(
    listening: Callable[..., Office], waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = listening()
    double, calls = office.double, list[tuple[int, float]]()
    answered = WebApi.call

    def noted(api: WebApi, name: str, token: str, given: Any) -> ApiResponse:
        answer = answered(api, name, token, given)
        if name.startswith("conversations."):
            calls.append((answer.status, waiting()))
        return answer

    double.faults.lost_events = 1.0
    for who, text in questions(range(6)):
        ask(office, who, "mer om det", ask(office, who, text)[1])
    double.faults.clear()
    monkeypatch.setattr(WebApi, "call", noted)
    double.faults.rate_limited, double.faults.retry_after = 0.4, 17
    double.faults.methods = frozenset({"conversations.history", "conversations.replies"})
    office.clock.forward(2 * MINUTE)
    found = look(office)

    assert found is not None
    assert found.messages == 12
    assert sum(status == 429 for status, _ in calls) >= 2
    assert all(later - at >= 17 for (status, at), (_, later) in pairwise(calls) if status == 429)


def test_a_slack_that_does_not_answer_is_asked_again_and_nothing_is_skipped(
    listening: Callable[..., Office],
) -> None:
    office = listening()
    double = office.double
    double.faults.lost_events = 1.0
    ask(office, ASA, "Min skärm är svart")
    double.faults.clear()
    double.faults.server_errors = 1.0
    double.faults.methods = frozenset({"conversations.history"})
    office.clock.forward(2 * MINUTE)
    assert look(office) is None
    complete = office.lotsen.inbound.state().complete_until
    assert complete is not None
    assert complete < office.clock() - 2 * MINUTE
    assert swept(office) == (1, 0, 0)


def test_one_process_at_a_time_sweeps(listening: Callable[..., Office]) -> None:
    office = listening()
    office.double.faults.lost_events = 1.0
    ask(office, ASA, "Min skärm är svart")
    office.double.faults.clear()
    office.clock.forward(2 * MINUTE)
    other = office.lotsen.inbound.begin(office.clock())
    assert other is not None
    assert look(office) is None
    office.clock.forward(timedelta(seconds=3))  # the other one died: its lease is over
    found = look(office)
    assert found is not None
    assert found.messages == 1
    assert not office.lotsen.inbound.keep(other, office.clock())


def test_a_deaf_socket_is_replaced(listening: Callable[..., Office]) -> None:
    office = listening()
    double, watch = office.double, office.service._watch

    def passes(time: timedelta) -> SweepFindings | None:
        """Let time pass as it does where no process stands still."""
        office.clock.forward(time)
        watch._beat = office.clock()
        return look(office)

    passes(4 * MINUTE)
    opened = len(double.calls_of("apps.connections.open"))
    double.faults.lost_events = 1.0
    ask(office, ASA, "Min skärm är svart")
    double.faults.clear()
    found = passes(4 * MINUTE)

    assert found is not None
    assert found.messages == 1
    assert len(double.calls_of("apps.connections.open")) == opened + 1
    office.settle()
    assert len(office.cards()) == 1
    ask(office, OLA, "Min dator startar inte")
    office.settle()
    assert len(office.cards()) == 2
    state = office.lotsen.inbound.state()
    assert state.deaf_at is not None
    assert (state.found, state.last_event) != (0, None)
    again = passes(timedelta(seconds=30))
    assert again is None or again.found == 0
    assert len(double.calls_of("apps.connections.open")) == opened + 1


def test_a_refreshed_socket_is_reason_enough_to_look(listening: Callable[..., Office]) -> None:
    office = listening()
    double = office.double
    double.faults.lost_events = 1.0
    ask(office, ASA, "Min skärm är svart")
    double.faults.clear()
    office.clock.forward(2 * MINUTE)
    office.service._watch._beat = office.clock()
    assert look(office) is None
    refresh_sockets(double)
    double.wait_until(lambda: office.service._watch._reason == "reconnect", 30)
    found = look(office)
    assert found is not None
    assert found.messages == 1


@pytest.mark.long
@pytest.mark.faults
@pytest.mark.timeout(280)
def test_a_process_that_dies_while_it_sweeps_loses_and_doubles_nothing(
    database_url: str,
    tmp_path: Path,
    make_double: Callable[..., SlackDouble],
    office_settings: Callable[..., dict[str, Any]],
) -> None:
    clock = MovableClock(Clock()() - 60 * MINUTE)
    double = make_double(clock, ack_seconds=1.0)
    values = office_settings(double, database_url, tmp_path, lotsen_lease_seconds=0.8)
    store = Store(Settings.load(_env_file=None, **values).database_url)
    upgrade(store)
    Inbound(store, MINUTE).listened((HELP,), clock(), clock())

    def handled(number: int) -> bool:
        with store.snapshot() as unit:
            waits = unit.inbox.waiting() + unit.outbox.waiting()
            return unit.tickets.count() == number and waits == 0

    for round_, step in enumerate((1, 2, 3, 4, 5, 7, 9, 12, 16)):
        assert wait_for(lambda: double.connections() == 0, 20)
        double.faults.lost_events = 1.0
        for number in range(5 * round_, 5 * round_ + 4):
            double.say(CROWD[number].id, HELP, f"Skärm {number} är svart")
        double.direct_message(CROWD[5 * round_ + 4].id, f"Dator {round_} startar inte")
        double.faults.clear()
        clock.forward(2 * MINUTE)
        doomed = start_replica(values, crash_at=step)
        doomed.join(30)
        assert not doomed.is_alive(), f"step {step}: no crash"
        survivor = start_replica(values)
        assert wait_for(partial(handled, 5 * round_ + 5), 40), f"step {step}: not handled"
        survivor.kill()
        survivor.join()
        shown = [*double.messages(HELP), *double.messages("CSUPPORT")]
        keys = Counter(one.metadata["event_payload"]["key"] for one in shown if one.metadata)
        assert set(keys.values()) == {1}, f"step {step}: {keys}"
    store.close()
