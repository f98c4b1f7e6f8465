"""What incidents do to the register of risks: a measured count, and a likelihood raised by rule.

The rule: of the incidents of the last 90 days that nobody released, one makes the likelihood
at least 2, two at least 3, four at least 4, eight at least 5. It is raised and never lowered,
and the line says from where to where and why; a person may set it as they see fit again.
"""

from datetime import date, datetime, timedelta

from models.desk.base.context import DeskContext
from models.desk.registers.register_lines import find_line, row_of
from models.form import Value
from models.language import Words
from models.registers.catalogue import register_of
from models.store.transaction import Unit
from models.tables import Incident, IncidentKind, IncidentState, RegisterChange

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


def update_risk(desk: DeskContext, unit: Unit, kind: IncidentKind, now: datetime) -> None:
    """Write a new version of the risk, where it is in the register and says something else."""
    register, origin = register_of("risks"), risk_of(kind)
    unit.lock(f"register:{register.kind}")
    number = unit.registers.origins(register.kind).get(origin)
    line = find_line(unit, register, number) if number else None
    if line is None or line.retired:
        return
    counted = [
        one
        for one in unit.incidents.between(now - WINDOW, now + timedelta(seconds=1))
        if risk_of(one.kind) == origin and one.state is not IncidentState.RELEASED
    ]
    values = {**line.values, **_measured(counted, desk)}
    values |= _raised(values, len(counted), desk.words, _day(desk, now))
    if values != line.values:
        change = RegisterChange.AMENDED
        row = row_of(register, values, line, number=line.number, change=change, by="", now=now)
        unit.registers.write(row)


def _measured(counted: list[Incident], desk: DeskContext) -> dict[str, Value]:
    if not counted:
        return {"incidents": 0}
    last = _day(desk, counted[-1].opened_at)
    return {"incidents": len(counted), "last_incident": last.isoformat()}


def _raised(
    values: dict[str, Value], incidents: int, words: Words, today: date
) -> dict[str, Value]:
    least, stands = least_likelihood(incidents), values.get("likelihood")
    known = stands if isinstance(stands, int | float) else None
    if least is None or (known is not None and known >= least):
        return {}
    said = words.say(
        "{day}: likelihood raised from {before} to {after} by Lotsen; {n} incidents in 90 days.",
        day=today.isoformat(),
        before="–" if known is None else words.number(known),
        after=words.number(least),
        n=words.number(incidents),
    )
    return {"likelihood": least, "raised": said}


def _day(desk: DeskContext, at: datetime) -> date:
    return at.astimezone(desk.calendar.zone).date()
