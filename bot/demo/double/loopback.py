"""A web server in a background thread with an event loop of its own, on 127.0.0.1 only."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

HOST = "127.0.0.1"


class PromptServer(uvicorn.Server):
    """A server that sleeps until it is told to leave, and then leaves at once.

    uvicorn's own looks ten times a second and waits a while for open connections: right for a
    service, slow for some hundred tests.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop, self._leaving = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)

    def leave(self) -> None:
        """Stop serving; from any thread."""
        self._loop.call_soon_threadsafe(self._leaving.set)

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._leaving.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for line in sockets or ():
            line.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        tasks = list(self.server_state.tasks)
        if tasks:  # whose line is cut end by themselves; uvicorn writes a traceback of the others
            await asyncio.wait(tasks, timeout=0.05)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Loopback:
    """Runs one application until it is stopped.

    Parameters
    ----------
    began, ending
        Called in the event loop before the first and after the last request.
    """

    def __init__(
        self,
        app: Starlette,
        protocol: type[H11Protocol],
        line: socket.socket,
        *,
        began: Callable[[asyncio.AbstractEventLoop], None],
        ending: Callable[[], Awaitable[None]],
    ) -> None:
        self._line = line
        self._began = began
        self._ending = ending
        self._server = PromptServer(
            uvicorn.Config(
                app,
                http=protocol,
                ws="websockets-sansio",
                lifespan="off",
                log_config=None,
                log_level="error",
                access_log=False,
                timeout_keep_alive=60,
            )
        )
        self.loop: asyncio.AbstractEventLoop | None = None
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="slack-double", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._ready.result(10.0)

    def stop(self) -> None:
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self._leaving.set)
        self._thread.join(10.0)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
            raise

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._leaving = asyncio.Event()
        serving = self.loop.create_task(self._server.serve([self._line]))
        while not self._server.started and not serving.done():
            await asyncio.sleep(0.001)
        self._began(self.loop)
        self._ready.set_result(None)
        await self._leaving.wait()
        await self._ending()
        self._server.leave()
        await serving


def listen(port: int) -> socket.socket:
    """Open the door; port 0 means any free one."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind((HOST, port))
    except OSError:
        line.close()
        raise
    line.listen(256)
    return line
