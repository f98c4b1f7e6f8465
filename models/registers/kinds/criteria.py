"""Criteria: what a phase of the programme is to reach, and how everybody will know.

Roadmap: a roadmap has sub-goals and measurable success criteria for each phase. The plan
opens the next phase only when it has one: figure, where it stands, where it is to stand,
until when, and who answers for it.
"""

from collections.abc import Iterable

from models.form import Field
from models.language import N_
from models.registers.declaration import LinkedLine, Register, Rule, choice, named_where

_PHASES = (
    ("2", N_("phase 2: the pilot, days 31–60")),
    ("3", N_("phase 3: evaluation, days 61–90")),
    ("4", N_("the year after day 90")),
)
_COMPLETE = ("kpi", "unit", "baseline", "target", "due_on", "owner")


def whole(entry: LinkedLine) -> bool:
    """Return whether nothing is missing; whoever was erased answers for nothing."""
    return entry.filled("name", *_COMPLETE)


def of_phase(entries: Iterable[LinkedLine], phase: int) -> list[LinkedLine]:
    """Return the complete criteria of a phase."""
    return [entry for entry in entries if entry.text("phase") == str(phase) and whole(entry)]


REGISTER = Register(
    kind="criteria",
    title=N_("Success criteria"),
    about=N_("What each phase is to reach. Without one the plan opens no phase."),
    name="name",
    own_fields=(
        Field("name", N_("Success criterion"), required=True),
        choice("phase", N_("Phase"), _PHASES, required=True, listed=True),
        Field(
            "kpi",
            N_("Key figure"),
            required=True,
            help=N_("As in /lotsen kpi, or one that somebody reads off."),
        ),
        Field("unit", N_("Unit"), required=True, help=N_("Such as minutes, % or tickets.")),
        Field("baseline", N_("Baseline"), "number", required=True, digits=2, listed=True),
        Field("target", N_("Target"), "number", required=True, digits=2, listed=True),
        Field("due_on", N_("To be reached by"), "day", required=True, listed=True),
        Field("owner", N_("Owner"), "person", required=True, listed=True),
        Field("reached", N_("What was reached"), "long"),
    ),
    rules=(
        Rule(
            "target",
            N_("The target is the baseline: say what is to change."),
            lambda entry: entry.score("target") != entry.score("baseline"),
        ),
    ),
    remarks=named_where((N_("Not complete: {names}."), lambda entry: not whole(entry))),
    review_days=90,
)
