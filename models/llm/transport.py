"""HTTP with an end: a deadline for the whole exchange and a cap on what is read.

httpx2's own time-outs bound one read; a server that sends a byte a second never meets
them. Here every read, write and handshake gets what is left until the deadline, and the
bytes that come in are counted before anything is made of them.
"""

import ssl
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore2
import httpx2

from models.llm.deadline import Deadline, TooLargeError


class BoundedTransport(httpx2.BaseTransport):
    """A transport for one exchange, through one proxy or none; no redirect, no second try."""

    def __init__(self, deadline: Deadline, proxy: str = "") -> None:
        self._deadline = deadline
        self._pool = _pool(deadline, proxy)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        # What is compressed could unfold to any size.
        request.headers["Accept-Encoding"] = "identity"
        answer = self._pool.handle_request(_as_core(request))
        response = httpx2.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )
        if response.headers.get("Content-Encoding", "identity") != "identity":
            response.close()
            raise TooLargeError
        return response

    def close(self) -> None:
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._deadline.left()
        stream = self._plain.connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(stream, self._deadline)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._deadline.count(self._stream.read(max_bytes, self._deadline.left()))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._deadline.sent = True
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._deadline.left()
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _pool(deadline: Deadline, proxy: str) -> httpcore2.ConnectionPool:
    options: dict[str, Any] = {
        "ssl_context": _ssl_context(),
        "max_connections": 1,
        "max_keepalive_connections": 0,
        "network_backend": _Backend(deadline),
    }
    if not proxy:
        return httpcore2.ConnectionPool(**options)
    place = urlsplit(proxy)
    login = (unquote(place.username or ""), unquote(place.password or ""))
    address = httpcore2.URL(
        scheme=place.scheme, host=place.hostname or "", port=place.port, target=""
    )
    return httpcore2.HTTPProxy(address, proxy_auth=login if any(login) else None, **options)


def _as_core(request: httpx2.Request) -> httpcore2.Request:
    url = request.url
    return httpcore2.Request(
        method=request.method,
        url=httpcore2.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


@cache
def _ssl_context() -> ssl.SSLContext:
    """Return whom to trust (SSL_CERT_FILE counts); reading it takes some milliseconds."""
    return httpx2.create_ssl_context()
