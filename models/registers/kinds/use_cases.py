"""Use cases: feasibility, value and effort, 1 to 5; from the idea to production by gates.

Roadmap: "Välj use case strategiskt" and "Proof of Concept kontra produktion". A proof of
concept shows that something works; production needs backup, monitoring, user management,
compliance, and somebody who approves.
"""

import re
from collections.abc import Iterable, Sequence

from models.form import Field
from models.language import noted
from models.registers.declaration import (
    LOW_TO_HIGH,
    YES_NO,
    Derived,
    Entry,
    Flow,
    Gate,
    Preset,
    Register,
    Remark,
    Rule,
    scored,
)
from models.registers.kinds.roles import THREE

HIGH_VALUE, MUCH_EFFORT = 4, 4
_ASSESSED_WITH = ("mbl_reason", "mbl_on", "mbl_with", "notice_version")
_WEIGHTS = {"value": 0.5, "feasibility": 0.25, "ease": 0.25}
_ADVICE = (
    ("first", noted("do first")),
    ("plan", noted("plan with care")),
    ("fill", noted("when there is time")),
    ("leave", noted("leave")),
    ("park", noted("park: much effort, unclear return")),
)
_STATES = (
    ("idea", noted("idea")),
    ("poc", noted("proof of concept")),
    ("pilot", noted("pilot")),
    ("production", noted("production")),
    ("stopped", noted("stopped")),
)


def priority(entry: Entry) -> float | None:
    """Return 1 to 5: half the value, a quarter each the feasibility and the ease (6 − effort).

    None where a score is missing.
    """
    value, feasibility = entry.score("value"), entry.score("feasibility")
    effort = entry.score("effort")
    if value is None or feasibility is None or effort is None:
        return None
    parts = {"value": value, "feasibility": feasibility, "ease": 6 - effort}
    return sum(_WEIGHTS[key] * part for key, part in parts.items())


def parked(entry: Entry) -> bool:
    """Return whether it takes much effort for an unclear return, and nobody decided otherwise."""
    unclear = entry.text("roi") != "yes" and (entry.score("effort") or 0) >= MUCH_EFFORT
    return unclear and not entry.filled("override", "override_by")


def advice(entry: Entry) -> str | None:
    """Return the quadrant of the matrix; None where a score is missing."""
    if priority(entry) is None:
        return None
    if parked(entry):
        return "park"
    easy = (entry.score("effort") or 0) < MUCH_EFFORT
    if (entry.score("value") or 0) >= HIGH_VALUE:
        return "first" if easy else "plan"
    return "fill" if easy else "leave"


def quick_win(entry: Entry) -> str:
    """Return ``yes`` for low risk and high visibility inside the company.

    What customers read is riskier than an answer to a colleague.
    """
    safe = entry.text("risk") == "low" and entry.text("customers") != "yes"
    return "yes" if safe and entry.text("visibility") == "high" else "no"


def _measurable(entry: Entry) -> bool:
    # "More efficient" is no criterion; a figure and a unit or a date are.
    return bool(re.search(r"\d", entry.text("success")))


def _roles_named(entry: Entry) -> bool:
    roles = entry.shelf.get("roles", ())
    mine = [Entry(line.values) for line in roles if line.values.get("use_case") == entry.number]
    return bool(entry.number) and any(role.filled(*THREE) for role in mine)


def _screened(entry: Entry) -> bool:
    line = entry.linked("ai_systems", "ai_system")
    if line is None:
        return False
    system = Entry(line.values)
    assessed = all(system.text(key) in ("needed", "not_needed") for key in ("dpia", "mbl"))
    return assessed and system.filled(*_ASSESSED_WITH)


def _filled(state: str, key: str, message: str) -> Gate:
    return Gate(state, key, message, lambda entry: entry.filled(key))


