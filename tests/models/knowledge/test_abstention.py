"""Nothing is answered that is not likely enough to be right."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import starter
from models.knowledge.abstention import (
    ENOUGH,
    AbstentionExample,
    calibrated,
    fit,
    leave_one_out,
    prior,
)
from models.knowledge.index import Index, MatchEvidence
from models.statistics.thresholds import NEVER, auroc, lowest_safe_confidence
from models.tables import Article

EVIDENCE = MatchEvidence(
    score=0.5,
    question=0.6,
    coverage=0.7,
    lead=0.2,
    crowd=0.3,
    agreement=1.0,
    words=3,
    asked=True,
    foreign=False,
)


def index(questions: Sequence[int] = range(9)) -> Index:
    return Index(
        Article(
            id=number,
            document="starter",
            external_id=one.id,
            language=one.language,
            title=one.title,
            questions=[text for at, text in enumerate(one.questions) if at in questions],
            answer=one.answer,
            sha256="",
        )
        for number, one in enumerate(starter.articles())
        if one.language == "sv"
    )


@pytest.fixture(scope="module")
def examples() -> list[AbstentionExample]:
    return leave_one_out(index(), 200)


def test_more_of_what_speaks_for_an_answer_makes_it_likelier() -> None:
    model = prior(0.9)
    sure = model.confidence(EVIDENCE)

    for stronger in (
        replace(EVIDENCE, score=0.7),
        replace(EVIDENCE, lead=0.4),
        replace(EVIDENCE, coverage=0.9),
        replace(EVIDENCE, question=0.8),
    ):
        assert sure < model.confidence(stronger) < 1
    assert model.confidence(replace(EVIDENCE, agreement=0.4)) < sure
    assert model.confidence(None) == 0


def test_a_stored_question_itself_is_always_answered() -> None:
    weak = replace(EVIDENCE, question=0.99, lead=0.0, agreement=0.2, score=0.3)

    assert prior(0.95).confidence(weak) >= prior(0.95).threshold


def test_a_higher_target_never_asks_for_less() -> None:
    thresholds = [prior(target).threshold for target in (0.5, 0.7, 0.8, 0.85, 0.9, 0.95)]

    assert thresholds == sorted(thresholds)
    assert prior(0.99).threshold == NEVER


def test_what_was_measured_on_the_starter_articles_is_still_true(
    examples: list[AbstentionExample],
) -> None:
    """Seen with n = 400, in Swedish: .78."""
    model = prior(0.9)
    sure = np.array([model.confidence(one.evidence) for one in examples])
    right = np.array([one.right for one in examples])

    area = auroc(sure, right)

    assert area is not None
    assert area > 0.72


def test_half_of_the_examples_have_no_answer(examples: list[AbstentionExample]) -> None:
    assert not any(one.right for one in examples[1::2])
    assert any(one.right for one in examples[::2])


def test_the_same_index_gives_the_same_model() -> None:
    assert calibrated(index(), 0.9) == calibrated(index(), 0.9)
    assert calibrated(index(), 0.9).own


def test_too_few_questions_leave_the_starting_model() -> None:
    few = Index(index().articles[: ENOUGH // 24])

    assert calibrated(few, 0.9) == prior(0.9)
    assert calibrated(Index(()), 0.9) == prior(0.9)
    assert calibrated(index(questions=()), 0.9) == prior(0.9)


def test_a_few_examples_move_the_weights_a_little_and_many_move_them_more() -> None:
    def distance(n: int) -> float:
        found = fit([AbstentionExample(EVIDENCE, right=False)] * n, prior(0.9))
        return float(np.linalg.norm(np.array(found.weights) - prior(0.9).weights))

    assert 0 < distance(2) < distance(20) < distance(2_000)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60),
    st.sampled_from([0.6, 0.8, 0.9]),
)
def test_what_is_above_a_threshold_reaches_the_target(
    rows: list[tuple[float, bool]], target: float
) -> None:
    sure = np.array([value for value, _ in rows], np.float64)
    right = np.array([value for _, value in rows], bool)

    threshold = lowest_safe_confidence(sure, right, target, 1.64)

    shown = sure >= threshold
    assert threshold == NEVER or right[shown].mean() >= target


def test_one_lucky_answer_is_not_enough() -> None:
    assert lowest_safe_confidence(np.array([0.9]), np.array([True]), 0.9, 1.64) == NEVER
    assert lowest_safe_confidence(np.full(30, 0.9), np.ones(30, bool), 0.9, 1.64) == 0.9
