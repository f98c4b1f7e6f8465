"""Use cases: feasibility, value and effort, 1 to 5; from the idea to production by gates.

Roadmap: "Välj use case strategiskt" and "Proof of Concept kontra produktion". A proof of
concept shows that something works; production needs backup, monitoring, user management,
compliance, and somebody who approves.
"""

import re
from collections.abc import Iterable, Sequence

from models.form import Field
from models.language import N_
from models.registers.declaration import (
    LOW_TO_HIGH,
    YES_NO,
    Derived,
    Flow,
    LinkedLine,
    Preset,
    Register,
    Remark,
    Rule,
    StateGate,
    choice,
    naming,
    scored,
)
from models.registers.kinds.roles import THREE

HIGH_VALUE, MUCH_EFFORT = 4, 4
_ASSESSED_WITH = ("mbl_reason", "mbl_on", "mbl_with", "notice_version")
_WEIGHTS = {"value": 0.5, "feasibility": 0.25, "ease": 0.25}
_ADVICE = (
    ("first", N_("do first")),
    ("plan", N_("plan with care")),
    ("fill", N_("when there is time")),
    ("leave", N_("leave")),
    ("park", N_("park: much effort, unclear return")),
)
_STATES = (
    ("idea", N_("idea")),
    ("poc", N_("proof of concept")),
    ("pilot", N_("pilot")),
    ("production", N_("production")),
    ("stopped", N_("stopped")),
)


def priority(entry: LinkedLine) -> float | None:
    """Return 1 to 5: half the value, a quarter each the feasibility and the ease (6 − effort).

    None where a score is missing.
    """
    value, feasibility = entry.score("value"), entry.score("feasibility")
    effort = entry.score("effort")
    if value is None or feasibility is None or effort is None:
        return None
    parts = {"value": value, "feasibility": feasibility, "ease": 6 - effort}
    return sum(_WEIGHTS[key] * part for key, part in parts.items())


def parked(entry: LinkedLine) -> bool:
    """Return whether it takes much effort for an unclear return, and nobody decided otherwise."""
    unclear = entry.text("roi") != "yes" and (entry.score("effort") or 0) >= MUCH_EFFORT
    return unclear and not entry.filled("override", "override_by")


def advice(entry: LinkedLine) -> str | None:
    """Return the quadrant of the matrix; None where a score is missing."""
    if priority(entry) is None:
        return None
    if parked(entry):
        return "park"
    easy = (entry.score("effort") or 0) < MUCH_EFFORT
    if (entry.score("value") or 0) >= HIGH_VALUE:
        return "first" if easy else "plan"
    return "fill" if easy else "leave"


def quick_win(entry: LinkedLine) -> str:
    """Return ``yes`` for low risk and high visibility inside the company.

    What customers read is riskier than an answer to a colleague.
    """
    safe = entry.text("risk") == "low" and entry.text("customers") != "yes"
    return "yes" if safe and entry.text("visibility") == "high" else "no"


def _measurable(entry: LinkedLine) -> bool:
    # "More efficient" is no criterion; a figure and a unit or a date are.
    return bool(re.search(r"\d", entry.text("success")))


def _roles_named(entry: LinkedLine) -> bool:
    roles = entry.shelf.get("roles", ())
    mine = [
        LinkedLine(line.values) for line in roles if line.values.get("use_case") == entry.number
    ]
    return bool(entry.number) and any(role.filled(*THREE) for role in mine)


def _screened(entry: LinkedLine) -> bool:
    line = entry.linked("ai_systems", "ai_system")
    if line is None:
        return False
    system = LinkedLine(line.values)
    assessed = all(system.text(key) in ("needed", "not_needed") for key in ("dpia", "mbl"))
    return assessed and system.filled(*_ASSESSED_WITH)


def _filled(state: str, key: str, message: str) -> StateGate:
    return StateGate(state, key, message, lambda entry: entry.filled(key))


def _remarks(entries: Sequence[LinkedLine]) -> Iterable[Remark]:
    wins = (entry for entry in entries if quick_win(entry) == "yes")
    yield from naming(N_("Quick wins: {names}."), wins)
    rated = (entry for entry in entries if priority(entry) is not None)
    ranked = sorted(rated, key=lambda entry: -(priority(entry) or 0))
    yield from naming(N_("By priority: {names}."), ranked[:5])
    fallen = (one for one in entries if FLOW.missing(one, one.text("state")))
    yield from naming(N_("No longer passes its gates, amend it or take it back: {names}."), fallen)
    yield from naming(
        N_("Names categories of an earlier use case: {names}."), _overlapping(entries)
    )
    trial = (entry for entry in entries if entry.text("state") == "poc")
    yield from naming(N_("Proof of concept only, not for real work: {names}."), trial)


def _overlapping(entries: Sequence[LinkedLine]) -> Iterable[LinkedLine]:
    """Yield the lines that name a category which an earlier one has."""
    taken = set[str]()
    for entry in sorted(entries, key=lambda entry: entry.number or 0):
        own = {key.strip() for key in entry.text("categories").split(",")} - {""}
        if own & taken:
            yield entry
        taken |= own


def _preset(origin: str, name: str, description: str, **values: str) -> Preset:
    return Preset(origin, {"name": name, "description": description}, {"state": "idea", **values})


