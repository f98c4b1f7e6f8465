"""AI requests: who wants to use which AI for what, and who allowed or refused it, and why.

Roadmap: "Etablera governance och compliance". Everybody may ask; only the IT lead decides,
never on their own request, and always with a reason that whoever asked can read. Who asked
and who decided is not typed: it is whoever did so.
"""

from models.form import Field
from models.language import N_
from models.registers.declaration import (
    YES_NO,
    YES_NO_UNKNOWN,
    Derived,
    Flow,
    LinkedLine,
    Register,
    StateGate,
    choice,
    named_where,
    needed_when,
)

_STATES = (
    ("asked", N_("asked")),
    ("approved", N_("approved")),
    ("refused", N_("turned down")),
)
_DATA = (
    ("public", N_("public: what anybody may read")),
    ("redacted", N_("texts without names")),
    ("restricted", N_("internal documents")),
    ("personal", N_("personal data")),
    ("special", N_("special categories (GDPR, art. 9): health, union, belief")),
)
CRITERIA = ("gap", "contract", "eu", "no_training", "checked")
_DECIDED = ("approved", "refused")


def _decided(entry: LinkedLine) -> bool:
    return entry.text("state") in _DECIDED


def checked(entry: LinkedLine) -> float:
    """Return how many criteria were looked into: yes or no, not ``unknown``."""
    return sum(entry.text(key) in ("yes", "no") for key in CRITERIA)


def passed(entry: LinkedLine) -> str:
    return "yes" if all(entry.text(key) == "yes" for key in CRITERIA) else "no"


def _criterion(key: str, title: str) -> Field:
    return choice(key, title, YES_NO_UNKNOWN)


def _looked_into(key: str) -> StateGate:
    message = N_("Look into this first: yes or no.")
    return StateGate("approved", key, message, lambda entry: entry.text(key) in ("yes", "no"))


REGISTER = Register(
    kind="ai_requests",
    title=N_("AI requests"),
    about=N_("Who wants to use which AI for what, and what was decided."),
    name="name",
    asked_by="requested_by",
    asks=("name", "purpose", "data_class", "benefit"),
    own_fields=(
        Field("name", N_("AI tool"), required=True),
        Field("purpose", N_("What for?"), "long", required=True),
        choice(
            "data_class",
            N_("Which data does it see?"),
            _DATA,
            required=True,
            help=N_("The most sensitive kind counts."),
            listed=True,
        ),
        Field("benefit", N_("What would be better with it?"), "long"),
        Field("requested_by", N_("Requested by"), "person", listed=True),
        _criterion("gap", N_("No tool that we have can do it?")),
        _criterion("contract", N_("Is there a data processing agreement?")),
        _criterion("eu", N_("Data stays in the EU, or the transfer has a legal basis?")),
        _criterion("no_training", N_("The supplier does not train on our data?")),
        _criterion("checked", N_("A person checks what it makes?")),
        choice("state", N_("State"), _STATES, required=True, start="asked", listed=True),
        Field("reason", N_("Reason of the decision"), "long", listed=True),
        Field("approver", N_("Decided by"), "person"),
        Field("decided_on", N_("Decided on"), "day"),
        Field("ai_system", N_("AI system"), "line", of="ai_systems"),
    ),
    derived=(
        Derived("looked_into", N_("Criteria looked into, of 5"), checked, listed=True),
        Derived("passed", N_("All criteria met"), passed, YES_NO),
    ),
    rules=needed_when(
        _decided,
        ("reason", N_("Say why: whoever asked reads it.")),
        ("decided_on", N_("Say when it was decided.")),
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
            StateGate(
                "approved",
                "data_class",
                N_("Special categories of data go to no AI tool here."),
                lambda entry: entry.text("data_class") != "special",
            ),
        ),
    ),
    remarks=named_where(
        (N_("Waiting for a decision: {names}."), lambda entry: entry.text("state") == "asked"),
        (
            N_("Approved, but not in the register of AI systems: {names}."),
            lambda entry: (
                entry.text("state") == "approved" and not entry.linked("ai_systems", "ai_system")
            ),
        ),
    ),
    review_days=90,
)
