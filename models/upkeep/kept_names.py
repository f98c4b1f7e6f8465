"""Keeps everybody's names between starts, hashed, so that a start need not wait for Slack.

The key stands in a file of the home folder and the hashes in the database: neither a backup nor a
dump of the database tells a name. Processes with home folders of their own keep hashes of their
own.
"""

import os
from datetime import datetime
from pathlib import Path
from secrets import token_bytes
from typing import Final

from models.errors import UnavailableError
from models.known_names import HashedNames, KnownNames, name_of_key
from models.redaction.names import gazetteer_of
from models.settings import Settings
from models.store.transaction import NAMES_HOLD, Store
from models.tables import NameHashes

FILE: Final = "names.key"
_BYTES: Final = 32


def keep_names(settings: Settings, store: Store, names: frozenset[str], now: datetime) -> None:
    """Keep the hashes of names that were read at ``now``, in the place of earlier ones.

    Raises
    ------
    UnavailableError
        When the key cannot be written, or the database does not answer.
    """
    file = settings.lotsen_home / FILE
    key = _key_in(file) or _new_key(file)
    content = HashedNames.of(gazetteer_of(names), key).to_bytes()
    row = NameHashes(key_hash=name_of_key(key), read_at=now, content=content)
    with store.begin() as unit:
        unit.people.keep_hashes(row, forget_before=now - NAMES_HOLD)


def recall_names(settings: Settings, store: Store, now: datetime) -> None:
    """Let the store know the hashed names, where they were read within a day and no newer ones are.

    Raises
    ------
    UnavailableError
        When the database does not answer.
    """
    key = _key_in(settings.lotsen_home / FILE)
    if key is None or store.knows_names(now):
        return
    with store.snapshot() as unit:
        row = unit.people.kept_hashes(name_of_key(key))
    if row is not None and abs(now - row.read_at) <= NAMES_HOLD:
        hashed = HashedNames.from_bytes(row.content, key)
        store.know_names(KnownNames(hashed=hashed), row.read_at)


def _key_in(file: Path) -> bytes | None:
    """Return the key; None where there is none, or not a whole one."""
    try:
        key = file.read_bytes()
    except OSError:
        return None
    return key if len(key) == _BYTES else None


def _new_key(file: Path) -> bytes:
    key, half = token_bytes(_BYTES), file.with_name(f"{FILE}.{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half.touch(mode=0o600)
        half.write_bytes(key)
        half.replace(file)
    except OSError as error:
        raise UnavailableError(f"cannot write {file}: {error}") from error
    return key
