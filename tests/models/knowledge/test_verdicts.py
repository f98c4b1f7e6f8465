"""An article that did not help ranks lower for questions like that one, and only for those."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.knowledge.knowledge_base import KnowledgeBase
from models.knowledge.verdicts import LOWEST, Verdicts, answer_sha256, worth
from models.store.feedback import ArticleVerdict
from models.store.transaction import Store
from models.tables import (
    AnswerVerdict,
    Article,
    Case,
    CaseState,
    Offer,
    QuestionCandidate,
)
from tests.conftest import NOW

TODAY = NOW.date()
QUESTION = "VPN kopplar inte upp hemifrån"
OTHER = "hur installerar jag VPN på en ny dator"


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    with opened.begin() as unit:
        unit.knowledge.put([vpn(), printer()])
    yield opened
    opened.close()


def vpn(answer: str = "Byt till port 443 och försök igen.") -> Article:
    return Article(
        document="faq",
        external_id="vpn",
        language="sv",
        title=QUESTION,
        questions=[OTHER],
        answer=answer,
        sha256="",
    )


def printer() -> Article:
    return Article(
        document="faq",
        external_id="printer",
        language="sv",
        title="Skrivaren har fastnat",
        answer="Dra ut papperet.",
        sha256="",
    )


def judge(store: Store, *, solved: bool, people: int = 1, question: str = QUESTION) -> None:
    """Let people judge the article on VPN, each in a case of their own."""
    with store.begin() as unit:
        article = next(row for row in unit.knowledge.all() if row.external_id == "vpn")
        for number in range(people):
            person = unit.people.by_slack_id(f"U{number}{solved}", NOW)
            case = unit.tickets.save(
                Case(
                    person_id=person.id,
                    channel="C",
                    thread_ts="",
                    entrance="help",
                    language="sv",
                    state=CaseState.ANSWERED,
                    opened_at=NOW,
                    last_message_at=NOW,
                )
            )
            unit.feedback.put_verdict(
                AnswerVerdict(
                    case_id=case.id or 0,
                    article_id=article.id or 0,
                    question=question,
                    solved=solved,
                    answer_sha256=answer_sha256(article),
                    at=NOW,
                )
            )


@pytest.mark.slow
def test_after_a_few_not_solved_it_is_not_offered_for_that_question_but_for_others(
    store: Store,
) -> None:
    knowledge = KnowledgeBase(store)
    before = knowledge.search(QUESTION, "sv", today=TODAY)[0].score

    judge(store, solved=False)
    once = knowledge.answer(QUESTION, "sv", today=TODAY)
    assert once is not None, "one person's slip hides nothing"
    assert knowledge.search(QUESTION, "sv", today=TODAY)[0].score < before

    judge(store, solved=False, people=3)
    assert knowledge.answer(QUESTION, "sv", today=TODAY) is None
    assert knowledge.answer(QUESTION + "!", "sv", today=TODAY) is None
    for other in (OTHER, "skrivaren har fastnat"):
        assert knowledge.answer(other, "sv", today=TODAY) is not None


def test_a_lowered_article_is_still_found_by_a_search(store: Store) -> None:
    judge(store, solved=False, people=9)

    hit = KnowledgeBase(store).search(QUESTION, "sv", today=TODAY)[0]

    assert hit.title == QUESTION


def test_others_whom_it_helped_bring_it_back(store: Store) -> None:
    knowledge = KnowledgeBase(store)
    judge(store, solved=False, people=4)
    assert knowledge.answer(QUESTION, "sv", today=TODAY) is None

    judge(store, solved=True, people=4)

    assert knowledge.answer(QUESTION, "sv", today=TODAY) is not None


def test_one_person_counts_once_however_often_they_tap(store: Store) -> None:
    for _ in range(9):
        judge(store, solved=False)

    assert KnowledgeBase(store).answer(QUESTION, "sv", today=TODAY) is not None


def test_a_new_answer_text_begins_anew(store: Store) -> None:
    knowledge = KnowledgeBase(store)
    judge(store, solved=False, people=4)
    assert knowledge.answer(QUESTION, "sv", today=TODAY) is None

    with store.begin() as unit:
        unit.knowledge.put([vpn("Starta om datorn och välj profilen Hemma.")])

    assert knowledge.answer(QUESTION, "sv", today=TODAY) is not None


def test_verdicts_can_be_forgotten(store: Store) -> None:
    knowledge = KnowledgeBase(store)
    judge(store, solved=False, people=4)
    with store.begin() as unit:
        (tally,) = unit.feedback.tallies()
        assert (tally.solved, tally.not_solved) == (0, 4)
        assert unit.feedback.forgive(tally.article_id) == 4

    assert knowledge.answer(QUESTION, "sv", today=TODAY) is not None


def test_a_question_that_staff_added_survives_a_new_import(store: Store) -> None:
    knowledge = KnowledgeBase(store)
    asked = "tunneln till kontoret dör jämt"
    assert knowledge.answer(asked, "sv", today=TODAY) is None
    judge(store, solved=True)
    with store.begin() as unit:
        article = next(row for row in unit.knowledge.all() if row.external_id == "vpn")
        unit.feedback.save(
            QuestionCandidate(
                article_id=article.id or 0,
                case_id=1,
                question=asked,
                state=Offer.TAKEN,
                created_at=NOW,
                decided_at=NOW,
            )
        )
    found = knowledge.answer(asked, "sv", today=TODAY)
    assert found is not None
    assert found.title == QUESTION

    with store.begin() as unit:
        unit.knowledge.replace("faq", [vpn("Byt till port 8443."), printer()])

    again = knowledge.answer(asked, "sv", today=TODAY)
    assert again is not None
    assert again.text == "Byt till port 8443."


@given(st.integers(-50, 50), st.integers(-50, 50))
def test_a_score_is_lowered_within_bounds_and_never_raised(some: int, more: int) -> None:
    assert LOWEST <= worth(some) <= 1.0
    assert worth(max(some, more)) <= worth(min(some, more))


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=20))
def test_the_last_word_of_each_person_counts(said: list[tuple[str, bool]]) -> None:
    article = vpn()
    article.id = 7
    judged = [
        ArticleVerdict(7, QUESTION, who, solved, answer_sha256(article)) for who, solved in said
    ]
    last = dict(said)

    found = Verdicts(judged, {7: article}).worth_of(QUESTION)

    net = sum(-1 if solved else 1 for solved in last.values())
    assert found.get(7, 1.0) == worth(net)
