"""``lotsen evaluate answers``: how well questions find their answers, on files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.arguments import Json
from bot.cli.output import emit, say

if TYPE_CHECKING:
    from models.knowledge.answer_evaluation import AnswerEvaluation

GROUP = "evaluate"


def register(app: typer.Typer) -> None:
    """Put the command beside the others that evaluate."""
    known = (one.typer_instance for one in app.registered_groups if one.name == GROUP)
    group = next((one for one in known if one is not None), None)
    if group is None:
        group = typer.Typer(help="Measure on files; nothing is stored.", no_args_is_help=True)
        app.add_typer(group, name=GROUP)
    group.command()(answers)


def answers(
    knowledge: Annotated[Path, typer.Option(help="CSV with id, question and answer.")],
    questions: Annotated[
        Path,
        typer.Option(
            help="CSV with question and id: empty for no answer, several with | between them."
        ),
    ],
    seed: Annotated[
        int, typer.Option(min=0, help="Chooses the stored questions that are asked again.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Ask every question of one file of the knowledge in another; no database is touched."""
    from models.knowledge.answer_evaluation import evaluate
    from models.settings import Settings

    target = Settings.load().lotsen_answer_precision
    found = evaluate(knowledge, questions, target=target, seed=seed)
    if as_json:
        emit(found)
    else:
        _show(found)


def _show(found: "AnswerEvaluation") -> None:
    from models.language import words_for
    from models.settings import Settings

    words = words_for(Settings.load().lotsen_language)

    def share(value: float | None) -> str:
        return "–" if value is None else words.percent(value)

    say(
        words.say(
            "{n} questions, {m} answers stored",
            n=words.number(found.n_questions),
            m=words.number(found.n_knowledge),
        )
    )
    say(
        words.say(
            "The right one first: {one}; among the first five: {five}",
            one=share(found.recall_at_1),
            five=share(found.recall_at_5),
        )
    )
    say(
        words.say(
            "Answered: {coverage}, of which right: {precision}",
            coverage=share(found.answered.coverage),
            precision=share(found.answered.precision),
        )
    )
    say(
        words.say(
            "A question takes {p50} ms, one in twenty more than {p95} ms",
            p50=words.number(found.answer_ms.p50, 1),
            p95=words.number(found.answer_ms.p95, 1),
        )
    )
