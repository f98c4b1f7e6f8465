"""The linear learners that compete, and predictions for texts they had not seen."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.triage.calibration import Calibration
from models.triage.features import Counts
from models.triage.metrics import Floats, Labels

Places = NDArray[np.intp]
Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Learner:
    """A kind of linear learner and its penalty.

    A small ``c`` is a strong penalty; for naive Bayes it is what is added to each count.
    Categories count alike, however many tickets each has: on IT tickets that is worth
    more than a point of accuracy.
    """

    kind: str
    c: float

    @property
    def name(self) -> str:
        return f"{self.kind} C={self.c:g}"

    def fit(self, rows: Any, right: Labels, seed: int) -> tuple[Floats, Floats]:
        """Return weights of shape (n_terms, n_categories) and their intercepts."""
        with warnings.catch_warnings():
            # Of two tickets a category, scikit-learn asks whether it is a regression.
            warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
            weights, intercepts = _KINDS[self.kind](rows, right, self.c, seed)
        if len(intercepts) == 1:  # two categories share one border
            weights = np.vstack([-weights, weights])
            intercepts = np.concatenate([-intercepts, intercepts])
        # By terms: what a text's few terms need then lies together in memory.
        return np.ascontiguousarray(weights.T), np.asarray(intercepts, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Blend:
    """A learner with a share of naive Bayes: both are linear, so their sum is one model.

    Naive Bayes alone is weaker, but errs elsewhere: together they are right more often,
    and know far better how sure they may be.

    References
    ----------
    Wang & Manning, Baselines and Bigrams, ACL 2012.
    """

    learner: Learner
    share: float

    @property
    def name(self) -> str:
        more = f" + {self.share:.2f} {NAIVE_BAYES.kind}" if self.share else ""
        return f"{self.learner.name}{more}"

    def fit(self, rows: Any, right: Labels, seed: int) -> tuple[Weights, Floats]:
        """Return weights of shape (n_terms, n_categories) and their intercepts."""
        weights, intercepts = self.learner.fit(rows, right, seed)
        if not self.share:
            return rounded(weights), intercepts
        more, shift = NAIVE_BAYES.fit(rows, right, seed)
        return rounded(weights + self.share * more), intercepts + self.share * shift


def rounded(weights: Floats) -> Weights:
    """Return weights as a model file keeps them: a saved model predicts the same."""
    return np.asarray(weights.astype(np.float16), dtype=np.float32)


def _support_vectors(rows: Any, right: Labels, c: float, seed: int) -> tuple[Floats, Floats]:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=c, class_weight="balanced", random_state=seed).fit(rows, right)
    return machine.coef_, machine.intercept_


def _logistic(rows: Any, right: Labels, c: float, seed: int) -> tuple[Floats, Floats]:
    from sklearn.linear_model import LogisticRegression

    machine = LogisticRegression(C=c, class_weight="balanced", tol=3e-4, random_state=seed)
    if rows.shape[0] > _FEW_TEXTS or rows.shape[0] >= rows.shape[1]:
        machine.fit(rows, right)
        return machine.coef_, machine.intercept_
    root = _root_of_gram(rows)
    machine.fit(root, right)
    return _in_terms(machine.coef_, root, rows), machine.intercept_


def _root_of_gram(rows: Any) -> Floats:
    """Return ``root``, shape (n_texts, n_texts), with ``root @ root.T`` the texts' products.

    The best weights are a sum of texts. Among such sums, 20 times fewer numbers than terms, the
    search takes the same steps in half the time, and what it takes does not grow with the terms.
    """
    products = (rows @ rows.T).toarray().astype(np.float64)
    products[np.diag_indices_from(products)] += 1e-8  # the same text twice
    root: Floats = np.linalg.cholesky(products)
    return root


def _in_terms(weights: Floats, root: Floats, rows: Any) -> Floats:
    """Return weights of shape (n_categories, n_terms) that value texts as those on ``root`` do."""
    from scipy.linalg import solve_triangular

    return np.asarray(rows.T @ solve_triangular(root, weights.T, lower=True, trans="T")).T


def _naive_bayes(rows: Any, right: Labels, c: float, _seed: int) -> tuple[Floats, Floats]:
    from sklearn.naive_bayes import MultinomialNB

    chances = MultinomialNB(alpha=c, fit_prior=False).fit(rows, right).feature_log_prob_
    # Around each term's mean: a long text then is not far from everything.
    return chances - chances.mean(axis=0), np.zeros(len(chances))


_KINDS: Final[dict[str, Callable[[Any, Labels, float, int], tuple[Floats, Floats]]]] = {
    "linear SVC": _support_vectors,
    "logistic regression": _logistic,
    "naive Bayes": _naive_bayes,
}
NAIVE_BAYES: Final = Learner("naive Bayes", 0.02)

COMPETITORS: Final = (
    Learner("linear SVC", 0.5),
    Learner("linear SVC", 0.15),
    Learner("linear SVC", 1.0),
    Learner("logistic regression", 20.0),
)
"""The first wins a draw."""

SAMPLE = 3_000
"""Tickets that the competition is held on."""
_FEW_TEXTS = 3_000  # their products fit into 72 MB
_FEWEST = 200  # with fewer, chance would choose
_HEATS = 3


def choose(counts: Counts, right: Labels, seed: int) -> Learner:
    """Return the learner that wins a cross-validation on a sample; near the best is enough."""
    if len(right) < _FEWEST:
        return COMPETITORS[0]
    places = sample(right, SAMPLE, seed)
    some, labels = counts.only(places), right[places]
    folds = splits(labels, _HEATS, seed)
    correct = np.zeros((len(COMPETITORS), len(labels)))
    for train, test in folds:
        train_rows, test_rows = some.split(train, test)
        names = np.unique(labels[train])
        for at, learner in enumerate(COMPETITORS):
            weights, intercepts = learner.fit(train_rows, labels[train], seed)
            best = np.asarray(test_rows @ weights + intercepts).argmax(axis=1)
            correct[at, test] = names[best] == labels[test]
    return COMPETITORS[winner(correct)]


def winner(correct: Floats) -> int:
    """Return the first that the best does not beat by more than a standard error.

    Chance decides between near equals: the first are the ones that train quickly.

    Parameters
    ----------
    correct : shape (n_competitors, n_tickets)
        1 where a competitor was right.

    References
    ----------
    Breiman et al., Classification and Regression Trees, 1984 (the one-standard-error rule).
    """
    best = correct[int(correct.mean(axis=1).argmax())]
    lead = best - correct
    error = lead.std(axis=1, ddof=1) / np.sqrt(correct.shape[1])
    return int(np.flatnonzero(lead.mean(axis=1) <= error)[0])


def folds_for(n: int) -> int:
    """Return into how many parts so many tickets are divided."""
    return 5 if n <= 10_000 else 3


def splits(right: Labels, folds: int, seed: int) -> list[tuple[Places, Places]]:
    """Return (train, test) places with each category spread over the folds.

    Of a category with two tickets one is always learned from, whichever is asked about.
    There are never more folds than tickets: each asks about one at least.
    """
    folds = min(folds, len(right))
    order = np.random.default_rng(seed).permutation(len(right))
    together = order[np.argsort(right[order], kind="stable")]
    fold = np.empty(len(right), dtype=np.intp)
    fold[together] = np.arange(len(right)) % folds
    return [(np.flatnonzero(fold != at), np.flatnonzero(fold == at)) for at in range(folds)]


def blend(learner: Learner, values: Floats, others: Floats, right: Labels) -> tuple[Blend, Floats]:
    """Return the learner with the share of naive Bayes that suits it, and their sum.

    The learner alone competes too: where it is right more often, the share is 0.

    Parameters
    ----------
    values, others : shape (n_tickets, n_categories)
        Out-of-fold decision values of the learner, and of naive Bayes.
    """
    places = np.unique(right, return_inverse=True)[1]
    both = Calibration.fit([values, others], places)
    alone = Calibration.fit([values], places)
    if _hits(alone, [values], places) > _hits(both, [values, others], places):
        return Blend(learner, 0.0), values
    share = float(both.scales[1] / both.scales[0])
    return Blend(learner, share), values + share * others


def _hits(calibration: Calibration, parts: Sequence[Floats], places: Places) -> int:
    return int((calibration.probabilities(parts).argmax(axis=1) == places).sum())


def in_folds(
    taught: Labels,
    folds: Sequence[tuple[Places, Places]],
    predict: Callable[[Places, Places], Floats],
) -> Floats:
    """Return decision values, shape (n, n_categories), by models that had not seen the text.

    The folds divide the first ``n`` texts; the others teach in every fold. ``predict`` learns
    from the first places that it is given, and returns values for the second.
    """
    n = sum(len(test) for _, test in folds)
    extra = np.arange(n, len(taught))
    values = np.zeros((n, len(np.unique(taught))))
    for train, test in folds:
        values[test] = predict(np.concatenate([train, extra]), test)
    return values


def out_of_fold(
    learner: Learner,
    counts: Counts,
    taught: Labels,
    folds: Sequence[tuple[Places, Places]],
    seed: int,
) -> Floats:
    """Return a learner's decision values out of fold, shape (n, n_categories)."""

    def predict(learned: Places, test: Places) -> Floats:
        train_rows, test_rows = counts.split(learned, test)
        weights, intercepts = learner.fit(train_rows, taught[learned], seed)
        return np.asarray(test_rows @ weights + intercepts)

    return in_folds(taught, folds, predict)


def sample(right: Labels, most: int, seed: int) -> Places:
    """Return at most ``most`` places, each category by its share, at least five of it."""
    if len(right) <= most:
        return np.arange(len(right))
    order = np.random.default_rng(seed).permutation(len(right))
    keep: list[int] = []
    for label in np.unique(right):
        here = order[right[order] == label]
        keep += list(here[: max(5, round(most * len(here) / len(right)))])
    return np.sort(np.array(keep, dtype=np.intp))
