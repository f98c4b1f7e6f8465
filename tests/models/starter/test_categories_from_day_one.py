"""From the first day on the starter's categories are decided, and rightly.

Measured on the 150 answerable of the 300 public questions, which taught nobody anything. An
article's category is the right one for its questions.
"""

import csv
from datetime import datetime
from pathlib import Path

import pytest

from models import starter
from models.store.transaction import Store
from models.triage.classifier import Classifier
from models.triage.evaluation import Dataset, evaluate
from models.triage.fitting import train_classifier
from models.triage.training import training_set

FILE = Path(__file__).with_name("public_questions.csv")


@pytest.fixture(scope="module")
def questions() -> Dataset:
    category_of = {article.id: article.category for article in starter.articles()}
    with FILE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return Dataset.of(
        (row["question"], category_of[row["id"].split("|")[0]])
        for row in rows
        if row["kind"] == "answerable"
    )


@pytest.mark.long
def test_most_answerable_questions_get_their_category_by_itself(
    memory: Store, now: datetime, questions: Dataset
) -> None:
    with memory.snapshot() as unit:
        material = training_set(unit)
    model: Classifier = train_classifier(
        [text for text, _ in material.tickets],
        [label for _, label in material.tickets],
        seed=1,
        lessons=material.lessons,
    )

    found = evaluate(model, questions)

    # Seen by words alone: 112 of 150, 110 of them rightly.
    assert found.n == 150
    assert found.automatic.n >= 0.65 * found.n
    assert (found.automatic.value or 0) >= 0.95
    assert found.accuracy.value is not None
    assert found.accuracy.value > 0.8
