"""Who may run a job, who somebody is, and what is known of a ticket."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from models.errors import NotFoundError
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    Case,
    CaseMessage,
    CaseState,
    Category,
    DecidedBy,
    EventKind,
    RunState,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
    TicketTimes,
)

AtOnce = Callable[..., list[Any]]
LEASE = timedelta(minutes=10)


def test_one_process_wins_a_period(store: Store, now: datetime, at_once: AtOnce) -> None:
    def win(_: int) -> bool:
        with store.begin() as unit:
            return unit.job_runs.win("digest", "2026-W48", due_at=now, now=now, lease=LEASE)

    assert sorted(at_once(8, win)) == [False] * 7 + [True]


def test_a_run_whose_process_died_or_that_failed_is_taken_over(store: Store, now: datetime) -> None:
    def win(moment: datetime) -> bool:
        with store.begin() as unit:
            return unit.job_runs.win("digest", "W48", due_at=now, now=moment, lease=LEASE)

    assert win(now)
    assert not win(now + LEASE / 2)
    assert win(now + LEASE)
    retry_at = now + timedelta(hours=1)
    with store.begin() as unit:
        unit.job_runs.close("digest", "W48", RunState.FAILED, error="x" * 900, retry_at=retry_at)
    assert not win(retry_at - LEASE)
    assert win(retry_at)
    with store.begin() as unit:
        unit.job_runs.close("digest", "W48", RunState.DONE)
    assert not win(retry_at + 100 * LEASE)
    with store.snapshot() as unit:
        run = unit.job_runs.find("digest", "W48")
    assert run is not None
    assert (run.state, run.attempts, run.error) == (RunState.DONE, 3, "")


def test_a_period_that_was_passed_over_is_noted_unless_somebody_ran_it(
    store: Store, now: datetime
) -> None:
    with store.begin() as unit:
        unit.job_runs.win("digest", "W48", due_at=now, now=now, lease=LEASE)
        unit.job_runs.skip("digest", "W48", due_at=now, now=now)
        unit.job_runs.skip("digest", "W47", due_at=now - timedelta(7), now=now)
    with store.snapshot() as unit:
        states = {run.period: run.state for run in unit.job_runs.of("digest")}
        assert states == {"W48": RunState.RUNNING, "W47": RunState.SKIPPED}


def test_a_person_has_one_pseudonym(store: Store, now: datetime, at_once: AtOnce) -> None:
    def see(_: int) -> str:
        with store.begin() as unit:
            return unit.people.by_slack_id("UASA", now).id

    seen = {found for found in at_once(6, see) if isinstance(found, str)}
    assert len(seen) == 1  # on PostgreSQL a loser fails, and its command is tried again
    assert see(0) in seen
    assert "UASA" not in seen.pop()


def test_people_of_an_import_are_known_by_name_apart_from_slacks(
    store: Store, now: datetime
) -> None:
    with store.begin() as unit:
        slack = unit.people.by_slack_id("UASA", now)
        slack.name = "Åsa Lind"
        unit.people.save(slack)
        imported = unit.people.by_name("Åsa Lind", "Ekonomi", now)
        assert imported.id != slack.id
        assert unit.people.by_name("Åsa Lind", "", now).id == imported.id


def test_a_group_is_replaced_by_what_slack_says_now(store: Store) -> None:
    with store.begin() as unit:
        unit.people.set_members("S1", ["U1", "U2", "U2"])
        unit.people.set_members("S2", ["U2"])
        unit.people.set_members("S1", ["U2", "U3"])
        assert unit.people.members_of(["S1", "S2"]) == {"U2", "U3"}
        assert unit.people.groups_of("U2") == {"S1", "S2"}
        assert unit.people.groups_of("U1") == frozenset()
        assert unit.people.members_of([]) == frozenset()


def case_of(unit: UnitOfWork, now: datetime, **more: Any) -> Case:
    person = unit.people.by_slack_id("UASA", now)
    fields: dict[str, Any] = {
        "person_id": person.id, "channel": "C1", "thread_ts": "1", "entrance": "help",
        "language": "sv", "state": CaseState.OPEN, "opened_at": now, "last_message_at": now,
    }  # fmt: skip
    return unit.tickets.save(Case(**fields | more))


def ticket_of(unit: UnitOfWork, now: datetime, **more: Any) -> Ticket:
    fields: dict[str, Any] = {
        "source": Source.SLACK, "status": Status.NEW, "decided_by": DecidedBy.NOBODY,
        "opened_at": now,
    }  # fmt: skip
    text = TicketText(ticket_id=0, title="Skärm", body="Skärmen är svart")
    return unit.tickets.add_ticket(Ticket(**fields | more), text)


def test_a_case_is_found_by_its_thread_and_by_its_last_words(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        case = case_of(unit, now)
        gone = case_of(unit, now + timedelta(1), thread_ts="2", state=CaseState.WITHDRAWN)
        found = unit.tickets.case_in_thread("C1", "1")
        assert found is not None
        assert found.id == case.id
        last = unit.tickets.last_case(case.person_id, "C1", now + timedelta(2))
        assert last is None  # only a greeting so far
        case.state = CaseState.ANSWERED
        unit.tickets.save(case)
        last = unit.tickets.last_case(case.person_id, "C1", now + timedelta(2))
        assert last is not None
        assert last.id == case.id != gone.id
        assert unit.tickets.last_case(case.person_id, "C1", now - timedelta(seconds=1)) is None
        assert unit.tickets.last_case(case.person_id, "C2", now) is None


def test_messages_come_in_the_order_of_slacks_time(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        case = case_of(unit, now)
        for ts in ("1795420800.000300", "1795420800.000100", "1795420800.000200"):
            unit.tickets.save(CaseMessage(case_id=case.id, channel="C1", ts=ts, text=ts[-3:]))
        said = [row.text for row in unit.tickets.messages_of(case.id or 0)]
    assert said == ["100", "200", "300"]


def test_a_message_is_stored_once(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        unit.tickets.save(CaseMessage(channel="C1", ts="1"))
    with pytest.raises(IntegrityError), store.begin() as unit:
        unit.tickets.save(CaseMessage(channel="C1", ts="1"))


def test_a_ticket_of_another_system_is_stored_once(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        ticket_of(unit, now, source=Source.IMPORT, external_id="INC-1")
        ticket_of(unit, now, source=Source.DEMO, external_id="INC-1")
        ticket_of(unit, now)
        ticket_of(unit, now)  # those of Slack have no number elsewhere
        assert set(unit.tickets.known_external(Source.IMPORT, ["INC-1", "INC-2"])) == {"INC-1"}
    with pytest.raises(IntegrityError), store.begin() as unit:
        ticket_of(unit, now, source=Source.IMPORT, external_id="INC-1")


def test_what_does_not_exist_is_unknown(store: Store) -> None:
    with store.begin() as unit:
        with pytest.raises(NotFoundError, match="no ticket 7"):
            unit.tickets.get(7)
        with pytest.raises(NotFoundError, match="no case 7"):
            unit.tickets.case(7)
        assert unit.tickets.find(7) is None
        assert unit.tickets.text(7).title == ""


def test_tickets_that_wait_come_oldest_first(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        numbers = [
            ticket_of(unit, now + timedelta(hours=hour), status=status).id
            for hour, status in ((2, Status.NEW), (1, Status.PAUSED), (0, Status.SOLVED))
        ]
        assert [ticket.id for ticket in unit.tickets.unresolved()] == [numbers[1], numbers[0]]


def test_events_come_in_order_and_their_projection_is_replaced(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        ticket = ticket_of(unit, now)
        number = ticket.id or 0
        for minutes, kind in ((5, EventKind.CLAIMED), (0, EventKind.OPENED)):
            at = now + timedelta(minutes=minutes)
            unit.tickets.record(TicketEvent(ticket_id=number, kind=kind, at=at, command_id="x"))
        kinds = [event.kind for event in unit.tickets.events_of(number)]
        assert kinds == [EventKind.OPENED, EventKind.CLAIMED]
        for measured in (1.0, 2.0):
            times = TicketTimes(ticket_id=number, source=Source.SLACK, opened_at=now)
            times.handling_minutes = measured
            unit.tickets.put_times(times)
        found = unit.tickets.times(number)
        assert found is not None
        assert found.handling_minutes == 2.0


def test_categories_out_of_use_are_kept_and_not_offered(store: Store) -> None:
    with store.begin() as unit:
        unit.tickets.put_categories(
            [
                Category(key="vpn", titles={"sv": "VPN"}, position=2),
                Category(key="mail", position=1),
            ]
        )
        unit.tickets.put_categories([Category(key="vpn", titles={"sv": "Fjärr"}, source="edited")])
        unit.tickets.retire_categories("starter")
        assert [row.key for row in unit.tickets.categories()] == ["vpn"]
        retired = unit.tickets.category("mail")
        assert retired is not None
        assert not retired.active


def test_two_first_commands_of_a_person_make_one_of_them(
    store: Store, now: datetime, at_once: AtOnce
) -> None:
    def come(number: int) -> str:
        with store.begin() as unit:
            found = unit.people.by_slack_id(f"U{number // 4}", now)
            time.sleep(0.05)
            return found.id

    made = at_once(8, come)

    assert [len(set(made[at : at + 4])) for at in (0, 4)] == [1, 1]
    assert all(isinstance(one, str) for one in made)
