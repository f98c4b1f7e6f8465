"""Categories that are in use or were, and what became of each."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from models.store.repository import Repository
from models.tables import Category, CategoryChange


class CategoryRepository(Repository):
    """The tables category and category_change."""

    def every(self) -> Sequence[Category]:
        """Return all categories, retired ones too, in their order."""
        query = select(Category).order_by(col(Category.position), col(Category.key))
        return self._session.exec(query).all()

    def changes(self) -> Sequence[CategoryChange]:
        """Return what was changed, the oldest first."""
        return self._session.exec(select(CategoryChange).order_by(col(CategoryChange.id))).all()

    def changed_since(self, at: datetime) -> bool:
        """Return whether any category was changed after ``at``."""
        query = select(CategoryChange.id).where(col(CategoryChange.at) > at).limit(1)
        return self._session.exec(query).first() is not None

    def successors(self) -> dict[str, str]:
        """Return each category → the one in use that it is, or that it was merged into."""
        rows = {row.key: row for row in self.every()}
        return {key: now for key in rows if (now := _now(rows, key))}


def _now(rows: dict[str, Category], key: str) -> str:
    seen: set[str] = set()
    while key in rows and key not in seen:
        if rows[key].active:
            return key
        seen.add(key)
        key = rows[key].merged_into
    return ""
