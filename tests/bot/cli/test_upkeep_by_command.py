"""``lotsen migrate`` and ``backup``, on SQLite and PostgreSQL."""

import sqlite3
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen


def test_the_database_is_brought_up_and_down_and_nothing_is_lost(
    lotsen: Lotsen, home: Path
) -> None:
    assert lotsen("migrate", "status", "--json").json["at_head"] is False
    assert lotsen("migrate", "up", "--json").json["at_head"] is True
    lotsen("cost", "add", "cloud", "5", "server")
    down = lotsen("migrate", "down", "--json").json
    assert down["at_head"] is False
    with sqlite3.connect(down["saved"]) as saved:
        assert saved.execute("SELECT description FROM cost_entry").fetchall() == [("server",)]
    saved.close()
    assert Path(down["saved"]).parent == home
    assert "newest step" in lotsen("migrate", "status").out


def test_there_is_no_step_below_the_first(lotsen: Lotsen) -> None:
    assert lotsen("migrate", "down").code == 2


def test_a_backup_is_checked_and_for_its_owner_alone(
    lotsen: Lotsen, home: Path, tmp_path: Path
) -> None:
    lotsen("cost", "add", "cloud", "5", "server")
    file = tmp_path / "lotsen-2026-11-23.db"
    said = lotsen("backup", str(file), "--json").json
    assert (said["file"], said["integrity"]) == (str(file), "ok")
    assert said["bytes"] == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    assert sorted(item.name for item in tmp_path.iterdir()) == [home.name, file.name]
    with sqlite3.connect(file) as copy:
        assert copy.execute("SELECT count(*) FROM cost_entry").fetchone() == (1,)
    copy.close()


def test_a_backup_is_never_written_over_something(
    lotsen: Lotsen, home: Path, tmp_path: Path
) -> None:
    lotsen("migrate", "up")
    file = tmp_path / "thesis.db"
    file.write_text("years of work", "utf-8")
    assert lotsen("backup", str(file)).code == 2
    assert file.read_text("utf-8") == "years of work"
    assert lotsen("backup", str(file), "--overwrite").code == 0
    assert lotsen("backup", str(home / "lotsen.db"), "--overwrite").code == 2
    assert lotsen("backup", str(tmp_path / "no" / "folder.db")).code == 2
    assert lotsen("backup", str(tmp_path)).code == 2


def test_without_a_database_there_is_nothing_to_copy(lotsen: Lotsen, tmp_path: Path) -> None:
    done = lotsen("backup", str(tmp_path / "copy.db"))
    assert done.code == 2
    assert "LOTSEN_HOME" in done.err


def test_a_damaged_database_is_named_and_not_copied(
    lotsen: Lotsen, home: Path, tmp_path: Path
) -> None:
    home.mkdir()
    (home / "lotsen.db").write_bytes(b"not a database at all" * 100)
    done = lotsen("backup", str(tmp_path / "copy.db"))
    assert (done.code, (tmp_path / "copy.db").exists()) == (1, False)
    for command in (["kpi"], ["migrate", "up"]):
        done = lotsen(*command)
        assert done.code == 1
        assert "not a database" in done.err
        assert len(done.err.splitlines()) == 1


def test_postgresql_has_its_own_tools(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch, postgres_url: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOTSEN_DATABASE_URL", postgres_url)
    assert lotsen("migrate", "up", "--json").json["at_head"] is True
    done = lotsen("backup", str(tmp_path / "copy.db"))
    assert done.code == 2
    assert "pg_dump" in done.err
    assert lotsen("migrate", "down").code == 2
    assert lotsen("migrate", "down", "--yes", "--json").json["saved"] is None


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("nonsense", 2),
        ("oracle://db/lotsen", 2),
        ("postgresql://nobody@127.0.0.1:1/lotsen", 1),
        ("sqlite:////proc/nowhere/lotsen.db", 1),
    ],
)
def test_a_wrong_database_address_is_one_clear_line(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch, address: str, code: int
) -> None:
    monkeypatch.setenv("LOTSEN_DATABASE_URL", address)
    for command in (["kpi", "--json"], ["migrate", "up"]):
        done = lotsen(*command)
        assert (done.code, done.out) == (code, "")
        assert len(done.err.splitlines()) == 1
        assert "unexpected" not in done.err
