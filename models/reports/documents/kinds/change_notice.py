"""The change notice: which tasks change, posted before go-live (roadmap: change management)."""

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
from models.reports.documents.sources import AI_ACT, GDPR, MBL

DOCUMENT = DocumentTemplate(
    kind="change_notice",
    title=noted("What changes at the help desk"),
    about=noted("For everybody, in good time before go-live."),
    dated=date(2026, 11, 23),
    blocks=(
        DocumentText(noted("From {go_live} Lotsen, an automatic assistant, helps at {company}.")),
        DocumentSection(noted("Which tasks change")),
        Slot("use_cases"),
        DocumentSection(noted("What stays")),
        Item(noted("A person reads every ticket. **Ask a person** is one tap away.")),
        Item(noted("Nobody has to write otherwise than before.")),
        DocumentSection(noted("What it makes possible")),
        Item(noted("Known questions are answered at once, also at night.")),
        Item(noted("The support team has more time for what needs a person.")),
        DocumentSection(noted("What is measured, and what is not")),
        Item(
            noted(
                "Measured: how long questions of the whole desk take, how often answers help, what it costs."
            )
        ),
        Item(
            noted(
                "No figure about a single person, no ranking, no reading of moods; a group is shown from five people on."
            )
        ),
        Item("{hold_out}"),
        DocumentSection(noted("Whom to ask")),
        DocumentText(
            noted(
                "{business_contact} for questions, {system_owner} when an answer was wrong. Write before the start, too: what you say still counts."
            )
        ),
    ),
    cited=(Cited(AI_ACT, "4, 26, 50"), Cited(GDPR, "13"), Cited(MBL, "19")),
)
