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
    fine = lotsen("audit", "verify", "--json")  # the rate, and the currency that it fixed
    assert (fine.code, fine.json["ok"], fine.json["n"], fine.json["problems"]) == (0, True, 2, [])

    change(home, "UPDATE assumption SET value = 90")

    found = lotsen("audit", "verify", "--json")
    assert found.code == FAILURE
    assert found.json == {
        "ok": False,
        "n": 2,
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


@pytest.mark.slow
def test_an_issued_statement_is_compared_with_one_made_anew(
    lotsen: Lotsen, tickets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSEN_LEAD_CHANNEL", "CLEAD")
    lotsen("import", "tickets", str(tickets), *MAPPING, "--no-train")
    lotsen("cost", "add", "licence", "500", "licence", "--on", "2026-11-02")
    monkeypatch.setenv("LOTSEN_NOW", "2027-01-04T09:00:00Z")
    assert "2026Q4 was issued yet" in lotsen("roi", "--issued").err
    lotsen("jobs", "run", "quarterly_roi", "--at", "2027-01-04T09:00")
    first = lotsen("roi", "--issued", "--json").json
    assert (first["quarter"], first["cost_eur"]) == ("2026Q4", 500)
    assert (first["issued"]["differs"], first["issued"]["because"]) == ([], [])

    monkeypatch.setenv("LOTSEN_NOW", "2027-03-15T09:00:00Z")
    lotsen("cost", "add", "licence", "-399", "credit", "--on", "2026-11-02")
    late = lotsen("assume", "loaded_rate", "90", "--source", "CFO", "--from", "2026-10-01")
    assert "Decided after its quarter had ended: statements take it from Q1 2027 on." in late.err
    assert lotsen("assume", "loaded_rate", "91", "--source", "CFO").err == ""

    anew = lotsen("roi", "--quarter", "2026Q4", "--json").json
    assert anew["cost_eur"] == 101
    assert anew["assumptions"][0]["value"] == 45
    assert anew["issued"]["sha256"] == first["issued"]["sha256"]
    assert {"key": "cost_eur", "then": 500.0, "now": 101.0} in anew["issued"]["differs"]
    assert anew["issued"]["because"] == [{"kind": "costs booked since", "n": 1, "eur": -399.0}]
    assert "Costs of the quarter €500 → €101" in lotsen("roi", "--quarter", "2026Q4").out

    assert lotsen("roi", "--issued", "--quarter", "2026Q4", "--json").json == first
    assert "€500" in lotsen("roi", "--issued").out
    assert lotsen("roi", "--issued", "--pdf", "x.pdf").code == 2
    assert lotsen("audit", "verify").code == 0
