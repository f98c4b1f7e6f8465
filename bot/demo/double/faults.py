"""The faults of the outside world, switched on by share and drawn by a seed."""

import random
import threading
from dataclasses import dataclass, field, fields


@dataclass(kw_only=True)
class Faults:
    """What goes wrong, and how often; every share is between 0 and 1 and may change at any time.

    Attributes
    ----------
    lost_responses
        Accepted writes whose answer never arrives: the post stands, the connection is dropped.
    server_errors
        Calls answered 503 without having been carried out.
    connection_resets
        Calls whose connection is reset before anything happened.
    rate_limited
        Calls answered 429 with ``Retry-After: retry_after``.
    delay_seconds
        How long each call waits before it is carried out.
    duplicates
        Events delivered a second time although they were acknowledged.
    disorder
        Events held back for up to ``disorder_seconds`` while later ones pass.
    lost_events
        Events that are never delivered, as in Slack's outage of February 2025.
    lost_acks
        Acknowledgements that Slack never hears, so that it sends the event again.
    refused_blocks
        Types of blocks that this workspace refuses, such as ``data_visualization`` where a
        plan or a client is too old for it.
    unexplained
        Whether a refusal of blocks does not say where they are wrong; ``blocks.validate`` does.
    file_seconds
        How long Slack works on a file after its upload; before that no block may show it.
    methods
        The Web API methods that the first five apply to, ``upload`` for the bytes of files; None
        means all but ``apps.connections.open`` and ``auth.test``.
    """

    lost_responses: float = 0.0
    server_errors: float = 0.0
    connection_resets: float = 0.0
    rate_limited: float = 0.0
    retry_after: int = 1
    delay_seconds: float = 0.0
    duplicates: float = 0.0
    disorder: float = 0.0
    disorder_seconds: float = 0.5
    lost_events: float = 0.0
    lost_acks: float = 0.0
    refused_blocks: frozenset[str] = frozenset()
    unexplained: bool = False
    file_seconds: float = 0.0
    methods: frozenset[str] | None = None
    seed: int = 0
    _chance: random.Random = field(init=False, repr=False)
    _lock: threading.Lock = field(init=False, repr=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - chance for tests, not for secrets

    def concern(self, method: str) -> bool:
        if self.methods is None:
            return method not in {"apps.connections.open", "auth.test"}
        return method in self.methods

    def strike(self, share: float) -> bool:
        """Draw whether a fault with this share happens now."""
        if share <= 0.0:
            return False
        with self._lock:
            return self._chance.random() < share

    def wait(self) -> float:
        """Draw how many seconds an event is held back; 0 for most."""
        if not self.strike(self.disorder):
            return 0.0
        with self._lock:
            return self._chance.uniform(0.1, 1.0) * self.disorder_seconds

    def clear(self) -> None:
        """Let everything work again."""
        for one in fields(self):
            if one.init and one.name not in ("seed", "retry_after", "disorder_seconds"):
                setattr(self, one.name, one.default)
