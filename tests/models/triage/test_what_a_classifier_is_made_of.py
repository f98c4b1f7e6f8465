"""The parts of a classifier: texts, learners, calibration, scope, neighbours, hints."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, random_array, vstack
from sklearn.linear_model import LogisticRegression

from models.errors import InvalidError
from models.meaning.embedder import CachedEmbedder, Vectors
from models.store.oversight import StoredText
from models.triage.calibration import Calibration, softmax
from models.triage.classifier import Classifier
from models.triage.features import FROM_TWO_ON, Counts, Features
from models.triage.fitting import train_classifier
from models.triage.learners import COMPETITORS, NAIVE_BAYES, Learner, choose, sample, winner
from models.triage.metrics import Floats
from models.triage.model_file import from_bytes, to_bytes
from models.triage.neighbours import Neighbours, keep
from models.triage.promotion import evaluate_held_out
from models.triage.sampling import HeldOut
from models.triage.scope import Scope
from models.triage.ticket_text import TriageText

# Invented help desk tickets: a topic's own words among those of any ticket.
TOPICS = {
    "vpn": "vpn tunnel connect drops remote gateway",
    "mail": "outlook mailbox full quota inbox calendar",
    "printer": "printer paper jam toner scanner queue",
    "access": "password locked account permission folder login",
}
ANY = [
    "please",
    "help",
    "my",
    "it",
    "is",
    "not",
    "working",
    "since",
    "monday",
    "again",
    "urgent",
    "thanks",
    "office",
]


def tickets(n: int, seed: int) -> tuple[list[str], list[str]]:
    """Return texts of six words, two of them of the topic, and their topics."""
    rng = np.random.default_rng(seed)
    labels = [str(rng.choice(list(TOPICS))) for _ in range(n)]
    texts = []
    for label in labels:
        words = [*rng.choice(TOPICS[label].split(), 2), *rng.choice(ANY, 4)]
        texts.append(" ".join(rng.permutation(words)))
    return texts, labels


def by_letters(texts: Sequence[str]) -> Vectors:
    """Stand for an embedding: how often each topic's words stand in a text."""
    rows = [
        [sum(word in topic.split() for word in text.split()) + 0.1 for topic in TOPICS.values()]
        for text in texts
    ]
    return np.array(rows, dtype=np.float32)


@pytest.fixture(scope="module")
def trained() -> Classifier:
    texts, labels = tickets(600, seed=1)
    known = [TriageText(text, ticket_id=at + 1) for at, text in enumerate(texts)]
    urgent = ["high" if "urgent" in text else "low" for text in texts]
    return train_classifier(
        known,
        labels,
        seed=1,
        hints={"priority": urgent, "team": ["north"] * 600},
        embedder=CachedEmbedder("letters", by_letters),
    )


# Texts ---------------------------------------------------------------------------------------


def test_a_chat_title_cut_from_the_body_is_not_counted_twice() -> None:
    body = "Outlook is slow since the update on Monday"

    assert TriageText(body, title="Outlook is slow since…").words == body
    assert TriageText(body, title="Slow mail").words == f"Slow mail\n{body}"


def test_title_team_and_channel_are_terms_of_their_own() -> None:
    text = TriageText("It hangs", title="SAP down", team=" Sales  North ", channel="C1")

    assert text.marks == ["title:sap", "title:down", "team:sales north", "channel:c1"]


def test_the_requesters_team_decides_where_words_do_not() -> None:
    texts = [TriageText(f"cannot log in {at}", team=("hr", "dev")[at % 2]) for at in range(60)]
    model = train_classifier(texts, [("payroll", "git")[at % 2] for at in range(60)], seed=1)

    assert model.suggest(TriageText("cannot log in", team="dev")).category == "git"
    assert model.suggest(TriageText("cannot log in", team="hr")).category == "payroll"
    assert model.suggest("cannot log in").category in ("git", "payroll")


def test_what_only_one_person_wrote_is_not_kept_in_a_large_model() -> None:
    texts = ["the vpn is down"] * FROM_TWO_ON + ["the vpn of annabellasvensson"]
    terms = [term for kind in Counts.of(texts).terms for term in kind]

    assert "vpn" in terms
    assert not [term for term in terms if "annab" in term]


def test_without_marks_there_are_no_columns_for_them() -> None:
    features, rows = Features.learn(Counts.of(["vpn down", "mail full"]))

    assert features.terms[2] == []
    assert rows.shape == (2, len(features))


# Learners and calibration ------------------------------------------------------------------------


def test_with_few_tickets_nothing_competes() -> None:
    texts, labels = tickets(100, seed=2)

    assert choose(Counts.of(texts), np.array(labels), 1) is COMPETITORS[0]


