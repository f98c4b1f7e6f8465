"""What Slack never delivered is found in its history: once, at its own time, and nobody else's."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.slack.history_reading import Pace
from bot.slack.history_sweep import SweepFindings
from bot.slack.reading import instant
from models.tables import CaseMessage, InboxRow, TicketEvent
from tests.bot.demo.doubled import deliver_lost
from tests.stories.conftest import CROWD, HELP, Office

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
        office = open_office(double_options=options, **more)
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
