"""``lotsen import``: what comes in, what is left out, and what a wrong file is told."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import MAPPING, Lotsen, rows, write_csv


@pytest.mark.slow
def test_tickets_are_imported_and_a_model_is_trained(lotsen: Lotsen, tickets: Path) -> None:
    done = lotsen("import", "tickets", str(tickets), *MAPPING, "--json")
    assert done.code == 0, done.err
    said = done.json
    assert (said["rows"], said["imported"], said["duplicates"], said["skipped"]) == (45, 45, 0, [])
    assert set(said["quality"]) >= {"completeness", "consistency", "currency", "label_noise"}
    assert said["training"]["promoted"] is True
    assert said["columns"]["text"] == "Description"


def test_the_same_file_twice_imports_nothing_new(
    lotsen: Lotsen, history: Path, tickets: Path
) -> None:
    again = lotsen("import", "tickets", str(tickets), *MAPPING, "--json").json
    assert (again["imported"], again["duplicates"]) == (0, 45)
    assert again["training"]["reason"] == "nothing new was imported"


def test_a_dry_run_writes_nothing(lotsen: Lotsen, tickets: Path) -> None:
    dry = lotsen("import", "tickets", str(tickets), *MAPPING, "--dry-run", "--json").json
    assert (dry["imported"], dry["training"]) == (45, None)
    wet = lotsen("import", "tickets", str(tickets), *MAPPING, "--no-train", "--json").json
    assert (wet["imported"], wet["training"]) == (45, None)


@pytest.mark.slow
def test_too_little_to_learn_from_does_not_spoil_an_import(lotsen: Lotsen, tmp_path: Path) -> None:
    unlabelled = [(*row[:2], "", *row[3:]) for row in rows(30)]
    # The starter's categories are not in this home, nor are any others.
    file = write_csv(tmp_path / "few.csv", unlabelled)
    done = lotsen("import", "tickets", str(file), *MAPPING, "--json")
    assert done.code == 0
    assert done.json["imported"] == 30


def test_people_read_a_table_and_what_was_left_out(lotsen: Lotsen, tmp_path: Path) -> None:
    made = [*rows(30), ("INC9", "no such day", "VPN", "yesterday", "", "")]
    done = lotsen("import", "tickets", str(write_csv(tmp_path / "t.csv", made)), *MAPPING)
    assert done.code == 0
    assert "Imported" in done.out
    assert "Trained classifier-1" in done.out
    assert "yesterday" in done.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--map", "text=Nonsense"], "Nonsense"),
        (["--map", "colour=Kind"], "colour"),
        (["--map", "text"], "field=column"),
        (["--map", "text=Kind", "--map", "text=Description"], "twice"),
    ],
)
def test_a_wrong_mapping_is_refused(
    lotsen: Lotsen, tickets: Path, options: list[str], told: str
) -> None:
    done = lotsen("import", "tickets", str(tickets), *options, "--json")
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert len(done.err.splitlines()) == 1


def test_a_file_without_known_columns_is_refused(lotsen: Lotsen, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "wrong.csv", [("1", "2")] * 5, ("Foo", "Bar"))
    done = lotsen("import", "tickets", str(file), "--json")
    assert (done.code, done.out) == (2, "")
    assert "Foo" in done.err


def test_an_empty_file_is_refused(lotsen: Lotsen, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    done = lotsen("import", "tickets", str(tmp_path / "empty.csv"))
    assert (done.code, done.out) == (2, "")
    assert "empty" in done.err


@pytest.mark.parametrize("what", ["tickets", "knowledge"])
def test_a_missing_file_is_refused(lotsen: Lotsen, tmp_path: Path, what: str) -> None:
    done = lotsen("import", what, str(tmp_path / "gone.csv"), "--json")
    assert (done.code, done.out) == (2, "")
    assert "gone.csv" in done.err


@pytest.mark.slow
def test_knowledge_says_what_it_left_out(lotsen: Lotsen, tmp_path: Path) -> None:
    good = write_csv(
        tmp_path / "faq.csv",
        [("1", "How do I reach the VPN?", "Open the client and choose Office.")],
        ("id", "question", "answer"),
    )
    bad = write_csv(tmp_path / "bad.csv", [("1", "2")], ("Foo", "Bar"))
    done = lotsen("import", "knowledge", str(good), str(bad), "--json")
    assert done.code == 0
    assert (done.json["documents"], done.json["passages"]) == (1, 1)
    assert [item["path"] for item in done.json["skipped"]] == [str(bad)]


@pytest.mark.slow
def test_starter_articles_come_with_lotsen(lotsen: Lotsen) -> None:
    done = lotsen("import", "starter", "--json").json
    assert (done["documents"], done["skipped"]) == (1, [])
    assert done["passages"] >= 100
    assert "passages" in lotsen("import", "starter").out
