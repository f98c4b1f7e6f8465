"""How long somebody waits for the first visible reply, over ten channels.

The public questions are posted by sixty people into ten help channels of a running bot with
the starter articles: an answer, titles, a ticket line or a reaction is the reply. Times are
those of the double of Slack, on loopback.
"""

import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.main_job import AGENT, SUPPORT, environment, lotsen, rss_mb, running_bot
from benchmarks.month_of_taps import questions
from benchmarks.replica import free_port, wait_for
from bot.clock import Clock
from bot.demo.double import Channel, Conditions, Member, SlackDouble

CHANNELS = tuple(f"CHELP{number}" for number in range(10))
PEOPLE = tuple(f"U{number:04d}" for number in range(60))
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class FirstReply:
    """What was seen at one rate.

    Attributes
    ----------
    ready_seconds, first_seconds
        From the start of the process to ready, and from then to the reply to a first question.
    posted, replied, reacted
        Messages; those with a post below them; those with a reaction alone, whose time the
        double does not keep.
    p50_ms, p99_ms
        From message to first post.
    cpu_ms
        Of the bot and its children, a message.
    """

    embeddings: str
    rate: float
    ready_seconds: float
    first_seconds: float
    posted: int
    replied: int
    reacted: int
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    rss_mb: float


def measure(rates: tuple[tuple[float, int], ...] = ((1, 60), (10, 300))) -> list[FirstReply]:
    """Post at each rate (messages a second, how many), by words and with embeddings."""
    return [_run(embeddings, rate, n) for embeddings in ("none", "local") for rate, n in rates]


def _run(embeddings: str, rate: float, n: int) -> FirstReply:
    home = Path(tempfile.mkdtemp(prefix="lotsen-bench-"))
    people = [Member(id=one, name=f"Person {one}") for one in PEOPLE]
    double = SlackDouble(
        clock=Clock(),
        conditions=Conditions(rate_limits=False),
        people=[*people, Member(id=AGENT, name="Kim Ek")],
        channels=(
            *(Channel(id=one, name=one.lower(), members=(*PEOPLE, AGENT)) for one in CHANNELS),
            Channel(id=SUPPORT, name="support", members=(AGENT,)),
        ),
    )
    try:
        with double:
            env = environment(double, home, port := free_port())
            del env["LOTSEN_CHANNEL_INTERVAL_SECONDS"]  # one post a second a channel, as Slack asks
            env |= {"LOTSEN_HELP_CHANNEL": ",".join(CHANNELS), "LOTSEN_EMBEDDINGS": embeddings}
            lotsen(env, "import", "starter")
            with running_bot(env, "socket", port) as process:  # embeds what is not stored yet
                _ask_once(double, PEOPLE[-2])
                process.poll()
            began = time.monotonic()
            with running_bot(env, "socket", port) as process:
                ready = time.monotonic() - began
                first = _ask_once(double, PEOPLE[-1])
                return _under_load(double, process.pid, embeddings, rate, n, (ready, first))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _ask_once(double: SlackDouble, person: str) -> float:
    """Ask one question and wait for its reply; return the seconds.

    Each time somebody else: who asks the same again within two minutes gets a mark alone.
    """
    wait_for(lambda: double.connections() > 0, 30)
    began = time.monotonic()
    ts = double.say(person, CHANNELS[0], "jag har glömt mitt lösenord, hur byter jag?")
    wait_for(lambda: len(double.thread(CHANNELS[0], ts)) > 1, 120)
    return time.monotonic() - began


def _under_load(
    double: SlackDouble,
    pid: int,
    embeddings: str,
    rate: float,
    n: int,
    start: tuple[float, float],
) -> FirstReply:
    asked = list(itertools.islice(itertools.cycle(questions()), n))
    cpu, began = _cpu_seconds(pid), time.monotonic()
    posted = list[tuple[str, str]]()
    for number, question in enumerate(asked):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        channel = CHANNELS[number % len(CHANNELS)]
        person = PEOPLE[number % (len(PEOPLE) - 2)]
        posted.append((channel, double.say(person, channel, question.text)))
    wait_for(lambda: all(_mark(double, *one) is not None for one in posted), 120)
    marks = [_mark(double, *one) for one in posted]
    waits = np.array([mark for mark in marks if mark])
    return FirstReply(
        embeddings=embeddings,
        rate=rate,
        ready_seconds=start[0],
        first_seconds=start[1],
        posted=n,
        replied=len(waits),
        reacted=sum(mark == 0 for mark in marks),
        p50_ms=float(np.percentile(waits, 50) * 1000),
        p99_ms=float(np.percentile(waits, 99) * 1000),
        cpu_ms=(_cpu_seconds(pid) - cpu) / n * 1000,
        rss_mb=rss_mb(pid),
    )


def _mark(double: SlackDouble, channel: str, ts: str) -> float | None:
    """Return the seconds to the first post below a message, 0 for a reaction, None for nothing."""
    message, *replies = double.thread(channel, ts)
    if replies:
        return max(float(replies[0].ts) - float(ts), 0.001)
    return 0.0 if message.reactions else None


def _cpu_seconds(pid: int) -> float:
    """Return the processor's seconds of a process and those of its children that run."""
    return sum(_own_cpu_seconds(one) for one in _family(pid))


def _family(pid: int) -> Iterator[int]:
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for child in children.read_text(encoding="utf-8").split() if children.exists() else ():
        yield from _family(int(child))


def _own_cpu_seconds(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / _TICKS_A_SECOND


def main() -> None:
    from dataclasses import asdict

    from benchmarks.__main__ import table

    print("First visible reply over ten channels, the public questions")
    table([asdict(row) for row in measure()])


if __name__ == "__main__":
    main()
