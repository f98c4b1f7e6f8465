"""Slack's markup as HTML. Everything that somebody wrote is escaped here, once.

Texts arrive with ``& < >`` escaped and signs in angle brackets, as in
https://docs.slack.dev/messaging/formatting-message-text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from bot.demo.double.wording import pieces, unescape

Json = dict[str, Any]

_EMOJI = {
    "ticket": "🎫", "white_check_mark": "✅", "+1": "👍", "-1": "👎", "eyes": "👀",
    "tada": "🎉", "warning": "⚠️", "wave": "👋", "hourglass": "⌛", "bulb": "💡",
    "bar_chart": "📊", "heavy_check_mark": "✔️", "x": "❌", "lock": "🔒", "pray": "🙏",
    "raised_hands": "🙌",
}  # fmt: skip
_SIGNS = re.compile(
    r"```(?P<pre>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<sign>[^<>]+)>"
    r"|(?<![\w*])\*(?P<strong>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<em>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<s>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])",
    re.S,
)
_SHORT_NAME = re.compile(r":([a-z0-9_+-]{1,40}):")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s]+\Z")
_MARKDOWN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<url>[^)\s]+)\)"
    r"|\*\*(?P<strong>[^*\n]+)\*\*"
    r"|(?<![\w*])\*(?P<em>[^*\s][^*\n]*)\*|(?<!\w)_(?P<em2>[^_\s][^_\n]*)_(?!\w)"
)
_STYLES = {"bold": "strong", "italic": "em", "strike": "s", "code": "code"}


@dataclass(frozen=True, slots=True)
class Names:
    """What people, channels and user groups are called, by id."""

    people: dict[str, str]
    channels: dict[str, str]
    groups: dict[str, str]

    def of(self, sign: str) -> str:
        """Return the name behind ``@U1``, ``#C1`` or ``!subteam^S1``; the id if unknown."""
        key, _, label = sign.lstrip("@#!").removeprefix("subteam^").partition("|")
        known = {"@": self.people, "#": self.channels, "!": self.groups}[sign[0]]
        mark = "#" if sign[0] == "#" else "@"
        return mark + (known.get(key) or label.lstrip("@#") or key)


def emoji(name: str) -> str:
    """Return the character of a short name; the name in colons when it is unknown."""
    return _EMOJI.get(name, f":{name}:")


def typed_again(text: str) -> str:
    """Return an event's text as its author would type it again."""
    return unescape(re.sub(r"<((?:https?://|mailto:)[^<>|]+)(?:\|[^<>]*)?>", r"\1", text))


def plain(text: str) -> Markup:
    """Return text with its line breaks and emoji, and nothing else."""
    named = _SHORT_NAME.sub(lambda found: emoji(found[1]), text)
    return Markup("<br>").join(escape(line) for line in named.split("\n"))


