"""Tickets of Jira and Jira Service Management.

CSV: *Export → CSV (all fields)* in the list of work items. A field with several values
comes as several columns of one name (``Comment``, ``Labels``), of which the first that
is filled counts; custom fields are called ``Custom field (Request Type)``. The names are
in the language of whoever exported. ``Time Spent`` counts seconds.

JSON: the answer of the search interface, ``issues[].fields``, with descriptions as text
(version 2) or as an Atlassian document (version 3); with ``expand=names`` custom fields
get their names. The first response is the first public comment by somebody other than
the reporter, where comments are in the file.

References
----------
developer.atlassian.com/server/jira/platform/jira-rest-api-example-query-issues-6291606
developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search
English and German column names: as they stand in published exports. Swedish column
names, the seconds of ``Time Spent`` and ``jsdPublic``: from memory.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from models.tickets.sources import Field
from models.tickets.sources.columns import name_set
from models.tickets.sources.source import Flatten, Head, Record, TicketSource, share
from models.tickets.sources.values import document_text, earliest, inside, objects, text_of

_KEYS = frozenset({"issue_key", "vorgangsschlussel", "arendenyckel"})
_SIGNS = name_set(
    """
    issue_id issue_type project_key project_name project_type custom_field_request_type
    custom_field_rank status_category resolution log_work votes
    vorgangs_id vorgangstyp projektschlussel projektname projekttyp benutzerdefinierte_felder_rank
    arende_id arendetyp projektnyckel projektnamn projekttyp anpassat_falt_rank
    """
)
_NAMES: dict[Field, str] = {
    "id": "issue_key vorgangsschlussel arendenyckel key",
    "title": "summary zusammenfassung sammanfattning",
    "text": "description beschreibung beskrivning",
    "category": """custom_field_request_type custom_field_customer_request_type
        benutzerdefinierte_felder_request_type benutzerdefinierte_felder_anfragetyp
        anpassat_falt_request_type anpassat_falt_typ_av_begaran request_type
        component_s components komponenten komponente_n komponenter
        issue_type issuetype vorgangstyp arendetyp""",
    "opened_at": "created erstellt skapad",
    "resolved_at": "resolved resolutiondate erledigt gelost lost",
    "first_response_at": """first_response custom_field_chart_date_of_first_response
        benutzerdefinierte_felder_chart_date_of_first_response""",
    "priority": "priority prioritat prioritet",
    "team": """custom_field_assignment_group custom_field_team custom_field_team_team team
        benutzerdefinierte_felder_team anpassat_falt_team""",
    "requester": "reporter autor rapportor anmalare",
    "handling_minutes": "timespent_minutes time_spent benotigte_zeit tid_atgangen",
    "status": "status",
}
_PLAIN = ("issuetype", "priority", "status", "created", "resolutiondate", "labels", "components")


def _recognises(head: Head) -> float:
    if head.record:
        return 1.0 if "key" in head.record and "fields" in head.record else 0.0
    return 0.5 + share(head.columns_among(_SIGNS), 4) / 2 if head.columns_among(_KEYS) else 0.0


def _flattener(document: Any) -> Flatten:
    names = inside(document, "names")
    titles = names if isinstance(names, Mapping) else {}

    def flatten(issue: Record) -> dict[str, str]:
        fields = inside(issue, "fields")
        return dict(_columns(issue, fields if isinstance(fields, Mapping) else {}, titles))

    return flatten


def _columns(issue: Record, fields: Record, titles: Record) -> Iterator[tuple[str, str]]:
    yield "key", text_of(issue.get("key"))
    yield "summary", text_of(fields.get("summary"))
    yield "description", document_text(fields.get("description"))
    yield from ((name, text_of(fields.get(name))) for name in _PLAIN)
    yield "reporter", text_of(fields.get("reporter"))
    yield "first_response", _first_response(fields)
    yield "timespent_minutes", _minutes(fields.get("timespent"))
    for name, value in fields.items():
        if name.startswith("customfield_"):
            request = text_of(inside(value, "requestType"))
            yield (
                ("request_type" if request else text_of(titles.get(name)) or name),
                (request or document_text(value)),
            )


def _minutes(seconds: Any) -> str:
    return str(seconds / 60) if isinstance(seconds, (int, float)) else ""


def _first_response(fields: Record) -> str:
    reporter = _person(fields.get("reporter"))
    return earliest(
        comment.get("created")
        for comment in objects(inside(fields, "comment", "comments"))
        if _person(comment.get("author")) != reporter and comment.get("jsdPublic") is not False
    )


def _person(user: Any) -> str:
    return text_of(inside(user, "accountId") or inside(user, "key") or inside(user, "name"))


SOURCE = TicketSource(
    name="jira",
    title="Jira",
    recognises=_recognises,
    names=_NAMES,
    flattener=_flattener,
    seconds=frozenset({"time_spent", "benotigte_zeit", "tid_atgangen"}),
    external_id="jira:{}".format,
)
