"""What a person wrote counts by when they wrote it, not by when Slack delivered it."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from models.commands import Command, SentFile
from models.tables import DONE, Article, CaseState
from tests.models.desk.conftest import ASA, at, ts_of

LATER = 900


@pytest.fixture
def delivered(desk: Any, article: Article) -> Callable[..., list[str]]:
    """Let Slack deliver events in that order, and give what each case holds and comes to."""

    def deliver(*commands: Command) -> list[str]:
        for command in commands:
            desk.do(command, LATER)
        while (taken := desk.lotsen.mailbox.take(at(LATER + 1))) is not None:  # what was put off
            desk.lotsen.handle(taken.command, at(LATER + 1))
        return sorted(_standing(desk))

    return deliver


def _standing(desk: Any) -> Iterable[str]:
    done = {one.id for one in desk.tickets() if one.status in DONE}
    for case in desk.cases():
        if case.state is CaseState.WITHDRAWN:
            continue
        with desk.lotsen.store.snapshot() as unit:
            texts = [row.text for row in unit.tickets.messages_of(case.id) if row.text]
        state = "done" if case.ticket_id in done else case.state.value
        yield f"{' / '.join(texts)}: {state}"


def test_a_fragment_that_is_edited_into_a_question_of_its_own_gets_a_ticket_of_its_own(
    desk: Any, delivered: Any
) -> None:
    fragment = desk.said("felkod 809", 5)
    better = desk.edited(5, "skrivaren på plan 4 skriver bara streck", 400)
    stands = delivered(desk.said("på min nya dator", 0), fragment, better)
    assert stands == [
        "på min nya dator: ticket",
        "skrivaren på plan 4 skriver bara streck: ticket",
    ]


def test_a_question_that_is_edited_into_a_fragment_goes_to_the_question_before_it(
    desk: Any, delivered: Any
) -> None:
    first, second = desk.said("min skärm blinkar", 0), desk.said("jag behöver en ny mus", 20)
    assert delivered(first, second) == [
        "jag behöver en ny mus: ticket",
        "min skärm blinkar: ticket",
    ]
    assert delivered(desk.edited(20, "på datorn hemma", 60)) == [
        "min skärm blinkar / på datorn hemma: ticket"
    ]


def test_what_went_on_with_a_message_that_is_taken_back_stands_with_its_nearest(
    desk: Any, delivered: Any
) -> None:
    said = [
        desk.said("min skärm blinkar", 0),
        desk.said("den vid fönstret", 60),
        desk.said("på datorn hemma", 130),
    ]
    assert len(delivered(*said)) == 2
    assert delivered(desk.deleted(0, 200)) == ["den vid fönstret / på datorn hemma: ticket"]


def test_a_late_greeting_does_not_join_small_talk(desk: Any, delivered: Any) -> None:
    lunch, hello = desk.said("vad är det för mat idag", 5), desk.said("Hej!", 0)
    assert delivered(lunch, hello) == ["Hej!: open", "vad är det för mat idag: open"]


def test_a_late_greeting_counts_as_the_first_message_of_its_question(
    desk: Any, delivered: Any
) -> None:
    said = [
        desk.said("min skärm blinkar", 30),
        desk.said("den vid fönstret", 140),
        desk.said("Hej!", 0),
    ]
    assert delivered(*said) == ["Hej! / min skärm blinkar: ticket", "den vid fönstret: ticket"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_tells_nothing_by_itself_waits_for_no_ticket_of_its_own(
    delivered: Any, desk: Any, order: tuple[int, ...]
) -> None:
    said = desk.said("VPN kopplar inte upp felkod 809", 0), desk.said("funkar inte", 700)
    assert delivered(*(said[n] for n in order)) == [
        "VPN kopplar inte upp felkod 809 / funkar inte: ticket"
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 1, 0)])
def test_what_tells_nothing_by_itself_means_the_question_written_last_before_it(
    delivered: Any, desk: Any, order: tuple[int, ...]
) -> None:
    said = (
        desk.said("min skärm blinkar", 0),
        desk.said("VPN kopplar inte upp felkod 809", 500),
        desk.said("funkar inte", 700),
    )
    assert delivered(*(said[n] for n in order)) == [
        "VPN kopplar inte upp felkod 809 / funkar inte: ticket",
        "min skärm blinkar: ticket",
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 1, 0)])
def test_late_words_from_before_it_was_solved_do_not_open_the_ticket_again(
    desk: Any, delivered: Any, order: tuple[int, ...]
) -> None:
    root = ts_of(0)
    said = (
        desk.said("min skärm blinkar", 0),
        desk.said("sedan i går", 50, thread_ts=root),
        desk.said("tack, det löste sig", 100, thread_ts=root),
    )
    assert delivered(*(said[n] for n in order)) == ["min skärm blinkar / sedan i går: done"]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 1, 0)])
def test_words_from_after_it_was_solved_open_the_ticket_again(
    desk: Any, delivered: Any, order: tuple[int, ...]
) -> None:
    root = ts_of(0)
    said = (
        desk.said("min skärm blinkar", 0),
        desk.said("tack, det löste sig", 50, thread_ts=root),
        desk.said("nu blinkar den igen", 100, thread_ts=root),
    )
    assert delivered(*(said[n] for n in order)) == [
        "min skärm blinkar / nu blinkar den igen: ticket"
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (2, 0, 1)])
def test_a_question_that_is_edited_after_it_was_solved_is_open_again(
    desk: Any, delivered: Any, order: tuple[int, ...]
) -> None:
    said = (
        desk.said("VPN kopplar inte upp felkod 809", 0),
        desk.said("tack, det löste sig", 50, thread_ts=ts_of(0)),
        desk.edited(0, "min skärm är svart", 100),
    )
    assert delivered(*(said[n] for n in order)) == ["min skärm är svart: ticket"]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1)])
def test_whoever_takes_back_that_it_is_solved_has_their_ticket_again(
    desk: Any, delivered: Any, order: tuple[int, ...]
) -> None:
    said = (
        desk.said("min skärm blinkar", 0),
        desk.said("tack, det löste sig", 50, thread_ts=ts_of(0)),
        desk.deleted(50, 20),
    )
    assert delivered(*(said[n] for n in order)) == ["min skärm blinkar: ticket"]


def test_it_is_solved_outside_of_threads_before_the_question_came(
    desk: Any, delivered: Any
) -> None:
    solved, asked = desk.said("tack, det löste sig", 60), desk.said("min skärm blinkar", 0)
    assert delivered(solved, asked) == ["min skärm blinkar: done"]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 0, 1), (2, 1, 0)])
def test_it_is_solved_means_the_question_written_last_before_it_and_no_other(
    desk: Any, delivered: Any, order: tuple[int, ...]
) -> None:
    said = (
        desk.said("hur byter jag lösenord?", 0),
        desk.said("jag behöver en ny mus", 107),
        desk.said("tack, det löste sig", 112),
    )
    assert delivered(*(said[n] for n in order)) == [
        "hur byter jag lösenord?: ticket",
        "jag behöver en ny mus: done",
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0)])
def test_a_fragment_that_was_solved_goes_to_its_late_question_and_that_is_solved(
    desk: Any, delivered: Any, order: tuple[int, ...]
) -> None:
    said = (
        desk.said("hur byter jag lösenord?", 0),
        desk.said("på min nya dator", 55),
        desk.said("tack, det löste sig", 164, thread_ts=ts_of(55)),
    )
    assert delivered(*(said[n] for n in order)) == [
        "hur byter jag lösenord? / på min nya dator: done"
    ]


def test_what_is_deleted_after_it_was_solved_leaves_it_solved(desk: Any, delivered: Any) -> None:
    root = ts_of(0)
    said = (
        desk.said("min skärm blinkar", 0),
        desk.said("sedan i går", 50, thread_ts=root),
        desk.said("tack, det löste sig", 100, thread_ts=root),
        desk.deleted(50, 100),
    )
    assert delivered(*said) == ["min skärm blinkar: done"]


def test_a_person_who_was_wanted_after_all_stays_wanted(desk: Any, delivered: Any) -> None:
    delivered(
        desk.said("VPN kopplar inte upp felkod 809", 0),
        desk.said("felkod 810", 20, thread_ts=ts_of(0)),
        desk.said("tack, det löste sig", 50, thread_ts=ts_of(0)),
    )
    desk.judge("human", seconds=100)
    assert delivered(desk.deleted(20, 200)) == ["VPN kopplar inte upp felkod 809: ticket"]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (0, 2, 1)])
def test_what_stands_below_thanks_goes_along_when_they_become_a_question(
    desk: Any, delivered: Any, order: tuple[int, ...]
) -> None:
    said = (
        desk.said("tack för hjälpen igår", 0),
        desk.said("sedan i går", 400, thread_ts=ts_of(0)),
        desk.edited(0, "på datorn hemma", 800),
    )
    assert delivered(*(said[n] for n in order)) == ["på datorn hemma / sedan i går: ticket"]


def test_small_talk_is_no_ticket_once_the_words_that_made_it_one_are_gone(
    desk: Any, delivered: Any
) -> None:
    lunch = desk.said("vad är det för mat idag", 0)
    assert delivered(lunch, desk.said("min skärm blinkar", 40, thread_ts=ts_of(0)))
    assert delivered(desk.deleted(40, 100)) == ["vad är det för mat idag: done"]


def test_small_talk_that_becomes_a_question_after_all_is_a_ticket_again(
    desk: Any, delivered: Any
) -> None:
    delivered(
        desk.said("är du en robot?", 0),
        desk.said("nej jag menade mobilen", 40, thread_ts=ts_of(0)),
        desk.deleted(40, 100),
    )
    assert delivered(desk.edited(0, "min skärm är svart", 200)) == ["min skärm är svart: ticket"]


def test_a_ticket_that_somebody_pressed_for_stays_though_only_small_talk_is_left(
    desk: Any, delivered: Any
) -> None:
    delivered(desk.said("vad är det för mat idag", 0))
    desk.judge("human", seconds=30)
    delivered(desk.said("ja", 40, thread_ts=ts_of(0)))
    assert delivered(desk.deleted(40, 100)) == ["vad är det för mat idag: ticket"]


def test_a_ticket_that_was_promised_stays_though_the_words_that_led_to_it_are_gone(
    desk: Any, delivered: Any
) -> None:
    said = (
        desk.said("VPN kopplar inte upp felkod 809", 0),
        desk.said("funkar inte", 40, thread_ts=ts_of(0)),
        desk.deleted(40, 100),
    )
    assert delivered(*said) == ["VPN kopplar inte upp felkod 809: ticket"]


def test_a_file_goes_along_when_a_message_is_read_again(desk: Any, delivered: Any) -> None:
    picture = SentFile("skärm.png", "https://example.slack.com/files/1")
    later = desk.said("felkod 809", 60, files=(picture,))
    assert delivered(later, desk.said("min skärm blinkar", 0)) == [
        "min skärm blinkar / felkod 809: ticket"
    ]
    with desk.lotsen.store.snapshot() as unit:
        row = unit.tickets.message_at("CHELP", later.place.ts)
    assert row.files == [["skärm.png", "https://example.slack.com/files/1"]]


def test_an_early_edit_of_what_was_said_to_a_colleague_is_not_taken_in(
    desk: Any, delivered: Any
) -> None:
    stands = delivered(
        desk.said("jag behöver en ny mus", 0),
        desk.edited(40, "på datorn hemma", 100),
        desk.said("<@UKIM> kan du titta?", 40, thread_ts=ts_of(0)),
    )
    assert stands == ["jag behöver en ny mus: ticket"]


def test_an_early_edit_is_what_is_looked_up(desk: Any, delivered: Any) -> None:
    early = desk.edited(30, "VPN kopplar inte upp felkod 809", 100)
    stands = delivered(desk.said("min skärm blinkar", 0), early, desk.said("på datorn", 30, ASA))
    assert stands == ["VPN kopplar inte upp felkod 809: answered", "min skärm blinkar: ticket"]
