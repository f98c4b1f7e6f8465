"""Delivery by signed HTTP requests to the app's request URL.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import hashlib
import hmac
import http.client
import json
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot.demo.double.event_dispatcher import EventDelivery
from bot.demo.double.identity import Identity
from bot.demo.double.people import Ack, Clock

FORM = "application/x-www-form-urlencoded"
IDLE_SECONDS = 1.0
"""A kept connection older than this may have been closed by the app's server."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Give the ``X-Slack-Signature`` of a request body."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class SignedHttp:
    """Posts deliveries to one address; threads wait so that the event loop need not."""

    def __init__(self, url: str, identity: Identity, *, clock: Clock, ack_seconds: float) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"the request URL must be http://host:port/path, not {url!r}")
        self._host, self._port = parts.hostname, parts.port or 80
        self._path = parts.path or "/"
        self._identity = identity
        self._clock = clock
        self._ack_seconds = ack_seconds
        # Clicks have threads of their own: a person is not kept waiting by slow events.
        self._events = ThreadPoolExecutor(64, thread_name_prefix="slack-events")
        self._clicks = ThreadPoolExecutor(16, thread_name_prefix="slack-clicks")
        self._local = threading.local()
        self._connections: set[http.client.HTTPConnection] = set()

    async def carry(self, delivery: EventDelivery) -> Ack:
        body, content_type = _body(delivery)
        headers = self._headers(body, content_type)
        if delivery.attempt:
            headers["X-Slack-Retry-Num"] = str(delivery.attempt)
            headers["X-Slack-Retry-Reason"] = delivery.reason
        threads = self._events if delivery.is_event else self._clicks
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads, self._post, body, headers)

    def close(self) -> None:
        for threads in (self._events, self._clicks):
            threads.shutdown(wait=True, cancel_futures=True)
        for connection in self._connections:
            connection.close()

    def _headers(self, body: bytes, content_type: str) -> dict[str, str]:
        timestamp = str(int(self._clock().timestamp()))
        return {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._identity.signing_secret, timestamp, body),
        }

    def _post(self, body: bytes, headers: dict[str, str]) -> Ack:
        started = time.monotonic()
        connection = self._connection(started)
        try:
            connection.request("POST", self._path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except TimeoutError:
            connection.close()
            return Ack(0, None, time.monotonic() - started, "http_timeout")
        except (OSError, http.client.HTTPException):
            connection.close()
            return Ack(0, None, time.monotonic() - started, "connection_failed")
        self._local.used_at = time.monotonic()
        seconds = self._local.used_at - started
        if seconds > self._ack_seconds:
            return Ack(0, None, seconds, "http_timeout")
        no_retry = response.headers.get("X-Slack-No-Retry") == "1"
        reason = "" if response.status < 300 else "http_error"
        return Ack(response.status, _content(content), seconds, reason, no_retry)

    def _connection(self, now: float) -> http.client.HTTPConnection:
        """Give this thread's connection; an idle one is opened anew."""
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(
                self._host, self._port, timeout=self._ack_seconds
            )
            self._local.connection = connection
            self._connections.add(connection)
        elif now - self._local.__dict__.get("used_at", 0.0) > IDLE_SECONDS:
            connection.close()
        return connection


def _body(delivery: EventDelivery) -> tuple[bytes, str]:
    if delivery.is_event:
        return json.dumps(delivery.payload).encode(), "application/json"
    if delivery.kind == "slash_commands":
        return urllib.parse.urlencode(delivery.payload).encode(), FORM
    return urllib.parse.urlencode({"payload": json.dumps(delivery.payload)}).encode(), FORM


def _content(content: bytes) -> Any:
    """Give an answer's JSON, its text where it is none, and None where it is empty."""
    text = content.decode(errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text or None
