"""Tickets of Zendesk.

JSON: the account's export (a ticket a line), the answers of the tickets and incremental
export interfaces (``{"tickets": […]}``), with or without side-loaded ``users``,
``groups`` and ``metric_sets``. Zendesk has no category of its own: a custom field named
category or topic is taken, else the ticket's type; ``--map category=custom_fields.ID``
names another. The first response is the opening plus the calendar minutes of
``reply_time_in_minutes``, else the first public comment by somebody else.

CSV: the account's export, a view, or a report of Explore with rows for tickets. The
first reply time counts calendar minutes after the opening.

References
----------
developer.zendesk.com/api-reference/ticketing/tickets/ticket_metrics
developer.zendesk.com/documentation/ticketing/managing-tickets/using-the-incremental-export-api
support.zendesk.com/hc/en-us/articles/4408886165402 (exporting account data)
Names of Explore (``Ticket created - Date``): as they stand in its recipes. Columns of
the account's CSV, and the people and comments inside the JSON export: from memory.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from models.tickets.sources import Field
from models.tickets.sources.columns import fold_name, name_set
from models.tickets.sources.source import Flatten, Record, TicketSource, by_signs
from models.tickets.sources.values import by_id, earliest, inside, objects, plain, text_of

_KEYS = name_set(
    """
    via raw_subject submitter_id has_incidents satisfaction_rating metric_set collaborator_ids
    generated_timestamp brand_id ticket_form_id is_public allow_channelback organization_id
    """
)
_EXPLORE = name_set(
    """
    ticket_id ticket_subject ticket_created_date ticket_created_timestamp ticket_solved_date
    ticket_solved_timestamp ticket_group ticket_priority ticket_status ticket_form ticket_brand
    ticket_channel ticket_satisfaction_rating requester_name
    """
)
_ACCOUNT = name_set(
    """
    summation_column group_stations assignee_stations requester_domain initially_assigned_at
    first_reply_time_in_minutes full_resolution_time_in_minutes satisfaction_score ticket_type
    """
)
_REPLY = "first_reply_time_in_minutes first_reply_time_min"
_NAMES: dict[Field, str] = {
    "id": "id ticket_id",
    "title": "subject ticket_subject raw_subject",
    "text": "description ticket_description",
    "category": """category ticket_category custom_fields_category topic ticket_form
        ticket_type type""",
    "opened_at": """created_at ticket_created_timestamp ticket_created_date_time
        ticket_created_date requested""",
    "resolved_at": """solved_at ticket_solved_timestamp ticket_solved_date_time
        ticket_solved_date""",
    "first_response_at": f"first_response {_REPLY}",
    "priority": "priority ticket_priority",
    "team": "group ticket_group assignee_group",
    "requester": "requester requester_name",
    "reopen_count": "reopens",
    "reassignment_count": "reassignments",
    "status": "status ticket_status",
}
_PLAIN = ("created_at", "status", "priority", "type", "tags")


def _flattener(document: Any) -> Flatten:
    users = by_id(inside(document, "users"))
    groups = by_id(inside(document, "groups"))
    metrics = {
        text_of(one.get("ticket_id")): one for one in objects(inside(document, "metric_sets"))
    }
    fields = by_id(inside(document, "ticket_fields"))

    def flatten(ticket: Record) -> dict[str, str]:
        metric = inside(ticket, "metric_set") or metrics.get(text_of(ticket.get("id"))) or {}
        return {
            "id": text_of(ticket.get("id")),
            "subject": text_of(ticket.get("subject") or ticket.get("raw_subject")),
            "description": plain(text_of(ticket.get("description"))),
            **{name: text_of(ticket.get(name)) for name in _PLAIN},
            "solved_at": text_of(inside(metric, "solved_at")),
            "first_response": _first_response(ticket, metric),
            "group": text_of(ticket.get("group") or groups.get(text_of(ticket.get("group_id")))),
            "requester": text_of(
                ticket.get("requester") or users.get(text_of(ticket.get("requester_id")))
            ),
            "reopens": text_of(inside(metric, "reopens")),
            "reassignments": _reassignments(metric),
            "satisfaction": text_of(inside(ticket, "satisfaction_rating", "score")),
            **dict(_custom(ticket, fields)),
        }

    return flatten


def _custom(ticket: Record, titles: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the custom fields; one called category or topic under that name."""
    for field in objects(ticket.get("custom_fields")):
        number = text_of(field.get("id"))
        title = fold_name(text_of(inside(titles.get(number), "title")))
        value = text_of(field.get("value"))
        yield (title if title in ("category", "topic") else f"custom_fields.{number}"), value


def _first_response(ticket: Record, metric: Any) -> str:
    minutes = inside(metric, "reply_time_in_minutes", "calendar")
    opened = _moment(ticket.get("created_at"))
    if opened is not None and isinstance(minutes, (int, float)) and 0 <= minutes < 1e7:
        return (opened + timedelta(minutes=minutes)).isoformat()
    asker = text_of(ticket.get("requester_id") or inside(ticket, "requester", "id"))
    return earliest(
        comment.get("created_at")
        for comment in objects(ticket.get("comments"))
        if comment.get("public") is True and text_of(comment.get("author_id")) != asker
    )


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _reassignments(metric: Any) -> str:
    """Return how often the group changed: the first group is no reassignment."""
    stations = inside(metric, "group_stations")
    return str(max(0, stations - 1)) if isinstance(stations, int) else ""


SOURCE = TicketSource(
    name="zendesk",
    title="Zendesk",
    recognises=by_signs((_KEYS, 4), (_EXPLORE, 5), (_ACCOUNT, 3)),
    names=_NAMES,
    flattener=_flattener,
    after=name_set(_REPLY),
    external_id=lambda number: f"zendesk:{number.removeprefix('#')}",
)
