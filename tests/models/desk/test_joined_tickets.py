"""Tickets about the same are joined: one is worked on, all are resolved with it, each told once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from models.commands import CancelTicket, Command, JoinTicket, MoveOutage, PartTicket
from models.desk.privacy.persons import erase
from models.message import Buttons, Message, Note, Select, plain
from models.store.transaction import Store
from models.tables import (
    Case,
    DecidedBy,
    EventKind,
    Outage,
    OutageReport,
    OutageState,
    OutboxRow,
    Source,
    Status,
    Ticket,
    TicketText,
)
from models.tickets.projection import rebuilt
from tests.models.desk.conftest import ASA, KIM, LENA, OLA, START, Desk, at
from tests.models.desk.test_erasing_what_others_read import show_all

FIRST, SECOND = "skrivaren på plan två strular igen", "skrivaren på lagret strular"
NOTE = "Skrivarkön är omstartad."


@pytest.fixture
def desk(migrated_url: str, new_desk: Callable[[Store], Desk]) -> Iterator[Desk]:
    """The desk on both databases."""
    store = Store(migrated_url)
    yield new_desk(store)
    store.close()


def two(desk: Desk) -> None:
    desk.say(FIRST, 0, user=ASA)
    desk.say(SECOND, 10, user=OLA)


def join(desk: Desk, ticket: int = 2, main: int = 1, seconds: float = 60, user: str = KIM) -> None:
    command = JoinTicket(
        id=desk._id(), user=user, ticket_id=ticket, main=main, at=at(seconds), channel="CSUPPORT"
    )
    desk.do(command, seconds)


def part(desk: Desk, ticket: int = 2, seconds: float = 90, user: str = KIM) -> None:
    command = PartTicket(
        id=desk._id(), user=user, ticket_id=ticket, at=at(seconds), channel="CSUPPORT"
    )
    desk.do(command, seconds)


def move(desk: Desk, ticket: int, name: str, seconds: float) -> None:
    desk.do(desk.moved(ticket, name, seconds, note=NOTE if name == "resolve" else ""), seconds)


def newest(desk: Desk, key: str) -> str:
    """The newest version of a post, as JSON."""
    rows = [row for row in desk.posts() if row.key == key or row.key.startswith(f"{key}:")]
    return rows[-1].message


def told(desk: Desk, start: str) -> list[OutboxRow]:
    return [row for row in desk.posts() if row.key.startswith(start)]


def row_of(desk: Desk, ticket: int = 2) -> Ticket:
    return next(row for row in desk.tickets() if row.id == ticket)


def minutes(desk: Desk, ticket: int) -> float | None:
    with desk.lotsen.store.snapshot() as unit:
        times = unit.tickets.times(ticket)
        histories = unit.projection.histories([ticket])
        batch = [(number, *found) for number, found in histories.items()]
        (again,) = rebuilt(unit, batch, desk.lotsen.calendar)
    assert times is not None
    assert again.handling_minutes == times.handling_minutes, "replayed, it is the same"
    return times.handling_minutes


def offered(desk: Desk, ticket: int) -> list[str]:
    parts = Message.from_json(desk.card(ticket)).parts
    lists = [part for part in parts if isinstance(part, Select) and part.action == "ticket_join"]
    return [value for one in lists for value, _ in one.options]


def main_buttons(desk: Desk, ticket: int) -> list[str]:
    parts = Message.from_json(desk.card(ticket)).parts
    (row,) = [part for part in parts if isinstance(part, Buttons) and part.menu]
    return [button.action for button in row.buttons]


def test_the_card_of_a_new_ticket_offers_open_ones_about_the_same(desk: Desk) -> None:
    two(desk)
    desk.say("jag behöver en ny stol till kontoret", 20, user=LENA)

    assert offered(desk, 1) == []
    assert offered(desk, 2) == ["1"]
    assert offered(desk, 3) == []
    assert main_buttons(desk, 2) == ["ticket_claim", "ticket_resolve"]
    assert "ticket:1:card" in desk.card(2), "named with a link"


def test_three_at_most_are_offered_and_none_that_is_resolved(desk: Desk) -> None:
    for number in range(5):
        desk.say(
            f"{FIRST} {number}", 10 * number, user=ASA if number % 2 else OLA, channel=f"C{number}"
        )
    move(desk, 4, "resolve", 100)
    desk.say(SECOND, 200, user=LENA)

    last = len(desk.tickets())
    assert len(offered(desk, last)) == 3
    assert "4" not in offered(desk, last)


def test_joined_it_is_shown_on_both_cards_and_its_asker_reads_who_works_on_it(desk: Desk) -> None:
    two(desk)
    move(desk, 1, "claim", 30)

    join(desk)

    assert "Hör ihop med ärende" in desk.card(2)
    assert main_buttons(desk, 2) == ["ticket_part"]
    assert "ticket:2:card" in desk.card(1)
    (news,) = told(desk, "ticket:2:joined:")
    assert news.channel == "CHELP"
    assert plain_text(news.message) == (
        "🔗 Ditt ärende 2 hör ihop med ärende 1, som Kim Ek arbetar med. Du får svar här när "
        "det är löst."
    )
    assert "hör ihop med ärende 1" in newest(desk, "case:2:ticket")
    with desk.lotsen.store.snapshot() as unit:
        assert [ticket.id for ticket in unit.tickets.unresolved()] == [1]
        assert (unit.tickets.count_waiting(), unit.tickets.count_unresolved()) == (1, 2)


def plain_text(message: str) -> str:
    return Message.from_json(message).text


def test_whoever_takes_the_main_one_later_is_named_to_all(desk: Desk) -> None:
    two(desk)
    join(desk)
    assert "som supporten tar hand om" in newest(desk, "case:2:ticket")

    move(desk, 1, "claim", 90)

    assert "som Kim Ek arbetar med" in plain_text(newest(desk, "case:2:ticket"))


def test_resolved_with_the_main_one_each_asker_is_told_once(desk: Desk) -> None:
    two(desk)
    move(desk, 1, "claim", 30)
    join(desk)

    move(desk, 1, "resolve", 630)

    assert {ticket.status for ticket in desk.tickets()} == {Status.SOLVED}
    for number in (1, 2):
        (news,) = told(desk, f"ticket:{number}:resolved:")
        assert NOTE in news.message
    assert minutes(desk, 1) == 10.0
    assert minutes(desk, 2) is None, "the main ticket's clock has them, once"
    with desk.lotsen.store.snapshot() as unit:
        assert unit.tickets.text(2).note == NOTE
        times = unit.tickets.times(2)
    assert times is not None
    assert times.resolved_at == at(630)
    assert times.first_response_minutes == pytest.approx(50 / 60, abs=0.01)


def test_what_was_worked_on_before_it_was_joined_stays_its_own(desk: Desk) -> None:
    two(desk)
    move(desk, 2, "claim", 20)
    join(desk, seconds=320)
    move(desk, 1, "claim", 320)
    move(desk, 1, "resolve", 920)

    assert minutes(desk, 2) == 5.0
    assert minutes(desk, 1) == 10.0
    assert row_of(desk).assignee_id is None


def test_a_category_chosen_by_hand_gives_a_joined_ticket_no_window_at_its_resolution(
    desk: Desk,
) -> None:
    two(desk)
    desk.do(desk.chosen(2, "vpn", 30), 30)
    join(desk)
    move(desk, 1, "resolve", 3_600)

    assert minutes(desk, 2) == 5.0


def test_taken_apart_it_waits_as_it_did_and_its_asker_reads_so(desk: Desk) -> None:
    two(desk)
    join(desk)

    part(desk)

    assert row_of(desk).joined_to is None
    assert main_buttons(desk, 2) == ["ticket_claim", "ticket_resolve"]
    assert "ticket:2:card" not in desk.card(1)
    assert "för sig nu" in plain_text(told(desk, "ticket:2:joined:")[-1].message)
    move(desk, 1, "resolve", 120)
    assert row_of(desk).status is Status.NEW
    assert told(desk, "ticket:2:resolved:") == []


def test_joined_again_it_is_told_in_the_same_post(desk: Desk) -> None:
    two(desk)
    join(desk)
    part(desk)
    join(desk, seconds=120)

    posts = [row for row in told(desk, "ticket:2:joined:") if not row.target_key]
    assert len(posts) == 1
    assert "hör ihop med ärende 1" in plain_text(told(desk, "ticket:2:joined:")[-1].message)


def test_what_its_asker_adds_is_told_below_the_main_card(desk: Desk) -> None:
    two(desk)
    join(desk)

    desk.say("det står papper slut i rutan", 90, user=OLA, thread_ts=thread_of(desk, 2))

    (line,) = told(desk, "ticket:2:wrote:")
    assert line.target_key == "ticket:1:card"
    assert plain_text(line.message) == "🔗 Frågeställaren har skrivit mer i ärende 2."


def test_two_clicks_join_once(desk: Desk) -> None:
    two(desk)
    join(desk)
    join(desk, seconds=61)

    assert "is joined with ticket 1 already" in desk.replies()[-1]
    assert [event.kind for event in desk.events()].count(EventKind.JOINED) == 1
    part(desk)
    part(desk, seconds=91)
    assert "is not joined" in desk.replies()[-1]
    assert [event.kind for event in desk.events()].count(EventKind.PARTED) == 1


def test_a_main_ticket_that_was_resolved_meanwhile_takes_nothing_in(desk: Desk) -> None:
    two(desk)
    move(desk, 1, "resolve", 50)

    join(desk)

    assert "resolved already" in desk.replies()[-1]
    assert row_of(desk).joined_to is None


def test_who_joins_while_somebody_resolves_leaves_nobody_without_an_answer(desk: Desk) -> None:
    """Whichever is first: the asker of the second ticket is answered, or waits as before."""
    two(desk)
    start = Barrier(2)

    def handle(command: Command) -> None:
        start.wait(10)
        desk.do(command, 60)

    clicks: list[Command] = [
        JoinTicket(id="join", user=KIM, ticket_id=2, main=1, at=at(60), channel="CSUPPORT"),
        desk.moved(1, "resolve", 60, user=LENA, note=NOTE),
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(handle, clicks))

    joined, answers = row_of(desk).joined_to == 1, told(desk, "ticket:2:resolved:")
    assert row_of(desk, 1).status is Status.SOLVED
    assert row_of(desk).status is (Status.SOLVED if joined else Status.NEW)
    assert len(answers) == int(joined)


def test_two_who_join_two_tickets_with_each_other_do_not_wait_for_one_another(desk: Desk) -> None:
    two(desk)
    start = Barrier(2)

    def handle(command: Command) -> None:
        start.wait(10)
        desk.do(command, 60)

    clicks: list[Command] = [
        JoinTicket(id=f"join{one}", user=KIM, ticket_id=one, main=3 - one, at=at(60), channel="CS")
        for one in (1, 2)
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(handle, clicks))

    assert sorted(row.joined_to or 0 for row in desk.tickets()) in ([0, 1], [0, 2])


def test_what_follows_a_ticket_moves_along_with_it(desk: Desk) -> None:
    two(desk)
    desk.say(f"{FIRST} på lagret", 20, user=LENA)
    join(desk, ticket=3, main=2)

    join(desk, ticket=2, main=1, seconds=70)

    assert [row_of(desk, number).joined_to for number in (1, 2, 3)] == [None, 1, 1]
    join(desk, ticket=1, main=3, seconds=80)
    assert "cannot be joined" in desk.replies()[-1], "it would follow itself"


def test_nobody_works_on_a_joined_ticket_or_ends_it_apart(desk: Desk) -> None:
    two(desk)
    join(desk)

    for name in ("claim", "resolve"):
        move(desk, 2, name, 70)
        assert "Work on that one" in desk.replies()[-1]
    with desk.lotsen.store.snapshot() as unit:
        assert row_of(desk).status is Status.NEW
        assert [event.kind for event in unit.tickets.events_of(2)][-1] is EventKind.JOINED
    assert desk.lotsen.may_resolve(KIM, 2, at(80)) is None
    found = desk.lotsen.may_resolve(KIM, 1, at(80))
    assert found is not None
    assert found.followers == 1


def test_only_the_staff_join(desk: Desk) -> None:
    two(desk)
    join(desk, user=OLA)

    assert "Bara supporten" in desk.replies()[-1]
    assert row_of(desk).joined_to is None


def test_reopened_it_goes_its_own_way(desk: Desk) -> None:
    two(desk)
    join(desk)
    move(desk, 1, "resolve", 100)

    desk.say(
        "det hjälpte inte, den strular fortfarande", 200, user=OLA, thread_ts=thread_of(desk, 2)
    )

    ticket = row_of(desk)
    assert (ticket.status, ticket.joined_to) == (Status.NEW, None)
    assert row_of(desk, 1).status is Status.SOLVED


def thread_of(desk: Desk, case: int) -> str:
    return str(next(row.thread_ts for row in desk._all(Case) if row.id == case))


def test_the_main_one_reopened_leaves_the_others_resolved_and_tells_them_nothing_twice(
    desk: Desk,
) -> None:
    two(desk)
    join(desk)
    move(desk, 1, "resolve", 100)
    desk.say(
        "det hjälpte inte, den strular fortfarande", 200, user=ASA, thread_ts=thread_of(desk, 1)
    )
    assert row_of(desk, 1).status is Status.NEW

    move(desk, 1, "resolve", 300)

    assert row_of(desk).status is Status.SOLVED
    assert len(told(desk, "ticket:2:resolved:")) == 1


def test_where_the_main_ones_asker_needs_it_no_more_the_others_go_on(desk: Desk) -> None:
    two(desk)
    join(desk)

    cancel = CancelTicket(id=desk._id(), user=ASA, case_id=1, at=at(100), channel="CHELP")
    desk.do(cancel, 100)

    ticket = row_of(desk)
    assert (ticket.status, ticket.joined_to) == (Status.NEW, None)
    assert main_buttons(desk, 2) == ["ticket_claim", "ticket_resolve"]


def test_sensitive_tickets_are_never_offered_or_joined(desk: Desk) -> None:
    two(desk)
    desk.say(f"{FIRST} på lagret", 20, user=LENA)
    with desk.lotsen.store.begin() as unit:
        text = unit.tickets.text(1)
        text.body = f"{text.body}\nmin chef trakasserar mig"
        unit.tickets.save(text)
    desk.do(desk.chosen(3, "vpn", 30), 30)

    assert offered(desk, 3) == ["2"]
    join(desk)
    assert "cannot be joined" in desk.replies()[-1]
    join(desk, ticket=1, main=2, seconds=70)
    assert "cannot be joined" in desk.replies()[-1]
    assert [ticket.joined_to for ticket in desk.tickets()] == [None, None, None]


def test_whoever_is_forgotten_leaves_no_words_at_the_others(desk: Desk) -> None:
    desk.say("zebrafinken strular på plan två", 0, user=ASA)
    desk.say("zebrafinken strular", 10, user=OLA)
    join(desk)
    move(desk, 1, "resolve", 100)
    show_all(desk)

    erase(desk.lotsen.desk, ASA, at(200))

    with desk.lotsen.store.snapshot() as unit:
        assert unit.tickets.text(2).note == ""
        assert unit.tickets.text(2).body == "zebrafinken strular"
    assert "plan två" not in desk.card(2)
    (news,) = told(desk, "ticket:2:resolved:")
    assert NOTE not in news.message


@pytest.mark.parametrize("cancelled", [False, True])
def test_whoever_is_forgotten_leaves_no_words_at_one_that_was_reopened(
    desk: Desk, *, cancelled: bool
) -> None:
    desk.say("zebrafinken strular på plan två", 0, user=ASA)
    desk.say("zebrafinken strular", 10, user=OLA)
    join(desk)
    move(desk, 1, "resolve", 100)
    desk.say("Det hjälpte inte", 120, user=OLA, thread_ts=thread_of(desk, 2))
    assert row_of(desk).joined_to is None
    if cancelled:
        move(desk, 2, "claim", 130)
        cancel = CancelTicket(id=desk._id(), user=OLA, case_id=2, at=at(140), channel="CHELP")
        desk.do(cancel, 140)
        assert row_of(desk).status is Status.SOLVED
    show_all(desk)

    erase(desk.lotsen.desk, ASA, at(200))

    with desk.lotsen.store.snapshot() as unit:
        assert unit.tickets.text(2).note == ""
    (news,) = told(desk, "ticket:2:resolved:")
    assert NOTE not in news.message
    assert NOTE not in desk.card(2)


def test_what_went_its_own_way_keeps_the_note_that_was_written_for_it(desk: Desk) -> None:
    two(desk)
    join(desk)
    part(desk)
    desk.do(desk.moved(2, "resolve", 100, note="Bytte trumman på lagret."), 100)
    show_all(desk)

    erase(desk.lotsen.desk, ASA, at(200))

    with desk.lotsen.store.snapshot() as unit:
        assert unit.tickets.text(2).note == "Bytte trumman på lagret."
    (news,) = told(desk, "ticket:2:resolved:")
    assert "Bytte trumman" in news.message


def test_a_forgotten_asker_is_told_nothing_and_the_ticket_ends_with_the_other(desk: Desk) -> None:
    two(desk)
    erase(desk.lotsen.desk, OLA, at(30))

    join(desk)

    assert "cannot be joined" in desk.replies()[-1], "it has no words any more"


@pytest.mark.parametrize(
    ("language", "line"),
    [("sv", "Det fungerar igen: skrivaren"), ("en", "It works again: skrivaren")],
)
def test_an_outage_that_is_over_ends_what_is_joined_too_in_the_askers_language(
    desk: Desk, language: str, line: str
) -> None:
    two(desk)
    join(desk)
    with desk.lotsen.store.begin() as unit:
        outage = unit.outages.save(
            Outage(title="skrivaren", state=OutageState.OPEN, opened_at=START)
        )
        case = next(row for row in desk.cases() if row.id == 1)
        follower = unit.tickets.find_case(2)
        assert follower is not None
        follower.language = language
        unit.tickets.save(follower)
        unit.outages.save(
            OutageReport(outage_id=outage.id or 0, person_id=case.person_id, case_id=1, at=START)
        )

    over = MoveOutage(id=desk._id(), user=KIM, outage_id=1, move="over", at=at(100))
    desk.do(over, 100)

    assert {ticket.status for ticket in desk.tickets()} == {Status.SOLVED}
    (news,) = told(desk, "ticket:2:resolved:")
    assert line in news.message


def test_app_home_shows_what_is_joined_and_offers_to_join(desk: Desk) -> None:
    two(desk)
    found = desk.lotsen.home(KIM, at(50)).to_json()
    assert "ticket_join" in found

    join(desk)

    found = desk.lotsen.home(KIM, at(70)).to_json()
    assert "ticket_join" not in found
    assert "ticket:2:card" in found


def test_app_home_says_how_many_it_shows(desk: Desk) -> None:
    with desk.lotsen.store.begin() as unit:
        for number in range(18):
            row = Ticket(
                source=Source.SLACK,
                status=Status.NEW,
                decided_by=DecidedBy.NOBODY,
                opened_at=at(number),
            )
            unit.tickets.add_ticket(row, TicketText(ticket_id=0, title=f"sak {number}"))

    for user, line in ((KIM, "Showing 15 of 18."), (LENA, "Visar 10 av 18.")):
        parts = desk.lotsen.home(user, at(60)).parts
        assert line in [plain(part.runs) for part in parts if isinstance(part, Note)]


def test_both_posts_of_an_asker_name_whoever_took_the_main_ticket(desk: Desk) -> None:
    two(desk)
    join(desk)
    show_all(desk)

    move(desk, 1, "claim", 90)

    for key in ("case:2:ticket", "ticket:2:joined:1"):
        assert "som Kim Ek arbetar med" in plain_text(newest(desk, key))


def test_who_takes_a_follower_apart_while_its_main_ticket_moves_along_is_heeded(
    desk: Desk,
) -> None:
    """Whichever is first: no follower is moved by what it was before, and none is lost."""
    for attempt in range(3):
        start = 1_000 * attempt
        first = 3 * attempt + 1
        for number, user in enumerate((ASA, OLA, LENA)):
            desk.say(f"{FIRST} {attempt}", start + number, user=user, channel=f"C{attempt}")
        join(desk, ticket=first + 2, main=first + 1, seconds=start + 30)
        barrier = Barrier(2)

        def handle(command: Command, barrier: Barrier = barrier, start: int = start) -> None:
            barrier.wait(10)
            desk.do(command, start + 60)

        clicks: list[Command] = [
            JoinTicket(
                id=f"join{attempt}",
                user=KIM,
                ticket_id=first + 1,
                main=first,
                at=at(start + 60),
                channel="CS",
            ),
            PartTicket(
                id=f"part{attempt}", user=LENA, ticket_id=first + 2, at=at(start + 60), channel="CS"
            ),
        ]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(handle, clicks))

        assert row_of(desk, first + 1).joined_to == first
        assert row_of(desk, first + 2).joined_to is None, "parted last, or parted before"
