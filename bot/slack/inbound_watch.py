"""Keeps an eye on what comes in: sweeps Slack's history when there is reason to, and regularly.

A socket may be open and hear nothing. So every few minutes what Slack shows is compared with what
came. Where something is missing that was written since the socket said hello, the socket is deaf:
another one is opened, and everything is looked at.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Final

import structlog

from bot.clock import Clock
from bot.slack.history_reading import StoppedError
from bot.slack.history_sweep import GRACE, HistorySweep, SweepFindings
from models.errors import LotsenError, UnavailableError
from models.upkeep.inbound import Inbound

log = structlog.get_logger(__name__)

EVERY: Final = timedelta(minutes=3)
SOON: Final = timedelta(seconds=30)
THOROUGH_EVERY: Final = timedelta(hours=1)
BEAT_S: Final = 5.0
STANDSTILL: Final = timedelta(seconds=60)
"""So much longer than a beat it takes when the process was paused or the clock moved."""


class InboundWatch:
    """Decides when to sweep, and mends a deaf socket.

    Parameters
    ----------
    reconnect
        Opens another socket; does nothing where Slack posts to us.
    """

    def __init__(
        self,
        sweep: HistorySweep,
        inbound: Inbound,
        clock: Clock,
        reconnect: Callable[[], None] = lambda: None,
    ) -> None:
        self._sweep, self._inbound, self._clock = sweep, inbound, clock
        self._reconnect = reconnect
        self._lock = Lock()
        self._reason = "start"
        now = clock()
        self._beat = self._listening = now
        self._next = self._next_thorough = now

    def greeted(self) -> None:
        """Note that a socket was opened: what was sent before may have gone to none."""
        self._want("reconnect")

    def run(self, stop: Event) -> None:
        """Watch until ``stop`` is set."""
        while not stop.is_set():
            self.beat()
            stop.wait(BEAT_S)

    def beat(self) -> SweepFindings | None:
        """Look at the clock, and sweep where it is time to."""
        if abs(self._clock() - self._beat - timedelta(seconds=BEAT_S)) > STANDSTILL:
            self._want("standstill")
        now = self._clock()
        try:
            return self._sweep_if_due(now)
        except StoppedError:
            return None
        except LotsenError as error:
            log.warning("history not swept: again soon", error=str(error))
            self._next = now + (SOON if isinstance(error, UnavailableError) else EVERY)
        except Exception:  # a watch that dies in silence would watch nothing
            log.exception("history not swept")
            self._next = now + EVERY
        finally:
            self._beat = self._clock()
        return None

    def _want(self, reason: str) -> None:
        """Let the next beat look at everything that came before this moment."""
        with self._lock:
            self._listening = self._clock()
            self._reason = self._reason or reason
            self._next = self._listening

    def _sweep_if_due(self, now: datetime) -> SweepFindings | None:
        if now < self._next:
            return None
        state = self._inbound.state()
        if state.deaf_at is not None and state.deaf_at > self._listening:
            self._mend()
        with self._lock:
            reason, self._reason, listening = self._reason, "", self._listening
        checked = state.checked_at
        if not reason and checked is not None and checked <= now < checked + EVERY / 2:
            self._next = checked + EVERY  # another replica was at it
            return None
        thorough = bool(reason) or now >= self._next_thorough
        swept = None
        try:
            swept = self._sweep.run(thorough=thorough)
        finally:
            if swept is None:  # it may have begun before we had reason to
                with self._lock:
                    self._reason = self._reason or reason
                self._next = now  # whoever is at it may die
        if swept is None:
            return None
        self._next = now + EVERY if not self._reason else now
        if thorough:
            self._next_thorough = now + THOROUGH_EVERY
        self._tell(swept, reason or "watch", listening)
        return swept

    def _tell(self, swept: SweepFindings, reason: str, listening: datetime) -> None:
        if not swept.found:
            return
        log.warning(
            "Slack had not delivered what its history shows",
            reason=reason,
            messages=swept.messages,
            edits=swept.edits,
            deletions=swept.deletions,
            calls=swept.calls,
        )
        if swept.newest is not None and swept.newest > listening + GRACE:
            self._inbound.note_deaf(self._clock())
            self._mend()

    def _mend(self) -> None:
        log.error("a socket is open and hears nothing: another one is opened")
        self._want("deaf")
        self._reconnect()
