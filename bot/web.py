"""The HTTP server: uvicorn, which waits for nobody for long.

uvicorn itself waits for ever for a request that was begun, and answers everybody with 503 when
as many connections as it allows are open, idle or not: four hundred that say nothing stop all.
"""

import asyncio
import time
from threading import Thread
from typing import Literal

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from models.errors import InvalidError

HEAD_S = 5.0
BODY_S = 15.0
"""Longer than the edge waits for a body, which says why it waits no more."""
MOST_WAITING = 200
_Awaits = Literal["head", "body", "answer"]


class PatientProtocol(H11Protocol):
    """A connection that has so long to send a request, and gives way to those who do.

    The head of a request has `HEAD_S` seconds and its body `BODY_S`, however its bytes drip in.
    Where more than `MOST_WAITING` connections have no whole request yet, the one that kept us
    waiting longest is closed: whoever asks at once is never in its place.
    """

    _deadline: asyncio.TimerHandle | None = None
    awaits: _Awaits | None = None
    since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._look()
        self._make_room()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.awaits = None  # the next request has its own time
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._end_deadline()

    def _look(self) -> None:
        awaits = self._state()
        if awaits == self.awaits or self.transport.is_closing():
            return
        self._end_deadline()
        self.awaits, self.since = awaits, self.loop.time()
        if awaits != "answer":
            patience = HEAD_S if awaits == "head" else BODY_S
            self._deadline = self.loop.call_later(patience, self.hang_up)

    def _state(self) -> _Awaits:
        cycle = self.cycle
        if cycle is None or (cycle.response_complete and self.conn.their_state is h11.IDLE):
            return "head"
        if cycle.more_body:
            return "body"
        return "head" if cycle.response_complete else "answer"

    def _make_room(self) -> None:
        waiting = [
            line
            for line in self.connections
            if isinstance(line, PatientProtocol) and line.awaits in ("head", "body")
        ]
        if len(waiting) > MOST_WAITING:
            min(waiting, key=lambda line: line.since).hang_up()

    def hang_up(self) -> None:
        """Close the connection without an answer."""
        self.awaits = None
        self._end_deadline()
        self.transport.abort()

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class WebServer:
    """A web application on its port, in a thread of its own."""

    def __init__(self, application: Starlette, host: str, port: int) -> None:
        self._host, self._wanted = host, port
        self._server = uvicorn.Server(
            uvicorn.Config(
                application,
                host=host,
                port=port,
                http=PatientProtocol,
                ws="none",
                lifespan="off",
                log_level="warning",
                access_log=False,
                timeout_keep_alive=5,
                timeout_graceful_shutdown=2,
                backlog=1024,
            )
        )
        self._thread = Thread(target=self._server.run, name="http", daemon=True)

    def start(self, wait_s: float = 10.0) -> None:
        """Listen.

        Raises
        ------
        InvalidError
            When the port is taken, or not ours to take.
        """
        self._thread.start()
        until = time.monotonic() + wait_s
        while not self._server.started:
            if time.monotonic() > until or not self._thread.is_alive():
                raise InvalidError(
                    f"cannot listen on {self._host}:{self._wanted}; choose another LOTSEN_HTTP_PORT"
                )
            time.sleep(0.02)

    @property
    def port(self) -> int:
        """The port, also where any free one was asked for."""
        if not self._server.servers:
            return self._wanted
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    def stop(self, wait_s: float = 0.0) -> None:
        """Take no more requests; wait so long for the end of those that are being answered."""
        self._server.should_exit = True
        if wait_s:
            self._thread.join(wait_s)
