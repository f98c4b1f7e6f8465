"""What people type becomes a line's values, or is refused with every reason at once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.form import Field
from models.language import words_for
from models.registers.catalogue import register_of, registers
from models.registers.deciding import WHO_ARE_YOU, Decided, LineChange, LineProblem, decide, read
from models.registers.declaration import CurrentLine, LinkedLine, Register, RegisterSnapshot, Values

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RISK = {"name": "Outage", "kind": "technical", "likelihood": "2", "impact": "5", "state": "open"}


def line(kind: str, values: Values, number: int = 1, version: int = 1, **more: Any) -> CurrentLine:
    return CurrentLine(kind, number, version, values, more.pop("retired", False), NOW, **more)


def tried(
    register: Register,
    raw: dict[str, str],
    current: CurrentLine | None = None,
    shelf: RegisterSnapshot | None = None,
    *,
    actor: str = "p-Lena",
    approver: bool = True,
    **change: Any,
) -> Decided:
    wish = LineChange(current.number if current else 0, raw, **change)
    return decide(
        register,
        shelf or {},
        current,
        wish,
        today=TODAY,
        find_person=lambda text: "" if text == "nobody" else f"p-{text}",
        actor=actor,
        approver=approver,
    )


def unchanged(decided: Decided, current: CurrentLine) -> bool:
    """Return whether nothing was decided: whoever says what stands there needs no right to it."""
    assert not decided.same or decided.values == current.values
    return decided.same


def fields_of(decided: Decided) -> set[str]:
    return {problem.field for problem in decided.problems}


def test_a_line_is_read_by_its_declaration() -> None:
    decided = tried(register_of("risks"), {**RISK, "owner": "Kim", "kind": " Teknisk "})
    assert not decided.problems
    assert decided.values["likelihood"] == 2
    assert decided.values["kind"] == "technical"
    assert decided.values["owner"] == "p-Kim"


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = {"kind": "odd", "likelihood": "9", "impact": "2,5", "owner": "nobody", "colour": "red"}
    decided = tried(register_of("risks"), wrong)
    assert fields_of(decided) == {"name", "kind", "likelihood", "impact", "owner", ""}
    told = " ".join(problem.explain(words_for("en")) for problem in decided.problems)
    assert "technical, legal, organisational" in told
    assert "from 1 to 5" in told
    assert "colour" in told


@pytest.mark.parametrize("language", ["sv", "en", "de"])
def test_a_choice_may_be_named_in_any_language(language: Any) -> None:
    title = words_for(language).gettext("organisational")
    assert tried(register_of("risks"), {**RISK, "kind": title}).values["kind"] == "organisational"


def test_a_field_that_is_not_named_stays_and_an_empty_one_is_emptied() -> None:
    before = line("risks", {**tried(register_of("risks"), RISK).values, "action": "Watch it"})
    assert tried(register_of("risks"), {"impact": "3"}, before).values["action"] == "Watch it"
    assert "action" not in tried(register_of("risks"), {"action": ""}, before).values


def test_somebody_elses_change_is_not_written_over() -> None:
    before = line("risks", tried(register_of("risks"), RISK).values, version=3)
    (problem,) = tried(register_of("risks"), {"impact": "1"}, before, version=2).problems
    assert "Somebody else" in problem.text
    assert not tried(register_of("risks"), {"impact": "1"}, before, version=3).problems


def test_a_retired_line_is_restored_before_it_is_amended() -> None:
    before = line("risks", tried(register_of("risks"), RISK).values, retired=True)
    assert tried(register_of("risks"), {"impact": "1"}, before).problems
    assert not tried(register_of("risks"), {}, before, verb="restore").problems


def test_the_same_again_changes_nothing() -> None:
    before = line("risks", tried(register_of("risks"), RISK).values)
    assert tried(register_of("risks"), RISK, before).same
    assert not tried(register_of("risks"), {**RISK, "impact": "1"}, before).same


def test_a_review_is_set_where_nobody_did_and_moves_on_when_its_day_has_come() -> None:
    register = register_of("risks")
    first = tried(register, RISK)
    later = (TODAY + timedelta(days=register.review_days)).isoformat()
    assert first.values["review_on"] == later
    old = line("risks", {**first.values, "review_on": "2026-11-01"})
    assert tried(register, {"impact": "1"}, old).values["review_on"] == later
    chosen = tried(register, {"impact": "1", "review_on": "2026-12-01"}, old)
    assert chosen.values["review_on"] == "2026-12-01"


@pytest.mark.parametrize("state", ["accepted", "closed"])
@pytest.mark.parametrize("missing", ["action", "owner"])
def test_a_risk_is_settled_with_action_and_owner_only(state: str, missing: str) -> None:
    whole = {**RISK, "state": state, "action": "Backup each night", "owner": "Kim"}
    assert not tried(register_of("risks"), whole).problems
    assert fields_of(tried(register_of("risks"), {**whole, missing: ""})) == {missing}


def test_an_unusual_training_budget_needs_its_reason() -> None:
    skill = {
        "person": "Kim", "agreed": "yes", "area": "IT", "track": "prompts", "level": "2",
        "evidence": "interview",
    }  # fmt: skip
    for euros in ("1999", "5001"):
        found = tried(register_of("skills"), {**skill, "training_eur": euros})
        assert fields_of(found) == {"training_reason"}
        more = {**skill, "training_eur": euros, "training_reason": "a course of its own"}
        assert not tried(register_of("skills"), more).problems
    assert not tried(register_of("skills"), {**skill, "training_eur": "2000"}).problems


# What people type -----------------------------------------------------------------------------


@given(st.text(max_size=80), st.sampled_from(["text", "long", "number", "choice", "day", "line"]))
def test_no_text_breaks_the_reader(text: str, kind: Any) -> None:
    item = Field("x", "X", kind, choices=(("a", "A"),), low=1, high=5, of="systems")
    found = read(item, text, {"systems": [line("systems", {"name": "S"}, 4)]}, lambda _: "")
    if isinstance(found, LineProblem):
        assert found.field == "x"
    elif found is not None:
        # What was read is read again as itself.
        assert read(item, str(found), {"systems": [line("systems", {}, 4)]}, lambda _: "") == found


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_a_score_is_a_whole_number_from_1_to_5_or_refused(value: float) -> None:
    found = read(Field("x", "X", "number", low=1, high=5), str(value), {}, lambda _: "")
    if isinstance(found, LineProblem):
        assert value not in (1, 2, 3, 4, 5)
    else:
        assert found in (1, 2, 3, 4, 5)
        assert found == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize("day", ["2026-13-01", "1.12.2026", "0001-01-01", "tomorrow"])
def test_a_day_is_written_as_iso_8601(day: str) -> None:
    assert isinstance(read(Field("x", "X", "day"), day, {}, lambda _: ""), LineProblem)


def test_a_text_that_is_too_long_is_refused_not_cut() -> None:
    assert isinstance(read(Field("x", "X"), "a" * 256, {}, lambda _: ""), LineProblem)
    assert read(Field("x", "X", "long"), "a" * 3000, {}, lambda _: "") == "a" * 3000


# The way to production ------------------------------------------------------------------------

STATES = ("idea", "poc", "pilot", "production", "stopped")
EVIDENCE = ("backup", "monitoring", "user_management", "compliance")
SCORES = {"feasibility": "4", "value": "4", "effort": "2", "risk": "low", "visibility": "high"}
CASE = {"name": "Search", "state": "idea", "roi": "yes", **SCORES}
MORE = {
    "owner": "Kim",
    "to_production_days": "20",
    "poc_result": "Found 8 of 10",
    "success": "from 15 to 3 minutes by June",
    "soft_success": "people say that they find things",
    "ai_system": "1",
    **dict.fromkeys(EVIDENCE, "see the wiki"),
    "approved_on": "2026-11-20",
}
SYSTEM = {"name": "A", "models": "m", "dpia": "not_needed", "mbl": "not_needed",
          "mbl_reason": "small", "mbl_on": "2026-11-02", "mbl_with": "Unionen",
          "notice_version": "1"}  # fmt: skip
THREE = {"system_owner": "a", "data_owner": "b", "business_contact": "c"}
ROLES: RegisterSnapshot = {
    "roles": [line("roles", {"name": "R", "use_case": 1, **THREE})],
    "ai_systems": [line("ai_systems", SYSTEM)],
}

moves = st.lists(
    st.tuples(
        st.fixed_dictionaries(
            {"state": st.sampled_from(STATES)},
            optional={key: st.sampled_from(["", value]) for key, value in MORE.items()},
        ),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
)


TO_PILOT = [({**MORE, "state": state}, True, True) for state in ("poc", "pilot")]


@given(moves)
@example([*TO_PILOT, ({"state": "pilot"}, False, False)])  # it stays what it was
def test_no_path_leads_to_production_without_evidence_and_approver(
    wishes: list[tuple[dict[str, str], bool, bool]],
) -> None:
    register = register_of("use_cases")
    first = tried(register, CASE, shelf=ROLES)
    assert not first.problems
    current = line("use_cases", first.values)
    for raw, approver, with_roles in wishes:
        shelf = ROLES if with_roles else {}
        decided = tried(register, raw, current, shelf, approver=approver)
        if decided.problems or unchanged(decided, current):
            continue
        before, after = current.values["state"], decided.values["state"]
        steps = STATES[:4]
        if after in steps and before in steps:
            assert steps.index(str(after)) <= steps.index(str(before)) + 1
        if after in ("pilot", "production"):
            assert approver
            assert with_roles
            assert decided.values.get("poc_result")
            assert decided.values.get("soft_success")
        if after == "production":
            assert all(decided.values.get(key) for key in EVIDENCE)
            assert decided.values.get("approver") == "p-Lena"
        current = line("use_cases", decided.values, version=current.version + 1)


def test_the_whole_way_can_be_gone() -> None:
    register = register_of("use_cases")
    current = line("use_cases", tried(register, CASE, shelf=ROLES).values)
    for state in STATES[1:4]:
        decided = tried(register, {**MORE, "state": state}, current, ROLES)
        assert not decided.problems, decided.problems
        current = line("use_cases", decided.values)
    assert current.values["state"] == "production"


@pytest.mark.parametrize("state", STATES[1:])
def test_a_use_case_begins_as_an_idea(state: str) -> None:
    whole = {**CASE, **MORE, "state": state}
    assert "state" in fields_of(tried(register_of("use_cases"), whole, shelf=ROLES))


@pytest.mark.parametrize("key", [*EVIDENCE, "approved_on"])
def test_production_stays_only_as_long_as_its_evidence(key: str) -> None:
    register = register_of("use_cases")
    first = tried(register, {**CASE, **MORE}, shelf=ROLES).values
    current = line("use_cases", {**first, "state": "production"})
    assert fields_of(tried(register, {key: ""}, current, ROLES)) == {key}


@pytest.mark.parametrize("role", THREE)
def test_a_pilot_needs_all_three_roles(role: str) -> None:
    register = register_of("use_cases")
    first = tried(register, {**CASE, **MORE}, shelf=ROLES).values
    current = line("use_cases", {**first, "state": "poc"})
    two = {key: value for key, value in THREE.items() if key != role}
    shelf = {**ROLES, "roles": [line("roles", {"name": "R", "use_case": 1, **two})]}
    assert "state" in fields_of(tried(register, {"state": "pilot"}, current, shelf))
    assert not tried(register, {"state": "pilot"}, current, ROLES).problems
    other = {**ROLES, "roles": [line("roles", {"name": "R", "use_case": 2, **THREE})]}
    assert tried(register, {"state": "pilot"}, current, other).problems


@pytest.mark.parametrize(
    "key", ["dpia", "mbl", "mbl_reason", "mbl_on", "mbl_with", "notice_version"]
)
def test_a_pilot_needs_its_ai_system_screened(key: str) -> None:
    register = register_of("use_cases")
    first = tried(register, {**CASE, **MORE}, shelf=ROLES).values
    current = line("use_cases", {**first, "state": "poc"})
    bare = {**SYSTEM, key: "not_assessed" if key in ("dpia", "mbl") else ""}
    shelf = {**ROLES, "ai_systems": [line("ai_systems", bare)]}
    assert fields_of(tried(register, {"state": "pilot"}, current, shelf)) == {"ai_system"}


def test_a_pilot_says_also_what_people_are_to_notice() -> None:
    register = register_of("use_cases")
    first = tried(register, {**CASE, **MORE, "soft_success": ""}, shelf=ROLES).values
    current = line("use_cases", {**first, "state": "poc"})
    assert fields_of(tried(register, {"state": "pilot"}, current, ROLES)) == {"soft_success"}


def test_a_proof_of_concept_needs_the_estimate_to_production() -> None:
    register = register_of("use_cases")
    first = tried(register, {**CASE, "owner": "Kim"}, shelf=ROLES).values
    current = line("use_cases", first)
    assert fields_of(tried(register, {"state": "poc"}, current, ROLES)) == {"to_production_days"}


def test_daily_work_at_a_supplier_needs_region_and_agreement() -> None:
    register = register_of("ai_systems")
    outside = {
        "name": "Model", "models": "m", "data_sources": "tickets", "purposes": "triage",
        "status": "in_use", "act_role": "deployer", "risk_class": "limited", "risk_reason": "list",
        "transfer": "none", "owner": "Kim", "supplier": "Example AI", "environment": "production",
    }  # fmt: skip
    assert fields_of(tried(register, outside)) == {"region", "dpa"}
    # What nobody says it is used for, is used for daily work.
    unsaid = {key: value for key, value in outside.items() if key != "environment"}
    assert fields_of(tried(register, unsaid)) == {"region", "dpa"}
    assert fields_of(tried(register, {**outside, "environment": ""})) == {"region", "dpa"}
    assert not tried(register, {**outside, "region": "EU", "dpa": "2026-11-02"}).problems
    assert not tried(register, {**outside, "environment": "test"}).problems
    assert not tried(register, {**outside, "supplier": ""}).problems  # on one's own server
    assert fields_of(tried(register, {**outside, "environment": "test", "transfer": ""})) == {
        "transfer"
    }


def test_more_efficient_is_no_success_criterion() -> None:
    register = register_of("use_cases")
    first = tried(register, {**CASE, **MORE, "success": "more efficient"}, shelf=ROLES).values
    current = line("use_cases", {**first, "state": "poc"})
    assert fields_of(tried(register, {"state": "pilot"}, current, ROLES)) == {"success"}


def test_much_effort_with_an_unclear_return_needs_somebody_who_decides() -> None:
    register = register_of("use_cases")
    hard = {**CASE, **MORE, "effort": "4", "roi": "no"}
    current = line("use_cases", tried(register, hard, shelf=ROLES).values)
    assert "override" in fields_of(tried(register, {"state": "poc"}, current, ROLES))
    decided = {"state": "poc", "override": "the board wants it", "override_by": "Lena"}
    assert not tried(register, decided, current, ROLES).problems


# The way to an approved AI tool ---------------------------------------------------------------

CRITERIA = ("gap", "contract", "eu", "no_training", "checked")
REQUEST = {"name": "Copilot", "purpose": "minutes", "data_class": "restricted"}
DECISION = {**dict.fromkeys(CRITERIA, "yes"), "reason": "fits", "decided_on": "2026-11-20"}


def asked(actor: str = "p-Kim") -> CurrentLine:
    return line("ai_requests", tried(register_of("ai_requests"), REQUEST, actor=actor).values)


@pytest.mark.parametrize(
    "typed",
    [
        {"approver": "Kim"},
        {"requested_by": ""},
        {"requested_by": "Kim"},
        {"approver": "Kim", "requested_by": "Kim"},
        {"approver": "", "requested_by": ""},
    ],
)
def test_nobody_decides_on_their_own_request_whatever_they_type(typed: dict[str, str]) -> None:
    own = asked("p-Lena")

    refused = tried(register_of("ai_requests"), {**DECISION, "state": "approved", **typed}, own)

    assert "requested_by" in fields_of(refused)


def test_who_asked_and_who_decided_is_whoever_did_so() -> None:
    register = register_of("ai_requests")
    decided = tried(register, {**DECISION, "state": "approved"}, asked("p-Kim"))
    assert (decided.values["requested_by"], decided.values["approver"]) == ("p-Kim", "p-Lena")

    other = tried(register, {"reason": "still fits"}, line("ai_requests", decided.values),
                  actor="p-Lars")  # fmt: skip
    assert other.values["approver"] == "p-Lars"
    again = tried(register, {"state": "asked"}, line("ai_requests", other.values))
    assert "approver" not in again.values


@pytest.mark.parametrize("raw", [REQUEST, {**DECISION, "state": "refused"}])
def test_the_command_line_neither_asks_nor_decides(raw: dict[str, str]) -> None:
    current = None if raw is REQUEST else asked()
    refused = tried(register_of("ai_requests"), raw, current, actor="")
    assert [problem.text for problem in refused.problems] == [WHO_ARE_YOU]


def test_nobody_takes_their_own_request_back_into_use_once_it_was_allowed() -> None:
    register = register_of("ai_requests")
    allowed = tried(register, {**DECISION, "state": "approved"}, asked("p-Kim")).values
    retired = line("ai_requests", allowed, retired=True)

    for actor, may in (("p-Kim", False), ("p-Lena", True)):
        assert (not tried(register, {}, retired, actor=actor, verb="restore").problems) is may


@pytest.mark.parametrize("kind", ["ai_requests", "use_cases"])
def test_whoever_brings_a_decision_back_answers_for_it_and_has_a_name(kind: str) -> None:
    register = register_of(kind)
    if kind == "ai_requests":
        decided = tried(register, {**DECISION, "state": "approved"}, asked("p-Kim")).values
    else:
        decided = {"name": "Answers", "state": "production", "approver": "p-Lena"}
    retired = line(kind, decided, retired=True)

    unnamed = tried(register, {}, retired, actor="", verb="restore")
    assert WHO_ARE_YOU in [problem.text for problem in unnamed.problems]
    assert (
        tried(register, {}, retired, actor="p-Lars", verb="restore").values["approver"] == "p-Lars"
    )


requests = st.lists(
    st.tuples(
        st.fixed_dictionaries(
            {"state": st.sampled_from(["asked", "approved", "refused"])},
            optional={
                **{key: st.sampled_from(["", "yes", "no", "unknown"]) for key in CRITERIA},
                "reason": st.sampled_from(["", "fits"]),
                "approver": st.sampled_from(["", "Kim", "Lena"]),
                "requested_by": st.sampled_from(["", "Kim", "Lena"]),
                "decided_on": st.sampled_from(["", "2026-11-20"]),
                "data_class": st.sampled_from(["public", "special"]),
            },
        ),
        st.booleans(),
    ),
    max_size=12,
)


@given(requests)
@example([(DECISION | {"state": "refused"}, True), ({"state": "refused"}, False)])  # it stays so
def test_no_path_leads_to_a_decision_without_reason_criteria_and_somebody_else(
    wishes: list[tuple[dict[str, str], bool]],
) -> None:
    register = register_of("ai_requests")
    current = asked()
    assert current.values["state"] == "asked"
    for raw, approver in wishes:
        decided = tried(register, raw, current, approver=approver)
        if decided.problems or unchanged(decided, current):
            continue
        values = decided.values
        if values["state"] != "asked":
            assert approver
            assert values.get("reason")
            assert values.get("decided_on")
            assert values.get("approver") == "p-Lena"
        if values["state"] == "approved":
            assert all(values.get(key) in ("yes", "no") for key in CRITERIA)
            assert values["data_class"] != "special"
        current = line("ai_requests", values, version=current.version + 1)


@pytest.mark.parametrize("state", ["approved", "refused"])
def test_a_request_can_be_decided_and_asked_anew(state: str) -> None:
    register = register_of("ai_requests")
    current = asked()
    decided = tried(register, {**DECISION, "state": state}, current)
    assert not decided.problems
    again = tried(register, {"state": "asked"}, line("ai_requests", decided.values))
    assert not again.problems


@pytest.mark.parametrize("kind", registers())
def test_every_derived_column_stands_an_empty_and_a_strange_line(kind: str) -> None:
    register = registers()[kind]
    strange: Values = {item.key: "?" for item in register.fields}
    for entry in (LinkedLine({}), LinkedLine(strange)):
        for column in register.derived:
            assert isinstance(column.of(entry), str | int | float | None)
        assert all(remark.text for remark in register.remarks([entry, entry]))
        for rule in register.rules:
            assert rule.holds(entry) in (True, False)


@pytest.mark.parametrize(
    ("typed", "eur"),
    [("1 200,50", 1200.5), ("1\N{NO-BREAK SPACE}200", 1200), ("1.200,50", 1200.5), ("-3,5", -3.5)],
)
def test_an_amount_is_read_as_it_is_written_here(typed: str, eur: float) -> None:
    item = register_of("costs").field("eur")
    assert item is not None
    assert read(item, typed, {}, str) == eur


@pytest.mark.parametrize("typed", ["1.200", "1,200", "-1,200"])
def test_an_amount_with_two_readings_is_not_guessed(typed: str) -> None:
    item = register_of("costs").field("eur")
    assert item is not None
    refused = read(item, typed, {}, str)
    assert isinstance(refused, LineProblem)
    assert "1200 or " in refused.explain(words_for("en"))
