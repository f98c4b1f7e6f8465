"""``lotsen import``: tickets of another system, documents, the starter's articles."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Argument, Option

from bot.cli.command import Result, command, group, tree
from bot.cli.output import Hint, Text, progress, table
from bot.cli.session import SEED, Session
from models import starter as content
from models.desk.setup.imports import ImportOptions, TicketImport, import_tickets
from models.errors import InvalidError
from models.knowledge.documents import about_of
from models.knowledge.library import ImportReport
from models.language import LANGUAGES, Translator
from models.message import Fields, Note, Run
from models.tickets.quality_report import quality_message
from models.tickets.sources.formats import open_tickets
from models.tickets.sources.ticket_file import TicketFile
from models.triage.minimum_training_data import InsufficientTrainingDataError, describe
from models.triage.promotion_reasons import translated_reason
from models.triage.training import setup_for, train

_SHOWN = 10
_UNUSED = 30
FIELDS_HELP = (
    "Where a column's name does not tell; an empty column leaves the field out. Fields: id, text, "
    "title, category, opened_at, first_response_at, resolved_at, closed_at, priority, team, "
    "requester, handling_minutes, reopen_count, reassignment_count, status."
)
_WANTED = ("opened_at", "category", "resolved_at")
"""Fields without which figures or the classifier have little to go by."""

app = tree()
imports = group(app, "import")


@command(imports)
def tickets(
    session: Session,
    file: Annotated[Path, Argument(help="CSV of any encoding and delimiter, or JSON.")],
    mapping: Annotated[
        list[str] | None,
        Option("--map", metavar="FIELD=COLUMN", help=FIELDS_HELP),
    ] = None,
    format_: Annotated[
        str,
        Option("--format", help="auto, csv, jira, zendesk, zammad or freshservice."),
    ] = "auto",
    yes: Annotated[bool, Option("--yes", help="Import without asking.")] = False,
    dry_run: Annotated[
        bool, Option("--dry-run", help="Read and judge everything, write nothing.")
    ] = False,
    no_train: Annotated[
        bool, Option("--no-train", help="Do not train a model afterwards.")
    ] = False,
) -> Iterator[Result]:
    """Import tickets; the same ticket is imported once. A model is trained at the end."""
    wanted = read_mapping(mapping or [])
    lotsen, words = session.lotsen, session.words
    found = open_tickets(file, wanted, lotsen.calendar.zone, format_)
    yield Result(None, _columns(words, found))
    asks = session.is_interactive and not (yes or dry_run)
    if asks and not typer.confirm(words.gettext("Import?")):
        yield Result(None, words.gettext("Nothing was imported."))
        return
    with progress(words.gettext("Importing")) as step:
        options = ImportOptions(session.now, dry_run=dry_run, progress=step)
        done = import_tickets(lotsen.store, lotsen.calendar, found, options)
    training = None if dry_run or no_train else _trained(session, done)
    yield Result(
        {**asdict(done), "training": training, "dry_run": dry_run},
        _imported(words, done, training, dry_run=dry_run),
    )


@command(imports)
def knowledge(
    session: Session,
    sources: Annotated[
        list[str], Argument(metavar="PATH…", help="Files, folders, https addresses.")
    ],
    owner: Annotated[str, Option(help="Who answers for them.")] = "",
    language: Annotated[str, Option(help="sv, en or de; else each text tells.")] = "",
    audience: Annotated[
        str, Option(help="Slack user or group ids that may see them; else everybody.")
    ] = "",
    verified_on: Annotated[str, Option(metavar="DAY", help="When they were checked.")] = "",
    expires_on: Annotated[str, Option(metavar="DAY", help="Not answered after it.")] = "",
    prune: Annotated[
        bool, Option("--prune", help="Take out documents of a folder whose files are gone.")
    ] = False,
) -> Result:
    """Import documents to answer from; one that was imported before is brought up to date.

    What a file says of itself goes before the options.
    """
    of_all = {"owner": owner, "language": language, "audience": audience}
    about = about_of({**of_all, "verified_on": verified_on, "expires_on": expires_on})
    done = session.lotsen.library.import_sources(sources, session.now, about, prune=prune)
    if not done.documents and not done.removed:
        reasons = "; ".join(f"{item.path}: {item.reason}" for item in done.skipped)
        raise InvalidError(f"nothing was imported: {reasons or 'no files were found'}")
    return Result(done, _documents(session.words, done))


@command(imports)
def starter(session: Session) -> Result:
    """Import the articles that come with Lotsen: IT and HR, in three languages."""
    done = session.lotsen.library.import_starter(session.now)
    hints: tuple[str, ...] = ()
    if lacking := content.lacking(content.ARTICLES):
        names = session.words.listing(LANGUAGES[code].name for code in lacking)
        text = session.words.gettext(
            "There are no starter articles in {languages}.", languages=names
        )
        hints = (text,)
    return Result(done, _documents(session.words, done), hints=hints)


def read_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """Read what ``--map`` says, field → column.

    Raises
    ------
    InvalidError
        For what is no pair, or a field named twice.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not name or not equals:
            raise InvalidError(f"--map {pair!r}: write field=column, such as text=Description")
        if name in mapping:
            raise InvalidError(f"--map names the field {name!r} twice")
        mapping[name] = column
    return mapping


