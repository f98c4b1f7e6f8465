"""Socket Mode: envelopes over WebSocket connections, each to one of them.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.demo.double.event_dispatcher import SOCKET_CLOSED, EventDelivery
from bot.demo.double.identity import Identity, IdGenerator
from bot.demo.double.people import Ack, Json

MOST_CONNECTIONS = 10
TICKET_SECONDS = 30.0
IN_FLIGHT = 64
"""Events sent and not yet acknowledged.

The SDK's built-in client reads frames by recursion: some hundreds in one burst end in its
RecursionError and a connection that is never served again.
"""


class ConnectionGoneError(Exception):
    """The app's side of the socket went away while an acknowledgement was due."""


@dataclass(slots=True, eq=False)
class Connection:
    """One open socket and the acknowledgements it owes."""

    websocket: WebSocket
    line: asyncio.Transport | None = None
    owed: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    leaving: bool = False


class SocketMode:
    """Accepts sockets and carries deliveries through them; lives in the event loop."""

    def __init__(self, identity: Identity, new_id: IdGenerator, *, ack_seconds: float) -> None:
        self.connections: list[Connection] = []
        self._identity = identity
        self._new_id = new_id
        self._ack_seconds = ack_seconds
        self._tickets: dict[str, float] = {}
        self._turn = 0
        self._arrived = asyncio.Event()
        self._window = asyncio.Semaphore(IN_FLIGHT)
        self.retired = False

    def open(self) -> str:
        """Give the address of a new connection; it works once, for 30 s."""
        ticket = self._new_id("", 16).lower()
        self._tickets[ticket] = time.monotonic()
        address = self._identity.address.replace("http", "ws", 1)
        return f"{address}socket?ticket={ticket}&app_id={self._identity.app_id}"

    async def carry(self, delivery: EventDelivery) -> Ack:
        if not delivery.is_event:  # a click does not queue behind events
            return await self._carry(delivery)
        async with self._window:
            return await self._carry(delivery)

    async def _carry(self, delivery: EventDelivery) -> Ack:
        started = time.monotonic()
        connection = await self._connection(patient=delivery.is_event)
        if connection is None:
            return Ack(0, None, time.monotonic() - started, "no_connection")
        if delivery.is_event:
            started = time.monotonic()
        owed = asyncio.get_running_loop().create_future()
        connection.owed[delivery.envelope_id] = owed
        try:
            async with asyncio.timeout(self._ack_seconds):
                await connection.websocket.send_text(json.dumps(_envelope(delivery)))
                body = await owed
        except TimeoutError:
            return Ack(0, None, time.monotonic() - started, "timeout")
        except (ConnectionGoneError, WebSocketDisconnect, RuntimeError, OSError):
            self._forget(connection)
            return Ack(0, None, time.monotonic() - started, SOCKET_CLOSED)
        finally:
            connection.owed.pop(delivery.envelope_id, None)
        return Ack(200, body, time.monotonic() - started)

    async def serve(self, websocket: WebSocket, line: asyncio.Transport | None) -> None:
        """Hold one connection until the app leaves."""
        minted = self._tickets.pop(websocket.query_params.get("ticket", ""), None)
        if minted is None or time.monotonic() - minted > TICKET_SECONDS:
            await websocket.close(4001)
            return
        await websocket.accept()
        if len(self.connections) >= MOST_CONNECTIONS:
            await websocket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await websocket.close()
            return
        connection = Connection(websocket, line)
        await websocket.send_json(self._hello())
        self.connections.append(connection)
        self._arrived.set()
        try:
            await self._listen(connection)
        finally:
            self._forget(connection)

    async def refresh(self, reason: str) -> None:
        """Ask every connection to come anew, as Slack does every few hours."""
        for connection in list(self.connections):
            connection.leaving = True
            await connection.websocket.send_json({"type": "disconnect", "reason": reason})
            # The app keeps the old socket until it has a new one; acknowledgements still count.
            asyncio.get_running_loop().call_later(1.0, self._close_soon, connection)

    async def drop(self) -> None:
        """Cut every connection without a word."""
        for connection in list(self.connections):
            self._forget(connection)
            if connection.line is not None:
                connection.line.abort()

    def retire(self) -> None:
        """Let nothing wait for a socket any longer; the app is reached by HTTP from now on."""
        self.retired = True
        self._arrived.set()

    def _close_soon(self, connection: Connection) -> None:
        self._closing = asyncio.get_running_loop().create_task(_close(connection))

    async def _listen(self, connection: Connection) -> None:
        while True:
            try:
                message = json.loads(await connection.websocket.receive_text())
            except (WebSocketDisconnect, RuntimeError):
                return
            except ValueError:
                continue
            owed = connection.owed.get(message.get("envelope_id", ""))
            if owed is not None and not owed.done():
                owed.set_result(message.get("payload"))

    async def _connection(self, *, patient: bool) -> Connection | None:
        deadline = None if patient else self._ack_seconds
        try:
            async with asyncio.timeout(deadline):
                while not (usable := [one for one in self.connections if not one.leaving]):
                    if self.retired:
                        return None
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            return None
        self._turn += 1
        return usable[self._turn % len(usable)]

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        connection.leaving = True
        for owed in connection.owed.values():
            if not owed.done():
                owed.set_exception(ConnectionGoneError())

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections) + 1,
            "connection_info": {"app_id": self._identity.app_id},
            "debug_info": {
                "host": "applink-double",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
        }


def _envelope(delivery: EventDelivery) -> Json:
    envelope: dict[str, Any] = {
        "envelope_id": delivery.envelope_id,
        "type": delivery.kind,
        "accepts_response_payload": not delivery.is_event,
        "payload": delivery.payload,
    }
    if delivery.is_event:
        envelope |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.reason}
    return envelope


async def _close(connection: Connection) -> None:
    try:
        await connection.websocket.close()
    except (RuntimeError, OSError):
        return  # the app was faster
