"""The notice to employees: what is done with their personal data (GDPR, art. 13)."""

from datetime import date

from models.language import N_
from models.reports.documents.declaration import DocumentTemplate, fact, item, paragraph, section
from models.reports.documents.sources import AI_ACT, GDPR, Cited

DOCUMENT = DocumentTemplate(
    kind="employee_notice",
    title=N_("How Lotsen uses your personal data"),
    about=N_("For employees and support staff, before Lotsen is used."),
    dated=date(2026, 11, 23),
    lines=(
        section("Who is responsible"),
        paragraph(
            "{company} is the controller. Contact: {contact}. Data protection officer: {data_protection_officer}."
        ),
        section("What for, and on what basis"),
        paragraph("Purposes: {purposes}"),
        paragraph("Legal basis (art. 6): {legal_basis}"),
        section("Which data"),
        item(
            "Your Slack id, name and language; what you write to the help desk; when a ticket was opened, taken and solved, and by whom."
        ),
        item("Whose data: {data_subjects}"),
        item("Which data: {personal_data}"),
        item(
            "Key figures rest on times and pseudonyms. A group is shown from five people on; nobody is ranked."
        ),
        section("Who receives it"),
        item("Recipients: {recipients}"),
        item("Slack, where we write to one another, keeps its own copy."),
        item("Outside the EU: {transfer}"),
        fact("- {language_model}"),
        fact("- {embeddings}"),
        section("How long it is kept"),
        item(
            "Texts of tickets are emptied {keep_days} days after the ticket was closed, words of shown posts after {post_days} days."
        ),
        item("Times and counts stay, under a pseudonym."),
        section("How decisions are made"),
        item(
            "No decision about a person is left to a machine: a person can change every category, priority and answer."
        ),
        fact("- {hold_out}"),
        section("Your rights"),
        item(
            "See your data, have it corrected or erased, have its use restricted, object to it (art. 15 to 21): write to {contact}."
        ),
        item("Complain to the supervisory authority: {authority}."),
    ),
    cited=(Cited(GDPR, "5, 6, 13, 15–22"), Cited(AI_ACT, "50")),
)
