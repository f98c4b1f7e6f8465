"""Who may do what: every role, every action, one's own things and other people's."""

import pytest

from models.errors import NotAllowedError
from models.governance.authorization import (
    Action,
    Actor,
    Role,
    Subject,
    allowed,
    authorize,
    roles_of,
)

E, S, L, F = Role.EMPLOYEE, Role.SUPPORT, Role.LEAD, Role.FINANCE
# Action → who may do it to their own; who may do it to another's or to the whole desk.
MATRIX: dict[Action, tuple[set[Role], set[Role]]] = {
    Action.JUDGE_ANSWER: ({E, S, L}, set()),
    Action.SEARCH: ({E, S, L}, set()),
    Action.MAKE_TICKET: ({E, S, L}, {S, L}),
    Action.SET_CATEGORY: ({S, L}, {S, L}),
    Action.ACCEPT_HINT: ({S, L}, {S, L}),
    Action.MOVE_TICKET: ({S, L}, {S, L}),
    Action.JOIN_TICKET: ({S, L}, {S, L}),
    Action.EXPLAIN_TICKET: ({E, S, L}, {S, L}),
    Action.SEE_OWN_STATUS: ({E, S, L}, set()),
    Action.SEE_OWN_CARD: ({E, S, L}, set()),
    Action.SEE_FIGURES: ({S, L}, {S, L}),
    Action.TEACH_ANSWERS: ({S, L}, {S, L}),
    Action.REVIEW_ARTICLE: ({E, S, L}, {S, L}),
    Action.SEE_REGISTER: ({E, S, L}, {S, L}),
    Action.CHANGE_REGISTER: ({S, L}, {S, L}),
    Action.CHANGE_CATEGORIES: ({L}, {L}),
    Action.CHANGE_ROTA: ({S, L}, {S, L}),
    Action.SEE_TRACE: ({L}, {L}),
    Action.ADD_REQUEST: ({E, S, L}, {E, S, L}),
    Action.SEE_CONFIDENTIAL_REGISTER: ({E, S, L}, {L}),
    Action.CHANGE_GUARDED_REGISTER: ({L}, {L}),
    Action.APPROVE_STEP: ({L}, {L}),
    Action.RATE_TICKET: ({E, S, L}, set()),
    Action.ANSWER_PULSE: ({E, S, L}, {E, S, L}),
    Action.READ_NOTICE: ({E, S, L}, {E, S, L}),
    Action.CHOOSE_BASELINE: ({L}, {L}),
    Action.FINISH_ONBOARDING: ({E, S, L}, set()),
    Action.CHANGE_PLAN: ({S, L}, {S, L}),
    Action.DECIDE_GATE: ({L}, {L}),
    Action.REPORT_INCIDENT: ({E, S, L}, set()),
    Action.DECIDE_INCIDENT: ({E, S, L}, {L}),
    Action.MOVE_PRIVATE: ({E, S, L}, set()),
    Action.MOVE_OUTAGE: ({S, L}, {S, L}),
    Action.REVEAL_TICKET: ({S, L}, {S, L}),
    Action.JOIN_OUTAGE: ({E, S, L}, {E, S, L}),
    Action.DECLARE_FREED: ({L}, {L}),
    Action.ISSUE_STATEMENT: ({L}, {L}),
    Action.CONFIRM_MONEY: ({F}, {F}),
}


def test_every_action_has_a_row_here() -> None:
    assert set(MATRIX) == set(Action)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_the_matrix_holds(action: Action, role: Role) -> None:
    own, other = MATRIX[action]
    # Whoever has no other role is an employee: what these may, the finance team may as well.
    own, other = (rights | ({F} if E in rights else set()) for rights in (own, other))
    actor = Actor("me", frozenset({role}))
    assert allowed(actor, action, Subject("ticket", "7", "me")) is (role in own)
    assert allowed(actor, action, Subject("ticket", "7", "you")) is (role in other)
    assert allowed(actor, action, Subject("desk")) is (role in other)


@pytest.mark.parametrize("action", Action)
def test_nobody_in_particular_may_do_nothing(action: Action) -> None:
    assert not allowed(Actor("me", frozenset()), action, Subject("ticket", "7", "me"))
    assert not allowed(Actor("", frozenset()), action, Subject("desk"))


def test_a_thing_without_an_owner_belongs_to_nobody() -> None:
    nameless = Actor("", frozenset({E}))
    assert not allowed(nameless, Action.JUDGE_ANSWER, Subject("case", "1", ""))


def test_a_refusal_names_the_action_and_the_thing() -> None:
    authorize(Actor("me", frozenset({S})), Action.MOVE_TICKET, Subject("ticket", "7", "you"))
    with pytest.raises(NotAllowedError, match="move_ticket on ticket 7"):
        authorize(Actor("me", frozenset({E})), Action.MOVE_TICKET, Subject("ticket", "7", "me"))


@pytest.mark.parametrize(
    ("slack_id", "groups", "roles"),
    [
        ("U1", set(), {E}),
        ("U2", set(), {E, S}),
        ("U1", {"S1"}, {E, S}),
        ("U3", {"S1"}, {E, S, L}),
        ("U4", set(), {E, F}),
        ("", set(), {E}),
        ("U1", {"S9"}, {E}),
    ],
)
def test_roles_come_from_ids_and_groups(slack_id: str, groups: set[str], roles: set[Role]) -> None:
    agents, leads = frozenset({"U2", "S1"}), frozenset({"U3"})
    finance = frozenset({"U4"})
    assert roles_of(slack_id, frozenset(groups), agents, leads, finance) == roles
