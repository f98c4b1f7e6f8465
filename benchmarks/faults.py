"""`make faults`: one command, one table: promise, fault, what was lost, what came twice.

``--size small`` takes minutes, ``full`` some hours; ``--only P1,P14`` chooses promises.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks import door, llm_faults, lock, migration_kills, simulated, soak, storm
from benchmarks.storm import Storm
from benchmarks.verdicts import Verdict, table

Run = Callable[[], Iterable[Verdict | None]]


@dataclass(frozen=True, slots=True)
class Size:
    """How much of each fault; ``full`` is what docs/reference/promises.md demands."""

    events: int
    kills: int
    server_kills: int
    terms: int
    rounds: int
    junk: int
    points: int
    model_calls: int
    seeds: int
    minutes: float
    lock_s: float


SIZES = {
    "small": Size(120, 4, 1, 2, 1, 500, 5, 10, 30, 0.5, 6),
    "middle": Size(2_000, 50, 3, 20, 10, 10_000, 20, 100, 1_000, 5, 60),
    "full": Size(10_000, 200, 3, 20, 10, 10_000, 20, 100, 10_000, 30, 60),
}


def scenarios(size: Size, seed: int) -> dict[str, list[Run]]:
    """Return what is tried for each promise."""
    kills = Storm(size.events, size.kills, seed=seed)
    postgres = replace(kills, database="postgresql", server_deaths=size.server_kills)
    terms = Storm(50 * size.terms, size.terms, by="term", per_second=50.0, seed=seed)

    def in_turn(replicas: int) -> Storm:
        deaths = size.rounds * replicas
        return Storm(
            max(100, 60 * deaths),
            deaths,
            database="postgresql",
            replicas=replicas,
            by="term",
            in_turn=True,
            per_second=20.0,
            calm=True,
            seed=seed,
        )

    return {
        "P1": [
            _storm("P1 P2", kills),
            _storm("P1 P2", replace(kills, mode="http")),
            _storm("P1 P2", replace(postgres, replicas=3)),
            _storm("P1 P2", replace(postgres, mode="http")),
        ],
        "P7": [lambda: [soak.verdict(min(size.minutes, 5), trouble=True)]],
        "P8": [lambda: [_model(size.model_calls)]],
        "P9": [lambda: [lock.verdict(size.lock_s)]],
        "P10": [_storm("P10", terms), _storm("P10", replace(terms, mode="http"))],
        "P12": [
            lambda: [migration_kills.verdict("sqlite", size.points)],
            lambda: [migration_kills.verdict("postgresql", size.points)],
        ],
        "P13": [_storm("P13", in_turn(2)), _storm("P13", in_turn(4))],
        "P14": [lambda: door.verdicts(size.junk)],
        "P17": [lambda: [soak.verdict(size.minutes)]],
        "P18": [lambda: [simulated.verdict(size.seeds, seed)]],
    }


def _storm(promise: str, one: Storm) -> Run:
    return lambda: [storm.verdict(promise, one)]


def _model(calls: int) -> Verdict:
    rows = llm_faults.run(calls)
    slowest = max(row.slowest_s for row in rows)
    return Verdict(
        "P8",
        f"{len(rows) - 1} faults of the language model",
        "sqlite",
        sum(row.n for row in rows),
        sum(row.lost for row in rows),
        0,
        ok=all(row.clean for row in rows),
        seen=f"slowest {slowest:.1f} s, {sum(row.foreign for row in rows)} foreign labels",
        demanded=f"{llm_faults.SLOWEST_S:.0f} s, 0",
    )


def run(size: Size, seed: int, only: Sequence[str] = ()) -> Iterator[Verdict]:
    """Try each fault and say what came of it, as soon as that is known."""
    for promise, runs in scenarios(size, seed).items():
        if only and promise not in only:
            continue
        for one in runs:
            for verdict in one():
                if verdict is None:
                    print(f"{promise}: a database is not there; skipped", file=sys.stderr)
                else:
                    yield verdict


def main() -> int:
    """Print the table; fail where a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="middle")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="promises, with commas")
    options = parser.parse_args()
    only = [word.strip() for word in options.only.split(",") if word.strip()]
    verdicts = []
    for verdict in run(SIZES[options.size], options.seed, only):
        verdicts.append(verdict)
        print(
            f"{verdict.promise}: {verdict.fault}, {verdict.where}: {verdict.seen}", file=sys.stderr
        )
    print(f"10 % of events twice, 5 % late, 5 % of answers lost; seed {options.seed}")
    print(table(verdicts))
    return 0 if verdicts and all(verdict.ok for verdict in verdicts) else 1


if __name__ == "__main__":
    raise SystemExit(main())
