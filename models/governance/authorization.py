"""Who may do what: one table, deny by default.

Asked when a message is drawn and again at each click, form and command. A face never
decides; it asks `authorize` and shows what `NotAllowedError` says.
"""

from dataclasses import dataclass
from enum import StrEnum

from models.errors import NotAllowedError


class Role(StrEnum):
    """What somebody is to the help desk; one person may be several."""

    EMPLOYEE = "employee"
    SUPPORT = "support"
    LEAD = "lead"
    FINANCE = "finance"


class Action(StrEnum):
    """What somebody may want to do."""

    JUDGE_ANSWER = "judge_answer"
    SEARCH = "search"
    TEACH_ANSWERS = "teach_answers"
    REVIEW_ARTICLE = "review_article"
    MAKE_TICKET = "make_ticket"
    SET_CATEGORY = "set_category"
    ACCEPT_HINT = "accept_hint"
    MOVE_TICKET = "move_ticket"
    JOIN_TICKET = "join_ticket"
    EXPLAIN_TICKET = "explain_ticket"
    SEE_OWN_STATUS = "see_own_status"
    SEE_OWN_CARD = "see_own_card"
    SEE_FIGURES = "see_figures"
    SEE_REGISTER = "see_register"
    CHANGE_REGISTER = "change_register"
    CHANGE_CATEGORIES = "change_categories"
    CHANGE_ROTA = "change_rota"
    SEE_TRACE = "see_trace"
    ADD_REQUEST = "add_request"
    SEE_CONFIDENTIAL_REGISTER = "see_confidential_register"
    CHANGE_GUARDED_REGISTER = "change_guarded_register"
    APPROVE_STEP = "approve_step"
    RATE_TICKET = "rate_ticket"
    ANSWER_PULSE = "answer_pulse"
    READ_NOTICE = "read_notice"
    CHOOSE_BASELINE = "choose_baseline"
    FINISH_ONBOARDING = "finish_onboarding"
    CHANGE_PLAN = "change_plan"
    DECIDE_GATE = "decide_gate"
    REPORT_INCIDENT = "report_incident"
    DECIDE_INCIDENT = "decide_incident"
    MOVE_PRIVATE = "move_private"
    REVEAL_TICKET = "reveal_ticket"
    MOVE_OUTAGE = "move_outage"
    JOIN_OUTAGE = "join_outage"
    DECLARE_FREED = "declare_freed"
    ISSUE_STATEMENT = "issue_statement"
    CONFIRM_MONEY = "confirm_money"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a pseudonym and the roles that the settings give them."""

    person_id: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is acted on: ``owner`` is the pseudonym of who asked, empty for the whole desk."""

    kind: str
    id: str = ""
    owner: str = ""


STAFF = frozenset({Role.SUPPORT, Role.LEAD})
_LEADS = frozenset({Role.LEAD})
_FINANCE = frozenset({Role.FINANCE})
_ANYBODY = frozenset(Role)

# Action → roles that may do it to anything; roles that may do it to what is their own.
_RIGHTS: dict[Action, tuple[frozenset[Role], frozenset[Role]]] = {
    Action.JUDGE_ANSWER: (frozenset(), _ANYBODY),
    Action.SEARCH: (frozenset(), _ANYBODY),
    Action.TEACH_ANSWERS: (STAFF, frozenset()),
    Action.REVIEW_ARTICLE: (STAFF, _ANYBODY),
    Action.MAKE_TICKET: (STAFF, _ANYBODY),
    Action.SET_CATEGORY: (STAFF, frozenset()),
    Action.ACCEPT_HINT: (STAFF, frozenset()),
    Action.MOVE_TICKET: (STAFF, frozenset()),
    Action.JOIN_TICKET: (STAFF, frozenset()),
    Action.EXPLAIN_TICKET: (STAFF, _ANYBODY),
    Action.SEE_OWN_STATUS: (frozenset(), _ANYBODY),
    # Nobody may see another's: not the lead, not anybody.
    Action.SEE_OWN_CARD: (frozenset(), _ANYBODY),
    Action.SEE_FIGURES: (STAFF, frozenset()),
    Action.SEE_REGISTER: (STAFF, _ANYBODY),
    Action.CHANGE_REGISTER: (STAFF, frozenset()),
    Action.CHANGE_CATEGORIES: (_LEADS, frozenset()),
    Action.CHANGE_ROTA: (STAFF, frozenset()),
    Action.SEE_TRACE: (_LEADS, frozenset()),
    Action.ADD_REQUEST: (_ANYBODY, _ANYBODY),
    Action.SEE_CONFIDENTIAL_REGISTER: (_LEADS, _ANYBODY),
    Action.CHANGE_GUARDED_REGISTER: (_LEADS, frozenset()),
    Action.APPROVE_STEP: (_LEADS, frozenset()),
    Action.RATE_TICKET: (frozenset(), _ANYBODY),
    Action.ANSWER_PULSE: (_ANYBODY, frozenset()),
    Action.READ_NOTICE: (_ANYBODY, frozenset()),
    Action.CHOOSE_BASELINE: (_LEADS, frozenset()),
    Action.FINISH_ONBOARDING: (frozenset(), _ANYBODY),
    Action.CHANGE_PLAN: (STAFF, frozenset()),
    Action.DECIDE_GATE: (_LEADS, frozenset()),
    Action.REPORT_INCIDENT: (frozenset(), _ANYBODY),
    Action.DECIDE_INCIDENT: (_LEADS, _ANYBODY),
    # Those who got it, and whoever wrote it: neither the staff nor the lead.
    Action.MOVE_PRIVATE: (frozenset(), _ANYBODY),
    Action.MOVE_OUTAGE: (STAFF, frozenset()),
    Action.REVEAL_TICKET: (STAFF, frozenset()),
    Action.JOIN_OUTAGE: (_ANYBODY, _ANYBODY),
    Action.DECLARE_FREED: (_LEADS, frozenset()),
    Action.ISSUE_STATEMENT: (_LEADS, frozenset()),
    # A right of its own: who answers for the pilot does not confirm its money.
    Action.CONFIRM_MONEY: (_FINANCE, frozenset()),
}


def allowed(actor: Actor, action: Action, subject: Subject) -> bool:
    """Return whether ``actor`` may do ``action`` to ``subject``."""
    anything, own = _RIGHTS.get(action, (frozenset(), frozenset()))
    if actor.roles & anything:
        return True
    return bool(subject.owner) and subject.owner == actor.person_id and bool(actor.roles & own)


def authorize(actor: Actor, action: Action, subject: Subject) -> None:
    """Let pass or refuse.

    Raises
    ------
    NotAllowedError
        When no rule allows it.
    """
    if not allowed(actor, action, subject):
        raise NotAllowedError(f"{action} on {subject.kind} {subject.id}".rstrip())


def roles_of(
    slack_id: str,
    groups: frozenset[str],
    agents: frozenset[str],
    leads: frozenset[str],
    finance: frozenset[str] = frozenset(),
) -> frozenset[Role]:
    """Return a person's roles from the settings' user ids and user-group ids."""
    names = groups | {slack_id}
    named = {Role.SUPPORT: agents, Role.LEAD: leads, Role.FINANCE: finance}
    return frozenset({Role.EMPLOYEE, *(role for role, ids in named.items() if names & ids)})
