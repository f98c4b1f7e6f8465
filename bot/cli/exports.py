"""``lotsen export``: the figures as files for other programs."""

from pathlib import Path
from typing import Annotated, Literal

from typer import Argument, Option

from bot.cli.command import Result, command, tree
from bot.cli.output import Hint, Text, table
from bot.cli.session import Session
from models.upkeep.exports import export

app = tree()


@command(app, "export")
def export_figures(
    session: Session,
    folder: Annotated[Path, Argument(help="Where the files go; made when missing.")],
    form: Annotated[
        Literal["csv", "json", "jsonl", "parquet"],
        Option("--format", help="csv, json, jsonl (an object a line) or parquet (needs pyarrow)."),
    ] = "csv",
    tickets: Annotated[
        bool,
        Option("--tickets", help="A row a ticket also where fewer than five people work."),
    ] = False,
) -> Result:
    """Write the figures into files, without names and texts, for spreadsheets and BI programs."""
    words, store = session.words, session.lotsen.store
    done = export(store, folder, form, session.settings.staff, tickets=tickets)
    files = [{"name": file.name, "rows": file.rows} for file in done.files]
    rows = ((file.name, words.number(file.rows)) for file in done.files)
    text: list[Text] = [table((words.gettext("File"), words.gettext("Rows")), rows)]
    if done.left_out:
        left_out = words.gettext(
            "Left out, because fewer than five people work at the desk: {tables}. "
            "With --tickets they are written.",
            tables=words.listing(done.left_out),
        )
        text.append(Hint(left_out))
    return Result({"folder": folder, "files": files, "left_out": done.left_out}, text)
