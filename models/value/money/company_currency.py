"""The first sum that is written down fixes which currency the company counts in."""

from datetime import datetime

from models.currency import Currency
from models.errors import InvalidError
from models.store.transaction import UnitOfWork


def fix_currency(unit: UnitOfWork, configured: Currency, now: datetime) -> Currency:
    """Return the currency of a sum that is being written down; the first one fixes it for good.

    Raises
    ------
    InvalidError
        When the settings name another one by now: nothing is converted silently.
    """
    unit.lock("currency")
    fixed = unit.money.keep_currency(configured, now)
    if configured.is_stated and fixed.code != configured.code:
        raise InvalidError(
            f"sums are kept in {fixed.code} since the first one was written down, and "
            f"LOTSEN_CURRENCY says {configured.code}: set it to {fixed.code}"
        )
    return fixed
