"""Kill, lose, duplicate, reorder: what was acknowledged is there once in the end.

A tenth of the events comes twice, a share comes late, one in twenty of Slack's answers is lost
after Slack did what was asked, and replicas die at random, by SIGKILL or by SIGTERM, the database's
server too. In HTTP mode now the working and now the receiving process is the one that dies.
"""

import os
import random
import signal
import socket
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

from benchmarks.databases import OwnPostgres, home_folder, postgres_database
from benchmarks.replica import free_port, start_replica, wait_for
from benchmarks.verdicts import Verdict
from bot.clock import Clock
from bot.demo.double import Channel, Conditions, Member, SlackDouble
from bot.main import Mode
from models.settings import Settings
from models.store.migration import upgrade
from models.store.transaction import Store

HELP, SUPPORT = "CHELP", "CSUPPORT"
SLOWEST_STOP_S = 10.0
MOST_FAILED = 0.001
"""Attempts of Slack to deliver while replicas are replaced in turn."""
_RETRIES = (0.2,) * 400
_UP = 0.7  # share of the stops that wait until the victim listens; the others hit its start


@dataclass(frozen=True, slots=True)
class Storm:
    """What happens.

    Attributes
    ----------
    deaths : how often a replica dies
    by : with which signal
    in_turn : replicas are replaced one by one instead of at random
    server_deaths : how often the postmaster of PostgreSQL is killed
    per_second : events; 0 as fast as they can be said
    calm : no duplicates, no disorder, no lost answers
    """

    events: int
    deaths: int
    database: Literal["sqlite", "postgresql"] = "sqlite"
    mode: Mode = "socket"
    replicas: int = 1
    by: Literal["kill", "term"] = "kill"
    in_turn: bool = False
    server_deaths: int = 0
    per_second: float = 0.0
    calm: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a storm; ``slowest_stop_s`` and ``bad_exits`` are of SIGTERM.

    Who is told to stop before it can hear anything ends by the signal itself, and had not begun.
    """

    events: int
    lost: int
    doubled_tickets: int
    doubled_posts: int
    missing_posts: int
    stuck: int
    unacknowledged: int
    slowest_stop_s: float
    bad_exits: int
    seconds: float

    @property
    def clean(self) -> bool:
        return not (
            self.lost
            or self.doubled_tickets
            or self.doubled_posts
            or self.missing_posts
            or self.stuck
            or self.bad_exits
            or self.slowest_stop_s > SLOWEST_STOP_S
        )


def verdict(promise: str, storm: Storm) -> Verdict | None:
    """Let a storm pass; None where its database is not there."""
    outcome = run(storm)
    if outcome is None:
        return None
    seen = f"{outcome.stuck} stuck, {outcome.missing_posts} posts missing"
    demanded, failed = "0, 0", outcome.unacknowledged / outcome.events
    if storm.by == "term":
        seen += f", slowest stop {outcome.slowest_stop_s:.1f} s, {outcome.bad_exits} failed exits"
        demanded += f", {SLOWEST_STOP_S:.0f} s"
    if storm.in_turn:
        seen += f", {failed:.2%} attempts failed"
        demanded += f", {MOST_FAILED:.2%}"
    return Verdict(
        promise=promise,
        fault=_named(storm),
        where=f"{storm.database}, {storm.mode}",
        n=outcome.events,
        lost=outcome.lost,
        twice=outcome.doubled_tickets + outcome.doubled_posts,
        ok=outcome.clean and not (storm.in_turn and failed > MOST_FAILED),
        seen=seen,
        demanded=demanded,
        seconds=outcome.seconds,
    )


def _named(storm: Storm) -> str:
    parts = [f"{storm.deaths} × {'SIGKILL' if storm.by == 'kill' else 'SIGTERM'}"]
    if storm.replicas > 1:
        parts.append(f"of {storm.replicas}{' in turn' if storm.in_turn else ''}")
    if storm.server_deaths:
        parts.append(f"and {storm.server_deaths} × PostgreSQL killed")
    return " ".join(parts)


def run(storm: Storm) -> Outcome | None:
    """Say as many things as there are people while replicas die; count what became of them."""
    with ExitStack() as stack:
        home = stack.enter_context(home_folder())
        server: OwnPostgres | None = None
        url: str | None = ""
        if storm.server_deaths:
            server = OwnPostgres(home)
            stack.callback(server.stop)
            url = server.url
        elif storm.database == "postgresql":
            url = stack.enter_context(postgres_database())
        if url is None:
            return None
        return _run(storm, url, home, server)


def _run(storm: Storm, url: str, home: Path, server: OwnPostgres | None) -> Outcome:
    began = time.monotonic()
    crowd = tuple(
        Member(id=f"U{number:05d}", name=f"Person {number}") for number in range(storm.events)
    )
    members = tuple(person.id for person in crowd)
    double = SlackDouble(
        clock=Clock(),
        people=crowd,
        conditions=Conditions(
            seed=storm.seed,
            rate_limits=False,
            # Where replicas are replaced one by one, Slack's own three seconds.
            ack_seconds=3.0 if storm.in_turn else 1.0,
            retries=_RETRIES,
        ),
        channels=(
            Channel(id=HELP, name="help", members=members),
            Channel(id=SUPPORT, name="support", members=()),
        ),
    )
    with double:
        values = values_of(double, url, home)
        store = Store(Settings.load(_env_file=None, **values).database_url)
        upgrade(store)
        if not storm.calm:
            double.faults.duplicates = 0.10
            double.faults.disorder = 0.05
            double.faults.lost_responses = 0.05
        crew = Crew(storm, values, double)
        _rage(storm, crew, double, server)
        wait_for(lambda: crew.alive() and handled(double, store, storm.events), 900)
        crew.stop()
        outcome = _counted(storm, crew, double, store, time.monotonic() - began)
        store.close()
    return outcome


class Crew:
    """The replicas of a storm: they die, and others take their places."""

    def __init__(self, storm: Storm, values: dict[str, Any], double: SlackDouble) -> None:
        self._storm = storm
        self._values = values
        self._double = double
        self._chance = random.Random(storm.seed)
        self._turn = 0
        self.slowest_stop_s = 0.0
        self.bad_exits = 0
        if storm.mode == "http":
            values["lotsen_http_port"] = free_port()
            double.deliver_to(f"http://127.0.0.1:{values['lotsen_http_port']}/slack/events")
        self._replicas = [self._started() for _ in range(storm.replicas)]

    def alive(self) -> bool:
        """Start again what ended by itself, as a service manager does."""
        for at, replica in enumerate(self._replicas):
            if not replica.is_alive():
                self._replicas[at] = self._started()
        return True

    def one_dies(self) -> None:
        at = self._turn % len(self._replicas)
        self._turn += 1
        if not self._storm.in_turn:
            at = self._chance.randrange(len(self._replicas))
        victim = self._replicas[at]
        if self._storm.by == "term":
            if self._chance.random() < _UP:
                wait_for(self._hears, 60)
            self._stop(victim)
        elif (
            self._storm.mode == "http"
            and self._chance.random() < 0.5
            and (receiver := receiver_of(victim))
        ):
            os.kill(receiver, signal.SIGKILL)
            return
        else:
            victim.kill()
            victim.join()
        self._replicas[at] = self._started()
        if self._storm.in_turn:
            wanted = len(self._replicas)
            wait_for(lambda: self._double.connections() >= wanted, 60)

    def stop(self) -> None:
        for replica in self._replicas:
            replica.terminate()
        for replica in self._replicas:
            replica.join(20)
            replica.kill()

    def _stop(self, victim: BaseProcess) -> None:
        began = time.monotonic()
        victim.terminate()
        victim.join(60)
        self.slowest_stop_s = max(self.slowest_stop_s, time.monotonic() - began)
        self.bad_exits += victim.exitcode not in (0, -signal.SIGTERM)

    def _hears(self) -> bool:
        if self._storm.mode == "socket":
            return self._double.connections() >= len(self._replicas)
        with (
            suppress(OSError),
            socket.create_connection(("127.0.0.1", self._values["lotsen_http_port"]), 1),
        ):
            return True
        return False

    def _started(self) -> BaseProcess:
        http = self._storm.mode == "http"
        return start_replica(self._values, self._storm.mode, apart=http)


def receiver_of(replica: BaseProcess) -> int:
    """Return the process that receives for a replica; 0 where it has none just now."""
    tasks = Path(f"/proc/{replica.pid}/task")
    for children in tasks.glob("*/children"):
        for child in map(int, children.read_text().split()):
            if b"bot.receiving" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
    return 0


def values_of(double: SlackDouble, url: str, home: Path) -> dict[str, Any]:
    return {
        "lotsen_home": home,
        "lotsen_database_url": url,
        "lotsen_http_port": 0,
        "lotsen_log_level": "ERROR",
        "slack_bot_token": double.bot_token,
        "slack_app_token": double.app_token,
        "slack_signing_secret": double.signing_secret,
        "slack_api_url": double.api_url,
        "lotsen_help_channel": (HELP,),
        "lotsen_support_channel": SUPPORT,
        "lotsen_channel_interval_seconds": 0.0,
        "lotsen_lease_seconds": 2.0,
    }


def _rage(storm: Storm, crew: Crew, double: SlackDouble, server: OwnPostgres | None) -> None:
    """Say everything while replicas die."""
    chance = random.Random(storm.seed)
    spread = storm.deaths <= storm.events
    deaths = Counter(
        chance.sample(range(storm.events), storm.deaths)
        if spread
        else chance.choices(range(storm.events), k=storm.deaths)
    )
    servers = set(chance.sample(range(storm.events), storm.server_deaths))
    start = time.monotonic()
    for number in range(storm.events):
        if storm.per_second:
            _sleep_until(start + number / storm.per_second)
        double.say(f"U{number:05d}", HELP, f"Ärende {number}: skärmen är svart")
        for _ in range(deaths[number]):
            if not storm.per_second:
                time.sleep(chance.uniform(0.2, 2.5))
            crew.one_dies()
        if number in servers and server is not None:
            server.kill()
        crew.alive()


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def handled(double: SlackDouble, store: Store, tickets: int) -> bool:
    if double.pending_events():
        return False
    with store.snapshot() as unit:
        waits = unit.inbox.waiting() + unit.outbox.waiting()
        return waits == 0 and unit.tickets.count() + unit.inbox.dead() >= tickets


def _counted(
    storm: Storm, crew: Crew, double: SlackDouble, store: Store, seconds: float
) -> Outcome:
    """Compare what Slack shows with what was asked."""
    texts = texts_of_tickets(store)
    with store.snapshot() as unit:
        stuck = unit.inbox.dead() + unit.outbox.stuck()
    shown = Counter(
        message.metadata["event_payload"]["key"]
        for channel in (HELP, SUPPORT)
        for message in double.messages(channel)
        if message.metadata
    )
    return Outcome(
        events=storm.events,
        lost=storm.events - len(texts),
        doubled_tickets=sum(number - 1 for number in texts.values()),
        doubled_posts=sum(number - 1 for number in shown.values()),
        missing_posts=2 * storm.events - len(shown),
        stuck=stuck,
        unacknowledged=double.failed_attempts(),
        slowest_stop_s=crew.slowest_stop_s,
        bad_exits=crew.bad_exits,
        seconds=seconds,
    )


def texts_of_tickets(store: Store) -> Counter[str]:
    """Return how many tickets have each text; all of them still wait for somebody.

    Not by counting up from number 1: a transaction that a kill rolled back leaves a hole in
    PostgreSQL's numbers.
    """
    with store.snapshot() as unit:
        tickets = unit.tickets.unresolved(limit=unit.tickets.count())
        return Counter(unit.tickets.text(ticket.id or 0).body for ticket in tickets)
