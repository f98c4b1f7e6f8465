"""``lotsen plan``: begin, look, mark."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.store.transaction import Store
from tests.bot.cli.conftest import Lotsen
from tests.models.programme.criteria import add_criterion


@pytest.mark.slow
def test_a_plan_is_begun_and_shown(lotsen: Lotsen) -> None:
    begun = lotsen("plan", "start", "--date", "2026-09-07", "--json").json
    assert set(begun) >= {"started", "day", "week", "checkpoints"}
    assert begun["started"] == "2026-09-07"
    assert set(begun["checkpoints"][0]) == {"key", "week", "title", "due", "state", "evidence"}
    assert lotsen("plan", "status", "--json").json == lotsen("plan", "show", "--json").json
    assert "90-day plan" in lotsen("plan", "show").out


def test_a_second_start_needs_a_word(lotsen: Lotsen) -> None:
    lotsen("plan", "start", "--date", "2026-09-07")

    refused = lotsen("plan", "start", "--date", "2026-09-14", "--json")

    assert (refused.code, refused.out) == (2, "")
    assert "--again" in refused.err
    again = lotsen("plan", "start", "--date", "2026-09-14", "--again", "--json").json
    assert again["started"] == "2026-09-14"


def test_a_checkpoint_is_done_with_evidence(lotsen: Lotsen) -> None:
    lotsen("plan", "start")
    done = lotsen("plan", "done", "w1", "minutes of five interviews", "--json").json
    assert done["checkpoints"][0]["state"] == "done"
    assert done["checkpoints"][0]["evidence"] == "minutes of five interviews"


@pytest.mark.slow
def test_a_task_is_blocked_moved_and_opened_again(lotsen: Lotsen) -> None:
    started = date.fromisoformat(lotsen("plan", "start", "--json").json["started"])

    def task(said: Any, key: str) -> Any:
        return next(item for item in said["tasks"] if item["key"] == key)

    said = lotsen("plan", "block", "w1.interviews", "nobody is here", "--json").json
    assert task(said, "w1.interviews")["state"] == "blocked"
    day = (started + timedelta(days=21)).isoformat()
    said = lotsen("plan", "move", "w1.interviews", "later", "--to", day, "--json").json
    assert task(said, "w1.interviews")["due"] >= day
    assert task(said, "w1.inefficiencies")["due"] >= day
    said = lotsen("plan", "reopen", "w1.interviews", "they are back", "--json").json
    assert task(said, "w1.interviews")["state"] == "todo"

    changes = lotsen("plan", "history", "w1.interviews", "--json").json["changes"]
    assert [change["act"] for change in changes] == ["reopened", "moved", "blocked"]
    assert "they are back" in lotsen("plan", "history", "w1.interviews").out


@pytest.mark.slow
def test_a_gate_is_decided_once(lotsen: Lotsen, home: Path) -> None:
    lotsen("plan", "start")
    refused = lotsen("plan", "decide", "gate30", "go", "all is there")
    assert (refused.code, "success criterion" in refused.err) == (2, True)
    store = Store(f"sqlite:///{home / 'lotsen.db'}")
    add_criterion(store, 2)
    store.close()
    decided = lotsen("plan", "decide", "gate30", "go", "all is there", "--json").json
    assert decided["gates"][0]["state"] == "done"
    assert lotsen("plan", "decide", "gate30", "stop", "or not").code == 2
    assert lotsen("plan", "decide", "gate60", "wait", "the board meets").code == 2  # until when?


@pytest.mark.slow
def test_the_plan_is_drawn_and_its_roadmap_written(lotsen: Lotsen, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    lotsen("plan", "start")
    assert lotsen("plan", "picture", str(tmp_path / "plan.png")).code == 0
    assert (tmp_path / "plan.png").read_bytes().startswith(b"\x89PNG")
    assert "No use case is rated yet" in lotsen("plan", "roadmap").out
    assert lotsen("plan", "picture", str(tmp_path / "no" / "plan.png")).code == 2


@pytest.mark.slow
def test_the_programme_goes_on_paper_though_little_is_rated_yet(
    lotsen: Lotsen, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("typst")
    from pypdf import PdfReader

    file = tmp_path / "programme.pdf"
    lotsen("plan", "start")
    lotsen("register", "amend", "risks", "1", "-s", "likelihood=4", "-s", "impact=5")
    assert lotsen("plan", "report", "--pdf", str(file)).code == 0
    told = [page.extract_text() for page in PdfReader(file).pages]
    assert len(told) == 4
    assert "tasks done" in told[0]
    assert "Nothing to draw yet" in told[1]
    assert "likelihood 4, impact 5, critical" in told[2]
    assert lotsen("plan", "report", "--pdf", str(tmp_path / "no" / "x.pdf")).code == 2


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
        ["block", "w1.interviews", "there is no plan"],
        ["move", "w1.interviews", "later", "--to", "soon"],
        ["history", "w99"],
        ["picture", "plan.png"],
    ],
)
def test_what_is_wrong_with_a_plan_is_said(lotsen: Lotsen, arguments: list[str]) -> None:
    done = lotsen("plan", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err
