"""A service with OpenAI's interface that fails on purpose, on loopback.

The thirteen modes are those of the fault table; ``healthy`` and some more stand beside
them. What comes in is kept, so that a test can look for what must not be there.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

KEY = "sk-canary-4c1f9e0b7a52d836"


class Mode(StrEnum):
    """How the service answers."""

    SILENT = "never answers"
    DRIP = "drips its body"
    RETRY_1 = "429, Retry-After 1"
    RETRY_3600 = "429, Retry-After 3600"
    ERROR_500 = "500"
    ERROR_401 = "401"
    HTML = "HTML with 200"
    NO_CHOICES = "empty choices"
    NULL = "null content"
    PROSE = "prose, no JSON"
    UNKNOWN = "unknown label"
    HUGE = "20 MB body"
    RESET = "connection reset"

    HEALTHY = "healthy"
    DRIP_HEADERS = "drips its headers"
    GZIP = "compressed body"
    REDIRECT = "redirect"
    ECHO = "401 that repeats the key"
    EXTRA = "a field more"
    LIES = "impossible usage"
    UNSURE = "unsure"


THIRTEEN = tuple(Mode)[:13]


class FaultServer:
    """The service; a context manager.

    Attributes
    ----------
    mode
        May be changed between two calls.
    requests
        Bodies of all requests, in the order they came.
    choose
        Which key a healthy service answers with.
    """

    def __init__(self, mode: Mode = Mode.HEALTHY, delay_s: float = 0.0) -> None:
        self.mode = mode
        self.delay_s = delay_s
        self.requests: list[dict[str, Any]] = []
        self.headers: list[Message] = []
        self.choose: Callable[[list[str]], str] = lambda keys: keys[0] if keys else "vpn"
        self.tokens = (200, 12)
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: callers hang up here all the time."""


def completion(content: str | None, keys: list[str] | None, tokens: tuple[int, int]) -> bytes:
    choices: list[dict[str, Any]] = [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    ]
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]}
    body = {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "fault",
        "choices": choices if keys is not None else [],
        "usage": {**usage, "total_tokens": sum(tokens)},
    }
    return json.dumps(body).encode()


def _handler_of(server: FaultServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.requests.append(body)
            server.headers.append(self.headers)
            self.keys = _keys(body)
            self.asked = body["response_format"]["json_schema"]["name"]
            time.sleep(server.delay_s)
            with suppress(OSError):
                _ANSWERS[server.mode](self, server)

        def say(self, body: bytes, status: int = 200, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content_Type": "application/json", **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def choice(self, **answer: str) -> None:
            told: dict[str, Any] = dict(answer)
            if self.asked == "reading" and "choice" in answer:
                told = {**answer, "articles": [told.pop("choice")], "sentences": [], "ask": "none"}
                told = {
                    key: value for key, value in told.items() if key not in answer or key == "note"
                }
            elif self.asked == "searches":
                told = {"searches": [answer["choice"]]}
            self.say(completion(json.dumps(told), self.keys, server.tokens))

    return Handler


def _keys(body: dict[str, Any]) -> list[str]:
    properties = body["response_format"]["json_schema"]["schema"]["properties"]
    if "articles" in properties:
        return list(properties["articles"]["items"]["enum"])
    return list(properties["choice"]["enum"]) if "choice" in properties else []


def _wait(server: FaultServer) -> None:
    server.stopping.wait(60)


def _silent(_handler: Any, server: FaultServer) -> None:
    _wait(server)


def _drip(handler: Any, server: FaultServer) -> None:
    body = completion(json.dumps({"choice": handler.keys[0]}), handler.keys, server.tokens)
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    _dripped(handler, server, body)


def _drip_headers(handler: Any, server: FaultServer) -> None:
    _dripped(handler, server, b"HTTP/1.1 200 OK\r\n" + b"X-Slow: very\r\n" * 500)


def _dripped(handler: Any, server: FaultServer, data: bytes) -> None:
    for byte in data:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        if server.stopping.wait(0.15):
            return


def _huge(handler: Any, _server: FaultServer) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(20_000_000))
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" " * 100_000)


def _reset(handler: Any, _server: FaultServer) -> None:
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True
    handler.connection.close()


def _gzip(handler: Any, _server: FaultServer) -> None:
    import gzip

    handler.say(gzip.compress(b" " * 30_000_000), Content_Encoding="gzip")


def _content(text: str | None) -> Callable[[Any, FaultServer], None]:
    return lambda handler, server: handler.say(completion(text, handler.keys, server.tokens))


def _status(status: int, **headers: str) -> Callable[[Any, FaultServer], None]:
    body = b'{"error": {"message": "no", "type": "fault"}}'
    return lambda handler, _server: handler.say(body, status, **headers)


_ANSWERS: dict[Mode, Callable[[Any, FaultServer], None]] = {
    Mode.SILENT: _silent,
    Mode.DRIP: _drip,
    Mode.RETRY_1: _status(429, Retry_After="1"),
    Mode.RETRY_3600: _status(429, Retry_After="3600"),
    Mode.ERROR_500: _status(500),
    Mode.ERROR_401: _status(401),
    Mode.HTML: lambda handler, _server: handler.say(
        b"<html>Welcome</html>", Content_Type="text/html"
    ),
    Mode.NO_CHOICES: lambda handler, server: handler.say(completion("", None, server.tokens)),
    Mode.NULL: _content(None),
    Mode.PROSE: _content("I believe that this is about the VPN."),
    Mode.UNKNOWN: lambda handler, _server: handler.choice(choice="coffee", confidence="high"),
    Mode.HUGE: _huge,
    Mode.RESET: _reset,
    Mode.HEALTHY: lambda handler, server: handler.choice(
        choice=server.choose(handler.keys), confidence="high"
    ),
    Mode.DRIP_HEADERS: _drip_headers,
    Mode.GZIP: _gzip,
    Mode.REDIRECT: _status(307, Location="http://127.0.0.1:9/v1/chat/completions"),
    Mode.ECHO: lambda handler, _server: handler.say(
        json.dumps({"error": {"message": handler.headers["Authorization"]}}).encode(), 401
    ),
    Mode.EXTRA: lambda handler, _server: handler.choice(
        choice=handler.keys[0], confidence="high", note="<!channel>"
    ),
    Mode.LIES: lambda handler, _server: handler.say(
        completion(json.dumps({"choice": handler.keys[0]}), handler.keys, (10**15, -3))
    ),
    Mode.UNSURE: lambda handler, _server: handler.choice(choice="unsure", confidence="low"),
}
