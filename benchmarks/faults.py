"""`make faults`: kill, lose, duplicate, reorder; one table.

Events are delivered in Socket Mode while the bot is killed with SIGKILL at random and
started again; a tenth of the events comes twice, a share comes late, and one in twenty
of Slack's answers is lost after Slack did what was asked.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.replica import start_replica, stop_replica, wait_for
from bot.clock import Clock
from bot.demo.double import Channel, Conditions, Member, SlackDouble
from models.settings import Settings
from models.store.migration import upgrade
from models.store.transaction import Store

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
HELP, SUPPORT = "CHELP", "CSUPPORT"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one run."""

    database: str
    events: int
    kills: int
    lost: int
    doubled_tickets: int
    doubled_posts: int
    missing_posts: int
    stuck: int
    seconds: float

    @property
    def clean(self) -> bool:
        return not (
            self.lost
            or self.doubled_tickets
            or self.doubled_posts
            or self.missing_posts
            or self.stuck
        )


def main() -> int:
    """Run the faults on SQLite and, where it answers, on PostgreSQL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options = parser.parse_args()
    outcomes: list[Outcome | None] = []
    if options.database in ("sqlite", "both"):
        outcomes.append(on_sqlite(options.events, options.kills, options.seed))
    if options.database in ("postgresql", "both"):
        outcomes.append(on_postgresql(options.events, options.kills, options.seed))
    report([outcome for outcome in outcomes if outcome is not None], options.seed)
    return 0 if all(outcome is None or outcome.clean for outcome in outcomes) else 1


def on_sqlite(events: int, kills: int, seed: int) -> Outcome:
    home = Path(tempfile.mkdtemp(prefix="lotsen-faults-"))
    try:
        return run("sqlite", "", home, events, kills, seed)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def on_postgresql(events: int, kills: int, seed: int) -> Outcome | None:
    name = f"lotsen_faults_{uuid.uuid4().hex[:8]}"
    try:
        with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as admin:
            admin.execute(f'CREATE DATABASE "{name}"')
    except psycopg.OperationalError as error:
        print(f"PostgreSQL is skipped: {error}", file=sys.stderr)
        return None
    home = Path(tempfile.mkdtemp(prefix="lotsen-faults-"))
    try:
        url = POSTGRES.rsplit("/", 1)[0] + "/" + name
        return run("postgresql", url, home, events, kills, seed)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        with psycopg.connect(POSTGRES, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(database: str, url: str, home: Path, events: int, kills: int, seed: int) -> Outcome:
    """Send ``events`` messages from as many people while the bot is killed ``kills`` times."""
    began = time.monotonic()
    crowd = tuple(Member(id=f"U{number:05d}", name=f"Person {number}") for number in range(events))
    members = tuple(person.id for person in crowd)
    double = SlackDouble(
        clock=Clock(),
        people=crowd,
        conditions=Conditions(seed=seed, rate_limits=False, ack_seconds=1.0, retries=(0.2,) * 400),
        channels=(
            Channel(id=HELP, name="help", members=members),
            Channel(id=SUPPORT, name="support", members=()),
        ),
    )
    with double:
        values = values_of(double, url, home)
        store = Store(Settings.load(_env_file=None, **values).database_url)
        upgrade(store)
        double.faults.duplicates = 0.10
        double.faults.disorder = 0.05
        double.faults.lost_responses = 0.05
        storm(double, values, store, members, kills, random.Random(seed))
        outcome = count(database, double, store, events, kills, time.monotonic() - began)
        store.close()
    return outcome


def values_of(double: SlackDouble, url: str, home: Path) -> dict[str, Any]:
    return {
        "lotsen_home": home,
        "lotsen_database_url": url,
        "lotsen_http_port": 0,
        "lotsen_log_level": "ERROR",
        "slack_bot_token": double.bot_token,
        "slack_app_token": double.app_token,
        "slack_api_url": double.api_url,
        "lotsen_help_channel": (HELP,),
        "lotsen_support_channel": SUPPORT,
        "lotsen_channel_interval_seconds": 0.0,
        "lotsen_lease_seconds": 2.0,
    }


def storm(
    double: SlackDouble,
    values: dict[str, Any],
    store: Store,
    members: tuple[str, ...],
    kills: int,
    chance: random.Random,
) -> None:
    """Post everything while replicas are killed, then let the last one finish."""
    replica = start_replica(values)
    deaths = sorted(chance.sample(range(len(members)), kills))
    for number, user in enumerate(members):
        double.say(user, HELP, f"Ärende {number}: skärmen är svart")
        if deaths and number == deaths[0]:
            deaths.pop(0)
            time.sleep(chance.uniform(0.2, 2.5))
            replica.kill()
            replica.join()
            replica = start_replica(values)
    wait_for(lambda: handled(double, store, len(members)), 900)
    stop_replica(replica)


def handled(double: SlackDouble, store: Store, tickets: int) -> bool:
    if double.pending_events():
        return False
    with store.snapshot() as unit:
        waits = unit.inbox.waiting() + unit.outbox.waiting()
        return waits == 0 and unit.tickets.count() + unit.inbox.dead() >= tickets


def count(
    database: str, double: SlackDouble, store: Store, events: int, kills: int, seconds: float
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
        database=database,
        events=events,
        kills=kills,
        lost=events - len(texts),
        doubled_tickets=sum(number - 1 for number in texts.values()),
        doubled_posts=sum(number - 1 for number in shown.values()),
        missing_posts=2 * events - len(shown),
        stuck=stuck,
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


def report(outcomes: list[Outcome], seed: int) -> None:
    """Print the table."""
    print(f"10 % of events twice, 5 % late, 5 % of answers lost; seed {seed}")
    heads = (
        "database",
        "events",
        "kill -9",
        "lost",
        "twice",
        "posts twice",
        "posts missing",
        "stuck",
        "s",
    )
    rows = [
        (
            outcome.database,
            outcome.events,
            outcome.kills,
            outcome.lost,
            outcome.doubled_tickets,
            outcome.doubled_posts,
            outcome.missing_posts,
            outcome.stuck,
            round(outcome.seconds),
        )
        for outcome in outcomes
    ]
    for row in (heads, *rows):
        print(
            "  ".join(
                str(cell).rjust(max(len(str(head)), 10))
                for cell, head in zip(row, heads, strict=True)
            )
        )


if __name__ == "__main__":
    raise SystemExit(main())
