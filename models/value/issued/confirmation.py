"""Whether the finance team confirmed the money of a statement, figure by figure. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from models.fingerprint import canonical, sha256_of
from models.tables import IssuedStatement, MoneyAct, MoneyDecision

_MONEY = (
    *("quarter", "currency", "verdict", "benefit_eur", "benefit_quantiles_eur", "cost_eur", "roi"),
    *("payback_month", "npv_eur", "p_positive", "p_covered"),
)
_DIGITS = 4


class MoneyState(StrEnum):
    """What the finance team said of these very figures."""

    COMPUTED = "computed, not confirmed by finance"
    CONFIRMED = "confirmed by finance"
    REFUSED = "refused by finance"
    OTHER_FIGURES = "finance decided on other figures"


@dataclass(frozen=True, slots=True)
class MoneyStanding:
    """What the finance team said last of a quarter's money; ``by`` is a pseudonym."""

    state: MoneyState
    at: datetime | None = None
    by: str = ""
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        at = self.at.isoformat() if self.at else None
        return {"state": self.state.value, "at": at, "by": self.by or None, "reason": self.reason}


COMPUTED = MoneyStanding(MoneyState.COMPUTED)


def money_sha256(figures: Mapping[str, Any]) -> str:
    """Return the hash of a statement's money and of what an hour and its use are assumed to be.

    Parameters
    ----------
    figures
        Of `Statement.figures`, or as they were issued.
    """
    money = {key: _rounded(figures.get(key)) for key in _MONEY}
    assumed = {one["key"]: _rounded(one["value"]) for one in figures.get("assumptions", ())}
    return sha256_of([canonical([money, assumed])])


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(part) for key, part in value.items()}
    # The last bits of a float may differ from machine to machine; nobody confirmed those.
    return round(value, _DIGITS) + 0.0 if isinstance(value, float) else value


def money_standing(
    said: Sequence[MoneyDecision], figures: Mapping[str, Any], zone: ZoneInfo
) -> MoneyStanding:
    """Return what the finance team said of these figures; what it said of others is not of these.

    Parameters
    ----------
    said
        Of the quarter, the oldest first.
    """
    if not said:
        return COMPUTED
    newest = said[-1]
    at = newest.at.astimezone(zone)
    if newest.sha256 != money_sha256(figures):
        return MoneyStanding(MoneyState.OTHER_FIGURES, at, newest.by)
    state = MoneyState.CONFIRMED if newest.act is MoneyAct.CONFIRMED else MoneyState.REFUSED
    return MoneyStanding(state, at, newest.by, newest.reason)


def decision_row(
    said: IssuedStatement,
    figures: Mapping[str, Any],
    act: MoneyAct,
    now: datetime,
    *,
    by: str,
    reason: str = "",
) -> MoneyDecision:
    """Return a decision about an issued statement as the row to be kept."""
    return MoneyDecision(
        statement_id=said.id or 0,
        quarter=said.quarter,
        sha256=money_sha256(figures),
        act=act,
        reason=reason.strip(),
        by=by,
        at=now,
    )
