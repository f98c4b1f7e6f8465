"""The words in which Slack's rules for Block Kit are written down, and what they find wrong."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.demo.double.people import Json

_ADDRESS = re.compile(r"(https?://[^\s/?#]+|mailto:[^\s]+@[^\s]+|slack://[^\s]+)[^\s]*\Z")


@dataclass(slots=True)
class Findings:
    """Slack's complaints, each with the JSON pointer to the place."""

    messages: list[str] = field(default_factory=list)

    def add(self, pointer: str, complaint: str) -> None:
        self.messages.append(f"[ERROR] {complaint} [json-pointer:{pointer}]")


Rule = Callable[[Findings, Any, str], None]


def anything(_found: Findings, _value: Any, _at: str) -> None:
    """Allow whatever stands there."""


def flag(found: Findings, value: Any, at: str) -> None:
    """Demand true or false."""
    if not isinstance(value, bool):
        found.add(at, "must be a boolean")


def string(most: int, *, least: int = 0) -> Rule:
    """Demand a string of ``least`` to ``most`` characters."""

    def check(found: Findings, value: Any, at: str) -> None:
        if not isinstance(value, str):
            found.add(at, "must be a string")
        elif len(value) > most:
            found.add(at, f"must be less than {most + 1} characters")
        elif len(value) < least:
            found.add(at, f"must be more than {least - 1} characters")

    return check


def address(most: int = 3000) -> Rule:
    """Demand a complete web address."""
    length = string(most, least=1)

    def check(found: Findings, value: Any, at: str) -> None:
        before = len(found.messages)
        length(found, value, at)
        if len(found.messages) == before and not _ADDRESS.match(value):
            found.add(at, "invalid url")

    return check


def whole(least: int, most: int) -> Rule:
    """Demand a whole number between two bounds."""

    def check(found: Findings, value: Any, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            found.add(at, "must be an integer")
        elif not least <= value <= most:
            found.add(at, f"must be between {least} and {most}")

    return check


def number(found: Findings, value: Any, at: str) -> None:
    """Demand a number; NaN and infinity are none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value - value != 0:
        found.add(at, "must be a number")


def positive(found: Findings, value: Any, at: str) -> None:
    """Demand a number above zero."""
    before = len(found.messages)
    number(found, value, at)
    if len(found.messages) == before and value <= 0:
        found.add(at, "must be greater than 0")


def words(*allowed: str) -> Rule:
    """Demand one of some words."""

    def check(found: Findings, value: Any, at: str) -> None:
        if value not in allowed:
            found.add(at, "must be one of: " + ", ".join(allowed))

    return check


def items(rule: Rule, *, most: int, least: int = 1) -> Rule:
    """Demand a list whose members all follow ``rule``."""

    def check(found: Findings, value: Any, at: str) -> None:
        if not isinstance(value, list):
            found.add(at, "must be an array")
            return
        if len(value) > most:
            found.add(at, f"no more than {most} items allowed")
        if len(value) < least:
            found.add(at, f"no fewer than {least} items allowed")
        for place, item in enumerate(value):
            rule(found, item, f"{at}/{place}")

    return check


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one kind of object; ``together`` checks what no single field shows."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    together: Rule = anything

    def __call__(self, found: Findings, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            found.add(at, "must provide an object")
            return
        before = len(found.messages)
        for name in self.required:
            if value.get(name) is None:
                found.add(at, f"missing required field: {name}")
        known = {**self.required, **self.optional}
        for name, content in value.items():
            if name == "type" or content is None:
                continue
            if name not in known:
                found.add(at, f"invalid additional property: {name}")
            else:
                known[name](found, content, f"{at}/{name}")
        if len(found.messages) == before:  # what is well formed alone is looked at together
            self.together(found, value, at)


def kind(shapes: Mapping[str, Rule], allowed: Collection[str]) -> Rule:
    """Demand an object whose ``type`` is among ``allowed``, and check it by its shape."""

    def check(found: Findings, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            found.add(at, "must provide an object")
        elif value.get("type") is None:
            found.add(at, "missing required field: type")
        elif str(value["type"]) not in allowed or str(value["type"]) not in shapes:
            found.add(f"{at}/type", f"unsupported type: {value['type']}")
        else:
            shapes[str(value["type"])](found, value, at)

    return check


def text(most: int, *, plain: bool = False, least: int = 1) -> Rule:
    """Demand a text object of at most so many characters."""
    length = string(most, least=least)
    shapes: dict[str, Rule] = {
        "plain_text": Shape({"text": length}, {"emoji": flag}),
        "mrkdwn": Shape({"text": length}, {"verbatim": flag}),
    }
    return kind(shapes, ("plain_text",) if plain else ("plain_text", "mrkdwn"))


def unique(found: Findings, names: list[tuple[Any, str]], what: str) -> None:
    """Complain of each name that came up before; names are given with their places."""
    seen: set[str] = set()
    for name, at in names:
        if str(name) in seen:
            found.add(at, f"{what} `{name}` already exists")
        seen.add(str(name))


def strings_in(value: Any) -> int:
    """Count the characters of all texts in a block."""
    if isinstance(value, list):
        return sum(strings_in(item) for item in value)
    if not isinstance(value, dict):
        return 0
    return sum(
        len(content) if name == "text" and isinstance(content, str) else strings_in(content)
        for name, content in value.items()
    )


def as_object(value: Any) -> Json:
    """Give an object, or an empty one where there is none."""
    return value if isinstance(value, dict) else {}
