"""The short-lived rights an interaction hands out: trigger ids and response addresses."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from bot.demo.double.identity import IdGenerator
from bot.demo.double.people import StoredMessage
from bot.demo.double.refusal import Refusal

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass(slots=True)
class Trigger:
    """The right to open one form for one person."""

    user: str
    minted_at: float
    view_id: str = ""
    exchanged: bool = False


@dataclass(slots=True)
class ResponseAddress:
    """The right to answer an interaction; ``ts`` is the message it belongs to, if any."""

    user: str
    channel: str
    minted_at: float
    ts: str = ""
    thread_ts: str = ""
    ephemeral: bool = False
    uses: int = 0


class TriggerRegistry:
    """Mints and checks both; time is the one people wait through, not the workspace's clock."""

    def __init__(self, new_id: IdGenerator, monotonic: Callable[[], float]) -> None:
        self._new_id = new_id
        self._monotonic = monotonic
        self._triggers: dict[str, Trigger] = {}
        self._addresses: dict[str, ResponseAddress] = {}
        self._lock = threading.Lock()

    def trigger(self, user: str, view_id: str = "") -> str:
        with self._lock:
            trigger_id = f"{len(self._triggers) + 1}.{self._new_id('', 20).lower()}"
            self._triggers[trigger_id] = Trigger(user, self._monotonic(), view_id)
            return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Take the right a trigger id stands for; it is gone afterwards.

        Raises
        ------
        Refusal
            ``invalid_trigger_id``, ``exchanged_trigger_id`` or, after 3 s,
            ``expired_trigger_id``.
        """
        with self._lock:
            trigger = self._triggers.get(trigger_id)
            if trigger is None:
                raise Refusal("invalid_trigger_id")
            if trigger.exchanged:
                raise Refusal("exchanged_trigger_id")
            if self._monotonic() - trigger.minted_at > TRIGGER_SECONDS:
                raise Refusal("expired_trigger_id")
            trigger.exchanged = True
            return trigger

    def address(self, user: str, channel: str, message: StoredMessage | None = None) -> str:
        """Give the last part of a new response address."""
        with self._lock:
            name = self._new_id("", 24)
            about = (message.ts, message.thread_ts, message.ephemeral) if message else ()
            self._addresses[name] = ResponseAddress(user, channel, self._monotonic(), *about)
            return name

    def use(self, name: str) -> ResponseAddress:
        """Count one use; ``expired_url`` after 30 min, ``used_url`` after five uses."""
        with self._lock:
            address = self._addresses.get(name)
            if address is None:
                raise Refusal("invalid_url")
            if self._monotonic() - address.minted_at > RESPONSE_SECONDS:
                raise Refusal("expired_url")
            if address.uses >= RESPONSE_USES:
                raise Refusal("used_url")
            address.uses += 1
            return address
