"""An answer waits for embeddings only so long; then words alone serve it."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError

from models.errors import UnavailableError
from models.meaning.embedder import Embedder, Vectors, key_of

PATIENCE_S = 0.3
_MOST_WAITING = 4
"""So many texts are embedded or wait for it; the next ones are answered by words at once."""

Spawn = Callable[[Callable[[], Vectors]], "Future[Vectors]"]
"""Begins a call and returns what will come of it."""


class PatientEmbedder:
    """Leaves a text behind that takes too long; its vector is there for the next who asks."""

    def __init__(
        self,
        embedder: Embedder,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
        spawn: Spawn | None = None,
    ) -> None:
        """``clock`` gives growing seconds; ``spawn`` runs a call beside the one who waits."""
        self._embedder, self._patience_s, self._clock = embedder, patience_s, clock
        self._spawn = spawn or _in_a_thread
        self._lock = threading.Lock()
        self._under_way: dict[bytes, tuple[float, Future[Vectors]]] = {}

    @property
    def name(self) -> str:
        return self._embedder.name

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed(texts)

    def embed_now(self, text: str) -> Vectors:
        """Return shape (n_dimensions,); all who ask for one text share one wait."""
        key, began, coming = self._begun(text)
        left = self._patience_s - (self._clock() - began)
        try:
            found = coming.result(timeout=max(0.0, left))
        except (FutureTimeoutError, TimeoutError):
            raise UnavailableError(
                f"embeddings by {self.name}: not within {self._patience_s * 1000:.0f} ms"
            ) from None
        finally:
            if coming.done():
                with self._lock:
                    self._under_way.pop(key, None)
        return found

    def _begun(self, text: str) -> tuple[bytes, float, "Future[Vectors]"]:
        key = key_of(text)
        with self._lock:
            for other in [one for one, (_, coming) in self._under_way.items() if coming.done()]:
                if other != key:
                    del self._under_way[other]
            if key not in self._under_way:
                if len(self._under_way) >= _MOST_WAITING:
                    raise UnavailableError(f"embeddings by {self.name}: too many wait for them")
                began = self._clock()
                self._under_way[key] = began, self._spawn(lambda: self._embedder.embed_now(text))
            return key, *self._under_way[key]


def _in_a_thread(call: Callable[[], Vectors]) -> "Future[Vectors]":
    coming: Future[Vectors] = Future()

    def work() -> None:
        try:
            coming.set_result(call())
        except Exception as error:  # noqa: BLE001 - handed to the thread that waits
            coming.set_exception(error)

    threading.Thread(target=work, name="embed", daemon=True).start()
    return coming
