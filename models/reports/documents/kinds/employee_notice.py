"""The notice to employees: what is done with their personal data (GDPR, art. 13)."""

from datetime import date

from models.language import noted
from models.reports.documents.declaration import Cited, Document, Item, Section, Text
from models.reports.documents.sources import AI_ACT, GDPR

DOCUMENT = Document(
    kind="employee_notice",
    title=noted("How Lotsen uses your personal data"),
    about=noted("For employees and support staff, before Lotsen is used."),
    dated=date(2026, 11, 23),
    blocks=(
        Section(noted("Who is responsible")),
        Text(
            noted(
                "{company} is the controller. Contact: {contact}. Data protection officer: {data_protection_officer}."
            )
        ),
        Section(noted("What for, and on what basis")),
        Text(noted("Purposes: {purposes}")),
        Text(noted("Legal basis (art. 6): {legal_basis}")),
        Section(noted("Which data")),
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
        Section(noted("Who receives it")),
        Item(noted("Recipients: {recipients}")),
        Item(noted("Slack, where we write to one another, keeps its own copy.")),
        Item(noted("Outside the EU: {transfer}")),
        Item("{language_model}"),
        Item("{embeddings}"),
        Section(noted("How long it is kept")),
        Item(
            noted(
                "Texts of tickets are emptied {keep_days} days after the ticket was closed, words of shown posts after {post_days} days."
            )
        ),
        Item(noted("Times and counts stay, under a pseudonym.")),
        Section(noted("How decisions are made")),
        Item(
            noted(
                "No decision about a person is left to a machine: a person can change every category, priority and answer."
            )
        ),
        Item("{hold_out}"),
        Section(noted("Your rights")),
        Item(
            noted(
                "See your data, have it corrected or erased, have its use restricted, object to it (art. 15 to 21): write to {contact}."
            )
        ),
        Item(noted("Complain to the supervisory authority: {authority}.")),
    ),
    cited=(Cited(GDPR, "5, 6, 13, 15–22"), Cited(AI_ACT, "50")),
)
