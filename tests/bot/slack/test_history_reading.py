"""Slack's history is read page by page, no faster than Slack allows."""

from dataclasses import dataclass

import pytest

from bot.clock import MovableClock
from bot.demo.double import Channel, Conditions, Member, SlackDouble
from bot.slack import history_reading
from bot.slack.delivery import slack_client
from bot.slack.history_reading import HistoryReader, Pace, StoppedError
from tests.conftest import NOW

FIRST, LAST = "0000000000.000000", "1999999999.000000"


@dataclass
class Hourglass:
    """Time that passes when somebody waits."""

    at: float = 0.0
    stops: bool = False

    def __call__(self) -> float:
        return self.at

    def pause(self, seconds: float) -> bool:
        self.at += seconds
        return self.stops


def test_a_few_calls_go_at_once_and_the_others_one_after_the_other() -> None:
    time = Hourglass()
    pace = Pace(time.pause, time, burst=20, per_minute=30)
    moments = list[float]()
    for _ in range(80):
        pace.wait("conversations.history")
        moments.append(time.at)
    assert moments[19] == 0.0
    assert moments[20] == pytest.approx(2.0)
    for number, moment in enumerate(moments):
        in_a_minute = sum(moment <= other < moment + 60 for other in moments[number:])
        assert in_a_minute <= 50
    pace.wait("conversations.replies")
    assert time.at == moments[-1], "another method has a pace of its own"


def test_whoever_stops_need_not_wait() -> None:
    time = Hourglass(stops=True)
    pace = Pace(time.pause, time, burst=1, per_minute=1)
    pace.wait("conversations.history")
    with pytest.raises(StoppedError):
        pace.wait("conversations.history")


@pytest.fixture
def workspace() -> SlackDouble:
    return SlackDouble(
        clock=MovableClock(NOW),
        people=[Member(id="U1", name="Åsa Lind")],
        channels=[Channel(id="C1", name="help-it", members=("U1",))],
        conditions=Conditions(rate_limits=False),
    )


def reader(double: SlackDouble) -> HistoryReader:
    time = Hourglass()
    return HistoryReader(slack_client(double.bot_token, double.api_url), Pace(time.pause, time))


def test_all_pages_are_read_and_of_a_long_history_the_newest(
    workspace: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_reading, "PAGE", 3)
    written = [workspace.say("U1", "C1", f"Rad {number}") for number in range(10)]
    with workspace:
        whole = reader(workspace).conversation("C1", FIRST, LAST)
        assert [one["ts"] for one in reversed(whole.messages)] == written
        assert (whole.first, whole.last) == (FIRST, LAST)
        monkeypatch.setattr(history_reading, "MOST_PAGES", 2)
        part = reader(workspace).conversation("C1", FIRST, LAST)
        assert [one["ts"] for one in reversed(part.messages)] == written[4:]
        assert (part.first, part.last) == (written[4], LAST)


def test_of_a_long_thread_the_oldest_are_read_and_one_that_is_gone_is_none(
    workspace: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_reading, "PAGE", 3)
    monkeypatch.setattr(history_reading, "MOST_PAGES", 2)
    root = workspace.say("U1", "C1", "Fråga")
    replies = [workspace.say("U1", "C1", f"Svar {number}", root) for number in range(9)]
    with workspace:
        part = reader(workspace).thread("C1", root, FIRST, LAST)
        assert part is not None
        assert {one["ts"] for one in part.messages} == {root, *replies[:6]}
        assert (part.first, part.last) == (FIRST, replies[5])
        assert reader(workspace).thread("C1", "1700000000.000100", FIRST, LAST) is None


def test_without_the_scope_there_are_no_direct_messages_to_be_listed(
    workspace: SlackDouble,
) -> None:
    workspace.direct_message("U1", "Hej")
    with workspace:
        assert reader(workspace).directs() == [workspace.im("U1")]
        scopes = workspace._slack.identity.scopes
        workspace._slack.identity.scopes = scopes - {"im:read"}
        assert reader(workspace).directs() == []
