"""P9: another program holds the database locked while people write."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from benchmarks.replica import wait_for
from benchmarks.soak import http_bot, posts_of, workspace
from benchmarks.storm import HELP, handled, texts_of_tickets
from benchmarks.verdicts import Verdict

_PER_SECOND = 5
_NOTICED_S = 30  # a shorter lock is waited for


def verdict(seconds: float) -> Verdict:
    """Lock the database for so long; nothing acknowledged may be lost or come twice."""
    began = time.monotonic()
    double, number = workspace(), int(seconds * _PER_SECOND)
    with http_bot(double) as bot:
        holder = threading.Thread(target=_hold, args=(bot.file, seconds))
        holder.start()
        codes = set[int]()
        for at in range(number):
            double.say(f"U{at % 500:05d}", HELP, f"Ärende {at}: skärmen är svart")
            codes.add(_ready(bot.port))
            time.sleep(1 / _PER_SECOND)
        holder.join()
        well = wait_for(lambda: _ready(bot.port) == 200, 30)
        wait_for(lambda: handled(double, bot.store, number), 300)
        texts, failed = texts_of_tickets(bot.store), double.failed_attempts()
    lost, posts = number - len(texts), posts_of(double)
    twice = sum(texts.values()) - len(texts) + sum(posts.values()) - len(posts)
    return Verdict(
        promise="P9",
        fault=f"the database locked for {seconds:g} s",
        where="sqlite, http",
        n=number,
        lost=lost,
        twice=twice,
        ok=not (lost or twice) and well and (503 in codes or seconds < _NOTICED_S),
        seen=f"not ready meanwhile: {503 in codes}, ready again: {well}, {failed} attempts failed",
        demanded="0, 0, 503",
        seconds=time.monotonic() - began,
    )


def _hold(file: Path, seconds: float) -> None:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as database:
        database.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        database.execute("ROLLBACK")


def _ready(port: int) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0
