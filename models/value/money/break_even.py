"""What a question must save, or how many must be answered, so that the costs are covered. Pure.

Known before the pilot begins: from how many questions come in, what a month costs, what an hour
costs, and the share of the freed time that is put to use.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from models.tables import CostKind
from models.value.money.outlook import GOES_ON, Booked

_CENT = 0.01
_MONTHS = 12
_YEAR = timedelta(days=365)
_ALMOST_WHOLE = 1e-9
"""Less than this above a whole number is the error of floats."""


@dataclass(frozen=True, slots=True)
class BreakEvenInputs:
    """What a break-even is worked out from; what nobody knows is None.

    Attributes
    ----------
    questions_a_month, cost_a_month
        How many come in, and what the pilot costs then.
    handling_minutes
        Mean working time of a question today, in minutes.
    loaded_rate
        What an hour of the support team costs, all included.
    recapture
        Share of the freed time that is put to use, from 0 to 1.
    employee_rate
        What an hour of those who ask costs.
    """

    questions_a_month: float | None
    cost_a_month: float | None
    handling_minutes: float | None
    loaded_rate: float
    recapture: float
    employee_rate: float


@dataclass(frozen=True, slots=True)
class BreakEven:
    """What has to happen in a month so that the costs are covered.

    Attributes
    ----------
    inputs
        What it was worked out from.
    minutes_a_question
        What each question must save the support team; None where it cannot be known, or
        where no time that is freed is worth anything.
    answered_a_month
        Or so many questions must be answered without a ticket, each of which spares all of its
        handling; None likewise, and where nobody knows how long handling takes.
    can_pay
        Whether that is possible at all: a question cannot save more than it takes. None where
        nobody knows.
    waiting_minutes_a_question
        By so much each employee would have to wait less for the same sum, if a minute of
        waiting cost a minute of work. It stands apart: no euro of it is in the others.
    """

    inputs: BreakEvenInputs
    minutes_a_question: float | None = None
    answered_a_month: int | None = None
    can_pay: bool | None = None
    waiting_minutes_a_question: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the results, then what they were worked out from, in one object."""
        told = asdict(self)
        inputs = told.pop("inputs")
        return {**told, **inputs}


def break_even(inputs: BreakEvenInputs) -> BreakEven:
    """Work out what covers the costs of a month."""
    questions, cost = inputs.questions_a_month or 0.0, inputs.cost_a_month or 0.0
    if questions <= 0 or cost < _CENT:
        return BreakEven(inputs)
    a_minute = inputs.loaded_rate / 60 * inputs.recapture
    waited = inputs.employee_rate / 60
    waiting = cost / (questions * waited) if waited > 0 else None
    if a_minute <= 0:
        return BreakEven(inputs, can_pay=False, waiting_minutes_a_question=waiting)
    needed, handling = cost / a_minute, inputs.handling_minutes
    return BreakEven(
        inputs,
        minutes_a_question=needed / questions,
        answered_a_month=ceil(needed / handling - _ALMOST_WHOLE) if handling else None,
        can_pay=None if handling is None else needed <= handling * questions,
        waiting_minutes_a_question=waiting,
    )


def cost_of_a_month(
    as_of: date, booked: Iterable[Booked], budgets: Mapping[CostKind, float]
) -> float | None:
    """Return what a month costs, from the year that ends on a day; None without any cost.

    A kind with a budget of the year costs a twelfth of it, or of what is booked where that is
    more. Without one, what comes once is spread over twelve months, and what goes on over the
    months since its first booking, the current one included: too much rather than too little
    where an invoice is for a whole year.

    Parameters
    ----------
    budgets
        In EUR, of the year of that day.
    """
    own = defaultdict[CostKind, list[Booked]](list)
    for entry in booked:
        if as_of - _YEAR < entry.on <= as_of:
            own[entry.kind].append(entry)
    if not own and not budgets:
        return None
    return max(0.0, sum(_a_month(kind, own[kind], budgets, as_of) for kind in {*own, *budgets}))


def _a_month(
    kind: CostKind, own: list[Booked], budgets: Mapping[CostKind, float], as_of: date
) -> float:
    spent = sum(entry.cents for entry in own) / 100
    if kind in budgets:
        return max(budgets[kind], spent) / _MONTHS
    if kind not in GOES_ON:
        return spent / _MONTHS
    first = min(entry.on for entry in own)
    months = (as_of.year - first.year) * _MONTHS + as_of.month - first.month + 1
    return spent / min(_MONTHS, months)
