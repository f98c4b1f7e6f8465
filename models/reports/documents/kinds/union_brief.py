"""The brief to the trade unions: what changes at work, before it is decided (MBL, 11 and 19 §§)."""

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
    kind="union_brief",
    title=noted("Brief to the trade unions: AI at the help desk"),
    about=noted("For the counterpart under MBL, before anything is decided."),
    dated=date(2026, 11, 23),
    blocks=(
        DocumentText(noted("From {company} to {union}. Contact: {contact}.")),
        DocumentSection(noted("What is planned")),
        Slot("use_cases"),
        DocumentText(noted("Planned start: {go_live}")),
        DocumentSection(noted("Who is affected, and how")),
        Item(
            noted(
                "Support staff: tickets come with a suggested category; they decide, and can change everything."
            )
        ),
        Item(noted("Employees: an answer at once where there is one, a person at one tap.")),
        Item(noted("Whose data: {data_subjects}")),
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
        DocumentSection(noted("Systems and their risk")),
        Slot("systems"),
        DocumentSection(noted("Who answers for it")),
        Item(noted("AI system owner: {system_owner}")),
        Item(noted("Data owner: {data_owner}")),
        Item(noted("Business contact: {business_contact}")),
        DocumentSection(noted("How far this has come")),
        DocumentText(noted("Assessed so far: {mbl}")),
        DocumentText("{mbl_country}"),
        DocumentSection(noted("Questions to settle together")),
        Item(noted("Does the way of working change so much that it is negotiated first (11 §)?")),
        Item(noted("Which information is given from now on, how often and to whom (19 §)?")),
        Item(noted("Which risks for the work environment do we see together?")),
    ),
    cited=(Cited(MBL, "11, 19"), Cited(AI_ACT, "4, 26"), Cited(GDPR, "35")),
)
