"""What a command works with, for the length of one call."""

import sys
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.clock import Clock, clock_for
from models.language import Translator, words_for
from models.lotsen import Lotsen, open_lotsen
from models.settings import Settings
from models.upkeep.database import open_store

SEED = 1
"""Chance of every training from the terminal: the same data give the same model."""


class Session:
    """Settings, words and the core, each opened at its first use; ``now`` is the same throughout.

    Parameters
    ----------
    as_json
        Whether a program reads the result, which then nobody is there to be asked about.
    """

    def __init__(self, as_json: bool = False) -> None:
        self._as_json = as_json

    @cached_property
    def settings(self) -> Settings:
        """The settings.

        Raises
        ------
        InvalidError
            For wrong ones.
        """
        return Settings.load()

    @cached_property
    def now(self) -> datetime:
        """The moment of the command, unless LOTSEN_NOW names another."""
        return clock_for(self.settings, Clock())()

    @cached_property
    def words(self) -> Translator:
        return words_for(self.settings.lotsen_language)

    @cached_property
    def lotsen(self) -> Lotsen:
        """The core, opened on the database that the settings name.

        Raises
        ------
        UnavailableError
            When the database does not answer.
        """
        lotsen = open_lotsen(self.settings, store=open_store(self.settings))
        try:
            lotsen.registers.prepare(self.now)
            lotsen.recall_names(self.now)
        except BaseException:
            lotsen.close()
            raise
        return lotsen

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.zone

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def is_interactive(self) -> bool:
        """Whether somebody sits at the terminal who can be asked."""
        return not self._as_json and sys.stdin.isatty() and sys.stdout.isatty()

    def close(self) -> None:
        """Close the core if it was opened."""
        if "lotsen" in self.__dict__:
            self.lotsen.close()