def test_the_competition_names_one_of_the_competitors() -> None:
    texts, labels = tickets(300, seed=3)

    assert choose(Counts.of(texts), np.array(labels), 1) in COMPETITORS


def test_a_slower_learner_must_win_by_more_than_chance() -> None:
    rng = np.random.default_rng(3)
    quick = (rng.random(400) < 0.8).astype(float)
    slightly = quick.copy()
    slightly[:3] = 1.0
    clearly = np.where(np.arange(400) < 60, 1.0, quick)
    assert winner(np.stack([quick, slightly])) == 0
    assert winner(np.stack([quick, clearly])) == 1
    assert winner(np.stack([clearly, quick])) == 0


@pytest.mark.parametrize("learner", [*COMPETITORS, NAIVE_BAYES], ids=lambda one: one.name)
def test_every_learner_finds_what_is_easy(learner: Learner) -> None:
    texts, labels = tickets(400, seed=4)
    _, rows = Features.learn(Counts.of(texts))
    weights, intercepts = learner.fit(rows, np.array(labels), 1)

    best = np.asarray(rows @ weights + intercepts).argmax(axis=1)
    assert np.mean(np.unique(labels)[best] == labels) > 0.95


def test_among_few_texts_logistic_regression_finds_what_it_finds_among_their_terms() -> None:
    chance = np.random.default_rng(1)
    right = np.array(["mail", "print", "vpn"])[chance.integers(0, 3, 90)]
    rows = random_array((90, 600), density=0.05, format="csr", rng=chance)
    rows = csr_matrix(vstack([rows, rows[:1]]))  # the same text twice
    right = np.append(right, right[0])
    (learner,) = [one for one in COMPETITORS if one.kind == "logistic regression"]

    weights, intercepts = learner.fit(rows, right, 1)

    usual = LogisticRegression(C=learner.c, class_weight="balanced", tol=3e-4).fit(rows, right)
    assert np.allclose(rows @ weights + intercepts, usual.decision_function(rows), atol=0.02)


def test_a_sample_keeps_every_category() -> None:
    right = np.array(["a"] * 5_000 + ["b"] * 7)

    chosen = right[sample(right, 500, seed=1)]

    assert (chosen == "b").sum() == 5
    assert len(chosen) <= 505


def test_calibration_finds_the_temperature_that_made_the_values() -> None:
    rng = np.random.default_rng(5)
    logits = rng.normal(size=(4_000, 3)) * 2
    right = np.array([rng.choice(3, p=chances) for chances in softmax(logits)])

    found = Calibration.fit([logits / 4], right)

    assert found.scales[0] == pytest.approx(4, rel=0.1)
    assert np.abs(found.offsets).max() < 0.2


def test_a_part_that_says_nothing_gets_no_weight() -> None:
    rng = np.random.default_rng(6)
    right = rng.integers(0, 3, 2_000)
    told = np.eye(3)[right] + rng.normal(size=(2_000, 3))
    noise = rng.normal(size=(2_000, 3))

    scales = Calibration.fit([told, noise], right).scales

    assert scales[1] < 0.1 * scales[0]


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=6))
def test_a_softmax_sums_to_one(values: list[float]) -> None:
    assert softmax(np.array([values])).sum() == pytest.approx(1)


# Scope and neighbours --------------------------------------------------------------------------


def test_a_strange_text_is_out_of_scope_and_never_decided(trained: Classifier) -> None:
    familiar, _ = tickets(200, seed=7)
    strange = ["lunch at the new thai place", "who won the game", "qwerty asdf zxcv"]

    known, unknown = trained.predict(familiar), trained.predict(strange)

    assert known.in_scope.mean() > 0.9
    assert not unknown.in_scope.any()
    assert not unknown.automatic.any()
    assert not any(trained.suggest(text).in_scope for text in strange)


def test_with_few_texts_nothing_is_called_out_of_scope() -> None:
    scope = Scope.fit((np.arange(10.0), np.ones(10)), (1.0, 1.0))

    assert scope.limit == -np.inf


def test_the_nearest_tickets_are_named_by_number(trained: Classifier) -> None:
    texts, _ = tickets(600, seed=1)

    nearest = trained.suggest(texts[41]).nearest

    assert nearest[0][0] == 42
    assert 0.7 < nearest[0][1] <= 1.01
    assert len(nearest) == 3
    assert [cosine for _, cosine in nearest] == sorted(
        (cosine for _, cosine in nearest), reverse=True
    )


