"""Which tests are slow: those that were measured so, and what runs on PostgreSQL.

`make slow-tests` measures anew and writes ``slow_tests.txt``; do it on a quiet machine.
"""

import re
from collections import defaultdict
from pathlib import Path

import pytest

FILE = Path(__file__).with_name("slow_tests.txt")
SLOW_S = 0.1
"""Seconds from which on a test is slow: the mean of all its parameters, setup and teardown too."""


def slow_tests() -> frozenset[str]:
    return frozenset(FILE.read_text("utf-8").split())


def name_of(nodeid: str) -> str:
    """Return a test's name without its parameters."""
    return nodeid.partition("[")[0]


def mark_slow(items: list[pytest.Item]) -> None:
    """Mark the slow ones; what runs on both databases stays quick on SQLite."""
    slow = slow_tests()
    for item in items:
        if name_of(item.nodeid) in slow or _is_on_postgres(item):
            item.add_marker(pytest.mark.slow)


def _is_on_postgres(item: pytest.Item) -> bool:
    return "postgres" in re.split(r"[-\[\]]", item.nodeid)


class SlowTests:
    """Measures each test of a run, and writes the names of the slow ones."""

    def __init__(self) -> None:
        self._seconds = defaultdict[str, dict[str, float]](lambda: defaultdict(float))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[name_of(report.nodeid)][report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        """Keep what was not measured now."""
        kept = slow_tests() - self._seconds.keys()
        found = {name for name, each in self._seconds.items() if _mean(each) >= SLOW_S}
        FILE.write_text("".join(f"{name}\n" for name in sorted(kept | found)), "utf-8")


def _mean(each: dict[str, float]) -> float:
    return sum(each.values()) / len(each)