FLOW = Flow(
    field="state",
    steps=("idea", "poc", "pilot", "production"),
    aside=frozenset({"stopped"}),
    approved=frozenset({"pilot", "production"}),
    signed=frozenset({"production"}),
    signer="approver",
    gates=(
        _filled("poc", "owner", N_("A proof of concept needs an owner.")),
        _filled(
            "poc",
            "to_production_days",
            N_("First estimate the days of work from prototype to production."),
        ),
        _filled("pilot", "poc_result", N_("First say what the proof of concept showed.")),
        StateGate(
            "pilot",
            "success",
            N_("A pilot needs a success criterion with a figure."),
            _measurable,
        ),
        _filled(
            "pilot",
            "soft_success",
            N_("Say also what people are to notice: satisfaction, or fewer errors."),
        ),
        StateGate(
            "pilot",
            "state",
            N_("First name all three roles for this use case in the register of roles."),
            _roles_named,
        ),
        StateGate(
            "pilot",
            "ai_system",
            N_(
                "Choose the AI system; its line needs the AI notice, the DPIA screening and "
                "the union assessment (MBL) with reason, day and counterpart."
            ),
            _screened,
        ),
        _filled("production", "backup", N_("Production needs evidence of a backup.")),
        _filled("production", "monitoring", N_("Production needs evidence of monitoring.")),
        _filled(
            "production",
            "user_management",
            N_("Production needs evidence of user management."),
        ),
        _filled("production", "compliance", N_("Production needs evidence of compliance.")),
        _filled("production", "approved_on", N_("Production needs the day of approval.")),
    ),
)


REGISTER = Register(
    kind="use_cases",
    title=N_("Use cases"),
    about=N_("What AI could do here, what that is worth, and how far it has come."),
    name="name",
    own_fields=(
        Field("name", N_("Use case"), required=True),
        Field("description", N_("Description"), "long"),
        Field("owner", N_("Owner"), "person"),
        Field(
            "categories",
            N_("Categories that it serves"),
            help=N_("Their keys, with commas, such as vpn, mail. Each is one use case's alone."),
        ),
        scored("feasibility", N_("Feasibility"), N_("1 hardly possible, 5 easy")),
        scored("value", N_("Value"), N_("1 little, 5 very much")),
        scored("effort", N_("Effort"), N_("1 days, 5 more than half a year")),
        choice("risk", N_("Risk"), LOW_TO_HIGH, required=True),
        choice("visibility", N_("Visibility"), LOW_TO_HIGH, required=True),
        choice("customers", N_("Do customers read the result?"), YES_NO),
        choice("roi", N_("Is the return clear?"), YES_NO),
        Field("override", N_("Why go on all the same?"), "long"),
        Field("override_by", N_("Who decided that?"), "person"),
        Field(
            "to_production_days",
            N_("Days of work from prototype to production"),
            "number",
            high=10_000,
            help=N_("Usually much more than the prototype takes."),
        ),
        choice("state", N_("State"), _STATES, required=True, start="idea", listed=True),
        Field(
            "success",
            N_("Success criterion"),
            "long",
            help=N_("With a figure, a unit and a day, such as: search from 15 to 3 minutes."),
        ),
        Field(
            "soft_success",
            N_("What people are to notice"),
            "long",
            help=N_("Satisfaction or fewer errors, and how it is asked."),
        ),
        Field("poc_result", N_("What the proof of concept showed"), "long"),
        Field("ai_system", N_("AI system"), "line", of="ai_systems"),
        Field("backup", N_("Evidence: backup"), "long"),
        Field("monitoring", N_("Evidence: monitoring"), "long"),
        Field("user_management", N_("Evidence: user management"), "long"),
        Field("compliance", N_("Evidence: compliance"), "long"),
        Field("approver", N_("Approved by"), "person"),
        Field("approved_on", N_("Approved on"), "day"),
    ),
    derived=(
        Derived("priority", N_("Priority"), priority, digits=2, listed=True),
        Derived("advice", N_("Advice"), advice, _ADVICE, listed=True),
        Derived("quick_win", N_("Quick win"), quick_win, YES_NO, listed=True),
    ),
    rules=(
        Rule(
            "override",
            N_("Much effort and an unclear return: park it, or say why not and who decided."),
            lambda entry: entry.text("state") in ("idea", "stopped") or not parked(entry),
        ),
    ),
    flow=FLOW,
    presets=(
        _preset(
            "case-faq",
            N_("Answers to the help desk's questions"),
            N_("Lotsen answers colleagues with stored articles and their source."),
            risk="low",
            visibility="high",
            customers="no",
        ),
        _preset(
            "case-triage",
            N_("Ticket triage"),
            N_("Lotsen sorts tickets into categories; a person can change each."),
            risk="low",
            visibility="high",
            customers="no",
        ),
        _preset(
            "case-search",
            N_("Document search"),
            N_("Find the passage that answers a question, with its source."),
        ),
        _preset(
            "case-reports",
            N_("Report generation"),
            N_("Draft recurring reports from figures that are there already."),
        ),
        _preset(
            "case-quotations",
            N_("Quotation support"),
            N_("Draft quotations from earlier ones; a person checks and sends them."),
        ),
    ),
    remarks=_remarks,
    review_days=90,
)
