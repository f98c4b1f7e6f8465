"""Roles: who answers for an AI system, its data and its use, in writing, before it is used.

Roadmap: "Organisatoriska hinder". A use case becomes a pilot only when all three are named.
"""

from models.form import Field
from models.language import noted
from models.registers.declaration import YES_NO, Derived, Entry, Register

THREE = ("system_owner", "data_owner", "business_contact")


def complete(entry: Entry) -> str:
    return "yes" if entry.filled(*THREE) else "no"


REGISTER = Register(
    kind="roles",
    title=noted("Roles"),
    about=noted("Who answers for what when an AI result is wrong."),
    name="name",
    own_fields=(
        Field("name", noted("What for"), required=True),
        Field("use_case", noted("Use case"), "line", of="use_cases", listed=True),
        Field("system_owner", noted("AI system owner"), "person", listed=True),
        Field("data_owner", noted("Data owner"), "person", listed=True),
        Field("business_contact", noted("Business contact"), "person", listed=True),
        Field("decided_on", noted("Decided on"), "day"),
    ),
    derived=(Derived("complete", noted("All three named"), complete, YES_NO, listed=True),),
    review_days=180,
)
