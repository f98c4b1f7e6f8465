"""What each use case has of the desk's quarter, so that all together are the desk. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.errors import NotFoundError
from models.value.effect.reduction import Reduction

NO_USE_CASE = 0
"""The number of what no use case owns."""


@dataclass(frozen=True, slots=True)
class UseCase:
    """A line of the register of use cases; ``origin`` is the name of one that Lotsen began with."""

    number: int
    origin: str
    name: str
    is_trial: bool
    categories: frozenset[str]


class OwnEffect(NamedTuple):
    """What the questions of a use case show by themselves: cut, and minutes saved with error."""

    cut: Reduction
    saved: float
    error: float


class DeskTotals(NamedTuple):
    """What is to be shared: hours freed, minutes saved with error, benefit and costs."""

    hours: float | None
    saved: float
    error: float
    benefit_eur: float | None
    cost_eur: float


@dataclass(frozen=True, slots=True)
class UseCaseShare:
    """A use case's part of a quarter; ``use_case`` is None for what none owns.

    Attributes
    ----------
    own
        What its questions show alone; None where they are too few.
    hours, benefit_eur
        Reconciled: all of them add up to the desk's.
    cost_eur
        Of the desk's costs, by questions.
    """

    use_case: UseCase | None
    questions: int
    own: Reduction | None
    hours: float | None
    benefit_eur: float | None
    cost_eur: float

    def to_json(self) -> dict[str, Any]:
        one, own = self.use_case, self.own
        return {
            "number": one.number if one else None,
            "key": (one.origin or str(one.number)) if one else None,
            "name": one.name if one else None,
            "proof_of_concept": bool(one and one.is_trial),
            "categories": sorted(one.categories) if one else None,
            "questions": self.questions,
            "cut": own and {"value": own.value, "low": own.low, "high": own.high},
            "hours": self.hours,
            "benefit_eur": self.benefit_eur,
            "cost_eur": self.cost_eur,
        }


def owners(lines: Sequence[UseCase]) -> tuple[UseCase, ...]:
    """Return the use cases that own categories; one that several name is the first one's."""
    taken, found = frozenset[str](), []
    for line in sorted(lines, key=lambda line: line.number):
        own = line.categories - taken
        taken |= own
        if own:
            found.append(UseCase(line.number, line.origin, line.name, line.is_trial, own))
    return tuple(found)


def shares(
    cases: Sequence[UseCase],
    by_category: Mapping[str, int],
    own: Mapping[int, OwnEffect],
    desk: DeskTotals,
) -> tuple[UseCaseShare, ...]:
    """Share a quarter among use cases and what none owns; nothing where no use case owns any.

    Hours are each one's own estimate, moved so that they add up to the desk's: the less sure
    one is, the further it moves.

    Parameters
    ----------
    by_category
        Questions of the quarter that save something.
    own
        By number; who is not in it has too few questions, and begins with the desk's mean.

    References
    ----------
    Stone, Champernowne and Meade, The Precision of National Income Estimates, Review of Economic
    Studies 9 (1942) 111–125: balancing by least squares.
    """
    if not cases:
        return ()
    owned = {key: case.number for case in cases for key in case.categories}
    groups: tuple[UseCase | None, ...] = (*cases, None)
    n = [
        sum(count for key, count in by_category.items() if owned.get(key, NO_USE_CASE) == number)
        for number in (case.number if case else NO_USE_CASE for case in groups)
    ]
    hours = _balanced(groups, n, own, desk)
    total = sum(n)
    # Where nobody asked, costs are nobody's.
    parts = [
        one / total if total else float(case is None) for one, case in zip(n, groups, strict=True)
    ]
    return tuple(
        UseCaseShare(
            case,
            questions,
            found.cut if (found := own.get(case.number if case else NO_USE_CASE)) else None,
            hour,
            _benefit(hour, desk),
            desk.cost_eur * part,
        )
        for case, questions, hour, part in zip(groups, n, hours, parts, strict=True)
    )


def _balanced(
    groups: Sequence[UseCase | None],
    n: Sequence[int],
    own: Mapping[int, OwnEffect],
    desk: DeskTotals,
) -> list[float | None]:
    if desk.hours is None:
        return [None] * len(groups)
    estimates, variances = [], []
    for case, questions in zip(groups, n, strict=True):
        found = own.get(case.number if case else NO_USE_CASE)
        saved, error = found[1:] if found else (desk.saved, abs(desk.saved) + desk.error)
        estimates.append(questions * saved / 60)
        variances.append((questions * error / 60) ** 2)
    left, spread = desk.hours - sum(estimates), sum(variances)
    if not spread:
        weights = [one / sum(n) if sum(n) else 0.0 for one in n]
    else:
        weights = [one / spread for one in variances]
    return [one + weight * left for one, weight in zip(estimates, weights, strict=True)]


def _benefit(hours: float | None, desk: DeskTotals) -> float | None:
    if desk.benefit_eur is None or hours is None or not desk.hours:
        return None
    return desk.benefit_eur * hours / desk.hours


def share_of(found: Sequence[UseCaseShare], key: str) -> UseCaseShare:
    """Return the share of a use case by its number, its origin or its name.

    Raises
    ------
    NotFoundError
        When none that owns categories is called so.
    """
    wanted = key.strip().casefold()
    known = [(one, one.use_case) for one in found if one.use_case is not None]
    for one, case in known:
        if wanted and wanted in (str(case.number), case.origin.casefold(), case.name.casefold()):
            return one
    names = "; ".join(f"{case.number} {case.name}" for _, case in known) or "none"
    raise NotFoundError(
        f"no use case {key!r} owns categories; those that do: {names}. Name its categories in the "
        "register: lotsen register amend use_cases NUMBER -s categories=vpn,mail"
    )
