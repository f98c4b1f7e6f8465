"""The real main job on real tickets: import, post, triage, resolve, measure.

Four fifths of a CSV of tickets (columns text, category) are imported with the command
line; texts of the rest are posted by as many people into the running bot, with no
knowledge loaded, by Socket Mode and again by HTTP.
"""

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.replica import free_port, wait_for
from bot.clock import Clock
from bot.demo.double import Channel, Conditions, Member, SlackDouble, StoredMessage

HELP, SUPPORT, AGENT = "CHELP", "CSUPPORT", "UAGENT"


@dataclass(frozen=True, slots=True)
class MainJob:
    """What came of one run."""

    mode: str
    imported: int
    import_seconds: float
    accuracy: float
    start_seconds: float
    rss_mb: float
    posted: int
    tickets: int
    cards: int
    twice: int
    automatic: int
    automatic_right: int
    post_seconds: float
    resolved: int
    handling_n: int


def measure(data: Path, posts: int = 200, resolves: int = 50, seed: int = 1) -> list[MainJob]:
    """Run the job in both modes."""
    with (data / "it_tickets" / "train.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    random.Random(seed).shuffle(rows)
    cut = len(rows) * 4 // 5
    texts = _distinct(rows[cut:], posts)
    return [_run(mode, rows[:cut], texts, resolves) for mode in ("socket", "http")]


def _distinct(rows: list[tuple[str, str]], n: int) -> list[tuple[str, str]]:
    return list({text: (text, label) for text, label in rows}.values())[:n]


def _run(
    mode: str, known: list[tuple[str, str]], texts: list[tuple[str, str]], resolves: int
) -> MainJob:
    home = Path(tempfile.mkdtemp(prefix="lotsen-bench-"))
    people = [Member(id=f"U{number:04d}", name=f"Person {number}") for number in range(len(texts))]
    members = tuple(person.id for person in people)
    double = SlackDouble(
        clock=Clock(),
        conditions=Conditions(rate_limits=False),
        people=[*people, Member(id=AGENT, name="Kim Ek", locale="en-GB")],
        channels=(
            Channel(id=HELP, name="help", members=(*members, AGENT)),
            Channel(id=SUPPORT, name="support", members=(AGENT,)),
        ),
    )
    try:
        with double:
            return _in_office(mode, double, home, known, texts, members, resolves)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _in_office(
    mode: str,
    double: SlackDouble,
    home: Path,
    known: list[tuple[str, str]],
    texts: list[tuple[str, str]],
    members: tuple[str, ...],
    resolves: int,
) -> MainJob:
    port = free_port()
    env = environment(double, home, port)
    began = time.monotonic()
    imported = _import(env, home, known)
    import_seconds = time.monotonic() - began
    began = time.monotonic()
    with running_bot(env, mode, port) as process:
        start_seconds = time.monotonic() - began
        if mode == "http":
            double.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        else:
            wait_for(lambda: double.connections() > 0, 30)
        memory = rss_mb(process.pid)
        began = time.monotonic()
        for user, (text, _) in zip(members, texts, strict=True):
            double.say(user, HELP, text)
        wait_for(lambda: len(_cards(double)) >= len(texts) and not double.pending_events(), 600)
        post_seconds = time.monotonic() - began
        cards = _cards(double)
        _resolve(double, cards[:resolves])
        kpis = lotsen(env, "kpi", "--from", _today(), "--to", _today())["kpis"]
        right, automatic = _judged(cards, dict(texts))
    handling = next(kpi for kpi in kpis if kpi["key"] == "handling_time")
    keys = Counter(card.metadata["event_payload"]["key"] for card in cards if card.metadata)
    return MainJob(
        mode=mode,
        imported=imported["imported"],
        import_seconds=import_seconds,
        accuracy=imported.get("training", {}).get("accuracy", float("nan")),
        start_seconds=start_seconds,
        rss_mb=memory,
        posted=len(texts),
        tickets=len(keys),
        cards=len(cards),
        twice=sum(n - 1 for n in keys.values()),
        automatic=automatic,
        automatic_right=right,
        post_seconds=post_seconds,
        resolved=min(resolves, len(cards)),
        handling_n=int(handling["n"]),
    )


def environment(double: SlackDouble, home: Path, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LOTSEN_HOME": str(home),
        "LOTSEN_HTTP_PORT": str(port),
        "LOTSEN_HELP_CHANNEL": HELP,
        "LOTSEN_SUPPORT_CHANNEL": SUPPORT,
        "LOTSEN_AGENTS": AGENT,
        "LOTSEN_CHANNEL_INTERVAL_SECONDS": "0",
        "LOTSEN_LOG_LEVEL": "ERROR",
        "SLACK_BOT_TOKEN": double.bot_token,
        "SLACK_APP_TOKEN": double.app_token,
        "SLACK_SIGNING_SECRET": double.signing_secret,
        "SLACK_API_URL": double.api_url,
    }


def lotsen(env: dict[str, str], *words: str) -> dict[str, Any]:
    """Run ``lotsen … --json`` and return its answer."""
    command = [sys.executable, "-m", "bot", *words, "--json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"lotsen {' '.join(words)}: {done.stderr.strip()}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _import(env: dict[str, str], home: Path, known: list[tuple[str, str]]) -> dict[str, Any]:
    file = home / "known.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("text", "category"))
        writer.writerows(known)
    return lotsen(env, "import", "tickets", str(file))


@contextmanager
def running_bot(env: dict[str, str], mode: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "bot", "run", "--mode", mode]
    process = subprocess.Popen(command, env=env)  # noqa: S603
    try:
        if not wait_for(lambda: is_ready(port) or process.poll() is not None, 60) or process.poll():
            raise RuntimeError("lotsen run did not become ready")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _cards(double: SlackDouble) -> list[StoredMessage]:
    return [message for message in double.messages(SUPPORT) if message.metadata]


def _resolve(double: SlackDouble, cards: list[StoredMessage]) -> None:
    """Take and resolve tickets as a person of the staff does."""
    for card in cards:
        double.click(AGENT, SUPPORT, card.ts, "ticket_claim")
    for number, card in enumerate(cards):
        wait_for(partial(_has, double, card.ts, "ticket_pause"), 60)
        double.click(AGENT, SUPPORT, card.ts, "ticket_resolve")
        double.submit(
            AGENT, {"note": {"note": f"Solved, number {number}."}, "minutes": {"minutes": "10"}}
        )
    for card in cards:
        wait_for(partial(_done, double, card.ts), 60)


def _has(double: SlackDouble, ts: str, action: str) -> bool:
    card = next(message for message in double.messages(SUPPORT) if message.ts == ts)
    return action in json.dumps(card.blocks)


def _done(double: SlackDouble, ts: str) -> bool:
    return not _has(double, ts, "ticket_resolve")


def _judged(cards: list[StoredMessage], labels: dict[str, str]) -> tuple[int, int]:
    """Return (right, automatic): cards with a category, and how many have the right one."""
    right = automatic = 0
    by_start = {" ".join(text.split())[:60]: label for text, label in labels.items()}
    for card in cards:
        chosen = _chosen(card)
        if not chosen:
            continue
        automatic += 1
        text = " ".join(_quoted(card).split())[:60]
        right += by_start.get(text, "") == chosen
    return right, automatic


def _chosen(card: StoredMessage) -> str:
    for block in card.blocks or ():
        for element in block.get("elements", ()):
            if element.get("action_id") == "ticket_category":
                return str((element.get("initial_option") or {}).get("text", {}).get("text", ""))
    return ""


def _quoted(card: StoredMessage) -> str:
    for block in card.blocks or ():
        if block["type"] == "rich_text":
            return str(block["elements"][0]["elements"][0]["text"])
    return card.text.split(": ", 1)[-1]


def _today() -> str:
    return Clock()().date().isoformat()
