"""Budgets, changes of vendors, and what was decided beforehand about how worth is worked out.

Rows are only ever added: what was said later is in force, what was said before stays.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from models.currency import CURRENCIES, Currency
from models.headcount import Headcount
from models.store.repository import Repository
from models.tables import BudgetEntry, ValueChoice, VendorChange

_CURRENCY, _PEOPLE = "currency", "people"


class MoneyRepository(Repository):
    """The tables budget_entry, vendor_change and value_choice."""

    def currency(self, configured: Currency) -> Currency:
        """Return what the company's sums are in: ``configured`` until the first was written down."""
        fixed = self.choice(_CURRENCY)
        if fixed is None or fixed.value == configured.code:
            return configured
        return CURRENCIES[fixed.value]

    def keep_currency(self, configured: Currency, now: datetime) -> Currency:
        """Return what the company's sums are in, and keep it for good with the first of them."""
        if self.choice(_CURRENCY) is None:
            row = ValueChoice(
                key=_CURRENCY, value=configured.code, reason="first sum", recorded_at=now
            )
            self.save(row)
        return self.currency(configured)

    def keep_headcount(self, headcount: Headcount, now: datetime) -> None:
        """Keep how many people the settings say work here, each time that they say otherwise."""
        kept = self.choice(_PEOPLE)
        if str(headcount) != (kept.value if kept else ""):
            row = ValueChoice(
                key=_PEOPLE, value=str(headcount), reason="LOTSEN_PEOPLE", recorded_at=now
            )
            self.save(row)

    def headcount(self, before: datetime) -> Headcount | None:
        """Return how many people the settings said work here; None where nobody had said."""
        kept = self.choice(_PEOPLE, before)
        return Headcount.parse(kept.value) if kept else None

    def budgets(self, year: int | None = None) -> Sequence[BudgetEntry]:
        """Return all entries of a year and its months (of all years without), the oldest first."""
        query = select(BudgetEntry)
        if year is not None:
            query = query.where(col(BudgetEntry.period).like(f"{year:04}%"))
        return self._session.exec(query.order_by(col(BudgetEntry.id))).all()

    def changes(self) -> Sequence[VendorChange]:
        """Return all changes of vendors, the withdrawn and the withdrawing ones too."""
        return self._session.exec(select(VendorChange).order_by(col(VendorChange.id))).all()

    def change(self, number: int) -> VendorChange | None:
        return self._session.get(VendorChange, number)

    def choice(self, key: str, before: datetime | None = None) -> ValueChoice | None:
        """Return the choice in force, or the one that was in force at a moment."""
        query = select(ValueChoice).where(ValueChoice.key == key)
        if before is not None:
            query = query.where(ValueChoice.recorded_at < before)
        return self._session.exec(query.order_by(col(ValueChoice.id).desc()).limit(1)).first()
