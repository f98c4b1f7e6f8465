"""``lotsen plan``: begin, look, mark."""

import pytest

from tests.bot.cli.conftest import Lotsen


def test_a_plan_is_begun_and_shown(lotsen: Lotsen) -> None:
    begun = lotsen("plan", "start", "--date", "2026-09-07", "--json").json
    assert set(begun) >= {"started", "day", "week", "checkpoints"}
    assert begun["started"] == "2026-09-07"
    assert set(begun["checkpoints"][0]) == {"key", "week", "title", "due", "state", "evidence"}
    assert lotsen("plan", "status", "--json").json == lotsen("plan", "show", "--json").json
    assert "90-day plan" in lotsen("plan", "show").out


def test_a_checkpoint_is_done_with_evidence(lotsen: Lotsen) -> None:
    lotsen("plan", "start")
    done = lotsen("plan", "done", "w1", "minutes of five interviews", "--json").json
    assert done["checkpoints"][0]["state"] == "done"
    assert done["checkpoints"][0]["evidence"] == "minutes of five interviews"


def test_without_a_plan_the_status_says_so(lotsen: Lotsen) -> None:
    assert lotsen("plan", "status", "--json").json["started"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["start", "--date", "2026-02-30"],
        ["start", "--date", "1999-01-01"],
        ["done", "w99", "evidence"],
        ["done", "w1", "  "],
        ["done", "w1", "there is no plan"],
        ["stop"],
    ],
)
def test_what_is_wrong_with_a_plan_is_said(lotsen: Lotsen, arguments: list[str]) -> None:
    done = lotsen("plan", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err
