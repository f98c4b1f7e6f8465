"""How many people a company employs, from day to day. Pure."""

from dataclasses import dataclass
from datetime import date

from models.errors import InvalidError

_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Headcount:
    """Numbers of people, each from a day on, the oldest first; the first holds before, too."""

    since: tuple[tuple[date, int], ...] = ()

    def __bool__(self) -> bool:
        """Return whether somebody said how many."""
        return bool(self.since)

    def __str__(self) -> str:
        """Return the numbers as `parse` reads them; empty where nobody said."""
        named = (str(n) if day == date.min else f"{day}={n}" for day, n in self.since)
        return ", ".join(named)

    def on(self, day: date) -> int:
        """Return how many there are on a day; 0 where nobody said."""
        known = [n for first, n in self.since if first <= day] or [n for _, n in self.since[:1]]
        return known[-1] if known else 0

    @staticmethod
    def parse(text: str) -> "Headcount":
        """Read a number, or numbers with the day from which each holds.

        Raises
        ------
        InvalidError
            For anything else; the message shows how it is written.
        """
        entries = [entry.strip() for entry in text.split(",") if entry.strip()]
        if entries == ["0"]:
            return Headcount()
        return Headcount(tuple(sorted(map(_entry, entries))))


def _entry(text: str) -> tuple[date, int]:
    day, separator, number = text.rpartition("=")
    try:
        since, n = date.fromisoformat(day) if separator else date.min, int(number)
    except ValueError:
        n = 0
    if not 0 < n <= _MOST:
        raise InvalidError(
            f"{text!r}: write a whole number, or numbers with the day from which each holds: "
            "2026-01-01=110, 2026-09-01=120"
        )
    return since, n
