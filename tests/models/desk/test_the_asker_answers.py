"""A ticket that waits for its asker goes on by itself when they answer."""

from typing import Any

import pytest

from models.commands import AddToTicket, MoveTicket
from models.kpis.measurement import Kpis
from models.message import Message
from models.tables import EventKind, Status
from tests.models.desk.conftest import ASA, KIM, OLA, at

HOUR = 3600


def wait_for_asker(desk: Any, seconds: float, waiting: Any = "requester") -> None:
    desk.do(
        MoveTicket(
            id=f"wait{seconds}",
            user=KIM,
            ticket_id=1,
            move="pause",
            waiting=waiting,
            at=at(seconds),
            channel="CSUPPORT",
        ),
        seconds,
    )


def news(desk: Any) -> list[str]:
    rows = [row for row in desk.posts() if row.key.startswith("ticket:1:answered:")]
    return [Message.from_json(row.message).text for row in rows]


@pytest.fixture
def waiting(desk: Any) -> str:
    """A ticket of Åsa's that Kim took after a minute and paused after eleven."""
    ts: str = desk.say("Skrivaren på plan 3 skriver bara streck")
    desk.move("claim", KIM, 60)
    wait_for_asker(desk, 660)
    return ts


def test_her_answer_resumes_it_and_kim_is_told(desk: Any, waiting: str) -> None:
    desk.say("ja", 2460, thread_ts=waiting)

    (ticket,) = desk.tickets()
    assert ticket.status is Status.CLAIMED
    assert news(desk) == ["▶️ Kim Ek: frågeställaren har svarat. Ärende 1 är igång igen."]
    desk.move("resolve", KIM, 2760, note="Bytte trumma.")
    with desk.lotsen.store.snapshot() as unit:
        times = unit.tickets.times(1)
    assert times.handling_minutes == pytest.approx(10), "nobody worked on it since the pause"
    assert times.waiting_on_requester_minutes == pytest.approx(30)


def test_what_she_adds_by_the_button_resumes_it_too(desk: Any, waiting: str) -> None:
    desk.do(
        AddToTicket(
            id="add", user=ASA, case_id=1, text="Det är en HP", at=at(700), channel="CHELP"
        ),
        700,
    )

    assert desk.tickets()[0].status is Status.CLAIMED
    assert len(news(desk)) == 1


@pytest.mark.parametrize("answered", [HOUR, 12 * HOUR], ids=["in the morning", "at night"])
def test_her_answer_costs_kim_no_minute_that_he_did_not_work(
    desk: Any, waiting: str, answered: float
) -> None:
    desk.say("Det är en HP", answered, thread_ts=waiting)
    desk.move("resolve", KIM, answered + 6 * HOUR, note="Bytte trumma.")

    with desk.lotsen.store.snapshot() as unit:
        assert unit.tickets.times(1).handling_minutes == pytest.approx(10)


def test_after_her_answer_the_clock_runs_from_what_kim_does_next(desk: Any, waiting: str) -> None:
    desk.say("Det är en HP", HOUR, thread_ts=waiting)
    desk.choose("vpn", KIM, 2 * HOUR)
    desk.move("resolve", KIM, 2 * HOUR + 300, note="Bytte trumma.")

    with desk.lotsen.store.snapshot() as unit:
        assert unit.tickets.times(1).handling_minutes == pytest.approx(10 + 5)


def test_a_ticket_beside_one_that_her_answer_resumed_has_the_same_minutes_after_a_rebuild(
    desk: Any, waiting: str
) -> None:
    """She answers in the evening; more than ten hours later Kim has both tickets in hand."""
    morning = 23 * HOUR
    desk.say("Det är en HP", 12 * HOUR, thread_ts=waiting)
    desk.say("Min VPN är nere", morning, user=OLA)
    desk.do(desk.moved(2, "claim", morning + 600), morning + 600)
    desk.choose("mail", KIM, morning + 900)
    desk.do(desk.moved(2, "resolve", morning + 1200, note="Startade om."), morning + 1200)
    desk.move("resolve", KIM, morning + 1500, note="Bytte trumma.")

    written = handling(desk)
    Kpis(desk.lotsen.store, desk.lotsen.desk.calendar).rebuild()

    # Ten before the pause, 5/2 beside the other one, 5 alone; of the other one 5 alone, 5/2 beside.
    assert written == pytest.approx([10 + 2.5 + 5, 5 + 2.5])
    assert handling(desk) == written


def handling(desk: Any) -> list[float | None]:
    with desk.lotsen.store.snapshot() as unit:
        return [unit.tickets.times(number).handling_minutes for number in (1, 2)]


@pytest.mark.parametrize("words", ["Tack!", "ok"])
def test_thanks_are_no_answer(desk: Any, waiting: str, words: str) -> None:
    desk.say(words, 700, thread_ts=waiting)

    assert desk.tickets()[0].status is Status.PAUSED
    assert news(desk) == []


def test_what_she_wrote_before_the_pause_and_came_late_is_none(desk: Any, waiting: str) -> None:
    desk.do(desk.said("Det är en HP", 600, thread_ts=waiting), 700)

    assert desk.tickets()[0].status is Status.PAUSED


@pytest.mark.parametrize("reason", ["", "third"])
def test_a_ticket_that_waits_for_others_waits_on(desk: Any, reason: str) -> None:
    ts = desk.say("Skrivaren på plan 3 skriver bara streck")
    desk.move("claim", KIM, 60)
    wait_for_asker(desk, 660, reason)
    desk.say("Det är en HP", 700, thread_ts=ts)

    assert desk.tickets()[0].status is Status.PAUSED
    assert EventKind.RESUMED not in [event.kind for event in desk.events()]


def test_what_the_asker_closes_is_no_response_and_no_work_of_the_staff(desk: Any) -> None:
    ts = desk.say("Skrivaren på plan 3 skriver bara streck")
    desk.say("det löste sig", 600, thread_ts=ts)

    with desk.lotsen.store.snapshot() as unit:
        times = unit.tickets.times(1)
    assert times.resolution_minutes == pytest.approx(10)
    assert (times.first_response_minutes, times.handling_minutes) == (None, None)
