"""``lotsen knowledge``: what is answered from, and how a document is taken out."""

from typing import Annotated

from typer import Argument, Option

from bot.cli import feedback
from bot.cli.arguments import as_text
from bot.cli.command import Result, command, group, tree
from bot.cli.output import Hint, Text, fields_of, table
from bot.cli.session import Session
from models.message import Heading, Note, Run, Verbatim
from models.tables import Article

app = tree()
knowledge = group(app, "knowledge")
Name = Annotated[str, Argument(metavar="DOCUMENT", help="Its name, as list shows it.")]
_FIELDS = (
    *("id", "kind", "title", "address", "page", "answer", "language", "url", "owner"),
    *("audience", "verified_on", "expires_on", "imported_at"),
)


@command(knowledge, "list")
def list_(session: Session) -> Result:
    """List the documents: passages, owner, who may see them, until when they hold."""
    words, gettext = session.words, session.words.gettext
    documents = session.lotsen.library.documents()
    rows = (
        (
            item.document,
            words.number(item.passages),
            ", ".join(item.languages),
            item.owner or "–",
            ", ".join(item.audience) or gettext("everybody"),
            words.day(item.verified_on) if item.verified_on else "–",
            words.day(item.expires_on) if item.expires_on else "–",
        )
        for item in documents
    )
    header = (
        *(gettext("Document"), gettext("Passages"), gettext("Language"), gettext("Owner")),
        *(gettext("Audience"), gettext("Verified"), gettext("Expires")),
    )
    empty = gettext("There are no documents yet: lotsen import knowledge PATH")
    return Result({"documents": documents}, table(header, rows, empty))


@command(knowledge)
def show(session: Session, document: Name) -> Result:
    """Show what stands in a document, passage by passage, each with its address."""
    articles = session.lotsen.library.articles(as_text(document))
    passages = [fields_of(article, *_FIELDS) for article in articles]
    return Result({"document": document, "passages": passages}, map(_as_text, articles))


@command(knowledge)
def remove(
    session: Session,
    document: Name,
    vacuum: Annotated[
        bool, Option("--vacuum", help="Also overwrite its bytes in the database's files.")
    ] = False,
) -> Result:
    """Take a document out of every use; answers that Slack shows already stay there."""
    done = session.lotsen.library.remove(as_text(document), session.now, vacuum=vacuum)
    words = session.words
    passages = words.ngettext("{n} passage", "{n} passages", done.passages)
    text: list[Text] = [
        words.gettext("Removed {document}: {passages}.", document=document, passages=passages)
    ]
    if done.answers_given:
        left = words.ngettext(
            "{n} question was answered from it; that post stays in Slack.",
            "{n} questions were answered from it; those posts stay in Slack.",
            done.answers_given,
        )
        text.append(Hint(left))
    return Result(done, text)


def _as_text(article: Article) -> Text:
    about = (f"#{article.id}", article.address, article.owner, ", ".join(article.audience))
    note = Note((Run(" · ".join(part for part in about if part)),))
    return Heading(article.title), Verbatim(article.answer), note


knowledge.add_typer(feedback.app)
