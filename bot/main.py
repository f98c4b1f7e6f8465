"""The composition root: joins core, Slack, clock and web; starts, drains and stops them."""

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import Literal

import structlog
from prometheus_client import generate_latest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient

from bot.clock import Clock
from bot.meters import acknowledgement_times
from bot.metrics import registry
from bot.receiving import ReceiverProcess, Report, app_for
from bot.slack.delivery import Delivery, slack_client
from bot.slack.directory import QUICK_S, Directory
from bot.slack.history_reading import HistoryReader, Pace
from bot.slack.history_sweep import HistorySweep
from bot.slack.home import show_home
from bot.slack.http import Edge, Health
from bot.slack.inbound_watch import InboundWatch
from bot.slack.slack_time import SlackTime
from bot.slack.socket import connect, disconnect, reconnect
from bot.web import WebServer
from bot.worker import Worker
from jobs.alarm import Alarm
from jobs.runner import Ran, Runner
from jobs.timetable import discover
from models.desk.privacy.sandbox import experiment
from models.errors import InvalidError, LotsenError, UnavailableError
from models.lotsen import Lotsen
from models.mailbox import Outgoing
from models.reports.chart_picture import draw_chart
from models.settings import Settings

log = structlog.get_logger(__name__)

Mode = Literal["socket", "http"]
STOP_S = 8.0
"""A service manager waits for ten seconds or more."""
GROUPS_EVERY_S = 900.0
NAMES_AGAIN_S = 60.0
"""Without everybody's name no language model is asked: they are read again soon."""


