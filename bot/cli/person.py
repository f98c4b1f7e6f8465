"""``lotsen person``: a copy of what is stored about somebody, or to be forgotten."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.arguments import Json
from bot.cli.output import emit, hint, say

if TYPE_CHECKING:
    from models.lotsen import Lotsen

person = typer.Typer(help="A person's own data: copy it, or erase it.", no_args_is_help=True)
User = Annotated[
    str, typer.Argument(metavar="USER", help="Slack id, pseudonym, or the name as imported.")
]


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    app.add_typer(person, name="person")


@person.command("export")
def export_person(user: User) -> None:
    """Print all that is stored about a person, as JSON (GDPR, art. 15)."""
    from bot.cli.session import opened
    from models.desk.privacy.persons import copy_of

    with opened() as session:
        copy = copy_of(session.lotsen.store, user)
        rows = {
            table: [{key: _plain(value) for key, value in row.items()} for row in found]
            for table, found in copy.rows.items()
        }
        emit({"user": user, "pseudonym": copy.person_id, "rows": rows, "files": []})


@person.command("erase")
def erase_person(
    user: User,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask at a terminal.")] = False,
    as_json: Json = False,
) -> None:
    """Empty all that is stored about a person (GDPR, art. 17); figures stay as they are."""
    from bot.cli.session import opened
    from models.desk.privacy.persons import erase

    with opened() as session:
        lotsen, words = session.lotsen, session.words
        if not yes and not as_json and _at_a_terminal():
            typer.confirm(words.say("Erase {user} for good?", user=user), abort=True)
        erased = erase(lotsen.desk, user, session.now)
        files = _overwrite(lotsen)
        if as_json:
            emit(
                {
                    "user": user,
                    "rows": dict(erased.rows),
                    "files": files,
                    "retrain": erased.taught,
                }
            )
            return
        number = sum(erased.rows.values())
        say(words.count("{n} row was emptied.", "{n} rows were emptied.", number))
        if erased.taught:
            hint(words.say("The classifier learned from their tickets: run `lotsen train` now."))
        for file in files:
            hint(words.say("A copy still knows them, delete it: {file}", file=file))


def _overwrite(lotsen: "Lotsen") -> list[str]:
    """Write the database anew, and return the copies that still know the person."""
    from models.errors import UnavailableError
    from models.upkeep.nightly import Nightly

    keeper = Nightly(lotsen.settings, lotsen.store)
    try:
        keeper.overwrite()
    except UnavailableError as error:
        hint(str(error))
    return [str(path) for path in keeper.copies()]


def _at_a_terminal() -> bool:
    import sys

    return sys.stdin.isatty() and sys.stdout.isatty()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
