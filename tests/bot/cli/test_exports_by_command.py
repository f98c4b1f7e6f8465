"""``lotsen export`` and ``lotsen baseline choose``."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen


def test_figures_go_into_a_folder(lotsen: Lotsen, history: Path, tmp_path: Path) -> None:
    said = lotsen("export", str(tmp_path / "out"), "--json").json

    assert said["left_out"] == ["tickets"]
    assert {"name": "weeks.csv", "rows": 7} in said["files"]
    assert (tmp_path / "out" / "weeks.csv").exists()
    assert "--tickets" in lotsen("export", str(tmp_path / "out")).err
    whole = lotsen("export", str(tmp_path / "out"), "--tickets", "--format", "json", "--json").json
    assert {"name": "tickets.json", "rows": 45} in whole["files"]


def test_another_format_is_refused(lotsen: Lotsen, tmp_path: Path) -> None:
    assert lotsen("export", str(tmp_path), "--format", "xlsx").code == 2


def test_observing_is_chosen_once_and_shown(lotsen: Lotsen) -> None:
    assert lotsen("baseline", "status", "--json").json["state"] == "open"

    chosen = lotsen("baseline", "choose", "observe", "--weeks", "6", "--json").json
    assert chosen["state"] == "observing"
    assert lotsen("baseline", "status", "--json").json == chosen
    assert "does not assist" in lotsen("baseline", "status").out


@pytest.mark.parametrize("words", [["override"], ["observe", "--weeks", "0"], ["freeze"], ["wait"]])
def test_a_choice_that_cannot_be_is_refused_with_what_to_do(
    lotsen: Lotsen, words: list[str]
) -> None:
    ended = lotsen("baseline", "choose", *words)
    assert ended.code == 2
    assert ended.err
    assert lotsen("baseline", "status", "--json").json["state"] == "open"


def test_going_without_is_open_and_the_statement_has_no_baseline(lotsen: Lotsen) -> None:
    lotsen("baseline", "choose", "observe")
    chosen = lotsen("baseline", "choose", "override", "--reason", "We dare", "--json").json
    assert (chosen["state"], chosen["baseline"]) == ("open", None)
    assert lotsen("roi", "--quarter", "2026Q4", "--json").json["reason"] == "no baseline"


def test_imported_history_is_frozen(lotsen: Lotsen, history: Path) -> None:
    chosen = lotsen("baseline", "choose", "freeze", "--json").json
    shown = lotsen("baseline", "show", "--json").json
    assert chosen["baseline"] == shown["sha256"]
    assert lotsen("baseline", "choose", "observe").code == 2
