"""``lotsen migrate``, ``backup`` and ``restore``: the database."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from bot.cli.command import Result, command, group, tree
from bot.cli.output import fields_of
from bot.cli.session import Session
from bot.clock import Clock
from models.errors import InvalidError
from models.language import Translator
from models.lotsen import open_lotsen
from models.settings import Settings
from models.upkeep import database
from models.upkeep.database import DatabaseAdmin, Restored, Steps
from models.upkeep.drill import drill, verify

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
    file: Annotated[Path, Argument(help="Where the copy goes; verify: check the copy COPY.")],
    copy: Annotated[Path | None, Argument(metavar="[COPY]", help="With verify: a copy.")] = None,
    overwrite: Annotated[
        bool, Option("--overwrite", help="Replace the file if it exists.")
    ] = False,
) -> Result:
    """Copy the SQLite database while it is in use, and check the copy."""
    if copy is not None:
        return _verified(session, file, copy)
    made = database.back_up(session.settings, file, overwrite=overwrite)
    text = session.words.gettext(
        "Copied to {file}, {size} kB; the copy was checked.",
        file=made.file,
        size=session.words.number(made.size / 1000),
    )
    return Result({"file": made.file, "bytes": made.size, "integrity": made.integrity}, text)


def _verified(session: Session, word: Path, copy: Path) -> Result:
    if str(word) != "verify":
        raise InvalidError("write lotsen backup FILE, or lotsen backup verify FILE")
    found, words = verify(copy), session.words
    json = {"ok": found.ok, "file": copy, "wrong": found.wrong, **found.holds._asdict()}
    if not found.ok:
        text = words.gettext("{file} is damaged: {wrong}", file=copy, wrong=found.wrong)
        return Result(json, text, code=1)
    text = words.gettext(
        "{file} is good: step {step}, tickets: {tickets}.",
        file=copy,
        step=found.holds.step,
        tickets=words.number(found.holds.rows.get("ticket", 0)),
    )
    return Result(json, text)


@command(app, "drill")
def try_it_out(session: Session) -> Result:
    """Try whether a copy of the database brings you back, and how fast."""
    done, words = drill(session.settings, session.now, _boot), session.words
    text = [
        words.gettext(
            "Copied in {copy} s; put back, checked and booted in {back} s; tickets: {tickets}.",
            copy=words.number(done.copy_s, 1),
            back=words.number(done.rto_s, 1),
            tickets=words.number(done.tickets),
        ),
        words.gettext(
            "If the disk died now, the last {age} min would be lost.",
            age=words.number(done.rpo_s / 60),
        )
        if done.rpo_s is not None
        else words.gettext(
            "There is no good copy in LOTSEN_HOME: if the disk died now, all is lost."
        ),
    ]
    if done.wrong:
        text.append(words.gettext("The drill failed: {wrong}", wrong=done.wrong))
    json = fields_of(done, "ok", "rpo_s", "rto_s", "copy_s", "bytes", "tickets", "wrong")
    return Result(json, text, code=0 if done.ok else 1)


def _boot(settings: Settings) -> None:
    with closing(open_lotsen(settings)) as lotsen:
        lotsen.load(Clock()())
        lotsen.warm_up(Clock()())


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
