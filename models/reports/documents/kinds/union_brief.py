"""The brief to the trade unions: what changes at work, before it is decided (MBL, 11 and 19 §§)."""

from datetime import date

from models.language import N_
from models.reports.documents.declaration import DocumentTemplate, fact, item, paragraph, section
from models.reports.documents.sources import AI_ACT, GDPR, MBL, Cited

DOCUMENT = DocumentTemplate(
    kind="union_brief",
    title=N_("Brief to the trade unions: AI at the help desk"),
    about=N_("For the counterpart under MBL, before anything is decided."),
    dated=date(2026, 11, 23),
    lines=(
        paragraph("From {company} to {union}. Contact: {contact}."),
        section("What is planned"),
        fact("{use_cases}"),
        paragraph("Planned start: {go_live}"),
        section("Who is affected, and how"),
        item(
            "Support staff: tickets come with a suggested category; they decide, and can change everything."
        ),
        item("Employees: an answer at once where there is one, a person at one tap."),
        item("Whose data: {data_subjects}"),
        section("What is measured, and what is not"),
        item(
            "Measured: how long questions of the whole desk take, how often answers help, what it costs."
        ),
        item(
            "No figure by person, no ranking, no reading of moods; a group is shown from five people on."
        ),
        fact("- {hold_out}"),
        section("Systems and their risk"),
        fact("{systems}"),
        section("Who answers for it"),
        item("AI system owner: {system_owner}"),
        item("Data owner: {data_owner}"),
        item("Business contact: {business_contact}"),
        section("How far this has come"),
        paragraph("Assessed so far: {mbl}"),
        fact("{mbl_country}"),
        section("Questions to settle together"),
        item("Does the way of working change so much that it is negotiated first (11 §)?"),
        item("Which information is given from now on, how often and to whom (19 §)?"),
        item("Which risks for the work environment do we see together?"),
    ),
    cited=(Cited(MBL, "11, 19"), Cited(AI_ACT, "4, 26"), Cited(GDPR, "35")),
)
