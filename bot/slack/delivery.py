"""Outbox → Slack, each post once.

Slack has no idempotency key for chat.postMessage. So every post carries its outbox key
in its metadata, and a post in doubt (the process died, the answer was lost) is looked up
in the channel's history before it is sent again. What remains: Slack accepting a post
after we looked. Posts for one person's eyes cannot be looked up and are tried once.

Files: `bot.slack.uploads`. A message's pictures are in Slack before it is posted; a document
is shared in the message's thread, and looked up there by the id that Slack gave it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from ssl import SSLContext, create_default_context
from threading import Event
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.meters import Meters
from bot.slack.answers import (
    HALF_DONE,
    PASSING,
    SHUT_OUT,
    UNCLEAR,
    code_of,
    is_rate_limited,
    may_pass,
    pointers_of,
    wait_of,
)
from bot.slack.blocks import without_charts
from bot.slack.links import Links
from bot.slack.looking_up import find
from bot.slack.poster import TIMEOUT_S, SlackPoster
from bot.slack.uploads import (
    UNKNOWN,
    Draw,
    LostHoldError,
    Uploads,
    is_about_a_file,
    pictured,
    unpictured,
    with_drawn_charts,
)
from models import steps
from models.errors import UnavailableError
from models.mailbox import Outgoing, OutgoingPost
from models.message import Message
from models.tables import FileStep, PostKind

log = structlog.get_logger(__name__)

TRIES = 10
TRIES_OF_WORDS = 600
"""A day: Slack answers with an error, and its history does not show the post. Sending it and
looking for it are two tries, and five minutes lie between one pair and the next."""
_AT_ONCE = 3
PICTURE_TRIES = 6
"""After so many a post goes without its pictures, which it then says in words."""
# After an unclear answer Slack may still be writing; look when it must have finished.
LOOK_AFTER = timedelta(seconds=3)
LOOK_AGAIN = timedelta(seconds=10)
IDLE_S = 0.5
_BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
# How Slack says that the message, or the question above it, was deleted.
_NO_PLACE = frozenset({"message_not_found", "thread_not_found"})
# What is harmless if Slack does it twice.
_HARMLESS_TWICE = (PostKind.UPDATE, PostKind.DELETE, PostKind.REACTION)


def slack_client(token: str, base_url: str, timeout_s: int = TIMEOUT_S) -> WebClient:
    """Return a client that never repeats a call by itself; the outbox owns retries."""
    return WebClient(
        token=token,
        base_url=base_url if base_url.endswith("/") else base_url + "/",
        timeout=timeout_s,
        ssl=_certificates(),
        retry_handlers=[],
    )


@cache
def _certificates() -> SSLContext:
    """Read the trusted certificates once: without them each call reads them anew, for 20 ms."""
    return create_default_context()


class Delivery:
    """Draw the outbox's posts for Slack and send each one once.

    Parameters
    ----------
    draw
        Draws a chart as a picture, for a Slack that refuses charts.
    """

    def __init__(
        self,
        outgoing: Outgoing,
        client: WebClient,
        clock: Clock,
        draw: Draw = lambda chart, name: None,
        meters: Meters | None = None,
    ) -> None:
        self._outgoing = outgoing
        self._client = client
        self._clock = clock
        self._draw = draw
        self._meters = meters or Meters()
        self._uploads = Uploads(client, outgoing, clock)
        self._links = Links(client, outgoing.place_of)
        self._poster = SlackPoster(client)
        # How often Slack told a post to wait, for its line in the log.
        self._rested: dict[int, int] = {}

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
        post = self._outgoing.take(now)
        if post is not None:
            self._send(post)
            return True
        return False

    def _send(self, post: OutgoingPost) -> None:
        try:
            if post.kind is PostKind.FILE:
                self._share(post)
                return
            answer = self._call(post)
        except LostHoldError:
            log.info("another process sends this post", key=post.key)
        except SlackApiError as error:
            self._count(post, "refused")
            self._refused(post, error)
        except UNCLEAR as error:
            self._count(post, "unclear")
            self._unclear(post, f"{type(error).__name__}: {error}")
        else:
            self._count(post, "shown")
            if answer is not None:
                channel = str(answer.get("channel") or post.to.channel)
                self._shows(post, channel, str(answer.get("ts") or ""))

    def _shows(self, post: OutgoingPost, channel: str, ts: str) -> None:
        """Write where Slack shows the post, and tell it with all that it took."""
        now = self._clock()
        self._outgoing.sent(post, channel, ts, now)
        self._tell(
            post,
            "post sent",
            ts=ts or (post.to.thread_ts if post.kind is PostKind.REACTION else ""),
            tries=post.attempt,
            rate_limited=self._rested.pop(post.row_id, 0),
            ms=round((now - post.created_at).total_seconds() * 1000),
        )

    def _tell(self, post: OutgoingPost, what: str, **more: Any) -> None:
        steps.posted(post.row_id, post.key, post.kind, what, **more)

    def _count(self, post: OutgoingPost, result: str) -> None:
        self._meters.posts.labels(post.kind.value, result).inc()

    def _call(self, post: OutgoingPost) -> Mapping[str, Any] | None:
        """Show the message as well as Slack lets us; None when it goes later."""
        if post.kind is PostKind.DELETE:
            return self._poster.delete(post)
        if post.kind is PostKind.REACTION:
            return self._poster.react(post, post.message)
        message = pictured(self._links.put_into(post.message), self._kept(post))
        return self._somehow(post, message)

    def _somehow(self, post: OutgoingPost, message: Message) -> Mapping[str, Any] | None:
        """Show charts that Slack does not draw as pictures or lines, and at last the words alone."""
        try:
            return self._shown(post, message)
        except SlackApiError as error:
            if code_of(error) not in _BLOCKS_REFUSED:
                raise
            refusal = error
        if is_about_a_file(refusal):
            return self._without_pictures(post, message)
        plainer = without_charts(message)
        if plainer == message:
            return self._in_words(post, message, refusal)
        return None if self._redrawn(post) else self._somehow(post, plainer)

    def _in_words(
        self, post: OutgoingPost, message: Message, refusal: SlackApiError
    ) -> Mapping[str, Any]:
        """Say what Slack does not draw: an answer in words is better than none."""
        where = pointers_of(refusal) or self._poster.what_is_wrong(message)
        log.error("Slack refuses blocks; the words go alone", key=post.key, where=where)
        return self._shown(post, message, plainly=True)

    def _shown(
        self, post: OutgoingPost, message: Message, *, plainly: bool = False
    ) -> Mapping[str, Any]:
        """Show the message, if the post is still ours: uploads and links may have taken long."""
        if post.kind is PostKind.POST:
            self._poster.channel(post.to.channel)  # now: it may be a call of its own
            if not self._outgoing.renew_lease(post, self._clock()):
                raise LostHoldError(post.key)
        return self._poster.show(post, message, plainly=plainly)

    def _kept(self, post: OutgoingPost) -> dict[str, str]:
        """Bring the pictures to Slack, one after the other; return their ids by name."""
        kept: dict[str, str] = {}
        for file in post.files:
            if file.step is not FileStep.KEPT and post.attempt > PICTURE_TRIES:
                continue
            try:
                kept[file.file.name] = self._uploads.keep(post, file, {}).stored
            except SlackApiError as error:
                if may_pass(error):
                    raise
                log.warning("Slack refuses a picture", key=post.key, error=code_of(error))
        return kept

    def _without_pictures(self, post: OutgoingPost, message: Message) -> Mapping[str, Any] | None:
        """Wait for pictures that Slack still works on; after some tries say them in words."""
        if post.attempt < PICTURE_TRIES and post.kind is not PostKind.EPHEMERAL:
            at = self._clock() + _patience(post.attempt)
            self._outgoing.retry(post, "Slack still works on a picture", at)
            return None
        return self._shown(post, unpictured(message))

    def _redrawn(self, post: OutgoingPost) -> bool:
        """Let the post's charts be pictures from now on, if they can be drawn and shown."""
        if post.kind is PostKind.EPHEMERAL:  # Slack shares no file with one person in a channel
            return False
        message = with_drawn_charts(post, self._draw)
        if message is not None:
            self._outgoing.redrawn(post, message, self._clock())
        return message is not None

    def _share(self, post: OutgoingPost) -> None:
        """Share a document in its thread."""
        place = {"channel_id": post.target_channel or self._poster.channel(post.to.channel)}
        if post.to.thread_ts:
            place["thread_ts"] = post.to.thread_ts
        shown = ""
        for file in post.files:
            try:
                self._uploads.keep(post, file, place)
            except SlackApiError as error:
                if code_of(error) != UNKNOWN:
                    raise
                # It waited too long, or it was shared and the answer was lost.
                ts = find(self._client, post, place["channel_id"])
                if ts is None:
                    self._uploads.anew(post, file)
                    raise OSError(f"Slack has forgotten {file.file.name}: once more") from error
                shown = ts
        self._shows(post, place["channel_id"], shown)

    def _refused(self, post: OutgoingPost, error: SlackApiError) -> None:
        """Slack answered no: it shows nothing."""
        code, now = code_of(error), self._clock()
        if is_rate_limited(error):
            wait = wait_of(error)
            self._meters.rate_limited.inc()
            self._rested[post.row_id] = self._rested.get(post.row_id, 0) + 1
            self._tell(post, "post waits", reason="rate limited", wait_s=wait.total_seconds())
            if post.lane:
                self._outgoing.throttle(post.lane, now + wait)
            self._outgoing.later(post, "rate limited", now + wait)
        elif error.response.status_code >= 500 or code in HALF_DONE:
            self._unclear(post, f"Slack answered {code}")
        elif code in PASSING and post.attempt < TRIES:
            self._tell(post, "post waits", reason=code, wait_s=_patience(post.attempt).seconds)
            self._outgoing.retry(post, code, now + _patience(post.attempt))
        elif code in _NO_PLACE and self._has_no_place(post, now):
            log.info("what it belongs to was deleted", key=post.key, error=code)
        elif code in SHUT_OUT and self._outgoing.to_the_person(post, now):
            log.info("not in the channel: it goes to the person", key=post.key, error=code)
        else:
            log.error("Slack refuses a post", key=post.key, error=code)
            self._outgoing.dead(post, code)

    def _has_no_place(self, post: OutgoingPost, now: datetime) -> bool:
        """Drop what belongs to something that was deleted; a ticket's card comes back instead."""
        if post.kind is PostKind.UPDATE and post.key.startswith("ticket:") and ":card:" in post.key:
            self._outgoing.post_again(post, now)
        elif post.kind is PostKind.UPDATE or post.to.thread_ts:
            self._outgoing.drop(post, "deleted in Slack")
        else:
            return False
        return True

    def _unclear(self, post: OutgoingPost, error: str) -> None:
        """No clear answer: Slack may show the post."""
        now = self._clock()
        self._tell(post, "post in doubt", tries=post.attempt)
        if post.kind in (PostKind.POST, PostKind.FILE):
            self._outgoing.look_up(post, error, now + LOOK_AFTER)
        elif post.kind in _HARMLESS_TWICE and post.attempt < TRIES:
            self._outgoing.retry(post, error, now + _patience(post.attempt))
        else:
            self._outgoing.doubtful(post, error)

    def _reconcile(self, post: OutgoingPost) -> None:
        if post.kind not in (PostKind.POST, PostKind.FILE):
            self._unclear(post, "the process stopped while it was being sent")
            return
        try:
            channel = self._poster.channel(post.to.channel)
            if post.kind is PostKind.FILE:
                channel = post.target_channel or channel
            ts = find(self._client, post, channel)
        except SlackApiError as error:
            self._not_read(post, error)
            return
        except UNCLEAR as error:
            self._look_again(post, str(error))
            return
        if ts is not None:
            self._shows(post, channel, ts)
            return
        now = self._clock()
        # Slack certainly does not show it, so words may be tried for as long as Slack is in
        # trouble; what has files is given up sooner, for they may be what Slack does not take.
        of_words = post.kind is PostKind.POST and not post.files
        if post.attempt >= (TRIES_OF_WORDS if of_words else TRIES):
            self._outgoing.doubtful(post, "still not in the history after many tries")
        elif of_words and post.attempt >= _AT_ONCE:
            self._outgoing.retry(post, "not in the history", now + _patience(post.attempt))
        else:
            self._outgoing.retry(post, "not in the history", now)

    def _not_read(self, post: OutgoingPost, error: SlackApiError) -> None:
        """Slack does not show the history: now, or as it seems for ever."""
        code = code_of(error)
        if is_rate_limited(error):
            self._outgoing.look_up(post, code, self._clock() + wait_of(error), counts=False)
        elif error.response.status_code >= 500 or code in PASSING | HALF_DONE:
            self._look_again(post, code)
        elif code in _NO_PLACE and self._has_no_place(post, self._clock()):
            log.info("what it belongs to was deleted", key=post.key, error=code)
        elif post.attempt >= TRIES:
            self._outgoing.doubtful(post, f"history cannot be read: {code}")
        else:
            self._outgoing.look_up(post, code, self._clock() + LOOK_AFTER)

    def _look_again(self, post: OutgoingPost, error: str) -> None:
        """Slack is silent: wait for it, however long that takes."""
        self._outgoing.look_up(post, error, self._clock() + LOOK_AGAIN, counts=False)


def _patience(attempt: int) -> timedelta:
    return timedelta(seconds=min(2 ** min(attempt, 9), 300))
