"""``lotsen sweep``: what Slack did not deliver, in the inbox of the bot that runs."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.demo.double import Channel, Conditions, Member, SlackDouble
from tests.bot.cli.conftest import Lotsen
from tests.conftest import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def slack(home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackDouble]:
    """A workspace in which nobody listens."""
    double = SlackDouble(
        clock=MovableClock(NOW),
        people=[Member(id="U1", name="Åsa Lind")],
        channels=[Channel(id="C1", name="help-it", members=("U1",))],
        conditions=Conditions(rate_limits=False),
    )
    with double:
        for name, value in {
            "SLACK_BOT_TOKEN": double.bot_token,
            "SLACK_API_URL": double.api_url,
            "LOTSEN_HELP_CHANNEL": "C1",
        }.items():
            monkeypatch.setenv(name, value)
        yield double


@pytest.fixture
def asked(lotsen: Lotsen, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch) -> SlackDouble:
    """Somebody asks while nobody listens; an hour later we are back."""
    assert lotsen("sweep").code == 0
    root = slack.say("U1", "C1", "Min skärm är svart")
    slack.say("U1", "C1", "den står på plan två", root)
    slack.direct_message("U1", "Min dator startar inte")
    monkeypatch.setenv("LOTSEN_NOW", (NOW + HOUR).isoformat())
    return slack


def test_what_was_not_delivered_is_in_the_inbox_once(lotsen: Lotsen, asked: SlackDouble) -> None:
    found = lotsen("sweep", "--json").json
    assert found["until"] == "2026-11-23T09:59:00+00:00"
    assert (found["messages"], found["edits"], found["deletions"], found["found"]) == (3, 0, 0, 3)
    assert (found["conversations"], found["threads"], found["unreadable"]) == (2, 1, [])
    assert found["calls"] == 5

    waiting = lotsen("inbox", "list", "--json").json["commands"]
    assert [row["kind"] for row in waiting] == ["post_message"] * 3
    assert lotsen("sweep", "--json").json["found"] == 0
    told = lotsen("doctor", "--json").json["checks"]
    (check,) = (one for one in told if one["name"] == "slack_delivery")
    assert check["ok"]
    assert check["detail"].endswith("not delivered so far: 3")


def test_nothing_is_looked_for_before_a_moment_that_is_named(
    lotsen: Lotsen, asked: SlackDouble
) -> None:
    later = (NOW + HOUR / 2).isoformat()
    assert lotsen("sweep", "--since", later, "--json").json["found"] == 0
    assert lotsen("sweep", "--json").json["found"] == 3, "that look did not count as a whole one"


@pytest.mark.parametrize("since", ["soon", "2027-01-01"])
def test_a_moment_that_is_none_or_still_to_come_is_refused(
    lotsen: Lotsen, slack: SlackDouble, since: str
) -> None:
    done = lotsen("sweep", "--since", since)
    assert (done.code, "--since" in done.err) == (2, True)


def test_a_channel_that_cannot_be_read_is_named(
    lotsen: Lotsen, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSEN_HELP_CHANNEL", "C1,C0")
    lotsen("sweep")
    monkeypatch.setenv("LOTSEN_NOW", (NOW + HOUR).isoformat())
    done = lotsen("sweep")
    assert "C0 cannot be read: channel_not_found" in done.out
    (check,) = (
        one for one in lotsen("doctor", "--json").json["checks"] if one["name"] == "slack_delivery"
    )
    assert (check["ok"], "channel_not_found" in check["detail"]) == (False, True)


def test_long_without_a_look_is_a_finding(
    lotsen: Lotsen, asked: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSEN_NOW", (NOW + 3 * HOUR).isoformat())
    (check,) = (
        one for one in lotsen("doctor", "--json").json["checks"] if one["name"] == "slack_delivery"
    )
    assert (check["ok"], check["fix"]) == (False, "See that lotsen run is running.")
