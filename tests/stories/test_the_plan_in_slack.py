"""The plan from the check-in to a form to the check-in drawn anew, against a strict Slack."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.demo.double import Control
from bot.slack.blocks import text_of
from models.programme.status import TaskState
from tests.models.programme.criteria import add_criterion
from tests.stories.conftest import ASA, KIM, LEAD, LENA, SUPPORT, Office

Open = Callable[..., Office]
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def office(open_office: Open) -> Office:
    """An office on a Friday afternoon, on day 30 of its plan."""
    office = open_office()
    friday = a_friday(office.clock() + timedelta(days=1))
    office.clock.forward(friday - office.clock())
    office.lotsen.plan.start(friday.date() - timedelta(days=29), office.clock())
    return office


def a_friday(after: datetime) -> datetime:
    """Return the first Friday of a March to come: no holiday has ever been near it."""
    first = datetime(after.year + 1, 3, 1, 14, tzinfo=STOCKHOLM)
    return (first + timedelta(days=(4 - first.weekday()) % 7)).astimezone(UTC)


def posted(office: Office, job: str) -> Any:
    """Let a job post and give the post; Slack's clock may let other jobs post as well."""
    office.service.runner.run(job, office.clock())
    return again(office, {"plan_check_in": "Avstämning", "plan_gates": "Dag 30"}[job])


def again(office: Office, title: str) -> Any:
    office.settle()
    (found,) = (post for post in office.posts(LEAD) if text_of(post.blocks).startswith(title))
    return found


def state(office: Office, key: str) -> TaskState:
    status = office.lotsen.plan.status(office.clock())
    found = status.task(key) or status.gate(key)
    assert found is not None
    return found.state


def whispered(office: Office, user: str) -> str:
    return str(office.double.ephemerals(user)[-1].text)


def open_form(office: Office, user: str, post: Any, action: str, key: str) -> Any:
    office.double.click(user, LEAD, post.ts, Control(action, f"plan:{key}"))
    return office.double.view(user)


def test_a_task_is_done_with_its_evidence_and_leaves_the_check_in(office: Office) -> None:
    post = posted(office, "plan_check_in")
    assert "Intervjua avdelningscheferna" in text_of(post.blocks)

    view = open_form(office, LENA, post, "plan_done", "w1.interviews")
    assert "anteckningar från intervjuerna" in text_of(view["blocks"])
    office.double.submit(LENA, {"told": {"value": "Sex chefer, se wikin"}})
    office.settle()

    assert state(office, "w1.interviews") is TaskState.DONE
    assert whispered(office, LENA) == "Klart: Intervjua avdelningscheferna"
    assert "Intervjua avdelningscheferna" not in text_of(again(office, "Avstämning").blocks)
    (change,) = office.lotsen.plan.history("w1.interviews")
    assert (change.told, len(change.by)) == ("Sex chefer, se wikin", 32)


def test_what_is_wrong_is_said_in_the_form_while_it_is_open(office: Office) -> None:
    post = posted(office, "plan_check_in")

    assert open_form(office, LENA, post, "plan_done", "w1.inefficiencies")
    ack = office.double.submit(LENA, {"told": {"value": "Lösenord"}})
    assert "tre rader" in ack.body["errors"]["told"]

    three = "Lösenord, 300 min\nSkrivare, 120 min\nBehörigheter, 90 min"
    assert office.double.submit(LENA, {"told": {"value": three}}).status == 200
    office.settle()
    assert state(office, "w1.inefficiencies") is TaskState.DONE


def test_a_task_is_moved_with_what_waits_and_handed_over(office: Office) -> None:
    post = posted(office, "plan_check_in")
    later = office.lotsen.plan.today(office.clock()) + timedelta(days=21)

    assert open_form(office, LENA, post, "plan_move", "w1.interviews")
    office.double.submit(
        LENA,
        {"day": {"value": later.isoformat()}, "told": {"value": "sjuka"}, "owner": {"value": KIM}},
    )
    office.settle()

    task = office.lotsen.plan.status(office.clock()).task("w1.interviews")
    assert task is not None
    assert (task.state, task.owner, task.reason) == (TaskState.MOVED, "Kim Ek", "sjuka")
    assert task.due is not None
    assert task.due >= later
    assert whispered(office, LENA).startswith("Flyttat till ")
    assert "flyttas med: Peka ut" in text_of(office.double.ephemerals(LENA)[-1].blocks)


def test_a_day_that_has_passed_is_refused_at_its_field(office: Office) -> None:
    assert open_form(office, LENA, posted(office, "plan_check_in"), "plan_move", "w1.interviews")

    gone = date(2020, 1, 1).isoformat()
    ack = office.double.submit(LENA, {"day": {"value": gone}, "told": {"value": "sjuka"}})

    assert set(ack.body["errors"]) == {"day"}


def test_the_lead_decides_at_a_gate_and_everybody_in_the_channel_sees_it(office: Office) -> None:
    post = posted(office, "plan_gates")
    assert "Saknas ännu" in text_of(post.blocks)

    assert open_form(office, LENA, post, "plan_gate", "gate30")
    ack = office.double.submit(LENA, {"decision": {"value": "moved"}, "told": {"value": "väntar"}})
    assert set(ack.body["errors"]) == {"day"}
    go = {"decision": {"value": "done"}, "told": {"value": "Allt är på plats"}}
    ack = office.double.submit(LENA, go)
    assert "framgångskriterium" in ack.body["errors"]["told"]
    add_criterion(office.lotsen.store, 2)
    office.double.submit(LENA, go)
    office.settle()

    assert state(office, "gate30") is TaskState.DONE
    shown = text_of(again(office, "Dag 30").blocks)
    assert "Dag 30: planen går vidare." in shown
    assert "Allt är på plats" in shown
    assert "Besluta" not in shown


def test_the_week_is_short_and_for_the_staff_only(office: Office) -> None:
    office.double.command(KIM, SUPPORT, "/lotsen", "plan")
    office.settle()
    week = office.double.ephemerals(KIM)[-1]
    assert "week 5 of 12" in week.text
    office.double.click(KIM, SUPPORT, week.ts, Control("plan_blocked", "plan:w5.case"))
    office.double.submit(KIM, {"told": {"value": "everybody is away"}})
    office.settle()
    assert state(office, "w5.case") is TaskState.BLOCKED

    office.double.command(ASA, SUPPORT, "/lotsen", "plan")
    office.settle()
    assert "supporten och IT-chefen" in text_of(office.double.ephemerals(ASA)[-1].blocks)


def test_the_lead_blocks_a_task_from_app_home(office: Office) -> None:
    office.double.open_home(LENA)
    office.double.wait_until(lambda: office.double.home(LENA))
    home = office.double.home(LENA)
    assert home is not None
    assert "90-dagarsplanen" in text_of(home["blocks"])

    office.double.click_view(LENA, Control("plan_blocked", "plan:w5.case"), home=True)
    office.double.submit(LENA, {"told": {"value": "beslut saknas"}})
    office.settle()

    assert state(office, "w5.case") is TaskState.BLOCKED
    # App Home is no channel: the answer is a direct message.
    direct = office.posts(office.double.im(LENA))
    assert direct[-1].text == "Blockerat: Välj ett användningsfall"
