"""One row of `make faults`: a promise, a fault, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one fault.

    Attributes
    ----------
    promise : P1 … P18, as in docs/reference/promises.md
    where : database and mode
    n : how many events, calls or tries there were
    lost, twice : what is missing, and what is there more than once
    seen, demanded : the figure beside those, in words
    """

    promise: str
    fault: str
    where: str
    n: int
    lost: int
    twice: int
    ok: bool
    seen: str = ""
    demanded: str = ""
    seconds: float = 0.0


HEADS = ("promise", "fault", "where", "n", "lost", "twice", "seen", "demanded", "s", "verdict")


def table(verdicts: Iterable[Verdict]) -> str:
    """Return the verdicts as a table of text."""
    rows = [HEADS]
    for one in verdicts:
        kept = "kept" if one.ok else "BROKEN"
        counts = (str(one.n), str(one.lost), str(one.twice))
        shown = (one.promise, one.fault, one.where, *counts, one.seen, one.demanded)
        rows.append((*shown, f"{one.seconds:.0f}", kept))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
