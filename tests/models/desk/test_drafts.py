"""A resolved ticket's note becomes a draft; only a person makes it an article."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, cast

import pytest

from models.commands import ChooseTitle, JudgeDraft, PublishArticle
from models.message import Message
from models.store.transaction import Store
from models.tables import Article, ArticleDraft, Offer
from tests.models.desk.conftest import ASA, KIM, LENA, OLA, START, Desk, at

TODAY = START.date()
QUESTION = "kaffemaskinen på plan tre blinkar rött och vägrar brygga, hälsar Ola Berg"
NOTE = (
    "Töm spillbrickan, dra ut kontakten i tio sekunder och sätt i den igen. Ring Ola Berg på "
    "070-123 45 67 om lampan fortfarande lyser rött efter det."
)


@pytest.fixture
def desk(migrated_url: str, new_desk: Callable[[Store], Desk]) -> Iterator[Desk]:
    """The desk on both databases."""
    store = Store(migrated_url)
    yield new_desk(store)
    store.close()


def work_off(desk: Desk, seconds: float = 100) -> None:
    """Handle what the desk left in its own inbox."""
    while (taken := desk.lotsen.mailbox.take(at(seconds))) is not None:
        desk.lotsen.handle(taken.command, at(seconds))


def resolve(desk: Desk, note: str = NOTE, seconds: float = 60) -> None:
    desk.move("claim", seconds=seconds - 1)
    desk.move("resolve", note=note, seconds=seconds)
    work_off(desk, seconds + 1)


def judge(desk: Desk, verdict: str, user: str = KIM) -> None:
    fields: dict[str, Any] = {"user": user, "draft_id": 1, "channel": "CSUPPORT"}
    command = JudgeDraft(id=desk._id(), verdict=cast("Any", verdict), at=at(200), **fields)
    desk.do(command, 200)


def drafts(desk: Desk) -> list[ArticleDraft]:
    return list(desk._all(ArticleDraft))


def post_of(desk: Desk) -> Message:
    rows = [row for row in desk.posts() if row.key == "draft:1" or row.key.startswith("draft:1:")]
    return Message.from_json(rows[-1].message)


def test_a_good_note_is_drafted_redacted_and_shown_to_staff_below_the_card(desk: Desk) -> None:
    desk.say(QUESTION)
    resolve(desk)

    (row,) = drafts(desk)
    assert (row.state, row.language, row.ticket_id) == (Offer.WAITING, "sv", 1)
    assert "Töm spillbrickan" in row.answer
    for text in (row.title, row.question, row.answer):
        assert "Berg" not in text
        assert "070" not in text
    (shown,) = [one for one in desk.posts() if one.key == "draft:1"]
    assert (shown.channel, shown.target_key) == ("CSUPPORT", "ticket:1:card")
    assert desk._all(Article) == [], "never published by itself"
    assert desk.lotsen.knowledge.answer(QUESTION, "sv", today=TODAY) is None


@pytest.mark.parametrize("note", ["Fixat.", "Jag har nu åtgärdat detta."])
def test_a_short_note_is_no_article(desk: Desk, note: str) -> None:
    desk.say(QUESTION)
    resolve(desk, note)

    assert drafts(desk) == []


def test_nothing_is_drafted_that_an_article_says_already(desk: Desk) -> None:
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.put(
            [
                Article(
                    document="handbok",
                    external_id="kaffe",
                    language="sv",
                    title="Kaffe",
                    answer=NOTE.replace("Ola Berg", "någon").replace("070-123 45 67", "växeln"),
                    sha256="",
                )
            ]
        )
    desk.say(QUESTION)
    none_of_these = ChooseTitle(id=desk._id(), user=ASA, case_id=1, at=at(30), channel="CHELP")
    desk.do(none_of_these, 30)
    resolve(desk)

    assert len(desk.tickets()) == 1
    assert drafts(desk) == []


def test_the_publisher_owns_it_and_it_answers_from_then_on(desk: Desk) -> None:
    desk.say(QUESTION)
    resolve(desk)

    judge(desk, "publish", user=LENA)

    (row,) = desk._all(Article)
    assert (row.document, row.owner, row.verified_on) == (
        "support-team",
        "Lena Falk",
        date(2026, 11, 23),
    )
    answer = desk.lotsen.knowledge.answer(
        "kaffemaskinen på plan tre blinkar rött", "sv", today=TODAY
    )
    assert answer is not None
    assert answer.text == drafts(desk)[0].answer
    assert "Lena Falk" in post_of(desk).to_json()
    desk.say("kaffemaskinen på plan tre blinkar rött och vägrar brygga", 7200)
    assert "Supporten" in desk.posts()[-1].message


def test_what_was_edited_is_what_is_published(desk: Desk) -> None:
    desk.say(QUESTION)
    resolve(desk)

    edited = PublishArticle(
        id=desk._id(),
        user=KIM,
        at=at(200),
        title="Kaffemaskinen blinkar",
        wordings=("kaffemaskinen blinkar", "varför blinkar kaffemaskinen"),
        answer="Töm brickan.",
        language="sv",
        draft_id=1,
    )
    desk.do(edited, 200)

    (row,) = desk._all(Article)
    assert (row.title, row.answer) == ("Kaffemaskinen blinkar", "Töm brickan.")
    assert row.questions == ["kaffemaskinen blinkar", "varför blinkar kaffemaskinen"]
    assert (row.external_id, row.owner) == ("ticket-1", "Kim Ek")
    assert drafts(desk)[0].state is Offer.TAKEN
    assert "Kim Ek" in post_of(desk).to_json()


def test_discarded_is_discarded_and_whoever_taps_first_decides(desk: Desk) -> None:
    desk.say(QUESTION)
    resolve(desk)

    judge(desk, "publish", user=OLA)
    assert "Bara supporten" in desk.replies()[-1]
    judge(desk, "discard")
    judge(desk, "publish", user=LENA)

    assert "redan bestämt" in desk.replies()[-1]
    assert desk._all(Article) == []
    assert drafts(desk)[0].state is Offer.DECLINED


def test_resolved_again_the_open_draft_takes_the_new_note(desk: Desk) -> None:
    desk.say(QUESTION)
    resolve(desk)
    desk.say("den blinkar igen", 70, thread_ts="1763888400.000000")
    with desk.lotsen.store.begin() as unit:
        ticket = unit.tickets.get(1)
        ticket.status = type(ticket.status)("new")
        unit.tickets.save(ticket)
    better = NOTE.replace("tio sekunder", "en hel minut")
    resolve(desk, better, seconds=120)

    (row,) = drafts(desk)
    assert "en hel minut" in row.answer
    assert "en hel minut" in post_of(desk).to_json()


def test_only_staff_open_the_form_and_only_while_it_is_open(desk: Desk) -> None:
    desk.say(QUESTION)
    resolve(desk)
    care = desk.lotsen.knowledge_maintenance

    assert care.editable(ASA, 1, at(200)) is None
    assert care.editable(KIM, 2, at(200)) is None
    found = care.editable(KIM, 1, at(200))
    assert found is not None
    assert found.words.language == "en"
    judge(desk, "discard")
    assert care.editable(KIM, 1, at(200)) is None


def test_removing_the_support_teams_articles_removes_their_drafts(desk: Desk) -> None:
    desk.say(QUESTION)
    resolve(desk)
    judge(desk, "publish")

    desk.lotsen.library.remove("support-team", START)

    assert drafts(desk) == []


@pytest.mark.parametrize(
    ("user", "said"), [(KIM, "The form did not open"), (ASA, "Bara supporten")]
)
def test_whose_form_did_not_open_is_told_why_and_nothing_is_decided(
    desk: Desk, user: str, said: str
) -> None:
    desk.say(QUESTION)
    resolve(desk)
    judge(desk, "edit", user)

    assert said in desk.replies()[-1]
    assert [row.state for row in drafts(desk)] == [Offer.WAITING]
