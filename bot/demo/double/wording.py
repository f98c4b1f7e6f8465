"""How Slack turns what people type into the text of an event."""

import re
from collections.abc import Iterator

from bot.demo.double.people import Json

_KEPT = re.compile(
    r"<@[UW][A-Z0-9]+>|<#[CG][A-Z0-9]+(?:\|[^<>]*)?>|<!(?:channel|here|everyone)>"
    r"|<!subteam\^S[A-Z0-9]+(?:\|[^<>]*)?>|<https?://[^<>\s]+>"
)
_SIGNS = re.compile(r"<([^<>]+)>")
_LINK = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)\]]")
EMOJI = {
    "🎫": "ticket",
    "✅": "white_check_mark",
    "👍": "+1",
    "👎": "-1",
    "👀": "eyes",
    "👋": "wave",
    "🙌": "raised_hands",
}


def escape(text: str) -> str:
    """Escape the three signs that control Slack's texts."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pieces(pattern: re.Pattern[str], text: str) -> Iterator[str | re.Match[str]]:
    """Yield what matches and what stands between, in order; what is empty is left out."""
    end = 0
    for match in pattern.finditer(text):
        if match.start() > end:
            yield text[end : match.start()]
        end = match.end()
        yield match
    if end < len(text):
        yield text[end:]


def _linked(text: str) -> str:
    """Escape what stands between the addresses and put those into angle brackets."""
    return "".join(
        escape(one) if isinstance(one, str) else f"<{one[0].replace('&', '&amp;')}>"
        for one in pieces(_LINK, text)
    )


def typed(text: str, bot_user_id: str) -> str:
    """Give the text of the event for what somebody typed.

    Mentions are kept, as the client has already turned the chosen names into ids; ``<@BOT>``
    stands for the app. Everything else is escaped, and addresses become links.
    """
    text = text.replace("<@BOT>", f"<@{bot_user_id}>")
    return "".join(_linked(one) if isinstance(one, str) else one[0] for one in pieces(_KEPT, text))


def _parts(text: str) -> Iterator[Json]:
    """Split an event's text into the elements of a rich text; these are not escaped."""
    for one in pieces(_SIGNS, text):
        yield {"type": "text", "text": unescape(one)} if isinstance(one, str) else _sign(one[1])


def _sign(content: str) -> Json:
    if content.startswith("@"):
        return {"type": "user", "user_id": content[1:]}
    if content.startswith("#"):
        return {"type": "channel", "channel_id": content[1:].partition("|")[0]}
    if content.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": content[9:].partition("|")[0]}
    if content.startswith("!"):
        return {"type": "broadcast", "range": content[1:]}
    return {"type": "link", "url": unescape(content)}


def unescape(text: str) -> str:
    """Give the text as a person sees it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def rich_text(text: str, block_id: str) -> Json:
    """Give the rich text block that Slack's own client sends with a message."""
    section = {"type": "rich_text_section", "elements": list(_parts(text))}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def emoji_name(emoji: str) -> str:
    """Give Slack's short name for an emoji, which may be written ``:so:`` or as a character."""
    return EMOJI.get(emoji, emoji.strip(":"))
