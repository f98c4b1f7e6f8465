"""Ask the newest promoted classifier for a ticket's category."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from models.errors import InvalidError
from models.language import Language
from models.meaning.embedder import Embedder, Vectors
from models.store.transaction import Store
from models.tables import DecidedBy
from models.triage.cascade import A_PERSON_DECIDES, MODEL, TriageVerdict, decide
from models.triage.classifier import Classifier
from models.triage.model_file import from_bytes
from models.triage.ticket_text import TriageText, Written, as_text

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 30.0


@dataclass(frozen=True)
class _Loaded:
    """What classifies just now, and which newest version it was chosen for."""

    newest: int | None = None
    classifier: Classifier | None = None
    name: str = ""
    in_use: frozenset[str] = frozenset()


class Triage:
    """Gives tickets a category, or leaves them to a person; safe for several threads.

    The model is loaded at the first use; at most every 30 seconds it looks whether a
    newer one was promoted, by any process. A version whose file is damaged is passed
    over for the one before it, and the log says so.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float] = time.monotonic,
        embedder: Embedder | None = None,
    ) -> None:
        """``clock`` gives seconds that only ever grow."""
        self._store = store
        self._clock = clock
        self._embedder = embedder
        self._lock = threading.Lock()
        self._looked_at: float | None = None
        self._loaded = _Loaded()

    def classify(self, text: Written, language: Language) -> TriageVerdict:
        """Return the category of ``text``, or "a person decides"; ``language`` is that of the text.

        Where the model knows embeddings and they can be had, it uses them. The verdict says
        how long it took.

        Raises
        ------
        UnavailableError
            When the database is away and no model was loaded before.
        """
        began = self._clock()
        loaded, known = self._current(), as_text(text)
        if loaded.classifier is None or not known.words.strip():
            return replace(A_PERSON_DECIDES, model=loaded.name)
        vectors = loaded.classifier.vector_now(self._embedder, known)
        verdict = verdict_by(loaded.classifier, loaded.name, known, vectors)
        took = (self._clock() - began) * 1000
        return replace(_only_in_use(verdict, loaded.in_use), latency_ms=took)

    def refresh(self) -> None:
        """Look for a newer model at the next use, however soon it is."""
        with self._lock:
            self._looked_at = None

    def _current(self) -> _Loaded:
        with self._lock:
            now = self._clock()
            if self._looked_at is None or now - self._looked_at >= LOOK_EVERY_SECONDS:
                self._loaded = self._look()
                self._looked_at = now
            return self._loaded

    def _look(self) -> _Loaded:
        with self._store.snapshot() as unit:
            newest = unit.model_versions.newest_promoted()
            in_use = frozenset(category.key for category in unit.tickets.categories())
        if newest == self._loaded.newest:
            return replace(self._loaded, in_use=in_use)
        name, classifier = self._load()
        return _Loaded(newest=newest, classifier=classifier, name=name, in_use=in_use)

    def _load(self) -> tuple[str, Classifier | None]:
        """Return the newest promoted version that can be read."""
        with self._store.snapshot() as unit:
            candidates = unit.model_versions.promoted()
        for version_id in candidates:
            with self._store.snapshot() as unit:
                row = unit.model_versions.get(version_id)
            if row is None:
                continue
            try:
                return f"{MODEL}{version_id}", from_bytes(row.content, row.sha256)
            except InvalidError as error:
                log.warning("model passed over", version=version_id, error=str(error))
        return "", None


def verdict_by(
    classifier: Classifier, name: str, text: TriageText, vectors: Vectors | None = None
) -> TriageVerdict:
    """Return what the model called ``name`` says of a text, whatever categories are in use."""
    suggestion = classifier.suggest(text, vectors)
    threshold = classifier.threshold_of(suggestion.category, vectors)
    embedder = classifier.embedder if vectors is not None else ""
    return replace(decide(suggestion, threshold, name), embedder=embedder)


def _only_in_use(verdict: TriageVerdict, in_use: frozenset[str]) -> TriageVerdict:
    """Leave categories out that were retired since the model was trained."""
    if not in_use:
        return verdict
    left = tuple(pair for pair in verdict.alternatives if pair[0] in in_use)
    if verdict.category and verdict.category not in in_use:
        return replace(
            verdict, category="", decided_by=DecidedBy.NOBODY, alternatives=left, reasons=()
        )
    return replace(verdict, alternatives=left)
