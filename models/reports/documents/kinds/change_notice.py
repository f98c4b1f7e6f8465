"""The change notice: which tasks change, posted before go-live (roadmap: change management)."""

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
from models.reports.documents.sources import AI_ACT, GDPR, MBL

DOCUMENT = DocumentTemplate(
    kind="change_notice",
    title=N_("What changes at the help desk"),
    about=N_("For everybody, in good time before go-live."),
    dated=date(2026, 11, 23),
    blocks=(
        DocumentText(N_("From {go_live} Lotsen, an automatic assistant, helps at {company}.")),
        DocumentSection(N_("Which tasks change")),
        Slot("use_cases"),
        DocumentSection(N_("What stays")),
        Item(N_("A person reads every ticket. **Ask a person** is one tap away.")),
        Item(N_("Nobody has to write otherwise than before.")),
        DocumentSection(N_("What it makes possible")),
        Item(N_("Known questions are answered at once, also at night.")),
        Item(N_("The support team has more time for what needs a person.")),
        DocumentSection(N_("What is measured, and what is not")),
        Item(
            N_(
                "Measured: how long questions of the whole desk take, how often answers help, what it costs."
            )
        ),
        Item(
            N_(
                "No figure about a single person, no ranking, no reading of moods; a group is shown from five people on."
            )
        ),
        Item("{hold_out}"),
        DocumentSection(N_("Whom to ask")),
        DocumentText(
            N_(
                "{business_contact} for questions, {system_owner} when an answer was wrong. Write before the start, too: what you say still counts."
            )
        ),
    ),
    cited=(Cited(AI_ACT, "4, 26, 50"), Cited(GDPR, "13"), Cited(MBL, "19")),
)
