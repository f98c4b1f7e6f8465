"""``lotsen knowledge``, further: what people said of answers, and what follows from it."""

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.arguments import FromDay, Json, ToDay, read_period
from bot.cli.output import emit, say, show_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.cli.session import Session
    from models.knowledge.gaps import Gap
    from models.kpis.outcomes import AnswerOutcome
    from models.language import Words
    from models.message import Table

commands = typer.Typer()
candidates = typer.Typer(
    help="Questions that an article solved, and that it could learn; alone it lists them.",
    invoke_without_command=True,
)
Number = Annotated[int, typer.Argument(metavar="ID", help="As in: candidates list.")]


def register(group: typer.Typer) -> None:
    """Put these commands beside those about documents."""
    commands.add_typer(candidates, name="candidates")
    group.add_typer(commands)


@commands.command()
def gaps(
    days: Annotated[int, typer.Option("--days", min=1, help="So many days back.")] = 90,
    limit: Annotated[int, typer.Option("--limit", min=1, help="The largest so many.")] = 10,
    as_json: Json = False,
) -> None:
    """Show what people ask and no answer helps with, the most minutes of work first."""
    from bot.cli.session import opened

    with opened() as session:
        found = session.lotsen.aftercare.gaps(session.now, days=days, limit=limit)
        if as_json:
            emit({"days": days, "gaps": [asdict(gap) for gap in found]})
        elif found:
            show_parts(_gap_table(session, found))
        else:
            say(session.words.say("Every question found an answer."))


@commands.command()
def outcomes(first: FromDay = None, last: ToDay = None, as_json: Json = False) -> None:
    """Show what became of answered questions; of the last ninety days unless told otherwise.

    Silence is no success: confirmed is what is known, confirmed and silent the most it can be.
    """
    from bot.cli.session import opened
    from models.kpis.measurement import outcomes_between
    from models.kpis.outcomes import AnswerOutcome
    from models.kpis.periods import Period

    with opened() as session:
        usual = Period.between(session.today - timedelta(days=89), session.today)
        period = read_period(first, last, usual)
        start, end = period.start(session.zone), period.end(session.zone)
        with session.lotsen.store.snapshot() as unit:
            found = outcomes_between(unit, start, end)
        if as_json:
            by_name = {outcome.value: n for outcome, n in found.items()}
            emit({"period": period.key, "answered": sum(found.values()), **by_name})
            return
        words = session.words
        titles = {
            AnswerOutcome.CONFIRMED: words.say("Confirmed"),
            AnswerOutcome.SILENT: words.say("Nothing said"),
            AnswerOutcome.FAILED: words.say("Not solved, or a person wanted"),
            AnswerOutcome.RETURNED: words.say("Asked again within seven days"),
        }
        show_parts(_pairs_table(words, titles, found))


@commands.command()
def verdicts(
    clear: Annotated[
        int, typer.Option("--clear", metavar="ARTICLE", help="Forget the verdicts on an article.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Show how often each article solved a question and how often not, or forget that."""
    from bot.cli.session import opened

    with opened() as session:
        store = session.lotsen.store
        if clear:
            with store.begin() as unit:
                forgotten = unit.feedback.forgive(clear)
            emit({"article": clear, "forgotten": forgotten}) if as_json else say(
                session.words.count("{n} verdict forgotten.", "{n} verdicts forgotten.", forgotten)
            )
            return
        with store.snapshot() as unit:
            found = [asdict(tally) for tally in unit.feedback.tallies()]
        if as_json:
            emit({"articles": found})
        elif found:
            show_parts(_verdict_table(session, found))
        else:
            say(session.words.say("Nobody has judged an answer yet."))


@candidates.callback()
def _waiting(ctx: typer.Context, as_json: Json = False) -> None:
    if ctx.invoked_subcommand is None:
        list_candidates(as_json)


@candidates.command("list")
def list_candidates(as_json: Json = False) -> None:
    """List the questions that wait for somebody to decide."""
    from bot.cli.session import opened

    with opened() as session:
        with session.lotsen.store.snapshot() as unit:
            found = [
                {
                    "id": row.id,
                    "question": row.question,
                    "article_id": article.id,
                    "article": article.title,
                    "document": article.document,
                }
                for row, article in unit.feedback.waiting()
            ]
        if as_json:
            emit({"candidates": found})
        elif found:
            show_parts(_candidate_table(session, found))
        else:
            say(session.words.say("No question waits."))


@candidates.command()
def approve(candidate: Number, as_json: Json = False) -> None:
    """Let the article be found by this question too."""
    _decide(candidate, as_json=as_json, take=True)


@candidates.command()
def reject(candidate: Number, as_json: Json = False) -> None:
    """Leave the question out; it is not offered again."""
    _decide(candidate, as_json=as_json, take=False)


def _decide(candidate: int, *, as_json: bool, take: bool) -> None:
    from bot.cli.session import opened
    from models.desk.curation.candidates import decide

    with opened() as session:
        with session.lotsen.store.begin() as unit:
            question = decide(unit, candidate, take=take, by="", now=session.now)
        if as_json:
            emit({"id": candidate, "question": question, "approved": take})
        elif take:
            say(session.words.say("Added: {question}", question=question))
        else:
            say(session.words.say("Left out: {question}", question=question))


def _pairs_table(
    words: "Words", titles: "Mapping[AnswerOutcome, str]", found: "Mapping[AnswerOutcome, int]"
) -> "Table":
    from models.message import Table

    header = (words.say("Outcome"), words.say("Questions"))
    return Table(header, tuple((titles[one], words.number(n)) for one, n in found.items()))


def _gap_table(session: "Session", found: "tuple[Gap, ...]") -> "Table":
    from models.message import Table

    words = session.words
    header = (
        words.say("Minutes"),
        words.say("Questions"),
        words.say("For example"),
        words.say("Nearest article"),
    )
    rows = tuple(
        (words.number(gap.minutes), words.number(gap.size), gap.example, gap.article or "–")
        for gap in found
    )
    return Table(header, rows)


def _verdict_table(session: "Session", found: "Sequence[dict[str, Any]]") -> "Table":
    from models.message import Table

    words = session.words
    header = ("Id", words.say("Article"), words.say("Solved"), words.say("Not solved"))
    rows = tuple(
        (
            str(one["article_id"]),
            one["title"],
            words.number(one["solved"]),
            words.number(one["not_solved"]),
        )
        for one in found
    )
    return Table(header, rows)


def _candidate_table(session: "Session", found: "Sequence[dict[str, Any]]") -> "Table":
    from models.message import Table

    words = session.words
    header = ("Id", words.say("Question"), words.say("Article"))
    rows = tuple((str(one["id"]), one["question"], one["article"]) for one in found)
    return Table(header, rows)
