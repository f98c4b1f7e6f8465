"""A computer's clock that jumps: the bot goes on by the seconds since boot, then by Slack's time."""

from datetime import timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.clock import MOST_SKEW, SteadyClock
from bot.slack.slack_time import SlackTime
from tests.conftest import NOW

WEEK = timedelta(days=8)


class Computer:
    """Its clock may be set; the seconds since boot only run."""

    def __init__(self) -> None:
        self.slack, self.ahead, self.answers = NOW, timedelta(0), True
        self.clock = SteadyClock(lambda: self.slack + self.ahead, self.since_boot)
        self.time = SlackTime(cast("Any", SimpleNamespace(auth_test=self.auth_test)), self.clock)

    def since_boot(self) -> float:
        return (self.slack - NOW).total_seconds()

    def wait(self, seconds: float) -> None:
        self.slack += timedelta(seconds=seconds)

    def auth_test(self) -> Any:
        if not self.answers:
            raise OSError("no answer")
        return SimpleNamespace(headers={"Date": format_datetime(self.slack, usegmt=True)})


@pytest.fixture
def computer() -> Computer:
    return Computer()


def test_a_clock_that_goes_right_is_followed_little_by_little(computer: Computer) -> None:
    for _ in range(10):
        computer.wait(30)
        computer.ahead += timedelta(seconds=20)
        assert computer.clock() == computer.slack + computer.ahead
    assert computer.ahead > MOST_SKEW
    assert computer.time.is_settled()


@pytest.mark.parametrize("jump", [WEEK, -WEEK, timedelta(hours=3)])
def test_a_jump_is_not_followed_whatever_slack_says_to_it(
    computer: Computer, jump: timedelta
) -> None:
    computer.wait(30)
    computer.ahead = jump
    assert computer.clock() == computer.slack
    assert computer.clock.offset == jump
    assert computer.time.is_settled()
    computer.wait(7200)
    assert computer.clock() == computer.slack
    computer.ahead = timedelta(0)
    assert computer.clock() == computer.slack
    assert not computer.clock.is_in_doubt


def test_nothing_scheduled_goes_on_while_slack_is_silent_about_a_jump(computer: Computer) -> None:
    computer.ahead, computer.answers = WEEK, False
    assert not computer.time.is_settled()
    computer.answers = True
    assert computer.time.is_settled()


def test_a_clock_that_was_wrong_from_the_start_is_set_right_by_slack(computer: Computer) -> None:
    computer.ahead = WEEK
    computer.clock = SteadyClock(lambda: computer.slack + computer.ahead, computer.since_boot)
    computer.clock.confirm(computer.slack)
    computer.wait(60)
    assert computer.clock() == computer.slack


def test_a_clock_that_was_set_right_by_hand_is_followed_as_soon_as_slack_agrees() -> None:
    moment, boot = NOW, 0.0
    clock = SteadyClock(lambda: moment, lambda: boot)  # wrong: it is an hour later
    moment += timedelta(hours=1)
    assert clock() == NOW
    clock.confirm(moment)
    assert clock() == moment


def test_slack_that_names_no_time_settles_nothing(computer: Computer) -> None:
    computer.ahead = WEEK
    unnamed = SimpleNamespace(auth_test=lambda: SimpleNamespace(headers={}))
    assert not SlackTime(cast("Any", unnamed), computer.clock).is_settled()
    assert computer.clock() == NOW
