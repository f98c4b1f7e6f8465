"""Every way that lines can go, by chance: none leads around evidence, gates and approver.

Three machines take steps in any order. One is a use case with the registers it rests on, whose
lines come, change and go meanwhile; one is a request for an AI tool, which people ask for and
decide on under whatever name they type; the other is the plan with its three gates.
"""

from datetime import date, time
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from models.language import words_for
from models.programme.change_requests import PlanChangeRequest, validate
from models.programme.facts import Facts
from models.programme.plan_status import plan_status
from models.programme.status import PlanStatus, TaskState
from models.programme.tasks import GATES, TASKS
from models.registers.catalogue import register_of
from models.registers.deciding import Verb
from models.registers.declaration import CurrentLine, RegisterSnapshot
from models.tables import PlanAct, PlanChange
from models.tickets.hours import calendar_for
from tests.models.registers.test_deciding import (
    CASE,
    CRITERIA,
    DECISION,
    EVIDENCE,
    MORE,
    NOW,
    REQUEST,
    STATES,
    SYSTEM,
    THREE,
    line,
    tried,
)

pytestmark = pytest.mark.slow  # machines of many steps

STEPS = STATES[:4]
NEEDED = {
    "poc": ("owner", "to_production_days"),
    "pilot": ("poc_result", "success", "soft_success", "ai_system"),
    "production": (*EVIDENCE, "approver", "approved_on"),
}
ASSESSED = ("dpia", "mbl", "mbl_reason", "mbl_on", "mbl_with", "notice_version")
GOOD = {**MORE, "success": "from 15 to 3 minutes by June"}
wishes = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from(STATES),
        "effort": st.sampled_from("25"),
        "roi": st.sampled_from(["", "yes", "no"]),
        "override": st.sampled_from(["", "the board wants it"]),
        "override_by": st.sampled_from(["", "Lena"]),
        **{key: st.sampled_from(["", value]) for key, value in GOOD.items()},
    },
)


class AUseCase(RuleBasedStateMachine):
    """A use case, its roles and its AI system, in the hands of staff and lead."""

    def __init__(self) -> None:
        super().__init__()
        self.case = line("use_cases", tried(register_of("use_cases"), CASE).values)
        self.roles: dict[str, str] | None = dict(THREE)
        self.system: dict[str, str] | None = dict(SYSTEM)
        self.actor = "p-Lena"

    @property
    def shelf(self) -> RegisterSnapshot:
        roles = [line("roles", {"name": "R", "use_case": 1, **self.roles})] if self.roles else []
        systems = [line("ai_systems", self.system)] if self.system else []
        return {"roles": roles, "ai_systems": systems}

    def put(self, decided: Any, *, retired: bool, approver: bool) -> None:
        """Check a step that was allowed, and take it."""
        if decided.problems:
            return
        before, after = self.case, str(decided.values["state"])
        if decided.same and retired == before.retired:
            return
        self.orderly(str(before.values["state"]), after)
        if after in ("pilot", "production"):
            assert approver, "only the lead moves, amends, retires or restores it there"
        signed = decided.values.get("approver")
        if after == "production" and not retired and not before.retired:
            assert signed == self.actor, "who approves is who acts"
        assert bool(signed) is (after == "production")
        if not retired:
            self.complete(decided.values, after)
        self.case = CurrentLine("use_cases", 1, before.version + 1, decided.values, retired, NOW)

    def orderly(self, before: str, after: str) -> None:
        if after in STEPS and before in STEPS:
            assert STEPS.index(after) <= STEPS.index(before) + 1
        elif before == "stopped":
            assert after in ("stopped", "idea")

    def complete(self, values: Any, state: str) -> None:
        for step in STEPS[1 : STEPS.index(state) + 1] if state in STEPS else ():
            assert all(values.get(key) for key in NEEDED[step]), (state, step, values)
        if state in ("pilot", "production"):
            assert self.roles
            assert all(self.roles.get(key) for key in THREE)
            assert self.system
            assert all(self.system.get(key) for key in ASSESSED)
            assert "not_assessed" not in self.system.values()
        if state in STEPS[1:] and values["effort"] == 5 and values.get("roi") != "yes":
            assert values.get("override")
            assert values.get("override_by")

    @rule(key=st.sampled_from(sorted(GOOD)), approver=st.booleans())
    def take_one_away(self, key: str, approver: bool) -> None:
        self.amend({key: ""}, approver)

    @rule(raw=wishes, approver=st.booleans())
    def amend(self, raw: dict[str, str], approver: bool) -> None:
        register = register_of("use_cases")
        found = tried(register, raw, self.case, self.shelf, actor=self.actor, approver=approver)
        self.put(found, retired=self.case.retired, approver=approver)

    @rule(actor=st.sampled_from(("p-Lena", "p-Lars", "")))
    def another_comes(self, actor: str) -> None:
        self.actor = actor

    @rule(name=st.sampled_from(["", "Lena", "Lars", "Kim"]), approver=st.booleans())
    def type_an_approver(self, name: str, approver: bool) -> None:
        self.amend({"approver": name, "monitoring": f"seen by {name}"}, approver)

    @rule()
    def fill_in_and_step_on(self) -> None:
        """Take the straight way, so that its end is reached often."""
        state = str(self.case.values["state"])
        onward = STEPS[min(STEPS.index(state) + 1, 3)] if state in STEPS else "idea"
        self.amend({**GOOD, "effort": "2", "roi": "yes", "state": onward}, approver=True)

    @rule(verb=st.sampled_from(["retire", "restore"]), approver=st.booleans())
    def put_aside(self, verb: str, approver: bool) -> None:
        register = register_of("use_cases")
        found = tried(
            register, {}, self.case, self.shelf, actor=self.actor, approver=approver, verb=verb
        )
        self.put(found, retired=verb == "retire", approver=approver)

    @rule()
    def put_aside_lose_and_take_back(self) -> None:
        self.put_aside("retire", approver=True)
        self.lose_roles_and_system()
        self.put_aside("restore", approver=True)

    @rule(without=st.none() | st.sampled_from(sorted(THREE)))
    def name_the_roles(self, without: str | None) -> None:
        self.roles = {key: value for key, value in THREE.items() if key != without}

    @rule(without=st.none() | st.sampled_from(ASSESSED))
    def assess_the_system(self, without: str | None) -> None:
        lacking = "not_assessed" if without in ("dpia", "mbl") else ""
        self.system = {**SYSTEM, **({without: lacking} if without else {})}

    @rule()
    def lose_roles_and_system(self) -> None:
        self.roles = self.system = None

    @invariant()
    def a_line_never_loses_what_its_own_step_needs(self) -> None:
        state = str(self.case.values["state"])
        for step in STEPS[1 : STEPS.index(state) + 1] if state in STEPS else ():
            assert all(self.case.values.get(key) for key in NEEDED[step])


