"""``lotsen incident``: what was reported of answers, and whether it is shown again."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.arguments import Json
from bot.cli.output import emit, say

if TYPE_CHECKING:
    from bot.cli.session import Session
    from models.tables import Incident, IncidentState

incident = typer.Typer(help="Reported errors of the AI systems.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="The number that list shows.")]
Every = Annotated[bool, typer.Option("--all", help="Also those that are closed.")]


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    app.add_typer(incident, name="incident")


@incident.command("list")
def list_incidents(every: Every = False, as_json: Json = False) -> None:
    """List the incidents, the newest first; who reported them stands in no list."""
    from bot.cli.session import opened

    with opened() as session:
        with session.lotsen.store.snapshot() as unit:
            rows = unit.incidents.listing(everything=every)
            found = [(row, len(unit.incidents.kept_out_by(row.id or 0))) for row in rows]
        if as_json:
            emit({"incidents": [_as_json(row, kept) for row, kept in found]})
        elif not found:
            say(session.words.say("No incident."))
        else:
            for row, kept in found:
                say(_line(session, row, kept))


@incident.command("release")
def release(number: Number, as_json: Json = False) -> None:
    """Show again what an incident keeps out: it was right, or it has been put right."""
    from models.tables import IncidentState

    _close(number, IncidentState.RELEASED, as_json=as_json)


@incident.command("close")
def close(number: Number, as_json: Json = False) -> None:
    """Close an incident as an error: what it keeps out stays out."""
    from models.tables import IncidentState

    _close(number, IncidentState.KEPT_OUT, as_json=as_json)


def _close(number: int, state: "IncidentState", *, as_json: bool) -> None:
    from bot.cli.session import opened
    from models.desk.incidents.reporting import close

    with opened() as session:
        with session.lotsen.store.begin() as unit:
            row = close(session.lotsen.desk, unit, number, state, "", session.now)
            kept = len(unit.incidents.kept_out_by(number))
        if as_json:
            emit(_as_json(row, kept))
        else:
            say(_line(session, row, kept))


def _line(session: "Session", row: "Incident", kept: int) -> str:
    from models.desk.incidents.incident_cards import KINDS, state_words

    words = session.words
    return words.say(
        "{number} · {when} · {kind} · {title} · {state} · answers kept out: {n}",
        number=str(row.id),
        when=words.moment(row.opened_at, session.zone),
        kind=words.say(KINDS[row.kind]),
        title=row.title,
        state=state_words(row.state, words, label=row.subject.startswith("ticket:")),
        n=words.number(kept),
    )


def _as_json(row: "Incident", kept: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "subject": row.subject,
        "kind": row.kind.value,
        "state": row.state.value,
        "title": row.title,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "kept_out": kept,
    }
