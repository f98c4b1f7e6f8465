"""What the IT lead declares that a quarter's freed time was used for. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.errors import InvalidError
from models.kpis.periods import Period, quarter_of
from models.tables import FreedDeclaration, FreedUse

WHOLE = 100
MAX_NOTE = 1000
_FORM = re.compile(r"(?P<use>[a-z_]+)(?:=(?P<share>\d{1,3}))?%?", re.ASCII)


@dataclass(frozen=True, slots=True)
class DeclaredUses:
    """Uses of freed time with their shares in per cent, in the order of `FreedUse`.

    What is left of the hundred was put to no use.
    """

    shares: tuple[tuple[FreedUse, int], ...]

    @property
    def total(self) -> int:
        return sum(share for _, share in self.shares)

    @property
    def text(self) -> str:
        """Such as ``backlog=60,project=40``."""
        return ",".join(f"{use.value}={share}" for use, share in self.shares)

    @classmethod
    def of(cls, shares: Mapping[FreedUse, int]) -> "DeclaredUses":
        """Return what was declared.

        Raises
        ------
        InvalidError
            Without any use, for a share outside 1 to 100, and for more than 100 % in all.
        """
        named = tuple((use, shares[use]) for use in FreedUse if shares.get(use))
        if not named:
            raise InvalidError(f"name a use of the freed time: {', '.join(FreedUse)}")
        if any(share < 0 for share in shares.values()) or sum(dict(named).values()) > WHOLE:
            raise InvalidError("the shares are per cent of the freed time, 100 together at most")
        return cls(named)

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "DeclaredUses":
        """Read uses as they are written: ``backlog=60 project=40``; one alone is all of it.

        Raises
        ------
        InvalidError
            When they are written otherwise.
        """
        parts = [part.strip().lower() for text in texts for part in text.split(",")]
        found = [_FORM.fullmatch(part) for part in parts if part]
        known = {use.value: use for use in FreedUse}
        shares: dict[FreedUse, int] = {}
        for part, one in zip(filter(None, parts), found, strict=True):
            use = known.get(one["use"]) if one else None
            if one is None or use is None or use in shares:
                raise InvalidError(
                    f"{part!r}: write each use once with its share, such as backlog=60 project=40; "
                    f"uses are {', '.join(FreedUse)}"
                )
            if one["share"] is None and len(found) > 1:
                raise InvalidError(f"{part}: of several uses each needs its share: {part}=50")
            shares[use] = int(one["share"] or WHOLE)
        return cls.of(shares)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is in force of a quarter: since which day, and how often it was declared before."""

    uses: DeclaredUses
    note: str
    on: date
    before: int


def declared_in(rows: Sequence[FreedDeclaration], zone: ZoneInfo) -> Declaration | None:
    """Return what was declared last; None where nothing was.

    Parameters
    ----------
    rows
        Of one quarter, the oldest first.
    """
    if not rows:
        return None
    newest = rows[-1]
    on = newest.at.astimezone(zone).date()
    return Declaration(DeclaredUses.parse([newest.uses]), newest.note, on, len(rows) - 1)


def declaration_row(
    quarter: Period, uses: DeclaredUses, note: str, now: datetime, today: date, by: str = ""
) -> FreedDeclaration:
    """Return a declaration as the row to be kept.

    Parameters
    ----------
    today
        The office's day at ``now``.

    Raises
    ------
    InvalidError
        For a stretch that is no quarter or has not begun, and for a note that is too long.
    """
    if quarter != quarter_of(quarter.first_day):
        raise InvalidError(f"{quarter.key!r} is no quarter: write one such as 2026Q4")
    if today < quarter.first_day:
        raise InvalidError(f"{quarter.key} has not begun: it does on {quarter.first_day}")
    if len(note.strip()) > MAX_NOTE:
        raise InvalidError(f"the note is longer than {MAX_NOTE} characters")
    return FreedDeclaration(quarter=quarter.key, uses=uses.text, note=note.strip(), by=by, at=now)
