"""Where Slack's requests arrive in HTTP mode, in a process of its own.

What receives only stores and acknowledges; the desk's work, which takes the processor for long,
stands still in another process and keeps no acknowledgement waiting. The parent asks for news
over and over, and says each time how it is: the child answers `/readyz` and `/metrics` for both.
A child that dies is started again; one whose parent dies ends, and the next start takes its port.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Lock, Thread
from typing import Any

import structlog
from prometheus_client import generate_latest
from slack_bolt import App
from slack_sdk import WebClient

from bot.clock import Clock, SteadyClock
from bot.log import configure_for_service
from bot.meters import acknowledgement_times, new_registry
from bot.slack.app import Ours, app_of, bolt_app
from bot.slack.delivery import slack_client
from bot.slack.directory import QUICK_S, Directory
from bot.slack.http import Edge, Health
from bot.slack.listeners import Listeners
from bot.web import WebServer
from models import child_process
from models.child_process import ChildProcess
from models.errors import LotsenError, UnavailableError
from models.lotsen import Lotsen, open_lotsen
from models.settings import Settings

log = structlog.get_logger(__name__)

NEWS_S = 0.5
"""So long the child waits for something new before it says that there is none."""
METRICS_EVERY = timedelta(seconds=5)
SILENCE = timedelta(seconds=15)
"""A parent that says nothing for so long does not work."""
_START = "from bot.receiving import serve; serve()"
_START_S, _ANSWER_S, _LEAVE_S, _AGAIN_S = 60.0, 10.0, 3.0, 1.0


def app_for(
    lotsen: Lotsen,
    clock: Clock,
    client: WebClient,
    directory: Directory,
    wake: Callable[[], None],
    road: str = "http",
) -> App:
    """Return the Bolt app that stores what Slack says, and calls ``wake`` after it."""
    return bolt_app(
        client,
        Listeners(lotsen, clock, wake, directory.get_to_know, road),
        lambda: Ours(directory.team, app_of(lotsen.settings.slack_app_token) or directory.app),
    )


@dataclass(frozen=True, slots=True)
class Report:
    """How the parent is: whether it works, and its part of `/metrics`."""

    ready: bool
    metrics: bytes


class ReceiverProcess:
    """The receiving process, as its parent sees it.

    Parameters
    ----------
    report
        How the parent is; its metrics are asked for every `METRICS_EVERY`.
    collect
        Moves what the child stored to where it is handled.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        report: Callable[[], Report],
        collect: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._report = report
        self._collect = collect
        self._leaving = Event()
        self._child: ChildProcess | None = None
        self._thread = Thread(target=self._run, name="receiver", daemon=True)
        self.port = settings.lotsen_http_port

    @property
    def pid(self) -> int:
        """The process that receives, 0 where there is none just now."""
        return self._child.pid if self._child is not None else 0

    def start(self) -> None:
        """Listen.

        Raises
        ------
        InvalidError
            When the port is taken, or not ours to take.
        """
        self._open()
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests, when those under way have their answer."""
        self._leaving.set()
        self._thread.join(_LEAVE_S)
        if self._child is not None:
            try:
                self._child.ask({"do": "leave"}, deadline_s=_LEAVE_S)
            except LotsenError as error:
                log.warning("the receiving process did not end by itself", error=str(error))
            self._child.close()
        with suppress(UnavailableError):  # it is moved at the next start
            self._collect()

    def _open(self) -> None:
        child = ChildProcess(_START)
        values = json.dumps(self._settings.as_values()).encode()
        try:
            self.port = int(child.ask({"do": "listen"}, values, deadline_s=_START_S))
        except LotsenError:
            child.close()
            raise
        self._child = child

    def _run(self) -> None:
        told = self._clock() - METRICS_EVERY
        while not self._leaving.is_set():
            try:
                if self._child is None:
                    self._open()
                    told = self._clock() - METRICS_EVERY
                now = self._clock()
                due = now - told >= METRICS_EVERY
                self._ask(self._report() if due else None)
                told = now if due else told
                self._collect()
            except UnavailableError as error:
                if self._child is None or not self._child.is_running:
                    self._close()
                log.warning("nothing is received just now", error=str(error))
                self._leaving.wait(_AGAIN_S)
            except Exception:  # without a receiver nobody is heard: it is opened again
                log.exception("the receiving process ended; it is started again")
                self._close()
                self._leaving.wait(_AGAIN_S)

    def _ask(self, report: Report | None) -> None:
        if self._child is None:
            return
        said = {} if report is None else {"ready": report.ready}
        metrics = b"" if report is None else report.metrics
        self._child.ask({"do": "wait", **said}, metrics, deadline_s=_ANSWER_S)

    def _close(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


def serve() -> None:
    """Do what the parent asks for; runs in the child."""
    child_process.serve(_Receiver().handle)


class _Receiver:
    """The child: HTTP server, Bolt, inbox."""

    def __init__(self) -> None:
        self._clock = SteadyClock()
        self._stored = Event()
        self._lock = Lock()
        self._registry = new_registry()
        self._parent = Report(ready=False, metrics=b"")
        self._heard_at = self._clock()
        self._lotsen: Lotsen | None = None
        self._server: WebServer | None = None

    def handle(self, request: Mapping[str, Any], content: bytes) -> object:
        if request["do"] == "listen":
            return self._listen(Settings.load(_env_file=None, **json.loads(content)))
        if request["do"] == "leave":
            self._leave()
            return None
        if "ready" in request:
            with self._lock:
                self._parent = Report(bool(request["ready"]), content)
        self._heard_at = self._clock()
        stored = self._stored.wait(NEWS_S)
        self._stored.clear()
        return stored

    def _listen(self, settings: Settings) -> int:
        configure_for_service(settings.lotsen_log_level, settings.secrets)
        lotsen = self._lotsen = open_lotsen(settings, migrate=False).receiving()
        token, address = settings.slack_bot_token.get_secret_value(), settings.slack_api_url
        client = slack_client(token, address)
        directory = Directory(lotsen, client, slack_client(token, address, QUICK_S))
        Thread(target=_learn_team, args=(directory,), name="team", daemon=True).start()
        edge = Edge(
            app_for(lotsen, self._clock, client, directory, self._stored.set),
            settings.slack_signing_secret.get_secret_value(),
            self._clock,
            Health(self._ready, self._metrics),
            acknowledgement_times(self._registry),
        )
        self._server = WebServer(
            edge.starlette(), settings.lotsen_http_host, settings.lotsen_http_port
        )
        self._server.start()
        return self._server.port

    def _leave(self) -> None:
        if self._server is not None:
            self._server.stop(wait_s=_LEAVE_S - 1)
        if self._lotsen is not None:
            self._lotsen.close()

    def _ready(self) -> dict[str, object]:
        if self._lotsen is None:
            return {"ready": False}
        try:
            self._lotsen.store.check_writing()
        except LotsenError as error:
            return {"ready": False, "database": str(error)}
        with self._lock:
            works = self._parent.ready
        works = works and self._clock() - self._heard_at < SILENCE
        return {"ready": works, "slack": works}

    def _metrics(self) -> bytes:
        with self._lock:
            return self._parent.metrics + generate_latest(self._registry)


def _learn_team(directory: Directory) -> None:
    """Ask Slack until it says which workspace is ours."""
    waited = Event()
    while not directory.team:
        directory.refresh_team()
        waited.wait(0 if directory.team else 60)
