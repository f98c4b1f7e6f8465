"""The programme's pictures and papers, from a command to Slack, and App Home of the IT lead."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.blocks import text_of
from models.commands import ChangeRegister
from models.desk.privacy.persons import copy_of, erase
from models.registers.deciding import LineChange
from tests.stories.conftest import ASA, KIM, LEAD, LENA, Office

pytest.importorskip("matplotlib")
pytest.importorskip("typst")

Open = Callable[..., Office]
PNG = b"\x89PNG"
RISK = {
    "name": "Brand i serverrummet", "kind": "technical", "likelihood": "2", "impact": "5",
    "action": "Flytta servrarna", "state": "open",
}  # fmt: skip


@pytest.fixture
def office(open_office: Open) -> Office:
    office = open_office()
    office.lotsen.registers.change("risks", LineChange(0, RISK), office.clock())
    return office


def asked(office: Office, user: str, words: str, channel: str = LEAD) -> str:
    """Type ``/lotsen`` and some words; give what only the asker reads."""
    office.double.command(user, channel, "/lotsen", words)
    office.settle()
    return text_of(list(office.double.ephemerals(user)[-1].blocks))


def images(office: Office, user: str) -> list[dict[str, Any]]:
    """The pictures in the direct message to somebody."""
    sent = office.double.messages(office.double.im(user))
    return [block for post in sent for block in post.blocks if block["type"] == "image"]


def content(office: Office, image: dict[str, Any]) -> bytes:
    stored = {file.id: file.content for file in office.double.files}
    return stored[image["slack_file"]["id"]]


def test_a_register_comes_with_its_picture_in_a_direct_message(office: Office) -> None:
    assert "direktmeddelande" in asked(office, LENA, "register risks")
    (image,) = images(office, LENA)
    assert content(office, image).startswith(PNG)
    assert "Brand i serverrummet: sannolikhet 2, konsekvens 5, hög" in image["alt_text"]
    assert images(office, KIM) == []


def test_the_same_picture_is_sent_once_a_day_and_a_changed_one_again(office: Office) -> None:
    asked(office, LENA, "register risks")
    asked(office, LENA, "register risks")
    assert len(images(office, LENA)) == 1
    office.lotsen.registers.change(
        "risks", LineChange(0, {**RISK, "name": "Vatten"}), office.clock()
    )
    asked(office, LENA, "register risks")
    assert len(images(office, LENA)) == 2


def test_nothing_to_draw_promises_no_picture(office: Office) -> None:
    assert "direktmeddelande" not in asked(office, LENA, "register systems")
    assert "direktmeddelande" not in asked(office, LENA, "register costs")
    assert images(office, LENA) == []


def test_who_may_not_see_a_register_gets_no_picture_of_it(office: Office) -> None:
    assert "direktmeddelande" not in asked(office, ASA, "register risks", channel="CHELP")
    assert images(office, ASA) == []


def test_the_plan_comes_with_its_timeline(office: Office) -> None:
    assert "direktmeddelande" not in asked(office, LENA, "plan")
    office.lotsen.plan.start(None, office.clock())
    assert "direktmeddelande" in asked(office, LENA, "plan")
    (image,) = images(office, LENA)
    assert content(office, image).startswith(PNG)
    assert "Nästa beslut: dag 30" in image["alt_text"]


def documents(office: Office, job: str, at: Any) -> list[Any]:
    """Let a job post to the lead; give the documents below its posts."""
    ran = office.service.runner.run(job, at)
    assert ran.ran
    office.service.tick(office.clock())
    office.settle()
    return [post for post in office.posts(LEAD) if post.files]


def test_the_quarterly_statement_has_its_pdf_below_it(office: Office) -> None:
    (below,) = documents(office, "quarterly_roi", office.clock())
    (file,) = below.files
    assert file["name"].endswith(".pdf")
    assert content(office, {"slack_file": file}).startswith(b"%PDF")
    (head,) = [post for post in office.posts(LEAD) if post.ts == below.thread_ts]
    assert head.metadata["event_payload"]["key"].startswith("quarterly_roi:")


def test_the_roadmap_has_the_programme_in_pictures_below_it(office: Office) -> None:
    now = office.clock()
    wednesday = now - timedelta(days=(now.weekday() - 3) % 7 + 1)
    office.lotsen.plan.start(wednesday.date() - timedelta(days=79), now)
    (below,) = documents(office, "plan_roadmap", wednesday.replace(hour=12))
    assert below.files[0]["name"].startswith("programme-")
    assert content(office, {"slack_file": below.files[0]}).startswith(b"%PDF")


def home(office: Office, user: str) -> list[dict[str, Any]]:
    def drawn() -> int:
        calls = office.double.calls
        return sum(one.method == "views.publish" and one.answer["ok"] for one in calls)

    before = drawn()
    office.double.open_home(user)
    office.double.wait_until(lambda: drawn() > before)
    found = office.double.home(user)
    assert found is not None
    return list(found["blocks"])


def test_app_home_shows_the_lead_what_waits_the_figures_and_the_registers(office: Office) -> None:
    office.lotsen.plan.start(office.clock().date() - timedelta(days=31), office.clock())
    wanted = {"name": "Copilot", "purpose": "Kod", "data_class": "public"}
    now = office.clock()
    request = ChangeRegister(
        id="Ev-request", user=ASA, kind="ai_requests", number=0, version=None, raw=wanted, at=now
    )
    office.lotsen.mailbox.accept(request, now)
    office.settle()
    blocks = home(office, LENA)
    told = text_of(blocks)
    for said in (
        "Väntar på ditt beslut", "Dag 30: går planen vidare?", "förfrågan om ett AI-verktyg: Copilot",
        "Handläggningstid", "Öppna ärenden", "Risker (10)",
    ):  # fmt: skip
        assert said in told
    assert "Väntar på ditt beslut" not in text_of(home(office, KIM))
    assert "Risker (10)" not in text_of(home(office, ASA))


def test_a_register_opens_from_app_home(office: Office) -> None:
    home(office, LENA)
    office.double.click_view(LENA, "register_open_risks", home=True)
    office.settle()
    sent = office.double.messages(office.double.im(LENA))
    assert "Brand i serverrummet" in str([post.blocks for post in sent])


def test_app_home_shows_a_picture_that_was_sent_before_and_draws_none(office: Office) -> None:
    assert all(block["type"] != "image" for block in home(office, LENA))
    asked(office, LENA, "register risks")
    began = time.process_time()
    (image,) = [block for block in home(office, LENA) if block["type"] == "image"]
    assert time.process_time() - began < 3  # Slack waits no longer
    assert content(office, image).startswith(PNG)
    assert len(office.double.files) == 1


def test_app_home_stands_though_its_picture_was_deleted_in_slack(office: Office) -> None:
    asked(office, LENA, "register risks")
    office.double._slack.workspace.files.clear()
    blocks = home(office, LENA)
    assert all(block["type"] != "image" for block in blocks)
    assert "Brand i serverrummet" in text_of(blocks)


def test_erasure_reaches_pictures_that_wait(office: Office) -> None:
    office.double.faults.methods = frozenset({"files.getUploadURLExternal"})
    office.double.faults.rate_limited, office.double.faults.retry_after = 1.0, 3600
    office.double.command(LENA, LEAD, "/lotsen", "register risks")

    def waiting(unit: Any) -> list[str]:
        return [
            row.key for row in unit.outbox.listing(("ready",)) if row.key.startswith("picture:")
        ]

    office.double.wait_until(lambda: office.read(waiting))
    (key,) = office.read(waiting)
    assert office.read(lambda unit: unit.post_files.of(key)[0].content).startswith(PNG)
    assert copy_of(office.lotsen.store, LENA).rows["outbox_file"]

    erase(office.lotsen.desk, LENA, office.clock())

    (file,) = office.read(lambda unit: unit.post_files.of(key))
    assert (file.content, file.alt, file.title) == (b"", "", "")


def test_without_the_extra_nothing_is_promised_and_the_statement_goes_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "typst", None)
    assert "direktmeddelande" not in asked(office, LENA, "register risks")
    assert documents(office, "quarterly_roi", office.clock()) == []
    assert office.posts(LEAD)
