"""``lotsen freed``: what the freed time of a quarter was used for, as the IT lead declares it."""

from collections.abc import Iterable
from typing import Annotated, Any

from typer import Argument, Option

from bot.cli.arguments import as_text, read_quarter
from bot.cli.command import Result, command, group, tree
from bot.cli.output import Text, table
from bot.cli.session import Session
from models.kpis.periods import quarter_of
from models.tables import FreedDeclaration
from models.value.freed.declaration import DeclaredUses, declared_in
from models.value.freed.words import uses_words
from models.value.statement.statement_report import quarter_words

app = tree()
freed = group(app, "freed")


@command(freed)
def declare(
    session: Session,
    uses: Annotated[
        list[str],
        Argument(
            metavar="USE[=PERCENT]...",
            help="backlog, project, earlier_close, less_overtime; of several each with its share.",
        ),
    ],
    quarter: Annotated[
        str, Option("--quarter", help="Such as 2026Q4; the current one if not named.")
    ] = "",
    note: Annotated[str, Option("--note", help="In your words; no names.")] = "",
) -> Result:
    """Declare what a quarter's freed time was used for; what was declared before stays on record."""
    period = read_quarter(quarter, session.today) if quarter else quarter_of(session.today)
    wanted = DeclaredUses.parse(map(as_text, uses))
    row = session.lotsen.value.declare(period, wanted, as_text(note), session.now)
    return Result(_json(row), _table(session, [row]))


@command(freed, "list")
def list_(
    session: Session,
    quarter: Annotated[str, Option("--quarter", help="Such as 2026Q4; all if not named.")] = "",
) -> Result:
    """List all that was ever declared, the oldest first; of a quarter the last one counts."""
    rows = session.lotsen.value.declarations()
    if quarter:
        key = read_quarter(quarter, session.today).key
        rows = [row for row in rows if row.quarter == key]
    return Result({"declarations": [_json(row) for row in rows]}, _table(session, rows))


def _json(row: FreedDeclaration) -> dict[str, Any]:
    shares = {use.value: share for use, share in DeclaredUses.parse([row.uses]).shares}
    return {"quarter": row.quarter, "uses": shares, "note": row.note, "at": row.at, "by": row.by}


def _table(session: Session, rows: Iterable[FreedDeclaration]) -> Text:
    words, gettext = session.words, session.words.gettext
    shown = []
    for row in rows:
        said = declared_in([row], session.zone)
        if said is not None:
            day, uses = words.day(said.on), uses_words(said, words)
            shown.append((quarter_words(row.quarter), day, uses, said.note or "–"))
    header = (gettext("Quarter"), gettext("Declared on"), gettext("Used for"), gettext("Note"))
    return table(header, shown)
