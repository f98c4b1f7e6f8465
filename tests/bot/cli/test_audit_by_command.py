"""``lotsen audit verify``: it says whether anything was changed, and ends accordingly."""

import sqlite3
from pathlib import Path

from bot.cli.application import FAILURE
from tests.bot.cli.conftest import Lotsen


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
