"""``lotsen import``: tickets of another system, documents, the starter's articles."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.arguments import Json
from bot.cli.output import emit, hint, progress, say, show, show_parts
from models.errors import InvalidError

if TYPE_CHECKING:
    from bot.cli.session import Session
    from models.desk.imports import TicketImport
    from models.knowledge.library import ImportReport
    from models.tickets.sources.reader import Tickets

SEED = 1
_SHOWN = 10
_UNUSED = 30
_FIELDS = (
    "Where a column's name does not tell; an empty column leaves the field out. Fields: id, text, "
    "title, category, opened_at, first_response_at, resolved_at, closed_at, priority, team, "
    "requester, handling_minutes, reopen_count, reassignment_count, status."
)
_WANTED = ("opened_at", "category", "resolved_at")
"""Fields without which figures or the classifier have little to go by."""

group = typer.Typer(help="Bring in tickets and knowledge.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    app.add_typer(group, name="import")


@group.command()
def tickets(
    file: Annotated[Path, typer.Argument(help="CSV of any encoding and delimiter, or JSON.")],
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help=_FIELDS),
    ] = None,
    format_: Annotated[
        str,
        typer.Option("--format", help="auto, csv, jira, zendesk, zammad or freshservice."),
    ] = "auto",
    yes: Annotated[bool, typer.Option("--yes", help="Import without asking.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and judge everything, write nothing.")
    ] = False,
    no_train: Annotated[
        bool, typer.Option("--no-train", help="Do not train a model afterwards.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Import tickets; the same ticket is imported once. A model is trained at the end."""
    wanted = _mapping(mapping or [])
    from bot.cli.session import opened
    from models.desk.imports import import_opened
    from models.tickets.sources.formats import open_tickets

    with opened() as session:
        lotsen = session.lotsen
        found = open_tickets(file, wanted, lotsen.calendar.zone, format_)
        asks = not (as_json or yes or dry_run) and sys.stdin.isatty() and sys.stdout.isatty()
        if not as_json:
            _show_mapping(session, found)
        if asks and not typer.confirm(session.words.say("Import?")):
            say(session.words.say("Nothing was imported."))
            return
        with progress(session.words.say("Importing")) as step:
            done = import_opened(
                lotsen.store, lotsen.calendar, found, session.now, dry_run=dry_run, progress=step
            )
        training = None if dry_run or no_train else _trained(session, done)
        if as_json:
            emit({**asdict(done), "training": training, "dry_run": dry_run})
        else:
            _show_tickets(session, done, training, dry_run=dry_run)


