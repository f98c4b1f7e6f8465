"""The page of all figures, made from the code: formula, unit, number, rows, interval. Pure.

``docs/reference/figures.md`` is this page; a test compares them.
"""

from collections.abc import Iterable, Iterator

from models.kpis.definitions import KPIS
from models.kpis.drilldown import RowKind, RowOrder, Sum
from models.kpis.rows import READERS
from models.value.drilldown.drilldown import ROI_PREFIX, WEEK_PREFIX
from models.value.drilldown.drilldown_figures import INTERVALS, NO_INTERVAL
from models.value.drilldown.drilldown_formulas import ROI, Rows
from models.value.drilldown.drilldown_week import WEEK
from models.value.effect.design import Design

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
}
_ASSISTED = "cases with Lotsen, or tickets counted, of the quarter"
_N_OF_ROWS = {
    Rows.SETS: "rows of both sets; untouched ones are beside",
    Rows.WITHOUT: "rows",
    Rows.WITH: "rows",
    Rows.RESOLVED: "rows",
    Rows.COSTS: "entries",
    Rows.MONTHS: "months",
    Rows.TOTALS: "months",
    Rows.HELPED: "rows",
    Rows.EXEMPT: "rows",
    Rows.HELD_OUT: "rows",
}
_N_OF_KEY = dict.fromkeys(("hours_freed", "benefit", "roi", "p_positive"), _ASSISTED) | {
    "handling_time_mean_before": "rows of the first set"
}
_QUESTIONS = ("search_time", "confirmed_answers")
_ROWS = {"csat": RowKind.RATINGS, "llm_cost": RowKind.COST}
_SAID = {
    RowKind.TICKET: "tickets",
    RowKind.QUESTION: "questions",
    RowKind.COST: "entries of the ledger, without their words",
    RowKind.RATINGS: "two counts (4 or 5; 1 to 3), from five ratings on",
    RowKind.MONTH: "months",
    RowKind.READING: "readings",
}
_CASES = "cases: the ticket, or the week where there is none"
_SETS = "cases of the two arms that were judged, or tickets of the sets, with their weights"
_SAID_OF = {
    Rows.SETS: _SETS,
    Rows.WITHOUT: "those of the first set",
    Rows.WITH: "those of the second set",
    Rows.RESOLVED: "tickets",
    Rows.COSTS: _SAID[RowKind.COST],
    Rows.MONTHS: "months",
    Rows.TOTALS: "months",
    Rows.HELPED: _CASES,
    Rows.EXEMPT: _CASES,
    Rows.HELD_OUT: _CASES,
}
_FIRST = {
    RowOrder.MOST: "largest first",
    RowOrder.AGAINST: "those against it first",
    RowOrder.OLDEST: "oldest first",
    RowOrder.NEWEST: "newest first",
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
        kind = _ROWS.get(key, RowKind.QUESTION if key in _QUESTIONS else RowKind.TICKET)
        interval = _interval(Sum.COUNT if key == "llm_cost" else way.sum)
        rows = f"{_SAID[kind]}, {_FIRST[way.order]}"
        yield _row(key, kpi.formula, kpi.unit, kpi.better, _N[way.sum], rows, interval)


def _of_week() -> Iterator[dict[str, str]]:
    for key, figure in WEEK.items():
        rows = f"{_SAID[RowKind.TICKET]}, {_FIRST[figure.order]}"
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
        ways = figure.ways
        for design, way in ways.items():
            alike = [other for other, one in ways.items() if one == way]
            if design is not alike[0]:
                continue
            said = "" if len(alike) == len(ways) else f"{_listed(alike)}: "
            yield _row(
                f"{ROI_PREFIX}{key}",
                f"{said}{way.formula}",
                figure.unit,
                figure.better,
                _N_OF_KEY.get(key) or _N_OF_ROWS[way.rows],
                _SAID_OF[way.rows],
                way.interval or _interval(way.sum),
            )


def _listed(designs: Iterable[Design]) -> str:
    """Return designs by name, to stand before a formula."""
    return " or ".join(f"*{design.value}*" for design in designs)


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
