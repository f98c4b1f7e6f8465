"""``lotsen model``: which version serves, its card, the way back, suggest-only, the report."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from models.store.transaction import Store
from models.tables import TriageMode

Lotsen = Callable[..., Any]


def demote(home: Path) -> None:
    store = Store(f"sqlite:///{home / 'lotsen.db'}")
    with store.begin() as unit:
        at = datetime(2026, 11, 1, tzinfo=UTC)
        unit.oversight.save(TriageMode(at=at, suggest_only=True, reason="", correct=3, n=20))
    store.close()


@pytest.mark.usefixtures("history")
def test_a_roll_back_lets_the_version_before_serve_again(lotsen: Lotsen) -> None:
    assert lotsen("train", "--json").json["promoted"]
    before = lotsen("model", "list", "--json").json
    assert [line["serves"] for line in before["versions"]] == [True, False]

    assert lotsen("model", "rollback", "--json").json == {"model": "classifier-1", "instead_of": 2}

    after = lotsen("model", "list", "--json").json
    assert after["champion"] == 1
    assert after["rollbacks"][0]["from_version"] == 2
    assert "→ classifier-1" in lotsen("model", "list").out
    again = lotsen("model", "rollback")
    assert (again.code, "no earlier model" in again.err) == (2, True)


@pytest.mark.usefixtures("history")
def test_a_card_is_printed_in_ones_own_language(lotsen: Lotsen, home: Path) -> None:
    english = lotsen("model", "card")
    assert english.out.startswith("# Model card: classifier-1\n")
    assert "2026-09-07" in english.out
    assert lotsen("model", "card", "classifier-1").out == english.out
    assert lotsen("model", "card", "1", "--json").json["card"] == english.out.rstrip("\n") + "\n"
    assert lotsen("model", "card", "9").code == 2
    assert "such as 3" in lotsen("model", "card", "newest").err


@pytest.mark.usefixtures("history")
def test_suggest_only_is_seen_by_the_doctor_and_ended_by_hand(lotsen: Lotsen, home: Path) -> None:
    demote(home)
    checks = {check["name"]: check for check in lotsen("doctor", "--json").json["checks"]}
    assert not checks["model"]["ok"]
    assert "only suggests" in checks["model"]["detail"]
    assert "Suggest only" in lotsen("model", "list").out

    assert lotsen("model", "resume", "--json").json == {"suggest_only": False, "changed": True}
    assert lotsen("model", "resume", "--json").json["changed"] is False
    checks = {check["name"]: check for check in lotsen("doctor", "--json").json["checks"]}
    assert checks["model"]["ok"]


@pytest.mark.slow
@pytest.mark.usefixtures("history")
def test_the_report_is_one_object_and_something_to_read(lotsen: Lotsen) -> None:
    found = lotsen("model", "report", "--json").json

    assert (found["model"], found["live"]["n"]) == ("classifier-1", 0)
    assert found["curve"][-1]["n"] == 36
    told = lotsen("model", "report").out
    assert "No blind checks yet" in told
    assert "How much more tickets help" in told


@pytest.mark.usefixtures("history")
def test_the_night_job_is_there_and_has_nothing_to_do(lotsen: Lotsen) -> None:
    ran = lotsen("jobs", "run", "retrain", "--at", "2026-11-23T03:10", "--json").json

    assert (ran["job"], ran["period"], ran["message"]) == ("retrain", "2026-11-23", None)
