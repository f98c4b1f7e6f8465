"""Trainings: who learned what AI can and cannot do, and when (AI Act, art. 4).

Roadmap: "Organisatoriska hinder". Lotsen's own short quiz writes its line here; courses of
others are added by hand. The person and the IT lead see a line, nobody else.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from models.form import Field
from models.language import noted
from models.registers.declaration import Entry, Register, Remark

ROLES = (
    ("employee", noted("employee")),
    ("support", noted("support staff")),
    ("lead", noted("IT lead")),
)


def _remarks(entries: Sequence[Entry]) -> Iterable[Remark]:
    people = {(entry.text("role"), entry.text("person")) for entry in entries}
    counts = Counter(role for role, _ in people)
    if counts:
        yield Remark(
            noted(
                "Trained people: {employee} employees, {support} support staff, {lead} IT leads."
            ),
            {role: str(counts[role]) for role, _ in ROLES},
        )


REGISTER = Register(
    kind="trainings",
    title=noted("AI trainings"),
    about=noted("Who learned what about AI; seen by the IT lead and the person alone."),
    name="person",
    about_person="person",
    confidential=True,
    own_fields=(
        Field("person", noted("Person"), "person", required=True, listed=True),
        Field("course", noted("Course"), required=True, listed=True),
        Field("role", noted("Role"), "choice", required=True, choices=ROLES, listed=True),
        Field("completed_on", noted("Completed on"), "day", required=True, listed=True),
    ),
    remarks=_remarks,
)