class Service:
    """The running bot: worker, delivery, clock, Slack and the HTTP server.

    Parameters
    ----------
    lotsen
        The open core.
    clock
        Handed to everything that needs the time.
    mode
        ``socket``: Slack through a WebSocket that we open. ``http``: Slack posts to us.
    client
        Another way to Slack than the settings' token and address.
    apart
        In HTTP mode requests arrive in a process of their own.
    """

    def __init__(
        self,
        lotsen: Lotsen,
        clock: Clock,
        mode: Mode,
        client: WebClient | None = None,
        *,
        apart: bool = False,
    ) -> None:
        settings = lotsen.settings
        self.lotsen = lotsen
        self.clock = clock
        self._mode = mode
        self._stop, self._work, self._slow, self._posts = Event(), Event(), Event(), Event()
        token, address = settings.slack_bot_token.get_secret_value(), settings.slack_api_url
        self._client = client or slack_client(token, address)
        quick = client or slack_client(token, address, QUICK_S)
        self._directory = Directory(lotsen, self._client, quick)
        prepare, posted = self._directory.prepare, self._posts.set
        self.runner = Runner(lotsen, discover())
        self._registry, self._meters = registry(lotsen, clock, self.runner.listing)
        self._acknowledgement = acknowledgement_times(
            None if apart and mode == "http" else self._registry
        )
        self._meters.socket.set_function(lambda: float(self._is_connected()))
        self._worker = Worker(
            lotsen,
            clock,
            prepare,
            posted,
            show_home=partial(show_home, self._client, lotsen),
            meters=self._meters,
        )
        self._slow_worker = Worker(lotsen, clock, prepare, posted, lane="slow", meters=self._meters)
        outgoing = Outgoing(
            lotsen.store,
            lease=timedelta(seconds=settings.lotsen_lease_seconds),
            pause=timedelta(seconds=settings.lotsen_channel_interval_seconds),
            experiment=experiment(lotsen.desk.words),
        )
        self._delivery = Delivery(outgoing, self._client, clock, draw_chart, self._meters)
        self._app: App = app_for(lotsen, clock, self._client, self._directory, self._work.set, mode)
        # A training takes minutes; no digest waits for it.
        self._slack_time = SlackTime(quick, clock)
        self._alarms = tuple(Alarm(partial(self._due, slow=slow), clock) for slow in (False, True))
        reader = HistoryReader(self._client, Pace(self._stop.wait))
        sweep = HistorySweep(lotsen, reader, clock, self._work.set)
        self._watch = InboundWatch(sweep, lotsen.inbound, clock, self._reconnect)
        self._socket: SocketModeClient | None = None
        apart = apart and mode == "http"
        self._receiver = self._received_apart() if apart else self._received_here()
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Start all parts; Slack last, when everything is ready for its events."""
        self.lotsen.collect_received()  # what was received and not moved when the process died
        self.lotsen.registers.prepare(self.clock())
        self.lotsen.recall_names(self.clock())
        self._spawn("worker", lambda: self._worker.run(self._stop, self._work))
        self._spawn("slow worker", lambda: self._slow_worker.run(self._stop, self._slow))
        self._spawn("delivery", lambda: self._delivery.run(self._stop, self._posts))
        self._spawn("groups", self._keep_groups)
        Thread(target=self._warm_up, name="warm-up", daemon=True).start()  # it may die any time
        self._receiver.start()
        for alarm in self._alarms:
            alarm.start()
        if self._mode == "socket":
            token = self.lotsen.settings.slack_app_token.get_secret_value()
            self._socket = connect(
                self._app, token, self._client, self._watch.greeted, self._acknowledgement
            )
        self._spawn("watch", lambda: self._watch.run(self._stop))

    def tick(self, now: datetime, *, slow: bool | None = None) -> list[Ran]:
        """Run the jobs that are due, send what they posted, and say what became of each."""
        ran = self.runner.tick(now, slow=slow)
        self._posts.set()
        return ran

    def _due(self, _now: datetime, *, slow: bool) -> None:
        """Run what is due, unless the computer's clock jumped and Slack has not said its time."""
        if self._slack_time.is_settled():
            self.tick(self.clock(), slow=slow)

    def stop(self) -> bool:
        """Take no more events, finish what is under way, close the database.

        Returns
        -------
        bool
            Whether all of it ended within `STOP_S`; what did not may be left to die, as it may be
            at any moment.
        """
        until = time.monotonic() + STOP_S
        if self._socket is not None:
            disconnect(self._socket)
        self._receiver.stop()
        self.lotsen.learning.stop()  # else the alarm would wait for a training
        self._drain(until - STOP_S / 2)
        self._stop.set()
        for event in (self._work, self._slow, self._posts):
            event.set()
        ended = [alarm.stop(_left(until)) for alarm in self._alarms]
        for thread in self._threads:
            thread.join(_left(until))
        self.lotsen.close()
        late = [thread.name for thread in self._threads if thread.is_alive()]
        late += [] if all(ended) else ["job"]
        if late:
            log.warning("stopped before all work had ended", late=late)
        return not late

    @property
    def port(self) -> int:
        """The port of the HTTP server, also where the settings say 0."""
        return self._receiver.port

    @property
    def receiver(self) -> int:
        """The process that receives requests; 0 between two of them, or where it is this one."""
        return self._receiver.pid if isinstance(self._receiver, ReceiverProcess) else 0

    def ready(self) -> dict[str, object]:
        """Return what `/readyz` says: the database takes what is written, and Slack's events arrive."""
        try:
            self.lotsen.store.check_writing()
        except LotsenError as error:
            return {"ready": False, "database": str(error)}
        connected = self._is_connected()
        return {"ready": connected and not self._stop.is_set(), "slack": connected}

    def _reconnect(self) -> None:
        if self._socket is not None and not self._stop.is_set():
            reconnect(self._socket)

    def _is_connected(self) -> bool:
        return self._socket is None or self._socket.is_connected()

    def _drain(self, until: float) -> None:
        with suppress(UnavailableError):  # a silent database must not keep us from stopping
            while time.monotonic() < until and self.lotsen.load(self.clock()).inbox_waiting:
                time.sleep(0.05)

    def _spawn(self, name: str, run: Callable[[], None]) -> None:
        thread = Thread(target=run, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _warm_up(self) -> None:
        began = time.monotonic()
        try:
            self.lotsen.warm_up(self.clock())
        except LotsenError as error:  # the first question tries again
            log.warning("not warmed up", error=str(error))
            return
        log.info("warmed up", seconds=round(time.monotonic() - began, 1))

    def _keep_groups(self) -> None:
        while not self._stop.is_set():
            read = False
            try:
                self._directory.refresh_team()
                self._directory.refresh_groups(self.clock())
                read = self._directory.refresh_names(self.clock())
            except Exception:  # a thread that dies in silence would never read them again
                log.exception("groups and names not read")
            self._stop.wait(GROUPS_EVERY_S if read else NAMES_AGAIN_S)

    def _received_here(self) -> WebServer:
        settings = self.lotsen.settings
        edge = Edge(
            self._app if self._mode == "http" else None,
            settings.slack_signing_secret.get_secret_value(),
            self.clock,
            Health(self.ready, self._metrics),
            self._acknowledgement,
        )
        return WebServer(edge.starlette(), settings.lotsen_http_host, settings.lotsen_http_port)

    def _received_apart(self) -> ReceiverProcess:
        def report() -> Report:
            return Report(ready=not self._stop.is_set(), metrics=self._metrics())

        def collect() -> None:
            if self.lotsen.collect_received():
                self._work.set()

        return ReceiverProcess(self.lotsen.settings, self.clock, report, collect)

    def _metrics(self) -> bytes:
        return generate_latest(self._registry)


def check_settings(settings: Settings, mode: Mode) -> None:
    """Refuse to start without what the mode needs.

    Raises
    ------
    InvalidError
        Naming every variable that is missing and where to find its value, or LOTSEN_NOW.
    """
    if settings.lotsen_now:
        raise InvalidError("LOTSEN_NOW is for single commands: unset it, the bot keeps real time")
    missing = []
    if not settings.slack_bot_token.get_secret_value().startswith("xoxb-"):
        missing.append("SLACK_BOT_TOKEN (xoxb-…, Slack app page: OAuth & Permissions)")
    if mode == "socket" and not settings.slack_app_token.get_secret_value().startswith("xapp-"):
        missing.append("SLACK_APP_TOKEN (xapp-…, Slack app page: Basic Information)")
    if mode == "http" and not settings.slack_signing_secret.get_secret_value():
        missing.append("SLACK_SIGNING_SECRET (Slack app page: Basic Information)")
    if not settings.lotsen_support_channel:
        missing.append("LOTSEN_SUPPORT_CHANNEL (a channel id such as C0123456789)")
    if missing:
        raise InvalidError("these settings are missing or wrong: " + "; ".join(missing))


def _left(until: float) -> float:
    return max(0.0, until - time.monotonic())


def serve(service: Service, stop: Event) -> bool:
    """Run the service until SIGTERM, SIGINT or ``stop``; return whether all of it ended.

    A signal that comes while it starts breaks the start off.
    """
    started = Event()

    def end(*_: object) -> None:
        stop.set()
        if not started.is_set():
            raise SystemExit(0)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    if stop.is_set():
        return True
    try:
        service.start()
    except SystemExit:
        return False
    started.set()
    log.info("ready", port=service.port)
    while not stop.wait(0.5):
        pass
    log.info("stopping")
    return service.stop()
