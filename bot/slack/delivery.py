"""Outbox → Slack, each post once.

Slack has no idempotency key for chat.postMessage. So every post carries its outbox key
in its metadata, and a post in doubt (the process died, the answer was lost) is looked up
in the channel's history before it is sent again. What remains: Slack accepting a post
after we looked. Posts for one person's eyes cannot be looked up and are tried once.
"""

from collections.abc import Mapping
from datetime import timedelta
from http.client import HTTPException
from threading import Event
from typing import Any
from urllib.error import URLError

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.clock import Clock
from bot.slack.blocks import render, without_charts
from bot.slack.links import Links
from models.errors import UnavailableError
from models.mailbox import Outgoing, Parcel
from models.message import Message
from models.tables import PostKind

log = structlog.get_logger(__name__)

EVENT_TYPE = "lotsen_post"
TIMEOUT_S = 10
TRIES = 10
# After an unclear answer Slack may still be writing; look when it must have finished.
LOOK_AFTER = timedelta(seconds=3)
LOOK_AGAIN = timedelta(seconds=10)
IDLE_S = 0.5
# Slack's passing troubles; everything else it would refuse again.
_PASSING = frozenset({"service_unavailable", "request_timeout", "accesslimited"})
# After these, its reference says, a part of the work may have been done.
_HALF_DONE = frozenset({"internal_error", "fatal_error"})
# How the network says "no answer": the call may or may not have reached Slack.
_UNCLEAR = (OSError, URLError, HTTPException, SlackClientError)


def slack_client(token: str, base_url: str) -> WebClient:
    """Return a client that never repeats a call by itself; the outbox owns retries."""
    address = base_url if base_url.endswith("/") else base_url + "/"
    return WebClient(token=token, base_url=address, timeout=TIMEOUT_S, retry_handlers=[])


