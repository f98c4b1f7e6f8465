"""``lotsen backup verify`` and ``lotsen drill``: whether a copy brings the desk back."""

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

from tests.bot.cli.conftest import MAPPING, Lotsen, rows, write_csv


def imported(lotsen: Lotsen, folder: Path) -> None:
    file = write_csv(folder / "history.csv", list(rows(15)))
    done = lotsen("import", "tickets", str(file), *MAPPING, "--json")
    assert done.code == 0, done.err


def test_a_good_copy_says_what_it_holds(lotsen: Lotsen, tmp_path: Path) -> None:
    imported(lotsen, tmp_path)
    copy = tmp_path / "copy.db"
    lotsen("backup", str(copy))

    found = lotsen("backup", "verify", str(copy), "--json").json

    assert (found["ok"], found["rows"]["ticket"], found["step"]) == (True, 15, "0002")
    again = lotsen("backup", "verify", str(copy), "--json").json
    assert found["sha256"] == again["sha256"]


def test_a_damaged_copy_is_named_and_a_failure(lotsen: Lotsen, tmp_path: Path) -> None:
    imported(lotsen, tmp_path)
    copy = tmp_path / "copy.db"
    lotsen("backup", str(copy))
    with copy.open("r+b") as opened:
        opened.seek(copy.stat().st_size // 2)
        opened.write(b"\xff" * 30_000)

    done = lotsen("backup", "verify", str(copy), "--json")

    assert (done.code, done.json["ok"]) == (1, False)
    assert done.json["wrong"]


def test_what_is_no_copy_is_refused(lotsen: Lotsen, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE thesis (page INTEGER)")
    assert "is no database of Lotsen" in lotsen("backup", "verify", str(other)).err
    assert lotsen("backup", "verify", str(tmp_path / "none.db")).code == 2
    assert lotsen("backup", "prove", str(other)).code == 2


def test_a_drill_under_load_brings_back_what_was_copied_and_leaves_nothing(
    lotsen: Lotsen, home: Path, tmp_path: Path
) -> None:
    imported(lotsen, tmp_path)
    stop = Event()

    def write() -> None:
        with closing(sqlite3.connect(home / "lotsen.db", timeout=10)) as busy:
            n = 0
            while not stop.wait(0.002):
                n += 1
                busy.execute("INSERT INTO survey_key VALUES (?, 'kept')", (f"pulse:{n}",))
                busy.commit()

    load = Thread(target=write)
    load.start()
    try:
        first = lotsen("drill", "--json")
        lotsen("jobs", "run", "backup", "--at", "2026-11-23T08:00", "--json")
        second = lotsen("drill", "--json")
    finally:
        stop.set()
        load.join()

    assert (first.code, first.json["ok"], first.json["rpo_s"]) == (0, True, None), first.err
    assert (second.code, second.json["tickets"]) == (0, 15)
    assert second.json["rto_s"] > 0
    assert second.json["rpo_s"] is not None
    assert not list(home.glob("drill-*"))
