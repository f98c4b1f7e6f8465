"""``lotsen categories``: add, rename, merge and retire what a ticket can be."""

from typing import Annotated

from typer import Argument, Option

from bot.cli.command import Result, command, group, tree
from bot.cli.output import table
from bot.cli.session import Session
from models.desk.setup.category_changes import CategoryEdit, change_at_terminal, every_category
from models.errors import InvalidError
from models.language import LANGUAGES, in_language
from models.tables import Category, CategoryAct

app = tree()
categories = group(app, "categories")

Key = Annotated[str, Argument(help="The category's key: see lotsen categories list.")]
Titles = Annotated[
    list[str],
    Argument(
        metavar="TITLE...",
        help="One for all languages, or several such as sv=Skrivare en=Printers de=Drucker.",
    ),
]


@command(categories, "list")
def list_(
    session: Session,
    everything: Annotated[bool, Option("--all", help="Retired ones and the history too.")] = False,
) -> Result:
    """List the categories in use."""
    gettext, language = session.words.gettext, session.words.language
    known, changes = every_category(session.lotsen.store)
    rows = [row for row in known if row.active or everything]
    history = [row.model_dump() for row in changes] if everything else []
    header = (gettext("Key"), gettext("Category"), gettext("From"), gettext("State"))
    lines = [
        (row.key, in_language(row.titles, language), row.source, _state(session, row))
        for row in rows
    ]
    text = table(header, lines, gettext("There is none."))
    return Result({"categories": [row.model_dump() for row in rows], "history": history}, text)


@command(categories)
def add(session: Session, titles: Titles) -> Result:
    """Add a category; its key follows from its title."""
    return _edited(session, CategoryEdit(CategoryAct.ADD, titles=_titles(titles)))


@command(categories)
def rename(session: Session, key: Key, titles: Titles) -> Result:
    """Give a category another title; its key, tickets and examples stay."""
    return _edited(session, CategoryEdit(CategoryAct.RENAME, key, _titles(titles)))


@command(categories)
def merge(session: Session, key: Key, into: Key) -> Result:
    """Merge a category into another: its tickets and examples teach that one."""
    return _edited(session, CategoryEdit(CategoryAct.MERGE, key, into=into))


@command(categories)
def retire(session: Session, key: Key) -> Result:
    """Take a category out of use: nobody is offered it, and no model predicts it."""
    return _edited(session, CategoryEdit(CategoryAct.RETIRE, key))


def _edited(session: Session, edit: CategoryEdit) -> Result:
    row = change_at_terminal(session.lotsen.store, edit, session.now)
    title = in_language(row.titles, session.words.language)
    text = session.words.gettext(
        "{title} ({key}): {state}", title=title, key=row.key, state=_state(session, row)
    )
    hint = session.words.gettext("The model learns it at its next training: lotsen train.")
    return Result({"category": row.model_dump(), "act": edit.act.value}, text, hints=(hint,))


def _state(session: Session, row: Category) -> str:
    gettext = session.words.gettext
    if row.active:
        return gettext("in use")
    if row.merged_into:
        return gettext("merged into {category}", category=row.merged_into)
    return gettext("retired")


def _titles(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if all(code in LANGUAGES and sign for code, sign, _ in pairs):
        return {code: title for code, _, title in pairs}
    if len(given) > 1:
        codes = ", ".join(f"{code}=…" for code in LANGUAGES)
        raise InvalidError(f"write one title in quotes, or one for each language: {codes}")
    return dict.fromkeys(LANGUAGES, given[0])
