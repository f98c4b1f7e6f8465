"""Who stands before the door of HTTP mode: half-open connections, junk, floods of it.

A replica runs as with ``lotsen run --mode http``; what is sent is bounded and goes to loopback.
"""

import hmac
import http.client
import socket
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

from benchmarks.acknowledgement import SECRET, load
from benchmarks.databases import home_folder
from benchmarks.replica import free_port, start_replica, stop_replica, wait_for
from benchmarks.storm import HELP, SUPPORT, receiver_of, values_of
from benchmarks.verdicts import Verdict
from bot.clock import Clock
from bot.demo.double import Channel, SlackDouble

HALF_OPEN = 450
VALID_P99_MS = 500.0
GROWTH_MB = 20.0
_BEGUN = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n"
_JUNK = (
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 20_000,
    b'{"type": "event_callback", "event": null, "event_id": "E"}',
    b'{"type": "event_callback", "event": {"type": 7}, "event_id": "E"}',
)


def verdicts(requests: int) -> list[Verdict]:
    """Try the door with ``requests`` of each kind of junk."""
    channels = (Channel(id=HELP, name="help"), Channel(id=SUPPORT, name="support"))
    with home_folder() as home, SlackDouble(clock=Clock(), channels=channels) as double:
        port = free_port()
        values = values_of(double, "", home)
        values |= {"lotsen_http_port": port, "slack_signing_secret": SECRET}
        replica = start_replica(values, "http", apart=True)
        try:
            if not wait_for(lambda: _status(port, "GET", "/readyz") == 200, 60):
                raise RuntimeError("the bot did not become ready")
            receiver = receiver_of(replica)
            return [
                _half_open(port),
                _flood(port, receiver, "unsigned requests", requests, 401, lambda _: {}),
                _flood(port, receiver, "signed junk", requests, 400, _signed),
                _too_large(port, receiver),
            ]
        finally:
            stop_replica(replica)


def _half_open(port: int) -> Verdict:
    began = time.monotonic()
    with ExitStack() as stack:
        for number in range(HALF_OPEN):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall((b"", _BEGUN, _BEGUN + b"\r\n{")[number % 3])
        valid = load("half-open", port, 20, 10)
    return Verdict(
        "P14",
        f"{HALF_OPEN} half-open connections",
        "sqlite, http",
        valid.n,
        valid.not_200,
        0,
        ok=not valid.not_200 and valid.p99_ms <= VALID_P99_MS,
        seen=f"valid p99 {valid.p99_ms:.0f} ms",
        demanded=f"{VALID_P99_MS:.0f} ms",
        seconds=time.monotonic() - began,
    )


def _flood(
    port: int,
    receiver: int,
    fault: str,
    n: int,
    wanted: int,
    headers: Callable[[bytes], dict[str, str]],
) -> Verdict:
    began, before = time.monotonic(), _resident_mb(receiver)
    workers = 4

    def some(worker: int) -> Counter[int]:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        said: Counter[int] = Counter()
        for number in range(worker, n, workers):
            body = _JUNK[number % len(_JUNK)]
            try:
                line.request("POST", "/slack/events", body, headers(body))
                answer = line.getresponse()
                answer.read()
                said[answer.status] += 1
            except (OSError, http.client.HTTPException):
                said[0] += 1
                line.close()
        line.close()
        return said

    with ThreadPoolExecutor(workers) as pool:
        said = sum(pool.map(some, range(workers)), Counter[int]())
    growth = _resident_mb(receiver) - before
    return Verdict(
        "P14",
        fault,
        "sqlite, http",
        n,
        n - said[wanted],
        0,
        ok=said[wanted] == n and growth <= GROWTH_MB,
        seen=f"{said[wanted]} × {wanted}, grew {growth:.0f} MB",
        demanded=f"all {wanted}, {GROWTH_MB:.0f} MB",
        seconds=time.monotonic() - began,
    )


def _too_large(port: int, receiver: int) -> Verdict:
    began, before = time.monotonic(), _resident_mb(receiver)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n")
        answer = line.recv(100)
    growth = _resident_mb(receiver) - before
    refused = answer.startswith(b"HTTP/1.1 413")
    return Verdict(
        "P14",
        "a body of 100 MB",
        "sqlite, http",
        1,
        int(not refused),
        0,
        ok=refused and growth <= GROWTH_MB,
        seen=f"{answer[9:12].decode()}, grew {growth:.0f} MB",
        demanded=f"413, {GROWTH_MB:.0f} MB",
        seconds=time.monotonic() - began,
    )


def _signed(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def _status(port: int, method: str, path: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request(method, path)
        return line.getresponse().status
    except OSError:
        return 0
    finally:
        line.close()


def _resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024
