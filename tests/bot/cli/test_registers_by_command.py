"""``lotsen register``: list, add, amend, history, files and pictures."""

import csv
import json
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen

KINDS = (
    "use_cases", "systems", "data_sources", "skills", "risks", "ai_systems", "costs", "roles",
)  # fmt: skip
RISK = ("-s", "name=Fire", "-s", "kind=technical", "-s", "likelihood=2", "-s", "impact=5",
        "-s", "state=open")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_register_of_the_contract_is_listed(lotsen: Lotsen, kind: str) -> None:
    found = lotsen("register", "list", kind, "--json").json
    assert set(found) == {"kind", "lines"}
    assert found["kind"] == kind
    assert lotsen("register", "list", kind).code == 0
    fields = lotsen("register", "fields", kind, "--json").json["fields"]
    assert any(field["required"] == "yes" for field in fields)


def test_a_line_is_added_amended_retired_restored_and_remembered(lotsen: Lotsen) -> None:
    added = lotsen("register", "add", "risks", *RISK, "--json").json
    number = str(added["number"])
    assert added["version"] == 1
    amended = lotsen("register", "amend", "risks", number, "-s", "impact=3", "--version", "1")
    assert "version 2" in amended.out
    assert lotsen("register", "retire", "risks", number).code == 0
    assert number not in [
        str(line["number"]) for line in lotsen("register", "list", "risks", "--json").json["lines"]
    ]
    assert lotsen("register", "restore", "risks", number, "--json").json["version"] == 4

    told = lotsen("register", "history", "risks", number, "--json").json["versions"]
    assert [version["change"] for version in told] == ["restored", "retired", "amended", "added"]
    assert told[2]["values"] == {"impact": 3}
    assert "Impact: 3" in lotsen("register", "history", "risks", number).out


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("list", "hopes"), "no register 'hopes'"),
        (("add", "risks", "-s", "name"), "FIELD=VALUE"),
        (("add", "risks"), "name: This field is needed"),
        (("add", "risks", *RISK, "-s", "impact=9"), "from 1 to 5"),
        (("amend", "risks", "99", "-s", "impact=1"), "no line 99"),
        (("amend", "risks", "1", "--version", "7"), "Somebody else"),
        (("picture", "skills", "x.png"), "has no picture"),
        (("picture", "systems", "x.png"), "amend one first"),
        (("import", "risks", "missing.csv"), "missing.csv"),
        (("export", "risks", "--out", "no/such/folder/x.csv"), "cannot be written"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(
    lotsen: Lotsen, args: tuple[str, ...], told: str
) -> None:
    done = lotsen("register", *args)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert len(done.err.splitlines()) == 1


def test_exports_in_three_formats_and_an_import_that_changes_nothing(
    lotsen: Lotsen, tmp_path: Path
) -> None:
    lotsen("register", "add", "risks", *RISK, "-s", "action==cmd|' /C calc'!A0")
    whole = json.loads(lotsen("register", "export", "risks", "--format", "json").out)
    assert whole["kind"] == "risks"
    assert whole["lines"][-1]["level"] == "high"
    assert "| 10 | Fire |" in lotsen("register", "export", "risks", "--format", "md").out

    file = tmp_path / "risks.csv"
    assert lotsen("register", "export", "risks", "--out", str(file)).code == 0
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 10
    assert rows[-1]["action"] == "'=cmd|' /C calc'!A0"
    only_fire = [list(rows[-1]), list(rows[-1].values())]
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(only_fire)

    back = lotsen("register", "import", "risks", str(file), "--json").json
    assert back == {"added": 0, "amended": 0, "same": 1, "skipped": []}


@pytest.mark.slow
def test_an_export_comes_back_unchanged_though_its_lines_are_not_complete(
    lotsen: Lotsen, tmp_path: Path
) -> None:
    file = tmp_path / "register.csv"
    for kind in ("risks", "systems", "use_cases", "ai_systems", "skills", "data_sources"):
        lotsen("register", "export", kind, "--out", str(file))
        with file.open(encoding="utf-8-sig", newline="") as stream:
            n = len(list(csv.DictReader(stream)))

        back = lotsen("register", "import", kind, str(file), "--json").json

        assert back == {"added": 0, "amended": 0, "same": n, "skipped": []}, kind


def test_a_field_that_is_needed_is_still_asked_for_once_a_row_changes(
    lotsen: Lotsen, tmp_path: Path
) -> None:
    file = tmp_path / "risks.csv"
    file.write_text("number,likelihood,action\n1,,Call them\n", "utf-8")

    back = lotsen("register", "import", "risks", str(file), "--json").json

    assert (back["amended"], back["same"], len(back["skipped"])) == (0, 0, 1)
    assert "likelihood" in back["skipped"][0]["reason"]


def test_rows_in_error_are_told_one_by_one(lotsen: Lotsen, tmp_path: Path) -> None:
    file = tmp_path / "systems.csv"
    file.write_text("name,readiness,rationale\nERP,4,api\nCRM,6,x\n", "utf-8")
    done = lotsen("register", "import", "systems", str(file))
    assert "Added 1, amended 0, unchanged 0, left out 1." in done.out
    assert done.err.strip() == "row 3: readiness: Write a number from 1 to 5."


@pytest.mark.slow
def test_a_picture_is_drawn(lotsen: Lotsen, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    lotsen("register", "add", "risks", *RISK)
    file = tmp_path / "risks.png"
    done = lotsen("register", "picture", "risks", str(file), "--json").json
    assert done["shown"] == 1
    assert file.read_bytes().startswith(b"\x89PNG")


def test_a_list_is_narrowed(lotsen: Lotsen) -> None:
    found = lotsen("register", "list", "use_cases", "--where", "quick_win=yes", "--json").json
    assert len(found["lines"]) == 2
    assert all(line["quick_win"] == "yes" for line in found["lines"])
    refused = lotsen("register", "list", "use_cases", "--where", "colour=red")
    assert (refused.code, "has no 'colour'" in refused.err) == (2, True)


def test_costs_are_those_of_the_ledger(lotsen: Lotsen) -> None:
    lotsen("cost", "add", "licence", "120.50", "Seats", "--on", "2026-11-02")
    lotsen("register", "add", "costs", "-s", "description=Correction", "-s", "kind=licence",
           "-s", "eur=-20,50", "-s", "booked_on=2026-11-03")  # fmt: skip
    lines = lotsen("register", "list", "costs", "--json").json["lines"]
    assert [(line["description"], line["eur"]) for line in lines] == [
        ("Seats", 120.5),
        ("Correction", -20.5),
    ]
    assert lotsen("cost", "list", "--json").json["total_eur"] == 100
