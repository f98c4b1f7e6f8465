"""``lotsen migrate`` and ``backup``: the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.arguments import Json
from bot.cli.output import emit, say

if TYPE_CHECKING:
    from models.language import Words
    from models.upkeep.database import DatabaseAdmin, Steps

migrate = typer.Typer(help="The steps of the database.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    app.add_typer(migrate, name="migrate")
    app.command()(backup)
    app.command()(restore)


@migrate.command()
def up(as_json: Json = False) -> None:
    """Bring the database to this version; every start does the same."""
    with _keeper() as (keeper, words):
        _show(words, keeper.up(), None, as_json)


@migrate.command()
def down(
    yes: Annotated[
        bool, typer.Option("--yes", help="PostgreSQL: I have a copy made with pg_dump.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take back the latest step; a SQLite database is copied into LOTSEN_HOME first."""
    from bot.clock import Clock

    with _keeper() as (keeper, words):
        reached, saved = keeper.down(Clock()(), sure=yes)
        _show(words, reached, saved, as_json)


@migrate.command()
def status(as_json: Json = False) -> None:
    """Show the database's step and the newest one."""
    with _keeper() as (keeper, words):
        _show(words, keeper.steps(), None, as_json)


def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file if it exists.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Copy the SQLite database while it is in use, and check the copy."""
    from models.language import words_for
    from models.settings import Settings
    from models.upkeep.database import back_up

    settings = Settings.load()
    copy = back_up(settings, file, overwrite=overwrite)
    if as_json:
        emit({"file": str(copy.file), "bytes": copy.size, "integrity": copy.integrity})
        return
    words = words_for(settings.lotsen_language)
    text = words.say(
        "Copied to {file}, {size} kB; the copy was checked.",
        file=copy.file,
        size=words.number(copy.size / 1000),
    )
    say(text)


def restore(
    file: Annotated[Path, typer.Argument(help="A copy made by lotsen backup.")],
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the database, which is moved aside; stop Lotsen first."""
    from bot.clock import Clock
    from models.language import words_for
    from models.settings import Settings
    from models.upkeep.database import restore as put_back

    settings = Settings.load()
    done = put_back(settings, file, Clock()())
    if as_json:
        emit(
            {
                "file": str(done.file),
                "before": str(done.before) if done.before else None,
                "step": done.step,
                "erased": done.erased,
            }
        )
        return
    words = words_for(settings.lotsen_language)
    say(words.say("Restored from {file}.", file=file))
    if done.before is not None:
        say(words.say("What was there before is in {file}.", file=done.before))
    if done.erased:
        say(
            words.count(
                "{n} person was erased since the copy was made, and now again.",
                "{n} people were erased since the copy was made, and now again.",
                done.erased,
            )
        )


@contextmanager
def _keeper() -> "Iterator[tuple[DatabaseAdmin, Words]]":
    from bot.log import configure_for_terminal
    from models.language import words_for
    from models.settings import Settings
    from models.upkeep.database import DatabaseAdmin

    configure_for_terminal()
    settings = Settings.load()
    keeper = DatabaseAdmin(settings)
    try:
        yield keeper, words_for(settings.lotsen_language)
    finally:
        keeper.close()


def _show(words: "Words", found: "Steps", saved: Path | None, as_json: bool) -> None:
    if as_json:
        steps = {"database": found.database, "newest": found.newest, "at_head": found.at_head}
        emit({**steps, "saved": str(saved) if saved else None})
        return
    say(
        words.say(
            "Step of the database: {database}; newest step: {newest}.",
            database=found.database or "–",
            newest=found.newest,
        )
    )
    if saved is not None:
        say(words.say("What was there before is in {file}.", file=saved))
