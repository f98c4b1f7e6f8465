"""The file behind a SQLite database: copied while it is in use, and checked."""

import sqlite3
import stat
from collections import Counter
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from models.errors import InvalidError, UnavailableError
from models.store.erasure import WHOSE
from models.store.spool import Spool
from models.store.transaction import Store

# How many pages the file has stands in its first 100 bytes: https://sqlite.org/fileformat.html
_HEAD, _PAGES = 100, slice(28, 32)
_SYNCHRONOUS = {"0": "OFF", "1": "NORMAL", "2": "FULL", "3": "EXTRA"}


def file_of(url: str) -> Path | None:
    """Return the file of a SQLite database; None for PostgreSQL and for memory.

    Raises
    ------
    InvalidError
        When ``url`` is no address of a database.
    """
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise InvalidError(
            "LOTSEN_DATABASE_URL is no address of a database: leave it empty for SQLite, or write "
            "postgresql://user:password@host/database"
        ) from error
    name = address.database or ""
    is_file = address.get_backend_name() == "sqlite" and name not in ("", ":memory:")
    return Path(name) if is_file else None


def pragmas(store: Store) -> dict[str, str]:
    """Return the settings that keep data safe, by name, as SQLite knows them."""
    with store.engine.connect() as connection:
        found = {
            name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    return {**found, "synchronous": _SYNCHRONOUS.get(found["synchronous"], found["synchronous"])}


def first_look(file: Path) -> str:
    """Return ``ok``, or what is wrong with a file at first sight; that takes milliseconds.

    Raises
    ------
    UnavailableError
        When it cannot be read at all.
    """
    try:
        with closing(_read_only(file)) as database:
            (size,) = database.execute("PRAGMA page_size").fetchone()
            if not database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                return "it holds no table"
        with file.open("rb") as opened:
            head = opened.read(_HEAD)
    except (sqlite3.Error, OSError) as error:
        raise UnavailableError(f"{file}: cannot be read ({error})") from error
    pages = int.from_bytes(head[_PAGES], "big")
    return "it is cut short" if file.stat().st_size < pages * size else "ok"


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def integrity(file: Path) -> str:
    """Return ``ok``, or what is wrong with the file.

    Raises
    ------
    UnavailableError
        When it cannot be read at all.
    """
    try:
        with closing(_read_only(file)) as database:
            found = database.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.Error as error:
        raise UnavailableError(f"{file}: cannot be read ({error})") from error
    return "; ".join(str(row[0]) for row in found[:5])


class Contents(NamedTuple):
    """What a file holds: its step, rows by table, and the SHA-256 of all rows of all tables."""

    step: str
    rows: dict[str, int]
    sha256: str


def contents(file: Path) -> Contents:
    """Read a whole file of Lotsen, whatever its step is.

    Raises
    ------
    UnavailableError
        When it cannot be read, or is no database of Lotsen.
    """
    whole, rows = sha256(), Counter[str]()
    try:
        with closing(_read_only(file)) as database:
            (step,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
            for line in database.iterdump():
                whole.update(line.encode())
                if line.startswith(_ROW):
                    rows[line.removeprefix(_ROW).partition('"')[0]] += 1
    except (sqlite3.Error, TypeError) as error:
        raise UnavailableError(f"{file}: is no database of Lotsen ({error})") from error
    return Contents(step, dict(rows), whole.hexdigest())


_ROW = 'INSERT INTO "'


def copy(source: Path, target: Path) -> None:
    """Copy a database to a new file while others read and write it.

    The copy is one file that needs no other beside it.

    Raises
    ------
    UnavailableError
        When one of them cannot be read or written.
    """
    try:
        with (
            closing(_read_only(source)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise UnavailableError(f"cannot copy {source} to {target}: {error}") from error


def copy_checked(source: Path, target: Path) -> str:
    """Copy a database for its owner alone, check the copy, and put it in its place.

    Until it is checked it stands beside the target, so that a copy that breaks off never looks
    like a backup.

    Returns
    -------
    What the check said: ``ok``.

    Raises
    ------
    UnavailableError
        When it cannot be written, or the copy is damaged.
    """
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
        copy(source, part)
        said = integrity(part)
        if said != "ok":
            raise UnavailableError(f"the copy of {source} is damaged: {said}")
        part.replace(target)
    except OSError as error:
        raise UnavailableError(f"cannot write {target}: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return said


def is_alone(file: Path) -> bool:
    """Return whether nobody else has a database open; its log is then folded into the file.

    Raises
    ------
    UnavailableError
        When it cannot be read at all.
    """
    try:
        with closing(sqlite3.connect(file, timeout=1.0)) as database:
            # Leaving the log needs the file for oneself.
            mode = database.execute("PRAGMA journal_mode=DELETE").fetchone()
            return bool(mode[0] == "delete")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return False
        raise UnavailableError(f"{file}: cannot be opened ({error})") from error
    except sqlite3.Error as error:
        raise UnavailableError(f"{file}: cannot be read ({error})") from error


def open_checked(url: str) -> Store:
    """Open a database and ask it for a sign of life.

    Raises
    ------
    InvalidError
        When the address is wrong, or its driver is not installed.
    UnavailableError
        When the database does not answer.
    """
    file_of(url)
    try:
        store = Store(url)
    except ModuleNotFoundError as error:
        raise InvalidError(
            f"LOTSEN_DATABASE_URL needs the module {error.name}, which is not installed: "
            "install Lotsen with the extra postgres"
        ) from error
    except ArgumentError as error:
        raise InvalidError(f"LOTSEN_DATABASE_URL: {error}") from error
    try:
        store.check()
    except (DBAPIError, sqlite3.Error) as error:
        store.close()
        raise UnavailableError(f"the database does not answer: {error}") from error
    return store


def spool_of(url: str) -> Spool | None:
    """Return where a receiving process keeps what is for a database; None beside no SQLite file."""
    database = file_of(url)
    return None if database is None else Spool(database.with_name(database.name + "-received"))


def overwrite_deleted(store: Store, wait_s: float = 10.0) -> None:
    """Write the database anew, so that no byte of what was deleted stays in its files.

    ``secure_delete`` overwrites rows, but pages of the log and of the indexes still hold
    them. On PostgreSQL the tables with personal data are written anew; its log and its backups
    keep the old pages until they age out.

    Parameters
    ----------
    wait_s
        How long to wait for others who read or write.

    Raises
    ------
    UnavailableError
        When others are at work in the database.
    """
    if not store.url.startswith("sqlite"):
        alone = store.engine.execution_options(isolation_level="AUTOCOMMIT")
        with alone.connect() as connection:
            for table in WHOSE:
                connection.exec_driver_sql(f'VACUUM (FULL) "{table}"')
        return
    if (spool := spool_of(store.url)) is not None:
        spool.overwrite_removed()
        spool.close()
    raw = store.engine.raw_connection()
    raw.cursor().execute(f"PRAGMA busy_timeout={int(wait_s * 1000)}")
    try:
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            row = raw.cursor().execute(statement).fetchone()
            if row is not None and row[0]:
                raise UnavailableError("others read the database: stop the bot and try again")
    except sqlite3.OperationalError as error:
        raise UnavailableError(f"the database is in use ({error}): try again") from error
    finally:
        raw.cursor().execute("PRAGMA busy_timeout=10000")
        raw.close()
