"""Show a message where it belongs: a channel, a thread, an earlier post, or one person's eyes."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient, WebhookResponse

from bot.slack.answers import SHUT_OUT, UNCLEAR, code_of, pointers_of
from bot.slack.blocks import in_words, render
from bot.slack.looking_up import metadata
from models.mailbox import OutgoingPost
from models.message import Message
from models.tables import PostKind

TIMEOUT_S = 10
_INVALID = "invalid_blocks"
_REFUSED: Callable[[str, SlackResponse], SlackApiError] = SlackApiError
# Somebody else deleted it, or the answer to our own call was lost.
_GONE = frozenset({"message_not_found", "channel_not_found"})

# It stands there already, or there is nothing left to react to.
_REACTED = frozenset({"already_reacted", *_GONE})
# What Slack says to an app of an older manifest, or where there are too many emoji already.
_NO_REACTIONS = frozenset({"missing_scope", "too_many_reactions", "too_many_emoji"})
EMOJI = {"👋": "wave", "🙌": "raised_hands", "👀": "eyes"}


class SlackPoster:
    """Slack as the place where messages are shown."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._direct: dict[str, str] = {}

    def show(
        self, post: OutgoingPost, message: Message, *, plainly: bool = False
    ) -> Mapping[str, Any]:
        """Call Slack once; return its answer.

        Parameters
        ----------
        plainly
            Show the words alone, without blocks.

        Raises
        ------
        SlackApiError
            When Slack refuses.
        OSError
            When it is silent.
        """
        text, blocks = (in_words(message), []) if plainly else render(message)
        if post.kind is PostKind.UPDATE:
            return _data(
                self._client.chat_update(
                    channel=post.target_channel,
                    ts=post.target_ts,
                    text=text,
                    blocks=blocks,
                    metadata=metadata(post.key),
                )
            )
        if post.kind is PostKind.EPHEMERAL:
            return self._post_ephemeral(post, text, blocks)
        return _data(
            self._client.chat_postMessage(
                channel=self.channel(post.to.channel),
                text=text,
                blocks=blocks,
                thread_ts=post.to.thread_ts or None,
                metadata=metadata(post.key),
                unfurl_links=False,
                unfurl_media=False,
            )
        )

    def delete(self, post: OutgoingPost) -> Mapping[str, Any]:
        """Delete the post; one that is gone already needs no more.

        Raises
        ------
        SlackApiError
            When Slack refuses.
        OSError
            When it is silent.
        """
        channel, ts = post.target_channel, post.target_ts
        try:
            return _data(self._client.chat_delete(channel=channel, ts=ts))
        except SlackApiError as error:
            if code_of(error) not in _GONE:
                raise
            return {}

    def react(self, post: OutgoingPost, message: Message) -> Mapping[str, Any]:
        """Put the emoji that the text begins with at the message; without the right, say the text.

        Raises
        ------
        SlackApiError
            When Slack refuses.
        OSError
            When it is silent.
        """
        name = EMOJI[message.text.split(maxsplit=1)[0]]
        channel, ts = self.channel(post.to.channel), post.to.thread_ts
        try:
            return _data(self._client.reactions_add(channel=channel, timestamp=ts, name=name))
        except SlackApiError as error:
            if code_of(error) in _NO_REACTIONS:
                return self.show(post, message)
            if code_of(error) not in _REACTED:
                raise
            return {}

    def what_is_wrong(self, message: Message) -> list[str]:
        """Ask Slack what it has against the message's blocks; nothing where it does not say.

        See https://docs.slack.dev/reference/methods/blocks.validate.
        """
        _, blocks = render(message)
        try:
            self._client.api_call("blocks.validate", json={"blocks": blocks})
        except SlackApiError as error:
            return pointers_of(error)
        except UNCLEAR:
            pass  # the words go all the same
        return []

    def _post_ephemeral(
        self, post: OutgoingPost, text: str, blocks: list[dict[str, Any]]
    ) -> Mapping[str, Any]:
        if post.to.reply_url and self._by_hook(post, text, blocks):
            return {}
        # The address lives for 30 minutes and five uses; a direct way remains.
        channel, person = post.to.channel, post.to.person
        if channel and channel != person and not channel.startswith("D"):
            try:
                return _data(
                    self._client.chat_postEphemeral(
                        channel=channel,
                        user=person,
                        text=text,
                        blocks=blocks,
                        thread_ts=post.to.thread_ts or None,
                    )
                )
            except SlackApiError as error:
                if code_of(error) not in SHUT_OUT:
                    raise
        return _data(
            self._client.chat_postMessage(
                channel=self.channel(person),
                text=text,
                blocks=blocks,
                metadata=metadata(post.key),
                unfurl_links=False,
                unfurl_media=False,
            )
        )

    def _by_hook(self, post: OutgoingPost, text: str, blocks: list[dict[str, Any]]) -> bool:
        """Answer at Slack's address for it; False where that has had its time."""
        hook = WebhookClient(
            post.to.reply_url, timeout=TIMEOUT_S, ssl=self._client.ssl, retry_handlers=[]
        )
        body: dict[str, Any] = {
            "text": text,
            "blocks": blocks,
            "response_type": "ephemeral",
            "replace_original": post.replaces,
        }
        if post.to.thread_ts and not post.replaces:
            body["thread_ts"] = post.to.thread_ts
        answer = hook.send_dict(body)
        if answer.status_code >= 500:
            raise OSError(f"Slack answered {answer.status_code}")
        if _INVALID in answer.body:  # elsewhere Slack would refuse the same
            raise _REFUSED(_INVALID, _refusal(answer))
        return answer.status_code == 200

    def channel(self, channel: str) -> str:
        """Return the channel; for a person's id, the direct message with them."""
        if not channel.startswith(("U", "W")):
            return channel
        if channel not in self._direct:
            opened = _data(self._client.conversations_open(users=channel))
            self._direct[channel] = str(opened["channel"]["id"])
        return self._direct[channel]


def _refusal(answer: WebhookResponse) -> SlackResponse:
    """Return what an address for answers said as the Web API would have said it."""
    try:
        told = json.loads(answer.body)
    except ValueError:
        told = {}
    return SlackResponse(
        client=None,
        http_verb="POST",
        api_url="response_url",
        req_args={},
        data={**(told if isinstance(told, dict) else {}), "ok": False, "error": _INVALID},
        headers=dict(answer.headers),
        status_code=answer.status_code,
    )


def _data(response: Any) -> Mapping[str, Any]:
    return dict(response.data) if isinstance(response.data, dict) else {}
