"""AI requests: who wants to use which AI for what, and who allowed or refused it, and why.

Roadmap: "Etablera governance och compliance". Everybody may ask; only the IT lead decides,
never on their own request, and always with a reason that whoever asked can read. Who asked
and who decided is not typed: it is whoever did so.
"""

from collections.abc import Iterable, Sequence

from models.form import Field
from models.language import noted
from models.registers.declaration import (
    YES_NO,
    YES_NO_UNKNOWN,
    Derived,
    Entry,
    Flow,
    Gate,
    Register,
    Remark,
    Rule,
)

_STATES = (
    ("asked", noted("asked")),
    ("approved", noted("approved")),
    ("refused", noted("turned down")),
)
_DATA = (
    ("public", noted("public: what anybody may read")),
    ("redacted", noted("texts without names")),
    ("restricted", noted("internal documents")),
    ("personal", noted("personal data")),
    ("special", noted("special categories (GDPR, art. 9): health, union, belief")),
)
CRITERIA = ("gap", "contract", "eu", "no_training", "checked")
_DECIDED = ("approved", "refused")


def _decided(entry: Entry) -> bool:
    return entry.text("state") in _DECIDED


def checked(entry: Entry) -> float:
    """Return how many criteria were looked into: yes or no, not ``unknown``."""
    return sum(entry.text(key) in ("yes", "no") for key in CRITERIA)


def passed(entry: Entry) -> str:
    return "yes" if all(entry.text(key) == "yes" for key in CRITERIA) else "no"


def _criterion(key: str, title: str) -> Field:
    return Field(key, title, "choice", choices=YES_NO_UNKNOWN)


def _looked_into(key: str) -> Gate:
    message = noted("Look into this first: yes or no.")
    return Gate("approved", key, message, lambda entry: entry.text(key) in ("yes", "no"))


def _when_decided(key: str, message: str) -> Rule:
    return Rule(key, message, lambda entry: not _decided(entry) or entry.filled(key))


def _remarks(entries: Sequence[Entry]) -> Iterable[Remark]:
    waiting = [entry.text("name") for entry in entries if entry.text("state") == "asked"]
    if waiting:
        yield Remark(noted("Waiting for a decision: {names}."), {"names": "; ".join(waiting)})
    loose = [
        entry.text("name")
        for entry in entries
        if entry.text("state") == "approved" and entry.linked("ai_systems", "ai_system") is None
    ]
    if loose:
        text = noted("Approved, but not in the register of AI systems: {names}.")
        yield Remark(text, {"names": "; ".join(loose)})


REGISTER = Register(
    kind="ai_requests",
    title=noted("AI requests"),
    about=noted("Who wants to use which AI for what, and what was decided."),
    name="name",
    asked_by="requested_by",
    asks=("name", "purpose", "data_class", "benefit"),
    own_fields=(
        Field("name", noted("AI tool"), required=True),
        Field("purpose", noted("What for?"), "long", required=True),
        Field(
            "data_class",
            noted("Which data does it see?"),
            "choice",
            required=True,
            choices=_DATA,
            help=noted("The most sensitive kind counts."),
            listed=True,
        ),
        Field("benefit", noted("What would be better with it?"), "long"),
        Field("requested_by", noted("Requested by"), "person", listed=True),
        _criterion("gap", noted("No tool that we have can do it?")),
        _criterion("contract", noted("Is there a data processing agreement?")),
        _criterion("eu", noted("Data stays in the EU, or the transfer has a legal basis?")),
        _criterion("no_training", noted("The supplier does not train on our data?")),
        _criterion("checked", noted("A person checks what it makes?")),
        Field(
            "state",
            noted("State"),
            "choice",
            required=True,
            choices=_STATES,
            start="asked",
            listed=True,
        ),
        Field("reason", noted("Reason of the decision"), "long", listed=True),
        Field("approver", noted("Decided by"), "person"),
        Field("decided_on", noted("Decided on"), "day"),
        Field("ai_system", noted("AI system"), "line", of="ai_systems"),
    ),
    derived=(
        Derived("looked_into", noted("Criteria looked into, of 5"), checked, listed=True),
        Derived("passed", noted("All criteria met"), passed, YES_NO),
    ),
    rules=(
        _when_decided("reason", noted("Say why: whoever asked reads it.")),
        _when_decided("decided_on", noted("Say when it was decided.")),
    ),
    flow=Flow(
        field="state",
        steps=("asked", "approved"),
        aside=frozenset({"refused"}),
        approved=frozenset(_DECIDED),
        signed=frozenset(_DECIDED),
        signer="approver",
        gates=(
            *map(_looked_into, CRITERIA),
            Gate(
                "approved",
                "data_class",
                noted("Special categories of data go to no AI tool here."),
                lambda entry: entry.text("data_class") != "special",
            ),
        ),
    ),
    remarks=_remarks,
    review_days=90,
)
