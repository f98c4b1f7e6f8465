"""Signed HTTP delivery: what Slack signs, how long it waits, and when it tries again."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import Clock, SignatureVerifier

from bot.demo.double import SlackDouble
from tests.bot.demo.doubled import given_up, verify_url

Company = Callable[..., SlackDouble]


class Endpoint:
    """A request URL that notes each request and answers what it is told."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.slow = threading.Event()
        self.slow.set()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.requests.append(({k.lower(): v for k, v in self.headers.items()}, body))
                answers = endpoint.answers
                status, headers, content = answers.pop(0) if answers else (200, {}, b"")
                endpoint.slow.wait(5)
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/events"

    def close(self) -> None:
        self.slow.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    yield endpoint
    endpoint.close()


@pytest.fixture
def http(company: Company, endpoint: Endpoint) -> Iterator[SlackDouble]:
    with company(ack_seconds=0.3, retries=(0.0, 0.1, 0.1)) as double:
        double.deliver_to(endpoint.url)
        yield double


class WorkspaceClock(Clock):
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def now(self) -> float:
        return self.seconds


def test_an_event_is_signed_so_that_the_sdk_believes_it(
    http: SlackDouble, endpoint: Endpoint
) -> None:
    http.say("U1", "C1", "Skrivaren är trasig")
    http.wait_until(lambda: http.pending_events() == 0)

    ((headers, body),) = endpoint.requests
    verifier = SignatureVerifier(http.signing_secret, WorkspaceClock(1795420800))
    assert verifier.is_valid_request(body, headers)
    assert not verifier.is_valid_request(body + b" ", headers)
    outer = json.loads(body)
    assert outer["event"]["text"] == "Skrivaren är trasig"
    assert outer["authorizations"][0]["user_id"] == http.bot_user_id
    assert "x-slack-retry-num" not in headers


def test_a_failing_app_is_tried_three_more_times_and_then_left(
    http: SlackDouble, endpoint: Endpoint
) -> None:
    endpoint.answers = [(500, {}, b"")] * 4

    http.say("U1", "C1", "hej")
    http.wait_until(lambda: given_up(http))

    retries = [
        (headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason"))
        for headers, _ in endpoint.requests
    ]
    assert retries == [(None, None), *[(str(n), "http_error") for n in (1, 2, 3)]]
    assert len({json.loads(body)["event_id"] for _, body in endpoint.requests}) == 1


def test_an_app_may_ask_not_to_be_tried_again(http: SlackDouble, endpoint: Endpoint) -> None:
    endpoint.answers = [(500, {"X-Slack-No-Retry": "1"}, b"")]

    http.say("U1", "C1", "hej")
    http.wait_until(lambda: http.pending_events() == 0)

    assert len(endpoint.requests) == 1


def test_a_slow_app_counts_as_silent(http: SlackDouble, endpoint: Endpoint) -> None:
    endpoint.slow.clear()

    http.say("U1", "C1", "hej")
    http.wait_until(lambda: len(endpoint.requests) == 2)
    endpoint.slow.set()
    http.wait_until(lambda: http.pending_events() == 0)

    assert endpoint.requests[1][0]["x-slack-retry-reason"] == "http_timeout"


def test_an_app_that_is_not_there_is_reached_when_it_comes(
    company: Company, endpoint: Endpoint
) -> None:
    with company(retries=(0.05,) * 40) as double:
        double.deliver_to("http://127.0.0.1:9/slack/events")
        double.say("U1", "C1", "hej")
        double.wait_until(lambda: any(one.attempt for one in double._slack.dispatcher._open))
        double.deliver_to(endpoint.url)
        double.wait_until(lambda: double.pending_events() == 0)

    assert endpoint.requests[0][0]["x-slack-retry-reason"] == "connection_failed"


def test_events_waiting_for_a_socket_go_by_http_when_that_is_chosen(
    company: Company, endpoint: Endpoint
) -> None:
    with company() as double:
        double.say("U1", "C1", "hej")
        double.deliver_to(endpoint.url)
        double.wait_until(lambda: double.pending_events() == 0)

    assert len(endpoint.requests) == 1


def test_a_click_arrives_as_a_form_and_its_answer_comes_back(
    http: SlackDouble, endpoint: Endpoint
) -> None:
    endpoint.answers = [(200, {}, b'{"text": "Tre fall"}')]

    ack = http.command("U1", "C1", "/lotsen", "status & kpi")

    headers, body = endpoint.requests[0]
    fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert (fields["command"], fields["text"]) == ("/lotsen", "status & kpi")
    assert (fields["user_id"], fields["channel_name"]) == ("U1", "help-it")
    assert ack.ok
    assert [one.text for one in http.ephemerals("U1")] == ["Tre fall"]


def test_a_click_is_not_tried_again(http: SlackDouble, endpoint: Endpoint) -> None:
    endpoint.answers = [(500, {}, b"")]

    ack = http.command("U1", "C1", "/lotsen")

    assert (ack.status, ack.ok, len(endpoint.requests)) == (500, False, 1)


def test_a_url_is_verified_by_its_challenge(http: SlackDouble, endpoint: Endpoint) -> None:
    endpoint.answers = [(200, {}, b"harbour-pilot")]

    ack = verify_url(http)

    assert ack.body == "harbour-pilot"
    assert json.loads(endpoint.requests[0][1])["type"] == "url_verification"


def test_a_request_url_outside_http_is_refused(http: SlackDouble) -> None:
    with pytest.raises(ValueError, match="http://host:port/path"):
        http.deliver_to("https://example.org/slack/events")
