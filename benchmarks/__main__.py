"""`make bench`: every figure of the README in one run, one table each."""

import argparse
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import acknowledgement, answers, effect, incidents, main_job, scale, triage

PARTS = ("acknowledgement", "main_job", "answers", "triage", "incidents", "effect", "scale")
WITHOUT_DATA = ("acknowledgement", "effect", "scale")


def main() -> int:
    """Run the benchmarks and print their tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the public data sets")
    parser.add_argument("--seconds", type=int, default=10, help="of load at each rate")
    parser.add_argument("--only", choices=PARTS, help="one part instead of all")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}; noisy machines: read ratios")
    for part in [options.only] if options.only else PARTS:
        if part not in WITHOUT_DATA and options.data is None:
            print(f"\n{part} is skipped: give the data's folder with --data", file=sys.stderr)
        else:
            _show(part, options.data, options.seconds)
    return 0


def _show(part: str, data: Path, seconds: int) -> None:
    if part == "acknowledgement":
        for busy in (0, 2):
            print(
                f"\nAcknowledgement of Slack's events, open loop; {busy} processes compute beside"
            )
            rates = (10, 100, 300)
            table([asdict(row) for row in acknowledgement.measure(rates, seconds, busy=busy)])
    elif part == "main_job":
        print("\nMain job on real IT tickets: import 80 %, post texts of the rest, resolve some")
        table([asdict(row) for row in main_job.measure(data)])
    elif part == "answers":
        answers.show(data, 100_000, table)
    elif part == "triage":
        triage.show(data, table)
    elif part == "incidents":
        incidents.show(data, table)
    elif part == "effect":
        effect.show(table)
    else:
        scale.show(table)


def table(rows: Sequence[dict[str, Any]]) -> None:
    """Print rows under their keys."""
    cells = [[_text(value) for value in row.values()] for row in rows]
    heads = list(rows[0])
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    for row in (heads, *cells):
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def _text(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    raise SystemExit(main())
