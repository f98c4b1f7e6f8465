"""Say something in a person's language.

Message ids are English; ``catalogues/<language>/*.po`` hold the translations (gettext
format, read by Babel at start-up, so that nothing generated is kept in the repository).
A missing translation shows in English, and a test names it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Literal, cast
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent

from models.message import Run, Runs, Style

Language = Literal["sv", "en", "de"]
LANGUAGES: tuple[Language, ...] = ("sv", "en", "de")
# en-GB: day before month and a 24-hour clock, as European offices write.
_LOCALES = {"sv": "sv_SE", "en": "en_GB", "de": "de_DE"}
_MARKUP = re.compile(
    r"\*(?P<bold>[^*\n]+)\*|_(?P<italic>(?:[^_\n{}]|\{\w+\})+)_|`(?P<code>[^`\n]+)`"
)
_HOLE = re.compile(r"\{(\w+)\}")


def noted(text: str) -> str:
    """Mark a message id that is said later, so that the catalogue test finds it."""
    return text


def language_of(locale: str, fallback: Language) -> Language:
    """Return the language for a Slack locale such as ``sv-SE``."""
    short = locale[:2].lower()
    return short if short in LANGUAGES else fallback


@dataclass(frozen=True, slots=True)
class Person:
    """A person named in a message; the face shows the name, nobody is notified."""

    slack_id: str
    name: str = ""


Value = str | int | Run | Person


@dataclass(frozen=True)
class Words:
    """Everything that is said in one language."""

    language: Language

    def say(self, text: str, /, **values: object) -> str:
        """Translate ``text`` and fill its ``{holes}``."""
        return _fill(_catalogue(self.language).get(text, text), values)

    def count(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Translate a text that depends on a number; ``{n}`` is the number, written out."""
        forms = _plurals(self.language).get(one)
        chosen = (one if n == 1 else many) if forms is None else forms[0 if n == 1 else 1]
        return _fill(chosen, {"n": self.number(n), **values})

    def rich(self, text: str, /, **values: Value) -> Runs:
        """Translate ``text`` into runs.

        ``*bold*``, ``_italic_`` and code marks count in the catalogue's text only; a value
        is plain data, in the style that surrounds its hole.
        """
        return tuple(_runs(_catalogue(self.language).get(text, text), values))

    def number(self, value: float, digits: int = 0) -> str:
        return format_decimal(round(value, digits), format=_decimals(digits), locale=self._locale)

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share (0–1) as a percentage."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        space = "" if self.language == "en" else "\N{NO-BREAK SPACE}"
        return str(format_percent(share, format=f"{pattern}{space}%", locale=self._locale))

    def euros(self, amount: float, digits: int = 0) -> str:
        rounded = round(amount, digits)
        text = format_currency(
            rounded,
            "EUR",
            locale=self._locale,
            currency_digits=False,
            format=None if digits == 2 else _currency_pattern(self.language),
        )
        return str(text)

    def minutes(self, value: float) -> str:
        """Write a duration given in minutes: ``12 min``, ``3 h 5 min``, ``2 d 4 h``."""
        if 0 < value < 1:
            return self.say("under 1 min")
        whole = round(value)
        if whole < 60:
            return self.say("{n} min", n=self.number(whole))
        hours, left = divmod(whole, 60)
        if hours < 48:
            return self._two(noted("{n} h"), hours, noted("{n} min"), left)
        days, hours = divmod(hours, 24)
        return self._two(noted("{n} d"), days, noted("{n} h"), hours)

    def day(self, value: date, pattern: str = "d MMMM y") -> str:
        return str(format_date(value, format=self._dotted(pattern), locale=self._locale))

    def moment(self, value: datetime, zone: ZoneInfo) -> str:
        """Write an instant as local date and time."""
        pattern = self._dotted("d MMM y HH:mm")
        return str(format_datetime(value, format=pattern, tzinfo=zone, locale=self._locale))

    def listing(self, items: Iterable[str]) -> str:
        """Join words as a sentence would: ``VPN, lösenord och skrivare``."""
        return str(format_list(list(items), locale=self._locale))

    def _dotted(self, pattern: str) -> str:
        # German writes the day as an ordinal: 23. November.
        return re.sub(r"\bd\b", "d.", pattern) if self.language == "de" else pattern

    def _two(self, big: str, n_big: int, small: str, n_small: int) -> str:
        first = self.say(big, n=self.number(n_big))
        return f"{first} {self.say(small, n=self.number(n_small))}" if n_small else first

    @property
    def _locale(self) -> Locale:
        return Locale.parse(_LOCALES[self.language])


@cache
def words_for(language: Language) -> Words:
    return Words(language)


def _decimals(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


def _currency_pattern(language: Language) -> str:
    return "¤#,##0" if language == "en" else "#,##0\N{NO-BREAK SPACE}¤"


def _fill(text: str, values: dict[str, object]) -> str:
    # One pass: a value that itself contains a {hole} stays as it is.
    return _HOLE.sub(lambda hole: str(values.get(hole[1], hole[0])), text)


def _runs(text: str, values: dict[str, Value]) -> Iterable[Run]:
    at = 0
    for mark in _MARKUP.finditer(text):
        yield from _plain_and_holes(text[at : mark.start()], "plain", values)
        style = cast("Style", mark.lastgroup)
        yield from _plain_and_holes(mark[style], style, values)
        at = mark.end()
    yield from _plain_and_holes(text[at:], "plain", values)


def _plain_and_holes(text: str, style: Style, values: dict[str, Value]) -> Iterable[Run]:
    at = 0
    for hole in _HOLE.finditer(text):
        if text[at : hole.start()]:
            yield Run(text[at : hole.start()], style)
        yield _value_run(values.get(hole[1], hole[0]), style)
        at = hole.end()
    if text[at:]:
        yield Run(text[at:], style)


def _value_run(value: Value, style: Style) -> Run:
    if isinstance(value, Run):
        return value
    if isinstance(value, Person):
        return Run(value.name or value.slack_id, style, person=value.slack_id)
    return Run(str(value), style)


@cache
def _messages(language: Language) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    singles: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    folder = files("models.language") / "catalogues" / language
    if not folder.is_dir():  # English is the language of the message ids
        return singles, plurals
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        for message in read_po(BytesIO(file.read_bytes())):
            if isinstance(message.id, str):
                if message.id and isinstance(message.string, str) and message.string:
                    singles[message.id] = message.string
            elif isinstance(message.string, tuple) and all(message.string):
                plurals[message.id[0]] = message.string
    return singles, plurals


def _catalogue(language: Language) -> dict[str, str]:
    return _messages(language)[0]


def _plurals(language: Language) -> dict[str, tuple[str, ...]]:
    return _messages(language)[1]
