"""Tickets of Freshservice (and Freshdesk, whose exports have the same shape).

JSON: the answers of version 2 of the interface, ``tickets[]``, with ``include=stats``
for the times and ``include=requester`` for the name. Status and priority are numbers
there. The text is ``description_text``, else the words of the HTML.

CSV: *Export* in the list of tickets. ``INC-123`` and ``SR-123`` are number 123.

References
----------
api.freshservice.com (version 2: tickets; status 2–5, priority 1–4, stats)
Columns of the CSV (``Created Time``, ``Initial Response Time``), and the letters
before its numbers: from memory, and from scripts that read such exports.
"""

import re
from collections.abc import Iterator
from typing import Any

from models.tickets.sources import Field
from models.tickets.sources.columns import name_set
from models.tickets.sources.source import Record, TicketSource, by_signs
from models.tickets.sources.values import inside, plain, text_of

_KEYS = name_set(
    """
    description_text fr_escalated fr_due_by responder_id sub_category item_category spam
    email_config_id department_id cc_emails fwd_emails stats requested_for_id is_escalated due_by
    """
)
_COLUMNS = name_set(
    """
    ticket_id subject created_time resolved_time closed_time initial_response_time
    last_updated_time last_update_time due_by_time resolution_status first_response_status
    resolution_time_in_hrs sub_category item requester_name requester_email agent department
    agent_interactions customer_interactions
    """
)
_NAMES: dict[Field, str] = {
    "id": "ticket_id id",
    "title": "subject",
    "text": "description description_text",
    "category": "category type",
    "opened_at": "created_time created_at",
    "first_response_at": "initial_response_time first_responded_at",
    "resolved_at": "resolved_time resolved_at",
    "closed_at": "closed_time closed_at",
    "priority": "priority",
    "team": "group group_name assigned_group",
    "requester": "requester_name requester",
    "status": "status",
}
_STATUS = {"2": "Open", "3": "Pending", "4": "Resolved", "5": "Closed"}
_PRIORITY = {"1": "Low", "2": "Medium", "3": "High", "4": "Urgent"}
_NUMBER = re.compile(r"#?(?:[A-Z]{2,4}-)?(\d+)")


def _flat(ticket: Record) -> Iterator[tuple[str, str]]:
    for name in ("id", "subject", "category", "sub_category", "item_category", "type"):
        yield name, text_of(ticket.get(name))
    words = text_of(ticket.get("description_text"))
    yield "description", words or plain(text_of(ticket.get("description")))
    yield "created_at", text_of(ticket.get("created_at"))
    for name in ("first_responded_at", "resolved_at", "closed_at"):
        yield name, text_of(inside(ticket, "stats", name))
    yield "status", _word(ticket.get("status"), _STATUS)
    yield "priority", _word(ticket.get("priority"), _PRIORITY)
    yield "group_name", text_of(ticket.get("group") or ticket.get("group_name"))
    yield "requester", text_of(ticket.get("requester"))
    yield "tags", text_of(ticket.get("tags"))
    custom = ticket.get("custom_fields")
    if isinstance(custom, dict):
        yield from ((f"custom_fields.{name}", text_of(value)) for name, value in custom.items())


def _word(value: Any, words: dict[str, str]) -> str:
    return words.get(text_of(value), text_of(value))


def _external_id(number: str) -> str:
    match = _NUMBER.fullmatch(number)
    return f"freshservice:{match[1] if match else number}"


SOURCE = TicketSource(
    name="freshservice",
    title="Freshservice",
    recognises=by_signs((_KEYS, 5), (_COLUMNS, 6)),
    names=_NAMES,
    flattener=lambda _document: lambda ticket: dict(_flat(ticket)),
    external_id=_external_id,
)
