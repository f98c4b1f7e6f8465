"""The database as those see it who keep it: its step, its copy, its health."""

import shutil
import stat
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.errors import InvalidError, UnavailableError
from models.settings import Settings
from models.store import migration, sqlite_file
from models.store.transaction import Store
from models.upkeep.erased import erase, remembered

SAFE = {"journal_mode": "wal", "synchronous": "FULL", "foreign_keys": "1"}
"""What a SQLite database must be set to."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The step a database is at, and the newest that this version knows.

    ``is_supported`` says whether this version can work on a database that a newer one
    brought further.
    """

    database: str
    newest: str
    is_supported: bool = False

    @property
    def at_head(self) -> bool:
        return self.database == self.newest


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup: its file, its size, and what SQLite's check of it said."""

    file: Path
    size: int
    integrity: str


@dataclass(frozen=True, slots=True)
class FileHealth:
    """How a SQLite file is; sizes in bytes. ``unsafe`` names settings that are not as they must be."""

    file: Path
    integrity: str
    unsafe: tuple[str, ...]
    size: int
    free: int


def open_store(settings: Settings) -> Store:
    """Open the database of the settings as it is, without migrating it.

    Raises
    ------
    InvalidError
        When its address is wrong.
    UnavailableError
        When it does not answer.
    """
    return sqlite_file.open_checked(settings.database_url)


