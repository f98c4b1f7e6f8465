"""The faults of the outside world, each switched on alone, and Slack's rate limits."""

import threading
from collections.abc import Callable
from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.demo.double import Faults, SlackDouble

Company = Callable[..., SlackDouble]


def test_a_lost_response_leaves_the_post_standing(double: SlackDouble, web: WebClient) -> None:
    double.faults.lost_responses = 1.0

    with pytest.raises(RemoteDisconnected):
        web.chat_postMessage(channel="C1", text="hej")

    assert [one.text for one in double.messages("C1")] == ["hej"]
    (call,) = double.calls
    assert call.response_lost
    assert call.answer["ok"]


def test_reading_never_loses_its_response(double: SlackDouble, web: WebClient) -> None:
    double.faults.lost_responses = 1.0

    assert web.conversations_history(channel="C1")["messages"] == []


def test_the_sdks_own_retry_posts_twice_after_a_lost_response(
    double: SlackDouble,
) -> None:
    """The product switches the SDK's retry off for this reason."""
    double.faults.lost_responses = 1.0
    eager = WebClient(double.bot_token, base_url=double.api_url)

    with pytest.raises(RemoteDisconnected):
        eager.chat_postMessage(channel="C1", text="hej")

    assert len(double.messages("C1")) == 2


def test_a_connection_reset_happens_before_anything_is_written(
    double: SlackDouble, web: WebClient
) -> None:
    double.faults.connection_resets = 1.0

    with pytest.raises(OSError, match="reset by peer"):
        web.chat_postMessage(channel="C1", text="hej")

    assert double.messages("C1") == []


def test_a_server_error_is_no_answer_of_the_api(double: SlackDouble, web: WebClient) -> None:
    double.faults.server_errors = 1.0

    with pytest.raises(SlackApiError) as caught:
        web.chat_postMessage(channel="C1", text="hej")

    assert caught.value.response.status_code == 503
    assert double.messages("C1") == []


def test_too_many_calls_can_be_pretended(double: SlackDouble, web: WebClient) -> None:
    double.faults.rate_limited = 1.0
    double.faults.retry_after = 7

    with pytest.raises(SlackApiError) as caught:
        web.chat_postMessage(channel="C1", text="hej")

    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers["Retry-After"] == "7"


def test_faults_may_concern_some_methods_only(double: SlackDouble, web: WebClient) -> None:
    double.faults.server_errors = 1.0
    double.faults.methods = frozenset({"views.publish"})

    assert web.chat_postMessage(channel="C1", text="hej")["ok"]


def test_a_delay_holds_up_its_own_call_only(double: SlackDouble, web: WebClient) -> None:
    double.faults.delay_seconds = 0.3
    double.faults.methods = frozenset({"users.info"})
    slow = threading.Thread(target=lambda: web.users_info(user="U1"))

    slow.start()
    web.auth_test()

    assert slow.is_alive()
    slow.join()


def test_shares_are_drawn_by_the_seed() -> None:
    def drawn(seed: int) -> list[bool]:
        faults = Faults(seed=seed)
        return [faults.strike(0.3) for _ in range(1000)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert 250 < sum(drawn(1)) < 350


def test_faults_can_be_cleared(double: SlackDouble, web: WebClient) -> None:
    double.faults.server_errors = 1.0
    double.faults.methods = frozenset({"auth.test"})

    double.faults.clear()

    assert web.auth_test()["ok"]
    assert double.faults.methods is None


@pytest.fixture
def heard(double: SlackDouble, bolt: Any) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    bolt.event("message")(lambda body: events.append(body))
    return events


def test_duplicates_carry_the_same_event_id(
    double: SlackDouble, heard: list[dict[str, Any]]
) -> None:
    double.faults.duplicates = 1.0

    double.say("U1", "C1", "hej")
    double.wait_until(lambda: double.pending_events() == 0)

    assert len(heard) == 2
    assert len({body["event_id"] for body in heard}) == 1


def test_disorder_lets_later_events_pass(double: SlackDouble, heard: list[dict[str, Any]]) -> None:
    double.faults.disorder = 0.5
    double.faults.disorder_seconds = 0.2

    for n in range(20):
        double.say("U1", "C1", str(n))
    double.wait_until(lambda: double.pending_events() == 0)

    order = [int(body["event"]["text"]) for body in heard]
    assert sorted(order) == list(range(20))
    assert order != sorted(order)


def test_lost_events_never_come_but_stand_in_the_history(
    double: SlackDouble, web: WebClient, heard: list[dict[str, Any]]
) -> None:
    double.faults.lost_events = 1.0

    double.say("U1", "C1", "ingen hör")
    double.settle()

    assert heard == []
    assert web.conversations_history(channel="C1")["messages"][0]["text"] == "ingen hör"


def test_a_lost_acknowledgement_brings_the_event_again(
    double: SlackDouble, heard: list[dict[str, Any]]
) -> None:
    double.faults.lost_acks = 1.0

    double.say("U1", "C1", "hej")
    double.wait_until(lambda: len(heard) == 2)

    assert heard[0]["event_id"] == heard[1]["event_id"]


def posts(double: SlackDouble, channel: str = "C1") -> int:
    """Post once and give the seconds of ``Retry-After``; 0 when it went through."""
    given = {"channel": channel, "text": "x"}
    answer = double._api.call("chat.postMessage", double.bot_token, given)
    return int(answer.headers.get("Retry-After", 0))


def test_posting_has_a_small_burst_and_then_one_a_second_for_each_channel(
    company: Company, stopwatch: Any
) -> None:
    double = company(rate_limits=True, monotonic=stopwatch)

    burst = [posts(double) for _ in range(6)]
    other = posts(double, "C2")
    stopwatch.seconds += 1
    after = [posts(double) for _ in range(2)]

    assert burst == [0, 0, 0, 0, 1, 1]
    assert other == 0
    assert after == [0, 1]
    assert len(double.messages("C1")) == 5


@pytest.mark.parametrize(
    ("method", "arguments", "allowed"),
    [
        ("users.list", {}, 20),
        ("conversations.history", {"channel": "C1"}, 50),
        ("users.info", {"user": "U1"}, 100),
    ],
)
def test_each_tier_has_its_calls_a_minute(
    company: Company, stopwatch: Any, method: str, arguments: dict[str, Any], allowed: int
) -> None:
    double = company(rate_limits=True, monotonic=stopwatch)

    def call() -> int:
        return double._api.call(method, double.bot_token, arguments).status

    statuses = [call() for _ in range(allowed + 1)]
    stopwatch.seconds += 60

    assert statuses == [200] * allowed + [429]
    assert call() == 200


def test_waiting_in_vain_says_so(double: SlackDouble) -> None:
    with pytest.raises(TimeoutError):
        double.wait_until(lambda: False, timeout=0.05)
