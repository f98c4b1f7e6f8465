"""Add, rename, merge and retire categories.

Nothing is deleted: tickets keep the category that they had, and a merged one's tickets and
examples teach the one that it went into.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from models.desk.base.form_problems import FieldRefusedError
from models.desk.setup.imported_categories import MOST, key_of
from models.language import LANGUAGES, N_
from models.store.transaction import Store, UnitOfWork
from models.tables import Category, CategoryAct, CategoryChange

BY_LEAD = "lead"
"""Source of the categories that somebody here added or renamed."""
MAX_TITLE = 60


class CategoryRefusedError(FieldRefusedError):
    """A change of a category cannot be made."""


@dataclass(frozen=True, slots=True)
class CategoryEdit:
    """What somebody wants of a category.

    Attributes
    ----------
    key : empty for a new one, whose key follows from its title
    titles : language → title; for an addition or a new name
    into : the key of the category that takes its tickets in
    """

    act: CategoryAct
    key: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    into: str = ""


def decide_category(known: Sequence[Category], edit: CategoryEdit) -> Category:
    """Return the category as it is to be from now on. Pure.

    Raises
    ------
    CategoryRefusedError
        When it cannot be; the message says why.
    """
    rows = {row.key: row for row in known}
    written = {code: " ".join(text.split()) for code, text in edit.titles.items()}
    titles = {code: title for code, title in written.items() if title}
    if edit.act in (CategoryAct.ADD, CategoryAct.RENAME):
        _check_titles(rows, titles, edit.key)
    if edit.act is CategoryAct.ADD:
        return _added(rows, titles)
    row = rows.get(edit.key)
    # One that is out of use may still be merged: so the starter's examples teach the company's.
    if row is None or (not row.active and edit.act is not CategoryAct.MERGE):
        keys = ", ".join(key for key in rows if rows[key].active)
        text = N_("There is no category {key} in use; there are {keys}.")
        raise CategoryRefusedError("standing", text, key=edit.key, keys=keys or "–")
    if edit.act is CategoryAct.RENAME:
        # A new name is no new meaning: what taught it teaches it on.
        return _changed(row, titles={**row.titles, **titles}, source=BY_LEAD)
    if row.active and sum(other.active for other in known) == 1:
        raise CategoryRefusedError("standing", N_("It is the last one: add another one first."))
    into = rows.get(edit.into)
    if edit.act is CategoryAct.MERGE and (into is None or not into.active or into is row):
        text = N_("Choose another category in use to merge it into.")
        raise CategoryRefusedError("into", text)
    merged = edit.into if edit.act is CategoryAct.MERGE else ""
    return _changed(row, active=False, merged_into=merged)


def _check_titles(rows: Mapping[str, Category], titles: Mapping[str, str], own: str) -> None:
    if not titles:
        text = N_("Write a title in at least one language.")
        raise CategoryRefusedError(f"title_{next(iter(LANGUAGES))}", text)
    for code, title in titles.items():
        place = f"title_{code}"
        if len(title) > MAX_TITLE or not key_of(title):
            text = N_("Write a title of letters, {n} characters at most.")
            raise CategoryRefusedError(place, text, n=str(MAX_TITLE))
        for row in rows.values():
            known = row.titles.get(code, "").casefold()
            if row.active and row.key != own and known == title.casefold():
                text = N_("There is a category {title} already.")
                raise CategoryRefusedError(place, text, title=title)


def _added(rows: Mapping[str, Category], titles: Mapping[str, str]) -> Category:
    if sum(row.active for row in rows.values()) >= MOST:
        text = N_("There are {n} categories, as many as a list in Slack can show.")
        raise CategoryRefusedError(f"title_{next(iter(titles))}", text, n=str(MOST))
    name = key_of(titles.get("en") or next(iter(titles.values())))
    key, number = name, 1
    while key in rows:  # a retired one keeps its key, and its tickets
        number += 1
        key = f"{name}_{number}"
    position = max((row.position for row in rows.values()), default=-1) + 1
    return Category(key=key, titles=dict(titles), source=BY_LEAD, position=position)


def _changed(row: Category, **values: object) -> Category:
    return Category(**{**row.model_dump(), **values})


def change_at_terminal(store: Store, edit: CategoryEdit, now: datetime) -> Category:
    """Write a change that the command line asks for.

    Raises
    ------
    CategoryRefusedError
        When it cannot be made.
    """
    with store.begin() as unit:
        return edit_category(unit, edit, now)


def every_category(store: Store) -> tuple[Sequence[Category], Sequence[CategoryChange]]:
    """Return all categories, retired ones too, and what was changed, the oldest first."""
    with store.snapshot() as unit:
        return unit.categories.every(), unit.categories.changes()


def edit_category(unit: UnitOfWork, edit: CategoryEdit, now: datetime, by: str = "") -> Category:
    """Write a change with its history; ``by`` is a pseudonym.

    Raises
    ------
    CategoryRefusedError
        When it cannot be made.
    """
    unit.lock("categories")
    row = decide_category(unit.categories.every(), edit)
    unit.tickets.put_categories([row])
    change = CategoryChange(
        at=now, act=edit.act, key=row.key, into=row.merged_into, titles=row.titles, by=by
    )
    unit.categories.save(change)
    return row
