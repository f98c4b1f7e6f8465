"""What incidents do to the register of risks: a measured count, and a likelihood raised by rule.

The rule: of the incidents of the last 90 days that nobody released, one makes the likelihood
at least 2, two at least 3, four at least 4, eight at least 5. It is raised and never lowered,
and the line says from where to where and why; a person may set it as they see fit again.
"""

from datetime import date, timedelta

from models.desk.base.turn import Turn
from models.desk.registers.register_lines import SeededLine, amend_seeded
from models.language import Translator
from models.registers.declaration import Values
from models.tables import IncidentKind, IncidentState

WINDOW = timedelta(days=90)
STEPS = ((8, 5), (4, 4), (2, 3), (1, 2))
"""From so many incidents on, the likelihood is at least this."""
UNEXPECTED, DATA_PROTECTION = "risk-unexpected-answer", "risk-data-protection"


def risk_of(kind: IncidentKind) -> str:
    """Return which of the preloaded risks an incident is about."""
    return DATA_PROTECTION if kind is IncidentKind.PRIVATE_DATA else UNEXPECTED


def least_likelihood(incidents: int) -> int | None:
    """Return the likelihood that so many incidents speak for; None for none."""
    return next((likelihood for least, likelihood in STEPS if incidents >= least), None)


def update_risk(turn: Turn, kind: IncidentKind) -> None:
    """Write a new version of the risk, where it is in the register and says something else."""
    origin = risk_of(kind)

    def changes(values: Values) -> Values:
        recent = turn.unit.incidents.between(turn.now - WINDOW, turn.now + timedelta(seconds=1))
        counted = [
            one
            for one in recent
            if risk_of(one.kind) == origin and one.state is not IncidentState.RELEASED
        ]
        raised = _raised(values, len(counted), turn.desk.words, turn.today)
        if not counted:
            return {"incidents": 0, **raised}
        last = turn.desk.day_of(counted[-1].opened_at)
        return {"incidents": len(counted), "last_incident": last.isoformat(), **raised}

    amend_seeded(turn.unit, SeededLine("risks", origin), changes, turn.now)


def _raised(values: Values, incidents: int, words: Translator, today: date) -> Values:
    least, stands = least_likelihood(incidents), values.get("likelihood")
    known = stands if isinstance(stands, int | float) else None
    if least is None or (known is not None and known >= least):
        return {}
    text = words.gettext(
        "{day}: likelihood raised from {before} to {after} by Lotsen; {n} incidents in 90 days.",
        day=today.isoformat(),
        before="–" if known is None else words.number(known),
        after=words.number(least),
        n=words.number(incidents),
    )
    return {"likelihood": least, "raised": text}