def test_examples_that_are_no_tickets_are_never_named() -> None:
    _, rows = Features.learn(Counts.of(["vpn down", "vpn slow"]))
    neighbours = Neighbours.of(rows, [0, 0])

    assert neighbours.nearest(neighbours.similarity(rows)[0]) == ()


def test_the_newest_of_each_category_are_kept() -> None:
    right = np.array(["a"] * 30_000 + ["b"] * 10)

    kept = keep(right)

    assert len(kept) == 20_000
    assert set(range(30_000, 30_010)) <= set(kept.tolist())
    assert kept.min() > 10_000


# Hints ---------------------------------------------------------------------------------------


def test_priority_is_suggested_where_it_can_be_told(trained: Classifier) -> None:
    hint = trained.suggest("vpn tunnel urgent urgent please help").priority

    assert hint is not None
    assert hint.value == "high"
    assert hint.confidence > 0.8


def test_one_team_alone_is_no_suggestion(trained: Classifier) -> None:
    assert trained.suggest("vpn tunnel").team is None
    assert [model.kind for model in trained.hints] == ["priority"]


def test_hints_that_are_chance_stay_silent() -> None:
    texts, labels = tickets(200, seed=8)
    rng = np.random.default_rng(9)
    model = train_classifier(
        texts, labels, seed=1, hints={"team": [str(rng.choice(["a", "b", ""])) for _ in texts]}
    )

    assert all(model.suggest(text).team is None for text in texts[:50])


def test_few_labels_make_no_hints() -> None:
    texts, labels = tickets(100, seed=10)
    model = train_classifier(texts, labels, seed=1, hints={"team": ["a", "b"] * 20 + [""] * 60})

    assert model.hints == ()


# Embeddings and files --------------------------------------------------------------------------


def test_it_is_right_on_tickets_it_has_not_seen(trained: Classifier) -> None:
    texts, labels = tickets(300, seed=11)

    predictions = trained.predict(texts)

    # Seen: 0.99; of the automatic ones all.
    correct = predictions.predicted == np.array(labels)
    assert correct.mean() > 0.95
    assert correct[predictions.automatic].mean() > 0.95
    assert predictions.automatic.mean() > 0.5


def test_the_gate_asks_a_model_as_it_serves(trained: Classifier) -> None:
    texts = ["vpn tunnel", "something else"]
    known = CachedEmbedder("letters", by_letters)

    def confidence(embedder: CachedEmbedder | None = None) -> Floats:
        opened = datetime(2026, 11, 1, tzinfo=UTC)
        stored = [StoredText(1, "1", opened, "", text, "vpn", "", "", "", "") for text in texts]
        held = HeldOut(tickets=tuple(stored))
        return evaluate_held_out(trained, held, embedder).predictions.confidence

    by_words, with_meaning = confidence(), confidence(known)

    vectors = trained.vectors(known, texts)
    assert np.array_equal(with_meaning, trained.predict(texts, vectors).confidence)
    assert not np.array_equal(with_meaning, by_words)
    other = confidence(CachedEmbedder("other", by_letters))
    assert np.array_equal(other, by_words)


def test_vectors_of_another_embedder_are_refused(trained: Classifier) -> None:
    other = CachedEmbedder("other", by_letters)
    plain = train_classifier(*tickets(60, seed=12), seed=1)

    with pytest.raises(InvalidError, match="trained with letters, not with other"):
        trained.vectors(other, ["vpn"])
    with pytest.raises(InvalidError, match="without embeddings"):
        plain.vectors(other, ["vpn"])


def test_a_model_with_everything_comes_back_as_it_was(trained: Classifier) -> None:
    content = to_bytes(trained)
    back = from_bytes(content, hashlib.sha256(content).hexdigest())
    vectors = by_letters(["vpn urgent"])

    for text in ("vpn urgent", "lunch", ""):
        assert back.suggest(text) == trained.suggest(text)
        assert back.suggest(text, vectors) == trained.suggest(text, vectors)
    assert back.thresholds == trained.thresholds
    assert (back.embedder, back.recipe) == ("letters", trained.recipe)


@pytest.mark.parametrize(
    ("part", "name"),
    [("neighbours", "indices"), ("meaning", "kept"), ("plain", "offsets"), ("rich", "scales")],
)
def test_parts_that_do_not_fit_are_refused(trained: Classifier, part: str, name: str) -> None:
    from skops.io import dumps, loads

    content = loads(to_bytes(trained))
    content[part][name] = content[part][name][:-1] + np.array(9, content[part][name].dtype)
    foreign = dumps(content)

    with pytest.raises(InvalidError, match="cannot be read"):
        from_bytes(foreign, hashlib.sha256(foreign).hexdigest())
