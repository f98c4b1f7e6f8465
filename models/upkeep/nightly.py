"""What is done each night: texts that have had their time are emptied, and a copy is made."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from models.settings import Settings
from models.store import sqlite_file
from models.store.surveys import CSAT, NOTICE, PULSE
from models.store.transaction import NAMES_HOLD, Store, UnitOfWork
from models.upkeep.database import Backup, back_up
from models.upkeep.erased import remember

FOLDER = "backups"
KEPT = 7
"""Copies; the oldest makes room for the newest."""
ASIDE = timedelta(days=30)
"""So long a copy is kept that a step of the schema or a restore laid aside."""
POSTS = timedelta(days=90)
"""So long the words of a post are kept here after Slack has shown it, or was to."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many tickets and posts lost their words."""

    tickets: int
    posts: int


class Nightly:
    """The store's nights."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store

    def forget(self, now: datetime) -> Forgotten:
        """Empty the texts of what ended longer ago than the settings keep texts.

        Hashed names that have had their day are deleted. Times, categories and counts stay: no figure changes.
        """
        before = now - timedelta(days=self._settings.lotsen_keep_texts_days)
        with self._store.begin() as unit:
            tickets = unit.erasure.forget_texts(before)
            unit.private.forget(before)
            posts = unit.erasure.forget_posts(now - POSTS)
            unit.erasure.forget_given_up(before)
            unit.inbox.give_up_held(now - timedelta(days=1))
            unit.post_files.sweep()
            unit.people.forget_hashes(now - NAMES_HOLD)
            _forget_keys(unit, now.astimezone(self._settings.zone).date())
        return Forgotten(tickets, posts)

    def back_up(self, now: datetime) -> Backup | None:
        """Copy a SQLite database into the home's folder of backups; None on PostgreSQL.

        The copy is called by the office's day: by that of UTC two nights in a row have the
        same name when the clocks go forward.

        Raises
        ------
        UnavailableError
            When it cannot be written, or the copy is damaged.
        """
        remember(self._settings, self._store)
        if sqlite_file.file_of(self._store.url) is None:
            return None
        folder = self._settings.lotsen_home / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        today = now.astimezone(self._settings.zone).date()
        made = back_up(self._settings, folder / f"lotsen-{today}.db", overwrite=True)
        for old in sorted(folder.glob("lotsen-????-??-??.db"))[:-KEPT]:
            old.unlink()
        self._forget_copies(now)
        return made

    def _forget_copies(self, now: datetime) -> None:
        """Delete what a step or a restore laid aside, once it has had its time."""
        for old in self._settings.lotsen_home.glob("lotsen-*.db"):
            if old.is_file() and old.stat().st_mtime < (now - ASIDE).timestamp():
                old.unlink()

    def overwrite(self) -> None:
        """Write the database anew, so that no byte of what was emptied stays in its files.

        Raises
        ------
        UnavailableError
            When others are at work in the database.
        """
        sqlite_file.overwrite_deleted(self._store)

    def copies(self) -> list[Path]:
        """Return the copies of the database in the home folder: they still hold what was erased."""
        return sorted(copies_in(self._settings.lotsen_home))


def copies_in(home: Path) -> list[Path]:
    """Return the copies of the database in a home folder, the newest first."""
    found = [*home.glob(f"{FOLDER}/lotsen-*.db"), *home.glob("lotsen-*.db")]
    files = (path for path in found if path.is_file())
    return sorted(files, key=lambda path: (path.stat().st_mtime, path.name), reverse=True)


def _forget_keys(unit: UnitOfWork, today: date) -> None:
    """Throw away the keys of surveys that are closed: what was said is nobody's from then on.

    A month's pulse closes with the month. A ticket that was resolved in one month may be
    opened again, resolved and rated in the next. A notice may be read for a year.
    """
    month_before = today.replace(day=1) - timedelta(days=1)
    unit.surveys.forget_keys(PULSE, f"{today:%Y-%m}")
    unit.surveys.forget_keys(CSAT, f"{month_before:%Y-%m}")
    unit.surveys.forget_keys(NOTICE, f"{today.year - 1}-{today:%m}")