def _remarks(entries: Sequence[Entry]) -> Iterable[Remark]:
    wins = [entry.text("name") for entry in entries if quick_win(entry) == "yes"]
    if wins:
        yield Remark(noted("Quick wins: {names}."), {"names": "; ".join(wins)})
    ranked = sorted(
        (entry for entry in entries if priority(entry) is not None),
        key=lambda entry: -(priority(entry) or 0),
    )
    if ranked:
        names = "; ".join(entry.text("name") for entry in ranked[:5])
        yield Remark(noted("By priority: {names}."), {"names": names})
    fallen = [one.text("name") for one in entries if FLOW.missing(one, one.text("state"))]
    if fallen:
        text = noted("No longer passes its gates, amend it or take it back: {names}.")
        yield Remark(text, {"names": "; ".join(fallen)})
    trial = [entry.text("name") for entry in entries if entry.text("state") == "poc"]
    if trial:
        yield Remark(
            noted("Proof of concept only, not for real work: {names}."), {"names": "; ".join(trial)}
        )


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
        _filled("poc", "owner", noted("A proof of concept needs an owner.")),
        _filled(
            "poc",
            "to_production_days",
            noted("First estimate the days of work from prototype to production."),
        ),
        _filled("pilot", "poc_result", noted("First say what the proof of concept showed.")),
        Gate(
            "pilot",
            "success",
            noted("A pilot needs a success criterion with a figure."),
            _measurable,
        ),
        _filled(
            "pilot",
            "soft_success",
            noted("Say also what people are to notice: satisfaction, or fewer errors."),
        ),
        Gate(
            "pilot",
            "state",
            noted("First name all three roles for this use case in the register of roles."),
            _roles_named,
        ),
        Gate(
            "pilot",
            "ai_system",
            noted(
                "Choose the AI system; its line needs the AI notice, the DPIA screening and "
                "the union assessment (MBL) with reason, day and counterpart."
            ),
            _screened,
        ),
        _filled("production", "backup", noted("Production needs evidence of a backup.")),
        _filled("production", "monitoring", noted("Production needs evidence of monitoring.")),
        _filled(
            "production",
            "user_management",
            noted("Production needs evidence of user management."),
        ),
        _filled("production", "compliance", noted("Production needs evidence of compliance.")),
        _filled("production", "approved_on", noted("Production needs the day of approval.")),
    ),
)


REGISTER = Register(
    kind="use_cases",
    title=noted("Use cases"),
    about=noted("What AI could do here, what that is worth, and how far it has come."),
    name="name",
    own_fields=(
        Field("name", noted("Use case"), required=True),
        Field("description", noted("Description"), "long"),
        Field("owner", noted("Owner"), "person"),
        scored("feasibility", noted("Feasibility"), noted("1 hardly possible, 5 easy")),
        scored("value", noted("Value"), noted("1 little, 5 very much")),
        scored("effort", noted("Effort"), noted("1 days, 5 more than half a year")),
        Field("risk", noted("Risk"), "choice", required=True, choices=LOW_TO_HIGH),
        Field("visibility", noted("Visibility"), "choice", required=True, choices=LOW_TO_HIGH),
        Field("customers", noted("Do customers read the result?"), "choice", choices=YES_NO),
        Field("roi", noted("Is the return clear?"), "choice", choices=YES_NO),
        Field("override", noted("Why go on all the same?"), "long"),
        Field("override_by", noted("Who decided that?"), "person"),
        Field(
            "to_production_days",
            noted("Days of work from prototype to production"),
            "number",
            high=10_000,
            help=noted("Usually much more than the prototype takes."),
        ),
        Field(
            "state",
            noted("State"),
            "choice",
            required=True,
            choices=_STATES,
            start="idea",
            listed=True,
        ),
        Field(
            "success",
            noted("Success criterion"),
            "long",
            help=noted("With a figure, a unit and a day, such as: search from 15 to 3 minutes."),
        ),
        Field(
            "soft_success",
            noted("What people are to notice"),
            "long",
            help=noted("Satisfaction or fewer errors, and how it is asked."),
        ),
        Field("poc_result", noted("What the proof of concept showed"), "long"),
        Field("ai_system", noted("AI system"), "line", of="ai_systems"),
        Field("backup", noted("Evidence: backup"), "long"),
        Field("monitoring", noted("Evidence: monitoring"), "long"),
        Field("user_management", noted("Evidence: user management"), "long"),
        Field("compliance", noted("Evidence: compliance"), "long"),
        Field("approver", noted("Approved by"), "person"),
        Field("approved_on", noted("Approved on"), "day"),
    ),
    derived=(
        Derived("priority", noted("Priority"), priority, digits=2, listed=True),
        Derived("advice", noted("Advice"), advice, _ADVICE, listed=True),
        Derived("quick_win", noted("Quick win"), quick_win, YES_NO, listed=True),
    ),
    rules=(
        Rule(
            "override",
            noted("Much effort and an unclear return: park it, or say why not and who decided."),
            lambda entry: entry.text("state") in ("idea", "stopped") or not parked(entry),
        ),
    ),
    flow=FLOW,
    presets=(
        _preset(
            "case-faq",
            noted("Answers to the help desk's questions"),
            noted("Lotsen answers colleagues with stored articles and their source."),
            risk="low",
            visibility="high",
            customers="no",
        ),
        _preset(
            "case-triage",
            noted("Ticket triage"),
            noted("Lotsen sorts tickets into categories; a person can change each."),
            risk="low",
            visibility="high",
            customers="no",
        ),
        _preset(
            "case-search",
            noted("Document search"),
            noted("Find the passage that answers a question, with its source."),
        ),
        _preset(
            "case-reports",
            noted("Report generation"),
            noted("Draft recurring reports from figures that are there already."),
        ),
        _preset(
            "case-quotations",
            noted("Quotation support"),
            noted("Draft quotations from earlier ones; a person checks and sends them."),
        ),
    ),
    remarks=_remarks,
    review_days=90,
)
