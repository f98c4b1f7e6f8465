"""Why a version was promoted or refused, in a reader's language.

Versions keep the reason as the gate wrote it, in English. Pure.
"""

import re

from models.language import Words, noted

_PERCENT = r"([\d.]+)%"
_POINTS = r"([+-][\d.]+)"
# Each with the text in a reader's language, and what its holes are called.
_REASONS = (
    (r"nothing new was imported", noted("nothing new was imported"), ()),
    (r"the first model", noted("the first model"), ()),
    (r"the categories changed", noted("the categories changed"), ()),
    (
        r"the champion's file cannot be read",
        noted("the file of the model in use cannot be read"),
        (),
    ),
    (
        rf"accuracy {_PERCENT}, before {_PERCENT}",
        noted("{now} right, before {earlier}"),
        ("now", "earlier"),
    ),
    (
        rf"accuracy {_PERCENT} is below the champion's {_PERCENT}",
        noted("{now} right, less than the {earlier} of the model in use"),
        ("now", "earlier"),
    ),
    (
        rf"{_PERCENT} right on (\d+) held-out tickets, {_POINTS} points "
        rf"\({_POINTS} to {_POINTS}\)",
        noted("{now} right on {n} held-out tickets, {difference} points ({low} to {high})"),
        ("now", "n", "difference", "low", "high"),
    ),
    (
        rf"it may be worse by more than {_PERCENT}",
        noted("it may be worse by more than {margin}"),
        ("margin",),
    ),
    (
        rf"its automatic decisions are right in {_PERCENT}, below {_PERCENT}",
        noted("its automatic decisions are right in {now}, below {target}"),
        ("now", "target"),
    ),
    (r"categories: (.+)", noted("categories: {names}"), ("names",)),
    (r"too few examples of: (.+)", noted("too few examples of: {names}"), ("names",)),
)
_BETWEEN = re.compile(r"; |, but |(?<=\)): ")


def translated_reason(reason: str, words: Words) -> str:
    """Return a stored reason in words of a reader; what is not known stays as it is."""
    if words.language == "en":
        return reason
    return "; ".join(_translated(part, words) for part in _BETWEEN.split(reason))


def _translated(part: str, words: Words) -> str:
    for pattern, text, holes in _REASONS:
        if found := re.fullmatch(pattern, part):
            values = (
                _value(name, value, words)
                for name, value in zip(holes, found.groups(), strict=True)
            )
            return words.say(text, **dict(zip(holes, values, strict=True)))
    return part


def _value(hole: str, value: str, words: Words) -> str:
    """Write a percentage or a difference of points as the language does."""
    if hole in ("names", "n"):
        return value
    digits = len(value.partition(".")[2])
    if hole in ("difference", "low", "high"):
        return f"{'+' if value.startswith('+') else '−'}{words.number(abs(float(value)), digits)}"
    return words.percent(float(value) / 100, digits)
