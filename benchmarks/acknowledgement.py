"""How fast an event is acknowledged, beside two Bolt apps in the same run.

Open loop: requests leave at their time whether or not earlier ones were answered, so a
slow answer cannot slow the load down. All servers are uvicorn with Starlette in a
process of their own. The bare app has one empty listener and stores nothing; the storing one
commits a row of the event to SQLite, synced to the disk, before it acknowledges. Lotsen works
on what it received meanwhile: its answers compete for the same two cores.
"""

import hmac
import json
import multiprocessing
import sqlite3
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing.process import BaseProcess
from pathlib import Path
from statistics import quantiles
from threading import Lock
from typing import Any

import uvicorn
from slack_bolt import App
from slack_bolt.adapter.starlette.handler import SlackRequestHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.replica import free_port, start_replica, stop_replica, wait_for
from bot.clock import Clock
from bot.demo.double import Channel, SlackDouble

SECRET = "bench-secret"  # noqa: S105  # of the two servers of this run
_context = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Answers of one server at one rate; times in milliseconds."""

    server: str
    per_second: int
    n: int
    not_200: int
    p50_ms: float
    p99_ms: float
    max_ms: float


def measure(
    rates: tuple[int, ...] = (10, 100), seconds: int = 10, *, apart: bool = True, busy: int = 0
) -> list[Acknowledged]:
    """Load the servers at each rate, one after the other, while ``busy`` processes compute."""
    with SlackDouble(clock=Clock(), channels=(Channel(id="C1", name="help"),)) as double:
        home = Path(tempfile.mkdtemp(prefix="lotsen-bench-"))
        ports = {"Lotsen": free_port(), "bare Bolt": free_port(), "storing Bolt": free_port()}
        values = _values(double, home, ports["Lotsen"])
        lotsen = start_replica(values, mode="http", apart=apart)
        others = [
            _started(_serve_bolt, double.api_url, double.bot_token, ports["bare Bolt"], ""),
            _started(
                _serve_bolt,
                double.api_url,
                double.bot_token,
                ports["storing Bolt"],
                str(home / "peer.db"),
            ),
            *(_started(_compute) for _ in range(busy)),
        ]
        try:
            return _measure(ports, rates, seconds)
        finally:
            stop_replica(lotsen)
            for process in others:
                _end(process)


def _started(what: Callable[..., None], *arguments: object) -> BaseProcess:
    process = _context.Process(target=what, args=arguments, daemon=True)
    process.start()
    return process


def _compute() -> None:
    while True:
        sum(range(100_000))


def _measure(ports: dict[str, int], rates: tuple[int, ...], seconds: int) -> list[Acknowledged]:
    rows = []
    for port in ports.values():
        _require(port)
    for rate in rates:
        for server, port in ports.items():
            rows.append(load(server, port, rate, seconds))
    return rows


def load(server: str, port: int, rate: int, seconds: int) -> Acknowledged:
    """Send ``rate`` events a second for ``seconds``, each at its own time."""
    url = f"http://127.0.0.1:{port}/slack/events"
    start = time.monotonic() + 0.2
    with ThreadPoolExecutor(max_workers=min(64, max(8, rate))) as pool:
        sent = [
            pool.submit(_send_at, start + number / rate, url, f"{server}-{rate}-{number}")
            for number in range(rate * seconds)
        ]
        answers = [future.result() for future in sent]
    times = sorted(ms for _, ms in answers)
    cuts = quantiles(times, n=100, method="inclusive")
    return Acknowledged(
        server=server,
        per_second=rate,
        n=len(answers),
        not_200=sum(status != 200 for status, _ in answers),
        p50_ms=cuts[49],
        p99_ms=cuts[98],
        max_ms=times[-1],
    )


def _send_at(when: float, url: str, name: str) -> tuple[int, float]:
    time.sleep(max(0.0, when - time.monotonic()))
    request = signed(url, event(name))
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # loopback
            status = int(answer.status)
    except urllib.error.HTTPError as error:
        status = error.code
    except OSError:
        status = 0
    return status, (time.monotonic() - when) * 1000


def event(name: str) -> dict[str, Any]:
    ts = f"{time.time():.6f}"
    return {
        "type": "event_callback",
        "event_id": f"Ev{name}",
        "event": {
            "type": "message",
            "channel": "C1",
            "channel_type": "channel",
            "user": f"U{name}",
            "text": f"min skärm är svart {name}",
            "ts": ts,
            "event_ts": ts,
        },
    }


def signed(url: str, body: dict[str, Any]) -> urllib.request.Request:
    raw = json.dumps(body).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + raw, sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    return urllib.request.Request(url, data=raw, headers=headers, method="POST")  # noqa: S310


def _values(double: SlackDouble, home: Path, port: int) -> dict[str, Any]:
    return {
        "lotsen_home": home,
        "lotsen_http_port": port,
        "slack_bot_token": double.bot_token,
        "slack_signing_secret": SECRET,
        "slack_api_url": double.api_url,
        "lotsen_help_channel": ("C1",),
        "lotsen_support_channel": "C1",
    }


def _serve_bolt(api_url: str, token: str, port: int, database: str) -> None:
    client = WebClient(token=token, base_url=api_url)
    app = App(
        client=client,
        signing_secret=SECRET,
        token_verification_enabled=False,
        process_before_response=bool(database),
    )
    app.event("message")(_storing(database) if database else _nothing)
    handler = SlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    web = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
    uvicorn.run(web, host="127.0.0.1", port=port, log_level="error")


def _nothing() -> None:
    """Listen and do nothing."""


def _storing(database: str) -> Callable[..., None]:
    line = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
    line.execute("PRAGMA journal_mode=WAL")
    line.execute("PRAGMA synchronous=FULL")
    line.execute("CREATE TABLE IF NOT EXISTS inbox (id TEXT PRIMARY KEY, body TEXT)")
    lock = Lock()

    def store(body: dict[str, Any]) -> None:
        with lock:
            row = (body["event_id"], json.dumps(body))
            line.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?)", row)

    return store


def _require(port: int) -> None:
    def answers() -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/none", timeout=2)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    if not wait_for(answers, 30):
        raise RuntimeError(f"nothing listens on port {port}")


def _end(process: BaseProcess) -> None:
    process.terminate()
    process.join(10)
