"""An answer is a stored article with its source; what is not for everybody stays private."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.slack.blocks import text_of
from models.lotsen import Lotsen
from models.tables import Article, ArticleKind, CaseState

HELP, SUPPORT, ASA, KIM, OLA = "CHELP", "CSUPPORT", "UASA", "UKIM", "UOLA"
QUESTION = "hur ansöker jag om semester i lönesystemet"
Open = Callable[..., Any]


def article(**more: Any) -> Article:
    values: dict[str, Any] = {
        "document": "personalhandboken.md",
        "external_id": "semester",
        "language": "sv",
        "title": "Ansöka om semester",
        "questions": [QUESTION, "semesteransökan hur gör man", "var söker jag semester"],
        "answer": "Öppna lönesystemet.\n1. Välj *Frånvaro* <här>.\n2. Välj datum & skicka.",
        "owner": "HR",
        "verified_on": date(2026, 10, 1),
        "address": "Semester › Ansökan",
        "kind": ArticleKind.ANSWER,
        "audience": [],
        "position": 0,
        "imported_at": datetime(2026, 10, 1, tzinfo=UTC),
        "sha256": "0" * 64,
    }
    return Article(**{**values, **more})


def knowing(*articles: Article) -> Callable[[Lotsen], None]:
    def prepare(lotsen: Lotsen) -> None:
        with lotsen.store.begin() as unit:
            unit.knowledge.put(articles)

    return prepare


def test_the_answer_is_shown_word_for_word_with_source_owner_and_date(open_office: Open) -> None:
    office = open_office(prepare=knowing(article()))
    ts = office.double.say(ASA, HELP, QUESTION)
    office.settle()

    answer = office.double.thread(HELP, ts)[-1]
    said = text_of(answer.blocks)
    assert "Öppna lönesystemet.\n1. Välj *Frånvaro* <här>.\n2. Välj datum & skicka." in said
    for part in ("personalhandboken.md", "Semester › Ansökan", "HR", "1 oktober 2026"):
        assert part in said
    assert office.cards() == []

    office.double.click(ASA, HELP, answer.ts, "answer_solved")
    office.settle()
    assert "Löst" in text_of(office.double.thread(HELP, ts)[-1].blocks)
    assert office.read(lambda unit: unit.tickets.case(1)).state is CaseState.SOLVED


def test_one_tap_brings_a_person_and_only_the_asker_may_tap(open_office: Open) -> None:
    office = open_office(prepare=knowing(article()))
    ts = office.double.say(ASA, HELP, QUESTION)
    office.settle()
    answer = office.double.thread(HELP, ts)[-1]

    office.double.click(OLA, HELP, answer.ts, "answer_human")
    office.settle()
    assert office.cards() == []
    assert "Bara den som frågade" in office.double.ephemerals(OLA)[-1].text

    office.double.click(ASA, HELP, answer.ts, "answer_human")
    office.settle()
    (card,) = office.cards()
    assert QUESTION in text_of(card.blocks)
    handed = office.double.thread(SUPPORT, card.ts)[1:]
    assert ["bad om en människa" in text_of(post.blocks) for post in handed] == [True]
    before = [one.ts for one in office.double.thread(HELP, ts) if one.user != ASA]
    office.double.say(ASA, HELP, "det var bråttom", thread_ts=ts)
    office.settle()
    assert [one.ts for one in office.double.thread(HELP, ts) if one.user != ASA] == before
    assert len(office.double.thread(SUPPORT, card.ts)) == 2


@pytest.mark.parametrize(("reader", "answered"), [(KIM, True), (OLA, False)])
def test_a_private_source_answers_its_readers_alone_and_never_a_channel(
    open_office: Open, reader: str, answered: bool
) -> None:
    office = open_office(prepare=knowing(article(audience=[KIM])))

    ts = office.double.say(reader, HELP, QUESTION)
    office.settle()
    assert "lönesystemet" not in text_of(office.double.thread(HELP, ts)[-1].blocks)

    office.double.command(reader, HELP, "/lotsen", f"ask {QUESTION}")
    office.settle()
    whispered = " ".join(text_of(one.blocks) for one in office.double.ephemerals(reader))
    assert ("Öppna lönesystemet" in whispered) is answered
