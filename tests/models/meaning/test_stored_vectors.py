"""Vectors are stored beside what they were made of, and go with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from models.meaning.article_vectors import ArticleVectors
from models.meaning.embedder import Vectors
from models.meaning.ticket_vectors import TicketVectors
from models.store.transaction import Store
from models.tables import (
    Article,
    Case,
    CaseState,
    DecidedBy,
    Offer,
    Person,
    QuestionCandidate,
    Source,
    Status,
    Ticket,
    TicketText,
)

AT = datetime(2026, 11, 2, tzinfo=UTC)


@dataclass
class Counting:
    """Embeds a text as its length, and remembers what it was asked."""

    name: str = "lengths"
    heard: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.heard += texts
        return np.array([[len(text), 1] for text in texts], np.float32)

    def embed_now(self, text: str) -> Vectors:
        vector: Vectors = self.embed([text])[0]
        return vector


def test_a_start_embeds_only_what_is_new_and_forgets_what_is_gone(memory: Store) -> None:
    ArticleVectors(Counting(), memory).embed(["vpn", "printer"])

    later = Counting()
    vectors = ArticleVectors(later, memory)
    assert vectors.embed(["printer", "lunch room"]).tolist() == [[7, 1], [10, 1]]
    assert later.heard == ["lunch room"]
    assert vectors.embed_now("printer").tolist() == [7, 1]
    assert vectors.embed_now("mine").tolist() == [4, 1]
    with memory.snapshot() as unit:
        assert len(unit.vectors.of_texts("lengths")) == 2  # neither vpn nor somebody's question


def test_another_model_s_vectors_are_not_taken(memory: Store) -> None:
    ArticleVectors(Counting(), memory).embed(["vpn"])
    other = Counting(name="other")
    ArticleVectors(other, memory).embed(["vpn"])
    assert other.heard == ["vpn"]


def test_a_training_embeds_only_tickets_that_came_or_changed(memory: Store) -> None:
    first, second = ticket(memory, "vpn drops"), ticket(memory, "mailbox full")
    texts = {first: "vpn drops", second: "mailbox full"}
    TicketVectors(Counting(), memory, texts, ["a lesson"]).embed([*texts.values(), "a lesson", "x"])

    later = Counting()
    again = TicketVectors(later, memory, {**texts, second: "mailbox is full"}, ["a lesson"])
    again.embed(["vpn drops", "mailbox is full", "a lesson"])
    assert later.heard == ["mailbox is full"]


def test_an_erased_person_s_tickets_and_wordings_leave_no_vector(memory: Store) -> None:
    with memory.begin() as unit:
        person = Person(slack_id="UANNA", name="Anna")
        unit.people.save(person)
    mine, other = ticket(memory, "vpn drops", person.id), ticket(memory, "mailbox full")
    with memory.begin() as unit:
        article = Article(
            document="faq", external_id="vpn", language="en", title="VPN", answer="x", sha256=""
        )
        case = Case(
            person_id=person.id,
            channel="C1",
            thread_ts="1.0",
            entrance="channel",
            language="en",
            state=CaseState.SOLVED,
            opened_at=AT,
            last_message_at=AT,
        )
        unit.tickets.save(article, case)
        unit.tickets.save(
            QuestionCandidate(
                article_id=article.id or 0,
                case_id=case.id or 0,
                question="tunnel is down",
                state=Offer.TAKEN,
                created_at=AT,
            )
        )
    ArticleVectors(Counting(), memory).embed(["VPN", "tunnel is down"])
    texts = {mine: "vpn drops", other: "mailbox full"}
    TicketVectors(Counting(), memory, texts).embed(list(texts.values()))

    with memory.begin() as unit:
        unit.erasure.empty(unit.erasure.whose(person), AT)

    with memory.snapshot() as unit:
        assert set(unit.vectors.of_tickets("lengths")) == {other}
        assert len(unit.vectors.of_texts("lengths")) == 1


def test_texts_that_are_forgotten_take_their_vectors_along(memory: Store) -> None:
    old = ticket(memory, "vpn drops")
    TicketVectors(Counting(), memory, {old: "vpn drops"}).embed(["vpn drops"])
    with memory.begin() as unit:
        unit.erasure.forget_texts(datetime(2027, 1, 1, tzinfo=UTC))
    with memory.snapshot() as unit:
        assert unit.vectors.of_tickets("lengths") == {}


def test_a_ticket_that_lost_its_words_meanwhile_gets_none(memory: Store) -> None:
    emptied = ticket(memory, "")
    TicketVectors(Counting(), memory, {emptied: "vpn drops"}).embed(["vpn drops"])
    with memory.snapshot() as unit:
        assert unit.vectors.of_tickets("lengths") == {}


def ticket(store: Store, body: str, requester: str | None = None) -> int:
    with store.begin() as unit:
        row = Ticket(
            source=Source.IMPORT,
            status=Status.CLOSED,
            decided_by=DecidedBy.IMPORTED,
            requester_id=requester,
            opened_at=AT,
        )
        unit.tickets.add_ticket(row, TicketText(ticket_id=0, body=body))
    return row.id or 0
