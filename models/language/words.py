"""Say something in a person's language.

Message ids are English; ``languages/<code>/messages.po`` holds the translations (gettext
format, read by Babel when the first word is said, so that nothing generated is kept in the
repository). A missing translation shows in English, and a test names it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from models.language.records import LANGUAGES, Language, LanguageRecord
from models.message import Run, Runs, Style

_MARKUP = re.compile(
    r"\*(?P<bold>[^*\n]+)\*|(?<!\w)_(?P<italic>(?:[^_\n{}]|\{\w+\})+)_(?!\w)|`(?P<code>[^`\n]+)`"
)
_HOLE = re.compile(r"\{(\w+)\}")


def gettext_noop(text: str) -> str:
    """Mark a message id that is said later, so that the catalogue test finds it."""
    return text


N_ = gettext_noop
"""Its usual short name, which `tests/test_house.py` looks for."""


def language_of(locale: str, fallback: Language) -> Language:
    """Return the language for a Slack locale such as ``sv-SE``."""
    short = re.split("[-_]", locale)[0].lower()
    return short if short in LANGUAGES else fallback


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named in a message; the face shows the name, nobody is notified."""

    slack_id: str
    name: str = ""


Value = str | int | Run | Mention


@dataclass(frozen=True)
class Translator:
    """Everything that is said in one language, with sums in one currency (ISO 4217)."""

    language: Language
    currency: str = "EUR"

    def in_currency(self, code: str) -> "Translator":
        return replace(self, currency=code)

    def gettext(self, text: str, /, **values: object) -> str:
        """Translate ``text`` and fill its ``{holes}``."""
        return _fill(self.record.message(text), values)

    def ngettext(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Translate a text that depends on a number; ``{n}`` is the number, written out."""
        chosen = self.record.plural(one, many, n)
        return _fill(chosen, {"n": self.number(n), **values})

    def rich(self, text: str, /, **values: Value) -> Runs:
        """Translate ``text`` into runs.

        ``*bold*``, ``_italic_`` and code marks count in the catalogue's text only; a value
        is plain data, in the style that surrounds its hole.
        """
        return tuple(_runs(self.record.message(text), values))

    def number(self, value: float, digits: int = 0) -> str:
        return format_decimal(round(value, digits), format=_decimals(digits), locale=self._locale)

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share (0–1) as a percentage."""
        usual = self._locale.percent_formats[None].pattern
        pattern = usual.replace("#,##0", _decimals(digits))
        return str(format_percent(share, format=pattern, locale=self._locale))

    def chance(self, share: float) -> str:
        """Write a probability as a percentage: ``> 99 %`` or ``< 1 %`` at the ends."""
        # Nothing estimated is certain, so none is rounded to 0 or 100 %.
        if share > 0.99:
            return f">\u00a0{self.percent(0.99)}"
        return f"<\u00a0{self.percent(0.01)}" if share < 0.01 else self.percent(share)

    def money(self, amount: float, digits: int = 0) -> str:
        rounded = round(amount, digits)
        text = format_currency(
            rounded,
            self.currency,
            locale=self._locale,
            currency_digits=False,
            format=None if digits == 2 else self._whole_currency,
        )
        return str(text)

    def minutes(self, value: float) -> str:
        """Write a duration given in minutes: ``12 min``, ``3 h 5 min``, ``2 d 4 h``."""
        if 0 < value < 1:
            return self.gettext("under 1 min")
        whole = round(value)
        if whole < 60:
            return self.gettext("{n} min", n=self.number(whole))
        hours, left = divmod(whole, 60)
        if hours < 48:
            return self._two(N_("{n} h"), hours, N_("{n} min"), left)
        days, hours = divmod(hours, 24)
        return self._two(N_("{n} d"), days, N_("{n} h"), hours)

    def day(self, value: date, pattern: str = "d MMMM y") -> str:
        return str(format_date(value, format=self._dotted(pattern), locale=self._locale))

    def moment(self, value: datetime, zone: ZoneInfo) -> str:
        """Write an instant as local date and time."""
        pattern = self._dotted("d MMM y HH:mm")
        return str(format_datetime(value, format=pattern, tzinfo=zone, locale=self._locale))

    def to_the_second(self, value: datetime, zone: ZoneInfo, *, with_day: bool = False) -> str:
        """Write an instant as a clock shows it, ``10:03:07``; with its day where that is wanted."""
        pattern = self._dotted("d MMM y HH:mm:ss" if with_day else "HH:mm:ss")
        return str(format_datetime(value, format=pattern, tzinfo=zone, locale=self._locale))

    def lasting(self, value: timedelta) -> str:
        """Write a duration as a person says it: ``under a second``, ``40 seconds``, ``3 h 5 min``."""
        seconds = value.total_seconds()
        if seconds < 1:
            return self.gettext("under a second")
        if seconds < 90:
            return self.ngettext("{n} second", "{n} seconds", round(seconds))
        return self.minutes(seconds / 60)

    def soon(self, value: datetime, now: datetime, zone: ZoneInfo) -> str:
        """Write an instant as people say it: ``14:32``, ``Monday 08:10``, ``7 December 08:10``."""
        local, today = value.astimezone(zone), now.astimezone(zone).date()
        away = (local.date() - today).days
        pattern = "HH:mm" if away == 0 else "EEEE HH:mm" if 0 < away < 7 else "d MMMM HH:mm"
        dotted = self._dotted(pattern)
        return str(format_datetime(value, format=dotted, tzinfo=zone, locale=self._locale))

    def listing(self, items: Iterable[str]) -> str:
        """Join words as a sentence would: ``VPN, lösenord och skrivare``."""
        return str(format_list(list(items), locale=self._locale))

    def _dotted(self, pattern: str) -> str:
        # Some write the day as an ordinal: 23. November.
        ordinal = "d. " in self._locale.date_formats["long"].pattern
        return re.sub(r"\bd\b", "d.", pattern) if ordinal else pattern

    def _two(self, big: str, n_big: int, small: str, n_small: int) -> str:
        first = self.gettext(big, n=self.number(n_big))
        return f"{first} {self.gettext(small, n=self.number(n_small))}" if n_small else first

    @property
    def record(self) -> LanguageRecord:
        return LANGUAGES[self.language]

    @property
    def _locale(self) -> Locale:
        return self.record.locale

    @property
    def _whole_currency(self) -> str:
        usual: str = self._locale.currency_formats["standard"].pattern
        return usual.partition(";")[0].replace(".00", "")


@cache
def words_for(language: Language) -> Translator:
    return Translator(language)


def _decimals(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


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
    if isinstance(value, Mention):
        return Run(value.name or value.slack_id, style, person=value.slack_id)
    return Run(str(value), style)
