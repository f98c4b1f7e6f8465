"""The doors of the double: Web API, socket, response addresses and uploads, on loopback."""

import asyncio
import json
import socket
import struct
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.demo.double.api import WebApi
from bot.demo.double.methods_files import receive
from bot.demo.double.people import Json
from bot.demo.double.refusal import Refusal
from bot.demo.double.responses import respond
from bot.demo.double.slack_platform import Platform
from bot.demo.double.socket_mode import SocketMode

Lines = dict[tuple[str, int], asyncio.Transport]


def line_protocol(lines: Lines) -> type[H11Protocol]:
    """Give an HTTP protocol that keeps its open connections in ``lines``, to be cut by faults."""

    class Series(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if self.client is not None:
                lines[self.client] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if self.client is not None:
                lines.pop(self.client, None)

    return Series


class Doors:
    """The endpoints, and what they need to answer."""

    def __init__(self, slack: Platform, api: WebApi, sockets: SocketMode, lines: Lines) -> None:
        self._slack = slack
        self._api = api
        self._sockets = sockets
        self._lines = lines

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/{method}", self.call, methods=["GET", "POST"]),
                Route("/response/{name}", self.response, methods=["POST"]),
                Route("/upload/{file_id}", self.upload, methods=["POST", "PUT"]),
                Route("/files/{file_id}", self.file),
                WebSocketRoute("/socket", self._socket),
            ]
        )

    async def call(self, request: Request) -> Response:
        name = request.path_params["method"]
        given = await _arguments(request)
        if given is None:
            return JSONResponse({"ok": False, "error": "invalid_json"})
        if self._slack.faults.delay_seconds and self._slack.faults.concern(name):
            await asyncio.sleep(self._slack.faults.delay_seconds)
        answer = self._api.call(name, _token(request, given), given)
        if answer.lost or answer.reset:
            return await self._cut(request, reset=answer.reset)
        content = json.dumps(answer.body)
        return Response(content, answer.status, answer.headers, "application/json; charset=utf-8")

    async def response(self, request: Request) -> Response:
        body = await _arguments(request)
        if body is None:
            return PlainTextResponse("invalid_payload", 400)
        try:
            respond(self._slack, request.path_params["name"], body)
        except Refusal as refusal:
            gone = refusal.code in {"used_url", "expired_url", "invalid_url"}
            return JSONResponse(refusal.answer(), 404 if gone else 400)
        return PlainTextResponse("ok")

    async def upload(self, request: Request) -> Response:
        faults = self._slack.faults
        concerned = faults.concern("upload")
        if concerned and faults.strike(faults.connection_resets):
            return await self._cut(request, reset=True)
        if concerned and faults.strike(faults.server_errors):
            return PlainTextResponse("service_unavailable", 503)
        answer = await self._received(request)
        if concerned and faults.strike(faults.lost_responses):
            return await self._cut(request, reset=False)
        return answer

    async def _received(self, request: Request) -> Response:
        content = await request.body()
        if request.headers.get("content-type", "").startswith("multipart/"):
            async with request.form() as form:
                parts = [part for part in form.values() if isinstance(part, UploadFile)]
                content = await parts[0].read() if parts else b""
        complaint = receive(self._slack, request.path_params["file_id"], content)
        if complaint:
            return PlainTextResponse(complaint, 400)
        return PlainTextResponse(f"OK - {len(content)}")

    async def file(self, request: Request) -> Response:
        stored = self._slack.workspace.files.get(request.path_params["file_id"])
        if stored is None:
            return PlainTextResponse("file_not_found", 404)
        return Response(stored.content, media_type=stored.mimetype)

    async def _socket(self, websocket: WebSocket) -> None:
        client = websocket.client
        # The HTTP side never hears of the end of a line it has handed over.
        line = self._lines.pop((client.host, client.port), None) if client else None
        await self._sockets.serve(websocket, line)

    async def _cut(self, request: Request, *, reset: bool) -> Response:
        """Close the connection without an answer; the response returned goes nowhere."""
        client = request.client
        transport = self._lines.get((client.host, client.port)) if client else None
        if transport is not None:
            if reset:
                line = transport.get_extra_info("socket")
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
            while client is not None and (client.host, client.port) in self._lines:
                await asyncio.sleep(0)
        return Response()


def _token(request: Request, given: Json) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(given.get("token", ""))


async def _arguments(request: Request) -> Json | None:
    """Read the arguments of a call; None when they cannot be read."""
    given: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    try:
        if kind == "application/json" and body:
            content = json.loads(body)
            return given | content if isinstance(content, dict) else None
        if kind == "multipart/form-data":
            async with request.form() as form:
                return given | {name: part for name, part in form.items() if isinstance(part, str)}
        return given | dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError:
        return None
