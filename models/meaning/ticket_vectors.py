"""Vectors of what a classifier learns from: a training embeds only what came since the last one."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from models.meaning.embedder import Embedder, Vectors, key_of
from models.store.transaction import Store

_USE = "lesson"
_AT_ONCE = 256


class TicketVectors:
    """An embedder for one training: what it is told of, it stores; other texts it forgets.

    Parameters
    ----------
    tickets
        The number of a ticket → its text, of tickets that anybody may learn from.
    lessons
        Texts that teach and are no tickets.
    """

    def __init__(
        self,
        embedder: Embedder,
        store: Store,
        tickets: Mapping[int, str],
        lessons: Collection[str] = (),
    ) -> None:
        self._embedder, self._store = embedder, store
        self._lessons = {key_of(text) for text in lessons}
        with store.snapshot() as unit:
            stored = unit.vectors.of_tickets(embedder.name)
            texts = unit.vectors.of_texts(embedder.name)
        self._known = {bytes.fromhex(key): _vector(content) for key, content in texts.items()}
        self._missing: dict[bytes, list[int]] = {}
        for ticket, text in tickets.items():
            key = key_of(text)
            sha256, content = stored.get(ticket, ("", b""))
            if sha256 == key.hex():
                self._known[key] = _vector(content)
            else:
                self._missing.setdefault(key, []).append(ticket)

    @property
    def name(self) -> str:
        return self._embedder.name

    def embed(self, texts: Sequence[str]) -> Vectors:
        keys = [key_of(text) for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        wanted = list(fresh.items())
        for at in range(0, len(wanted), _AT_ONCE):
            batch = wanted[at : at + _AT_ONCE]
            vectors = self._embedder.embed([text for _, text in batch]).astype(np.float16)
            self._keep({key: row for (key, _), row in zip(batch, vectors, strict=True)})
        shape = np.zeros((0, 0), np.float32)
        return np.stack([self._known[key] for key in keys]) if keys else shape

    def embed_now(self, text: str) -> Vectors:
        found: Vectors = self.embed([text])[0]
        return found

    def _keep(self, made: Mapping[bytes, Vectors]) -> None:
        tickets = {
            ticket: (key.hex(), row.tobytes())
            for key, row in made.items()
            for ticket in self._missing.get(key, ())
        }
        lessons = {key.hex(): row.tobytes() for key, row in made.items() if key in self._lessons}
        if tickets or lessons:
            with self._store.begin() as unit:
                unit.vectors.put_tickets(self.name, tickets)
                unit.vectors.put_texts(self.name, _USE, lessons)
        self._known.update((key, row.astype(np.float32)) for key, row in made.items())


def _vector(content: bytes) -> Vectors:
    return np.frombuffer(content, np.float16).astype(np.float32)
