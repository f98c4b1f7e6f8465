"""What people ask and no answer helps with, by the minutes that it costs."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.knowledge.gaps import clusters, gaps
from models.knowledge.knowledge_base import KnowledgeBase
from models.store.feedback import AskedText
from models.store.transaction import Store
from models.tables import (
    Article,
    Case,
    CaseMessage,
    CaseState,
    DecidedBy,
    EventKind,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
    TicketTimes,
)
from tests.conftest import NOW

CUPBOARD = "nyckeln till förrådet på plan {n} saknas"
PROJECTOR = "projektorn i mötesrummet {n} visar ingen bild"


def asked(case: int, text: str, minutes: float = 0.0) -> AskedText:
    return AskedText(case, f"p{case}", "sv", text, NOW, minutes)


def test_minutes_rank_and_not_the_count() -> None:
    often = [asked(number, CUPBOARD.format(n=number), 1) for number in range(10)]
    dear = [asked(10 + number, PROJECTOR.format(n=number), 30) for number in range(2)]

    first, second = clusters([*often, *dear])

    assert (len(first.asked), first.minutes) == (2, 60)
    assert (len(second.asked), second.minutes) == (10, 10)


WORDS = st.sampled_from(["nyckel", "förråd", "skrivare", "papper", "vpn", "kabel", "lön"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), max_size=12)


@pytest.mark.slow
@given(TEXTS, st.integers())
def test_every_question_is_in_one_cluster_whatever_the_order(texts: list[str], seed: int) -> None:
    rows = [asked(number, text, number) for number, text in enumerate(texts)]
    shuffled = list(rows)
    Random(seed).shuffle(shuffled)

    found = clusters(rows)

    assert sorted(one.case_id for group in found for one in group.asked) == list(range(len(rows)))
    assert clusters(shuffled) == found
    assert [group.minutes for group in found] == sorted(
        (group.minutes for group in found), reverse=True
    )


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


def put(
    store: Store,
    text: str,
    *,
    minutes: float | None = None,
    state: CaseState = CaseState.TICKET,
    days_ago: float = 1,
    article: int | None = None,
    not_solved: bool = False,
) -> None:
    at = NOW - timedelta(days=days_ago)
    with store.begin() as unit:
        person = unit.people.by_slack_id("UASA", at)
        person.name = "Åsa Lind"
        ticket = None
        if state is CaseState.TICKET:
            ticket = unit.tickets.add_ticket(
                Ticket(
                    source=Source.SLACK,
                    status=Status.SOLVED,
                    decided_by=DecidedBy.NOBODY,
                    opened_at=at,
                ),
                TicketText(ticket_id=0, body=text),
            )
            unit.tickets.put_times(
                TicketTimes(
                    ticket_id=ticket.id or 0,
                    source=Source.SLACK,
                    opened_at=at,
                    handling_minutes=minutes,
                )
            )
        case = unit.tickets.save(
            Case(
                person_id=person.id,
                channel="C",
                thread_ts="",
                entrance="help",
                language="sv",
                state=state,
                opened_at=at,
                last_message_at=at,
                article_id=article,
                ticket_id=ticket.id if ticket else None,
            )
        )
        ts = f"{case.id}.0"
        unit.tickets.save(CaseMessage(case_id=case.id, channel="C", ts=ts, text=text))
        if not_solved:
            no = EventKind.ANSWER_NOT_SOLVED
            unit.tickets.record(TicketEvent(case_id=case.id, kind=no, at=at, command_id=ts))


def test_gaps_are_questions_that_no_answer_helped_with(store: Store) -> None:
    with store.begin() as unit:
        unit.knowledge.put(
            [
                Article(
                    document="faq",
                    external_id="1",
                    language="sv",
                    title="projektorn visar ingen bild",
                    answer="Byt kabel.",
                    sha256="",
                )
            ]
        )
    put(store, "nyckeln till förrådet saknas, ring Åsa Lind 070-123 45 67", minutes=45)
    put(store, "nyckeln till förrådet saknas igen", minutes=15)
    put(store, "projektorn visar ingen bild", minutes=20, article=1, not_solved=True)
    put(store, "hur söker jag semester", state=CaseState.SOLVED, article=1)  # answered
    put(store, "var ligger lönen", minutes=99, article=1)  # answered, a person was wanted
    put(store, "hej", state=CaseState.OPEN)  # only a greeting
    put(store, "bilen startar inte", minutes=500, days_ago=91)  # too long ago
    put(store, "kaffet är slut", state=CaseState.WITHDRAWN)

    first, second = gaps(store, KnowledgeBase(store), NOW)

    assert (first.size, first.minutes, first.article) == (2, 60, "")
    assert "Åsa" not in first.example
    assert "070" not in first.example
    assert (second.size, second.minutes, second.article) == (1, 20, "projektorn visar ingen bild")
