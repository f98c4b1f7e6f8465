"""Costs: a view on the ledger, where a correction is a new entry and nothing is amended.

Roadmap: "Undvik budgetmisstag" and the FAQ on budgets, which gives the usual bands.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from models.kpis.cost_bands import FIRST_YEAR_EUR, MONTH_EUR, RUNNING, TITLES
from models.language import noted
from models.registers.declaration import Entry, Field, Register, Remark

_KINDS = tuple((kind.value, title) for kind, title in TITLES.items())
_MOST_EUR = 100_000_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def total(entries: Sequence[Entry]) -> float:
    """Return the sum in euros."""
    return sum(entry.score("eur") or 0 for entry in entries)


def first_year(entries: Sequence[Entry]) -> float:
    """Return what was booked in the 365 days from the first entry on."""
    days = [date.fromisoformat(entry.text("booked_on")) for entry in entries]
    end = min(days) + timedelta(days=365) if days else date.max
    return total([entry for entry, day in zip(entries, days, strict=True) if day < end])


def month_of_a_system(entries: Sequence[Entry]) -> tuple[str, float] | None:
    """Return the latest month with running costs, and those of each AI system in use.

    None without running costs, or without a system in use.
    """
    running = [entry for entry in entries if entry.text("kind") in RUNNING]
    systems = entries[0].shelf.get("ai_systems", ()) if entries else ()
    number = sum(line.values.get("status") == "in_use" for line in systems)
    if not running or not number:
        return None
    month = max(entry.text("booked_on")[:7] for entry in running)
    of_month = [entry for entry in running if entry.text("booked_on")[:7] == month]
    return month, total(of_month) / number


def _remarks(entries: Sequence[Entry]) -> Iterable[Remark]:
    dated = [entry for entry in entries if _DAY.fullmatch(entry.text("booked_on"))]
    if not dated:
        return
    yield Remark(noted("Sum: {euros} EUR."), {"euros": f"{total(dated):.2f}"})
    yield Remark(
        noted("First year so far: {euros} EUR (usual: {least} to {most})."),
        _band(first_year(dated), FIRST_YEAR_EUR),
    )
    found = month_of_a_system(dated)
    if found is not None:
        text = noted("{month}, each AI system in use: {euros} EUR (usual: {least} to {most}).")
        yield Remark(text, {"month": found[0], **_band(found[1], MONTH_EUR)})


def _band(euros: float, usual: tuple[int, int]) -> dict[str, str]:
    return {"euros": f"{euros:.0f}", "least": str(usual[0]), "most": str(usual[1])}


REGISTER = Register(
    kind="costs",
    title=noted("Costs"),
    about=noted("What the programme has cost, from the ledger."),
    guarded=True,
    name="description",
    own_fields=(
        Field("description", noted("What for"), required=True),
        Field("kind", noted("Kind"), "choice", required=True, choices=_KINDS, listed=True),
        Field(
            "eur",
            noted("EUR"),
            "number",
            required=True,
            low=-_MOST_EUR,
            high=_MOST_EUR,
            digits=2,
            help=noted("Below zero to correct an earlier entry."),
            listed=True,
        ),
        Field("booked_on", noted("Day"), "day", required=True, listed=True),
    ),
    remarks=_remarks,
    ledger=True,
)
