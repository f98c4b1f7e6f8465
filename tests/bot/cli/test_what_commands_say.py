"""What a newcomer reads after a command: one sentence about what happened."""

from datetime import date, timedelta

import pytest

from tests.bot.cli.conftest import Lotsen


@pytest.fixture
def started(lotsen: Lotsen) -> date:
    """Begin the plan and return its first day."""
    return date.fromisoformat(lotsen("plan", "start", "--json").json["started"])


@pytest.mark.usefixtures("started")
def test_the_plan_shows_the_keys_that_its_commands_need(lotsen: Lotsen) -> None:
    assert "w1.interviews" in lotsen("plan", "show").out


def test_a_change_of_the_plan_says_what_moved_and_not_the_whole_plan(
    lotsen: Lotsen, started: date
) -> None:
    day = (started + timedelta(days=21)).isoformat()
    lines = lotsen("plan", "move", "w1.interviews", "later", "--to", day).out.splitlines()
    assert lines[0].startswith("w1.interviews, ")
    assert "moved; due by" in lines[0]
    assert any(line.startswith("Moved along: w1.inefficiencies, from") for line in lines)
    assert not any("w8" in line for line in lines if "Moved along" not in line)

    (line,) = lotsen("plan", "block", "w1.interviews", "nobody is here").out.splitlines()
    assert line.startswith("w1.interviews, ")
    assert ": blocked;" in line


@pytest.mark.usefixtures("started")
def test_waiting_at_a_gate_asks_until_when(lotsen: Lotsen) -> None:
    refused = lotsen("plan", "decide", "gate30", "wait", "the board meets")
    assert refused.code == 2
    assert "--to" in refused.err


@pytest.mark.usefixtures("started")
def test_a_gate_without_a_criterion_names_the_command_of_a_terminal(lotsen: Lotsen) -> None:
    refused = lotsen("plan", "decide", "gate30", "go", "all is there")
    assert "`lotsen register add criteria`" in refused.err


def test_candidates_alone_lists_them(lotsen: Lotsen) -> None:
    assert lotsen("knowledge", "candidates").out == "No question waits.\n"
    assert lotsen("knowledge", "candidates", "--json").json == {"candidates": []}
