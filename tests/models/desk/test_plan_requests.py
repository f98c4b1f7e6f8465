"""The plan at the desk: who may say what, once, and what is left of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.commands import ChangePlan
from models.desk.privacy.persons import erase
from models.errors import InvalidError, NotFoundError
from models.message import Message
from models.programme.status import TaskState
from models.tables import PlanAct
from tests.models.programme.criteria import add_criterion

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ASA, KIM, LENA = "UASA", "UKIM", "ULENA"
INTERVIEWS = "w1.interviews"


class Said:
    """What people say of the plan of a desk."""

    def __init__(self, desk: Any) -> None:
        self.desk, self.plan, self.n = desk, desk.lotsen.plan, 0
        self.plan.start(date(2026, 11, 23), NOW)

    def __call__(self, user: str, key: str, act: str, told: str = "so", **more: Any) -> str:
        self.n += 1
        fields: dict[str, Any] = {"id": f"form:{self.n}", "at": NOW} | more
        command = ChangePlan(user=user, key=key, act=act, told=told, **fields)  # type: ignore[arg-type]  # a word of the test
        self.desk.do(command)
        (row,) = [row for row in self.desk.posts() if row.key == f"reply:{command.id}"]
        return Message.from_json(row.message).text

    def state(self, key: str) -> TaskState:
        status = self.plan.status(NOW)
        found = status.task(key) or status.gate(key)
        assert found is not None
        return TaskState(found.state)


@pytest.fixture
def said(desk: Any) -> Said:
    return Said(desk)


@pytest.mark.parametrize("user", [KIM, LENA])
def test_the_staff_and_the_lead_say_what_became_of_a_task(said: Said, user: str) -> None:
    said(user, INTERVIEWS, "done", "six heads")

    assert said.state(INTERVIEWS) is TaskState.DONE
    (change,) = said.plan.history(INTERVIEWS)
    with said.desk.lotsen.store.snapshot() as unit:
        assert change.by == unit.people.find(user).id


def test_an_employee_changes_nothing(said: Said) -> None:
    assert "supporten och IT-chefen" in said(ASA, INTERVIEWS, "done", "forged")
    assert said.state(INTERVIEWS) is TaskState.TODO
    assert said.plan.history(INTERVIEWS) == []


def test_only_the_lead_decides_at_a_gate(said: Said) -> None:
    assert "Only the IT lead decides" in said(KIM, "gate30", "done", "go")
    assert said.state("gate30") is TaskState.TODO

    assert "Fasen som börjar nu" in said(LENA, "gate30", "done", "allt är på plats")
    assert said.state("gate30") is TaskState.TODO
    add_criterion(said.desk.lotsen.store, 2)
    assert said(LENA, "gate30", "done", "allt är på plats") == "Dag 30: planen går vidare."
    assert said.state("gate30") is TaskState.DONE


def test_a_form_that_comes_twice_counts_once(said: Said) -> None:
    said(LENA, INTERVIEWS, "blocked", "away", id="form:V1:h")
    said(LENA, INTERVIEWS, "blocked", "away", id="form:V1:h")

    assert len(said.plan.history(INTERVIEWS)) == 1


def test_what_was_overtaken_is_refused_with_words(said: Said) -> None:
    said(KIM, INTERVIEWS, "done", "six heads")

    assert said(LENA, INTERVIEWS, "blocked", "nobody has time") == "Det här är redan klart."
    assert said.state(INTERVIEWS) is TaskState.DONE


def test_what_waits_for_a_moved_task_is_named(said: Said) -> None:
    text = said(LENA, INTERVIEWS, "moved", "sjuka", day=date(2026, 12, 3))

    assert text == "Flyttat till torsdag 3 december: Intervjua avdelningscheferna"
    row = said.desk.posts()[-1]
    assert "Peka ut de tre största ineffektiviteterna" in row.message


def test_a_task_is_handed_over_to_a_person_by_pseudonym(said: Said) -> None:
    said(LENA, INTERVIEWS, "moved", "sjuka", day=date(2026, 12, 3), owner=KIM)

    task = said.plan.status(NOW).task(INTERVIEWS)
    assert task is not None
    assert task.owner == "Kim Ek"
    newest = said.plan.history(INTERVIEWS)[0]
    assert newest.act is PlanAct.OWNED
    assert KIM not in newest.owner


def test_the_command_line_hands_over_to_somebody_who_is_known(said: Said) -> None:
    desk = said.desk.lotsen.plan_requests

    task = desk.hand_over(INTERVIEWS, "Kim Ek", NOW).task(INTERVIEWS)
    assert (task.owner, task.state) == ("Kim Ek", TaskState.TODO)
    with pytest.raises(NotFoundError, match="Slack id"):
        desk.hand_over(INTERVIEWS, "Somebody", NOW)
    with pytest.raises(InvalidError, match="go on, wait or stop"):
        desk.hand_over("gate30", "Kim Ek", NOW)


def test_an_erased_person_is_gone_from_the_plan_and_their_work_stays(said: Said) -> None:
    said(LENA, INTERVIEWS, "moved", "sjuka", day=date(2026, 12, 3), owner=KIM)
    said(KIM, INTERVIEWS, "done", "six heads")

    erase(said.desk.lotsen.desk, KIM, NOW + timedelta(hours=1))

    task = said.plan.status(NOW).task(INTERVIEWS)
    assert task is not None
    assert (task.state, task.owner) == (TaskState.DONE, "någon utan namn")


def test_the_leads_app_home_has_this_week_of_the_plan(said: Said) -> None:
    lotsen = said.desk.lotsen

    assert "Intervjua avdelningscheferna" in lotsen.home(LENA, NOW).to_json()
    assert "interview" not in lotsen.home(KIM, NOW).to_json().lower()
    said(LENA, "gate30", "stopped", "no case")
    assert lotsen.plan_requests.home_parts(LENA, NOW) == ()


@pytest.mark.parametrize(
    ("user", "key", "act", "opens"),
    [
        (KIM, INTERVIEWS, PlanAct.DONE, True),
        (KIM, "gate30", PlanAct.DONE, False),
        (LENA, "gate30", PlanAct.DONE, True),
        (ASA, INTERVIEWS, PlanAct.DONE, False),
        (LENA, "w1.nothing", PlanAct.DONE, False),
        (LENA, "w1", PlanAct.MOVED, False),
    ],
)
def test_a_form_opens_for_those_who_may_fill_it_in(
    said: Said, user: str, key: str, act: PlanAct, opens: bool
) -> None:
    form = said.desk.lotsen.plan_requests.form_for(user, key, act, NOW)

    assert (form is not None) is opens


def test_no_form_opens_for_what_is_done_or_decided(said: Said) -> None:
    said(LENA, INTERVIEWS, "done", "six heads")
    said(LENA, "gate30", "stopped", "no case")
    desk = said.desk.lotsen.plan_requests

    assert desk.form_for(LENA, INTERVIEWS, PlanAct.BLOCKED, NOW) is None
    assert desk.form_for(LENA, INTERVIEWS, PlanAct.DONE, NOW) is not None  # amended
    assert desk.form_for(LENA, "gate30", PlanAct.DONE, NOW) is None