def link(url: str, label: str) -> Markup:
    """Return a link, or only its label where the address is none that a browser may open."""
    if not _LINK.match(url):
        return plain(label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(
        url, label
    )


def mrkdwn(text: str, names: Names) -> Markup:
    """Return Slack's ``mrkdwn`` as HTML, quotes and lines too."""
    done: list[Markup] = []
    quoted: list[Markup] = []
    for line in _lines(text):
        if line.startswith("&gt;"):
            quoted.append(_inline(line.removeprefix("&gt;").lstrip(), names))
            continue
        done += _quote(quoted)
        quoted = []
        done.append(_inline(line, names) + Markup("<br>"))
    done += _quote(quoted)
    return Markup("").join(done).removesuffix(Markup("<br>"))


def _lines(text: str) -> Iterable[str]:
    """Split into lines, but never inside of a preformatted stretch."""
    parts = re.split(r"(```.+?```)", text, flags=re.S)
    line = ""
    for n, part in enumerate(parts):
        if n % 2:
            line += part
            continue
        first, *rest = part.split("\n")
        line += first
        for following in rest:
            yield line
            line = following
    yield line


def _quote(lines: list[Markup]) -> list[Markup]:
    if not lines:
        return []
    return [Markup("<blockquote>{}</blockquote>").format(Markup("<br>").join(lines))]


def _inline(text: str, names: Names) -> Markup:
    return Markup("").join(
        plain(unescape(one)) if isinstance(one, str) else _styled(one, names)
        for one in pieces(_SIGNS, text)
    )


def _styled(found: re.Match[str], names: Names) -> Markup:
    kind = str(found.lastgroup)
    inner = found[kind]
    if kind == "sign":
        return _sign(inner, names)
    if kind in {"pre", "code"}:
        return Markup(f"<{kind}>{{}}</{kind}>").format(unescape(inner).strip("\n"))  # noqa: S704 - kind is one of our own group names
    return Markup(f"<{kind}>{{}}</{kind}>").format(_inline(inner, names))  # noqa: S704 - likewise


def _sign(content: str, names: Names) -> Markup:
    if content[0] in "@#!":
        return mention(names.of(content))
    url, _, label = content.partition("|")
    return link(unescape(url), unescape(label or url.removeprefix("mailto:")))


def mention(name: str) -> Markup:
    return Markup('<span class="mention">{}</span>').format(name)


def text_object(value: Json | None, names: Names) -> Markup:
    """Return a text object, ``plain_text`` or ``mrkdwn``."""
    text = str((value or {}).get("text") or "")
    return mrkdwn(text, names) if (value or {}).get("type") == "mrkdwn" else plain(text)


def rich_inline(elements: Iterable[Json], names: Names) -> Markup:
    """Return the elements of a rich text section; their texts are not escaped."""
    return Markup("").join(_rich_element(element, names) for element in elements)


def _rich_element(element: Json, names: Names) -> Markup:
    kind = element.get("type")
    if kind == "text":
        done = plain(str(element.get("text") or ""))
    elif kind == "link":
        url = str(element.get("url") or "")
        done = link(url, str(element.get("text") or url))
    elif kind == "emoji":
        done = plain(emoji(str(element.get("name") or "")))
    else:
        done = mention(names.of(_rich_sign(element)))
    for style, tag in _STYLES.items():
        if (element.get("style") or {}).get(style):
            done = Markup(f"<{tag}>{{}}</{tag}>").format(done)  # noqa: S704 - tag is our own
    return done


def _rich_sign(element: Json) -> str:
    for field, mark in (
        ("user_id", "@"),
        ("channel_id", "#"),
        ("usergroup_id", "!subteam^"),
        ("range", "!"),
    ):
        if element.get(field):
            return mark + str(element[field])
    return "@?"


def markdown(text: str) -> Markup:
    """Return the Markdown that Slack's markdown block takes: headings, lists, emphasis, links."""
    done: list[Markup] = []
    items: list[Markup] = []
    for line in [*text.split("\n"), ""]:
        listed = re.match(r"\s*(?:[-*+]|\d+\.)\s+(.*)", line)
        if listed:
            items.append(Markup("<li>{}</li>").format(_markdown_inline(listed[1])))
            continue
        if items:
            done.append(Markup("<ul>{}</ul>").format(Markup("").join(items)))
            items = []
        heading = re.match(r"#{1,6}\s+(.*)", line)
        if heading:
            done.append(Markup("<h4>{}</h4>").format(_markdown_inline(heading[1])))
        elif line.strip():
            done.append(Markup("<p>{}</p>").format(_markdown_inline(line)))
    return Markup("").join(done)


def _markdown_inline(text: str) -> Markup:
    return Markup("").join(
        plain(one) if isinstance(one, str) else _emphasis(one) for one in pieces(_MARKDOWN, text)
    )


def _emphasis(found: re.Match[str]) -> Markup:
    if found["label"]:
        return link(found["url"], found["label"])
    kind = str(found.lastgroup).rstrip("2")
    inner = next(group for group in found.groups() if group)
    return Markup(f"<{kind}>{{}}</{kind}>").format(inner)  # noqa: S704 - our own names
