"""A model file is taken only when it is exactly the one that was written."""

import hashlib
import pickle
import random

import numpy as np
import pytest

from models.errors import InvalidError
from models.triage.classifier import Classifier
from models.triage.fitting import train_classifier
from models.triage.model_file import from_bytes, to_bytes


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def model() -> Classifier:
    texts = [f"vpn tunnel {n}" for n in range(6)] + [f"mail full {n}" for n in range(6)]
    return train_classifier(texts, ["vpn"] * 6 + ["mail"] * 6, seed=1)


@pytest.fixture(scope="module")
def content(model: Classifier) -> bytes:
    return to_bytes(model)


def test_a_model_comes_back_as_it_was(model: Classifier, content: bytes) -> None:
    back = from_bytes(content, sha256(content))

    assert back.suggest("my vpn") == model.suggest("my vpn")
    assert (back.plain.overall, back.n) == (model.plain.overall, model.n)
    assert back.recipe == model.recipe


def test_a_flipped_bit_is_noticed_anywhere(content: bytes) -> None:
    right = sha256(content)
    for place in random.Random(7).sample(range(len(content)), 20):
        damaged = bytearray(content)
        damaged[place] ^= 1

        with pytest.raises(InvalidError, match="damaged"):
            from_bytes(bytes(damaged), right)


def test_a_flipped_bit_with_a_fitting_sum_is_refused_or_changes_nothing(
    model: Classifier, content: bytes
) -> None:
    # The sum protects against accidents; the archive's own sums find what got past it, but
    # for bits that mean nothing, such as those of a date.
    refused = 0
    for place in random.Random(8).sample(range(len(content)), 40):
        damaged = bytearray(content)
        damaged[place] ^= 1
        try:
            back = from_bytes(bytes(damaged), sha256(bytes(damaged)))
        except InvalidError:
            refused += 1
        else:
            assert back.suggest("my vpn") == model.suggest("my vpn"), place

    assert refused > 20


@pytest.mark.parametrize(
    "foreign", [b"", b"hello", b"PK\x03\x04", pickle.dumps({"format": 1})], ids=str
)
def test_a_foreign_file_is_refused(foreign: bytes) -> None:
    with pytest.raises(InvalidError, match="cannot be read"):
        from_bytes(foreign, sha256(foreign))


def test_a_file_that_holds_other_types_is_refused() -> None:
    from skops.io import dumps

    class Stranger:
        pass

    for thing in (Stranger(), {"format": 1, "terms": Stranger()}, {"format": 99}, [1]):
        foreign = dumps(thing)
        with pytest.raises(InvalidError):
            from_bytes(foreign, sha256(foreign))


def test_weights_that_do_not_fit_are_refused(content: bytes) -> None:
    from skops.io import dumps, loads

    parts = loads(content)
    parts["weights"] = np.zeros((2, 3), dtype=np.float32)
    foreign = dumps(parts)

    with pytest.raises(InvalidError):
        from_bytes(foreign, sha256(foreign))
