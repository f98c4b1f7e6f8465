"""What Slack shows of a conversation, page by page, no faster than it allows.

https://docs.slack.dev/reference/methods/conversations.history and ``.replies``: tier 3, some fifty
calls a minute for an app that a company made for itself. Posts in doubt are looked up by the same
methods (`bot.slack.looking_up`), so this keeps to less.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.answers import UNCLEAR, code_of, is_rate_limited, may_pass, wait_of
from models.errors import UnavailableError

log = structlog.get_logger(__name__)

PAGE: Final = 200
"""So many messages a call, as Slack recommends."""
MOST_PAGES: Final = 25
"""Of one conversation or thread: the newest 5,000 messages outside of threads."""
_TRIES: Final = 8
_LONGEST_S: Final = 120.0
_GONE: Final = frozenset({"thread_not_found", "message_not_found"})

Message = dict[str, Any]
Pause = Callable[[float], bool]
"""Waits so many seconds; True when it is time to stop instead."""


class StoppedError(Exception):
    """The process ends: the next one reads on."""


class Pace:
    """How fast Slack may be asked: a few calls at once, then one after the other.

    Parameters
    ----------
    pause
        How to wait.
    monotonic
        The time that passes meanwhile, in seconds.
    """

    def __init__(
        self,
        pause: Pause,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        burst: int = 20,
        per_minute: float = 30.0,
    ) -> None:
        self._pause, self._monotonic = pause, monotonic
        self._burst, self._per_second = burst, per_minute / 60
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, method: str) -> None:
        """Wait until a method may be called once more."""
        now = self._monotonic()
        left, since = self._left.get(method, (float(self._burst), now))
        left = min(float(self._burst), left + (now - since) * self._per_second) - 1
        self._left[method] = (left, now)
        if left < 0:
            self.rest(-left / self._per_second)

    def rest(self, seconds: float) -> None:
        """Ask nothing for so long.

        Raises
        ------
        StoppedError
            When it is time to stop.
        """
        if self._pause(seconds):
            raise StoppedError


@dataclass(frozen=True, slots=True)
class HistoryListing:
    """What Slack shows of a conversation or a thread: all of it from ``first`` to ``last``."""

    messages: tuple[Message, ...]
    first: str
    last: str


class HistoryReader:
    """Reads conversations.

    Parameters
    ----------
    asked
        Called before each call: the place to say that one is still at it.
    """

    def __init__(
        self, client: WebClient, pace: Pace, asked: Callable[[], None] = lambda: None
    ) -> None:
        self._client, self._pace, self.asked = client, pace, asked
        self.calls = 0

    def who_we_are(self) -> tuple[str, str]:
        """Return our user's id and our workspace's."""
        answer = self._ask("auth.test", {})
        return str(answer.get("user_id") or ""), str(answer.get("team_id") or "")

    def directs(self) -> list[str]:
        """Return our direct messages; none where the scope ``im:read`` is not granted."""
        found = list[str]()
        try:
            for page in self._pages("conversations.list", {"types": "im", "limit": PAGE}):
                found += [str(one["id"]) for one in page.get("channels") or ()]
        except SlackApiError as error:
            if code_of(error) != "missing_scope":
                raise
        return found

    def conversation(self, channel: str, first: str, last: str) -> HistoryListing:
        """Return what stands outside of threads, the newest ``MOST_PAGES`` pages of it."""
        given = {"channel": channel, "oldest": first, "latest": last, "inclusive": True}
        messages, whole = self._collected("conversations.history", given)
        if not whole:
            log.warning("a history is longer than is read at once", channel=channel)
            first = min(str(one["ts"]) for one in messages)
        return HistoryListing(tuple(messages), first, last)

    def thread(self, channel: str, thread_ts: str, first: str, last: str) -> HistoryListing | None:
        """Return a thread with the message that it begins with; None where it is gone."""
        given = {"channel": channel, "ts": thread_ts, "oldest": first, "latest": last}
        try:
            messages, whole = self._collected("conversations.replies", given | {"inclusive": True})
        except SlackApiError as error:
            if code_of(error) in _GONE:
                return None
            raise
        if not whole:
            log.warning("a thread is longer than is read at once", channel=channel)
            last = max(str(one["ts"]) for one in messages)
        return HistoryListing(tuple(messages), first, last)

    def newest_until(self, channel: str, ts: str) -> Message | None:
        """Return the last message outside of threads that was written until then."""
        given = {"channel": channel, "latest": ts, "inclusive": True, "limit": 1}
        shown = self._ask("conversations.history", given).get("messages") or ()
        return next(iter(shown), None)

    def _collected(self, method: str, given: Message) -> tuple[list[Message], bool]:
        messages: list[Message] = []
        pages = self._pages(method, given | {"limit": PAGE})
        for number, page in enumerate(pages, start=1):
            messages += page.get("messages") or ()
            if number == MOST_PAGES:
                return messages, not _next(page)
        return messages, True

    def _pages(self, method: str, given: Message) -> Iterator[Mapping[str, Any]]:
        cursor = ""
        while True:
            page = self._ask(method, given | ({"cursor": cursor} if cursor else {}))
            yield page
            cursor = _next(page)
            if not cursor:
                return

    def _ask(self, method: str, given: Message) -> Mapping[str, Any]:
        """Ask Slack, as often as it asks us to wait or is silent, within reason.

        Raises
        ------
        SlackApiError
            When it refuses.
        UnavailableError
            When it is silent for long.
        """
        for attempt in range(1, _TRIES + 1):
            self._pace.wait(method)
            self.asked()
            self.calls += 1
            try:
                answer = self._client.api_call(method, http_verb="GET", params=_as_form(given))
            except SlackApiError as error:
                if not may_pass(error):
                    raise
                said, wait = code_of(error), min(2.0**attempt, _LONGEST_S)
                if is_rate_limited(error):
                    wait = wait_of(error).total_seconds()
            except UNCLEAR as error:
                said, wait = type(error).__name__, min(2.0**attempt, _LONGEST_S)
            else:
                return answer.data if isinstance(answer.data, dict) else {}
            log.info("history not read yet", method=method, said=said, wait_s=wait)
            self._pace.rest(wait)
        raise UnavailableError(f"Slack does not let us read its history just now: {said}")


def _next(page: Mapping[str, Any]) -> str:
    return str((page.get("response_metadata") or {}).get("next_cursor") or "")


def _as_form(given: Message) -> Message:
    return {name: int(value) if isinstance(value, bool) else value for name, value in given.items()}
