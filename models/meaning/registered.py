"""Embeddings by a model that the register of AI systems names; without a line, none."""

from collections.abc import Sequence

from models.errors import UnavailableError
from models.governance.model_policy import named_models
from models.meaning.embedder import Embedder, Vectors
from models.store.transaction import Store


class RegisteredEmbedder:
    """Asks the register before each call, so that a line that is retired stops it at once.

    Parameters
    ----------
    model
        The name under which the register knows it: what LOTSEN_EMBEDDINGS says.
    """

    def __init__(self, embedder: Embedder, store: Store, model: str) -> None:
        self._embedder, self._store, self._model = embedder, store, model

    @property
    def name(self) -> str:
        return self._embedder.name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape (n_texts, n_dimensions); call it outside of any transaction.

        Raises
        ------
        UnavailableError
            When no line names the model, or it does not answer.
        """
        self._insist()
        return self._embedder.embed(texts)

    def embed_now(self, text: str) -> Vectors:
        self._insist()
        return self._embedder.embed_now(text)

    def _insist(self) -> None:
        with self._store.snapshot() as unit:
            named = named_models(unit.registers.in_use("ai_systems"))
        if self._model not in named:
            raise UnavailableError(
                f"embeddings by {self._model}: not in the register of AI systems"
            )
