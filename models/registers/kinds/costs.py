"""Costs: a view on the ledger, where a correction is a new entry and nothing is amended.

Roadmap: "Undvik budgetmisstag".
"""

from collections.abc import Iterable, Sequence

from models.form import Field
from models.kpis.cost_bands import TITLES
from models.language import N_
from models.registers.declaration import LinkedLine, Register, Remark, choice

_KINDS = tuple((kind.value, title) for kind, title in TITLES.items())
_MOST_EUR = 100_000_000


def total(entries: Sequence[LinkedLine]) -> float:
    """Return the sum in the company's currency."""
    return sum(entry.score("eur") or 0 for entry in entries)


def _remarks(entries: Sequence[LinkedLine]) -> Iterable[Remark]:
    if not entries:
        return
    yield Remark(N_("Sum: {sum}."), {"sum": f"{total(entries):.2f}"})
    # Worked out once, from the whole ledger, what was decided about it, and a day.
    yield Remark(
        N_("First year and months beside what is usual, budgets, forecast: lotsen cost status.")
    )


REGISTER = Register(
    kind="costs",
    title=N_("Costs"),
    about=N_("What the programme has cost, from the ledger."),
    guarded=True,
    name="description",
    own_fields=(
        Field("description", N_("What for"), required=True),
        choice("kind", N_("Kind"), _KINDS, required=True, listed=True),
        Field(
            "eur",
            N_("Amount"),
            "number",
            required=True,
            low=-_MOST_EUR,
            high=_MOST_EUR,
            digits=2,
            help=N_("Below zero to correct an earlier entry."),
            listed=True,
        ),
        Field("booked_on", N_("Day"), "day", required=True, listed=True),
    ),
    remarks=_remarks,
    ledger=True,
)
