"""Tell open pages that something changed, by server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from threading import Lock

HEARTBEAT_S = 20.0
SETTLE_S = 0.05


class ChangeStream:
    """A bell that any thread may ring and any number of open pages hear."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._lock = Lock()
        self._ended = False

    def ring(self, *_about: object) -> None:
        """Wake every open page; may be called from any thread."""
        with self._lock:
            listeners = list(self._listeners.items())
        for bell, loop in listeners:
            if not loop.is_closed():
                loop.call_soon_threadsafe(bell.set)

    def end(self) -> None:
        """Let every stream end, so that the server can stop."""
        self._ended = True
        self.ring()

    async def stream(self) -> AsyncIterator[str]:
        """Yield an event at once and after each change; changes close together are one."""
        bell = asyncio.Event()
        with self._lock:
            self._listeners[bell] = asyncio.get_running_loop()
        try:
            yield "retry: 1000\ndata: change\n\n"
            while not self._ended:
                with suppress(TimeoutError):  # the clock on the page moves on by itself
                    await asyncio.wait_for(bell.wait(), HEARTBEAT_S)
                await asyncio.sleep(SETTLE_S)
                bell.clear()
                yield "data: change\n\n"
        finally:
            with self._lock:
                self._listeners.pop(bell, None)
