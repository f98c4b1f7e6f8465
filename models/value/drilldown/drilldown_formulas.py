"""The figures of a quarterly statement: formula in words and rows, for each design. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.kpis.drilldown import Sum
from models.language import N_
from models.value.effect.design import Design


class Rows(StrEnum):
    """Which rows a figure rests on."""

    SETS = "sets"  # all that are compared
    WITHOUT = "without"  # held out, or before the pilot
    WITH = "with"
    RESOLVED = "resolved"
    COSTS = "costs"
    MONTHS = "months"
    TOTALS = "totals"
    HELPED = "helped"
    EXEMPT = "exempt"
    HELD_OUT = "held out"


@dataclass(frozen=True, slots=True)
class RowsFormula:
    """How a figure comes from its rows: formula (English), which rows, and how they are summed.

    ``plain`` leaves the weights of the rows aside; ``interval`` says how the figure's was
    made where the way of summing alone does not.
    """

    formula: str
    rows: Rows
    sum: Sum
    interval: str = ""
    plain: bool = False


@dataclass(frozen=True, slots=True)
class RoiFigure:
    """A figure of the statement, with its way for each design.

    ``inputs`` are keys of assumptions that it multiplies with, ``taken`` of other figures.
    """

    unit: str
    better: str
    ways: Mapping[Design, RowsFormula]
    inputs: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()


def _always(formula: str, rows: Rows, how: Sum, interval: str = "") -> Mapping[Design, RowsFormula]:
    return dict.fromkeys(Design, RowsFormula(formula, rows, how, interval))


_RECAPTURE = ("loaded_rate", "recapture_low", "recapture_mid", "recapture_high")
_MIDDLE = ("loaded_rate", "recapture_mid")
NO_INTERVAL = N_("None: see the formula.")

_BEFORE = {
    Design.HOLD_OUT: RowsFormula(
        N_(
            "Mean minutes of the judged cases that chance left alone, each up to the cap and at "
            "its weight: cases of one category (as was thought of in silence) and of one share "
            "held out are as frequent as among all judged cases, rare ones as one."
        ),
        Rows.WITHOUT,
        Sum.MEAN,
    ),
    Design.DIFFERENCE: RowsFormula(
        N_(
            "What a ticket would take without Lotsen: M ÷ R. M is the plain mean of the quarter's "
            "tickets. R is their weighted mean ÷ that of the baseline's, ÷ the same of the "
            "untouched categories. Minutes up to the cap, in the categories that both sides know; the "
            "weights make these as frequent as in the baseline."
        ),
        Rows.SETS,
        Sum.DERIVED,
        NO_INTERVAL,
    ),
    Design.ASSOCIATION: RowsFormula(
        N_(
            "Mean handling minutes of the tickets resolved on the baseline's days, each up to the "
            "cap and at its weight: categories as frequent as in the quarter, rare ones as one. "
            "Those that only one side knows, or that are rare on one side only, are left out; "
            "where half of a side's tickets or more have no category, and those of shared categories "
            "are less than half of the quarter's, categories are not looked at."
        ),
        Rows.WITHOUT,
        Sum.MEAN,
    ),
}
_NOW = {
    Design.HOLD_OUT: RowsFormula(
        N_(
            "Mean minutes of the judged cases with Lotsen, each up to the cap and at its weight: "
            "cases of one category (as was thought of in silence) and of one share held out are "
            "as frequent as among all judged cases, rare ones as one. Where an answer spared the "
            "ticket, 0 minutes."
        ),
        Rows.WITH,
        Sum.MEAN,
    ),
    Design.DIFFERENCE: RowsFormula(
        N_(
            "Plain mean of the handling minutes, each up to the cap, of the quarter's tickets in "
            "the categories that Lotsen helps with and that both sides know."
        ),
        Rows.WITH,
        Sum.MEAN,
        plain=True,
    ),
    Design.ASSOCIATION: RowsFormula(
        N_(
            "Plain mean of the handling minutes, each up to the cap, of the quarter's tickets "
            "after the baseline's last day, in the categories that both sides know."
        ),
        Rows.WITH,
        Sum.MEAN,
    ),
}
_SAVED = {
    Design.HOLD_OUT: RowsFormula(
        N_(
            "Weighted mean of the judged cases that chance left alone, less that of the judged "
            "cases with Lotsen. Minutes up to the cap; 0 where an answer spared the ticket."
        ),
        Rows.SETS,
        Sum.DIFFERENCE,
        N_("95 %: Welch's interval, within categories (Cochran 1977, 5.3 and 5.4)."),
    ),
    Design.DIFFERENCE: RowsFormula(
        N_(
            "M ÷ R − M. M is the plain mean of the quarter's tickets. R is their weighted mean ÷ "
            "that of the baseline's, ÷ the same of the untouched categories. Minutes up to the "
            "cap; the weights make categories as frequent as in the baseline."
        ),
        Rows.SETS,
        Sum.DIFFERENCE,
        N_(
            "95 %: that of R (Welch 1947, on its logarithm), the error taken from how weeks differ."
        ),
    ),
    Design.ASSOCIATION: RowsFormula(
        N_(
            "Weighted mean of the baseline's tickets, less the mean of the quarter's. Minutes up "
            "to the cap; the weights make categories as frequent as in the quarter. Before and "
            "after: an association."
        ),
        Rows.SETS,
        Sum.DIFFERENCE,
        N_(
            "95 %: Welch's interval (1947), the error taken from how weeks differ (Cochran 1977, "
            "9A)."
        ),
    ),
}
_BY_TICKETS = RowsFormula(
    N_("Minutes saved a ticket × the quarter's tickets that are counted, ÷ 60."),
    Rows.SETS,
    Sum.HOURS,
)
_HOURS = {
    Design.HOLD_OUT: RowsFormula(
        N_("Minutes saved a case × the quarter's cases with Lotsen, judged or not, ÷ 60."),
        Rows.SETS,
        Sum.HOURS,
        N_(
            "95 %: that of the minutes saved, times the cases. The number of cases is counted, "
            "not estimated."
        ),
    ),
    Design.DIFFERENCE: _BY_TICKETS,
    Design.ASSOCIATION: _BY_TICKETS,
}
_NPV = {
    Design.HOLD_OUT: RowsFormula(
        N_(
            "Each month's benefit less its costs, discounted to the first month at the interest "
            "a year. A month's benefit: its cases with Lotsen × the minutes saved a case."
        ),
        Rows.MONTHS,
        Sum.DERIVED,
        NO_INTERVAL,
    ),
    Design.DIFFERENCE: RowsFormula(
        N_(
            "Each month's benefit less its costs, discounted to the first month at the interest "
            "a year. A month's benefit: its tickets that are counted × the minutes saved a ticket."
        ),
        Rows.MONTHS,
        Sum.DERIVED,
        NO_INTERVAL,
    ),
    Design.ASSOCIATION: RowsFormula(
        N_(
            "Each month's benefit less its costs, discounted to the first month at the interest "
            "a year. A month's benefit: what its tickets that are counted would have taken before, "
            "each at the mean of its category, less their own minutes."
        ),
        Rows.MONTHS,
        Sum.DERIVED,
        NO_INTERVAL,
    ),
}

ROI: Mapping[str, RoiFigure] = {
    "tickets_resolved": RoiFigure(
        "count",
        "",
        _always(
            N_(
                "Tickets resolved in the quarter, after the baseline's last day, whether their "
                "handling time is known or not."
            ),
            Rows.RESOLVED,
            Sum.COUNT,
        ),
    ),
    "handling_time_mean_before": RoiFigure("minutes", "lower", _BEFORE, taken=("cap",)),
    "handling_time_mean_now": RoiFigure("minutes", "lower", _NOW, taken=("cap",)),
    "minutes_saved_a_ticket": RoiFigure("minutes", "higher", _SAVED, taken=("cap",)),
    "hours_freed": RoiFigure("hours", "higher", _HOURS, taken=("cap", "assisted")),
    "cases_helped": RoiFigure(
        "count",
        "",
        _always(
            N_("Cases of the quarter that chance gave to Lotsen, whatever came of them."),
            Rows.HELPED,
            Sum.COUNT,
        ),
    ),
    "cases_exempt": RoiFigure(
        "count",
        "",
        _always(
            N_(
                "Cases of the quarter that were not left to chance, because they were urgent or "
                "one of many. They are helped, and no benefit is counted for them."
            ),
            Rows.EXEMPT,
            Sum.COUNT,
        ),
    ),
    "cases_held_out": RoiFigure(
        "count",
        "",
        _always(
            N_("Cases of the quarter that chance left alone, whatever came of them."),
            Rows.HELD_OUT,
            Sum.COUNT,
        ),
    ),
    "cost": RoiFigure(
        "EUR",
        "lower",
        _always(
            N_("All entries of the ledger that were booked in the quarter."),
            Rows.COSTS,
            Sum.TOTAL,
        ),
    ),
    "benefit": RoiFigure(
        "EUR",
        "higher",
        _always(
            N_(
                "Hours freed × what an hour of work costs × the share of freed time that is put "
                "to use; with the low, the middle and the high share."
            ),
            Rows.SETS,
            Sum.DERIVED,
            N_(
                "From the low to the high share put to use, no confidence interval. The "
                "statement's P10 to P90 are of the draws over that share and the minutes saved."
            ),
        ),
        _RECAPTURE,
        ("cap", "assisted"),
    ),
    "roi": RoiFigure(
        "share",
        "higher",
        _always(
            N_("The benefit (middle) less the quarter's costs, ÷ the quarter's costs."),
            Rows.COSTS,
            Sum.DERIVED,
            NO_INTERVAL,
        ),
        _MIDDLE,
        ("benefit",),
    ),
    "p_positive": RoiFigure(
        "share",
        "higher",
        _always(
            N_(
                "The share of 10,000 draws over the uncertainty of the minutes saved and of the "
                "freed time put to use in which the benefit exceeds the quarter's costs."
            ),
            Rows.SETS,
            Sum.DERIVED,
            NO_INTERVAL,
        ),
        _RECAPTURE,
        ("cap", "assisted", "cost", "standard_error", "degrees_of_freedom"),
    ),
    "p_covered": RoiFigure(
        "share",
        "higher",
        _always(
            N_(
                "The share of 10,000 draws over the uncertainty of the minutes saved and of the "
                "freed time put to use in which the benefit of all months is at least their costs. "
                "A draw moves the minutes saved by the same in every month. The rows are benefit "
                "less costs, with the middle values."
            ),
            Rows.MONTHS,
            Sum.DERIVED,
            NO_INTERVAL,
        ),
        _RECAPTURE,
        ("cap", "standard_error", "degrees_of_freedom"),
    ),
    "payback_month": RoiFigure(
        "month",
        "lower",
        _always(
            N_(
                "The first month from whose end on all benefit so far is at least all costs so far. "
                "The rows are benefit less costs up to each month's end, from the first costs on; "
                "the value is the month's place among them."
            ),
            Rows.TOTALS,
            Sum.DERIVED,
            NO_INTERVAL,
        ),
        _MIDDLE,
    ),
    "npv_eur": RoiFigure("EUR", "higher", _NPV, (*_MIDDLE, "discount_rate")),
}
