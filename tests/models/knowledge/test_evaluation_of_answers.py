"""Figures on files are what somebody would count by hand."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from models.errors import InvalidError
from models.knowledge.answer_evaluation import evaluate, read_knowledge, read_questions, reciprocal
from models.statistics.thresholds import auroc

KNOWLEDGE = """id,question,answer
A,How do I reset my password?,Open the portal and choose a new password.
A,I forgot my password,Open the portal and choose a new password.
B,The printer is jammed,Open the lid and pull the paper out.
C,,Holidays are booked in the personnel system.
"""


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_question_may_have_no_answer_or_several(tmp_path: Path) -> None:
    questions = "question,id\npassword reset,A\nprinter jammed,B|C\nwhere is the moon,\n"
    found = evaluate(
        file(tmp_path, "k.csv", KNOWLEDGE),
        file(tmp_path, "q.csv", questions),
        target=0.9,
        seed=0,
    )

    assert (found.n_knowledge, found.n_questions) == (3, 3)
    assert (found.recall_at_1, found.recall_at_5, found.mrr_at_10) == (1.0, 1.0, 1.0)
    assert found.abstain_auroc == 1.0
    assert 0 < found.answer_ms.p50 <= found.answer_ms.p95


def test_without_any_answer_there_is_no_recall(tmp_path: Path) -> None:
    found = evaluate(
        file(tmp_path, "k.csv", KNOWLEDGE),
        file(tmp_path, "q.csv", "question,id\nwhere is the moon,\n"),
        target=0.9,
        seed=0,
    )

    assert (found.recall_at_1, found.mrr_at_10, found.abstain_auroc) == (None, None, None)
    assert (found.answered.coverage, found.answered.precision) == (0.0, None)


def test_rows_of_one_id_are_the_questions_of_one_article(tmp_path: Path) -> None:
    articles = read_knowledge(file(tmp_path, "k.csv", KNOWLEDGE))

    assert [len(article.questions) for article in articles] == [2, 1, 0]
    assert {article.language for article in articles} == {"en"}


@pytest.mark.parametrize(
    ("knowledge", "questions", "reason"),
    [
        ("id,text\n1,x\n", "", "k.csv: has no column answer"),
        ("id,question,answer\n", "", "has no rows"),
        ("id,question,answer\n,q,a\n", "", "line 2: has no id"),
        ("id,question,answer\n1,q,\n", "", "line 2: has no answer"),
        ("id,question,answer\n1,q,a\n1,q,b\n", "", "two different answers"),
        ("id,answer,language\n1,a,sv\n2,b,fi\n", "", "line 3: no language 'fi'"),
        (KNOWLEDGE, "question\nx\n", "q.csv: has no column id"),
        (KNOWLEDGE, "question,id,language\nx,A,xx\n", "q.csv, line 2: no language 'xx'"),
        (KNOWLEDGE, "question,id\nx,Z\n", "line 2: 'Z' is not in the knowledge"),
        (KNOWLEDGE, 'question,id\n"x,A\n', "line 1 is broken"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    tmp_path: Path, knowledge: str, questions: str, reason: str
) -> None:
    with pytest.raises(InvalidError, match=reason):
        evaluate(
            file(tmp_path, "k.csv", knowledge),
            file(tmp_path, "q.csv", questions),
            target=0.9,
            seed=0,
        )


def test_several_ids_are_split(tmp_path: Path) -> None:
    asked = read_questions(file(tmp_path, "q.csv", "question,id\nx,A | B\n"), {"A", "B"})

    assert asked[0].right == {"A", "B"}


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_the_area_is_that_of_scikit_learn(rows: list[tuple[int, bool]]) -> None:
    values = np.array([value for value, _ in rows], np.float64)
    positive = np.array([value for _, value in rows], bool)

    if positive.all() or not positive.any():
        assert auroc(values, positive) is None
    else:
        assert auroc(values, positive) == pytest.approx(roc_auc_score(positive, values))


def test_reciprocals_of_places() -> None:
    assert reciprocal(np.array([1, 2, 0, 4])).tolist() == [1.0, 0.5, 0.0, 0.25]
