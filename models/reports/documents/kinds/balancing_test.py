"""The balancing of interests: why consent is no basis at work, and what weighs against what."""

from datetime import date

from models.language import N_
from models.reports.documents.declaration import DocumentTemplate, fact, item, paragraph, section
from models.reports.documents.sources import GDPR, Cited

DOCUMENT = DocumentTemplate(
    kind="balancing_test",
    title=N_("Legitimate interest: the balance"),
    about=N_("For the data owner, where the legal basis is a legitimate interest."),
    dated=date(2026, 11, 28),
    lines=(
        paragraph(
            "Employees depend on {company}: their consent is rarely free, so it is no basis here. The basis noted in the register: {legal_basis}"
        ),
        section("Our interest"),
        item("Questions are answered sooner, and nobody has to ask twice."),
        item("Purposes: {purposes}"),
        section("Is it necessary?"),
        item("Without the text of a question nobody could answer it or sort it."),
        item("Names and numbers are not needed: they are masked before a model reads."),
        fact("- {language_model}"),
        section("What weighs against it"),
        item("Whose data: {data_subjects}"),
        item("Which data: {personal_data}"),
        item("Times could be read as somebody's performance."),
        section("What tips the balance"),
        item(
            "No figure by person, no ranking, no reading of moods; a group is shown from five people on."
        ),
        item("Texts are emptied after {keep_days} days; a person can be erased at once."),
        item("A person reads every ticket. **Ask a person** is one tap away."),
        section("Whoever objects (art. 21)"),
        paragraph(
            "Write to {contact}. {data_owner} decides within a month whether our reasons weigh more, and says why; until then the data is not used."
        ),
        section("Outcome"),
        paragraph("Does our interest weigh more? Write yes or no, the reason, the day, and sign."),
    ),
    cited=(Cited(GDPR, "5, 6, 21"),),
)
