"""What was received and not yet moved into the inbox, in a small SQLite file beside the database.

SQLite has one writer. Whoever receives would wait for the desk's own transactions, tens of
milliseconds each, and with a busy desk for seconds; into a file of its own it writes at once.
The desk moves what it finds there into the inbox, where a command counts once: one that was moved
and not yet removed here is moved again without effect.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from models.errors import UnavailableError

_TABLE = """
CREATE TABLE IF NOT EXISTS received (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  message_key TEXT,
  received_at TEXT NOT NULL
)
"""
_ADD = (
    "INSERT OR IGNORE INTO received (id, kind, payload, message_key, received_at) "
    "VALUES (?, ?, ?, ?, ?)"
)
_ALL = (
    "SELECT seq, id, kind, payload, message_key, received_at FROM received ORDER BY seq LIMIT 200"
)


@dataclass(frozen=True, slots=True)
class Received:
    """A command as its receiver stored it."""

    seq: int
    id: str
    kind: str
    payload: str
    message_key: str | None
    received_at: datetime


class Spool:
    """The file; opened when it is needed first, by any thread."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def add(
        self, command_id: str, kind: str, payload: str, message_key: str | None, now: datetime
    ) -> None:
        """Store a command; when this returns it is on the disk.

        Raises
        ------
        UnavailableError
            When it cannot be stored.
        """
        row = (command_id, kind, payload, message_key, now.isoformat())
        with self._opened() as connection:
            connection.execute(_ADD, row)

    def waiting(self) -> Sequence[Received]:
        """Return what was received first, 200 commands at most.

        Raises
        ------
        UnavailableError
            When the file cannot be read.
        """
        if not self.file.exists():
            return ()
        with self._opened() as connection:
            rows = connection.execute(_ALL).fetchall()
        return [
            Received(seq, command_id, kind, payload, key, datetime.fromisoformat(at))
            for seq, command_id, kind, payload, key, at in rows
        ]

    def remove(self, up_to: int) -> None:
        """Remove what was moved, up to a number."""
        with self._opened() as connection:
            connection.execute("DELETE FROM received WHERE seq <= ?", (up_to,))

    def overwrite_removed(self) -> None:
        """Let no byte of what was removed stay in the files."""
        if self.file.exists():
            with self._opened() as connection:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = _open(self.file)
                yield self._connection
            except sqlite3.DatabaseError as error:
                raise UnavailableError(
                    f"{self.file} cannot be used ({error}); where it is damaged, move it away and "
                    "start again: `lotsen sweep` finds what Slack said meanwhile"
                ) from error


def _open(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    connection = sqlite3.connect(file, timeout=5.0, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(_TABLE)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
