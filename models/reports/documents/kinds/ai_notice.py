"""The AI notice: who is talking, said at first contact and on every answer (AI Act, art. 50)."""

from datetime import date

from models.language import N_
from models.reports.documents.declaration import DocumentTemplate, item, paragraph, section
from models.reports.documents.sources import AI_ACT, GDPR, Cited

DOCUMENT = DocumentTemplate(
    kind="ai_notice",
    title=N_("You are talking to an automatic assistant"),
    about=N_("For everybody who writes to Lotsen: at first contact and on every answer."),
    dated=date(2026, 11, 23),
    lines=(
        paragraph(
            "Lotsen is an automatic assistant at {company}, and no human being. It answers questions to the help desk and sorts tickets."
        ),
        paragraph("Every answer is a stored text with its source. {language_model}"),
        paragraph(
            "It can be wrong. Press **Ask a person** at any time; a person reads every ticket and can change everything that Lotsen decides."
        ),
        paragraph(
            "{system_owner} answers for the system. `/lotsen privacy` says what is stored about you."
        ),
        section("Where it is said"),
        item("With the first answer to a person: {first_contact}"),
        item("With every answer: {on_every_answer}"),
    ),
    cited=(Cited(AI_ACT, "4, 50"), Cited(GDPR, "5, 13")),
)
