"""The change notice: which tasks change, posted before go-live (roadmap: change management)."""

from datetime import date

from models.language import N_
from models.reports.documents.declaration import DocumentTemplate, fact, item, paragraph, section
from models.reports.documents.sources import AI_ACT, GDPR, MBL, Cited

DOCUMENT = DocumentTemplate(
    kind="change_notice",
    title=N_("What changes at the help desk"),
    about=N_("For everybody, in good time before go-live."),
    dated=date(2026, 11, 23),
    lines=(
        paragraph("From {go_live} Lotsen, an automatic assistant, helps at {company}."),
        section("Which tasks change"),
        fact("{use_cases}"),
        section("What stays"),
        item("A person reads every ticket. **Ask a person** is one tap away."),
        item("Nobody has to write otherwise than before."),
        section("What it makes possible"),
        item("Known questions are answered at once, also at night."),
        item("The support team has more time for what needs a person."),
        section("What is measured, and what is not"),
        item(
            "Measured: how long questions of the whole desk take, how often answers help, what it costs."
        ),
        item(
            "No figure by person, no ranking, no reading of moods; a group is shown from five people on."
        ),
        fact("- {hold_out}"),
        section("Whom to ask"),
        paragraph(
            "{business_contact} for questions, {system_owner} when an answer was wrong. Write before the start, too: what you say still counts."
        ),
    ),
    cited=(Cited(AI_ACT, "4, 26, 50"), Cited(GDPR, "13"), Cited(MBL, "19")),
)
