"""The duty rota on the command line: what Slack's forms do, with the same history."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.cli.conftest import Lotsen


@pytest.fixture(autouse=True)
def _staff(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("LOTSEN_AGENTS", "U1,U2,U3")


def on_duty(done: Any) -> list[list[str]]:
    return [[one["slack_id"] for one in week["people"]] for week in json.loads(done.out)["weeks"]]


def test_an_order_is_set_weeks_swapped_and_one_changed(lotsen: Lotsen) -> None:
    done = lotsen("duty", "set", "2026-W48", "U1", "U2", "U3", "--order", "1", "--json")
    assert on_duty(done)[:4] == [["U1"], ["U2"], ["U3"], ["U1"]]

    lotsen("duty", "set", "2026-W49", "--swap", "2026-W50")
    lotsen("duty", "set", "2026-W51", "U2", "U3")
    listed = lotsen("duty", "list", "--weeks", "4", "--json")
    assert on_duty(listed) == [["U1"], ["U3"], ["U2"], ["U2", "U3"]]
    assert [week["apart"] for week in json.loads(listed.out)["weeks"]] == [False, True, True, True]
    history = json.loads(listed.out)["history"]
    assert [one["act"] for one in history] == ["week", "week", "week", "order"]
    assert [len(one["people"]) for one in history] == [1, 1, 1, 3]
    assert "U2" in lotsen("duty", "list").out


def test_what_cannot_be_is_refused(lotsen: Lotsen) -> None:
    refused = lotsen("duty", "set", "2026-W48", "U9")
    assert refused.code == 2
    assert "U9 is not one of the support team" in refused.err
    assert "no week" in lotsen("duty", "set", "2026-11", "U1").err
    assert lotsen("duty", "set", "2026-W01", "U1").code == 2