TestAUseCase = AUseCase.TestCase
TestAUseCase.settings = settings(max_examples=200, stateful_step_count=30)

CALENDAR = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
START, TODAY = date(2026, 11, 23), date(2026, 12, 1)
CRITERION = {"name": "Quicker", "kpi": "k", "unit": "minutes", "baseline": 30, "target": 18,
             "due_on": "2027-01-21", "owner": "p"}  # fmt: skip
KEYS = st.sampled_from([gate.key for gate in GATES] * 8 + [task.key for task in TASKS])


ACTORS = {"p-Kim": False, "p-Lena": True, "p-Lars": True, "": True}
"""Who acts, and whether they may decide; at the command line nobody knows who it is."""
answers = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from(["asked", "approved", "refused"]),
        "reason": st.sampled_from(["", "fits", "does not fit"]),
        "decided_on": st.sampled_from(["", "2026-11-20"]),
        "approver": st.sampled_from(["", "Kim", "Lena", "Lars"]),
        "requested_by": st.sampled_from(["", "Kim", "Lena", "Lars"]),
        **{key: st.sampled_from(["", "yes", "no"]) for key in CRITERIA},
    },
)


class ARequest(RuleBasedStateMachine):
    """A request for an AI tool, in the hands of two leads, a colleague and the command line."""

    def __init__(self) -> None:
        super().__init__()
        self.asker = ""
        self.request: CurrentLine | None = None

    @precondition(lambda self: self.request is None)
    @rule(actor=st.sampled_from(sorted(ACTORS)), raw=answers)
    def ask(self, actor: str, raw: dict[str, str]) -> None:
        found = tried(register_of("ai_requests"), {**REQUEST, **raw}, actor=actor)
        if not found.problems:
            assert actor, "a request is somebody's"
            assert found.values["state"] == "asked"
            self.asker, self.request = actor, line("ai_requests", found.values)

    @precondition(lambda self: self.request is not None)
    @rule(actor=st.sampled_from(sorted(ACTORS)), raw=answers)
    def amend(self, actor: str, raw: dict[str, str]) -> None:
        self.put(actor, "save", raw)

    @precondition(lambda self: self.request is not None)
    @rule(
        actor=st.sampled_from(sorted(ACTORS)),
        state=st.sampled_from(["approved", "refused", "asked"]),
        named=st.sampled_from([{}, {"approver": "Kim"}, {"requested_by": ""}]),
    )
    def decide(self, actor: str, state: str, named: dict[str, str]) -> None:
        self.put(actor, "save", {**DECISION, "state": state, **named})

    @precondition(lambda self: self.request is not None)
    @rule(actor=st.sampled_from(sorted(ACTORS)), verb=st.sampled_from(["retire", "restore"]))
    def put_aside(self, actor: str, verb: Verb) -> None:
        self.put(actor, verb, {})

    def put(self, actor: str, verb: Verb, raw: dict[str, str]) -> None:
        assert self.request is not None
        before, register = self.request, register_of("ai_requests")
        found = tried(register, raw, before, actor=actor, approver=ACTORS[actor], verb=verb)
        if found.problems or found.same:
            return
        retired = verb == "retire" if verb != "save" else before.retired
        if found.values["state"] != "asked" and not retired:
            assert ACTORS[actor], "only a lead decides"
            assert actor not in ("", self.asker), "never on one's own request, never unknown"
            assert verb == "restore" or found.values["approver"] == actor
        self.request = CurrentLine("ai_requests", 1, before.version + 1, found.values, retired, NOW)

    @invariant()
    def who_asked_stays_and_somebody_else_decided(self) -> None:
        if self.request is None:
            return
        values = self.request.values
        assert values["requested_by"] == self.asker
        signed = values.get("approver")
        assert bool(signed) is (values["state"] != "asked")
        assert signed != self.asker


