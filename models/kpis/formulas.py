"""The formula of every key figure in words, to be said in the reader's language.

The same words as in the docstrings of `models.kpis.definitions`; a test compares them.
"""

from collections.abc import Mapping

from models.language import noted
from models.tables import CompanyKpi

FORMULAS: Mapping[str, str] = {
    "ack_time": noted(
        "Median business minutes from opening to the bot's first sign. Of tickets opened in the "
        "period."
    ),
    "first_response_time": noted(
        "Median business minutes from opening to the first public sign by a person. Words, a "
        "claim or the resolution; of tickets opened in the period and answered so far."
    ),
    "triage_time": noted(
        "Median business minutes from opening to the first category. Of tickets opened in the "
        "period and categorised so far."
    ),
    "handling_time": noted(
        "Median minutes that somebody worked on a ticket. From a claim or resumption to the next "
        "pause or resolution, by the clock; where no button was pressed, the minutes stated; where "
        "none were stated, five minutes from each act of the staff, in office hours, overlapping "
        "ones merged. Minutes in which a person had several tickets running are shared among "
        "these. Of tickets resolved in the period."
    ),
    "resolution_time": noted(
        "Median minutes by the clock from opening to the last resolution. Of tickets resolved in "
        "the period."
    ),
    "resolution_time_business": noted(
        "Median business minutes from opening to the last resolution. Of tickets resolved in the "
        "period."
    ),
    "search_time": noted(
        'Median minutes by the clock from a question to "found it". Of the searches in documents '
        "that the asker ended with that button in the period."
    ),
    "automatic_share": noted(
        "Tickets whose first category the classifier set, of all tickets opened in the period."
    ),
    "triage_precision": noted(
        "Right automatic decisions, of the blind samples that people labelled in the period. A "
        "person chose without seeing what the classifier would have set. That nobody changed a "
        "category does not say that it was right."
    ),
    "confirmed_answers": noted(
        "Questions that the asker called solved and did not come back with within seven days. "
        "Coming back: not solved after all, a person wanted, nearly the same asked again, or any "
        "ticket of the same person. Of all questions answered with an article in the period; "
        "silence does not count as solved. An answer of the last seven days may still come back."
    ),
    "reopened_share": noted("Tickets reopened at least once, of those resolved in the period."),
    "reassigned_share": noted("Tickets reassigned at least once, of those resolved in the period."),
    "csat": noted(
        "Ratings of 4 or 5, of all ratings that requesters gave after a resolution. Told in "
        "blocks of whole weeks that are over and hold five ratings or more together; a block "
        "counts on the Monday of its last week."
    ),
    "open_tickets": noted("Tickets open at the end of the period, or now if it has not ended."),
    "llm_cost": noted("Costs of the kind cloud in the ledger that were booked in the period."),
}

_READ = noted("Median of what people read in the period.")


def formula_of_company(row: CompanyKpi) -> str:
    """Return the formula of a figure that the company added: that of what it measures."""
    return FORMULAS[row.measure] if row.measure else _READ
