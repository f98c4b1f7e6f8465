"""Which cases Lotsen leaves alone, so that it can be known what it changes.

Chance decides, by a keyed hash of the case's number, or of the half-day in which it was asked:
the same answer after a restart and in another replica, and nobody can foresee it, for the key
is a secret whose hash alone is published (`models.triage.arms`). Without a baseline there is nothing to prove yet, and no
hold-out.
"""

import re
from datetime import timedelta

from models.desk.base.turn import Turn
from models.desk.tickets.labels import is_left
from models.desk.tickets.recording import id_of, text_of_case
from models.language import LANGUAGES
from models.statistics.half_days import half_day_at
from models.store.transaction import UnitOfWork
from models.tables import Arm, Case, EventKind
from models.triage.arms import drawn_arm, fingerprint, half_day_arm, share_of_half_days
from models.triage.cascade import TriageVerdict

INCIDENT_PEOPLE = 3
INCIDENT_WINDOW = timedelta(minutes=30)


def is_in_control_group(turn: Turn, case: Case, verdict: TriageVerdict) -> bool:
    """Draw a case's arm, once, and say whether it gets a ticket at once and no help.

    ``verdict`` is what the classifier thinks in silence, in either arm: by it the arms are
    compared like with like, for it was there before anybody was helped.
    """
    unit, share = turn.unit, turn.desk.hold_out_share
    number = id_of(case)
    arm = unit.effects.arm_of(number)
    if is_left(unit, number, verdict):
        return True  # not drawn: no chance decided
    if arm or not share:
        return arm is Arm.HELD_OUT
    if unit.figures.latest_baseline() is None:
        return False
    secret = unit.effects.draw_key(turn.desk.new_secret(), turn.now)
    together: dict[str, str] = {}
    if turn.desk.hold_out_unit == "half_day":
        half_day = half_day_at(case.opened_at.astimezone(turn.desk.calendar.zone))
        share, arm = share_of_half_days(half_day, share), half_day_arm(secret, half_day, share)
        together = {"half_day": half_day}
    else:
        arm = drawn_arm(secret, number, share)
    if _is_urgent(unit, case, verdict) or _is_incident(unit, case, verdict):
        arm = Arm.EXEMPT
    turn.record(
        EventKind.RANDOMISED,
        max(turn.now, case.opened_at),
        case,
        actor=case.person_id,
        mode=arm.value,
        share=share,
        category=verdict.category,
        key=fingerprint(secret),
        **together,
    )
    return arm is Arm.HELD_OUT


def _is_urgent(unit: UnitOfWork, case: Case, verdict: TriageVerdict) -> bool:
    priority = verdict.priority.value if verdict.priority else ""
    # Words of urgency and of outages; whoever uses one in vain is helped all the same.
    words = rf"\b{LANGUAGES.pattern('urgent')}\b"
    names = rf"\b(?:{LANGUAGES.pattern('urgent_priorities')}|p?1)\b"
    urgent = re.search(words, text_of_case(unit, case), re.IGNORECASE)
    return bool(urgent or re.search(names, priority, re.IGNORECASE))


def _is_incident(unit: UnitOfWork, case: Case, verdict: TriageVerdict) -> bool:
    """Return whether several people ask about the same within half an hour."""
    if not verdict.category:
        return False
    since = case.opened_at - INCIDENT_WINDOW
    people = unit.effects.asked_alike(verdict.category, since) | {case.person_id}
    return len(people) >= INCIDENT_PEOPLE
