"""Only a model that the register of AI systems names is asked; retiring its line stops it."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import UnavailableError
from models.governance import model_policy
from models.governance.model_policy import DataClass, ModelLocation, named_models, policy_version
from models.meaning.embedder import Vectors
from models.meaning.registered import RegisteredEmbedder
from models.store.transaction import Store
from tests.models.llm.registered import register_models


def test_named_models_are_those_of_systems_that_are_not_out_of_use() -> None:
    systems: list[dict[str, Any]] = [
        {"models": "a, b;c\nd", "status": "in_use"},
        {"models": "e", "status": "out_of_use"},
        {"models": "f", "status": "development", "risk_class": "prohibited"},
        {"models": None},
        {},
    ]
    assert named_models(systems) == {"a", "b", "c", "d"}


def test_the_version_of_the_policy_is_another_as_soon_as_a_rule_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = policy_version()
    assert policy_version() == before
    freer = {**model_policy._ALLOWED, DataClass.RESTRICTED: frozenset(ModelLocation)}
    monkeypatch.setattr(model_policy, "_ALLOWED", freer)
    assert policy_version() != before


class Counting:
    """An embedder that counts its calls."""

    name = "local model"
    calls = 0

    def embed_now(self, text: str) -> Vectors:
        vector: Vectors = self.embed([text])[0]
        return vector

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        return np.zeros((len(texts), 2), np.float32)


@pytest.fixture
def store(tmp_path: Path, migrated_file: Path) -> Iterator[Store]:
    file = shutil.copy(migrated_file, tmp_path / "policy.db")
    opened = Store(f"sqlite:///{file}")
    yield opened
    opened.close()


def test_embeddings_stop_when_their_line_does(store: Store) -> None:
    inner = Counting()
    embedder = RegisteredEmbedder(inner, store, "embed-1")
    with pytest.raises(UnavailableError, match="register of AI systems"):
        embedder.embed(["vpn"])
    assert inner.calls == 0

    register_models(store, "other", "embed-1")
    assert embedder.embed(["vpn"]).shape == (1, 2)

    register_models(store, "embed-1", status="out_of_use")
    with pytest.raises(UnavailableError):
        embedder.embed(["vpn"])
    assert inner.calls == 1
