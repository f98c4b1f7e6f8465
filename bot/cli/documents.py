"""``lotsen documents``: notices, records and briefs, filled in from what Lotsen knows."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.arguments import Json, known_language
from bot.cli.output import emit, hint, say, show, show_parts, write_file
from models.errors import InvalidError

if TYPE_CHECKING:
    from bot.cli.session import Session
    from models.desk.notices import Read
    from models.language import Language
    from models.reports.documents.writing import Written

documents = typer.Typer(
    help="AI notice, employee notice, DPIA screening and more, with the facts filled in.",
    no_args_is_help=True,
)

Kind = Annotated[str, typer.Argument(metavar="KIND", help="As in: lotsen documents list.")]
Spoken = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="CODE",
        help="Such as sv; the company's own unless named.",
        callback=known_language,
    ),
]


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    app.add_typer(documents, name="documents")


@documents.command("list")
def list_(language: Spoken = None, as_json: Json = False) -> None:
    """List the documents, for whom each is, and how much is still to be filled in."""
    from bot.cli.session import opened
    from models.language import words_for
    from models.message import Table
    from models.reports.documents.catalogue import documents as known

    with opened() as session:
        spoken = language or session.words.language
        words = words_for(spoken)
        found = {kind: _written(session, kind, spoken) for kind in known()}
        if as_json:
            emit(
                {
                    "documents": [
                        {"kind": kind, "title": one.title, "to_fill_in": len(one.missing)}
                        for kind, one in found.items()
                    ]
                }
            )
            return
        header = (
            words.say("Document"),
            words.say("Title"),
            words.say("For whom"),
            words.say("To fill in"),
        )
        rows = tuple(
            (kind, one.title, words.say(known()[kind].about), words.number(len(one.missing)))
            for kind, one in found.items()
        )
        show_parts(Table(header, rows))


@documents.command("show")
def show_(kind: Kind, language: Spoken = None, as_json: Json = False) -> None:
    """Show a document as it is today."""
    from bot.cli.session import opened
    from models.reports.documents.catalogue import document_of
    from models.reports.documents.writing import markdown

    with opened() as session:
        spoken = language or session.words.language
        written = _written(session, kind, spoken)
        if as_json:
            missing = [{"what": one.told, "where": one.where} for one in written.missing]
            text = markdown(written.parts)
            emit(
                {
                    "kind": document_of(kind).kind,
                    "language": spoken,
                    "title": written.title,
                    "markdown": text,
                    "to_fill_in": missing,
                }
            )
        else:
            show(written.message)


@documents.command()
def template(kind: Kind, language: Spoken = None) -> None:
    """Print a document's text with its {names}, to be changed and kept as the company's own."""
    from bot.cli.session import opened
    from models.language import words_for
    from models.reports.documents.catalogue import document_of
    from models.reports.documents.company import wording_file
    from models.reports.documents.declaration import template as text_of

    with opened() as session:
        spoken = language or session.words.language
        document = document_of(kind)
        print(text_of(document, words_for(spoken)), end="")
        kept = f"LOTSEN_HOME/{wording_file(document, spoken).as_posix()}"
        hint(session.words.say("Keep it as {file}", file=kept))


@documents.command()
def write(
    kind: Kind,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Ends with .md or .pdf.")],
    language: Spoken = None,
) -> None:
    """Write a document as it is today, as Markdown or PDF."""
    from bot.cli.session import opened
    from models.reports.documents.writing import markdown

    if file.suffix.lower() not in (".md", ".pdf"):
        raise InvalidError(f"{file}: end the name with .md or .pdf")
    with opened() as session:
        spoken = language or session.words.language
        written = _written(session, kind, spoken)
        if file.suffix.lower() == ".md":
            content = markdown(written.parts).encode()
        else:
            from models.reports.pdf import Page, pdf

            content = pdf([Page(written.parts)], written.title, spoken)
        write_file(file, content)
        say(str(file))
        for one in written.missing:
            hint(f"{session.words.say('to fill in: {what}', what=one.told)} ({one.where})")


@documents.command()
def post(
    kind: Annotated[str, typer.Argument(metavar="KIND")] = "change_notice",
    language: Spoken = None,
    as_json: Json = False,
) -> None:
    """Post a document in the help channel; who has read it says so, and only the number is kept."""
    from bot.cli.session import opened
    from models.desk.notices import publish
    from models.reports.documents.catalogue import document_of

    with opened() as session:
        lotsen, spoken = session.lotsen, language or session.words.language
        written = _written(session, kind, spoken)
        channel = next(iter(lotsen.settings.lotsen_help_channel), "")
        known = document_of(kind).kind
        number = publish(lotsen.store, written, known, spoken, channel, session.today, session.now)
        if as_json:
            emit({"notice": number, "document": known, "channel": channel})
        else:
            say(session.words.say("Queued for {channel}; the bot posts it.", channel=channel))


@documents.command()
def notices(as_json: Json = False) -> None:
    """Show what was posted, and how many have read it."""
    from bot.cli.session import opened
    from models.desk.notices import readings
    from models.message import Table

    with opened() as session:
        found, words = readings(session.lotsen.store), session.words
        people = session.lotsen.settings.lotsen_people
        if as_json:
            emit({"people": people, "notices": [_read(one) for one in found]})
            return
        if not found:
            say(words.say("Nothing was posted yet."))
            return
        header = (
            words.say("No."),
            words.say("Document"),
            words.say("Posted on"),
            words.say("Read by"),
        )
        rows = tuple(
            (
                str(one.id),
                one.document,
                words.day(one.posted_on),
                words.say("{n} of {all}", n=words.number(one.read), all=words.number(people))
                if people
                else words.number(one.read),
            )
            for one in found
        )
        show_parts(Table(header, rows))


def _read(one: "Read") -> dict[str, object]:
    return {
        "id": one.id,
        "document": one.document,
        "posted_on": one.posted_on.isoformat(),
        "read": one.read,
    }


def _written(session: "Session", kind: str, language: "Language") -> "Written":
    from models.reports.documents.reading import read_document

    lotsen = session.lotsen
    return read_document(lotsen.store, lotsen.settings, kind, language, session.today)
