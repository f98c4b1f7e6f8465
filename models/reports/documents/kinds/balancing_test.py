"""The balancing of interests: why consent is no basis at work, and what weighs against what."""

from datetime import date

from models.language import noted
from models.reports.documents.declaration import (
    Cited,
    DocumentSection,
    DocumentTemplate,
    DocumentText,
    Item,
)
from models.reports.documents.sources import GDPR

DOCUMENT = DocumentTemplate(
    kind="balancing_test",
    title=noted("Legitimate interest: the balance"),
    about=noted("For the data owner, where the legal basis is a legitimate interest."),
    dated=date(2026, 11, 28),
    blocks=(
        DocumentText(
            noted(
                "Employees depend on {company}: their consent is rarely free, so it is no basis here. The basis noted in the register: {legal_basis}"
            )
        ),
        DocumentSection(noted("Our interest")),
        Item(noted("Questions are answered sooner, and nobody has to ask twice.")),
        Item(noted("Purposes: {purposes}")),
        DocumentSection(noted("Is it necessary?")),
        Item(noted("Without the text of a question nobody could answer it or sort it.")),
        Item(noted("Names and numbers are not needed: they are masked before a model reads.")),
        Item("{language_model}"),
        DocumentSection(noted("What weighs against it")),
        Item(noted("Whose data: {data_subjects}")),
        Item(noted("Which data: {personal_data}")),
        Item(noted("Times could be read as somebody's performance.")),
        DocumentSection(noted("What tips the balance")),
        Item(
            noted(
                "No figure about a single person, no ranking, no reading of moods; a group is shown from five people on."
            )
        ),
        Item(noted("Texts are emptied after {keep_days} days; a person can be erased at once.")),
        Item(noted("A person reads every ticket. **Ask a person** is one tap away.")),
        DocumentSection(noted("Whoever objects (art. 21)")),
        DocumentText(
            noted(
                "Write to {contact}. {data_owner} decides within a month whether our reasons weigh more, and says why; until then the data is not used."
            )
        ),
        DocumentSection(noted("Outcome")),
        DocumentText(
            noted("Does our interest weigh more? Write yes or no, the reason, the day, and sign.")
        ),
    ),
    cited=(Cited(GDPR, "5, 6, 21"),),
)
