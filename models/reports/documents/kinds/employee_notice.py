"""The notice to employees: what is done with their personal data (GDPR, art. 13)."""

from datetime import date

from models.language import noted
from models.reports.documents.declaration import (
    Cited,
    DocumentSection,
    DocumentTemplate,
    DocumentText,
    Item,
)
from models.reports.documents.sources import AI_ACT, GDPR

DOCUMENT = DocumentTemplate(
    kind="employee_notice",
    title=noted("How Lotsen uses your personal data"),
    about=noted("For employees and support staff, before Lotsen is used."),
    dated=date(2026, 11, 23),
    blocks=(
        DocumentSection(noted("Who is responsible")),
        DocumentText(
            noted(
                "{company} is the controller. Contact: {contact}. Data protection officer: {data_protection_officer}."
            )
        ),
        DocumentSection(noted("What for, and on what basis")),
        DocumentText(noted("Purposes: {purposes}")),
        DocumentText(noted("Legal basis (art. 6): {legal_basis}")),
        DocumentSection(noted("Which data")),
        Item(
            noted(
                "Your Slack id, name and language; what you write to the help desk; when a ticket was opened, taken and solved, and by whom."
            )
        ),
        Item(noted("Whose data: {data_subjects}")),
        Item(noted("Which data: {personal_data}")),
        Item(
            noted(
                "Key figures rest on times and pseudonyms. A group is shown from five people on; nobody is ranked."
            )
        ),
        DocumentSection(noted("Who receives it")),
        Item(noted("Recipients: {recipients}")),
        Item(noted("Slack, where we write to one another, keeps its own copy.")),
        Item(noted("Outside the EU: {transfer}")),
        Item("{language_model}"),
        Item("{embeddings}"),
        DocumentSection(noted("How long it is kept")),
        Item(
            noted(
                "Texts of tickets are emptied {keep_days} days after the ticket was closed, words of shown posts after {post_days} days."
            )
        ),
        Item(noted("Times and counts stay, under a pseudonym.")),
        DocumentSection(noted("How decisions are made")),
        Item(
            noted(
                "No decision about a person is left to a machine: a person can change every category, priority and answer."
            )
        ),
        Item("{hold_out}"),
        DocumentSection(noted("Your rights")),
        Item(
            noted(
                "See your data, have it corrected or erased, have its use restricted, object to it (art. 15 to 21): write to {contact}."
            )
        ),
        Item(noted("Complain to the supervisory authority: {authority}.")),
    ),
    cited=(Cited(GDPR, "5, 6, 13, 15–22"), Cited(AI_ACT, "50")),
)
