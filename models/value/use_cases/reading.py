"""Read which use case owns which categories, and what its questions show by themselves."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from models.governance.small_groups import FEWEST
from models.kpis.rows import FigureQuery, FigureReader
from models.store.registers import content_of, is_retired
from models.store.transaction import UnitOfWork
from models.value.effect.by_chance import cut_of, some_cases
from models.value.effect.by_weeks import cut_between
from models.value.effect.case_mix import TicketColumns, of_categories
from models.value.effect.comparison import LEAST_CASES, Comparison, Design
from models.value.effect.proof import ComparedCases, ComparedWeeks
from models.value.effect.reduction import Reduction, times
from models.value.use_cases.shares import NO_USE_CASE, OwnEffect, UseCase

_KIND, _TRIAL = "use_cases", "poc"


def use_cases(unit: UnitOfWork) -> tuple[UseCase, ...]:
    """Return the lines in use of the register of use cases."""
    return tuple(
        _use_case(row.number, row.origin, content_of(row))
        for row in unit.registers.newest(_KIND)
        if not is_retired(row)
    )


def _use_case(number: int, origin: str, values: dict[str, Any]) -> UseCase:
    named = str(values.get("categories") or "").split(",")
    keys = frozenset(key for key in map(str.strip, named) if key)
    is_trial = values.get("state") == _TRIAL
    return UseCase(number, origin, str(values.get("name") or ""), is_trial, keys)


def trials(cases: Iterable[UseCase]) -> tuple[str, ...]:
    """Return the names of those that are a proof of concept."""
    return tuple(case.name for case in cases if case.is_trial)


def are_many(unit: UnitOfWork, cases: Iterable[UseCase], asked: FigureQuery) -> bool:
    """Return whether five people of the staff and five askers are behind each use case's tickets.

    Behind what none owns, too: else it could be had by subtraction. One person may handle all
    that a use case is about, and of fewer than five it would be said how long they take.
    """
    owned = {key: case.number for case in cases for key in case.categories}
    tickets = FigureReader(unit, asked, (), detailed=True).tickets("resolved")
    numbers = [int(number) for number in tickets["number"].tolist()]
    categories = tickets["category"].tolist()
    staff = unit.drilldown.people_of(numbers, "team")
    who_asked = unit.drilldown.people_of(numbers, "requester_team")
    behind: dict[int, tuple[set[str], set[str]]] = {}
    for number, category in zip(numbers, categories, strict=True):
        workers, askers = behind.setdefault(owned.get(category, NO_USE_CASE), (set(), set()))
        askers |= who_asked.get(number, frozenset())
        # Whoever asked and solved it without help did not work at the desk.
        workers |= staff.get(number, frozenset()) - who_asked.get(number, frozenset())
    return all(min(map(len, people)) >= FEWEST for people in behind.values())


def own_effects(
    cases: Iterable[UseCase], compared: ComparedWeeks | ComparedCases | None, effect: Comparison
) -> dict[int, OwnEffect]:
    """Return by number what the questions of a use case show alone, of those with enough of them."""
    owned = {case.number: case.categories for case in cases}
    every = frozenset[str]().union(*owned.values())
    groups = {number: (keys, True) for number, keys in owned.items()}
    groups[NO_USE_CASE] = (every, False)
    found = {
        number: _own(keys, inside, compared, effect) for number, (keys, inside) in groups.items()
    }
    return {number: one for number, one in found.items() if one is not None}


def _own(
    keys: frozenset[str],
    inside: bool,
    compared: ComparedWeeks | ComparedCases | None,
    effect: Comparison,
) -> OwnEffect | None:
    # Half-days that chance drew are the unit there: cases alone would look surer than they are.
    if compared is None or effect.cut is None or effect.design is Design.SWITCHBACK:
        return None
    error = effect.cut.interval_error
    if isinstance(compared, ComparedCases):
        return _of_cases(keys, inside, compared, error)
    if isinstance(compared, ComparedWeeks):
        return _of_weeks(keys, inside, compared, effect.untouched, error)
    return None


def _of_cases(
    keys: frozenset[str], inside: bool, compared: ComparedCases, error: float
) -> OwnEffect | None:
    cases = compared.cases
    category = np.array([one.partition(" ")[2] for one in cases.stratum.tolist()], dtype=str)
    some = some_cases(cases, np.isin(category, sorted(keys)) == inside)
    known = ~np.isnan(some.minutes)
    if min((known & some.is_held).sum(), (known & ~some.is_held).sum()) < LEAST_CASES:
        return None
    now = float(np.minimum(some.minutes[known & ~some.is_held], compared.plan.cap).mean())
    return _effect(cut_of(some, compared.plan, error), now)


def _of_weeks(
    keys: frozenset[str],
    inside: bool,
    compared: ComparedWeeks,
    untouched: frozenset[str],
    error: float,
) -> OwnEffect | None:
    def chosen(side: TicketColumns) -> TicketColumns:
        beside = keys | untouched if inside else keys - untouched
        return of_categories(side, beside, inside=inside)

    before, now = chosen(compared.before.questions), chosen(compared.now.questions)
    treated = [of_categories(side, untouched, inside=False) for side in (before, now)]
    if min(float(side.count.sum()) for side in treated) < LEAST_CASES:
        return None
    mean = float(np.average(treated[1].minutes, weights=treated[1].count))
    return _effect(cut_between(before, now, untouched, error), mean)


def _effect(cut: Reduction | None, now: float) -> OwnEffect | None:
    if cut is None or cut.value >= 1:
        return None
    saved = times(cut, now)
    return OwnEffect(cut, saved.value, saved.error)
