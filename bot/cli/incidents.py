"""``lotsen incident``: what was reported of answers, and whether it is shown again."""

from typing import Annotated, Any

from typer import Argument, Option

from bot.cli.command import Result, command, group, tree
from bot.cli.output import fields_of
from bot.cli.session import Session
from models.desk.incidents.incident_cards import KINDS, outcome_of
from models.desk.incidents.reporting import IncidentLine, close_by_hand, incident_lines
from models.tables import IncidentState

app = tree()
incident = group(app, "incident")

Number = Annotated[int, Argument(metavar="ID", help="The number that list shows.")]
Every = Annotated[bool, Option("--all", help="Also those that are closed.")]
_FIELDS = ("id", "subject", "kind", "state", "title", "opened_at", "closed_at")


@command(incident, "list")
def list_incidents(session: Session, every: Every = False) -> Result:
    """List the incidents, the newest first; who reported them stands in no list."""
    lines = incident_lines(session.lotsen.store, everything=every)
    return Result(
        {"incidents": [_as_json(line) for line in lines]},
        [_as_text(session, line) for line in lines] or session.words.gettext("No incident."),
    )


@command(incident)
def release(session: Session, number: Number) -> Result:
    """Show again what an incident keeps out: it was right, or it has been put right."""
    return _close(session, number, IncidentState.RELEASED)


@command(incident)
def close(session: Session, number: Number) -> Result:
    """Close an incident as an error: what it keeps out stays out."""
    return _close(session, number, IncidentState.KEPT_OUT)


def _close(session: Session, number: int, state: IncidentState) -> Result:
    line = close_by_hand(session.lotsen.desk, number, state, session.now)
    return Result(_as_json(line), _as_text(session, line))


def _as_text(session: Session, line: IncidentLine) -> str:
    words, row = session.words, line.incident
    return words.gettext(
        "{number} · {when} · {kind} · {title} · {state} · answers kept out: {n}",
        number=str(row.id),
        when=words.moment(row.opened_at, session.zone),
        kind=words.gettext(KINDS[row.kind]),
        title=row.title,
        state=outcome_of(row, words),
        n=words.number(line.kept_out),
    )


def _as_json(line: IncidentLine) -> dict[str, Any]:
    return {**fields_of(line.incident, *_FIELDS), "kept_out": line.kept_out}
