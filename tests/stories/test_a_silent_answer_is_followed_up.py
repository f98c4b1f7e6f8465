"""Whoever got an answer and said nothing may be asked the day after whether it helped."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.slack.blocks import text_of
from models.desk.curation import follow_up
from models.kpis.periods import Period
from models.tables import Case, CaseState
from tests.conftest import NOW
from tests.stories.test_an_answer_has_its_source import QUESTION, article, knowing

HELP, ASA, OLA = "CHELP", "UASA", "UOLA"
Open = Callable[..., Any]


def next_day(office: Any) -> None:
    office.clock.forward(timedelta(days=1))
    office.settle()
    day = office.lotsen.desk.day_of(office.clock())
    follow_up.ask_silent(office.lotsen.desk, day, office.clock(), share=1.0)
    office.settle()


def test_a_yes_the_day_after_counts_as_helped_and_a_no_brings_a_person(open_office: Open) -> None:
    office = open_office(prepare=knowing(article()))
    for who in (ASA, OLA):
        office.double.say(who, HELP, QUESTION)
    office.settle()
    next_day(office)
    for who, action in ((ASA, "answer_solved"), (OLA, "answer_not_solved")):
        channel = office.double.im(who)
        (asked,) = office.posts(channel)
        assert "Hjälpte det? Du frågade mig något och jag visade *Ansöka om semester*" in text_of(
            asked.blocks
        )
        office.double.click(who, channel, asked.ts, action)
        office.settle()
    states = office.read(lambda unit: [unit.tickets.case(n).state for n in (1, 2)])
    assert states == [CaseState.SOLVED, CaseState.TICKET]
    assert "Tack, bra att veta" in text_of(office.posts(office.double.im(ASA))[0].blocks)
    measured = office.lotsen.kpis.measure(
        Period.parse("2026-11"), office.clock() + timedelta(days=1)
    )
    assert (measured["helped_share"].n, measured["helped_share"].value) == (2, 0.5)


def test_nobody_is_asked_twice_in_two_weeks_or_after_a_verdict(open_office: Open) -> None:
    office = open_office(prepare=knowing(article()))
    ts = office.double.say(ASA, HELP, QUESTION)
    office.double.say(OLA, HELP, QUESTION)
    office.settle()
    office.double.click(ASA, HELP, office.double.thread(HELP, ts)[-1].ts, "answer_solved")
    office.settle()
    next_day(office)
    assert office.posts(office.double.im(ASA)) == []
    office.double.say(OLA, HELP, QUESTION + " igen då")
    office.settle()
    next_day(office)
    assert len(office.posts(office.double.im(OLA))) == 1


def test_about_a_tenth_is_drawn() -> None:
    def case(number: int) -> Case:
        return Case(
            id=number,
            person_id="p",
            channel="C",
            thread_ts=f"{number}.0",
            entrance="help",
            language="sv",
            state=CaseState.ANSWERED,
            opened_at=NOW,
            last_message_at=NOW,
        )

    drawn = sum(follow_up.is_drawn(case(number)) for number in range(3000))
    assert 240 < drawn < 360
