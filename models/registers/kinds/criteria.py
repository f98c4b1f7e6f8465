"""Criteria: what a phase of the programme is to reach, and how everybody will know.

Roadmap: a roadmap has sub-goals and measurable success criteria for each phase. The plan
opens the next phase only when it has one: figure, where it stands, where it is to stand,
until when, and who answers for it.
"""

from collections.abc import Iterable, Sequence

from models.form import Field
from models.language import noted
from models.registers.declaration import Entry, Register, Remark, Rule

_PHASES = (
    ("2", noted("phase 2: the pilot, days 31–60")),
    ("3", noted("phase 3: evaluation, days 61–90")),
    ("4", noted("the year after day 90")),
)
_COMPLETE = ("kpi", "unit", "baseline", "target", "due_on", "owner")


def whole(entry: Entry) -> bool:
    """Return whether nothing is missing; whoever was erased answers for nothing."""
    return entry.filled("name", *_COMPLETE)


def of_phase(entries: Iterable[Entry], phase: int) -> list[Entry]:
    """Return the complete criteria of a phase."""
    return [entry for entry in entries if entry.text("phase") == str(phase) and whole(entry)]


def _remarks(entries: Sequence[Entry]) -> Iterable[Remark]:
    bare = [entry.text("name") for entry in entries if not whole(entry)]
    if bare:
        yield Remark(noted("Not complete: {names}."), {"names": "; ".join(bare)})


REGISTER = Register(
    kind="criteria",
    title=noted("Success criteria"),
    about=noted("What each phase is to reach. Without one the plan opens no phase."),
    name="name",
    own_fields=(
        Field("name", noted("Success criterion"), required=True),
        Field("phase", noted("Phase"), "choice", required=True, choices=_PHASES, listed=True),
        Field(
            "kpi",
            noted("Key figure"),
            required=True,
            help=noted("As in /lotsen kpi, or one that somebody reads off."),
        ),
        Field("unit", noted("Unit"), required=True, help=noted("Such as minutes, % or tickets.")),
        Field("baseline", noted("Baseline"), "number", required=True, digits=2, listed=True),
        Field("target", noted("Target"), "number", required=True, digits=2, listed=True),
        Field("due_on", noted("To be reached by"), "day", required=True, listed=True),
        Field("owner", noted("Owner"), "person", required=True, listed=True),
        Field("reached", noted("What was reached"), "long"),
    ),
    rules=(
        Rule(
            "target",
            noted("The target is the baseline: say what is to change."),
            lambda entry: entry.score("target") != entry.score("baseline"),
        ),
    ),
    remarks=_remarks,
    review_days=90,
)
