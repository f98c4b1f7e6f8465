"""A database that is gone or damaged is not worked on; the newest good copy is named."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from models.errors import InvalidError, UnavailableError
from models.settings import Settings
from models.store import sqlite_file
from models.store.migration import upgrade
from models.store.transaction import Store
from models.tables import Person
from models.upkeep.erased import erase_again, remember
from models.upkeep.nightly import ASIDE, Nightly
from models.upkeep.soundness import ended_by_itself, require_sound
from tests.conftest import NOW


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate({"lotsen_home": tmp_path})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store(settings.database_url)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def file(store: Store, settings: Settings) -> Path:
    """A database with three nightly copies, the newest of them damaged."""
    for night in range(3):
        Nightly(settings, store).back_up(NOW + timedelta(days=night))
    store.close()
    copies = sorted((settings.lotsen_home / "backups").iterdir())
    for age, copy in enumerate(reversed(copies)):
        os.utime(copy, (NOW.timestamp() - age, NOW.timestamp() - age))
    damage(copies[-1])
    return settings.lotsen_home / "lotsen.db"


def damage(file: Path) -> None:
    kept = file.stat()
    with file.open("r+b") as opened:
        opened.seek(kept.st_size // 2 // 4096 * 4096)
        opened.write(b"\xff" * 20_000)
    os.utime(file, (kept.st_atime, kept.st_mtime))


NEWEST_GOOD = r"lotsen restore \S*lotsen-2026-11-24\.db"


@pytest.mark.parametrize("left", [None, b"", b"years of work" * 1000])
def test_one_that_is_gone_is_put_back_and_not_begun_anew(
    file: Path, settings: Settings, left: bytes | None
) -> None:
    file.unlink()
    if left is not None:
        file.write_bytes(left)
    with pytest.raises(InvalidError, match=NEWEST_GOOD):
        require_sound(settings)


def test_the_first_start_finds_nothing_to_miss(settings: Settings) -> None:
    require_sound(settings)


def test_a_file_that_is_cut_short_is_seen_at_once(file: Path, settings: Settings) -> None:
    os.truncate(file, file.stat().st_size // 2)
    with pytest.raises(InvalidError, match=NEWEST_GOOD):
        require_sound(settings)


def test_damage_inside_is_seen_after_a_run_that_did_not_end_by_itself(
    file: Path, settings: Settings
) -> None:
    require_sound(settings)  # a run begins, and is killed
    damage(file)
    with pytest.raises(InvalidError, match=NEWEST_GOOD):
        require_sound(settings)


def test_after_a_run_that_ended_a_start_takes_no_long_look(
    file: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_sound(settings)
    ended_by_itself(settings)
    monkeypatch.setattr(sqlite_file, "integrity", lambda file: "looked at as a whole")
    require_sound(settings)


def test_without_a_good_copy_ones_own_is_asked_for(file: Path, settings: Settings) -> None:
    for copy in (settings.lotsen_home / "backups").iterdir():
        copy.write_bytes(b"rubbish")
    file.write_bytes(b"")
    with pytest.raises(InvalidError, match="lotsen restore FILE"):
        require_sound(settings)


def test_postgresql_looks_after_itself(tmp_path: Path) -> None:
    url = "postgresql://lotsen@127.0.0.1/lotsen"
    require_sound(Settings.model_validate({"lotsen_home": tmp_path, "lotsen_database_url": url}))


def test_whoever_was_erased_is_erased_again_in_a_database_that_was_put_back(
    settings: Settings, database_url: str
) -> None:
    store = Store(database_url)
    for erased_at in (NOW, None):
        with Session(store.engine) as session:
            session.merge(Person(id="p1", slack_id="U1", name="Bea Ros", erased_at=erased_at))
            session.merge(Person(id="p2", slack_id="U2", name="Carl Dahl"))
            session.commit()
        if erased_at:
            assert remember(settings, store) == {"p1"}

    assert erase_again(settings, store, NOW) == 1

    with store.snapshot() as unit:
        bea, carl = unit.people.get("p1"), unit.people.get("p2")
        assert bea is not None
        assert carl is not None
        assert (bea.name, bea.erased_at, carl.name) == ("", NOW, "Carl Dahl")
    assert erase_again(settings, store, NOW) == 0
    store.close()


def test_what_was_laid_aside_goes_after_its_time(settings: Settings, store: Store) -> None:
    old, new = settings.lotsen_home / "lotsen-before-0002.db", settings.lotsen_home / "lotsen-x.db"
    for copy, age in ((old, ASIDE + timedelta(days=1)), (new, timedelta(days=1))):
        copy.write_bytes(b"")
        at = (NOW - age).timestamp()
        os.utime(copy, (at, at))

    Nightly(settings, store).back_up(NOW)

    assert (old.exists(), new.exists()) == (False, True)
    assert (settings.lotsen_home / "lotsen.db").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if mount is None or unmount is None:
        pytest.skip("no mount here")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=False)
    if made.returncode:
        pytest.skip("a disk of its own needs root")
    yield folder
    subprocess.run([unmount, "-l", folder], check=True)


def test_a_full_disk_is_seen_before_a_message_is_refused(small_disk: Path) -> None:
    store = Store(f"sqlite:///{small_disk / 'lotsen.db'}")
    upgrade(store)
    store.check_writing()
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as full, suppress(OSError):
        while shutil.disk_usage(small_disk).free:
            full.write(b"x" * 4096)

    store.check()  # it can still be read
    with pytest.raises(UnavailableError, match="nothing can be written"):
        store.check_writing()

    ballast.unlink()
    store.check_writing()
    store.close()


def test_a_write_that_changes_nothing_works_on_both_databases(database_url: str) -> None:
    store = Store(database_url)
    store.check_writing()
    store.close()


def test_a_new_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        store = Store(f"sqlite:///{tmp_path / 'lotsen.db'}")  # the folder is open to all
        upgrade(store)
        rights = {one.name: one.stat().st_mode & 0o077 for one in tmp_path.iterdir()}
        store.close()
    finally:
        os.umask(old)
    assert rights == dict.fromkeys(rights, 0)
    assert "lotsen.db" in rights
