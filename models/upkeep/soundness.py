"""Whether a SQLite database may be worked on: looked at before each start of the bot."""

from pathlib import Path

from models.errors import InvalidError, UnavailableError
from models.settings import Settings
from models.store import sqlite_file
from models.upkeep.nightly import copies_in

_OPEN = ".open"


def require_sound(settings: Settings) -> None:
    """Refuse a database that is gone or damaged, and note that it is in use now.

    It is looked at quickly, and as a whole where the last run did not end by itself.

    Raises
    ------
    InvalidError
        When it is gone or damaged; the message names the newest good copy.
    """
    file = sqlite_file.file_of(settings.database_url)
    if file is None:
        return
    if not file.is_file() or not file.stat().st_size:
        if copies_in(settings.lotsen_home):
            raise InvalidError(f"the database {file} is gone: {_put_back(settings)}")
    elif (wrong := wrong_with(file, whole=_mark(file).exists())) is not None:
        raise InvalidError(f"the database {file} is damaged ({wrong}): {_put_back(settings)}")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _mark(file).touch(mode=0o600)


def ended_by_itself(settings: Settings) -> None:
    """Note that nobody works on the database any more."""
    file = sqlite_file.file_of(settings.database_url)
    if file is not None:
        _mark(file).unlink(missing_ok=True)


def _mark(file: Path) -> Path:
    return file.with_name(file.name + _OPEN)


def wrong_with(file: Path, *, whole: bool) -> str | None:
    """Return what is wrong with a file; None where it is sound."""
    try:
        said = sqlite_file.integrity(file) if whole else sqlite_file.first_look(file)
    except UnavailableError as error:
        return str(error)
    return None if said == "ok" else said


def newest_good(settings: Settings) -> Path | None:
    """Return the newest good copy in the home folder."""
    copies = copies_in(settings.lotsen_home)
    return next((one for one in copies if wrong_with(one, whole=True) is None), None)


def _put_back(settings: Settings) -> str:
    good = newest_good(settings)
    if good is None:
        return "put back a copy of your own with lotsen restore FILE"
    return f"put back the newest good copy with lotsen restore {good}"
