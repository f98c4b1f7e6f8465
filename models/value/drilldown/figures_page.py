"""The page of all figures, made from the code: formula, unit, number, rows, interval. Pure.

``docs/reference/figures.md`` is this page; a test compares them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from models.kpis.definitions import KPIS, WEEK, WEEK_PREFIX
from models.kpis.figure import KeyFigure, RowOrder
from models.value.drilldown.statement_figures import ROI, ROI_PREFIX, Spec
from models.value.effect.comparison import Design

_HEAD = """# Every figure, and what stands behind it
Made by `lotsen kpi formulas > docs/reference/figures.md`; a test says when it is out of date.

Below the weekly digest, `/lotsen kpi` and the quarterly statement choose a figure from *What is behind …*; on the command line `lotsen kpi rows KEY --period 2026-W48`, with `--csv FILE` or `--json` for all rows. How to read it: [Figures to their rows](../how-to/figures.md).

| Key | Formula | Unit | Better | n | Rows | Interval |
|---|---|---|---|---|---|---|
"""
_FIRST = {
    RowOrder.MOST: "largest first",
    RowOrder.AGAINST: "those against it first",
    RowOrder.OLDEST: "oldest first",
    RowOrder.NEWEST: "newest first",
}


def figures_table() -> list[dict[str, str]]:
    """Return the figures with what the page says of them."""
    named = (*KPIS.items(), *((f"{WEEK_PREFIX}{key}", figure) for key, figure in WEEK.items()))
    return [
        *(
            _row(key, figure, figure.aggregate.n, f"{figure.rows}, {_FIRST[figure.order]}")
            for key, figure in named
        ),
        *(row for key, specs in ROI.items() for row in _of_statement(f"{ROI_PREFIX}{key}", specs)),
    ]


def figures_page() -> str:
    """Return the page as Markdown."""
    rows = ({**row, "key": f"`{row['key']}`"} for row in figures_table())
    lines = (
        "| " + " | ".join(text.replace("|", "\\|") or "–" for text in row.values()) + " |"
        for row in rows
    )
    return _HEAD + "\n".join(lines) + "\n"


def _of_statement(key: str, specs: Mapping[Design, Spec]) -> Iterator[dict[str, str]]:
    """Yield one row for all designs that tell a figure alike, which are named before its formula."""
    for spec in dict.fromkeys(specs.values()):
        alike = [design for design, one in specs.items() if one == spec]
        named = " or ".join(f"*{design.value}*" for design in alike)
        said = "" if len(alike) == len(specs) else f"{named}: "
        yield _row(key, replace(spec, formula=f"{said}{spec.formula}"), spec.n, spec.rows)


def _row(key: str, figure: KeyFigure[Any], n: str, rows: str) -> dict[str, str]:
    return {
        "key": key,
        "formula": figure.formula,
        "unit": figure.unit,
        "better": figure.better,
        "n": n,
        "rows": rows,
        "interval": figure.how_interval,
    }