@group.command()
def knowledge(
    sources: Annotated[
        list[str], typer.Argument(metavar="PATH…", help="Files, folders, https addresses.")
    ],
    owner: Annotated[str, typer.Option(help="Who answers for them.")] = "",
    language: Annotated[str, typer.Option(help="sv, en or de; else each text tells.")] = "",
    audience: Annotated[
        str, typer.Option(help="Slack user or group ids that may see them; else everybody.")
    ] = "",
    verified_on: Annotated[str, typer.Option(metavar="DAY", help="When they were checked.")] = "",
    expires_on: Annotated[str, typer.Option(metavar="DAY", help="Not answered after it.")] = "",
    prune: Annotated[
        bool, typer.Option("--prune", help="Take out documents of a folder whose files are gone.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Import documents to answer from; one that was imported before is brought up to date.

    What a file says of itself goes before the options.
    """
    from bot.cli.session import opened
    from models.knowledge.documents import about_of

    told = {"owner": owner, "language": language, "audience": audience}
    about = about_of({**told, "verified_on": verified_on, "expires_on": expires_on})
    with opened() as session:
        library = session.lotsen.library
        done = library.import_sources(sources, session.now, about, prune=prune)
        if not done.documents and not done.removed:
            reasons = "; ".join(f"{item.path}: {item.reason}" for item in done.skipped)
            raise InvalidError(f"nothing was imported: {reasons or 'no files were found'}")
        _show_knowledge(session, done, as_json=as_json)


@group.command()
def starter(as_json: Json = False) -> None:
    """Import the articles that come with Lotsen: IT and HR, in three languages."""
    from bot.cli.session import opened
    from models import starter as content
    from models.language import LANGUAGES

    with opened() as session:
        done = session.lotsen.library.import_starter(session.now)
        _show_knowledge(session, done, as_json=as_json)
        if lacking := content.lacking(content.ARTICLES):
            names = session.words.listing(LANGUAGES[code].name for code in lacking)
            hint(
                session.words.say("There are no starter articles in {languages}.", languages=names)
            )


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not name or not equals:
            raise InvalidError(f"--map {pair!r}: write field=column, such as text=Description")
        if name in mapping:
            raise InvalidError(f"--map names the field {name!r} twice")
        mapping[name] = column
    return mapping


def _trained(session: "Session", done: "TicketImport") -> dict[str, Any]:
    """Train on what is there now; an import is no failure because there is too little."""
    from models.triage.floor import TooLittleError, told
    from models.triage.training import setup_for, train

    if not done.imported:
        return {"model": None, "promoted": False, "reason": "nothing new was imported"}
    try:
        with progress(session.words.say("Training")) as step:
            setup = setup_for(session.lotsen.settings)
            report = train(session.lotsen.store, session.now, SEED, step, setup)
    except TooLittleError as error:
        return {"model": None, "promoted": False, "reason": told(error.shortfall, session.words)}
    except InvalidError as error:
        return {"model": None, "promoted": False, "reason": str(error)}
    session.lotsen.triage.refresh()
    return asdict(report)


def _show_tickets(
    session: "Session", done: "TicketImport", training: dict[str, Any] | None, *, dry_run: bool
) -> None:
    from models.message import Fields, Run
    from models.tickets.quality_report import quality_message

    words = session.words
    if dry_run:
        say(words.say("Nothing was written: this was a dry run."))
    pairs = (
        (words.say("Rows"), words.number(done.rows)),
        (
            words.say("Would be imported") if dry_run else words.say("Imported"),
            words.number(done.imported),
        ),
        (words.say("Known already"), words.number(done.duplicates)),
        (words.say("Left out"), words.number(len(done.skipped))),
    )
    show_parts(Fields(tuple((label, (Run(value),)) for label, value in pairs)))
    if done.changed:
        say(
            words.count(
                "{n} known ticket looks different now; it stays as it was imported first.",
                "{n} known tickets look different now; they stay as they were imported first.",
                done.changed,
            )
        )
    show(quality_message(done.quality, words))
    for item in done.skipped[:_SHOWN]:
        hint(words.say("Row {row}: {reason}", row=item.row, reason=item.reason))
    if len(done.skipped) > _SHOWN:
        hint(words.say("… and {n} more; see --json", n=len(done.skipped) - _SHOWN))
    if training is not None:
        show_training(session, training)


def _show_mapping(session: "Session", found: "Tickets") -> None:
    """Show which column becomes what, with values of it, before anything is done."""
    from models.message import Note, Run, Table

    words = session.words
    say(words.say("This is read as {format}:", format=found.source.title))
    header = (words.say("Field"), words.say("Column"), words.say("For example"))
    rows: list[tuple[str, str, str]] = [
        (one.field, one.column, " · ".join(one.samples)) for one in found.preview()
    ]
    rows += [
        (name, "–", words.say("not recognised: --map {field}=COLUMN", field=name))
        for name in _WANTED
        if name not in found.columns
    ]
    show_parts(Table(header, tuple(rows)))
    if found.unused:
        unused = words.say("Not used: {columns}", columns=", ".join(found.unused[:_UNUSED]))
        show_parts(Note((Run(unused),)))


def show_training(session: "Session", training: dict[str, Any]) -> None:
    """Say what a training led to."""
    from models.triage.reasons import told_reason

    words = session.words
    if training["model"] is None:
        say(
            words.say(
                "No model was trained: {reason}", reason=told_reason(training["reason"], words)
            )
        )
        return
    text = words.say(
        "Trained {model} on {n} texts: {accuracy} right on texts it had not seen.",
        model=training["model"],
        n=words.number(training["n"]),
        accuracy=words.percent(training["accuracy"]),
    )
    used = words.say("It is in use now") if training["promoted"] else words.say("It is not used")
    say(f"{text} {used} ({told_reason(training['reason'], words)}).")


def _show_knowledge(session: "Session", done: "ImportReport", *, as_json: bool) -> None:
    if as_json:
        emit(asdict(done))
        return
    words = session.words
    counted = {
        "documents": words.count("{n} document", "{n} documents", done.documents),
        "passages": words.count("{n} passage", "{n} passages", done.passages),
    }
    if done.passages_added == done.passages and not done.passages_removed:
        say(words.say("{documents} and {passages} imported.", **counted))
    else:
        left = done.passages - done.passages_added - done.passages_changed
        text = words.say(
            "{documents}, {passages}: {added} new, {changed} changed, {same} as before, "
            "{removed} taken out.",
            **counted,
            added=words.number(done.passages_added),
            changed=words.number(done.passages_changed),
            same=words.number(left),
            removed=words.number(done.passages_removed),
        )
        say(text)
    if done.unchanged:
        same = words.count(
            "{n} document was unchanged.", "{n} documents were unchanged.", done.unchanged
        )
        say(same)
    for name in done.removed:
        say(words.say("Removed {document}: its file is gone.", document=name))
    for name in done.vanished:
        hint(words.say("The file of {document} is gone; --prune removes it.", document=name))
    for item in done.skipped:
        hint(words.say("Left out {path}: {reason}", path=item.path, reason=item.reason))
