"""Serves the page on 127.0.0.1, in a thread of its own."""

import socket
from threading import Thread
from typing import Self

import uvicorn

from bot.demo.double.loopback import HOST, listen
from bot.demo.page.site import Site

PORTS_TRIED = 20


class PageServer:
    """The page on the first free port from ``port`` on; 0 takes any."""

    def __init__(self, site: Site, port: int = 0) -> None:
        self._site = site
        self._line = _first_free(port)
        self._server = uvicorn.Server(
            uvicorn.Config(
                site.starlette(),
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = Thread(
            target=self._server.run, args=([self._line],), name="demo-page", daemon=True
        )

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/"

    @property
    def port(self) -> int:
        return int(self._line.getsockname()[1])

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._site.close()
        self._server.should_exit = True
        self._thread.join(5.0)
        self._line.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()


def _first_free(port: int) -> socket.socket:
    for tried in range(port, port + PORTS_TRIED):
        try:
            return listen(tried)
        except OSError:
            if port == 0 or tried == port + PORTS_TRIED - 1:
                raise
    raise OSError(f"no free port from {port} on")
