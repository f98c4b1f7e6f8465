"""Who was erased, kept beside the database: a copy that is put back must not bring them back.

The file holds pseudonyms alone, one a line. A copy of the database holds nothing of the people
who were erased after it was made; on PostgreSQL, or where the database is damaged, nothing else
does either.
"""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from models.errors import UnavailableError
from models.settings import Settings
from models.store import sqlite_file
from models.store.transaction import Store

NAME = "erased"


def remembered(settings: Settings) -> set[str]:
    """Return the pseudonyms that the file holds."""
    file = settings.lotsen_home / NAME
    try:
        return set(file.read_text("ascii").split()) if file.is_file() else set()
    except (OSError, ValueError) as error:
        raise UnavailableError(f"{file}: cannot be read ({error})") from error


def remember(settings: Settings, store: Store) -> set[str]:
    """Write down who is erased in the database; return all who ever were.

    Raises
    ------
    UnavailableError
        When the file cannot be read or written.
    """
    with store.snapshot() as unit:
        known = set(unit.erasure.erased())
    before = remembered(settings)
    if not known <= before:
        _write(settings.lotsen_home / NAME, known | before)
    return known | before


def erase_again(settings: Settings, store: Store, now: datetime) -> int:
    """Erase whom the database knows again, because it was put back; return how many that are.

    Raises
    ------
    UnavailableError
        When the file cannot be read or written.
    """
    return erase(store, remember(settings, store), now)


def erase(store: Store, people: Iterable[str], now: datetime) -> int:
    """Empty what a database holds of people, by their pseudonyms; return of how many."""
    with store.begin() as unit:
        found = [unit.people.get(one) for one in sorted(people)]
        back = [person for person in found if person is not None and person.erased_at is None]
        for person in back:
            unit.erasure.empty(unit.erasure.whose(person), now)
    if back:
        sqlite_file.overwrite_deleted(store)
    return len(back)


def _write(file: Path, people: Iterable[str]) -> None:
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as new:
            new.write("".join(f"{one}\n" for one in sorted(people)))
            new.flush()
            os.fsync(new.fileno())
        part.replace(file)
    except OSError as error:
        raise UnavailableError(f"cannot write {file}: {error}") from error
