"""The categories that came with imported tickets, and whether they replace the starter's."""

import hashlib
import re
import unicodedata
from collections import Counter
from functools import lru_cache

from models.language import LANGUAGES
from models.store.transaction import UnitOfWork
from models.tables import Category, Source

STARTER = "starter"
ENOUGH_CATEGORIES = 2
ENOUGH_TICKETS = 5
MOST = 100
"""As many as a select in Slack can show; rarer ones are kept, but not offered."""


@lru_cache(maxsize=4096)
def key_of(name: str) -> str:
    """Return the key of a category name: ``Hårdvara & skärm`` → ``hardvara_skarm``."""
    parts = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    plain = "".join(sign for sign in parts if not unicodedata.combining(sign))
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60]
    if name and not key:  # a name without a Latin letter
        return "category_" + hashlib.sha256(name.encode()).hexdigest()[:8]
    return key


class ImportedCategories:
    """Counts the categories of a file, then stores them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._spellings: dict[str, Counter[str]] = {}

    def see(self, name: str) -> None:
        if name:
            self._spellings.setdefault(key_of(name), Counter())[name] += 1

    def store(self, unit: UnitOfWork) -> None:
        """Store the categories, most frequent first; those known already stay as they are."""
        ranked = sorted(self._spellings, key=lambda key: (-self._spellings[key].total(), key))
        known = {key: unit.tickets.category(key) for key in ranked}
        replaces = self._replaces()
        if replaces:
            unit.tickets.retire_categories(STARTER)
        after = 0 if replaces else len(unit.tickets.categories())
        unit.tickets.put_categories(
            self._row(key, after + at, active=at < MOST)
            for at, key in enumerate(ranked)
            if _may_write(known[key], replaces=replaces)
        )

    def _replaces(self) -> bool:
        if self._source is Source.DEMO:  # made up with the starter's own categories
            return False
        large = sum(found.total() >= ENOUGH_TICKETS for found in self._spellings.values())
        return large >= ENOUGH_CATEGORIES

    def _row(self, key: str, position: int, *, active: bool) -> Category:
        title = self._spellings[key].most_common(1)[0][0]
        return Category(
            key=key,
            titles=dict.fromkeys(LANGUAGES, title),
            source=self._source.value,
            active=active,
            position=position,
        )


def _may_write(known: Category | None, *, replaces: bool) -> bool:
    # What the company imported or edited before is its own to change.
    return known is None or (known.source == STARTER and replaces)
