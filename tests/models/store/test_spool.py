"""What a receiving process keeps reaches the inbox once, whatever dies between."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from models.commands import Ask
from models.errors import UnavailableError
from models.lotsen import Lotsen, open_lotsen
from models.settings import Settings
from models.store.spool import Spool
from models.store.sqlite_file import overwrite_deleted, spool_of
from tests.conftest import NOW


def question(number: int, text: str = "vpn") -> Ask:
    return Ask(id=f"command:{number}", user="UASA", at=NOW, topic="ask", text=text)


@pytest.fixture
def lotsen(tmp_path: Path, migrated_file: Path) -> Iterator[Lotsen]:
    shutil.copy(migrated_file, tmp_path / "lotsen.db")
    lotsen = open_lotsen(Settings.load(_env_file=None, lotsen_home=tmp_path), migrate=False)
    yield lotsen
    lotsen.close()


@pytest.fixture
def spool(lotsen: Lotsen) -> Spool:
    assert lotsen.spool is not None
    return lotsen.spool


def test_what_was_received_waits_in_the_inbox_since_then(lotsen: Lotsen) -> None:
    receiver = lotsen.receiving()
    for number in range(3):
        receiver.mailbox.accept(question(number), NOW)
    assert lotsen.load(NOW).inbox_waiting == 0
    assert lotsen.collect_received() == 3
    later = NOW + timedelta(seconds=9)
    assert (lotsen.load(later).inbox_waiting, lotsen.load(later).inbox_oldest_s) == (3, 9.0)
    taken = [lotsen.mailbox.take(NOW) for _ in range(3)]
    assert [one and one.command for one in taken] == [question(n) for n in range(3)]


def test_what_one_person_sent_by_hundreds_delays_another_by_one(lotsen: Lotsen) -> None:
    receiver = lotsen.receiving()
    for number in range(300):
        receiver.mailbox.accept(question(number), NOW)
    other = replace(question(300), user="UBO")
    receiver.mailbox.accept(other, NOW)
    assert lotsen.collect_received() == 301
    taken = [lotsen.mailbox.take(NOW) for _ in range(3)]
    assert [one and one.command for one in taken] == [question(0), other, question(1)]


def test_what_was_moved_and_not_removed_counts_once(
    lotsen: Lotsen, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    lotsen.receiving().mailbox.accept(question(1), NOW)
    with monkeypatch.context() as dying:
        dying.setattr(Spool, "remove", _die)
        with pytest.raises(KeyboardInterrupt):
            lotsen.collect_received()
    assert lotsen.collect_received() == 1
    assert lotsen.load(NOW).inbox_waiting == 1
    assert not spool.waiting()


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_same_command_is_kept_once(lotsen: Lotsen, spool: Spool) -> None:
    for _ in range(2):
        lotsen.receiving().mailbox.accept(question(1), NOW)
    assert len(spool.waiting()) == 1


def test_more_than_one_turn_takes_all(lotsen: Lotsen) -> None:
    receiver = lotsen.receiving()
    for number in range(450):
        receiver.mailbox.accept(question(number), NOW)
    assert lotsen.collect_received() == 450
    assert lotsen.load(NOW).inbox_waiting == 450


def test_nothing_is_lost_where_the_database_is_locked_meanwhile(
    lotsen: Lotsen, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    lotsen.receiving().mailbox.accept(question(1), NOW)
    with monkeypatch.context() as locked:
        locked.setattr(type(lotsen.store), "begin", _refuse)
        with pytest.raises(UnavailableError):
            lotsen.collect_received()
    assert len(spool.waiting()) == 1


def _refuse(*_: object, **__: object) -> None:
    raise UnavailableError("locked")


def test_what_was_moved_leaves_no_byte(lotsen: Lotsen, spool: Spool) -> None:
    lotsen.receiving().mailbox.accept(question(1, "hemligheten Kålrotsjuice"), NOW)
    lotsen.collect_received()
    overwrite_deleted(lotsen.store)
    files = spool.file.parent.glob(spool.file.name + "*")
    assert all(b"lrotsjuice" not in file.read_bytes() for file in files)
    assert spool.file.stat().st_mode & 0o077 == 0


def test_a_damaged_file_says_what_to_do(lotsen: Lotsen, spool: Spool) -> None:
    spool.file.write_bytes(b"no database at all, far from it" * 200)
    with pytest.raises(UnavailableError, match="move it away"):
        lotsen.receiving().mailbox.accept(question(1), NOW)


def test_a_database_that_is_no_file_has_no_spool() -> None:
    assert spool_of("postgresql+psycopg://localhost/lotsen") is None
    assert spool_of("sqlite://") is None
