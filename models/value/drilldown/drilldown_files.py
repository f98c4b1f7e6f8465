"""What stands behind a figure as JSON, and its rows in columns. Pure."""

from datetime import date, datetime
from typing import Any

from models.kpis.drilldown import Drilldown, sets_of
from models.language import Translator
from models.value.drilldown.drilldown_figures import interval_in_words

COLUMNS = (
    *("kind", "number", "category", "opened", "counted", "value", "unit", "observations"),
    *("group", "evidence", "weight"),
)
"""Of the rows as a file."""


def drilldown_json(behind: Drilldown, words: Translator) -> dict[str, Any]:
    """Return what ``lotsen kpi rows KEY --json`` prints: all rows."""
    counted, estimate = behind.counted, behind.estimate
    return {
        "key": behind.key,
        "title": words.gettext(behind.title),
        "unit": behind.unit,
        "better": behind.better,
        "formula": words.gettext(behind.formula),
        "computed_by": behind.found.sum.value,
        "interval": interval_in_words(behind, words),
        "period": behind.period.key,
        "first_day": behind.period.first_day,
        "last_day": behind.period.last_day,
        "at": behind.at,
        "n": estimate.n,
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "baseline": {"value": behind.baseline, "sha256": behind.sha256 or None},
        "counted": {
            "sources": list(counted.sources),
            "zone": counted.zone,
            "opens": counted.opens,
            "closes": counted.closes,
            "days_off": list(counted.days_off),
            "calendar": counted.calendar,
        },
        "evidence": dict(behind.evidence),
        "sets": {
            group: {"n": n, "mean": mean} for group, (n, mean) in sets_of(behind.found.rows).items()
        },
        "assumed": {key: value for key, value, _ in behind.inputs},
        "taken": {key: value for key, value, _ in behind.taken},
        "design": behind.design or None,
        "order": behind.found.order.value,
        "withheld": behind.withheld,
        "total": len(behind.found.rows),
        "rows": [dict(zip(COLUMNS, cells, strict=True)) for cells in table_of(behind)],
        "weeks": [
            {"week": one.key, "n": one.n, "value": one.value, "group": one.group}
            for one in behind.weeks
        ],
        "calls": [
            {"day": one.day, "model": one.model, "n": one.n, "eur": one.eur}
            for one in behind.found.calls
        ],
    }


def table_of(behind: Drilldown) -> list[tuple[Any, ...]]:
    """Return the rows that may be shown, in the columns of `COLUMNS`."""
    return [
        (
            row.kind.value,
            row.number or None,
            row.category,
            _iso(row.opened),
            _iso(row.at),
            row.value,
            behind.unit,
            row.count,
            row.group,
            row.evidence,
            row.weight,
        )
        for row in behind.rows
    ]


def _iso(at: datetime | date | None) -> str | None:
    return None if at is None else at.isoformat()
