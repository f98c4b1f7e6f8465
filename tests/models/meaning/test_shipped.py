"""The starter's vectors are made once, at installation."""

from collections.abc import Sequence

import numpy as np
import pytest

from models import starter
from models.meaning.embedder import CachedEmbedder, Vectors, key_of
from models.meaning.engine import DIMENSIONS, NAME
from models.meaning.shipped import packed, shipped, short_key


def test_most_of_the_starter_needs_no_embedding() -> None:
    known = shipped(NAME)
    if not known:
        pytest.skip("there is no file of the starter's vectors: `make vectors` makes it")
    titles = [article.title for article in starter.articles()]
    there = [short_key(key_of(title)) in known for title in titles]
    assert np.mean(there) > 0.9  # `make vectors` after the texts changed
    assert next(iter(known.values())).shape == (DIMENSIONS,)


def test_another_model_has_none() -> None:
    assert shipped("another") == {}


def test_what_is_packed_points_the_same_way() -> None:
    vectors = np.random.default_rng(1).normal(size=(2, 8)).astype(np.float32)
    arrays = packed("x", {"a": vectors[0], "b": vectors[1]})
    rows = arrays["steps"] * arrays["scales"][:, np.newaxis]
    at = [bytes(key) for key in arrays["keys"]].index(short_key(key_of("b")))
    cosine = rows[at] @ vectors[1] / np.linalg.norm(rows[at]) / np.linalg.norm(vectors[1])
    assert cosine > 0.999


def test_a_text_that_is_given_is_not_embedded() -> None:
    def embed(texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), 1), np.float32)

    given = {key_of("known"): np.ones(1, np.float32)}
    embedder = CachedEmbedder("x", embed, given=given.get)
    assert embedder.embed(["known", "new"]).tolist() == [[1.0], [0.0]]
