"""The record of processing activities (GDPR, art. 30), an entry for each AI system."""

from datetime import date

from models.language import N_
from models.reports.documents.declaration import DocumentTemplate, fact, item, paragraph, section
from models.reports.documents.sources import GDPR, Cited

DOCUMENT = DocumentTemplate(
    kind="processing_record",
    title=N_("Record of processing: the help desk with Lotsen"),
    about=N_("For the data protection officer and the supervisory authority."),
    dated=date(2026, 11, 23),
    lines=(
        paragraph(
            "Controller: {company}. Contact: {contact}. Data protection officer: {data_protection_officer}."
        ),
        fact("{processing}"),
        section("Time limits"),
        item(
            "Texts of tickets are emptied {keep_days} days after the ticket was closed, words of shown posts after {post_days} days."
        ),
        item("Times and counts stay, under a pseudonym."),
        section("Technical and organisational measures"),
        fact("- {database}"),
        fact("- {language_model}"),
        fact("- {embeddings}"),
        item("Rights are denied unless a role has them; each decision keeps its trace."),
        section("Size"),
        paragraph("{tickets} tickets are stored."),
    ),
    cited=(Cited(GDPR, "5, 30"),),
)
