"""Risks: technical, legal, organisational; likelihood × impact; action, owner, review.

Roadmap: "Arbeta systematiskt med riskhantering". It names nine risks; they are here from
the start, not yet rated, for nobody outside the company can do that.
"""

from collections.abc import Iterable, Sequence

from models.form import Field
from models.language import N_
from models.registers.declaration import (
    REVIEW_ON,
    Derived,
    LinkedLine,
    Preset,
    Register,
    Remark,
    choice,
    naming,
    needed_when,
    scored,
)

LEVELS = (
    ("low", N_("low")),
    ("medium", N_("medium")),
    ("high", N_("high")),
    ("critical", N_("critical")),
)
_MEASURED = N_("Lotsen fills it in from what was reported.")
_MEDIUM, _HIGH, _CRITICAL = 5, 10, 17


def severity(entry: LinkedLine) -> float | None:
    """Return likelihood × impact, 1 to 25; None where it was not rated."""
    likelihood, impact = entry.score("likelihood"), entry.score("impact")
    return None if likelihood is None or impact is None else likelihood * impact


def level(entry: LinkedLine) -> str | None:
    """Return the level of a risk; None where it was not rated."""
    found = severity(entry)
    if found is None:
        return None
    steps = ((_CRITICAL, "critical"), (_HIGH, "high"), (_MEDIUM, "medium"))
    return next((name for least, name in steps if found >= least), "low")


def _settled(entry: LinkedLine) -> bool:
    return entry.text("state") in ("accepted", "closed")


def _remarks(entries: Sequence[LinkedLine]) -> Iterable[Remark]:
    unrated = sum(severity(entry) is None for entry in entries)
    if unrated:
        yield Remark(
            N_("Not rated yet: {n}. Give each a likelihood and an impact."), {"n": str(unrated)}
        )
    serious = (entry for entry in entries if level(entry) in ("high", "critical"))
    bare = (entry for entry in serious if not entry.filled("action", "owner"))
    yield from naming(N_("Serious, without an action or an owner: {names}."), bare)


def _preset(origin: str, kind: str, name: str, action: str) -> Preset:
    return Preset(origin, {"name": name, "action": action}, {"kind": kind, "state": "open"})


REGISTER = Register(
    kind="risks",
    title=N_("Risks"),
    about=N_("What could go wrong, how bad it would be, and who does what against it."),
    name="name",
    own_fields=(
        Field("name", N_("Risk"), required=True),
        choice(
            "kind",
            N_("Kind"),
            (
                ("technical", N_("technical")),
                ("legal", N_("legal")),
                ("organisational", N_("organisational")),
            ),
            required=True,
            listed=True,
        ),
        scored("likelihood", N_("Likelihood"), N_("1 hardly ever, 5 almost certain")),
        scored("impact", N_("Impact"), N_("1 hardly noticed, 5 threatens the company")),
        Field("action", N_("Action"), "long", help=N_("What prevents it or softens it.")),
        Field("owner", N_("Owner"), "person", listed=True),
        choice(
            "state",
            N_("State"),
            (
                ("open", N_("open")),
                ("mitigated", N_("mitigated")),
                ("accepted", N_("accepted")),
                ("closed", N_("closed")),
            ),
            required=True,
            start="open",
            listed=True,
        ),
        Field("incidents", N_("Incidents in 90 days"), "number", help=_MEASURED),
        Field("last_incident", N_("Last incident"), "day", help=_MEASURED),
        Field("raised", N_("Likelihood raised"), "long", help=_MEASURED),
    ),
    derived=(
        Derived("severity", N_("Severity"), severity),
        Derived("level", N_("Level"), level, LEVELS, listed=True),
    ),
    rules=needed_when(
        _settled,
        ("action", N_("An accepted or closed risk needs an action: say what was done.")),
        ("owner", N_("An accepted or closed risk needs an owner: choose a person.")),
        (REVIEW_ON, N_("An accepted or closed risk needs a day of review.")),
    ),
    presets=(
        _preset(
            "risk-outage",
            "technical",
            N_("The system fails"),
            N_("Answer without it by hand; watch it; try the backup each month."),
        ),
        _preset(
            "risk-data-quality",
            "technical",
            N_("Poor data quality"),
            N_("Rate the data sources; mend the weakest before it is used."),
        ),
        _preset(
            "risk-unexpected-answer",
            "technical",
            N_("Unexpected AI answers"),
            N_("Show stored answers with their source only; let people correct every decision."),
        ),
        _preset(
            "risk-data-protection",
            "legal",
            N_("Breach of data protection"),
            N_("Mask personal data; keep texts for a short time; screen for a DPIA."),
        ),
        _preset(
            "risk-liability",
            "legal",
            N_("Unclear liability"),
            N_("Name who answers for wrong results, in writing, before the pilot."),
        ),
        _preset(
            "risk-compliance",
            "legal",
            N_("Breach of rules"),
            N_("Keep the register of AI systems complete; review it each quarter."),
        ),
        _preset(
            "risk-resistance",
            "organisational",
            N_("Resistance to change"),
            N_("Tell early what changes and what does not; let champions show the gain."),
        ),
        _preset(
            "risk-unclear-roles",
            "organisational",
            N_("Unclear responsibilities"),
            N_("Fill the register of roles before the pilot."),
        ),
        _preset(
            "risk-training",
            "organisational",
            N_("Too little training"),
            N_("Plan a budget and a track for each person; teach the limits of AI too."),
        ),
    ),
    remarks=_remarks,
    review_days=90,
)
