"""The notice to employees: what is done with their personal data (GDPR, art. 13)."""

from datetime import date

from models.language import N_
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
    title=N_("How Lotsen uses your personal data"),
    about=N_("For employees and support staff, before Lotsen is used."),
    dated=date(2026, 11, 23),
    blocks=(
        DocumentSection(N_("Who is responsible")),
        DocumentText(
            N_(
                "{company} is the controller. Contact: {contact}. Data protection officer: {data_protection_officer}."
            )
        ),
        DocumentSection(N_("What for, and on what basis")),
        DocumentText(N_("Purposes: {purposes}")),
        DocumentText(N_("Legal basis (art. 6): {legal_basis}")),
        DocumentSection(N_("Which data")),
        Item(
            N_(
                "Your Slack id, name and language; what you write to the help desk; when a ticket was opened, taken and solved, and by whom."
            )
        ),
        Item(N_("Whose data: {data_subjects}")),
        Item(N_("Which data: {personal_data}")),
        Item(
            N_(
                "Key figures rest on times and pseudonyms. A group is shown from five people on; nobody is ranked."
            )
        ),
        DocumentSection(N_("Who receives it")),
        Item(N_("Recipients: {recipients}")),
        Item(N_("Slack, where we write to one another, keeps its own copy.")),
        Item(N_("Outside the EU: {transfer}")),
        Item("{language_model}"),
        Item("{embeddings}"),
        DocumentSection(N_("How long it is kept")),
        Item(
            N_(
                "Texts of tickets are emptied {keep_days} days after the ticket was closed, words of shown posts after {post_days} days."
            )
        ),
        Item(N_("Times and counts stay, under a pseudonym.")),
        DocumentSection(N_("How decisions are made")),
        Item(
            N_(
                "No decision about a person is left to a machine: a person can change every category, priority and answer."
            )
        ),
        Item("{hold_out}"),
        DocumentSection(N_("Your rights")),
        Item(
            N_(
                "See your data, have it corrected or erased, have its use restricted, object to it (art. 15 to 21): write to {contact}."
            )
        ),
        Item(N_("Complain to the supervisory authority: {authority}.")),
    ),
    cited=(Cited(GDPR, "5, 6, 13, 15–22"), Cited(AI_ACT, "50")),
)
