"""The index of what is stored now, and how sure its answers have to be."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from models.errors import UnavailableError
from models.knowledge.abstention import Abstention, calibrated
from models.knowledge.index import Index
from models.knowledge.meaning import Embed, Remembering
from models.store.transaction import Store
from models.tables import Article

log = structlog.get_logger(__name__)

MANY = 2_000
"""More articles than this are looked at for changes once in `LOOK_EVERY_SECONDS`, and
their index is made anew beside the old one, which answers meanwhile."""
LOOK_EVERY_SECONDS = 5.0
GROWTH = 0.1
"""Share by which the stored questions must grow or shrink to be calibrated on again."""


@dataclass(frozen=True)
class Ready:
    """An index with the version of the store that it was made of."""

    version: str
    index: Index
    abstention: Abstention
    calibrated_on: int = -1


@dataclass
class CurrentIndex:
    """Keeps the index like the store; safe for several threads and replicas.

    Each replica makes its own from the stored articles, and sees what another one wrote
    at the next question, or within five seconds where there are many articles.

    Attributes
    ----------
    target
        The share of answers that should be right.
    clock
        Gives seconds that only ever grow.
    """

    store: Store
    target: float
    embed: Embed | None = None
    clock: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ready: Ready | None = None
    _looked_at: float = 0.0
    _builder: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.embed = Remembering(self.embed) if self.embed is not None else None

    def get(self) -> Ready:
        """Return the index of what is stored.

        Raises
        ------
        UnavailableError
            When the database is away.
        """
        with self._lock:
            ready = self._ready
            if ready is None:
                ready = self._ready = self._made(*self._read(), None)
            elif len(ready.index) <= MANY:
                ready = self._ready = self._renewed(ready)
            elif self.clock() - self._looked_at >= LOOK_EVERY_SECONDS:
                self._renew_beside(ready)
            return ready

    def refresh(self) -> None:
        """Look for changes at the next question, however soon it is."""
        self._looked_at = float("-inf")

    def _renewed(self, ready: Ready) -> Ready:
        if self._version() == ready.version:
            return ready
        return self._made(*self._read(), ready)

    def _renew_beside(self, ready: Ready) -> None:
        if self._builder is not None and self._builder.is_alive():
            return
        self._looked_at = self.clock()
        self._builder = threading.Thread(target=self._replace, args=(ready,), daemon=True)
        self._builder.start()

    def _replace(self, ready: Ready) -> None:
        try:
            made = self._renewed(ready)
        except UnavailableError as error:
            log.warning("index not renewed", error=str(error))
            return
        with self._lock:
            self._ready = made

    def _version(self) -> str:
        with self.store.snapshot() as unit:
            return unit.knowledge.version()

    def _read(self) -> tuple[str, Sequence[Article]]:
        with self.store.snapshot() as unit:
            return unit.knowledge.version(), unit.knowledge.all()

    def _made(self, version: str, articles: Sequence[Article], old: Ready | None) -> Ready:
        index = self._index(articles)
        self._looked_at = self.clock()
        asked = len(index.asked)
        if old is not None and abs(asked - old.calibrated_on) <= GROWTH * old.calibrated_on:
            return Ready(version, index, old.abstention, old.calibrated_on)
        return Ready(version, index, calibrated(index, self.target), asked)

    def _index(self, articles: Sequence[Article]) -> Index:
        try:
            return Index(articles, self.embed)
        except UnavailableError as error:
            log.warning("searched without embeddings", error=str(error))
            return Index(articles)
