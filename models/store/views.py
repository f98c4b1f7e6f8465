"""The views that other programs read: whole-desk figures, without names and texts."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import column, select, table

from models.store.repository import Repository

_BATCH = 10_000
_TICKETS: Final = {
    "ticket_id": "number of the ticket",
    "source": "slack, import or demo (made up)",
    "opened_at": "when it was opened",
    "resolved_at": "when it was last resolved; empty while it is open",
    "first_category": "key of its first category",
    "final_category": "key of its last category",
    "automatic": "1 where the first category was set without a person",
    "ack_minutes": "business minutes to the bot's first sign",
    "first_response_minutes": "business minutes to a person's first sign",
    "triage_minutes": "business minutes to the first category",
    "handling_minutes": "minutes of work, by the clock",
    "handling_evidence": "where they come from: A buttons, B activity, C stated",
    "resolution_minutes": "minutes by the clock to the last resolution",
    "resolution_business_minutes": "business minutes to the last resolution",
    "reopened": "how often it was opened again",
    "reassigned": "how often it changed hands",
    "requester_wait_minutes": "business minutes in which the asker waited for the desk or others",
    "waiting_on_requester_minutes": "business minutes in which the desk waited for the asker",
    "on_hold_minutes": "business minutes in which both waited for somebody else",
}
_WEEKS: Final = {
    "week": "Monday of the week",
    "source": "slack, import or demo (made up)",
    "opened": "tickets opened in it",
    "resolved": "tickets resolved in it",
    "automatic": "of those opened: first category without a person",
    "reopened": "of those resolved: opened again at least once; empty below five",
    "reassigned": "of those resolved: changed hands at least once; empty below five",
    "first_response_n": "of those opened: a person has answered",
    "first_response_mean": "their mean business minutes to that answer; empty below five",
    "handling_n": "of those resolved: minutes of work are known",
    "handling_mean": "their mean; empty below five",
}
_CATEGORIES: Final = {
    "month": "month of the resolution",
    "source": "slack, import or demo (made up)",
    "category": "key of the last category",
    "resolved": "tickets",
    "handling_n": "of those: minutes of work are known",
}
_TEAMS: Final = {
    "month": "month of the opening",
    "team": "team of those who asked",
    "people": "how many people of it asked; five or more",
    "opened": "tickets that they opened",
}
_SURVEY: Final = {
    "month": "month of the answers",
    "n": "answers; five or more",
    "satisfied": "share of the scores 4 and 5",
    "mean": "mean score, 1 to 5",
}

VIEWS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "v_tickets": _TICKETS,
        "v_weeks": _WEEKS,
        "v_categories": _CATEGORIES,
        "v_teams": _TEAMS,
        "v_costs": {
            "id": "number of the entry",
            "kind": "kind of cost",
            "eur": "amount; a correction is below zero",
            "booked_on": "day of booking",
        },
        "v_assumptions": {
            "key": "which assumption",
            "value": "its value",
            "unit": "its unit",
            "changed_at": "when somebody decided it",
            "holds_from": "first day on which it holds; of those, the latest is in force",
        },
        "v_baselines": {
            "id": "number; the highest is in force",
            "frozen_at": "when it was frozen",
            "first_day": "first day that it covers",
            "last_day": "last day that it covers",
            "sha256": "hash of all that it rests on",
        },
        "v_csat": _SURVEY,
        "v_pulse": _SURVEY,
    }
)
"""View → column → what it says."""

ROWS_OF_TICKETS: Final = ("v_tickets",)
"""Views with a row a ticket: on a small desk they tell who did what."""


class ViewRepository(Repository):
    """The views, to be read only."""

    def rows(self, view: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a view, its columns in the order of `VIEWS`, in a stable order."""
        columns: list[Any] = [column(name) for name in VIEWS[view]]
        query = select(*columns).select_from(table(view)).order_by(*columns[:3])
        found = self._session.execute(query, execution_options={"yield_per": _BATCH})
        yield from (tuple(row) for row in found)