class DatabaseAdmin:
    """Looks after the database of the settings; opening it changes no table.

    Raises
    ------
    InvalidError
        When the database's address is wrong.
    UnavailableError
        When it does not answer.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.store = open_store(settings)

    def steps(self) -> Steps:
        """Return where the database stands."""
        return Steps(*migration.status(self.store), migration.is_supported(self.store))

    def up(self) -> Steps:
        """Bring the database to the newest step."""
        migration.upgrade(self.store)
        return self.steps()

    def down(self, now: datetime, *, sure: bool) -> tuple[Steps, Path | None]:
        """Take back the latest step, which removes what only that step has room for.

        A SQLite database is copied into the home folder first.

        Returns
        -------
        The step reached, and the copy that was made.

        Raises
        ------
        InvalidError
            Without any step, and on PostgreSQL unless ``sure``.
        """
        before = self.steps().database
        if not before:
            raise InvalidError("there is no step to take back: the database has no tables")
        saved = None
        if sqlite_file.file_of(self.store.url) is not None:
            name = f"lotsen-{before}-{now:%Y%m%dT%H%M%S}.db"
            saved = back_up(self._settings, self._settings.lotsen_home / name).file
        elif not sure:
            raise InvalidError(
                "taking back a step removes data: make a copy with pg_dump, then add --yes"
            )
        migration.downgrade(self.store)
        return self.steps(), saved

    def health(self) -> FileHealth | None:
        """Return how the SQLite file is; None on PostgreSQL.

        Raises
        ------
        UnavailableError
            When it cannot be read.
        """
        file = sqlite_file.file_of(self.store.url)
        if file is None:
            return None
        found = sqlite_file.pragmas(self.store)
        unsafe = (f"{name}={found[name]}" for name, value in SAFE.items() if found[name] != value)
        parts = (file, file.with_name(file.name + "-wal"))
        return FileHealth(
            file=file,
            integrity=sqlite_file.integrity(file),
            unsafe=tuple(unsafe),
            size=sum(part.stat().st_size for part in parts if part.is_file()),
            free=shutil.disk_usage(file.parent).free,
        )

    def close(self) -> None:
        self.store.close()


def back_up(settings: Settings, target: Path, *, overwrite: bool = False) -> Backup:
    """Copy the SQLite database into ``target`` while it is in use, and check the copy.

    Raises
    ------
    InvalidError
        On PostgreSQL; when there is no database yet; when ``target`` exists.
    UnavailableError
        When it cannot be written, or the copy is damaged.
    """
    source = sqlite_file.file_of(settings.database_url)
    if source is None:
        raise InvalidError(
            "this is a PostgreSQL database: back it up with its own tool, "
            "pg_dump --format=custom --file=FILE, and restore it with pg_restore"
        )
    if not source.is_file():
        raise InvalidError(f"there is no database at {source}: check LOTSEN_HOME")
    _require_writable(source, target, overwrite=overwrite)
    said = sqlite_file.copy_checked(source, target)
    return Backup(target, target.stat().st_size, said)


@dataclass(frozen=True, slots=True)
class Restored:
    """A database that was put back.

    ``before`` is where the one that stood there was moved to; ``erased`` counts the people
    who were erased since the backup was made, and now again.
    """

    file: Path
    before: Path | None
    step: str
    erased: int


def restore(settings: Settings, source: Path, now: datetime) -> Restored:
    """Put a backup in the place of the SQLite database; nothing is lost, that one is moved.

    Those who were erased since are erased in the backup's data too.

    Raises
    ------
    InvalidError
        On PostgreSQL; when ``source`` is no sound backup of this or an older version; when
        Lotsen is running.
    UnavailableError
        When a file cannot be read or written.
    """
    target = sqlite_file.file_of(settings.database_url)
    if target is None:
        raise InvalidError(
            "this is a PostgreSQL database: restore it with its own tool, pg_restore FILE"
        )
    _require_backup(source, target)
    erased = remembered(settings) | (_erased_in(target) if target.is_file() else set())
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        sqlite_file.copy(source, part)
        part.chmod(stat.S_IRUSR | stat.S_IWUSR)
        again = _bring_up_to_date(part, erased, now)
        before = _move_aside(target, now)
        part.replace(target)
    except OSError as error:
        raise UnavailableError(f"cannot write {target}: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    keeper = DatabaseAdmin(settings)
    try:
        return Restored(target, before, keeper.steps().database, again)
    finally:
        keeper.close()


def _require_backup(source: Path, target: Path) -> None:
    if not source.is_file():
        raise InvalidError(f"there is no file {source}")
    if target.exists() and source.resolve() == target.resolve():
        raise InvalidError(f"{source} is the database itself: name a backup of it")
    try:
        said = sqlite_file.integrity(source)
    except UnavailableError as error:
        raise InvalidError(f"{error}: it is no backup made by lotsen backup") from error
    if said != "ok":
        raise InvalidError(f"{source} is damaged: {said}")


def _erased_in(file: Path) -> set[str]:
    """Return who was erased in a database that nobody else has open; nobody in a damaged one."""
    try:
        if not sqlite_file.is_alone(file):
            raise InvalidError("Lotsen is running on this database: stop it first")
        if {sqlite_file.first_look(file), sqlite_file.integrity(file)} != {"ok"}:
            return set()
    except UnavailableError:
        return set()
    store = Store(f"sqlite:///{file}")
    try:
        with store.snapshot() as unit:
            return set(unit.erasure.erased())
    finally:
        store.close()


def _bring_up_to_date(file: Path, erased: Collection[str], now: datetime) -> int:
    store = Store(f"sqlite:///{file}")
    try:
        migration.upgrade(store)
        again = erase(store, erased, now)
    finally:
        store.close()
    sqlite_file.is_alone(file)  # folds its log into the file
    return again


def _move_aside(target: Path, now: datetime) -> Path | None:
    if not target.is_file():
        return None
    before = target.with_name(f"{target.stem}-before-{now:%Y%m%dT%H%M%S}{target.suffix}")
    target.replace(before)
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    return before


def _require_writable(source: Path, target: Path, *, overwrite: bool) -> None:
    if target.is_dir():
        raise InvalidError(f"{target} is a folder: name a file in it")
    if not target.parent.is_dir():
        raise InvalidError(f"there is no folder {target.parent}: make it, or name another")
    if not target.exists():
        return
    if target.resolve() == source.resolve():
        raise InvalidError(f"{target} is the database itself: name another file")
    if target.stat().st_size and not overwrite:
        raise InvalidError(f"{target} exists already: name another file, or add --overwrite")
