"""What stands at the door for Slack's HTTP: only signed, small, well-formed requests come in."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot import web
from bot.slack import http

Make = Callable[..., dict[str, Any]]
GREETING = json.dumps({"type": "url_verification", "challenge": "harbour"}).encode()


def test_slack_checks_the_address_and_hears_its_challenge(door: Any) -> None:
    status, said = door.post(GREETING)
    assert status == 200
    assert json.loads(said)["challenge"] == "harbour"


def test_a_signed_event_is_one_command_however_often_it_comes(door: Any, message: Make) -> None:
    answers = [door.event(message(), "Ev7")[0] for _ in range(3)]
    assert answers == [200, 200, 200]
    assert door.lotsen.load(door.clock()).inbox_waiting == 1


def test_nobody_but_slack_is_let_in(door: Any) -> None:
    assert door.post(GREETING, {})[0] == 401
    wrong = door.signed(b"another body")
    assert door.post(GREETING, wrong)[0] == 401
    assert door.post(GREETING, {**door.signed(GREETING), "X-Slack-Signature": ""})[0] == 401


@pytest.mark.parametrize(
    "stamp", ["abc", "", "1.5", "9" * 5000, "-1", "١٢٣".encode().decode("latin-1"), "1e9", " "]
)
def test_a_timestamp_that_is_none_is_refused(door: Any, stamp: str) -> None:
    headers = {**door.signed(GREETING), "X-Slack-Request-Timestamp": stamp}
    assert door.post(GREETING, headers)[0] == 401


@pytest.mark.parametrize(("seconds", "status"), [(-298, 200), (298, 200), (-302, 401), (302, 401)])
def test_a_request_lives_for_five_minutes(door: Any, seconds: int, status: int) -> None:
    stamp = str(int(door.clock().timestamp()) + seconds)
    assert door.post(GREETING, door.signed(GREETING, at=stamp))[0] == status


@pytest.mark.parametrize(
    "signature", ["v0=\xe5\xe4\xf6", "v0=" + "0" * 64, "v1=" + "0" * 64, "\xff" * 3000]
)
def test_a_signature_that_is_none_is_refused(door: Any, signature: str) -> None:
    headers = {**door.signed(GREETING), "X-Slack-Signature": signature}
    assert door.post(GREETING, headers)[0] == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"type": "event_callback"}',
        b'{"type": "event_callback", "event": null, "event_id": "E"}',
        b'{"type": "event_callback", "event": [], "event_id": "E"}',
        b'{"type": "event_callback", "event": {"type": 7}, "event_id": "E"}',
        b'{"type": "event_callback", "event": {"type": "message"}}',
    ],
    ids=lambda body: body[:30].decode("latin-1"),
)
def test_signed_junk_is_no_slack_request(door: Any, body: bytes) -> None:
    assert door.post(body)[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"a=b",
        b"payload=",
        b"payload={",
        b"payload=[]",
        b"payload=null",
        b"%ff=%fe",
        b"&" * 500,
        b'{"x":1}&payload={}',
        b'{"command": 1}&command=x',
    ],
)
def test_a_signed_form_without_a_payload_is_no_slack_request(door: Any, body: bytes) -> None:
    assert door.post(body, kind="application/x-www-form-urlencoded")[0] == 400


def test_a_megabyte_is_enough(door: Any) -> None:
    body = GREETING[:-1] + b" " * (1_000_000 - len(GREETING)) + b"}"
    assert door.post(body)[0] == 200
    assert door.post(body + b" ")[0] == 413


def test_a_body_without_a_length_is_counted_as_it_comes(door: Any) -> None:
    body = b" " * 1_000_001
    pieces = iter([body[at : at + 100_000] for at in range(0, len(body), 100_000)])
    headers = {**door.signed(body), "Content-Type": "application/json"}
    status, _ = door.ask("POST", "/slack/events", pieces, headers, encode_chunked=True)
    assert status == 413


def test_what_cannot_be_stored_is_not_acknowledged(door: Any, message: Make) -> None:
    with door.lotsen.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO away"))
    assert door.event(message())[0] >= 500
    with door.lotsen.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO inbox"))
    assert door.event(message())[0] == 200
    assert door.lotsen.load(door.clock()).inbox_waiting == 1


BEGUN = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n"


@contextmanager
def opened(port: int, n: int, *said: bytes) -> Iterator[list[socket.socket]]:
    """Open ``n`` connections that say something in turn, and no more."""
    with ExitStack() as stack:
        lines = []
        for number in range(n):
            lines.append(stack.enter_context(socket.create_connection(("127.0.0.1", port))))
            lines[-1].settimeout(10)
            if text_ := said[number % len(said)]:
                lines[-1].sendall(text_)
        yield lines


def test_half_open_sockets_keep_nobody_out(door: Any) -> None:
    with opened(door.port, 450, BEGUN, BEGUN + b"\r\n{", b""):
        assert door.post(GREETING)[0] == 200
        assert door.ask("GET", "/healthz") == (200, "ok")


def test_whoever_is_slow_with_a_body_is_told_so(door: Any) -> None:
    with opened(door.port, 1, BEGUN + b"\r\n{") as (line,):
        assert line.recv(100).startswith(b"HTTP/1.1 408")


def test_whoever_does_not_end_a_head_is_hung_up_on(
    door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "HEAD_S", 0.2)
    with opened(door.port, 3, b"", BEGUN, BEGUN) as (silent, begun, dripping):
        assert hung_up(silent)
        assert hung_up(begun)
        assert hung_up(dripping, b"X-Drip: 1\r\n")


def test_a_body_that_nobody_reads_does_not_hold_the_connection(
    door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "BODY_S", 0.2)
    with opened(door.port, 1, b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n") as (
        line,
    ):
        assert line.recv(1000).startswith(b"HTTP/1.1 200")
        assert hung_up(line, b"1")


def test_the_one_that_waits_longest_makes_room(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MOST_WAITING", 3)
    with opened(door.port, 3, BEGUN) as lines:
        with opened(door.port, 1, BEGUN) as (fourth,):
            assert hung_up(lines[0])
            fourth.settimeout(0.05)
            assert not hung_up(fourth)
        assert door.post(GREETING)[0] == 200


def hung_up(line: socket.socket, drip: bytes = b"") -> bool:
    """Return whether the other side closes the connection, though bytes drip in."""
    if drip:
        line.settimeout(0.05)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            if drip:
                line.sendall(drip)
            if not line.recv(1000):
                return True
        except TimeoutError:
            if not drip:
                return False
        except OSError:
            return True
    return False


def test_what_is_not_stored_in_time_is_not_acknowledged_and_comes_again(
    door: Any, message: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "STORE_TIMEOUT_S", 0.2)
    with door.lotsen.store.begin():  # somebody else writes for long
        assert door.event(message(), "Ev1") == (503, "not stored yet")
        assert door.ask("GET", "/healthz") == (200, "ok")
    assert door.event(message(), "Ev1")[0] == 200
    assert door.lotsen.load(door.clock()).inbox_waiting == 1


def test_the_watchers_pages_answer(door: Any, message: Make) -> None:
    door.event(message())
    assert door.ask("GET", "/healthz") == (200, "ok")
    assert json.loads(door.ask("GET", "/readyz")[1]) == {"ready": True}
    figures = door.ask("GET", "/metrics")[1]
    assert "lotsen_inbox_waiting 1.0" in figures
    assert "lotsen_inbound_last_event_seconds 1.79" in figures
    assert "lotsen_sweep_recovered_total 0.0" in figures
    assert door.ask("GET", "/nothing")[0] == 404
    assert door.ask("GET", "/slack/events")[0] == 405


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = ("type", "user", "channel", "ts", "text", "subtype", "message", "previous_message", "item",
        "reaction", "tab", "event_ts", "thread_ts", "files", "bot_id", "channel_type", "deleted_ts")  # fmt: skip
odd_events = st.fixed_dictionaries(
    {"type": st.sampled_from(["message", "app_mention", "reaction_added", "app_home_opened", "x"])},
    optional=dict.fromkeys(
        KEYS[1:], junk | st.sampled_from(["CHELP", "message_changed", "ticket"])
    ),
)
KINDS = ("block_actions", "view_submission", "view_closed", "message_action", "shortcut", "x",
         "block_suggestion", "interactive_message", "dialog_submission")  # fmt: skip
odd_payloads = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS) | junk},
    optional=dict.fromkeys(
        ("user", "actions", "view", "channel", "message", "trigger_id", "callback_id", "team"), junk
    ),
)
often = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.slow
@given(odd_events, junk)
@often
def test_no_event_however_odd_is_answered_with_a_failure(door: Any, event: Any, more: Any) -> None:
    body = {"type": "event_callback", "event": event, "event_id": "E", "authorizations": more}
    status, _ = door.post(json.dumps(body).encode())
    assert status < 500


@pytest.mark.slow
@given(odd_payloads)
@often
def test_no_click_however_odd_is_answered_with_a_failure(door: Any, payload: Any) -> None:
    status, _ = door.form(payload=json.dumps(payload))
    assert status < 500
