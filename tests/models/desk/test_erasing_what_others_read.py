"""Somebody is forgotten: their words go from what others were shown, too."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from models.desk.base.context import DeskContext
from models.desk.curation import drafts
from models.desk.privacy.persons import copy_of, erase
from models.mailbox import Envelope, post
from models.store.transaction import Store
from models.tables import (
    Article,
    ArticleDraft,
    DecidedBy,
    Offer,
    PostState,
    QuestionCandidate,
    Source,
    Status,
    Ticket,
    TicketText,
)
from models.triage.cascade import TriageVerdict
from tests.models.desk.conftest import ASA, KIM, OLA, START, Desk, at

SECRET = "zebrafinken"
NOTE = (
    "Töm spillbrickan, dra ut kontakten i tio sekunder och sätt i den igen innan du ringer "
    "någon, för det brukar räcka."
)


@pytest.fixture
def desk(migrated_url: str, new_desk: Callable[[Store], Desk]) -> Iterator[Desk]:
    """The desk on both databases."""
    store = Store(migrated_url)
    yield new_desk(store)
    store.close()


def show_all(desk: Desk) -> None:
    """Let Slack have shown every post."""
    with desk.lotsen.store.begin() as unit:
        for row in unit.outbox.listing([PostState.READY]):
            row.state, row.posted_channel, row.ts = PostState.SENT, row.channel, f"1.{row.id}"
            unit.outbox.save(row)


def say_of_everything(desk: Desk, verdict: TriageVerdict) -> None:
    class Says:
        def classify(self, *_: object) -> TriageVerdict:
            return verdict

    object.__setattr__(desk.lotsen.desk, "triage", Says())


def imported(desk: Desk, name: str) -> int:
    with desk.lotsen.store.begin() as unit:
        row = Ticket(
            source=Source.IMPORT,
            external_id="7",
            status=Status.CLOSED,
            category="vpn",
            decided_by=DecidedBy.IMPORTED,
            requester_id=unit.people.by_name(name, "IT", START).id,
            opened_at=START - timedelta(days=9),
        )
        text = TicketText(ticket_id=0, title=f"{SECRET} startar inte", body="ord")
        return unit.tickets.add_ticket(row, text).id or 0


def nobody_reads(desk: Desk) -> None:
    assert [row.key for row in desk.posts() if SECRET in row.message] == []


def resolved(desk: Desk) -> None:
    """A ticket whose note is worth an article."""
    desk.say(f"{SECRET} på plan tre blinkar rött och vägrar brygga")
    desk.move("claim", seconds=50)
    desk.move("resolve", note=NOTE, seconds=60)
    while (taken := desk.lotsen.mailbox.take(at(70))) is not None:
        desk.lotsen.handle(taken.command, at(70))


def test_the_draft_of_their_ticket_goes_from_slack_and_from_here(desk: Desk) -> None:
    resolved(desk)
    show_all(desk)
    assert SECRET in next(row.message for row in desk.posts() if row.key == "draft:1")
    erase(desk.lotsen.desk, ASA, at(5_000))
    nobody_reads(desk)
    (redrawn,) = [row for row in desk.posts() if row.target_key == "draft:1"]
    assert redrawn.state is PostState.READY
    assert "draft_publish" not in redrawn.message


def test_a_draft_that_is_made_while_somebody_is_forgotten_is_none(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = drafts._new_draft

    def slowly(desk: DeskContext, ticket_id: int, now: datetime) -> ArticleDraft | None:
        made = read(desk, ticket_id, now)
        erase(desk, ASA, now)
        return made

    monkeypatch.setattr(drafts, "_new_draft", slowly)
    resolved(desk)
    assert desk._all(ArticleDraft) == []
    nobody_reads(desk)


def test_a_question_that_is_deleted_takes_its_draft_along(desk: Desk) -> None:
    resolved(desk)
    show_all(desk)
    desk.delete(0)
    (row,) = desk._all(ArticleDraft)
    assert (row.question, row.answer, row.state) == ("", "", Offer.DECLINED)
    (redrawn,) = [row for row in desk.posts() if row.target_key == "draft:1"]
    assert SECRET not in redrawn.message


DAY = date(2026, 11, 24)
OFFERED = f"question_candidates:{DAY}:CSUPPORT"


def offered(desk: Desk) -> None:
    """The staff are shown a question of Åsa's and one of Ola's."""
    article = Article(
        document="handbook",
        external_id="vpn",
        language="sv",
        title="VPN",
        questions=["VPN kopplar inte upp felkod 809"],
        answer="Byt till port 443.",
        sha256="",
    )
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.put([article])
    # What reads on, and is not alike: else the article would learn it of the two alone.
    of_asa = f"det är {SECRET} och skärmsläckaren igen sedan klockan 8"
    of_ola = "det är efter helgen och uppdateringen av operativsystemet 26"
    for user, seconds, words in ((ASA, 0, of_asa), (OLA, 600, of_ola)):
        desk.say("VPN kopplar inte upp felkod 809", seconds, user)
        desk.say(words, seconds + 1, user)
        desk.judge("solved", case=1 if user == ASA else 2, user=user, seconds=seconds + 30)
    message = desk.lotsen.knowledge_maintenance.offer_questions(DAY)
    assert message is not None
    assert SECRET in message.to_json()
    with desk.lotsen.store.begin() as unit:
        post(unit, OFFERED, Envelope("CSUPPORT"), message, START)
    show_all(desk)


@pytest.mark.slow
def test_the_offered_question_goes_and_those_of_others_stay(desk: Desk) -> None:
    offered(desk)
    erase(desk.lotsen.desk, ASA, at(5_000))
    nobody_reads(desk)
    (redrawn,) = [row for row in desk.posts() if row.target_key == OFFERED]
    assert "efter helgen" in redrawn.message
    assert [row.state for row in desk._all(QuestionCandidate)] == [Offer.WAITING] * 2


def test_a_question_that_is_deleted_goes_from_what_the_staff_are_offered(desk: Desk) -> None:
    offered(desk)
    desk.delete(1)
    (redrawn,) = [row for row in desk.posts() if row.target_key == OFFERED]
    assert SECRET not in redrawn.message
    assert "efter helgen" in redrawn.message


def test_the_title_of_a_past_ticket_goes_from_the_cards_of_tickets_like_it(desk: Desk) -> None:
    number = imported(desk, "Bo Ek")
    unsure = TriageVerdict("", 0.4, DecidedBy.NOBODY, (), (("vpn", 0.4),), "classifier-1")
    say_of_everything(desk, replace(unsure, nearest=((number, 0.9),)))
    desk.say("min skrivare är trasig", 0, OLA)
    desk.why("2", KIM)
    show_all(desk)
    assert SECRET in desk.card(2)
    assert SECRET in desk.posts()[-1].message
    assert "skrivare" not in str(copy_of(desk.lotsen.store, "Bo Ek").rows)
    erase(desk.lotsen.desk, "Bo Ek", at(5_000))
    nobody_reads(desk)
    assert "skrivare" in desk.card(2), "drawn again, without the title"
