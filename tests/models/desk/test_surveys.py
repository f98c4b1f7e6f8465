"""How was the help? One answer a ticket, by whoever asked; the pulse, one a person and month."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.commands import AnswerPulse, RateTicket
from models.desk.surveys.survey_answers import kept_since, pulse_question
from models.kpis.periods import Period, week_of
from models.language import words_for
from models.mailbox import TRIES, Outgoing, Taken
from models.message import Buttons, Message, plain
from models.settings import Settings
from models.store.transaction import Store
from models.tables import (
    DecidedBy,
    InboxRow,
    PulseBallot,
    PulseTally,
    Source,
    Status,
    SurveyKey,
    Ticket,
    TicketRating,
    TicketText,
    TicketTimes,
)
from models.upkeep.nightly import Nightly
from tests.models.desk.conftest import ASA, KIM, OLA, START, Desk, at, open_desk

DAY = 86_400.0


@pytest.fixture
def both(migrated_url: str) -> Iterator[Desk]:
    """A desk on each kind of database."""
    store = Store(migrated_url)
    yield open_desk(store)
    store.close()


def a_resolved_ticket(desk: Desk, seconds: float = 60) -> None:
    desk.say("The printer on floor two eats paper and then sings")
    desk.move("resolve", KIM, seconds, note="Took the paper out")


def rate(desk: Desk, score: int, user: str = ASA, ticket: int = 1, seconds: float = 120) -> Any:
    command = RateTicket(
        id=f"Ev{next(desk.numbers)}",
        user=user,
        ticket_id=ticket,
        score=score,
        at=at(seconds),
        channel="CHELP",
    )
    desk.do(command, seconds)
    return command


def vote(desk: Desk, score: int, user: str = ASA, month: str = "2026-11") -> str:
    command = AnswerPulse(
        id=f"Ev{next(desk.numbers)}",
        user=user,
        month=month,
        score=score,
        at=START,
        channel="CHELP",
    )
    desk.do(command)
    return desk.reply(command).text


def scores(desk: Desk) -> list[int]:
    with desk.lotsen.store.snapshot() as unit:
        return sorted(unit._session.exec(select(TicketRating.score)).all())


def all_rows(desk: Desk, table: Any) -> list[Any]:
    with desk.lotsen.store.snapshot() as unit:
        return list(unit._session.exec(select(table)).all())


def test_the_news_of_a_resolution_asks_how_the_help_was(desk: Desk) -> None:
    a_resolved_ticket(desk)

    (row,) = [row for row in desk.posts() if ":resolved:" in row.key]
    (buttons,) = [p for p in Message.from_json(row.message).parts if isinstance(p, Buttons)]

    assert [one.action for one in buttons.buttons] == [f"csat_{n}" for n in range(1, 6)]
    assert {one.value for one in buttons.buttons} == {"1"}


@pytest.mark.slow
def test_one_answer_a_ticket_that_may_be_changed(both: Desk) -> None:
    a_resolved_ticket(both)

    rate(both, 2)
    again = rate(both, 5, seconds=DAY)

    assert scores(both) == [5]
    assert "29 november" in both.reply(again).text  # the Sunday of its week


def test_a_rating_that_may_stand_in_a_sum_stays_as_it_is(desk: Desk) -> None:
    a_resolved_ticket(desk)
    rate(desk, 2)

    late = rate(desk, 5, seconds=7 * DAY)  # Monday, less than a week after the resolution

    assert scores(desk) == [2]
    assert "har gått ut" in desk.reply(late).text


def test_a_click_that_comes_twice_is_one_answer(desk: Desk) -> None:
    a_resolved_ticket(desk)

    command = rate(desk, 4)
    desk.lotsen.handle(command, at(130))

    assert scores(desk) == [4]
    assert len([row for row in desk.posts() if row.key.startswith("confided:")]) == 1


@pytest.mark.parametrize("user", [OLA, KIM])
def test_nobody_else_can_rate_neither_colleagues_nor_staff(desk: Desk, user: str) -> None:
    a_resolved_ticket(desk)

    rate(desk, 1, user=user)

    assert scores(desk) == []
    assert desk.replies()[-1]


def test_a_forged_ticket_is_told_the_same_as_a_strangers(desk: Desk) -> None:
    a_resolved_ticket(desk)

    strange, foreign = rate(desk, 1, ticket=999), rate(desk, 1, user=OLA)

    assert scores(desk) == []
    assert desk.reply(strange) == desk.reply(foreign)


@pytest.mark.parametrize(
    ("seconds", "counts"), [(60 + 7 * DAY - 1, True), (60 + 7 * DAY + 1, False)]
)
def test_after_a_week_it_is_too_late(desk: Desk, seconds: float, counts: bool) -> None:
    a_resolved_ticket(desk)

    rate(desk, 3, seconds=seconds)

    assert bool(scores(desk)) is counts


def test_an_open_ticket_cannot_be_rated(desk: Desk) -> None:
    desk.say("The printer on floor two eats paper and then sings")

    rate(desk, 5)

    assert scores(desk) == []


def test_a_ticket_that_is_opened_again_keeps_its_one_answer(desk: Desk) -> None:
    a_resolved_ticket(desk)
    rate(desk, 4)
    desk.say("It sings again", 3 * DAY, thread_ts=f"{START.timestamp():.6f}")
    desk.move("resolve", KIM, 9 * DAY, note="Took the singer out")  # in December

    rate(desk, 1, seconds=10 * DAY)

    assert scores(desk) == [4]


def test_no_row_says_who_rated_and_soon_none_says_what(desk: Desk) -> None:
    a_resolved_ticket(desk)
    rate(desk, 1)
    with desk.lotsen.store.snapshot() as unit:
        person = unit.people.find(ASA)
    assert person is not None

    (row,) = all_rows(desk, TicketRating)
    assert person.id not in row.token
    assert set(row.model_dump()) == {"token", "week", "score"}
    payloads = [row.payload for row in all_rows(desk, InboxRow)]
    assert not any('"score"' in payload for payload in payloads)

    nightly = Nightly(Settings.load(_env_file=None), desk.lotsen.store)
    nightly.forget(datetime(2026, 12, 31, 3, tzinfo=UTC))
    assert len(all_rows(desk, SurveyKey)) == 1
    nightly.forget(datetime(2027, 1, 2, 3, tzinfo=UTC))
    assert all_rows(desk, SurveyKey) == []
    assert scores(desk) == [1]


def test_erasing_a_person_keeps_the_sum_and_leaves_nothing_of_them(desk: Desk) -> None:
    a_resolved_ticket(desk)
    rate(desk, 2)

    with desk.lotsen.store.begin() as unit:
        person = unit.people.find(ASA)
        assert person is not None
        whose = unit.erasure.whose(person)
        unit.erasure.empty(whose, at(DAY))
        assert unit.surveys.rated_weeks(at(7 * DAY).date()) == [(START.date(), 0, 1)]


@pytest.mark.parametrize(("n", "shown"), [(4, False), (5, True)])
def test_the_key_figure_is_hidden_below_five_answers(desk: Desk, n: int, shown: bool) -> None:
    monday = week_of(START.date()).first_day
    with desk.lotsen.store.begin() as unit:
        for token in range(n):
            unit.surveys.rate(f"{token:064}", monday, 5 if token else 1)

    during = desk.lotsen.kpis.measure(Period.parse("2026-W48"), START)["csat"]
    csat = desk.lotsen.kpis.measure(Period.parse("2026-W48"), at(7 * DAY))["csat"]

    assert (during.n, during.value) == (0, None)
    assert csat.n == (n if shown else 0)
    assert (csat.value is not None) is shown
    if shown:  # Wilson's interval of 4 of 5
        assert (csat.value, csat.low, csat.high) == pytest.approx((0.8, 0.3755, 0.9638), abs=1e-3)


def test_old_resolutions_are_final_when_their_key_may_be_gone() -> None:
    assert str(kept_since(date(2027, 1, 31))) == "2026-12-01"
    assert str(kept_since(date(2026, 3, 1))) == "2026-02-01"


# The pulse ---------------------------------------------------------------------------------


def test_one_answer_a_person_and_month(both: Desk) -> None:
    first, second = vote(both, 2), vote(both, 5)
    vote(both, 5, user=OLA)

    assert first != second
    assert {(row.score, row.n) for row in all_rows(both, PulseTally)} == {(2, 1), (5, 1)}


def test_an_answer_is_never_kept_beside_a_person(desk: Desk) -> None:
    vote(desk, 1)

    (tally,), (ballot,) = all_rows(desk, PulseTally), all_rows(desk, PulseBallot)

    assert set(tally.model_dump()) == {"month", "score", "n"}
    assert set(ballot.model_dump()) == {"token", "month"}
    assert not any('"score"' in row.payload for row in all_rows(desk, InboxRow))


def left_of_a_click(desk: Desk, command_id: str) -> list[Any]:
    """What inbox and outbox hold of a click once Slack has shown the thanks."""
    outgoing = Outgoing(desk.lotsen.store, lease=timedelta(seconds=30), pause=timedelta(0))
    while (parcel := outgoing.take(at(DAY))) is not None:
        outgoing.sent(parcel, parcel.to.channel, "1.2", at(DAY))
    commands = [row for row in all_rows(desk, InboxRow) if row.id == command_id]
    return [*commands, *(row for row in desk.posts() if command_id in row.key)]


@pytest.mark.slow
def test_nothing_tells_that_or_when_somebody_answered(both: Desk) -> None:
    a_resolved_ticket(both)
    rated = rate(both, 1)
    vote(both, 5, user=OLA)
    (vote_id,) = [row.key for row in both.posts() if row.key.startswith("confided:")][-1:]

    assert left_of_a_click(both, rated.id) == []
    assert left_of_a_click(both, vote_id.removeprefix("confided:")) == []
    assert not [row for row in both.posts() if row.slack_user and row.kind == "ephemeral"]


def test_an_answer_that_comes_again_after_it_was_handled_counts_once(both: Desk) -> None:
    command = AnswerPulse(id="click:1", user=ASA, month="2026-11", score=2, at=START)

    for _ in range(2):
        both.do(command)
        left_of_a_click(both, command.id)

    assert {(row.score, row.n) for row in all_rows(both, PulseTally)} == {(2, 1)}


def test_an_answer_that_cannot_be_handled_is_thrown_away(desk: Desk) -> None:
    command = AnswerPulse(id="click:1", user=ASA, month="2026-11", score=2, at=START)
    desk.lotsen.mailbox.accept(command, START)

    desk.lotsen.mailbox.put_back(Taken(command, 1, START, START), OSError(), START)
    assert len(all_rows(desk, InboxRow)) == 1
    desk.lotsen.mailbox.put_back(Taken(command, TRIES, START, START), OSError(), START)
    assert all_rows(desk, InboxRow) == []


def test_an_answer_that_takes_the_process_down_each_time_is_thrown_away(desk: Desk) -> None:
    command = AnswerPulse(id="click:1", user=ASA, month="2026-11", score=2, at=START)
    desk.lotsen.mailbox.accept(command, START)

    for hours in range(TRIES + 1):
        desk.lotsen.mailbox.take(START + timedelta(hours=2 * hours))

    assert all_rows(desk, InboxRow) == []


@pytest.mark.parametrize("month", ["2026-10", "2026-12", "", "x"])
def test_a_closed_or_forged_month_counts_nothing(desk: Desk, month: str) -> None:
    vote(desk, 1, month=month)

    assert all_rows(desk, PulseTally) == []


def test_the_result_shows_when_the_month_is_over_and_five_answered(desk: Desk) -> None:
    for n in range(5):
        vote(desk, 5 if n else 1, user=f"U{n}")
    kpis = desk.lotsen.slash.reports["kpi"]
    shown = "\n".join(map(str, kpis(words_for("en"), at(60)).parts))
    assert "Pulse" not in shown  # while it is open a growing count would tell who said what

    nightly = Nightly(Settings.load(_env_file=None), desk.lotsen.store)
    nightly.forget(datetime(2026, 12, 1, 3, tzinfo=UTC))
    message = kpis(words_for("en"), datetime(2026, 12, 1, 9, tzinfo=UTC))

    assert "80%" in "".join(plain(part.runs) for part in message.parts if hasattr(part, "runs"))
    assert all_rows(desk, PulseBallot) == []


def test_four_answers_are_never_shown(desk: Desk) -> None:
    for n in range(4):
        vote(desk, 5, user=f"U{n}")
    Nightly(Settings.load(_env_file=None), desk.lotsen.store).forget(at(30 * DAY))

    message = desk.lotsen.slash.reports["kpi"](words_for("en"), at(30 * DAY))

    assert "Pulse" not in str(message)


def test_the_question_has_five_buttons_that_carry_the_month() -> None:
    message = pulse_question("2026-12", words_for("sv"))

    (row,) = [part for part in message.parts if isinstance(part, Buttons)]

    assert [one.action for one in row.buttons] == [f"pulse_{n}" for n in range(1, 6)]
    assert {one.value for one in row.buttons} == {"2026-12"}


def test_the_digest_sets_felt_beside_measured(desk: Desk) -> None:
    a_resolved_ticket(desk)  # in the week of 23 November; its minutes are stated below
    week = week_of(date(2026, 11, 23))
    with desk.lotsen.store.begin() as unit:
        for number, monday in enumerate((date(2026, 10, 5), week.first_day)):
            for one in range(5):
                unit.surveys.rate(f"{number}{one:063}", monday, 5 if number else one + 1)
            ticket = unit.tickets.add_ticket(
                Ticket(
                    source=Source.IMPORT,
                    status=Status.SOLVED,
                    decided_by=DecidedBy.IMPORTED,
                    opened_at=START,
                ),
                TicketText(ticket_id=0),
            )
            resolved = datetime.combine(monday, time(12), tzinfo=UTC)
            unit.tickets.put_times(
                TicketTimes(
                    ticket_id=ticket.id or 0,
                    source=Source.IMPORT,
                    opened_at=resolved - timedelta(hours=1),
                    resolved_at=resolved,
                    handling_minutes=30 - 20 * number,
                )
            )

    said = str(desk.lotsen.value.digest(week, (), at(7 * DAY), "en"))

    assert "Felt and measured agree:" in said
    assert "100%" in said
    assert "40%" in said
