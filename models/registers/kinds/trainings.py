"""Trainings: who learned what AI can and cannot do, and when (AI Act, art. 4).

Roadmap: "Organisatoriska hinder". Lotsen's own short quiz writes its line here; courses of
others are added by hand. The person and the IT lead see a line, nobody else.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from models.form import Field
from models.language import N_
from models.registers.declaration import LinkedLine, Register, Remark, choice

ROLES = (
    ("employee", N_("employee")),
    ("support", N_("support staff")),
    ("lead", N_("IT lead")),
)


def _remarks(entries: Sequence[LinkedLine]) -> Iterable[Remark]:
    people = {(entry.text("role"), entry.text("person")) for entry in entries}
    counts = Counter(role for role, _ in people)
    if counts:
        yield Remark(
            N_("Trained people: {employee} employees, {support} support staff, {lead} IT leads."),
            {role: str(counts[role]) for role, _ in ROLES},
        )


REGISTER = Register(
    kind="trainings",
    title=N_("AI trainings"),
    about=N_("Who learned what about AI; seen by the IT lead and the person alone."),
    name="person",
    about_person="person",
    confidential=True,
    own_fields=(
        Field("person", N_("Person"), "person", required=True, listed=True),
        Field("course", N_("Course"), required=True, listed=True),
        choice("role", N_("Role"), ROLES, required=True, listed=True),
        Field("completed_on", N_("Completed on"), "day", required=True, listed=True),
    ),
    remarks=_remarks,
)
