"""A replica of the bot in a process of its own, which can be told to die.

`multiprocessing`'s fork server imports everything once, so a replica starts in well
under a second and can be killed hundreds of times.
"""

import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from threading import Event, Lock, current_thread
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.main import Mode, Service, serve
from bot.slack.poster import TIMEOUT_S
from models.lotsen import open_lotsen
from models.settings import Settings
from models.store.transaction import Store

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["benchmarks.replica"])


class CrashPoints:
    """Kills its own process at the n-th step: before or after a commit or a Slack call.

    Steps count from the moment when the first command reaches the inbox. Those of the watch over
    Slack's history are not on the way from message to card, and never end: they do not count.
    """

    def __init__(self, crash_at: int) -> None:
        self._left = crash_at
        self._armed = False
        self._writes: set[int] = set()
        self._wrote = False
        self._lock = Lock()

    def watch(self, store: Store) -> None:
        event.listen(store.engine, "after_cursor_execute", self._noted)
        event.listen(store.engine, "commit", self._before_commit)
        event.listen(Session, "after_commit", self._after_commit)

    def step(self) -> None:
        if current_thread().name == "watch":
            return
        with self._lock:
            if not self._armed:
                return
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def _noted(self, connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            self._writes.add(id(connection.connection.dbapi_connection))
            if "INTO inbox" in statement:
                self._armed = True

    def _before_commit(self, connection: Any) -> None:
        key = id(connection.connection.dbapi_connection)
        if key in self._writes:
            self._writes.discard(key)
            self._wrote = True
            self.step()

    def _after_commit(self, _session: Session) -> None:
        if self._wrote:
            self._wrote = False
            self.step()


class CrashingClient(WebClient):
    """Slack's client with a crash point before and after each call."""

    points: CrashPoints

    def api_call(self, api_method: str, **more: Any) -> SlackResponse:
        if api_method == "apps.connections.open":
            return super().api_call(api_method, **more)
        self.points.step()
        answer = super().api_call(api_method, **more)
        self.points.step()
        return answer


def _live(values: dict[str, Any], mode: Mode, crash_at: int, apart: bool) -> None:
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sys.exit(0))  # as `lotsen run` does while it starts
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    settings = Settings.load(_env_file=None, **values)
    store = Store(settings.database_url)
    client = CrashingClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=TIMEOUT_S,
        retry_handlers=[],
    )
    client.points = CrashPoints(crash_at)
    lotsen = open_lotsen(settings, store=store)
    if crash_at:
        client.points.watch(store)
    if not serve(Service(lotsen, Clock(), mode, client, apart=apart), Event()):
        os._exit(0)  # as `lotsen run` does


def start_replica(
    values: dict[str, Any], mode: Mode = "socket", crash_at: int = 0, *, apart: bool = False
) -> BaseProcess:
    """Start a replica; ``crash_at`` 0 means that it lives until it is stopped.

    ``apart``: in HTTP mode requests arrive in a process of their own, as with ``lotsen run``.
    """
    process = _context.Process(target=_live, args=(values, mode, crash_at, apart), daemon=True)
    process.start()
    return process


def stop_replica(process: BaseProcess) -> None:
    process.terminate()
    process.join(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], timeout_s: float) -> bool:
    """Return whether the condition came true in time."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())
