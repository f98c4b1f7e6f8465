"""``lotsen evaluate tickets``: how well tickets would be categorised, on files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.arguments import Json
from bot.cli.evaluate_answers import GROUP
from bot.cli.output import emit, hint, progress, say

if TYPE_CHECKING:
    from models.language import Words
    from models.triage.evaluation import TimedEvaluation


def register(app: typer.Typer) -> None:
    """Put the command beside the others that evaluate."""
    known = (one.typer_instance for one in app.registered_groups if one.name == GROUP)
    group = next((one for one in known if one is not None), None)
    if group is None:
        group = typer.Typer(help="Measure on files; nothing is stored.", no_args_is_help=True)
        app.add_typer(group, name=GROUP)
    group.command()(tickets)


def tickets(
    train: Annotated[Path, typer.Option(help="CSV of tickets to learn from.")],
    test: Annotated[Path, typer.Option(help="CSV of other tickets, to ask about.")],
    text: Annotated[
        str, typer.Option(metavar="COL", help="Column of the texts, if its name does not tell.")
    ] = "",
    label: Annotated[
        str, typer.Option(metavar="COL", help="Column of the categories, likewise.")
    ] = "",
    out_of_scope: Annotated[
        Path | None, typer.Option(help="CSV of texts that belong to no category.")
    ] = None,
    target_precision: Annotated[
        float | None,
        typer.Option(min=0.5, max=0.99, help="Share of automatic decisions to be right."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Chooses the parts of cross-validations.")] = 0,
    report: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write a report to read there.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Learn from one file and be asked about another; no database is touched."""
    from models.language import words_for
    from models.settings import Settings
    from models.triage.embeddings import embedder_for
    from models.triage.evaluation import train_and_evaluate
    from models.triage.evaluation_report import as_json as figures
    from models.triage.evaluation_report import write_report
    from models.triage.labelled_files import read_dataset, read_texts

    settings = Settings.load()
    words = words_for(settings.lotsen_language)
    with progress(words.say("Training")) as step:
        done = train_and_evaluate(
            read_dataset(train, text, label),
            read_dataset(test, text, label),
            outside=read_texts(out_of_scope, text) if out_of_scope else (),
            target=target_precision or settings.lotsen_target_precision,
            seed=seed,
            embedder=embedder_for(settings),
            progress=step,
        )
    if as_json:
        emit(figures(done))
    else:
        _show(done, words)
    if report is not None:
        for file in write_report(done, report, words):
            hint(words.say("Written: {file}", file=str(file)))


def _show(done: "TimedEvaluation", words: "Words") -> None:
    from models.triage.evaluation_report import summary

    for line in summary(done, words):
        say(line)
