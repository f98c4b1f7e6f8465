"""Why a version was promoted or refused: as it is stored, and in a reader's language. Pure.

Versions keep the reason in English, as the gate wrote it.
"""

import re
from dataclasses import dataclass

from models.language import N_, Translator

_PERCENT, _POINTS = r"[\d.]+%", r"[+-][\d.]+"
_VALUES = {"n": r"\d+", "names": r".+", "difference": _POINTS, "low": _POINTS, "high": _POINTS}
"""Patterns of the values in a stored reason; all others are percentages."""


@dataclass(frozen=True, slots=True)
class PromotionReason:
    """A reason, or a part of one: the text that is stored, and the one that is translated."""

    stored: str
    shown: str = ""  # where it is not the same text

    def text(self, **values: object) -> str:
        """Return what is stored; shares are written as 95.0%, differences as +0.5."""
        return self.stored.format(**values)

    def translated(self, stored: str, words: Translator) -> str | None:
        """Return a stored text in a reader's language; None where it is another reason's."""
        pattern = re.sub(r"\\{(\w+)\\}", _group, re.escape(self.stored))
        match = re.fullmatch(pattern, stored)
        if match is None:
            return None
        values = {name: _value(value, words) for name, value in match.groupdict().items()}
        return words.gettext(self.shown or self.stored, **values)


NOTHING_NEW = PromotionReason(N_("nothing new was imported"))
FIRST_MODEL = PromotionReason(N_("the first model"))
NEW_CATEGORIES = PromotionReason(N_("the categories changed"))
UNREADABLE = PromotionReason(
    "the champion's file cannot be read", N_("the file of the model in use cannot be read")
)
NO_WORSE = PromotionReason("accuracy {now}, before {earlier}", N_("{now} right, before {earlier}"))
WORSE = PromotionReason(
    "accuracy {now} is below the champion's {earlier}",
    N_("{now} right, less than the {earlier} of the model in use"),
)
COMPARED = PromotionReason(
    N_("{now} right on {n} held-out tickets, {difference} points ({low} to {high})")
)
MAY_BE_WORSE = PromotionReason(N_("it may be worse by more than {margin}"))
IMPRECISE = PromotionReason(N_("its automatic decisions are right in {now}, below {target}"))
CATEGORIES = PromotionReason(N_("categories: {names}"))
TOO_FEW = PromotionReason(N_("too few examples of: {names}"))
_ALL = (
    *(NOTHING_NEW, FIRST_MODEL, NEW_CATEGORIES, UNREADABLE, NO_WORSE, WORSE),
    *(COMPARED, MAY_BE_WORSE, IMPRECISE, CATEGORIES, TOO_FEW),
)
_BETWEEN = re.compile(r"; |, but |(?<=\)): ")


def translated_reason(reason: str, words: Translator) -> str:
    """Return a stored reason in words of a reader; what is not known stays as it is."""
    if words.language == "en":
        return reason
    return "; ".join(_translated(part, words) for part in _BETWEEN.split(reason))


def _translated(part: str, words: Translator) -> str:
    known = (reason.translated(part, words) for reason in _ALL)
    return next((text for text in known if text is not None), part)


def _group(hole: re.Match[str]) -> str:
    return f"(?P<{hole[1]}>{_VALUES.get(hole[1], _PERCENT)})"


def _value(value: str, words: Translator) -> str:
    """Write a percentage or a difference of points as the language does."""
    number = value.removesuffix("%").lstrip("+-")
    digits = len(number.partition(".")[2])
    if value.endswith("%"):
        return words.percent(float(number) / 100, digits)
    if re.fullmatch(_POINTS, value):
        return f"{'+' if value.startswith('+') else '−'}{words.number(float(number), digits)}"
    return value
