"""The HTTP edge: Slack's events, health and metrics.

Bolt parses before it verifies and answers junk with 500. So the raw bytes are verified
here first: size, signature, age; then the shape; only then Bolt sees the request.

The answer does not wait for long: what cannot be stored in time is answered with 503, and Slack
sends it again; stored in the end after all, it counts once.
"""

import asyncio
import hmac
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Histogram
from slack_bolt import App, BoltRequest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.clock import Clock

log = structlog.get_logger(__name__)

MAX_BODY = 1_000_000
BODY_TIMEOUT_S = 10.0
STORE_TIMEOUT_S = 2.5
"""Slack waits for three seconds."""
AT_ONCE = 32
"""So many requests are worked on; the others wait in line, and those past their time leave it."""
_MAX_AGE = timedelta(minutes=5)
Check = Callable[[], dict[str, object]]


def verified(body: bytes, headers: dict[str, str], secret: str, now: datetime) -> bool:
    """Return whether Slack signed exactly these bytes within five minutes of ``now``.

    See https://docs.slack.dev/authentication/verifying-requests-from-slack.
    """
    stamp = headers.get("x-slack-request-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs(now.timestamp() - int(stamp)) > _MAX_AGE.total_seconds():
        return False
    signed = b"v0:" + stamp.encode() + b":" + body
    expected = "v0=" + hmac.new(secret.encode(), signed, sha256).hexdigest()
    given = headers.get("x-slack-signature", "")
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def well_formed(body: bytes, content_type: str) -> bool:
    """Return whether a verified body has a shape that Slack sends."""
    try:
        text = body.decode("utf-8")
        if "application/x-www-form-urlencoded" in content_type:
            form = parse_qs(text, max_num_fields=200)
            payload = json.loads(form["payload"][0]) if "payload" in form else None
            return isinstance(payload, dict) if payload is not None else "command" in form
        parsed = json.loads(text)
    except (ValueError, RecursionError, KeyError):
        return False
    if not isinstance(parsed, dict):
        return False
    event = parsed.get("event")
    return parsed.get("type") != "event_callback" or (
        isinstance(event, dict) and isinstance(event.get("type"), str) and "event_id" in parsed
    )


@dataclass(frozen=True, slots=True)
class Health:
    """What `/readyz` says, whose key ``ready`` decides between 200 and 503, and `/metrics`."""

    ready: Check
    metrics: Callable[[], bytes]


class Edge:
    """Routes of the HTTP server.

    Parameters
    ----------
    app
        Bolt's app in HTTP mode; None in Socket Mode, where nobody posts events here.
    acknowledgement
        Times requests of Slack.
    """

    def __init__(
        self,
        app: App | None,
        secret: str,
        clock: Clock,
        health: Health,
        acknowledgement: Histogram,
        *,
        body_timeout_s: float = BODY_TIMEOUT_S,
    ) -> None:
        self._app = app
        self._secret = secret
        self._clock = clock
        self._health = health
        self._acknowledgement = acknowledgement
        self._body_timeout_s = body_timeout_s
        self._storing = ThreadPoolExecutor(AT_ONCE, "request")
        self._watching = ThreadPoolExecutor(2, "watcher")  # never behind requests

    def starlette(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/slack/events", self.events, methods=["POST"]),
                Route("/healthz", self.health),
                Route("/readyz", self.readiness),
                Route("/metrics", self.metrics),
            ]
        )

    async def events(self, request: Request) -> Response:
        """Take events, interactions, commands and shortcuts from Slack."""
        with self._acknowledgement.time():
            return await self._answer(request)

    async def _answer(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(self._body_timeout_s):
                body = await _limited_body(request)
        except TimeoutError:
            return PlainTextResponse("too slow", status_code=408, headers={"connection": "close"})
        if body is None:
            return PlainTextResponse("too large", status_code=413)
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self._secret or not verified(body, headers, self._secret, self._clock()):
            return PlainTextResponse("not signed by Slack", status_code=401)
        if not well_formed(body, headers.get("content-type", "")):
            return PlainTextResponse("not a Slack request", status_code=400)
        try:
            async with asyncio.timeout(STORE_TIMEOUT_S):
                return await asyncio.get_running_loop().run_in_executor(
                    self._storing, self._dispatch, body.decode(), headers
                )
        except TimeoutError:
            log.warning("request not stored in time", seconds=STORE_TIMEOUT_S)
            return PlainTextResponse("not stored yet", status_code=503)

    def _dispatch(self, body: str, headers: dict[str, str]) -> Response:
        if self._app is None:
            return PlainTextResponse("Socket Mode is on", status_code=404)
        try:
            answer = self._app.dispatch(
                BoltRequest(body=body, headers={name: [value] for name, value in headers.items()})
            )
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
            # Bolt reads further than we did, and stumbles over what Slack does not send.
            log.exception("request not understood", error=type(error).__name__)
            return PlainTextResponse("not a Slack request", status_code=400)
        first = {name: values[0] for name, values in answer.headers.items()}
        return Response(answer.body, status_code=answer.status, headers=first)

    async def health(self, _request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readiness(self, _request: Request) -> Response:
        state = await asyncio.get_running_loop().run_in_executor(self._watching, self._health.ready)
        return JSONResponse(state, status_code=200 if state.get("ready") else 503)

    async def metrics(self, _request: Request) -> Response:
        text = await asyncio.get_running_loop().run_in_executor(
            self._watching, self._health.metrics
        )
        return Response(text, media_type=CONTENT_TYPE_LATEST)


async def _limited_body(request: Request) -> bytes | None:
    """Read the body; None when it is larger than Slack ever sends."""
    declared = request.headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()) or int(declared) > MAX_BODY:
        return None
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > MAX_BODY:
                return None
            chunks.append(chunk)
    except ClientDisconnect:
        return b""
    return b"".join(chunks)
