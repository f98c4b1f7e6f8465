"""``lotsen audit verify``: it says whether anything was changed, and ends accordingly."""

import sqlite3
from pathlib import Path

import pytest

from bot.cli.application import FAILURE
from tests.bot.cli.conftest import MAPPING, Lotsen, rows, write_csv


def change(home: Path, statement: str) -> None:
    """Do what nobody should: lift the guard of a table and write past Lotsen."""
    with sqlite3.connect(home / "lotsen.db") as connection:
        connection.execute("DROP TRIGGER assumption_no_update")
        connection.execute(statement)
    connection.close()


def test_a_rate_that_was_changed_past_lotsen_is_named(lotsen: Lotsen, home: Path) -> None:
    lotsen("assume", "loaded_rate", "50", "--source", "CFO")
    fine = lotsen("audit", "verify", "--json")
    assert (fine.code, fine.json["ok"], fine.json["n"], fine.json["problems"]) == (0, True, 1, [])

    change(home, "UPDATE assumption SET value = 90")

    found = lotsen("audit", "verify", "--json")
    assert found.code == FAILURE
    assert found.json == {
        "ok": False,
        "n": 1,
        "head": fine.json["head"],
        "problems": [
            {"kind": "assumption", "key": "1", "why": "the row is not the one that was entered"}
        ],
    }
    said = lotsen("audit", "verify")
    assert said.code == FAILURE
    assert "assumption" in said.out

    (check,) = (one for one in lotsen("doctor", "--json").json["checks"] if one["name"] == "audit")
    assert not check["ok"]
    assert "lotsen audit verify" in check["fix"]


@pytest.mark.slow
def test_tickets_imported_into_the_days_of_the_baseline_are_said_everywhere(
    lotsen: Lotsen, tickets: Path, tmp_path: Path
) -> None:
    lotsen("import", "tickets", str(tickets), *MAPPING, "--no-train")
    lotsen("baseline", "freeze")
    assert lotsen("baseline", "show", "--json").json["baseline_changed"] is None
    assert lotsen("roi", "--json").json["baseline_changed"] is None

    late = [(f"LATE{number}", *row[1:5], "95") for number, row in enumerate(rows(15))]
    more = write_csv(tmp_path / "late.csv", late)
    lotsen("import", "tickets", str(more), *MAPPING, "--no-train")

    said = "15 tickets were imported into the baseline's days after it was frozen: not counted."
    for call in (("baseline", "show"), ("roi",)):
        assert said in lotsen(*call).out
        changed = lotsen(*call, "--json").json["baseline_changed"]
        assert changed["tickets_added"] == 15
        assert changed["events_now"] > changed["events_then"]
    (check,) = (
        one for one in lotsen("doctor", "--json").json["checks"] if one["name"] == "baseline"
    )
    assert check["ok"]
    assert said in check["fix"]
    assert lotsen("audit", "verify").code == 0
