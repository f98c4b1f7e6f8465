"""``lotsen export``: the figures as files for other programs."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli.arguments import Json
from bot.cli.output import emit, hint, show_parts


def register(app: typer.Typer) -> None:
    """Put this command into the tree."""
    app.command("export")(export_figures)


def export_figures(
    folder: Annotated[Path, typer.Argument(help="Where the files go; made when missing.")],
    form: Annotated[
        Literal["csv", "json", "jsonl", "parquet"],
        typer.Option(
            "--format", help="csv, json, jsonl (an object a line) or parquet (needs pyarrow)."
        ),
    ] = "csv",
    tickets: Annotated[
        bool,
        typer.Option("--tickets", help="A row a ticket also where fewer than five people work."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the figures into files, without names and texts, for spreadsheets and BI programs."""
    from bot.cli.session import opened
    from models.message import Table
    from models.upkeep.exports import export

    with opened() as session:
        lotsen, words = session.lotsen, session.words
        done = export(lotsen.store, folder, form, lotsen.settings.staff, tickets=tickets)
        if as_json:
            files = [{"name": file.name, "rows": file.rows} for file in done.files]
            emit({"folder": str(folder), "files": files, "left_out": list(done.left_out)})
            return
        rows = tuple((file.name, words.number(file.rows)) for file in done.files)
        show_parts(Table((words.say("File"), words.say("Rows")), rows))
        if done.left_out:
            hint(
                words.say(
                    "Left out, because fewer than five people work at the desk: {tables}. "
                    "With --tickets they are written.",
                    tables=words.listing(done.left_out),
                )
            )
