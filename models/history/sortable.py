"""How many tickets the triage would have sorted by itself: trained on the old, asked the new."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from models.history.past_tickets import PastTickets, text_of
from models.meaning.embedder import Embedder
from models.statistics.estimates import wilson
from models.tickets.sources import TicketRow
from models.triage.evaluation import Dataset, evaluate
from models.triage.fitting import train_classifier
from models.triage.minimum_training_data import InsufficientTrainingDataError
from models.triage.ticket_text import clean

TESTED = 0.2
"""Share of the tickets that the triage is asked about: the newest."""
FEWEST = 50
"""Tickets with a category below which nothing is said."""


class WhyNot(StrEnum):
    """Why nothing is said of a share."""

    NO_CATEGORIES = "no categories"
    NO_TEXTS = "no texts"
    TOO_FEW = "too few tickets"


@dataclass(frozen=True, slots=True)
class Sortable:
    """Tickets that the triage would have sorted by itself.

    Attributes
    ----------
    share
        Of the tickets asked about, those it would have decided; None where nothing is said.
    low
        Lower end of Wilson's 95 % interval of those it would have decided *and rightly*.
    precision, wrong, wrong_high
        Share of the decided ones that are right; of all asked, those decided wrongly, with the
        upper end of Wilson's 95 % interval.
    target
        The precision that the thresholds were chosen for.
    is_by_time
        Whether the newest were asked about; else chance chose them.
    """

    share: float | None = None
    low: float | None = None
    precision: float | None = None
    wrong: float = 0.0
    wrong_high: float = 0.0
    n_learned: int = 0
    n_asked: int = 0
    target: float = 0.0
    is_by_time: bool = False
    why_not: WhyNot | None = None


def sortable(
    past: PastTickets, *, target: float, seed: int, embedder: Embedder | None = None
) -> Sortable:
    """Train on the older tickets and ask about the newest fifth."""
    known = [row for row in past.rows if clean(row.category).strip()]
    if not known:
        return Sortable(why_not=WhyNot.NO_CATEGORIES)
    if not any(text_of(row).words.strip() for row in known):
        return Sortable(why_not=WhyNot.NO_TEXTS)
    if len(known) < FEWEST:
        return Sortable(why_not=WhyNot.TOO_FEW)
    older, newer = _parts(known, by_time=past.is_by_time, seed=seed)
    learned, asked = _dataset(older), _dataset(newer)
    try:
        model = train_classifier(
            learned.texts, learned.labels, seed=seed, target=target, embedder=embedder
        )
    except InsufficientTrainingDataError:
        return Sortable(why_not=WhyNot.TOO_FEW)
    found = evaluate(model, asked, model.vectors_if_any(embedder, asked.texts))
    # A ticket without words is decided by nobody.
    has_words = np.array([bool(text_of(row).words.strip()) for row in newer], bool)
    decided = found.predictions.automatic & has_words
    right, n = found.precision_of(decided), len(asked)
    wrong = right.n - right.hits
    return Sortable(
        share=right.n / n,
        low=wilson(right.hits, n)[0],
        precision=right.value,
        wrong=wrong / n,
        wrong_high=wilson(wrong, n)[1],
        n_learned=len(learned),
        n_asked=n,
        target=target,
        is_by_time=past.is_by_time,
    )


def _parts(
    rows: Sequence[TicketRow], *, by_time: bool, seed: int
) -> tuple[list[TicketRow], list[TicketRow]]:
    """Return what is learned from, and what is asked about."""
    order = np.arange(len(rows)) if by_time else np.random.default_rng(seed).permutation(len(rows))
    cut = len(rows) - round(TESTED * len(rows))
    return [rows[at] for at in order[:cut]], [rows[at] for at in order[cut:]]


def _dataset(rows: Sequence[TicketRow]) -> Dataset:
    return Dataset.of((text_of(row), clean(row.category).strip()) for row in rows)
