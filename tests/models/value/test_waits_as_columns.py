"""What was said to answers, read as columns, is what each question's own steps say."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from sqlalchemy import update
from sqlmodel import col

from models.kpis.waits import solutions, taken_back
from models.store.columns import of_utc
from models.store.transaction import Store
from models.tables import (
    Arm,
    Case,
    CaseState,
    DecidedBy,
    EventKind,
    Person,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketTimes,
)
from models.value.effect.by_chance import replies_in
from tests.rows import insert, insert_ticket

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOW = MONDAY + timedelta(days=40)
SAID = (
    *(EventKind.ANSWER_SOLVED, EventKind.FOUND, EventKind.ANSWER_SOLVED, EventKind.ANSWERED),
    *(EventKind.ANSWER_NOT_SOLVED, EventKind.HUMAN_WANTED, EventKind.RETURNED, EventKind.WITHDRAWN),
)


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


def fill(store: Store, chance: Random) -> None:
    """Put in questions of few people about few articles, a third from before the first draw."""
    with store.engine.begin() as connection:
        people = [
            insert(connection, Person(slack_id=f"U{number}", seen_at=MONDAY))
            for number in range(40)
        ]
        for number in range(300):
            asker = chance.choice(people)
            at = MONDAY + timedelta(hours=chance.randrange(-10 * 24, 30 * 24))
            row = Case(
                person_id=asker,
                channel="C",
                thread_ts=str(number),
                entrance="help",
                language="sv",
                state=CaseState.TICKET,
                opened_at=at,
                last_message_at=at,
            )
            case = insert(connection, row)
            arm = chance.choice([Arm.HELPED, Arm.HELPED, Arm.HELD_OUT])
            drawn = {"mode": arm.value, "category": "vpn", "share": 0.5}
            happened: list[tuple[EventKind, datetime, str, dict[str, Any]]] = [
                (EventKind.ASKED, at, asker, {})
            ]
            if at >= MONDAY:
                happened.append((EventKind.RANDOMISED, at, asker, drawn))
            if chance.random() < 0.8:
                later = at + timedelta(minutes=1)
                happened.append((EventKind.ANSWERED, later, "", {"article": chance.randrange(3)}))
            for _ in range(chance.randrange(3)):
                later = at + timedelta(hours=chance.randrange(12 * 24))
                about = {"article": chance.randrange(3)} if chance.random() < 0.9 else {}
                happened.append((chance.choice(SAID), later, asker, about))
            if chance.random() < 0.2:
                opened = at + timedelta(hours=chance.randrange(12 * 24))
                happened.append((EventKind.OPENED, opened, asker, {}))
                ticket = Ticket(
                    case_id=case,
                    source=Source.SLACK,
                    status=Status.NEW,
                    decided_by=DecidedBy.NOBODY,
                    opened_at=opened,
                )
                times = TicketTimes(ticket_id=0, source=Source.SLACK, opened_at=opened)
                number_of_ticket = insert_ticket(connection, ticket, times)
                connection.execute(
                    update(Case).where(col(Case.id) == case).values(ticket_id=number_of_ticket)
                )
            for order, (kind, when, actor, detail) in enumerate(happened):
                event = TicketEvent(
                    case_id=case,
                    kind=kind,
                    at=when,
                    actor=actor,
                    detail=detail,
                    command_id=f"Ev{number}-{order}",
                )
                insert(connection, event)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("days", [15, 40])
def test_replies_as_columns_are_those_of_the_steps(store: Store, seed: int, days: int) -> None:
    fill(store, Random(seed))
    now = MONDAY + timedelta(days=days)
    with store.snapshot() as unit:
        begun = unit.effects.begun(now)
        first = of_utc(begun.drawn[0])
        steps = unit.figures.case_steps(first, now)
        found = replies_in(begun, now, unit.figures.replies(first, now))

    drawn = begun.draw >= 0
    cases = begun.case[drawn].tolist()
    solved = solutions(steps, set(cases))
    gone = taken_back(steps)
    assert sum(at is not None for at in solved.values()) > 2
    assert found.is_answered[drawn].tolist() == [case in solved for case in cases]
    assert found.is_taken_back[drawn].tolist() == [case in gone for case in cases]
    assert [None if np.isnat(at) else of_utc(at) for at in found.solved[drawn]] == [
        solved.get(case) for case in cases
    ]
