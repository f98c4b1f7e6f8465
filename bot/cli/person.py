"""``lotsen person``: a copy of what is stored about somebody, or to be forgotten."""

from typing import Annotated

import typer
from typer import Argument, Option

from bot.cli.command import Result, command, group, tree
from bot.cli.output import Hint, Text
from bot.cli.session import Session
from models.desk.privacy.persons import copy_of, erase
from models.errors import UnavailableError
from models.upkeep.erased import remember
from models.upkeep.nightly import Nightly

app = tree()
person = group(app, "person")
User = Annotated[
    str, Argument(metavar="USER", help="Slack id, pseudonym, or the name as imported.")
]


@command(person, "export", with_json=False)
def export_person(session: Session, user: User) -> Result:
    """Print all that is stored about a person, as JSON (GDPR, art. 15)."""
    copy = copy_of(session.lotsen.store, user)
    return Result({"user": user, "pseudonym": copy.person_id, "rows": copy.rows, "files": []})


@command(person, "erase")
def erase_person(
    session: Session,
    user: User,
    yes: Annotated[bool, Option("--yes", help="Do not ask at a terminal.")] = False,
) -> Result:
    """Empty all that is stored about a person (GDPR, art. 17); figures stay as they are."""
    lotsen, words = session.lotsen, session.words
    if not yes and session.is_interactive:
        typer.confirm(words.gettext("Erase {user} for good?", user=user), abort=True)
    erased = erase(lotsen.desk, user, session.now)
    remember(lotsen.settings, lotsen.store)
    keeper, hints = Nightly(lotsen.settings, lotsen.store), []
    try:
        keeper.overwrite()
    except UnavailableError as error:
        hints.append(str(error))
    files = [str(path) for path in keeper.copies()]  # these still know the person
    rows = dict(erased.rows)
    number = sum(rows.values())
    text: list[Text] = [words.ngettext("{n} row was emptied.", "{n} rows were emptied.", number)]
    if erased.taught:
        text.append(
            Hint(
                words.gettext("The classifier learned from their tickets: run `lotsen train` now.")
            )
        )
    text += (
        Hint(words.gettext("A copy still knows them, delete it: {file}", file=file))
        for file in files
    )
    json = {"user": user, "rows": rows, "files": files, "retrain": erased.taught}
    return Result(json, text, hints=tuple(hints))
