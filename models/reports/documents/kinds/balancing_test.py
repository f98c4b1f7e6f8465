"""The balancing of interests: why consent is no basis at work, and what weighs against what."""

from datetime import date

from models.language import N_
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
    title=N_("Legitimate interest: the balance"),
    about=N_("For the data owner, where the legal basis is a legitimate interest."),
    dated=date(2026, 11, 28),
    blocks=(
        DocumentText(
            N_(
                "Employees depend on {company}: their consent is rarely free, so it is no basis here. The basis noted in the register: {legal_basis}"
            )
        ),
        DocumentSection(N_("Our interest")),
        Item(N_("Questions are answered sooner, and nobody has to ask twice.")),
        Item(N_("Purposes: {purposes}")),
        DocumentSection(N_("Is it necessary?")),
        Item(N_("Without the text of a question nobody could answer it or sort it.")),
        Item(N_("Names and numbers are not needed: they are masked before a model reads.")),
        Item("{language_model}"),
        DocumentSection(N_("What weighs against it")),
        Item(N_("Whose data: {data_subjects}")),
        Item(N_("Which data: {personal_data}")),
        Item(N_("Times could be read as somebody's performance.")),
        DocumentSection(N_("What tips the balance")),
        Item(
            N_(
                "No figure about a single person, no ranking, no reading of moods; a group is shown from five people on."
            )
        ),
        Item(N_("Texts are emptied after {keep_days} days; a person can be erased at once.")),
        Item(N_("A person reads every ticket. **Ask a person** is one tap away.")),
        DocumentSection(N_("Whoever objects (art. 21)")),
        DocumentText(
            N_(
                "Write to {contact}. {data_owner} decides within a month whether our reasons weigh more, and says why; until then the data is not used."
            )
        ),
        DocumentSection(N_("Outcome")),
        DocumentText(
            N_("Does our interest weigh more? Write yes or no, the reason, the day, and sign.")
        ),
    ),
    cited=(Cited(GDPR, "5, 6, 21"),),
)
