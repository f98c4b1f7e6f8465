"""The DPIA screening: is an impact assessment needed? Nine criteria, and what is known of each."""

from datetime import date

from models.language import N_
from models.reports.documents.declaration import DocumentTemplate, fact, item, paragraph, section
from models.reports.documents.sources import GDPR, WP_248, Cited

DOCUMENT = DocumentTemplate(
    kind="dpia_screening",
    title=N_("Is an impact assessment needed? A screening"),
    about=N_("For the data owner, before Lotsen is used, and again when it changes."),
    dated=date(2026, 11, 23),
    lines=(
        paragraph(
            "A processing that meets two or more of nine criteria usually needs a data protection impact assessment (art. 35)."
        ),
        fact("{screening}"),
        section("Outcome"),
        fact("**{outcome}** {outcome_reasons}"),
        paragraph("What the register of AI systems says: {dpia}"),
        section("What already reduces the risk"),
        item("Personal data is masked before a language model is asked."),
        item(
            "Key figures rest on times and pseudonyms. A group is shown from five people on; nobody is ranked."
        ),
        item("Texts are emptied after {keep_days} days; a person can be erased at once."),
        fact("- {database}"),
        section("Signed"),
        paragraph(
            "Data owner: {data_owner}. Advice of the data protection officer: {data_protection_officer}."
        ),
    ),
    cited=(Cited(GDPR, "35"), Cited(WP_248, "III B")),
)
