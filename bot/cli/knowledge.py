"""``lotsen knowledge``: what is answered from, and how a document is taken out."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import feedback
from bot.cli.arguments import Json, as_text
from bot.cli.output import emit, hint, say, show_parts

if TYPE_CHECKING:
    from bot.cli.session import Session
    from models.knowledge.library import Listed
    from models.tables import Article

group = typer.Typer(help="The documents that questions are answered from.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its name, as list shows it.")]
_SHOWN = (
    *("id", "kind", "title", "address", "page", "answer", "language", "url", "owner"),
    *("audience", "verified_on", "expires_on", "imported_at"),
)


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    feedback.register(group)
    app.add_typer(group, name="knowledge")


@group.command("list")
def list_(as_json: Json = False) -> None:
    """List the documents: passages, owner, who may see them, until when they hold."""
    from bot.cli.session import opened

    with opened() as session:
        documents = session.lotsen.library.documents()
        if as_json:
            emit({"documents": [asdict(item) for item in documents]})
        elif documents:
            _show_list(session, documents)
        else:
            say(session.words.say("There are no documents yet: lotsen import knowledge PATH"))


@group.command()
def show(document: Name, as_json: Json = False) -> None:
    """Show what stands in a document, passage by passage, each with its address."""
    from bot.cli.session import opened

    with opened() as session:
        articles = session.lotsen.library.articles(as_text(document))
        if as_json:
            emit({"document": document, "passages": [_as_json(article) for article in articles]})
            return
        for article in articles:
            _show_article(article)


@group.command()
def remove(
    document: Name,
    vacuum: Annotated[
        bool, typer.Option("--vacuum", help="Also overwrite its bytes in the database's files.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take a document out of every use; answers that Slack shows already stay there."""
    from bot.cli.session import opened

    with opened() as session:
        done = session.lotsen.library.remove(as_text(document), session.now, vacuum=vacuum)
        if as_json:
            emit(asdict(done))
            return
        words = session.words
        passages = words.count("{n} passage", "{n} passages", done.passages)
        say(words.say("Removed {document}: {passages}.", document=document, passages=passages))
        if done.answers_given:
            hint(
                words.count(
                    "{n} question was answered from it; that post stays in Slack.",
                    "{n} questions were answered from it; those posts stay in Slack.",
                    done.answers_given,
                )
            )


def _show_list(session: "Session", documents: "tuple[Listed, ...]") -> None:
    from models.message import Table

    words = session.words
    header = (
        words.say("Document"),
        words.say("Passages"),
        words.say("Language"),
        words.say("Owner"),
        words.say("Audience"),
        words.say("Verified"),
        words.say("Expires"),
    )
    rows = tuple(
        (
            item.document,
            words.number(item.passages),
            ", ".join(item.languages),
            item.owner or "–",
            ", ".join(item.audience) or words.say("everybody"),
            words.day(item.verified_on) if item.verified_on else "–",
            words.day(item.expires_on) if item.expires_on else "–",
        )
        for item in documents
    )
    show_parts(Table(header, rows))


def _show_article(article: "Article") -> None:
    from models.message import Heading, Note, Run, Verbatim

    told = (f"#{article.id}", article.address, article.owner, ", ".join(article.audience))
    note = Note((Run(" · ".join(part for part in told if part)),))
    show_parts(Heading(article.title), Verbatim(article.answer), note)


def _as_json(article: "Article") -> dict[str, Any]:
    return {name: getattr(article, name) for name in _SHOWN}
