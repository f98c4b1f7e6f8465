"""Slack's rate limits as token buckets.

https://docs.slack.dev/apis/web-api/rate-limits
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute of each tier."""

POSTS_PER_SECOND = 1.0
POST_BURST = 4


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimits:
    """Counts calls by method, and posts by channel; ``wait`` says how long one must hold back."""

    def __init__(self, monotonic: Callable[[], float], *, enforced: bool = True) -> None:
        self.enforced = enforced
        self._monotonic = monotonic
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._lock = threading.Lock()

    def wait(self, method: str, tier: int, channel: str) -> int:
        """Take one call from the budget.

        Parameters
        ----------
        tier
            1 to 4; 0 for methods with a limit nobody meets; -1 for posts, limited by channel.

        Returns
        -------
        int
            0 when the call may go on, else the whole seconds of ``Retry-After``.
        """
        if not self.enforced or tier == 0:
            return 0
        if tier < 0:
            return self._take(("post", channel), POST_BURST, POSTS_PER_SECOND)
        # Slack tolerates the burst of a restarting app although the method is of tier 1.
        burst = 20 if method == "apps.connections.open" else TIERS[tier]
        return self._take((method, ""), burst, TIERS[tier] / 60)

    def _take(self, key: tuple[str, str], burst: float, per_second: float) -> int:
        now = self._monotonic()
        with self._lock:
            bucket = self._buckets.setdefault(key, _Bucket(burst, now))
            bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * per_second)
            bucket.at = now
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return 0
            return max(1, math.ceil((1 - bucket.tokens) / per_second))
