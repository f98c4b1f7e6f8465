"""Many seeds of `tests.simulation`: replicas, restarts, clocks, disks, Slack and model in one thread.

Each seed is a run of its own; two processes share them. A failing one is replayed with
``pytest tests/simulation/test_any_faults.py --seed N``.
"""

import logging
import multiprocessing
import os
import sys
import time
from dataclasses import dataclass
from functools import cache

import structlog

from benchmarks.verdicts import Verdict
from tests.databases import migrated_in_memory
from tests.simulation.deeds import deeds
from tests.simulation.office import Offices
from tests.simulation.verdicts import findings

WORKERS = 2


@dataclass(frozen=True, slots=True)
class SeedResult:
    """What a seed came to; ``lines`` are what was wrong."""

    seed: int
    events: int
    lost: int
    twice: int
    lines: tuple[str, ...]


def verdict(seeds: int, first: int) -> Verdict:
    """Run so many seeds from ``first`` on."""
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with context.Pool(WORKERS, initializer=_quiet) as pool:
        results = list(pool.imap_unordered(_run, range(first, first + seeds), chunksize=5))
    failed = sorted((one for one in results if one.lines), key=lambda one: one.seed)
    for one in failed:
        print(f"seed {one.seed}: {'; '.join(one.lines)}", file=sys.stderr)
    events = sum(one.events for one in results)
    return Verdict(
        "P18",
        f"{seeds} seeds of any faults",
        "sqlite, simulated",
        events,
        sum(one.lost for one in results),
        sum(one.twice for one in results),
        ok=not failed,
        seen=f"{len(failed)} of {seeds} seeds fail",
        demanded="0",
        seconds=time.monotonic() - began,
    )


def _quiet() -> None:
    os.environ["LOTSEN_EMBEDDINGS"] = "none"
    made = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=made)


@cache
def _offices() -> Offices:
    return Offices.begin(migrated_in_memory())


def _run(seed: int) -> SeedResult:
    office = _offices().run(seed, deeds(seed))
    seen = findings(office)
    lines = (*seen.lost, *seen.twice, *seen.wrong)
    return SeedResult(seed, len(office.events), len(seen.lost), len(seen.twice), lines)
