"""A drill: whether a copy of the database is good, and how long it takes to be back with it."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from models.errors import InvalidError
from models.settings import Settings
from models.store import sqlite_file
from models.store.sqlite_file import Contents
from models.upkeep.database import restore
from models.upkeep.soundness import newest_good, wrong_with

_FOLDER = "drill-"


@dataclass(frozen=True, slots=True)
class CopyCheck:
    """What a copy holds; ``wrong`` says what is wrong with it, empty where nothing is."""

    file: Path
    holds: Contents
    wrong: str = ""

    @property
    def ok(self) -> bool:
        return not self.wrong


@dataclass(frozen=True, slots=True)
class Drill:
    """How a drill went.

    Attributes
    ----------
    rpo_s
        Age of the newest good copy in seconds: so much would be lost if the disk died now. None
        without a good copy.
    rto_s
        Seconds to put a copy back, check it and begin to work on it.
    copy_s, bytes
        How long the drill's own copy took, and its size.
    wrong
        What went wrong; empty where nothing did.
    """

    rpo_s: float | None
    rto_s: float
    copy_s: float
    bytes: int
    tickets: int
    wrong: str

    @property
    def ok(self) -> bool:
        return not self.wrong


def verify(file: Path) -> CopyCheck:
    """Check a copy of the database: each page, the step, and every row.

    Raises
    ------
    InvalidError
        When there is no such file.
    UnavailableError
        When it is no database of Lotsen.
    """
    if not file.is_file():
        raise InvalidError(f"there is no file {file}")
    wrong = wrong_with(file, whole=False) or wrong_with(file, whole=True)
    if wrong:
        return CopyCheck(file, Contents("", {}, ""), wrong)
    return CopyCheck(file, sqlite_file.contents(file))


def drill(settings: Settings, now: datetime, boot: Callable[[Settings], None]) -> Drill:
    """Copy the database while it is in use, put the copy back aside, check it, and boot on it.

    Parameters
    ----------
    boot
        Begins to work with settings as the bot does, and ends.

    Raises
    ------
    InvalidError
        On PostgreSQL, or without a database.
    UnavailableError
        When a file cannot be read or written.
    """
    source = sqlite_file.file_of(settings.database_url)
    if source is None:
        raise InvalidError(
            "this is a PostgreSQL database: put your newest dump into an empty database with "
            "pg_restore, and try lotsen doctor with LOTSEN_DATABASE_URL set to it"
        )
    if not source.is_file():
        raise InvalidError(f"there is no database at {source}: check LOTSEN_HOME")
    for left in source.parent.glob(f"{_FOLDER}*"):  # of a drill that broke off
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(dir=source.parent, prefix=_FOLDER) as folder:
        aside = {"lotsen_home": Path(folder), "lotsen_database_url": ""}
        return _tried(source, settings, settings.model_copy(update=aside), now, boot)


def _tried(
    source: Path,
    settings: Settings,
    aside: Settings,
    now: datetime,
    boot: Callable[[Settings], None],
) -> Drill:
    copy = aside.lotsen_home / "copy.db"
    began = time.monotonic()
    sqlite_file.copy_checked(source, copy)
    copied = time.monotonic()
    before = sqlite_file.contents(copy)
    ready = time.monotonic()
    put_back = restore(aside, copy, now)
    after = verify(put_back.file)
    boot(aside)
    back = time.monotonic()
    newest = newest_good(settings)
    return Drill(
        rpo_s=None if newest is None else round(now.timestamp() - newest.stat().st_mtime, 1),
        rto_s=round(back - ready, 2),
        copy_s=round(copied - began, 2),
        bytes=copy.stat().st_size,
        tickets=before.rows.get("ticket", 0),
        wrong=after.wrong or _differing(before, after.holds),
    )


def _differing(before: Contents, after: Contents) -> str:
    if before.step != after.step or before.sha256 == after.sha256:
        return ""  # a step changes rows on purpose
    names = [name for name, n in before.rows.items() if after.rows.get(name) != n]
    return f"what was put back differs from the copy: {', '.join(names) or 'other values'}"
