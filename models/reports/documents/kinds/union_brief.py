"""The brief to the trade unions: what changes at work, before it is decided (MBL, 11 and 19 §§)."""

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
    kind="union_brief",
    title=N_("Brief to the trade unions: AI at the help desk"),
    about=N_("For the counterpart under MBL, before anything is decided."),
    dated=date(2026, 11, 23),
    blocks=(
        DocumentText(N_("From {company} to {union}. Contact: {contact}.")),
        DocumentSection(N_("What is planned")),
        Slot("use_cases"),
        DocumentText(N_("Planned start: {go_live}")),
        DocumentSection(N_("Who is affected, and how")),
        Item(
            N_(
                "Support staff: tickets come with a suggested category; they decide, and can change everything."
            )
        ),
        Item(N_("Employees: an answer at once where there is one, a person at one tap.")),
        Item(N_("Whose data: {data_subjects}")),
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
        DocumentSection(N_("Systems and their risk")),
        Slot("systems"),
        DocumentSection(N_("Who answers for it")),
        Item(N_("AI system owner: {system_owner}")),
        Item(N_("Data owner: {data_owner}")),
        Item(N_("Business contact: {business_contact}")),
        DocumentSection(N_("How far this has come")),
        DocumentText(N_("Assessed so far: {mbl}")),
        DocumentText("{mbl_country}"),
        DocumentSection(N_("Questions to settle together")),
        Item(N_("Does the way of working change so much that it is negotiated first (11 §)?")),
        Item(N_("Which information is given from now on, how often and to whom (19 §)?")),
        Item(N_("Which risks for the work environment do we see together?")),
    ),
    cited=(Cited(MBL, "11, 19"), Cited(AI_ACT, "4, 26"), Cited(GDPR, "35")),
)
