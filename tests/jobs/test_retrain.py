"""The night job: at 03:10 in every season, quiet when nothing changed, harmless when dry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from jobs.retrain import retrain
from jobs.runner import Runner
from jobs.timetable import JobContext, due_between
from models.store.transaction import Store
from models.tables import (
    DecidedBy,
    Label,
    LabelKind,
    RunState,
    Source,
    Status,
    Ticket,
    TicketText,
)
from models.tickets.hours import Calendar
from models.triage.learning import Learning

NIGHT = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)  # 03:10 in Stockholm
MakeContext = Callable[..., JobContext]


@pytest.fixture
def context(store: Store, a_context: MakeContext) -> JobContext:
    return replace(a_context(store), learning=Learning(store))


def wrong_blind_labels(store: Store) -> None:
    with store.begin() as unit:
        for number in range(1, 21):
            ticket = Ticket(
                source=Source.SLACK,
                status=Status.NEW,
                decided_by=DecidedBy.NOBODY,
                opened_at=NIGHT - timedelta(days=1),
            )
            unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
            unit.oversight.add_label(
                Label(ticket_id=number, kind=LabelKind.BLIND, category="a", suggested="b", at=NIGHT)
            )


def test_it_is_due_once_a_night_also_when_the_clock_jumps(office: Calendar) -> None:
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        start = datetime.combine(day, time(0), tzinfo=ZoneInfo("Europe/Stockholm"))
        (due,) = due_between(retrain.schedule, office, start, start + timedelta(hours=12))
        assert due.at.astimezone(office.zone).time() == time(3, 10)


def test_a_demotion_is_told_to_the_lead_channel_and_a_quiet_night_is_not(
    store: Store, context: JobContext
) -> None:
    runner = Runner(context, [retrain])
    assert runner.run("retrain", NIGHT - timedelta(days=1)).message is None
    wrong_blind_labels(store)

    dry = runner.run("retrain", NIGHT, dry_run=True)
    assert dry.message is None
    with store.snapshot() as unit:
        assert not unit.oversight.suggest_only()

    # Twenty labels would train too, but a database in memory has no child.
    ran = runner.run("retrain", NIGHT)

    assert (ran.state, ran.post_key) == (RunState.DONE, "retrain:2026-11-23:C-LEAD")
    assert ran.message is not None
    assert "0 gånger av 20" in ran.message.text
