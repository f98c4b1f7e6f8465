"""The categories in Slack: the lead's list, the form of one, and its fate."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.commands import Ask, ChangeCategory
from models.desk.base.context import DeskContext
from models.desk.base.turn import RefusedError, RequestTurn, use_case
from models.desk.setup.category_changes import (
    CategoryEdit,
    CategoryRefusedError,
    decide_category,
    edit_category,
)
from models.governance.authorization import Action, Subject
from models.language import N_, Translator, in_language
from models.message import Button, Buttons, Heading, Message, Note, Part, Run, Select, Table
from models.store.transaction import UnitOfWork
from models.tables import Category, CategoryAct, CategoryChange

_SUBJECT = Subject("categories")
_LATEST = 5
_DONE: Mapping[CategoryAct, str] = {
    CategoryAct.ADD: N_("{day}: {title} added"),
    CategoryAct.RENAME: N_("{day}: {title} renamed"),
    CategoryAct.MERGE: N_("{day}: {title} merged into {into}"),
    CategoryAct.RETIRE: N_("{day}: {title} retired"),
}


@dataclass(frozen=True, slots=True)
class CategoryForm:
    """What the form of a category needs; ``category`` is None for a new one.

    ``others`` are (key, title) of those that it may be merged into.
    """

    category: Category | None
    others: tuple[tuple[str, str], ...]
    words: Translator


@use_case
def change_category(turn: RequestTurn[ChangeCategory]) -> None:
    """Write what the form says, and show the categories as they are now."""
    _insist(turn)
    try:
        edit_category(turn.unit, _edit_in(turn.command), turn.at, turn.person.id)
    except CategoryRefusedError as refused:
        raise RefusedError((Run(refused.explain(turn.words)),)) from None
    turn.reply(_listed(turn.unit, turn.words))


@use_case
def list_categories(turn: RequestTurn[Ask]) -> None:
    """Show the categories with what changes them."""
    _insist(turn)
    turn.reply(_listed(turn.unit, turn.words))


def _insist(turn: RequestTurn[ChangeCategory] | RequestTurn[Ask]) -> None:
    otherwise = turn.words.rich("Only the IT lead changes the categories. Ask the IT lead.")
    turn.authorize(Action.CHANGE_CATEGORIES, _SUBJECT, otherwise)


def category_form_for(desk: DeskContext, slack_id: str, key: str) -> CategoryForm | None:
    """Return what the form of a category needs where the person may change it, else None."""
    with desk.store.snapshot() as unit:
        principal = desk.principal(unit, slack_id)
        rows = {row.key: row for row in unit.tickets.categories()}
    if not principal.may(Action.CHANGE_CATEGORIES, _SUBJECT) or (key and key not in rows):
        return None
    words = principal.words
    others = tuple((row.key, _title(row.titles, row.key, words)) for row in rows.values())
    return CategoryForm(rows.get(key), tuple(pair for pair in others if pair[0] != key), words)


def check_category(desk: DeskContext, command: ChangeCategory) -> tuple[tuple[str, str], ...]:
    """Return (field, what is wrong with it) before the form is accepted; reads only."""
    with desk.store.snapshot() as unit:
        words = desk.principal(unit, command.user).words
        known = unit.categories.every()
    try:
        decide_category(known, _edit_in(command))
    except CategoryRefusedError as refused:
        return ((refused.field, refused.explain(words)),)
    return ()


def _edit_in(command: ChangeCategory) -> CategoryEdit:
    if not command.key:
        return CategoryEdit(CategoryAct.ADD, titles=command.titles)
    if command.into:
        return CategoryEdit(CategoryAct.MERGE, command.key, into=command.into)
    act = CategoryAct.RETIRE if command.retire else CategoryAct.RENAME
    return CategoryEdit(act, command.key, titles=command.titles)


def _listed(unit: UnitOfWork, words: Translator) -> Message:
    entries = tuple(
        (row.key, _title(row.titles, row.key, words)) for row in unit.tickets.categories()
    )
    title = words.gettext("Categories")
    header = (words.gettext("Category"), words.gettext("Key"))
    change = words.gettext("Rename, merge or retire …")
    add = Button("category_add", words.gettext("Add a category"), "")
    parts: list[Part] = [
        Heading(title),
        Table(header, tuple((name, key) for key, name in entries)),
        Buttons("categories:add", (add,)),
        Select("categories:change", "category_change", change, entries),
    ]
    latest = [_change_line(row, unit, words) for row in unit.categories.changes()[-_LATEST:]]
    if latest:
        parts.append(Note((Run("\n".join(reversed(latest))),)))
    return Message(f"{title}: {words.number(len(entries))}", tuple(parts))


def _change_line(change: CategoryChange, unit: UnitOfWork, words: Translator) -> str:
    into = unit.tickets.category(change.into)
    return words.gettext(
        _DONE[change.act],
        day=words.day(change.at.date()),
        title=_title(change.titles, change.key, words),
        into=_title(into.titles, into.key, words) if into else "",
    )


def _title(titles: Mapping[str, str], key: str, words: Translator) -> str:
    return in_language(titles, words.language) or key
