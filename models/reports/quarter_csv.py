"""The quarterly statement as CSV for spreadsheets: a line a figure, nothing that runs."""

from collections.abc import Iterator
from typing import Any

from models.spreadsheet import csv_bytes
from models.value.money.outlook import CostLine, Outlook
from models.value.statement.quarter_statement import Figure, Range, Statement

COLUMNS = ("section", "key", "n", "value", "low", "high", "unit", "note")
Row = tuple[Any, ...]
_MONEY = dict.fromkeys(("cost_eur", "npv_eur"), "money")


def quarter_csv(statement: Statement) -> bytes:
    """Return the statement's figures; the same figures give the same bytes.

    ``low`` and ``high`` bound a 95 % interval, of the benefit its low and high recapture.
    Keys and units are those of ``lotsen roi --json``; money has the currency as its unit.
    """
    rows = (
        (*head, statement.currency if unit == "money" else unit, note)
        for *head, unit, note in _rows(statement)
    )
    return csv_bytes(COLUMNS, rows)


def _rows(said: Statement) -> Iterator[Row]:
    for key, value in _head(said).items():
        yield "statement", key, None, value, None, None, _MONEY.get(key, ""), ""
    yield _range("benefit_eur", said.benefit if said.shows_benefit else None)
    yield _range("benefit_quantiles_eur", said.quantiles if said.shows_benefit else None)
    for section, figures in (("hard", said.hard), ("soft", said.soft)):
        yield from (_figure(section, figure) for figure in figures)
    for one in said.assumptions:
        yield "assumption", one.key, None, one.value, None, None, one.unit, one.source
    yield from _layers(said)
    yield from _use_cases(said)
    for gate in said.gates:
        yield "gate", gate.key, None, gate.state.value, None, None, "", f"from {gate.due}"
    for at, advice in enumerate(said.adjustments, 1):
        told = {key: value for key, value in advice.to_json().items() if key != "advice"}
        note = "; ".join(f"{key}: {_plain(value)}" for key, value in sorted(told.items()))
        yield "adjustment", str(at), None, advice.advice.value, None, None, "", note
    if said.outlook is not None:
        yield from _costs(said.outlook)


def _layers(said: Statement) -> Iterator[Row]:
    """Yield the layers apart: time changed as judged, time reused, and who stands for the money."""
    changed = said.hours_freed if said.is_change_shown else None
    yield "time_changed", "hours", said.effect.n, changed, None, None, "hours", said.effect.verdict
    if (reused := said.reused) is not None:
        low, mid, high = reused.share
        yield "time_reused", "recapture", None, mid, low, high, "share", reused.basis.value
        for use, share in reused.declaration.uses.shares if reused.declaration else ():
            yield "time_reused", f"declared:{use}", None, share / 100, None, None, "share", ""
        for one in reused.indicators:
            low_h, mid_h, high_h = one.hours or (None, None, None)
            key, why = f"measured:{one.use}", one.why or "before and after"
            yield "time_reused", key, one.weeks or None, mid_h, low_h, high_h, "hours", why
    standing = said.standing
    yield "money", "confirmation", None, standing.state.value, None, None, "", standing.reason


def _use_cases(said: Statement) -> Iterator[Row]:
    for share in said.use_cases:
        told = share.to_json()
        key = f"use_case:{told['number'] or 'none'}"
        note = "proof of concept" if told["proof_of_concept"] else ""
        for name, unit in (
            *(("questions", "count"), ("hours", "hours")),
            *(("benefit_eur", "money"), ("cost_eur", "money")),
        ):
            yield "use_case", f"{key}:{name}", None, told[name], None, None, unit, note


def _plain(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _head(said: Statement) -> dict[str, Any]:
    told = said.to_json()
    keys = (
        "quarter",
        "currency",
        "verdict",
        "reason",
        "design",
        "claims_cause",
        "method",
        "assisted",
    )
    figures = ("cost_eur", "roi", "p_positive", "p_covered", "npv_eur", "payback_month")
    return {key: told[key] for key in (*keys, *figures)}


def _range(key: str, values: Range | None) -> Row:
    low, mid, high = values or (None, None, None)
    return "statement", key, None, mid, low, high, "money", ""


def _figure(section: str, one: Figure) -> Row:
    return section, one.key, one.n, one.value, one.low, one.high, one.unit, ""


def _costs(view: Outlook) -> Iterator[Row]:
    for line in (*view.lines, view.total):
        yield from _line(line)
    yield "costs", "vendor_switches", None, view.switches.ever, None, None, "count", ""


def _line(line: CostLine) -> Iterator[Row]:
    kind = line.kind.value if line.kind else "total"
    for name in ("budget", "planned", "booked", "expected"):
        yield "costs", f"{kind}:{name}", None, getattr(line, name), None, None, "money", ""
    yield "costs", f"{kind}:course", None, line.course.value, None, None, "", ""
