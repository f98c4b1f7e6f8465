"""A finding of ``lotsen doctor``, and what those who look for them share."""

from dataclasses import dataclass
from typing import Final

from bot.clock import Clock
from models.errors import LotsenError
from models.language import Translator
from models.settings import Settings

STOPS: Final = frozenset(
    {
        "settings", "database", "schema", "database_file", "port", "help_channel",
        "support_channel", "slack_bot_token", "slack_scopes", "slack_events",
    }
)  # fmt: skip
"""Checks without which nobody is answered, or what was written may be lost."""


@dataclass(frozen=True, slots=True)
class Check:
    """A finding; ``fix`` says what to do, or what could be done where nothing is wrong."""

    name: str
    ok: bool
    detail: str
    fix: str = ""

    @property
    def code(self) -> int:
        """The exit code that it asks for: 2 where Lotsen does not work, 1 where it does."""
        if self.ok:
            return 0
        return 2 if self.name in STOPS else 1


class Examination:
    """Says what was found; texts are English, for the reader's language."""

    def __init__(self, settings: Settings, words: Translator, clock: Clock) -> None:
        self._settings, self._words, self._clock = settings, words, clock

    def _fine(self, name: str, detail: str, /, **values: object) -> Check:
        return Check(name, ok=True, detail=self._words.gettext(detail, **values))

    def _wrong(self, name: str, detail: str, fix: str, /, **values: object) -> Check:
        gettext = self._words.gettext
        return Check(name, False, gettext(detail, **values), gettext(fix, **values))

    def _hint(self, name: str, detail: str, fix: str, /, **values: object) -> Check:
        """Return that nothing is wrong, and what could be done."""
        gettext = self._words.gettext
        return Check(name, True, gettext(detail, **values), gettext(fix, **values))

    def _failed(self, name: str, error: LotsenError, fix: str, /, **values: object) -> Check:
        return Check(name, False, str(error), self._words.gettext(fix, **values))
