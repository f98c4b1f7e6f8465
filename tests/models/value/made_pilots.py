"""Made-up pilots by chance, one for each design that a quarterly statement is told by."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from models.kpis.measurement import Kpis
from models.statistics.half_days import half_day_at
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    Arm,
    Case,
    CaseState,
    CostEntry,
    CostKind,
    DecidedBy,
    EventKind,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
    TicketTimes,
)
from models.triage.arms import half_day_arm
from models.value.effect.comparison import Design
from models.value.ledger import Value
from models.value.money.costs import UNTOUCHED

NOW = datetime(2027, 1, 4, 7, tzinfo=UTC)
SUMMER, PILOT = datetime(2026, 7, 6, 8, tzinfo=UTC), datetime(2026, 10, 5, 8, tzinfo=UTC)
FROZEN = datetime(2026, 9, 28, tzinfo=UTC)
WORD = "Zebraord"


class Made(NamedTuple):
    """What is true of a pilot: chance's seed, its size, how much is left of the minutes."""

    seed: int = 7
    n: int = 300
    factor: float = 0.4
    lost: int = 15  # of so many tickets one has no minutes


AS_USUAL = Made()


def make(store: Store, kpis: Kpis, value: Value, design: Design, made: Made = AS_USUAL) -> None:
    """Fill a database: twelve weeks of baseline, and a pilot in the fourth quarter."""
    chance = random.Random(made.seed)
    with store.begin() as unit:
        for number in range(360):
            at = SUMMER + timedelta(minutes=chance.randrange(83 * 24 * 60))
            kind = chance.choices(("vpn", "mail", "rare", "old"), (20, 20, 1, 2))[0]
            minutes = _minutes(chance, kind, 1.0)
            _ticket(unit, at, kind, minutes if number % 15 else None, Source.IMPORT)
        _costs(unit)
    kpis.freeze(date(2026, 7, 6), date(2026, 9, 27), FROZEN)
    if design is Design.DIFFERENCE:
        value.costs.choose(UNTOUCHED, "mail", "no access", datetime(2026, 9, 27, tzinfo=UTC))
    with store.begin() as unit:
        if design.is_by_chance:
            _cases(unit, chance, made, by_half_days=design is Design.SWITCHBACK)
        else:
            is_left = design is Design.DIFFERENCE
            _tickets(unit, chance, made, untouched=0.9 if is_left else made.factor)


def _tickets(unit: UnitOfWork, chance: random.Random, made: Made, untouched: float) -> None:
    """Put in a quarter with another mix, in which all but mail got quicker, and mail by a factor."""
    for number in range(made.n):
        at = PILOT + timedelta(minutes=chance.randrange(12 * 7 * 24 * 60))
        kind = chance.choices(("vpn", "mail", "rare", "new"), (30, 12, 1, 2))[0]
        known, factor = number % made.lost != 0, untouched if kind == "mail" else made.factor
        minutes = _minutes(chance, kind, factor) if known else None
        _ticket(unit, at, kind, minutes, Source.SLACK)


def _cases(unit: UnitOfWork, chance: random.Random, made: Made, *, by_half_days: bool) -> None:
    """Put in cases of three arms; some are spared a ticket, some still wait."""
    arms = (Arm.HELPED, Arm.HELD_OUT, Arm.EXEMPT)
    for number in range(made.n + 120):
        at = PILOT + timedelta(hours=4 * number)
        arm = chance.choices(arms, (12, 8, 1))[0]
        half_day = half_day_at(at) if by_half_days else ""
        if half_day and arm is not Arm.EXEMPT:
            arm = half_day_arm("5e" * 32, half_day, 0.4)
        kind = chance.choices(("vpn", "mail", "rare", "odd"), (40, 20, 2, 3))[0]
        is_spared = arm is Arm.HELPED and chance.random() < 0.25
        case = _case(unit, (at, half_day), number, arm, kind)
        if not is_spared:
            minutes = _minutes(chance, kind, made.factor + 0.1 if arm is Arm.HELPED else 1.0)
            waits = chance.random() < 0.05
            case.ticket_id = _ticket(unit, at, kind, None if waits else minutes, waits=waits)
            unit.tickets.save(case)


def _minutes(chance: random.Random, kind: str, factor: float) -> float:
    usual = {"vpn": 20.0, "mail": 45.0}.get(kind, 70.0)
    return usual * factor * chance.choice((0.6, 0.9, 1.1, 1.4, 4.0 if usual > 40 else 1.0))


def _case(unit: UnitOfWork, asked: tuple[datetime, str], number: int, arm: Arm, kind: str) -> Case:
    at, half_day = asked
    asker = unit.people.by_slack_id(f"UZ{number % 40}", at)
    case = unit.tickets.save(
        Case(
            person_id=asker.id,
            channel="C",
            thread_ts=str(number),
            entrance="help",
            language="sv",
            state=CaseState.SOLVED,
            opened_at=at,
            last_message_at=at,
        )
    )
    unit.tickets.record(
        TicketEvent(
            case_id=case.id,
            kind=EventKind.RANDOMISED,
            at=at,
            actor=asker.id,
            detail={
                "mode": arm.value,
                "category": kind,
                "share": 0.4,
                **({"half_day": half_day} if half_day else {}),
            },
            command_id=f"Ev{number}",
        )
    )
    return case


def _ticket(
    unit: UnitOfWork,
    at: datetime,
    kind: str,
    minutes: float | None,
    source: Source = Source.SLACK,
    *,
    waits: bool = False,
) -> int:
    resolved = None if waits else at + timedelta(hours=1)
    row = unit.tickets.add_ticket(
        Ticket(
            source=source,
            status=Status.CLAIMED if waits else Status.SOLVED,
            category=kind,
            decided_by=DecidedBy.CLASSIFIER,
            opened_at=at,
        ),
        TicketText(ticket_id=0, title=WORD),
    )
    unit.tickets.put_times(
        TicketTimes(
            ticket_id=row.id or 0,
            source=source,
            opened_at=at,
            resolved_at=resolved,
            category=kind,
            final_category=kind,
            evidence="A" if minutes is not None else "",
            first_response_minutes=10.0,
            handling_minutes=minutes,
            resolution_minutes=None if waits else 60.0,
            resolution_business_minutes=None if waits else 60.0,
        )
    )
    return row.id or 0


def _costs(unit: UnitOfWork) -> None:
    days_and_cents = (
        (date(2026, 10, 2), 30_000),
        (date(2026, 10, 20), 25_050),
        (date(2026, 11, 1), -1_025),
        (date(2026, 12, 30), 9_999),
    )
    for day, cents in days_and_cents:
        unit.figures.save(
            CostEntry(
                kind=CostKind.LICENCE,
                description=WORD,
                cents=cents,
                booked_on=day,
                recorded_at=NOW,
            )
        )
