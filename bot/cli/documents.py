"""``lotsen documents``: notices, records and briefs, filled in from what Lotsen knows."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from bot.cli.arguments import known_language
from bot.cli.command import Result, command, group, tree
from bot.cli.output import Hint, Raw, Text, fields_of, table, write_file
from bot.cli.session import Session
from models.desk.surveys.notices import notice_counts, publish
from models.errors import InvalidError
from models.language import Language, words_for
from models.reports.documents import catalogue
from models.reports.documents.catalogue import document_of
from models.reports.documents.company import wording_file
from models.reports.documents.declaration import template as text_of
from models.reports.documents.reading import read_document
from models.reports.documents.writing import FilledDocument, markdown
from models.reports.pdf import PdfPage, pdf
from models.tables import ChangeNotice

app = tree()
documents = group(app, "documents")

Kind = Annotated[str, Argument(metavar="KIND", help="As in: lotsen documents list.")]
Spoken = Annotated[
    str | None,
    Option(
        "--language",
        metavar="CODE",
        help="Such as sv; the company's own unless named.",
        callback=known_language,
    ),
]


@command(documents, "list")
def list_(session: Session, language: Spoken = None) -> Result:
    """List the documents, for whom each is, and how much is still to be filled in."""
    spoken = language or session.words.language
    words, gettext = words_for(spoken), words_for(spoken).gettext
    known = catalogue.documents()
    found = {kind: _written(session, kind, spoken) for kind in known}
    listed = [
        {"kind": kind, "title": one.title, "to_fill_in": len(one.missing)}
        for kind, one in found.items()
    ]
    rows = (
        (kind, one.title, gettext(known[kind].about), words.number(len(one.missing)))
        for kind, one in found.items()
    )
    header = (gettext("Document"), gettext("Title"), gettext("For whom"), gettext("To fill in"))
    return Result({"documents": listed}, table(header, rows))


@command(documents)
def show(session: Session, kind: Kind, language: Spoken = None) -> Result:
    """Show a document as it is today."""
    spoken = language or session.words.language
    written = _written(session, kind, spoken)
    json = {
        "kind": document_of(kind).kind,
        "language": spoken,
        "title": written.title,
        "markdown": markdown(written.parts),
        "to_fill_in": [{"what": one.told, "where": one.where} for one in written.missing],
    }
    return Result(json, written.message)


@command(documents, with_json=False)
def template(session: Session, kind: Kind, language: Spoken = None) -> Result:
    """Print a document's text with its {names}, to be changed and kept as the company's own."""
    spoken = language or session.words.language
    document = document_of(kind)
    kept = f"LOTSEN_HOME/{wording_file(document, spoken).as_posix()}"
    hint = session.words.gettext("Keep it as {file}", file=kept)
    return Result(None, Raw(text_of(document, words_for(spoken))), hints=(hint,))


@command(documents, with_json=False)
def write(
    session: Session,
    kind: Kind,
    file: Annotated[Path, Argument(metavar="FILE", help="Ends with .md or .pdf.")],
    language: Spoken = None,
) -> Result:
    """Write a document as it is today, as Markdown or PDF."""
    if file.suffix.lower() not in (".md", ".pdf"):
        raise InvalidError(f"{file}: end the name with .md or .pdf")
    spoken = language or session.words.language
    written = _written(session, kind, spoken)
    if file.suffix.lower() == ".md":
        content = markdown(written.parts).encode()
    else:
        content = pdf([PdfPage(written.parts)], written.title, spoken)
    write_file(file, content)
    gettext = session.words.gettext
    missing: list[Text] = [
        Hint(f"{gettext('to fill in: {what}', what=one.told)} ({one.where})")
        for one in written.missing
    ]
    return Result(None, [str(file), *missing])


@command(documents)
def post(
    session: Session,
    kind: Annotated[str, Argument(metavar="KIND")] = "change_notice",
    language: Spoken = None,
) -> Result:
    """Post a document in the help channel; who has read it says so, and only the number is kept."""
    store, spoken = session.lotsen.store, language or session.words.language
    written = _written(session, kind, spoken)
    channel = next(iter(session.settings.lotsen_help_channel), "")
    known = document_of(kind).kind
    notice = ChangeNotice(document=known, language=spoken, posted_on=session.today, at=session.now)
    number = publish(store, written, notice, channel)
    return Result(
        {"notice": number, "document": known, "channel": channel},
        session.words.gettext("Queued for {channel}; the bot posts it.", channel=channel),
    )


@command(documents)
def notices(session: Session) -> Result:
    """Show what was posted, and how many have read it."""
    words, gettext = session.words, session.words.gettext
    found, people = (
        notice_counts(session.lotsen.store),
        session.settings.headcount.on(session.today),
    )
    rows = (
        (
            str(one.id),
            one.document,
            words.day(one.posted_on),
            gettext("{n} of {all}", n=words.number(one.read), all=words.number(people))
            if people
            else words.number(one.read),
        )
        for one in found
    )
    header = (gettext("No."), gettext("Document"), gettext("Posted on"), gettext("Read by"))
    listed = [fields_of(one, "id", "document", "posted_on", "read") for one in found]
    return Result(
        {"people": people, "notices": listed},
        table(header, rows, gettext("Nothing was posted yet.")),
    )


def _written(session: Session, kind: str, language: Language) -> FilledDocument:
    return read_document(session.lotsen.store, session.settings, kind, language, session.today)