def _trained(session: Session, done: TicketImport) -> dict[str, Any]:
    """Train on what is there now; an import is no failure because there is too little."""
    if not done.imported:
        return {"model": None, "promoted": False, "reason": "nothing new was imported"}
    try:
        with progress(session.words.gettext("Training")) as step:
            setup = setup_for(session.settings, session.lotsen.store)
            report = train(session.lotsen.store, session.now, SEED, step, setup)
    except InsufficientTrainingDataError as error:
        return {"model": None, "promoted": False, "reason": describe(error.missing, session.words)}
    except InvalidError as error:
        return {"model": None, "promoted": False, "reason": str(error)}
    session.lotsen.triage.refresh()
    return asdict(report)


def _imported(
    words: Translator, done: TicketImport, training: dict[str, Any] | None, *, dry_run: bool
) -> Iterator[Text]:
    gettext = words.gettext
    if dry_run:
        yield gettext("Nothing was written: this was a dry run.")
    pairs = (
        (gettext("Rows"), done.rows),
        (gettext("Would be imported") if dry_run else gettext("Imported"), done.imported),
        (gettext("Known already"), done.duplicates),
        (gettext("Left out"), len(done.skipped)),
    )
    yield Fields(tuple((label, (Run(words.number(n)),)) for label, n in pairs))
    if done.changed:
        yield words.ngettext(
            "{n} known ticket looks different now; it stays as it was imported first.",
            "{n} known tickets look different now; they stay as they were imported first.",
            done.changed,
        )
    yield quality_message(done.quality, words)
    for item in done.skipped[:_SHOWN]:
        yield Hint(gettext("Row {row}: {reason}", row=item.row, reason=item.reason))
    if len(done.skipped) > _SHOWN:
        yield Hint(gettext("… and {n} more; see --json", n=len(done.skipped) - _SHOWN))
    if training is not None:
        yield training_line(words, training)


def _columns(words: Translator, found: TicketFile) -> Iterator[Text]:
    """Show which column becomes what, with values of it, before anything is done."""
    gettext = words.gettext
    yield gettext("This is read as {format}:", format=found.source.title)
    rows: list[tuple[str, str, str]] = [
        (one.field, one.column, " · ".join(one.samples)) for one in found.preview()
    ]
    rows += [
        (name, "–", gettext("not recognised: --map {field}=COLUMN", field=name))
        for name in _WANTED
        if name not in found.columns
    ]
    yield table((gettext("Field"), gettext("Column"), gettext("For example")), rows)
    if found.unused:
        unused = gettext("Not used: {columns}", columns=", ".join(found.unused[:_UNUSED]))
        yield Note((Run(unused),))


def training_line(words: Translator, training: dict[str, Any]) -> str:
    """Say what a training led to."""
    reason = translated_reason(training["reason"], words)
    if training["model"] is None:
        return words.gettext("No model was trained: {reason}", reason=reason)
    text = words.gettext(
        "Trained {model} on {n} texts: {accuracy} right on texts it had not seen.",
        model=training["model"],
        n=words.number(training["n"]),
        accuracy=words.percent(training["accuracy"]),
    )
    used = (
        words.gettext("It is in use now")
        if training["promoted"]
        else words.gettext("It is not used")
    )
    return f"{text} {used} ({reason})."


def _documents(words: Translator, done: ImportReport) -> Iterator[Text]:
    counted = {
        "documents": words.ngettext("{n} document", "{n} documents", done.documents),
        "passages": words.ngettext("{n} passage", "{n} passages", done.passages),
    }
    if done.passages_added == done.passages and not done.passages_removed:
        yield words.gettext("{documents} and {passages} imported.", **counted)
    else:
        left = done.passages - done.passages_added - done.passages_changed
        yield words.gettext(
            "{documents}, {passages}: {added} new, {changed} changed, {same} as before, "
            "{removed} taken out.",
            **counted,
            added=words.number(done.passages_added),
            changed=words.number(done.passages_changed),
            same=words.number(left),
            removed=words.number(done.passages_removed),
        )
    if done.unchanged:
        yield words.ngettext(
            "{n} document was unchanged.", "{n} documents were unchanged.", done.unchanged
        )
    for name in done.removed:
        yield words.gettext("Removed {document}: its file is gone.", document=name)
    for name in done.vanished:
        yield Hint(
            words.gettext("The file of {document} is gone; --prune removes it.", document=name)
        )
    for item in done.skipped:
        yield Hint(words.gettext("Left out {path}: {reason}", path=item.path, reason=item.reason))
