"""The page of all figures, made from the code: formula, unit, number, rows, interval. Pure.

``docs/reference/figures.md`` is this page; a test compares them.
"""

from collections.abc import Iterator

from models.kpis.behind import Kind, Order, Sum
from models.kpis.definitions import KPIS
from models.kpis.formulas import FORMULAS
from models.kpis.rows import READERS
from models.value.behind import ROI_PREFIX, WEEK_PREFIX
from models.value.behind_figures import INTERVALS, NO_INTERVAL
from models.value.behind_roi import ROI
from models.value.behind_week import WEEK

_HEAD = """# Every figure, and what stands behind it
Made by `lotsen kpi formulas > docs/reference/figures.md`; a test says when it is out of date.

Below the weekly digest, `/lotsen kpi` and the quarterly statement choose a figure from *What is behind …*; on the command line `lotsen kpi rows KEY --period 2026-W48`, with `--csv FILE` or `--json` for all rows. How to read it: [Figures to their rows](../how-to/figures.md).

| Key | Formula | Unit | Better | n | Rows | Interval |
|---|---|---|---|---|---|---|
"""
_N = {
    Sum.MEDIAN: "rows",
    Sum.MEDIAN_WITH_OPEN: "rows, open ones too",
    Sum.MEAN: "rows",
    Sum.SHARE: "rows; those that count are the numerator",
    Sum.COUNT: "rows",
    Sum.TOTAL: "1 where anything was booked",
    Sum.DIFFERENCE: "rows of the quarter",
    Sum.HOURS: "rows of the quarter",
    Sum.DERIVED: "tickets of the quarter with a handling time",
}
_QUESTIONS = ("search_time", "confirmed_answers")
_ROWS = {"csat": Kind.RATINGS, "llm_cost": Kind.COST}
_OF_SETS = {"costs": Kind.COST, "months": Kind.MONTH}
_SAID = {
    Kind.TICKET: "tickets",
    Kind.QUESTION: "questions",
    Kind.COST: "entries of the ledger, without their words",
    Kind.RATINGS: "two counts (4 or 5; 1 to 3), from five ratings on",
    Kind.MONTH: "months",
    Kind.READING: "readings",
}
_FIRST = {
    Order.MOST: "largest first",
    Order.AGAINST: "those against it first",
    Order.OLDEST: "oldest first",
    Order.NEWEST: "newest first",
}


def figures_table() -> list[dict[str, str]]:
    """Return the figures with what the page says of them."""
    return [*_of_kpis(), *_of_week(), *_of_statement()]


def figures_page() -> str:
    """Return the page as Markdown."""
    lines = ("| " + " | ".join(_cell(text) for text in row.values()) + " |" for row in _shown())
    return _HEAD + "\n".join(lines) + "\n"


def _shown() -> Iterator[dict[str, str]]:
    for row in figures_table():
        yield {**row, "key": f"`{row['key']}`"}


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or "–"


def _of_kpis() -> Iterator[dict[str, str]]:
    for key, kpi in KPIS.items():
        way = READERS[key]
        kind = _ROWS.get(key, Kind.QUESTION if key in _QUESTIONS else Kind.TICKET)
        interval = _interval(Sum.COUNT if key == "llm_cost" else way.sum)
        rows = f"{_SAID[kind]}, {_FIRST[way.order]}"
        yield _row(key, FORMULAS[key], kpi.unit, kpi.better, _N[way.sum], rows, interval)


def _of_week() -> Iterator[dict[str, str]]:
    for key, figure in WEEK.items():
        rows = f"{_SAID[Kind.TICKET]}, {_FIRST[figure.order]}"
        yield _row(
            f"{WEEK_PREFIX}{key}",
            figure.formula,
            figure.unit,
            "",
            _N[figure.sum],
            rows,
            _interval(figure.sum),
        )


def _of_statement() -> Iterator[dict[str, str]]:
    for key, figure in ROI.items():
        kind = _OF_SETS.get(figure.sets[0], Kind.TICKET)
        rows = _SAID[kind]
        if len(figure.sets) > 1:
            rows = "tickets of both sets, baseline and quarter"
        n = "entries" if figure.sum is Sum.TOTAL else _N[figure.sum]
        interval = _interval(figure.sum)
        yield _row(
            f"{ROI_PREFIX}{key}", figure.formula, figure.unit, figure.better, n, rows, interval
        )


def _interval(how: Sum) -> str:
    return INTERVALS.get(how, NO_INTERVAL)


def _row(
    key: str, formula: str, unit: str, better: str, n: str, rows: str, interval: str
) -> dict[str, str]:
    return {
        "key": key,
        "formula": formula,
        "unit": unit,
        "better": better,
        "n": n,
        "rows": rows,
        "interval": interval,
    }
