"""Roles: who answers for an AI system, its data and its use, in writing, before it is used.

Roadmap: "Organisatoriska hinder". A use case becomes a pilot only when all three are named.
"""

from models.form import Field
from models.language import N_
from models.registers.declaration import YES_NO, Derived, LinkedLine, Register

THREE = ("system_owner", "data_owner", "business_contact")


def complete(entry: LinkedLine) -> str:
    return "yes" if entry.filled(*THREE) else "no"


REGISTER = Register(
    kind="roles",
    title=N_("Roles"),
    about=N_("Who answers for what when an AI result is wrong."),
    name="name",
    own_fields=(
        Field("name", N_("What for"), required=True),
        Field("use_case", N_("Use case"), "line", of="use_cases", listed=True),
        Field("system_owner", N_("AI system owner"), "person", listed=True),
        Field("data_owner", N_("Data owner"), "person", listed=True),
        Field("business_contact", N_("Business contact"), "person", listed=True),
        Field("decided_on", N_("Decided on"), "day"),
    ),
    derived=(Derived("complete", N_("All three named"), complete, YES_NO, listed=True),),
    review_days=180,
)
