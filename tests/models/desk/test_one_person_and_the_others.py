"""One person cannot harm the others: so many messages a minute, and so much text a case."""

from dataclasses import replace

import pytest

from models.commands import AddToTicket
from models.tables import CaseMessage, OutboxRow, PostKind
from models.tickets.kept_text import MOST_KEPT, cut_text, kept
from tests.models.desk.conftest import ASA, KIM, OLA, Desk, at

LONG = ("skrivaren på plan fyra drar in papperet snett " * 900)[:40_000]


def told(desk: Desk, name: str) -> list[OutboxRow]:
    return [row for row in desk.posts() if name in row.key]


def ask_often(desk: Desk, times: int, user: str = ASA, since: float = 0) -> None:
    """Ask of something else each time, so that each would be a case of its own."""
    for number in range(times):
        text = f"hur byter jag lösenord i system{chr(97 + number % 26)}{number}?"
        desk.say(text, since + number / 10, user)


@pytest.fixture
def strict(desk: Desk) -> Desk:
    """A desk that takes in three messages a minute."""
    lotsen = desk.lotsen
    return replace(desk, lotsen=replace(lotsen, desk=replace(lotsen.desk, messages_per_minute=3)))


class TestPace:
    def test_beyond_it_no_case_is_made_and_the_person_reads_it_once(self, strict: Desk) -> None:
        for minute in range(3):
            strict.say("vpn fungerar inte på tåget", minute * 20, thread_ts="")
        before = len(strict.cases())
        for second in range(41, 51):
            strict.say("hur beställer jag ett nytt passerkort till kontoret?", second + 0.5)
        assert len(strict.cases()) == before
        (word,) = told(strict, "pace:")
        assert (word.kind, word.slack_user, word.channel) == (PostKind.EPHEMERAL, ASA, "CHELP")
        assert "Nu gick det lite fort" in word.message

    def test_a_minute_later_all_is_as_before(self, strict: Desk) -> None:
        ask_often(strict, 8)
        before = len(strict.cases())
        strict.say("hur beställer jag ett nytt passerkort till kontoret?", 200)
        assert len(strict.cases()) == before + 1

    def test_it_is_said_again_after_ten_minutes_and_not_before(self, strict: Desk) -> None:
        for minute, words in ((0, 1), (9, 1), (11, 2)):
            ask_often(strict, 8, since=minute * 60)
            assert len(told(strict, "pace:")) == words, minute

    def test_anothers_question_is_a_case_all_the_same(self, strict: Desk) -> None:
        ask_often(strict, 8)
        before = len(strict.cases())
        strict.say("vpn fungerar inte", 2, OLA)
        assert len(strict.cases()) == before + 1

    def test_the_staff_is_not_limited(self, strict: Desk) -> None:
        ask_often(strict, 8, KIM)
        assert not told(strict, "pace:")

    def test_in_a_direct_message_it_stands_there(self, strict: Desk) -> None:
        for number in range(8):
            text = f"hur byter jag lösenord i system{number}?"
            strict.say(text, number * 5, channel="DASA", where="direct")
        (word,) = told(strict, "pace:")
        assert (word.kind, word.channel) == (PostKind.POST, "DASA")

    def test_what_was_left_keeps_no_words(self, strict: Desk) -> None:
        ask_often(strict, 8)
        rows = strict._all(CaseMessage)
        assert len(rows) == 8
        assert all(not row.text for row in rows if row.case_id is None)
        assert sum(row.case_id is not None for row in rows) < 8

    def test_more_words_for_a_ticket_are_taken_in(self, strict: Desk) -> None:
        thread = strict.say("skrivaren på plan fyra är trasig")
        for second in range(1, 8):
            strict.say(f"den visar fel E{second} också", second, thread_ts=thread)
        assert "E7" in strict.body()
        assert not told(strict, "pace:")


class TestLength:
    def test_forty_long_messages_are_one_short_ticket(self, desk: Desk) -> None:
        thread = desk.say(LONG)
        for second in range(1, 40):
            desk.say(LONG, second, thread_ts=thread)
        assert len(desk.body()) <= MOST_KEPT
        assert desk.body().rstrip("\n…").endswith(("plan", "papperet", "snett", "fyra", "på"))
        assert sum(len(row.text) for row in desk._all(CaseMessage)) <= MOST_KEPT
        assert max(len(row.message) for row in desk.posts()) < 2 * MOST_KEPT
        (word,) = told(desk, ":long")
        assert (word.kind, word.slack_user) == (PostKind.EPHEMERAL, ASA)
        assert "Resten finns bara här i Slack" in word.message

    def test_short_words_after_them_are_still_read(self, desk: Desk) -> None:
        thread = desk.say(LONG)
        desk.say(LONG, 1, thread_ts=thread)
        desk.say("det brinner i skrivaren", 2, thread_ts=thread)
        assert desk.body().endswith("det brinner i skrivaren")

    def test_an_edit_is_no_way_around(self, desk: Desk) -> None:
        desk.say("skrivaren på plan fyra är trasig")
        desk.edit(0, LONG)
        assert len(desk.body()) <= MOST_KEPT
        assert len(told(desk, ":long")) == 1

    def test_nor_are_words_that_are_added_by_the_form(self, desk: Desk) -> None:
        desk.say("skrivaren på plan fyra är trasig")
        for number in range(3):
            adding = AddToTicket(id=f"A{number}", user=ASA, case_id=1, text=LONG, at=at(9 + number))
            desk.do(adding, 9 + number)
        assert len(desk.body()) <= MOST_KEPT
        assert len(told(desk, ":long")) == 1

    def test_what_is_short_enough_stays_as_it_is(self, desk: Desk) -> None:
        desk.say(LONG[:15_000])
        assert desk.body() == LONG[:15_000]
        assert not told(desk, ":long")

    @pytest.mark.parametrize(
        ("text", "most", "cut"),
        [
            ("ett två tre", 11, "ett två tre"),
            ("ett två tre", 10, "ett två…"),
            ("ett två\ntre", 8, "ett två…"),
            ("x" * 300, 250, "x" * 249 + "…"),
            ("ett två", 0, "…"),
            ("ett två", -5, "…"),
        ],
    )
    def test_it_is_cut_at_a_word(self, text: str, most: int, cut: str) -> None:
        assert cut_text(text, most) == cut

    def test_long_messages_leave_room_for_short_ones(self) -> None:
        assert len(kept("x" * 40_000)) == 18_000
        assert kept("x", 19_000) == "x"
        assert kept("x" * 201, 19_000) == "…"
