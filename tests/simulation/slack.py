"""Slack as far as it shows posts: what stands where, in memory, and when it does not answer."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackApiError


@dataclass
class Post:
    """A post as Slack shows it."""

    channel: str
    ts: str
    thread_ts: str
    text: str
    key: str


@dataclass
class ShownSlack:
    """The calls that the delivery makes; some do their work and answer nothing."""

    chance: random.Random
    silent: float = 0.0
    posts: dict[str, Post] = field(default_factory=dict)
    reactions: set[tuple[str, str]] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def chat_postMessage(self, *, channel: str, text: str, **more: Any) -> "Answer":
        if more.get("thread_ts") in self.gone:
            raise refusal("thread_not_found")
        ts = f"1900000000.{next(self.numbers):06}"
        key = more["metadata"]["event_payload"]["key"]
        self.posts[ts] = Post(channel, ts, more.get("thread_ts") or "", text, key)
        return self._answer({"channel": channel, "ts": ts})

    def chat_update(self, *, channel: str, ts: str, text: str, **_: Any) -> "Answer":
        if ts not in self.posts:
            raise refusal("message_not_found")
        self.posts[ts].text = text
        return self._answer({"channel": channel, "ts": ts})

    def chat_postEphemeral(self, *, channel: str, **_: Any) -> "Answer":
        return Answer({"channel": channel})

    def chat_delete(self, *, channel: str, ts: str) -> "Answer":
        self.posts.pop(ts, None)
        return Answer({"channel": channel, "ts": ts})

    def reactions_add(self, *, channel: str, timestamp: str, name: str) -> "Answer":
        if timestamp in self.gone:
            raise refusal("message_not_found")
        self.reactions.add((timestamp, name))
        return self._answer({"channel": channel})

    def conversations_open(self, *, users: str) -> "Answer":
        return Answer({"channel": {"id": f"D{users}"}})

    def conversations_history(self, *, channel: str, **_: Any) -> "Answer":
        return self._page(one for one in self.posts.values() if one.channel == channel)

    def conversations_replies(self, *, channel: str, ts: str, **_: Any) -> "Answer":
        return self._page(one for one in self.posts.values() if one.thread_ts == ts)

    def auth_test(self) -> "Answer":
        return Answer({"url": "https://example.slack.com/"})

    def _page(self, posts: Any) -> "Answer":
        shown = [
            {
                "ts": one.ts,
                "metadata": {"event_type": "lotsen_post", "event_payload": {"key": one.key}},
            }
            for one in posts
        ]
        return Answer({"messages": shown})

    def _answer(self, data: dict[str, Any]) -> "Answer":
        """Answer, or do not although the work is done."""
        if self.chance.random() < self.silent:
            raise OSError("no answer")
        return Answer(data)


class Answer(dict[str, Any]):
    """What Slack's client returns."""

    status_code = 200

    @property
    def data(self) -> dict[str, Any]:
        return self

    @property
    def headers(self) -> dict[str, str]:
        return {}


def refusal(code: str) -> SlackApiError:
    return SlackApiError(code, Answer(ok=False, error=code))  # type: ignore[no-untyped-call]
