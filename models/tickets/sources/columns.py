"""Which column of a file holds what, from the names that help desks usually give."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from models.errors import InvalidError
from models.tickets.sources import FIELDS, Field

# In the order of preference; folded: no marks on letters, words joined by "_".
_NAMES: dict[Field, str] = {
    "id": """id number nummer ticket_id ticket_number ticketnummer ticket_nr ticket key issue_key
        case_number case_id incident incident_number arende_id arendenummer arendenr arende
        vorgangsnummer fallnummer""",
    "text": """text body description beskrivning beschreibung details message meddelande nachricht
        content fraga question problem problembeskrivning short_description kort_beskrivning
        kurzbeschreibung document""",
    "title": """title subject summary short_description titel rubrik amne betreff zusammenfassung
        kort_beskrivning kurzbeschreibung""",
    "category": """category kategori kategorie label class topic topic_group request_type
        issue_type arendetyp anfragetyp type typ""",
    "opened_at": """opened_at opened created_at created created_on open_time date_created
        creation_date create_date reported_at skapad skapat skapad_datum oppnad oppnat inkommen
        inkom registrerad erstellt erstellt_am eroffnet eroffnet_am angelegt_am date datum""",
    "first_response_at": """first_response_at first_response first_reply_at first_responded_at
        responded_at forsta_svar forsta_svar_at besvarad erste_antwort erste_antwort_am
        erste_reaktion""",
    "resolved_at": """resolved_at resolved solved_at solved resolution_date resolutiondate
        date_resolved lost lost_datum losningsdatum atgardad gelost gelost_am behoben_am""",
    "closed_at": """closed_at closed close_time date_closed stangd stangt avslutad geschlossen
        geschlossen_am abgeschlossen_am""",
    "priority": "priority prioritet prio prioritat prioritaet urgency",
    "team": """team assignment_group group queue support_group assigned_group grupp ko supportgrupp
        gruppe bearbeitergruppe zustandige_gruppe""",
    "requester": """requester requester_name requested_by caller caller_id reporter customer user
        anmalare bestallare anvandare kund melder anforderer benutzer""",
    "handling_minutes": """handling_minutes handling_time_minutes handling_time work_minutes
        minutes_spent time_spent_minutes time_worked handlaggningstid handlaggningstid_minuter
        arbetstid_minuter minuter bearbeitungszeit bearbeitungszeit_minuten minuten""",
    "reopen_count": """reopen_count reopens times_reopened ateroppningar antal_ateroppningar
        ateroppnad wiedereroffnungen wiedereroffnet""",
    "reassignment_count": """reassignment_count reassignments times_reassigned omfordelningar
        antal_omfordelningar omfordelad neuzuweisungen weiterleitungen""",
    "status": "status state tillstand arendestatus ticketstatus",
}


def fold_name(name: str) -> str:
    """Return a column's name without case, marks and punctuation."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(sign for sign in parts if not unicodedata.combining(sign))
    folded = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return folded or name.strip()  # Zammad calls the column of its numbers "#"


def name_set(names: str) -> frozenset[str]:
    """Return folded names that are written with spaces between them."""
    return frozenset(names.split())


def guessed(
    header: Sequence[str],
    own: Mapping[Field, str] | None = None,
    empty: Collection[str] = (),
) -> dict[Field, str]:
    """Return the columns whose names tell what they hold, each used once.

    Parameters
    ----------
    own
        Field → folded names that a source uses itself, the preferred first; they go
        before the usual names.
    empty
        Columns that hold nothing: chosen only where there is no other.
    """
    names: dict[str, str] = {}
    for column in header:
        names.setdefault(fold_name(column), column)
    mapping: dict[Field, str] = {}
    for field in FIELDS:
        preferred = f"{(own or {}).get(field, '')} {_NAMES[field]}".split()
        found = [names[name] for name in preferred if name in names]
        free = [column for column in found if column not in mapping.values()]
        if free:
            mapping[field] = next((column for column in free if column not in empty), free[0])
    return mapping


def chosen(header: Sequence[str], wanted: Mapping[str, str]) -> dict[Field, str]:
    """Return the mapping a person asked for, checked; an empty column means "leave out".

    Raises
    ------
    InvalidError
        For a field or a column that does not exist; the message lists those that do.
    """
    mapping: dict[Field, str] = {}
    for name, column in wanted.items():
        field = next((known for known in FIELDS if known == name), None)
        if field is None:
            raise InvalidError(f"there is no field {name!r}; the fields are {', '.join(FIELDS)}")
        if column and column not in header:
            raise InvalidError(
                f"there is no column {column!r}; the file has {', '.join(header) or 'none'}"
            )
        mapping[field] = column
    return mapping
