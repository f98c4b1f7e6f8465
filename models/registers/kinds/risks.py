"""Risks: technical, legal, organisational; likelihood × impact; action, owner, review.

Roadmap: "Arbeta systematiskt med riskhantering". It names nine risks; they are here from
the start, not yet rated, for nobody outside the company can do that.
"""

from collections.abc import Iterable, Sequence

from models.form import Field
from models.language import noted
from models.registers.declaration import (
    REVIEW_ON,
    Derived,
    Entry,
    Preset,
    Register,
    Remark,
    Rule,
    scored,
)

LEVELS = (
    ("low", noted("low")),
    ("medium", noted("medium")),
    ("high", noted("high")),
    ("critical", noted("critical")),
)
_MEASURED = noted("Lotsen fills it in from what was reported.")
_MEDIUM, _HIGH, _CRITICAL = 5, 10, 17


def severity(entry: Entry) -> float | None:
    """Return likelihood × impact, 1 to 25; None where it was not rated."""
    likelihood, impact = entry.score("likelihood"), entry.score("impact")
    return None if likelihood is None or impact is None else likelihood * impact


def level(entry: Entry) -> str | None:
    """Return the level of a risk; None where it was not rated."""
    found = severity(entry)
    if found is None:
        return None
    steps = ((_CRITICAL, "critical"), (_HIGH, "high"), (_MEDIUM, "medium"))
    return next((name for least, name in steps if found >= least), "low")


def _settled(entry: Entry) -> bool:
    return entry.text("state") in ("accepted", "closed")


def _remarks(entries: Sequence[Entry]) -> Iterable[Remark]:
    unrated = sum(severity(entry) is None for entry in entries)
    if unrated:
        yield Remark(
            noted("Not rated yet: {n}. Give each a likelihood and an impact."), {"n": str(unrated)}
        )
    serious = [entry for entry in entries if level(entry) in ("high", "critical")]
    bare = [entry.text("name") for entry in serious if not entry.filled("action", "owner")]
    if bare:
        yield Remark(
            noted("Serious, without an action or an owner: {names}."), {"names": "; ".join(bare)}
        )


def _preset(origin: str, kind: str, name: str, action: str) -> Preset:
    return Preset(origin, {"name": name, "action": action}, {"kind": kind, "state": "open"})


REGISTER = Register(
    kind="risks",
    title=noted("Risks"),
    about=noted("What could go wrong, how bad it would be, and who does what against it."),
    name="name",
    own_fields=(
        Field("name", noted("Risk"), required=True),
        Field(
            "kind",
            noted("Kind"),
            "choice",
            required=True,
            choices=(
                ("technical", noted("technical")),
                ("legal", noted("legal")),
                ("organisational", noted("organisational")),
            ),
            listed=True,
        ),
        scored("likelihood", noted("Likelihood"), noted("1 hardly ever, 5 almost certain")),
        scored("impact", noted("Impact"), noted("1 hardly noticed, 5 threatens the company")),
        Field("action", noted("Action"), "long", help=noted("What prevents it or softens it.")),
        Field("owner", noted("Owner"), "person", listed=True),
        Field(
            "state",
            noted("State"),
            "choice",
            required=True,
            choices=(
                ("open", noted("open")),
                ("mitigated", noted("mitigated")),
                ("accepted", noted("accepted")),
                ("closed", noted("closed")),
            ),
            start="open",
            listed=True,
        ),
        Field("incidents", noted("Incidents in 90 days"), "number", help=_MEASURED),
        Field("last_incident", noted("Last incident"), "day", help=_MEASURED),
        Field("raised", noted("Likelihood raised"), "long", help=_MEASURED),
    ),
    derived=(
        Derived("severity", noted("Severity"), severity),
        Derived("level", noted("Level"), level, LEVELS, listed=True),
    ),
    rules=tuple(
        Rule(key, message, lambda entry, key=key: not _settled(entry) or entry.filled(key))  # type: ignore[misc]  # a default of a lambda has no type
        for key, message in (
            ("action", noted("An accepted or closed risk needs an action: say what was done.")),
            ("owner", noted("An accepted or closed risk needs an owner: choose a person.")),
            (REVIEW_ON, noted("An accepted or closed risk needs a day of review.")),
        )
    ),
    presets=(
        _preset(
            "risk-outage",
            "technical",
            noted("The system fails"),
            noted("Answer without it by hand; watch it; try the backup each month."),
        ),
        _preset(
            "risk-data-quality",
            "technical",
            noted("Poor data quality"),
            noted("Rate the data sources; mend the weakest before it is used."),
        ),
        _preset(
            "risk-unexpected-answer",
            "technical",
            noted("Unexpected AI answers"),
            noted("Show stored answers with their source only; let people correct every decision."),
        ),
        _preset(
            "risk-data-protection",
            "legal",
            noted("Breach of data protection"),
            noted("Mask personal data; keep texts for a short time; screen for a DPIA."),
        ),
        _preset(
            "risk-liability",
            "legal",
            noted("Unclear liability"),
            noted("Name who answers for wrong results, in writing, before the pilot."),
        ),
        _preset(
            "risk-compliance",
            "legal",
            noted("Breach of rules"),
            noted("Keep the register of AI systems complete; review it each quarter."),
        ),
        _preset(
            "risk-resistance",
            "organisational",
            noted("Resistance to change"),
            noted("Tell early what changes and what does not; let champions show the gain."),
        ),
        _preset(
            "risk-unclear-roles",
            "organisational",
            noted("Unclear responsibilities"),
            noted("Fill the register of roles before the pilot."),
        ),
        _preset(
            "risk-training",
            "organisational",
            noted("Too little training"),
            noted("Plan a budget and a track for each person; teach the limits of AI too."),
        ),
    ),
    remarks=_remarks,
    review_days=90,
)