class Delivery:
    """Draw the outbox's posts for Slack and send each one once."""

    def __init__(self, outgoing: Outgoing, client: WebClient, clock: Clock) -> None:
        self._outgoing = outgoing
        self._client = client
        self._clock = clock
        self._links = Links(client, outgoing.place_of)
        self._direct: dict[str, str] = {}

    def run(self, stop: Event, wake: Event) -> None:
        """Send until ``stop`` is set; ``wake`` ends an idle wait early."""
        while not stop.is_set():
            try:
                busy = self.step()
            except UnavailableError as error:
                log.warning("delivery waits for the database", error=str(error))
                busy = False
                stop.wait(IDLE_S)
            except Exception:  # one of the four doors: a post must not stop all others
                log.exception("a post was not delivered; its lease ends, then it is looked up")
                busy = False
                stop.wait(IDLE_S)
            if not busy:
                wake.wait(IDLE_S)
                wake.clear()

    def step(self) -> bool:
        """Look up one post in doubt, or send one; False when there is nothing to do."""
        now = self._clock()
        doubtful = self._outgoing.take_doubtful(now)
        if doubtful is not None:
            self._reconcile(doubtful)
            return True
        parcel = self._outgoing.take(now)
        if parcel is not None:
            self._send(parcel)
            return True
        return False

    def _send(self, parcel: Parcel) -> None:
        try:
            answer = self._call(parcel)
        except SlackApiError as error:
            self._refused(parcel, error)
        except _UNCLEAR as error:
            self._unclear(parcel, f"{type(error).__name__}: {error}")
        else:
            channel = str(answer.get("channel") or parcel.to.channel)
            self._outgoing.sent(parcel, channel, str(answer.get("ts") or ""), self._clock())

    def _call(self, parcel: Parcel) -> Mapping[str, Any]:
        message = self._links.put_into(parcel.message)
        try:
            return self._show(parcel, message)
        except SlackApiError as error:
            plainer = without_charts(message)
            if _code(error) != "invalid_blocks" or plainer == message:
                raise
            return self._show(parcel, plainer)

    def _show(self, parcel: Parcel, message: Message) -> Mapping[str, Any]:
        text, blocks = render(message)
        if parcel.kind is PostKind.UPDATE:
            return _data(
                self._client.chat_update(
                    channel=parcel.target_channel,
                    ts=parcel.target_ts,
                    text=text,
                    blocks=blocks,
                    metadata=_metadata(parcel.key),
                )
            )
        if parcel.kind is PostKind.EPHEMERAL:
            return self._whisper(parcel, text, blocks)
        return _data(
            self._client.chat_postMessage(
                channel=self._channel(parcel.to.channel),
                text=text,
                blocks=blocks,
                thread_ts=parcel.to.thread_ts or None,
                metadata=_metadata(parcel.key),
                unfurl_links=False,
                unfurl_media=False,
            )
        )

    def _whisper(
        self, parcel: Parcel, text: str, blocks: list[dict[str, Any]]
    ) -> Mapping[str, Any]:
        if parcel.to.reply_url:
            hook = WebhookClient(parcel.to.reply_url, timeout=TIMEOUT_S, retry_handlers=[])
            answer = hook.send(
                text=text,
                blocks=blocks,
                response_type="ephemeral",
                replace_original=parcel.replaces,
            )
            if answer.status_code == 200:
                return {}
            if answer.status_code >= 500:
                raise OSError(f"Slack answered {answer.status_code}")
            # The address lives for 30 minutes and five uses; a direct way remains.
        if (
            parcel.to.channel
            and parcel.to.channel != parcel.to.person
            and not parcel.to.channel.startswith("D")
        ):
            return _data(
                self._client.chat_postEphemeral(
                    channel=parcel.to.channel, user=parcel.to.person, text=text, blocks=blocks
                )
            )
        return _data(
            self._client.chat_postMessage(
                channel=self._channel(parcel.to.person),
                text=text,
                blocks=blocks,
                metadata=_metadata(parcel.key),
                unfurl_links=False,
                unfurl_media=False,
            )
        )

    def _channel(self, channel: str) -> str:
        """Return the channel; for a person's id, the direct message with them."""
        if not channel.startswith(("U", "W")):
            return channel
        if channel not in self._direct:
            opened = _data(self._client.conversations_open(users=channel))
            self._direct[channel] = str(opened["channel"]["id"])
        return self._direct[channel]

    def _refused(self, parcel: Parcel, error: SlackApiError) -> None:
        """Slack answered no: it shows nothing."""
        code, now = _code(error), self._clock()
        if _is_rate_limited(error):
            wait = _wait_of(error)
            if parcel.to.channel:
                self._outgoing.rest(parcel.to.channel, now + wait)
            self._outgoing.later(parcel, "rate limited", now + wait)
        elif error.response.status_code >= 500 or code in _HALF_DONE:
            self._unclear(parcel, f"Slack answered {code}")
        elif code in _PASSING and parcel.attempt < TRIES:
            self._outgoing.again(parcel, code, now + _patience(parcel.attempt))
        else:
            log.error("Slack refuses a post", key=parcel.key, error=code)
            self._outgoing.dead(parcel, code)

    def _unclear(self, parcel: Parcel, error: str) -> None:
        """No clear answer: Slack may show the post."""
        now = self._clock()
        if parcel.kind is PostKind.POST:
            self._outgoing.look_up(parcel, error, now + LOOK_AFTER)
        elif parcel.kind is PostKind.UPDATE and parcel.attempt < TRIES:
            self._outgoing.again(parcel, error, now + _patience(parcel.attempt))
        else:
            self._outgoing.doubtful(parcel, error)

    def _reconcile(self, parcel: Parcel) -> None:
        if parcel.kind is not PostKind.POST:
            self._unclear(parcel, "the process stopped while it was being sent")
            return
        try:
            channel = self._channel(parcel.to.channel)
            ts = self._find(parcel, channel)
        except SlackApiError as error:
            self._not_read(parcel, error)
            return
        except _UNCLEAR as error:
            self._look_again(parcel, str(error))
            return
        if ts:
            self._outgoing.sent(parcel, channel, ts, self._clock())
        elif parcel.attempt >= TRIES:
            self._outgoing.doubtful(parcel, "still not in the history after many tries")
        else:
            self._outgoing.again(parcel, "not in the history", self._clock())

    def _not_read(self, parcel: Parcel, error: SlackApiError) -> None:
        """Slack does not show the history: now, or as it seems for ever."""
        code = _code(error)
        if _is_rate_limited(error):
            self._outgoing.look_up(parcel, code, self._clock() + _wait_of(error), counts=False)
        elif error.response.status_code >= 500 or code in _PASSING | _HALF_DONE:
            self._look_again(parcel, code)
        elif parcel.attempt >= TRIES:
            self._outgoing.doubtful(parcel, f"history cannot be read: {code}")
        else:
            self._outgoing.look_up(parcel, code, self._clock() + LOOK_AFTER)

    def _look_again(self, parcel: Parcel, error: str) -> None:
        """Slack is silent: wait for it, however long that takes."""
        self._outgoing.look_up(parcel, error, self._clock() + LOOK_AGAIN, counts=False)

    def _find(self, parcel: Parcel, channel: str) -> str:
        """Return the ts of the post with this key; empty when Slack does not show it."""
        oldest = f"{(parcel.created_at - timedelta(minutes=1)).timestamp():.6f}"
        common: dict[str, Any] = {
            "channel": channel,
            "oldest": oldest,
            "include_all_metadata": True,
            "limit": 200,
        }
        cursor = ""
        while True:
            if parcel.to.thread_ts:
                page = self._client.conversations_replies(
                    ts=parcel.to.thread_ts, cursor=cursor or None, **common
                )
            else:
                page = self._client.conversations_history(cursor=cursor or None, **common)
            for message in page.get("messages") or ():
                if _key_of(message) == parcel.key:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return ""


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def _key_of(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("key") or "")


def _data(response: Any) -> Mapping[str, Any]:
    return dict(response.data) if isinstance(response.data, dict) else {}


def _patience(attempt: int) -> timedelta:
    return timedelta(seconds=min(2 ** min(attempt, 9), 300))


def _code(error: SlackApiError) -> str:
    return str(error.response.get("error") or error.response.status_code)


def _is_rate_limited(error: SlackApiError) -> bool:
    return error.response.status_code == 429 or _code(error) in ("ratelimited", "rate_limited")


def _wait_of(error: SlackApiError) -> timedelta:
    """Return how long Slack asks us to wait; a second where it does not say."""
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    asked = str(headers.get("retry-after") or "")
    return timedelta(seconds=int(asked) if asked.isascii() and asked.isdigit() else 1)
