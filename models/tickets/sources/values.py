"""Take words and times out of the objects of a JSON file. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

MAX_DEPTH = 50
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"})
_SILENT = frozenset({"script", "style", "head", "title"})


def text_of(value: Any) -> str:
    """Return a value as words: a name instead of an object, a list with commas."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, Mapping):
        return text_of(
            next(
                (value[key] for key in ("name", "displayName", "value", "email") if value.get(key)),
                None,
            )
        )
    if isinstance(value, list):
        return ", ".join(words for words in map(text_of, value) if words)
    return str(value)


def inside(value: Any, *path: str) -> Any:
    """Return what stands at a path of keys; None where the path breaks off."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def objects(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a list; none where it is no list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def by_id(value: Any) -> dict[str, Mapping[str, Any]]:
    """Return objects by their id, from a list or from an object of objects."""
    many = list(value.values()) if isinstance(value, Mapping) else value
    return {str(one["id"]): one for one in objects(many) if one.get("id") is not None}


def earliest(times: Iterable[Any]) -> str:
    """Return the earliest of ISO times of one zone; empty where there is none."""
    return min((time for time in times if isinstance(time, str) and time), default="")


def plain(markup: str) -> str:
    """Return the words of HTML, a line for each paragraph; other text as it is."""
    if "<" not in markup and "&" not in markup:
        return markup
    reader = _Words()
    reader.feed(markup)
    reader.close()
    lines = ("".join(reader.parts)).splitlines()
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def document_text(value: Any) -> str:
    """Return the words of an Atlassian document, and another value as its words."""
    if not isinstance(value, Mapping) or "content" not in value:
        return text_of(value)
    return "".join(_words_of(value, MAX_DEPTH)).strip()


def _words_of(node: Mapping[str, Any], depth: int) -> Iterator[str]:
    if isinstance(node.get("text"), str):
        yield node["text"]
    if depth:
        for child in objects(node.get("content")):
            yield from _words_of(child, depth - 1)
    if node.get("type") in ("paragraph", "heading", "hardBreak", "listItem"):
        yield "\n"


class _Words(HTMLParser):
    """Collects what HTML says, without its tags, scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
