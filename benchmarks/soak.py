"""P17: many minutes at ten events a second, as people write, and whether anything grows.

One message in ten is a question, which becomes a ticket with its card; the others are words in
the threads of the last questions. HTTP mode, SQLite, requests received in a process of their own.
"""

import re
import time
import urllib.request
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.databases import home_folder
from benchmarks.replica import free_port, start_replica, stop_replica, wait_for
from benchmarks.storm import HELP, SUPPORT, handled, texts_of_tickets, values_of
from benchmarks.verdicts import Verdict
from bot.clock import Clock
from bot.demo.double import Channel, Conditions, Member, SlackDouble
from models.settings import Settings
from models.store.migration import upgrade
from models.store.transaction import Store

PER_SECOND = 10
MOST_GROWTH = 0.10
_QUESTION_EVERY = 10
_THREADS = 50
_PEOPLE = 500
_WORDS = ("Det är fortfarande svart", "Jag har startat om den", "Kabeln sitter i", "Det blinkar")


@dataclass(frozen=True, slots=True)
class Sample:
    """What the bot and the process that receives for it hold: memory in MB, files, threads."""

    mb: float
    files: int
    threads: int


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot in HTTP mode on SQLite, its port, its process and its database."""

    port: int
    pid: int
    store: Store
    file: Path


def workspace() -> SlackDouble:
    """Return a workspace of five hundred people and two channels."""
    people = tuple(Member(id=f"U{at:05d}", name=f"Person {at}") for at in range(_PEOPLE))
    return SlackDouble(
        clock=Clock(),
        people=people,
        conditions=Conditions(rate_limits=False),
        channels=(
            Channel(id=HELP, name="help", members=tuple(person.id for person in people)),
            Channel(id=SUPPORT, name="support", members=()),
        ),
    )


@contextmanager
def http_bot(double: SlackDouble) -> Iterator[Bot]:
    """Run a bot for a workspace, as ``lotsen run --mode http`` does."""
    with home_folder() as home, double:
        port = free_port()
        values = {**values_of(double, "", home), "lotsen_http_port": port}
        double.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        store = Store(Settings.load(_env_file=None, **values).database_url)
        upgrade(store)
        replica = start_replica(values, "http", apart=True)
        wait_for(lambda: _metrics(port), 60)
        yield Bot(port, replica.pid or 0, store, home / "lotsen.db")
        stop_replica(replica)
        store.close()


def posts_of(double: SlackDouble) -> Counter[str]:
    """Return how often each of our posts stands in the two channels."""
    return Counter(
        message.metadata["event_payload"]["key"]
        for channel in (HELP, SUPPORT)
        for message in double.messages(channel)
        if message.metadata
    )


def verdict(minutes: float, per_second: int = PER_SECOND, *, trouble: bool = False) -> Verdict:
    """Let people write for so long, and compare the first fifth with the last.

    ``trouble``: of Slack's answers 30 % are 429, 10 % 503, and 5 % of connections are reset.
    """
    began = time.monotonic()
    double = workspace()
    with http_bot(double) as bot:
        if trouble:
            double.faults.rate_limited = 0.30
            double.faults.server_errors = 0.10
            double.faults.connection_resets = 0.05
        samples, questions = _rage(double, bot.pid, minutes, per_second)
        double.faults.clear()
        cleared = time.monotonic()
        wait_for(lambda: handled(double, bot.store, questions), 600)
        after_s = time.monotonic() - cleared
        p99_ms = 1000 * _p99(_metrics(bot.port))
        texts = texts_of_tickets(bot.store)
        with bot.store.snapshot() as unit:
            stuck = unit.inbox.dead() + unit.outbox.stuck() + unit.inbox.waiting()
    shown = posts_of(double)
    fifth = max(1, len(samples) // 5)
    first, last = samples[fifth : 2 * fifth] or samples[:1], samples[-fifth:]
    before, after = (median(one.mb for one in part) for part in (first, last))
    files, threads = (
        max(getattr(one, name) for one in last) - max(getattr(one, name) for one in first)
        for name in ("files", "threads")
    )
    lost = questions - len(texts)
    twice = sum(texts.values()) - len(texts) + sum(shown.values()) - len(shown)
    growth = after / before - 1
    return Verdict(
        promise="P7" if trouble else "P17",
        fault=f"{minutes:g} minutes at {per_second}/s" + (", Slack in trouble" if trouble else ""),
        where="sqlite, http",
        n=int(minutes * 60) * per_second,
        lost=lost,
        twice=twice,
        ok=not (lost or twice or stuck) and growth <= MOST_GROWTH and files <= 5 and threads <= 5,
        seen=f"{before:.0f} → {after:.0f} MB, {files:+d} files, {threads:+d} threads, {stuck} stuck, "
        f"all shown {after_s:.0f} s later, acknowledged within {p99_ms:.0f} ms (p99)",
        demanded=f"+{MOST_GROWTH:.0%}",
        seconds=time.monotonic() - began,
    )


def _rage(
    double: SlackDouble, pid: int, minutes: float, per_second: int
) -> tuple[list[Sample], int]:
    """Say everything; return a sample for each ten seconds and how many questions there were."""
    threads: deque[tuple[str, str]] = deque(maxlen=_THREADS)
    samples, questions = list[Sample](), 0
    start = time.monotonic()
    for number in range(int(minutes * 60) * per_second):
        time.sleep(max(0.0, start + number / per_second - time.monotonic()))
        if number % _QUESTION_EVERY == 0:
            asker = f"U{questions % _PEOPLE:05d}"
            text = f"Ärende {questions}: skärmen är svart"
            threads.append((asker, double.say(asker, HELP, text)))
            questions += 1
        else:
            asker, ts = threads[number % len(threads)]
            double.say(asker, HELP, f"{_WORDS[number % len(_WORDS)]} ({number})", ts)
        if number % (10 * per_second) == 0:
            samples.append(_sample(pid))
    return samples, questions


def _sample(pid: int) -> Sample:
    family = [pid, *_children(pid)]
    memory, files, threads = 0.0, 0, 0
    for one in family:
        place = Path(f"/proc/{one}")
        try:
            rollup = (place / "smaps_rollup").read_text()
            files += sum(1 for _ in (place / "fd").iterdir())
            threads += sum(1 for _ in (place / "task").iterdir())
        except OSError:  # it ended meanwhile
            continue
        memory += sum(map(int, re.findall(r"^Pss:\s+(\d+)", rollup, re.MULTILINE))) / 1024
    return Sample(memory, files, threads)


def _children(pid: int) -> list[int]:
    found = [
        int(child)
        for children in Path(f"/proc/{pid}/task").glob("*/children")
        for child in children.read_text().split()
    ]
    return found + [below for child in found for below in _children(child)]


def _metrics(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def _p99(metrics: str) -> float:
    """Return the upper bound of the bucket that holds 99 of 100 acknowledgements, in seconds."""
    buckets = [
        (float(bound), float(n))
        for bound, n in re.findall(
            r'lotsen_acknowledgement_seconds_bucket\{le="([^"]+)"\} (\S+)', metrics
        )
    ]
    every = buckets[-1][1] if buckets else 0.0
    return next((bound for bound, n in buckets if n >= 0.99 * every), float("nan"))
