"""Limits of an index that were measured before: the same texts give the same (`test_tiers`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest

from models.knowledge import current_index
from models.knowledge.index import Index
from models.knowledge.limits import starting_limits
from models.knowledge.tiers import Limits


@contextmanager
def measured_once() -> Iterator[None]:
    """Measure an index of the same texts once: the starter's takes a second each time."""
    known = dict[str, Limits]()

    def remember(index: Index, target: float) -> Limits:
        if index.has_embeddings:
            return starting_limits(index, target)
        key = _texts_of(index) + str(target)
        if key not in known:
            known[key] = starting_limits(index, target)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current_index, "starting_limits", remember)
        yield


def _texts_of(index: Index) -> str:
    articles = [
        (
            one.document,
            one.external_id,
            one.language,
            one.kind,
            one.title,
            one.questions,
            one.answer,
        )
        for one in index.articles
    ]
    texts = (articles, index.asked, index.owners.tolist(), index.counterexamples)
    return sha256(repr(texts).encode()).hexdigest()
