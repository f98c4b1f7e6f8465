"""The gaps as they were minutes ago: for a page that somebody waits for.

To put thousands of questions together takes seconds. So it is done beside the drawing, and
what is known is shown meanwhile, as far as it still stands: a question that was edited, taken
back or erased since then takes its gap off the page at once.
"""

import hashlib
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Final

import structlog

from models.errors import UnavailableError
from models.knowledge.articles import SUPPORT
from models.knowledge.gaps import Gap, gaps
from models.knowledge.knowledge_base import KnowledgeBase
from models.store.feedback import AskedText
from models.store.knowledge import KeptOut
from models.store.transaction import Store, UnitOfWork

log = structlog.get_logger(__name__)

AGE = timedelta(minutes=15)
"""After this what is known is looked at anew."""
PATIENCE_S = 1.0
"""So long somebody waits for it, where it has to be looked at anew."""
MOST = 10
_NAME: Final = re.compile(r"gap-(\d+)(?:-\d+)?")


def gap_name(case_id: int, kept_out: KeptOut) -> str:
    """Return the name, in the support team's document, for an article that fills a gap.

    ``case_id`` is its most typical question. An incident keeps out whatever has the name of
    what was reported: so that a new article is shown, it gets the next name.
    """
    names = (f"gap-{case_id}" + (f"-{number}" if number > 1 else "") for number in count(1))
    return next(name for name in names if not kept_out.has_name(SUPPORT, name))


def filled_by_hand(unit: UnitOfWork, today: date) -> frozenset[int]:
    """Return the questions for whose gap an article was written that is in force and shown."""
    rows = unit.knowledge.shown_in(SUPPORT)
    in_force = (row for row in rows if row.expires_on is None or today <= row.expires_on)
    names = (_NAME.fullmatch(row.external_id) for row in in_force)
    return frozenset(int(name[1]) for name in names if name)


@dataclass
class RecentGaps:
    """Keeps the gaps of the last 90 days; safe for several threads."""

    store: Store
    knowledge: KnowledgeBase
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _known: tuple[tuple[Gap, str], ...] = ()
    _at: datetime | None = None
    _builder: threading.Thread | None = None

    def get(self, now: datetime, limit: int) -> tuple[Gap, ...]:
        """Return the gaps that stand, the most minutes first; nothing where none is known yet."""
        self._renew_beside(now)
        with self._lock:
            known = self._known
        with self.store.snapshot() as unit:
            filled = filled_by_hand(unit, now.date()) if known else frozenset()
            standing = [gap for gap, words in known if _stands(unit, gap, words, filled)]
        return tuple(standing[:limit])

    def renew(self, now: datetime) -> None:
        """Look at all questions anew.

        Raises
        ------
        UnavailableError
            When the database is away.
        """
        found = gaps(self.store, self.knowledge, now, limit=MOST)
        with self.store.snapshot() as unit:
            known = tuple((gap, _digest(unit.feedback.asked_in(gap.cases))) for gap in found)
        with self._lock:
            self._known, self._at = known, now

    def _renew_beside(self, now: datetime) -> None:
        with self._lock:
            busy = self._builder is not None and self._builder.is_alive()
            if busy or (self._at is not None and now - self._at < AGE):
                return
            self._builder = threading.Thread(target=self._try_to_renew, args=(now,), daemon=True)
            self._builder.start()
        self._builder.join(PATIENCE_S)

    def _try_to_renew(self, now: datetime) -> None:
        try:
            self.renew(now)
        except UnavailableError as error:
            log.warning("gaps not renewed", error=str(error))
        except Exception:  # nobody reads of what ends this thread; what is known is shown on
            log.exception("gaps not renewed")
            with self._lock:
                self._at = now


def _stands(unit: UnitOfWork, gap: Gap, words: str, filled: frozenset[int]) -> bool:
    """Return whether its words are those that were looked at, and nobody filled it since."""
    return filled.isdisjoint(gap.cases) and _digest(unit.feedback.asked_in(gap.cases)) == words


def _digest(asked: Sequence[AskedText]) -> str:
    digest = hashlib.sha256()
    for one in asked:
        digest.update(f"{one.case_id}:{one.text}\0{one.note}\0".encode())
    return digest.hexdigest()
