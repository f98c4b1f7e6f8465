"""The record of processing activities (GDPR, art. 30), an entry for each AI system."""

from datetime import date

from models.language import N_
from models.reports.documents.declaration import (
    Cited,
    DocumentSection,
    DocumentTemplate,
    DocumentText,
    Item,
    Slot,
)
from models.reports.documents.sources import GDPR

DOCUMENT = DocumentTemplate(
    kind="processing_record",
    title=N_("Record of processing: the help desk with Lotsen"),
    about=N_("For the data protection officer and the supervisory authority."),
    dated=date(2026, 11, 23),
    blocks=(
        DocumentText(
            N_(
                "Controller: {company}. Contact: {contact}. Data protection officer: {data_protection_officer}."
            )
        ),
        Slot("processing"),
        DocumentSection(N_("Time limits")),
        Item(
            N_(
                "Texts of tickets are emptied {keep_days} days after the ticket was closed, words of shown posts after {post_days} days."
            )
        ),
        Item(N_("Times and counts stay, under a pseudonym.")),
        DocumentSection(N_("Technical and organisational measures")),
        Item("{database}"),
        Item("{language_model}"),
        Item("{embeddings}"),
        Item(N_("Rights are denied unless a role has them; each decision keeps its trace.")),
        DocumentSection(N_("Size")),
        DocumentText(N_("{tickets} tickets are stored.")),
    ),
    cited=(Cited(GDPR, "5, 30"),),
)
