"""After an answer that did not help, the staff read what was tried; the thread stays quiet."""

from datetime import timedelta
from typing import Any

import pytest

from models.desk.privacy.persons import erase
from models.message import Message, Paragraph, Quote, plain
from models.tables import Article, OutboxRow, PostKind, PostState
from tests.models.desk.conftest import ASA, START

QUESTION = "VPN kopplar inte upp felkod 809"


def packets(desk: Any) -> list[OutboxRow]:
    return [row for row in desk.posts() if row.key.endswith(":handed")]


def packet(desk: Any) -> Message:
    (row,) = packets(desk)
    assert (row.target_key, row.channel) == ("ticket:1:card", "CSUPPORT")
    return Message.from_json(row.message)


def lines(message: Message) -> list[str]:
    return [plain(part.runs) for part in message.parts if isinstance(part, Paragraph)]


def quotes(message: Message) -> list[str]:
    return [part.text for part in message.parts if isinstance(part, Quote)]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("not_solved", "inte löst, enligt den som frågade"), ("human", "bad om en människa")],
)
def test_the_staff_read_the_question_and_what_was_tried(
    desk: Any, article: Article, verdict: str, said: str
) -> None:
    desk.say(QUESTION)
    desk.judge(verdict)
    desk.judge(verdict)

    message = packet(desk)
    assert quotes(message) == [QUESTION]
    assert f"{article.title}: {said}" in lines(message)[1]
    assert "23 nov. 2026 10:00" in lines(message)[1]


def test_what_was_written_since_is_told_apart(desk: Any, article: Article) -> None:
    first = desk.say(QUESTION)
    desk.say("port 443 är spärrad på hotellet <!channel>", 300, thread_ts=first)

    message = packet(desk)
    assert quotes(message) == [QUESTION, "port 443 är spärrad på hotellet <!channel>"]
    assert lines(message)[1].endswith("skrev vidare")


def test_without_an_answer_there_is_nothing_to_hand_over(desk: Any) -> None:
    desk.say("min skärm är svart")
    assert len(desk.tickets()) == 1
    assert packets(desk) == []


def test_an_article_that_is_not_for_everybody_is_not_named_to_the_channel(desk: Any) -> None:
    private = Article(
        document="styrelse.md", external_id="1", language="sv", title="Fusionen med Acme",
        questions=["vad händer med fusionen"], answer="Den blir av.", audience=["UASA"], sha256="",
    )  # fmt: skip
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.put([private])
    desk.say("vad händer med fusionen", where="direct", channel="D1")
    desk.judge("human")

    told = packet(desk).to_json()
    assert "Acme" not in told
    assert "ett dokument som inte är för alla" in told


def test_a_deleted_article_is_gone_from_it_too(desk: Any, article: Article) -> None:
    desk.say(QUESTION)
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.delete_document("handbook")
    desk.judge("human")
    assert "en artikel som är borttagen" in lines(packet(desk))[1]


def test_an_article_that_took_over_a_number_is_not_taken_for_the_other(
    desk: Any, article: Article
) -> None:
    desk.say(QUESTION)
    newer = Article(
        id=article.id,  # as SQLite by itself would number
        document="other",
        external_id="salary",
        language="sv",
        title="Lönen kommer den 25:e",
        answer="Den 25:e.",
        sha256="",
        imported_at=START + timedelta(seconds=10),
    )
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.delete_document("handbook")
        unit.knowledge.replace("other", [newer])
    assert newer.id == article.id
    desk.judge("not_solved")

    for row in packets(desk):
        assert newer.title not in row.message


@pytest.mark.parametrize("delivered", [False, True])
@pytest.mark.parametrize("way", ["edited", "deleted", "erased"])
def test_words_that_are_changed_taken_back_or_erased_are_gone_from_it(
    desk: Any, article: Article, way: str, delivered: bool
) -> None:
    desk.say(QUESTION)
    desk.judge("human")
    if delivered:
        with desk.lotsen.store.begin() as unit:
            for row in unit.outbox.listing((PostState.READY,)):
                row.state, row.ts, row.posted_channel = PostState.SENT, "1.5", row.channel
                unit.outbox.save(row)

    if way == "edited":
        desk.edit(0, "VPN kopplar inte upp")
    elif way == "deleted":
        desk.delete(0)
    else:
        erase(desk.lotsen.desk, ASA, START + timedelta(hours=1))

    shown = [row for row in desk.posts() if row.key.startswith("ticket:1:handed")][-1]
    assert QUESTION not in shown.message
    if delivered:
        assert (shown.kind, shown.target_key) == (PostKind.UPDATE, "ticket:1:handed")
        assert article.title in shown.message
    assert quotes(Message.from_json(shown.message)) == (
        ["VPN kopplar inte upp"] if way == "edited" else []
    )


@pytest.mark.slow
def test_after_the_hand_over_nothing_is_said_in_the_thread(desk: Any, article: Article) -> None:
    first = desk.say(QUESTION)
    desk.judge("not_solved")
    before = [row.key for row in desk.posts() if row.kind is PostKind.POST]

    for minute in range(1, 6):
        desk.say(f"VPN kopplar inte upp felkod 809, försök {minute}", 60 * minute, thread_ts=first)
    desk.say("tack!", 400, thread_ts=first)

    assert [row.key for row in desk.posts() if row.kind is PostKind.POST] == before
    assert "försök 5" in desk.body()


def test_it_goes_below_the_card_once_that_is_shown(desk: Any, article: Article) -> None:
    from models.mailbox import Outgoing

    desk.say(QUESTION)
    desk.judge("human")
    now = desk.posts()[-1].created_at + timedelta(minutes=1)
    outgoing = Outgoing(desk.lotsen.store, lease=timedelta(minutes=1), pause=timedelta())

    order = []
    while (parcel := outgoing.take(now)) is not None:
        order.append(parcel.key)
        if parcel.key.endswith(":handed"):
            assert parcel.to.thread_ts == "ts of ticket:1:card"
        outgoing.sent(parcel, parcel.to.channel, f"ts of {parcel.key}", now)
    assert order.index("ticket:1:card") < order.index("ticket:1:handed")
