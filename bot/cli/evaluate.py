"""``lotsen evaluate``: how well tickets and questions would be handled, on files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from bot.cli.arguments import read_day
from bot.cli.command import Result, command, group, tree
from bot.cli.importing import FIELDS_HELP, read_mapping
from bot.cli.language_model import WithLlm, errand, heard, language_model
from bot.cli.output import progress
from bot.cli.past import HistoryTrial, tried_on_past
from bot.cli.session import Session
from models.desk.answers.answering import tier_before_search
from models.history.evaluation import HistoryAssumptions
from models.history.history_report import history_message
from models.knowledge.answer_evaluation import AnswerEvaluation, Ask, By, evaluate
from models.knowledge.colleague import Opinion, read
from models.knowledge.measures_of_help import HelpShares
from models.language import Translator
from models.meaning.factory import embedder_for, running
from models.tickets.sources.formats import open_tickets
from models.triage.evaluation import no_progress, train_and_evaluate
from models.triage.evaluation_report import as_json, summary, write_report
from models.triage.labelled_files import read_dataset, read_texts

app = tree()
evaluations = group(app, "evaluate")


@command(evaluations)
def answers(
    session: Session,
    knowledge: Annotated[Path, Option(help="CSV with id, question and answer.")],
    questions: Annotated[
        Path,
        Option(help="CSV with question and id: empty for no answer, several with | between them."),
    ],
    seed: Annotated[
        int, Option(min=0, help="Chooses the stored questions that are asked again.")
    ] = 0,
    by: Annotated[
        By | None, Option(help="Show the shares of each language or kind too, a column there.")
    ] = None,
    llm: WithLlm = False,
) -> Result:
    """Ask every question of one file of the knowledge in another; no database is touched."""
    found = evaluate(
        knowledge,
        questions,
        target=session.settings.lotsen_answer_precision,
        seed=seed,
        before=tier_before_search,
        by=by,
        embed=running(embedder_for(session.settings)),
        colleague=_colleague(session) if llm else None,
    )
    return Result(found, _answers(found, session.words))


@command(evaluations)
def tickets(
    session: Session,
    train: Annotated[Path, Option(help="CSV of tickets to learn from.")],
    test: Annotated[Path, Option(help="CSV of other tickets, to ask about.")],
    text: Annotated[
        str, Option(metavar="COL", help="Column of the texts, if its name does not tell.")
    ] = "",
    label: Annotated[str, Option(metavar="COL", help="Column of the categories, likewise.")] = "",
    out_of_scope: Annotated[
        Path | None, Option(help="CSV of texts that belong to no category.")
    ] = None,
    target_precision: Annotated[
        float | None,
        Option(min=0.5, max=0.99, help="Share of automatic decisions to be right."),
    ] = None,
    seed: Annotated[int, Option(min=0, help="Chooses the parts of cross-validations.")] = 0,
    report: Annotated[
        Path | None, Option(metavar="FOLDER", help="Write a report to read there.")
    ] = None,
) -> Iterator[Result]:
    """Learn from one file and be asked about another; no database is touched."""
    settings, words = session.settings, session.words
    with progress(words.gettext("Training")) as step:
        done = train_and_evaluate(
            read_dataset(train, text, label),
            read_dataset(test, text, label),
            outside=read_texts(out_of_scope, text) if out_of_scope else (),
            target=target_precision or settings.lotsen_target_precision,
            seed=seed,
            embedder=running(embedder_for(settings)),
            progress=step,
        )
    yield Result(lambda: as_json(done), summary(done, words))
    if report is not None:
        files = write_report(done, report, words)
        hints = (words.gettext("Written: {file}", file=str(file)) for file in files)
        yield Result(None, hints=tuple(hints))


@command(evaluations)
def history(
    session: Session,
    file: Annotated[Path, Argument(help="CSV or JSON of past tickets, as for import tickets.")],
    mapping: Annotated[
        list[str] | None, Option("--map", metavar="FIELD=COLUMN", help=FIELDS_HELP)
    ] = None,
    knowledge: Annotated[
        Path | None, Option(help="CSV with id, question and answer: your own articles, too.")
    ] = None,
    embeddings: Annotated[
        bool, Option("--embeddings", help="By meaning too, not by words alone: slower.")
    ] = False,
    start: Annotated[
        str, Option(metavar="DAY", help="First day of the pilot; today if not named.")
    ] = "",
    minutes: Annotated[
        float | None, Option(min=0.1, help="Work on a ticket, if the file does not say.")
    ] = None,
    sorting_minutes: Annotated[
        float, Option(min=0, help="Work that sorting a ticket takes.")
    ] = HistoryAssumptions.sorting_minutes,
    error_minutes: Annotated[
        float, Option(min=0, help="Work that a wrong category or answer costs.")
    ] = HistoryAssumptions.error_minutes,
    a_month: Annotated[
        float | None, Option(min=1, help="Questions a month, if the file does not say.")
    ] = None,
    cost: Annotated[
        float | None,
        Option(min=0, help="What the pilot costs a month; else the least that is usual."),
    ] = None,
    rate: Annotated[
        float | None, Option(min=0, help="What an hour of the support team costs; else as usual.")
    ] = None,
    recapture: Annotated[
        float, Option(min=0, max=1, help="Share of the freed time that is put to use.")
    ] = HistoryAssumptions.recapture,
    employee_rate: Annotated[
        float | None, Option(min=0, help="What an hour of an employee costs; else as --rate.")
    ] = None,
) -> Result:
    """Say from past tickets what a pilot could do, and when that could be shown."""
    settings, words = session.settings, session.words
    assumed = HistoryAssumptions(
        start=read_day(start, "--start") if start else session.today,
        minutes=minutes,
        sorting_minutes=sorting_minutes,
        error_minutes=error_minutes,
        questions_a_month=a_month,
        cost_a_month=cost,
        loaded_rate=rate,
        recapture=recapture,
        employee_rate=employee_rate,
        currency=settings.currency,
    )
    tickets = open_tickets(file, read_mapping(mapping or []), settings.zone)
    with progress(words.gettext("Looking tickets up")) as step:
        trial = HistoryTrial(knowledge, embeddings, step or no_progress)
        found = tried_on_past(settings, tickets, assumed, session.now, trial)
    return Result(found.to_json, history_message(found, words.in_currency(assumed.currency.code)))


def _colleague(session: Session) -> Ask:
    model, about = language_model(session), errand(session, "evaluate")
    return lambda question, find: heard(read(model, question, find, about)) or Opinion()


def _answers(found: AnswerEvaluation, words: Translator) -> Iterator[str]:
    def share(value: float | None) -> str:
        return "–" if value is None else words.percent(value)

    yield words.gettext(
        "{n} questions, {m} answers stored",
        n=words.number(found.n_questions),
        m=words.number(found.n_knowledge),
    )
    yield words.gettext(
        "The right one first: {one}; among the first five: {five}",
        one=share(found.recall_at_1),
        five=share(found.recall_at_5),
    )
    yield from _help(found.tiers, words)
    for name, shares in found.by.items():
        yield f"{name or '–'}:"
        yield from _help(shares, words)
    yield words.gettext(
        "A question takes {p50} ms, one in twenty more than {p95} ms",
        p50=words.number(found.answer_ms.p50, 1),
        p95=words.number(found.answer_ms.p95, 1),
    )


def _help(found: HelpShares, words: Translator) -> Iterator[str]:
    def share(value: float | None) -> str:
        return "–" if value is None else words.percent(value)

    yield words.gettext(
        "Answered: {coverage}, of which right: {precision}",
        coverage=share(found.answered.coverage),
        precision=share(found.answered.precision),
    )
    yield words.gettext(
        "Shown up to three titles: {coverage}, the right one among them: {right}",
        coverage=share(found.suggested.coverage),
        right=share(found.suggested.right_in_three),
    )
    yield words.gettext(
        "Of those with a right article {helped} were helped; {wrong} of all got a wrong answer",
        helped=share(found.helped),
        wrong=share(found.wrong),
    )
    yield words.gettext(
        "Of those without one {bothered} were shown something all the same",
        bothered=share(found.bothered),
    )
