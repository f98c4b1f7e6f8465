"""Carries events and interactions to the app, and again until they are acknowledged."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from bot.demo.double.faults import Faults
from bot.demo.double.people import Ack, Json

SLACK_RETRIES = (0.0, 60.0, 300.0)
"""Seconds before each of Slack's three further attempts."""

EVENTS = "events_api"
SOCKET_CLOSED = "socket_closed"
"""The reason of a delivery whose socket closed before it was acknowledged."""


@dataclass(slots=True, eq=False)
class EventDelivery:
    """One thing to be delivered: ``events_api``, ``interactive`` or ``slash_commands``."""

    kind: str
    payload: Json
    envelope_id: str
    attempt: int = 0
    reason: str = ""
    failures: int = 0
    held_back: float = 0.0
    answer: Future[Ack] | None = field(default=None)

    @property
    def is_event(self) -> bool:
        return self.kind == EVENTS


class Transport(Protocol):
    """A way to the app: Socket Mode or signed HTTP."""

    async def carry(self, delivery: EventDelivery) -> Ack:
        """Deliver once and wait for the acknowledgement; never raise."""


class EventDispatcher:
    """Keeps what is not yet acknowledged; lives in the double's event loop."""

    def __init__(
        self,
        *,
        faults: Faults,
        transport: Transport,
        retries: Sequence[float] = SLACK_RETRIES,
        on_change: Callable[[], None],
    ) -> None:
        self.transport = transport
        self.given_up: list[EventDelivery] = []
        self.lost: list[EventDelivery] = []
        self.failed = 0
        self._faults = faults
        self._retries = tuple(retries)
        self._on_change = on_change
        self._open: dict[EventDelivery, None] = {}
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def offer(self, delivery: EventDelivery) -> None:
        """Take something to deliver, from any thread; it waits while the double is stopped."""
        if delivery.is_event and self._faults.strike(self._faults.lost_events):
            self.lost.append(delivery)
            return
        delivery.held_back = self._faults.wait() if delivery.is_event else 0.0
        with self._lock:
            self._open[delivery] = None
            loop = self._loop
            if loop is not None:
                loop.call_soon_threadsafe(self._begin, delivery)

    def pending(self) -> int:
        """Count the events that nobody has acknowledged yet."""
        with self._lock:
            return sum(1 for delivery in self._open if delivery.is_event)

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to deliver, first what waited."""
        with self._lock:
            self._loop = loop
            waiting = list(self._open)
        for delivery in waiting:
            self._begin(delivery)

    async def detach(self) -> None:
        """Stop delivering; events stay open, whoever waits for an interaction is told."""
        with self._lock:
            self._loop = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with self._lock:
            waiting = [one for one in self._open if not one.is_event]
        for delivery in waiting:
            self._finish(delivery, Ack(0, reason="stopped"))

    def _begin(self, delivery: EventDelivery) -> None:
        task = asyncio.get_running_loop().create_task(self._see_through(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _see_through(self, delivery: EventDelivery) -> None:
        if delivery.held_back:
            await asyncio.sleep(delivery.held_back)
        while True:
            ack = await self._carry(delivery)
            pause = self._pause(delivery, ack)
            if pause is None:
                break
            delivery.attempt += 1
            delivery.reason = ack.reason
            await asyncio.sleep(pause)
        if delivery.is_event and not ack.ok:
            self.given_up.append(delivery)
        self._finish(delivery, ack)

    def _pause(self, delivery: EventDelivery, ack: Ack) -> float | None:
        """Give the seconds before the next attempt; None when there is none."""
        if ack.ok or ack.no_retry or not delivery.is_event:
            return None
        if ack.reason == SOCKET_CLOSED:
            return 0.0  # it goes to the next socket at once, and costs no attempt
        self.failed += 1
        if delivery.failures >= len(self._retries):
            return None
        delivery.failures += 1
        return self._retries[delivery.failures - 1]

    async def _carry(self, delivery: EventDelivery) -> Ack:
        ack = await self.transport.carry(delivery)
        if ack.ok and delivery.is_event and self._faults.strike(self._faults.lost_acks):
            return Ack(0, reason="timeout", seconds=ack.seconds)
        return ack

    def _finish(self, delivery: EventDelivery, ack: Ack) -> None:
        with self._lock:
            self._open.pop(delivery, None)
        if delivery.answer is not None and not delivery.answer.done():
            delivery.answer.set_result(ack)
        self._on_change()
