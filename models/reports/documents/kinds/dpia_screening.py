"""The DPIA screening: is an impact assessment needed? Nine criteria, and what is known of each."""

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
from models.reports.documents.sources import GDPR, WP_248

DOCUMENT = DocumentTemplate(
    kind="dpia_screening",
    title=N_("Is an impact assessment needed? A screening"),
    about=N_("For the data owner, before Lotsen is used, and again when it changes."),
    dated=date(2026, 11, 23),
    blocks=(
        DocumentText(
            N_(
                "A processing that meets two or more of nine criteria usually needs a data protection impact assessment (art. 35)."
            )
        ),
        Slot("screening"),
        DocumentSection(N_("Outcome")),
        DocumentText("**{outcome}** {outcome_reasons}"),
        DocumentText(N_("What the register of AI systems says: {dpia}")),
        DocumentSection(N_("What already reduces the risk")),
        Item(N_("Personal data is masked before a language model is asked.")),
        Item(
            N_(
                "Key figures rest on times and pseudonyms. A group is shown from five people on; nobody is ranked."
            )
        ),
        Item(N_("Texts are emptied after {keep_days} days; a person can be erased at once.")),
        Item("{database}"),
        DocumentSection(N_("Signed")),
        DocumentText(
            N_(
                "Data owner: {data_owner}. Advice of the data protection officer: {data_protection_officer}."
            )
        ),
    ),
    cited=(Cited(GDPR, "35"), Cited(WP_248, "III B")),
)
