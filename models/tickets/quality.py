"""How good imported tickets are as data: what may be learned and measured from them."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from models.tickets.near_duplicates import NearDuplicates
from models.tickets.sources import IMPORTANT, TicketRow

_YEAR = 365  # days
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class DataQuality:
    """Shares from 0 to 1.

    Attributes
    ----------
    completeness
        How much of the important fields (words, category, opened, first response,
        resolved) is filled.
    consistency
        Rows whose times are in order and whose category is spelled in the usual way.
    currency : float or None
        Tickets opened in the 12 months up to the newest; None where no time is known.
    label_noise : float or None
        Of the tickets whose text comes more than once, those whose text has different
        categories. Lower is better; None where no ticket has a category.
    exact_duplicates
        Of the tickets with words, those whose words came before; numbers do not count.
    near_duplicates
        Those that are no exact duplicates, but say nearly what an earlier one says.
    """

    completeness: float
    consistency: float
    currency: float | None
    label_noise: float | None
    exact_duplicates: float = 0.0
    near_duplicates: float = 0.0


class QualityCheck:
    """Sees each row once and keeps counts only, so that a large file fits."""

    def __init__(self) -> None:
        self._rows = self._filled = self._out_of_order = 0
        self._spellings: dict[str, Counter[str]] = {}
        self._days: Counter[int] = Counter()
        self._texts: dict[bytes, Counter[str]] = {}
        self._known: set[bytes] = set()
        self._with_words = self._exact = self._near = 0
        self._alike = NearDuplicates()

    def see(self, row: TicketRow, category: str) -> None:
        """Count a row; ``category`` is its key, empty without one."""
        self._rows += 1
        self._filled += row.filled
        self._out_of_order += not row.in_order
        if category:
            # A row that is out of order is inconsistent already: count it once.
            spelled = self._spellings.setdefault(category, Counter())
            spelled[row.category] += row.in_order
        self._note_text(row, category)
        if row.opened_at is not None:
            self._days[_day(row.opened_at)] += 1

    def result(self) -> DataQuality:
        rows = self._rows or 1
        odd = sum(sum(found.values()) - max(found.values()) for found in self._spellings.values())
        return DataQuality(
            completeness=self._filled / (IMPORTANT * rows),
            consistency=1 - (self._out_of_order + odd) / rows if self._rows else 0.0,
            currency=self._currency(),
            label_noise=self._label_noise(),
            exact_duplicates=self._exact / (self._with_words or 1),
            near_duplicates=self._near / (self._with_words or 1),
        )

    def _note_text(self, row: TicketRow, category: str) -> None:
        words = _WORD.findall(f"{row.title} {row.text}".lower())
        if not words:
            return
        whole = " ".join(words).encode("utf-8", "replace")
        key = hashlib.blake2b(whole, digest_size=8).digest()
        if category:
            self._texts.setdefault(key, Counter())[category] += 1
        self._with_words += 1
        if key in self._known:
            self._exact += 1
            return
        self._known.add(key)
        self._near += self._alike.seen(words)

    def _currency(self) -> float | None:
        if not self._days:
            return None
        start = max(self._days) - _YEAR
        recent = sum(n for day, n in self._days.items() if day > start)
        return recent / self._days.total()

    def _label_noise(self) -> float | None:
        if not self._spellings:
            return None
        repeated = [found for found in self._texts.values() if found.total() > 1]
        noisy = sum(found.total() for found in repeated if len(found) > 1)
        return noisy / sum(found.total() for found in repeated) if repeated else 0.0


def _day(at: datetime) -> int:
    return at.toordinal()
