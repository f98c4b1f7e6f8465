"""The spine: a message becomes a ticket, a person resolves it, the time is known."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal

import pytest

from bot.demo.double import Channel
from bot.slack.blocks import text_of
from models.commands import MoveTicket
from models.desk.setup.first_start import prepare
from models.lotsen import Lotsen
from models.tables import Category, Status
from models.tickets.hours import calendar_for
from models.tickets.kept_text import MOST_KEPT

HELP, SUPPORT = "CHELP", "CSUPPORT"
OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ASA, KIM, OLA = "UASA", "UKIM", "UOLA"

Open = Callable[..., Any]


def categories(lotsen: Lotsen) -> None:
    with lotsen.store.begin() as unit:
        unit.tickets.put_categories(
            [
                Category(key="vpn", titles={"sv": "VPN", "en": "VPN"}, position=1),
                Category(key="printing", titles={"sv": "Skrivare", "en": "Printing"}, position=2),
            ]
        )


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_a_question_without_an_answer_is_resolved_by_a_person(
    database_url: str, open_office: Open, mode: str
) -> None:
    office = open_office(database_url, mode, prepare=categories)
    double = office.double

    ts = double.say(ASA, HELP, "VPN kopplar inte upp, felkod 809")
    office.settle()

    (card,) = office.cards()
    assert "felkod 809" in text_of(card.blocks)
    assert "Åsa Lind" in text_of(card.blocks)
    thread = double.thread(HELP, ts)
    assert "ärende 1" in thread[-1].text

    assert double.choose(KIM, SUPPORT, card.ts, "ticket_category", "vpn").status == 200
    double.click(KIM, SUPPORT, card.ts, "ticket_claim")
    office.settle()
    assert "Kim Ek" in double.thread(HELP, ts)[-1].text
    office.clock.forward(timedelta(minutes=12))
    double.click(KIM, SUPPORT, card.ts, "ticket_pause")
    office.settle()
    office.clock.forward(timedelta(minutes=30))
    double.click(KIM, SUPPORT, card.ts, "ticket_resume")
    office.settle()
    office.clock.forward(timedelta(minutes=3))
    double.click(KIM, SUPPORT, card.ts, "ticket_resolve")
    assert double.submit(KIM, {"note": {"note": "Bytte till port 443."}}).status == 200
    office.settle()

    ticket = office.read(lambda unit: unit.tickets.get(1))
    assert (ticket.status, ticket.category) == (Status.SOLVED, "vpn")
    times = office.read(lambda unit: unit.tickets.times(1))
    assert times.handling_minutes == pytest.approx(15, abs=0.5)
    assert times.evidence == "A"
    (card,) = office.cards()
    assert "15 min" in text_of(card.blocks)
    assert "Bytte till port 443." in text_of(double.thread(HELP, ts)[-1].blocks)


def resolving(office: Any, after: float, stated: str = "") -> tuple[Any, Any]:
    """Take a ticket and resolve it after some minutes; return what the form was, and the times."""
    double = office.double
    double.say(ASA, HELP, "VPN kopplar inte upp, felkod 809")
    office.settle()
    (card,) = office.cards()
    double.click(KIM, SUPPORT, card.ts, "ticket_claim")
    office.settle()
    office.clock.forward(timedelta(minutes=after))
    double.click(KIM, SUPPORT, card.ts, "ticket_resolve")
    asked = next(block for block in double.view(KIM)["blocks"] if block["block_id"] == "minutes")
    fields = {"minutes": {"minutes": stated}} if stated else {}
    assert double.submit(KIM, {"note": {"note": "Bytte till port 443."}, **fields}).status == 200
    office.settle()
    return asked, office.read(lambda unit: unit.tickets.times(1))


def test_the_form_begins_with_the_buttons_minutes_and_is_sent_as_it_is(open_office: Open) -> None:
    office = open_office(prepare=categories)

    asked, times = resolving(office, 15)

    options = [option["text"]["text"] for option in asked["element"]["options"]]
    assert options == ["5", "10", "20", "40", "60+"]
    assert asked["element"]["initial_option"]["value"] == "20"
    assert asked["optional"]
    assert (times.evidence, times.handling_minutes) == ("A", pytest.approx(15, abs=0.5))
    found = office.lotsen.kpis.agreement()
    assert (found.n, found.as_timed) == (1, 1)


def test_work_before_the_buttons_is_what_a_person_says_and_not_six_seconds(
    open_office: Open,
) -> None:
    office = open_office(prepare=categories)

    asked, times = resolving(office, 0.1, stated="40")

    assert "initial_option" not in asked["element"]
    assert (times.evidence, times.handling_minutes) == ("C", 40)


def test_a_clock_that_ran_through_the_night_says_nothing(open_office: Open) -> None:
    office = open_office(prepare=categories)
    office.clock.forward(monday_morning(office.clock()) - office.clock() + timedelta(hours=7))

    asked, times = resolving(office, 16 * 60)

    assert "initial_option" not in asked["element"]
    assert (times.evidence, times.handling_minutes) == ("", None)


def monday_morning(now: datetime) -> datetime:
    """Return 09:00 in Stockholm on an ordinary Monday: a business minute needs an office."""
    monday = now.astimezone(OFFICE.zone)
    monday += timedelta(days=7 - monday.weekday())
    while not OFFICE.is_working_day(monday.date()):
        monday += timedelta(days=7)
    return monday.replace(hour=9, minute=0, second=0)


@pytest.mark.parametrize(
    ("button", "on_requester", "on_hold"),
    [("ticket_wait_requester", 30, 0), ("ticket_wait_third", 0, 30), ("ticket_pause", 0, 0)],
)
def test_a_pause_may_say_whom_it_waits_for(
    open_office: Open, database_url: str, button: str, on_requester: float, on_hold: float
) -> None:
    office = open_office(database_url, "socket", prepare=categories)
    office.clock.forward(monday_morning(office.clock()) - office.clock())
    double = office.double
    double.say(ASA, HELP, "VPN kopplar inte upp, felkod 809")
    office.settle()
    (card,) = office.cards()
    for action, minutes in (("ticket_claim", 5), (button, 30), ("ticket_resume", 5)):
        double.click(KIM, SUPPORT, card.ts, action)
        office.settle()
        office.clock.forward(timedelta(minutes=minutes))
        (card,) = office.cards()
    double.click(KIM, SUPPORT, card.ts, "ticket_resolve")
    double.submit(KIM, {"note": {"note": "Bytte till port 443."}})
    office.settle()

    times = office.read(lambda unit: unit.tickets.times(1))

    assert times.waiting_on_requester_minutes == pytest.approx(on_requester, abs=0.5)
    assert times.on_hold_minutes == pytest.approx(on_hold, abs=0.5)
    whole = times.requester_wait_minutes + times.waiting_on_requester_minutes
    assert whole == pytest.approx(times.resolution_business_minutes)
    assert times.handling_minutes == pytest.approx(10, abs=0.5)


def test_a_reply_in_the_thread_opens_a_resolved_ticket_again_but_thanks_do_not(
    open_office: Open,
) -> None:
    office = open_office(prepare=categories)
    double = office.double
    ts = double.say(ASA, HELP, "Skrivaren på plan 3 skriver bara streck")
    office.settle()
    (card,) = office.cards()
    double.click(KIM, SUPPORT, card.ts, "ticket_claim")
    office.settle()
    double.click(KIM, SUPPORT, card.ts, "ticket_resolve")
    double.submit(KIM, {"note": {"note": "Bytte trumma."}})
    office.settle()

    double.say(ASA, HELP, "Tack så mycket!", thread_ts=ts)
    office.settle()
    assert office.read(lambda unit: unit.tickets.get(1)).status is Status.SOLVED

    double.say(ASA, HELP, "Nej, nu är strecken tillbaka", thread_ts=ts)
    office.settle()
    ticket = office.read(lambda unit: unit.tickets.get(1))
    assert (ticket.status, ticket.assignee_id) == (Status.NEW, None)
    assert office.read(lambda unit: unit.tickets.times(1)).reopened == 1


def test_messages_within_two_minutes_are_one_ticket(open_office: Open) -> None:
    office = open_office(prepare=categories)

    office.double.say(ASA, HELP, "Hej!")
    office.double.say(ASA, HELP, "min skärm blinkar")
    office.clock.forward(timedelta(seconds=90))
    office.double.say(ASA, HELP, "den vid fönstret")
    office.settle()
    office.clock.forward(timedelta(minutes=3))
    office.double.say(ASA, HELP, "Dessutom behöver jag en ny mus")
    office.settle()

    bodies = office.read(lambda unit: [unit.tickets.text(number).body for number in (1, 2)])
    assert bodies == ["Hej!\nmin skärm blinkar\nden vid fönstret", "Dessutom behöver jag en ny mus"]
    assert len(office.cards()) == 2


def test_an_edit_is_followed_and_a_deleted_question_is_withdrawn(open_office: Open) -> None:
    office = open_office(prepare=categories)
    double = office.double
    ts = double.say(ASA, HELP, "Exel startar inte")
    office.settle()

    double.edit(ASA, HELP, ts, "Excel startar inte, hemligt lösen 1234")
    office.settle()
    assert "Excel startar inte" in text_of(office.cards()[0].blocks)

    double.delete(ASA, HELP, ts)
    office.settle()
    card = text_of(office.cards()[0].blocks)
    assert "1234" not in card
    assert office.read(lambda unit: unit.tickets.get(1)).status is Status.CLOSED
    assert office.read(lambda unit: unit.tickets.text(1)).body == ""


def test_bots_joins_and_talk_in_other_threads_are_no_questions(open_office: Open) -> None:
    office = open_office(prepare=categories)
    ts = office.double.say(ASA, HELP, "Headsetet knastrar")
    office.settle()

    office.double.join(OLA, HELP)
    office.double.say(OLA, HELP, "Samma här", thread_ts=ts)
    office.double.say(KIM, HELP, "Jag tittar på det", thread_ts=ts)
    office.settle()

    assert len(office.cards()) == 1
    times = office.read(lambda unit: unit.tickets.times(1))
    assert times.first_response_minutes is not None
    assert office.read(lambda unit: unit.tickets.text(1)).body == "Headsetet knastrar"


@pytest.mark.parametrize("way", ["emoji", "shortcut", "command", "direct", "mention"])
def test_every_entrance_makes_one_ticket(open_office: Open, way: str) -> None:
    office = open_office(prepare=categories, lotsen_help_channel=("COTHER",))
    double = office.double

    if way == "direct":
        double.direct_message(ASA, "Jag kan inte skriva ut")
    elif way == "command":
        double.command(ASA, HELP, "/lotsen", "ticket Jag kan inte skriva ut")
    else:
        said = "Jag kan inte skriva ut"
        ts = double.say(ASA, HELP, f"<@BOT> {said}" if way == "mention" else said)
        if way == "emoji":
            double.react(ASA, HELP, ts, "ticket")
            double.settle()
            double.react(KIM, HELP, ts, "ticket")
        if way == "shortcut":
            double.shortcut(ASA, HELP, ts, "make_ticket")
            double.shortcut(KIM, HELP, ts, "make_ticket")
    office.settle()

    assert len(office.cards()) == 1
    assert office.read(lambda unit: unit.tickets.text(1)).body == "Jag kan inte skriva ut"
    assert office.read(lambda unit: unit.tickets.count()) == 1


def test_a_ticket_of_a_message_where_the_bot_is_no_member_is_followed_in_a_direct_message(
    open_office: Open,
) -> None:
    office = open_office(prepare=categories)
    double = office.double
    board = Channel(id="CBOARD", name="board", private=True, members=(ASA, KIM), with_bot=False)
    double._slack.workspace.add_channel(board)
    ts = double.say(ASA, "CBOARD", "Projektorn blinkar rött")

    double.shortcut(KIM, "CBOARD", ts, "make_ticket")
    office.settle()
    (card,) = office.cards()
    double.click(KIM, SUPPORT, card.ts, "ticket_claim")
    double.click(KIM, SUPPORT, card.ts, "ticket_resolve")
    double.submit(KIM, {"note": {"note": "Bytte lampa."}})
    office.settle()

    progress, resolved = office.posts(double.im(ASA))
    assert "Ärende 1" in text_of(progress.blocks)
    assert "Bytte lampa." in text_of(resolved.blocks)
    assert office.lotsen.load(office.clock()).outbox_stuck == 0


def test_only_the_staff_moves_a_ticket_and_everybody_else_is_told_so(open_office: Open) -> None:
    office = open_office(prepare=categories, lotsen_agents=(OLA,))
    office.double.say(ASA, HELP, "Min mus är trasig")
    office.settle()
    (card,) = office.cards()

    office.double.click(KIM, SUPPORT, card.ts, "ticket_claim")
    office.double.choose(KIM, SUPPORT, card.ts, "ticket_category", "vpn")
    office.double.click(KIM, SUPPORT, card.ts, "ticket_resolve")
    office.settle()

    assert office.read(lambda unit: unit.tickets.get(1)).status is Status.NEW
    assert office.double.view(KIM) is None
    told = office.double.ephemerals(KIM)
    assert len(told) == 3
    assert all("Only the support team" in message.text for message in told)


def test_clicks_on_a_resolved_ticket_and_an_unknown_category_are_explained(
    open_office: Open,
) -> None:
    office = open_office(prepare=categories)
    double = office.double
    double.say(ASA, HELP, "Min mus är trasig")
    office.settle()
    (card,) = office.cards()
    payload_ts = card.ts
    with office.lotsen.store.begin() as unit:
        unit.tickets.put_categories([Category(key="vpn", titles={"sv": "VPN"}, active=False)])

    double.choose(KIM, SUPPORT, payload_ts, "ticket_category", "vpn")
    double.click(KIM, SUPPORT, payload_ts, "ticket_claim")
    double.settle()
    moves: tuple[Literal["resolve", "claim", "pause"], ...] = ("resolve", "claim", "pause")
    for number, move in enumerate(moves):
        command = MoveTicket(
            id=f"late-{number}",
            user=KIM,
            ticket_id=1,
            move=move,
            note="Ny mus.",
            at=office.clock(),
            channel=SUPPORT,
        )
        office.lotsen.mailbox.accept(command, office.clock())
    office.settle()

    told = " ".join(message.text for message in double.ephemerals(KIM))
    assert "There is no category “vpn” any more" in told
    assert told.count("is resolved already") == 2


def test_forty_thousand_characters_are_one_ticket_with_a_card_that_slack_takes(
    open_office: Open,
) -> None:
    office = open_office(prepare=categories)

    office.double.say(ASA, HELP, "å<&>" * 9_999)
    office.settle()

    assert len(office.cards()) == 1
    body = office.read(lambda unit: unit.tickets.text(1)).body
    # Two thousand are kept free for the short words that may follow.
    assert len(body) == MOST_KEPT - 2_000
    assert body.endswith("…")
    assert office.lotsen.load(office.clock()).outbox_stuck == 0


def test_an_unsure_classifier_offers_its_three_best_guesses_as_one_tap(open_office: Open) -> None:
    office = open_office(prepare=learned)
    office.double.say(ASA, HELP, "hjälp, ingenting fungerar här")
    office.settle()
    (card,) = office.cards()
    assert office.read(lambda unit: unit.tickets.get(1)).category == ""

    office.double.click(KIM, SUPPORT, card.ts, "ticket_suggestion_2")
    office.settle()

    ticket = office.read(lambda unit: unit.tickets.get(1))
    decision = office.read(lambda unit: unit.tickets.decisions_of(1))[-1]
    assert ticket.category == decision.alternatives[1][0]
    (card,) = office.cards()
    assert "ticket_suggestion_1" not in str(card.blocks)


def learned(lotsen: Lotsen) -> None:
    """Give the desk the starter's categories and a model that knows them."""
    prepare(lotsen.store, NOW, seed=1)
    lotsen.triage.refresh()