TestARequest = ARequest.TestCase
TestARequest.settings = settings(max_examples=60, stateful_step_count=20)


class APlan(RuleBasedStateMachine):
    """A plan, its tasks and gates, and criteria that come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[PlanChange] = []
        self.criteria: dict[int, dict[str, Any]] = dict.fromkeys((2, 3, 4), CRITERION)

    def status(self) -> PlanStatus:
        lines = [{**one, "phase": str(phase)} for phase, one in self.criteria.items()]
        facts = Facts(registers={"criteria": lines})
        return plan_status(START, TODAY, self.changes, facts, {}, CALENDAR, words_for("en"))

    @rule(
        key=KEYS,
        act=st.sampled_from([PlanAct.DONE, *PlanAct]),
        told=st.sampled_from(["", "  ", "https://wiki.example/it"]),
        day=st.none() | st.dates(date(2026, 11, 1), date(2027, 3, 1)),
    )
    def wish(self, key: str, act: PlanAct, told: str, day: date | None) -> None:
        before = self.status()
        wanted = PlanChangeRequest(key, act, told, day)
        if validate(wanted, before):
            return
        gate, task = before.gate(key), before.task(key)
        if act is PlanAct.DONE:
            assert told.strip(), "nothing is done without what shows it"
        if gate and act is not PlanAct.REOPENED:
            assert told.strip(), "nothing is decided without a reason"
            assert gate.is_open, "what was decided is opened again first"
        if gate and act is PlanAct.DONE:
            opened = self.criteria.get(gate.phase + 1, {})
            assert all(opened.get(name) for name in CRITERION), "no phase without a criterion"
        if task and act in (PlanAct.MOVED, PlanAct.BLOCKED):
            assert task.is_open
        self.changes.append(
            PlanChange(plan_id=1, key=key, act=act, told=told.strip(), day=day, at=NOW)
        )

    @rule(phase=st.integers(2, 4), without=st.none() | st.sampled_from(sorted(CRITERION)))
    def set_a_criterion(self, phase: int, without: str | None) -> None:
        self.criteria[phase] = {key: one for key, one in CRITERION.items() if key != without}

    @precondition(lambda self: self.criteria)
    @rule()
    def drop_the_criteria(self) -> None:
        self.criteria.clear()

    @invariant()
    def what_is_done_shows_it(self) -> None:
        status = self.status()
        shown = [(one.state, one.evidence) for one in status.tasks]
        shown += [(one.state, one.reason) for one in status.gates]
        assert all(text for state, text in shown if state is TaskState.DONE)


TestAPlan = APlan.TestCase
TestAPlan.settings = settings(max_examples=40, stateful_step_count=20)
