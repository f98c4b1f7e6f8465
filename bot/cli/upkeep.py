"""``lotsen migrate``, ``backup`` and ``restore``: the database."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from bot.cli.command import Result, command, group, tree
from bot.cli.output import fields_of
from bot.cli.session import Session
from models.language import Translator
from models.upkeep import database
from models.upkeep.database import DatabaseAdmin, Restored, Steps

app = tree()
migrate = group(app, "migrate")


@command(migrate)
def up(session: Session) -> Result:
    """Bring the database to this version; every start does the same."""
    with closing(DatabaseAdmin(session.settings)) as keeper:
        return _steps(session, keeper.up())


@command(migrate)
def down(
    session: Session,
    yes: Annotated[
        bool, Option("--yes", help="PostgreSQL: I have a copy made with pg_dump.")
    ] = False,
) -> Result:
    """Take back the latest step; a SQLite database is copied into LOTSEN_HOME first."""
    with closing(DatabaseAdmin(session.settings)) as keeper:
        return _steps(session, *keeper.down(session.now, sure=yes))


@command(migrate)
def status(session: Session) -> Result:
    """Show the database's step and the newest one."""
    with closing(DatabaseAdmin(session.settings)) as keeper:
        return _steps(session, keeper.steps())


@command(app)
def backup(
    session: Session,
    file: Annotated[Path, Argument(help="Where the copy goes.")],
    overwrite: Annotated[
        bool, Option("--overwrite", help="Replace the file if it exists.")
    ] = False,
) -> Result:
    """Copy the SQLite database while it is in use, and check the copy."""
    copy = database.back_up(session.settings, file, overwrite=overwrite)
    text = session.words.gettext(
        "Copied to {file}, {size} kB; the copy was checked.",
        file=copy.file,
        size=session.words.number(copy.size / 1000),
    )
    return Result({"file": copy.file, "bytes": copy.size, "integrity": copy.integrity}, text)


@command(app)
def restore(
    session: Session,
    file: Annotated[Path, Argument(help="A copy made by lotsen backup.")],
) -> Result:
    """Put a backup in the place of the database, which is moved aside; stop Lotsen first."""
    done = database.restore(session.settings, file, session.now)
    json = fields_of(done, "file", "before", "step", "erased")
    return Result(json, _restored(session.words, done))


def _restored(words: Translator, done: Restored) -> Iterator[str]:
    yield words.gettext("Restored from {file}.", file=done.file)
    if done.before is not None:
        yield words.gettext("What was there before is in {file}.", file=done.before)
    if done.erased:
        yield words.ngettext(
            "{n} person was erased since the copy was made, and now again.",
            "{n} people were erased since the copy was made, and now again.",
            done.erased,
        )


def _steps(session: Session, found: Steps, saved: Path | None = None) -> Result:
    gettext = session.words.gettext
    text = [
        gettext(
            "Step of the database: {database}; newest step: {newest}.",
            database=found.database or "–",
            newest=found.newest,
        )
    ]
    if saved is not None:
        text.append(gettext("What was there before is in {file}.", file=saved))
    return Result({**fields_of(found, "database", "newest", "at_head"), "saved": saved}, text)
