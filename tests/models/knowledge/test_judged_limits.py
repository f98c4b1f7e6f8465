"""What people say of answers and titles moves the limits of the ranker that showed them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import update

from models.knowledge.knowledge_base import KnowledgeBase
from models.knowledge.limits import (
    MOST_OF_ONE,
    RankerLimits,
    follow,
    judged_questions,
)
from models.knowledge.tiers import Limits
from models.store.judgements import JudgedArticle
from models.store.transaction import Store
from models.tables import (
    Article,
    Case,
    CaseMessage,
    CaseState,
    Judgement,
    JudgementOutcome,
    Person,
)
from tests.databases import migrated_in_memory

BEGAN = datetime(2026, 11, 23, 9, tzinfo=UTC)
START = RankerLimits("words", Limits(0.34, 0.22), Limits(0.34, 0.22))
SOLVED, NOT_SOLVED = JudgementOutcome.SOLVED, JudgementOutcome.NOT_SOLVED
TAKEN, NONE = JudgementOutcome.TAKEN, JudgementOutcome.NONE_OF_THESE
NO_CHOICE = JudgementOutcome.NO_CHOICE


def row(case: int, outcome: JudgementOutcome, place: int = 0, **more: Any) -> JudgedArticle:
    made = JudgedArticle(
        case_id=case,
        person_id=f"person-{case}",
        language="sv",
        place=place,
        score=0.4,
        sureness=0.36,
        ranker="words",
        outcome=outcome,
    )
    return replace(made, **more)


@pytest.mark.parametrize(
    ("rows", "first_right", "helped"),
    [
        ([row(1, SOLVED)], True, None),
        ([row(1, NOT_SOLVED)], False, None),
        ([row(1, SOLVED, 1)], True, True),
        ([row(1, SOLVED, 2)], False, True),  # the first title was not it
        ([row(1, TAKEN, 1)], None, True),  # read, but nobody said that it helped
        ([row(1, TAKEN, 3)], False, True),
        ([row(1, NOT_SOLVED, 1)], False, False),
        ([row(1, NONE, place) for place in (1, 2, 3)], False, False),
        ([row(1, NO_CHOICE, place) for place in (1, 2, 3)], False, False),
    ],
)
def test_what_was_said_of_titles_tells_of_the_first_one_too(
    rows: Sequence[JudgedArticle], first_right: bool | None, helped: bool | None
) -> None:
    (found,) = judged_questions(rows)

    assert (found.first_right, found.helped) == (first_right, helped)


def test_titles_that_are_taken_and_solve_let_answers_come_sooner() -> None:
    rows = [row(n, SOLVED, 1, sureness=0.30) for n in range(60)]

    found = follow(START, judged_questions(rows), 0.95)

    assert found.now.answered < START.now.answered
    assert found.now.suggested < START.now.suggested
    assert (found.answers, found.choices) == (60, 60)


def test_titles_that_nobody_takes_are_offered_more_seldom() -> None:
    rows = [row(n, NO_CHOICE, 1, score=0.23) for n in range(15)]

    assert follow(START, judged_questions(rows), 0.95).now.suggested > 0.23


def test_wrong_answers_make_answers_rarer() -> None:
    rows = [row(n, NOT_SOLVED) for n in range(3)]

    assert follow(START, judged_questions(rows), 0.95).now.answered > 0.36


def test_nobody_moves_a_limit_alone_for_long() -> None:
    rows = [row(n, NOT_SOLVED, person_id="one") for n in range(100)]

    assert len(judged_questions(rows)) == MOST_OF_ONE


def test_what_another_ranker_showed_says_nothing_about_this_ones_scores() -> None:
    rows = [row(n, NOT_SOLVED, ranker="other") for n in range(30)]

    assert follow(START, judged_questions(rows), 0.95).now == START.start


@pytest.fixture
def store() -> Iterator[Store]:
    opened = migrated_in_memory()
    with opened.begin() as unit:
        rows = [
            Article(
                document="faq",
                external_id=str(n),
                language="sv",
                title=f"{thing} fungerar inte",
                answer=f"Starta om {thing}.",
                sha256=str(n),
            )
            for n, thing in enumerate(["skrivaren", "skärmen", "musen", "telefonen", "hissen"])
        ]
        unit.knowledge.put(rows)
    yield opened
    opened.close()


NUMBERS = count(1)


def judge(store: Store, outcome: JudgementOutcome, n: int, **more: Any) -> None:
    """Let ``n`` people say something of an answer, each in a case of their own."""
    with store.begin() as unit:
        for _ in range(n):
            number = next(NUMBERS)
            person = unit.people.by_slack_id(f"U{number}", BEGAN)
            case = unit.tickets.save(
                Case(
                    person_id=person.id,
                    channel="CHELP",
                    thread_ts=str(number),
                    entrance="help",
                    language="sv",
                    state=CaseState.ANSWERED,
                    opened_at=BEGAN,
                    last_message_at=BEGAN,
                )
            )
            unit.tickets.save(
                CaseMessage(
                    case_id=case.id, channel="CHELP", ts=str(number), text="min skrivare krånglar"
                )
            )
            fields: dict[str, Any] = {
                "ranker": "other",
                "score": 0.5,
                "sureness": 0.45,
                "place": 0,
                **more,
            }
            unit.judgements.show(
                [
                    Judgement(
                        case_id=case.id or 0,
                        article_id=1,
                        person_id=person.id,
                        outcome=JudgementOutcome.SHOWN,
                        at=BEGAN,
                        **fields,
                    )
                ]
            )
            unit.judgements.judge(case.id or 0, 1, outcome, BEGAN + timedelta(minutes=number))


def test_a_judgement_reaches_the_limits_at_the_next_question(store: Store) -> None:
    knowledge = KnowledgeBase(store)
    before = knowledge.report().limits

    judge(store, NOT_SOLVED, 4, ranker=before.ranker)

    after = knowledge.report().limits
    assert (before.answers, after.answers) == (0, 4)
    assert after.now.answered > 0.45 > before.now.answered


def test_what_was_only_shown_moves_nothing(store: Store) -> None:
    knowledge = KnowledgeBase(store)
    before = knowledge.report()
    judge(store, JudgementOutcome.SHOWN, 4, ranker=before.limits.ranker)

    assert knowledge.report() == before


def test_a_new_ranker_asks_the_judged_questions_again_where_their_words_are_kept(
    store: Store,
) -> None:
    knowledge = KnowledgeBase(store)
    judge(store, NOT_SOLVED, 3)

    assert knowledge.report().limits.answers == 3
    with store.begin() as unit:
        unit._session.execute(update(CaseMessage).values(text=""))
    again = KnowledgeBase(store).report().limits
    assert (again.answers, again.now) == (0, again.start)


def test_the_sandbox_teaches_nothing(store: Store) -> None:
    knowledge = KnowledgeBase(store)
    before = knowledge.report()

    judge(store.sandbox(), NOT_SOLVED, 10, ranker=before.limits.ranker)

    assert knowledge.report() == before


def test_erasing_a_person_leaves_the_judgement_without_whose_it_was(store: Store) -> None:
    judge(store, SOLVED, 1)

    with store.begin() as unit:
        person = unit._session.get(Person, unit.judgements.all()[0].person_id)
        assert person is not None
        unit.erasure.empty(unit.erasure.whose(person), BEGAN)

    with store.snapshot() as unit:
        (left,) = unit.judgements.all()
    assert (left.person_id, left.outcome) == ("", SOLVED)


def test_a_question_taken_back_takes_its_judgement_along(store: Store) -> None:
    judge(store, SOLVED, 1)

    with store.begin() as unit:
        unit.feedback.forget_case(unit.judgements.all()[0].case_id)
        assert unit.judgements.all() == []
