"""The DPIA screening: is an impact assessment needed? Nine criteria, and what is known of each."""

from datetime import date

from models.language import noted
from models.reports.documents.declaration import (
    Cited,
    DocumentSection,
    DocumentTemplate,
    DocumentText,
    Item,
    Slot,
)
from models.reports.documents.sources import GDPR, WP_248

DOCUMENT = DocumentTemplate(
    kind="dpia_screening",
    title=noted("Is an impact assessment needed? A screening"),
    about=noted("For the data owner, before Lotsen is used, and again when it changes."),
    dated=date(2026, 11, 23),
    blocks=(
        DocumentText(
            noted(
                "A processing that meets two or more of nine criteria usually needs a data protection impact assessment (art. 35)."
            )
        ),
        Slot("screening"),
        DocumentSection(noted("Outcome")),
        DocumentText("**{outcome}** {outcome_reasons}"),
        DocumentText(noted("What the register of AI systems says: {dpia}")),
        DocumentSection(noted("What already reduces the risk")),
        Item(noted("Personal data is masked before a language model is asked.")),
        Item(
            noted(
                "Key figures rest on times and pseudonyms. A group is shown from five people on; nobody is ranked."
            )
        ),
        Item(noted("Texts are emptied after {keep_days} days; a person can be erased at once.")),
        Item("{database}"),
        DocumentSection(noted("Signed")),
        DocumentText(
            noted(
                "Data owner: {data_owner}. Advice of the data protection officer: {data_protection_officer}."
            )
        ),
    ),
    cited=(Cited(GDPR, "35"), Cited(WP_248, "III B")),
)
