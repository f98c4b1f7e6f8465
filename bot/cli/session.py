"""The open core for the length of one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock, clock_for
from bot.log import configure_for_terminal
from models.language import Words, words_for
from models.lotsen import Lotsen, open_lotsen
from models.settings import Settings
from models.upkeep.database import open_store


@dataclass(frozen=True, slots=True)
class Session:
    """What a command works with; ``now`` is the same for all it does."""

    lotsen: Lotsen
    now: datetime
    words: Words

    @property
    def zone(self) -> ZoneInfo:
        return self.lotsen.calendar.zone

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


@contextmanager
def opened(log_level: str = "WARNING") -> Iterator[Session]:
    """Open the core on the database that the settings name.

    Raises
    ------
    InvalidError
        For wrong settings.
    UnavailableError
        When the database does not answer.
    """
    configure_for_terminal(log_level)
    settings = Settings.load()
    lotsen = open_lotsen(settings, store=open_store(settings))
    now = clock_for(settings, Clock())()
    try:
        lotsen.registers.prepare(now)
        yield Session(lotsen, now, words_for(settings.lotsen_language))
    finally:
        lotsen.close()
