"""``lotsen person`` and ``restore``: a copy, to be forgotten, and never to come back."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.bot.cli.conftest import MAPPING, Lotsen, rows, write_csv

HEADER = ("Number", "Description", "Kind", "Opened", "Solved", "Minutes", "Who")
BEA = "Bea Ros"


def imported(lotsen: Lotsen, folder: Path) -> None:
    made = [(*row, BEA if at % 3 == 0 else "Carl Dahl") for at, row in enumerate(rows(15))]
    file = write_csv(folder / "with_people.csv", made, HEADER)
    done = lotsen("import", "tickets", str(file), *MAPPING, "--map=requester=Who", "--json")
    assert done.code == 0, done.err


def test_a_person_gets_a_copy_and_is_erased(lotsen: Lotsen, tmp_path: Path) -> None:
    imported(lotsen, tmp_path)
    copy = lotsen("person", "export", BEA).json
    assert (copy["user"], copy["files"]) == (BEA, [])
    assert len(copy["rows"]["ticket_text"]) == 5
    assert "printer on floor" in str(copy["rows"])
    erased = lotsen("person", "erase", BEA, "--json").json
    assert (erased["user"], erased["rows"]["ticket_text"]) == (BEA, 5)
    assert erased["retrain"] is True
    again = lotsen("person", "erase", BEA, "--json")
    assert (again.code, "nobody is known" in again.err) == (2, True)
    assert lotsen("person", "export", "Carl Dahl").code == 0


def test_the_model_card_counts_only_what_was_learned_from(lotsen: Lotsen, tmp_path: Path) -> None:
    made = [(*row, BEA if at % 3 == 0 and at < 9 else "Carl Dahl") for at, row in enumerate(rows())]
    file = write_csv(tmp_path / "with_people.csv", made, HEADER)
    done = lotsen("import", "tickets", str(file), *MAPPING, "--map=requester=Who", "--json")
    assert done.code == 0, done.err
    lotsen("person", "erase", BEA, "--json")

    trained = lotsen("train", "--json").json
    number = trained["model"].removeprefix("classifier-")
    figures = lotsen("model", "card", number, "--json").json["figures"]

    assert sum(figures["categories"].values()) == trained["n"] == 42


def test_a_restored_backup_forgets_who_was_erased_since(
    lotsen: Lotsen, home: Path, tmp_path: Path
) -> None:
    imported(lotsen, tmp_path)
    copy = tmp_path / "copy.db"
    lotsen("backup", str(copy))
    lotsen("person", "erase", BEA, "--json")
    done = lotsen("restore", str(copy), "--json").json
    assert done["erased"] == 1
    assert BEA.encode() not in (home / "lotsen.db").read_bytes()
    assert b"Carl Dahl" in (home / "lotsen.db").read_bytes()
    assert Path(done["before"]).is_file()
    assert lotsen("kpi", "--json").code == 0


def test_a_backup_forgets_them_too_where_the_database_is_past_reading(
    lotsen: Lotsen, home: Path, tmp_path: Path
) -> None:
    imported(lotsen, tmp_path)
    copy = tmp_path / "copy.db"
    lotsen("backup", str(copy))
    lotsen("person", "erase", BEA, "--json")
    (home / "lotsen.db").write_bytes(b"nothing that SQLite knows" * 1000)

    assert lotsen("restore", str(copy), "--json").json["erased"] == 1
    assert BEA.encode() not in (home / "lotsen.db").read_bytes()
    assert (home / "erased").stat().st_mode & 0o077 == 0


def test_the_copies_that_still_know_somebody_are_named(
    lotsen: Lotsen, home: Path, tmp_path: Path
) -> None:
    imported(lotsen, tmp_path)
    lotsen("jobs", "run", "backup", "--at", "2026-11-23T08:00", "--json")
    (copy,) = (home / "backups").iterdir()
    assert lotsen("person", "erase", BEA, "--json").json["files"] == [str(copy)]


def test_what_stood_there_is_moved_aside_and_comes_back(
    lotsen: Lotsen, home: Path, tmp_path: Path
) -> None:
    lotsen("cost", "add", "cloud", "5", "server")
    copy = tmp_path / "copy.db"
    lotsen("backup", str(copy))
    lotsen("cost", "add", "cloud", "7", "later")
    before = Path(lotsen("restore", str(copy), "--json").json["before"])
    assert costs(home / "lotsen.db") == ["server"]
    assert costs(before) == ["server", "later"]
    lotsen("restore", str(before))
    assert costs(home / "lotsen.db") == ["server", "later"]


def test_nothing_is_restored_under_a_running_bot_or_from_rubbish(
    lotsen: Lotsen, home: Path, tmp_path: Path
) -> None:
    lotsen("cost", "add", "cloud", "5", "server")
    copy = tmp_path / "copy.db"
    lotsen("backup", str(copy))
    with closing(sqlite3.connect(home / "lotsen.db")) as running:
        running.execute("SELECT count(*) FROM cost_entry").fetchone()
        running.execute("BEGIN")
        running.execute("SELECT 1 FROM cost_entry").fetchone()
        refused = lotsen("restore", str(copy))
    assert (refused.code, "stop it first" in refused.err) == (2, True)
    rubbish = tmp_path / "thesis.db"
    rubbish.write_text("years of work " * 100, "utf-8")
    assert lotsen("restore", str(rubbish)).code == 2
    assert lotsen("restore", str(tmp_path / "no.db")).code == 2
    assert lotsen("restore", str(home / "lotsen.db")).code == 2
    assert costs(home / "lotsen.db") == ["server"]


def costs(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        found = database.execute("SELECT description FROM cost_entry ORDER BY id").fetchall()
    return [row[0] for row in found]
