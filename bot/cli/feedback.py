"""``lotsen knowledge``, further: what people said of answers, and what follows from it."""

from datetime import timedelta
from typing import Annotated

import typer
from typer import Argument, Option

from bot.cli.answer_limits import limits_in_words
from bot.cli.arguments import FromDay, ToDay, read_period
from bot.cli.command import Result, command, tree, when_alone
from bot.cli.output import fields_of, table
from bot.cli.session import Session
from models.kpis.outcomes import AnswerOutcome
from models.kpis.periods import Period
from models.language import N_

app = tree()
candidates = typer.Typer(
    help="Questions that an article solved, and that it could learn; alone it lists them."
)
app.add_typer(candidates, name="candidates")
Number = Annotated[int, Argument(metavar="ID", help="As in: candidates list.")]


@command(app)
def gaps(
    session: Session,
    days: Annotated[int, Option("--days", min=1, help="So many days back.")] = 90,
    limit: Annotated[int, Option("--limit", min=1, help="The largest so many.")] = 10,
) -> Result:
    """Show what people ask and no answer helps with, the most minutes of work first."""
    words, gettext = session.words, session.words.gettext
    found = session.lotsen.knowledge_maintenance.gaps(session.now, days=days, limit=limit)
    rows = (
        (words.number(gap.minutes), words.number(gap.size), gap.example, gap.article or "–")
        for gap in found
    )
    header = tuple(
        map(gettext, (N_("Minutes"), N_("Questions"), N_("For example"), N_("Nearest article")))
    )
    text = table(header, rows, gettext("Every question found an answer."))
    return Result({"days": days, "gaps": found}, text)


@command(app)
def limits(session: Session) -> Result:
    """Show from where on answers and titles are shown, and how many judgements moved that."""
    knowledge = session.lotsen.knowledge
    knowledge.prepare()
    found = knowledge.report().limits
    return Result(found, tuple(limits_in_words(found, session.words)))


@command(app)
def outcomes(session: Session, first: FromDay = None, last: ToDay = None) -> Result:
    """Show what became of answered questions; of the last ninety days unless told otherwise.

    Silence is no success: confirmed is what is known, confirmed and silent the most it can be.
    """
    words, gettext = session.words, session.words.gettext
    usual = Period.between(session.today - timedelta(days=89), session.today)
    period = read_period(first, last, usual)
    found = session.lotsen.kpis.outcomes(period)
    titles = {
        AnswerOutcome.CONFIRMED: gettext("Confirmed"),
        AnswerOutcome.SILENT: gettext("Nothing said"),
        AnswerOutcome.FAILED: gettext("Not solved, or a person wanted"),
        AnswerOutcome.RETURNED: gettext("Asked again within seven days"),
    }
    return Result(
        {"period": period.key, "answered": sum(found.values()), **found},
        table(
            (gettext("Outcome"), gettext("Questions")),
            ((titles[outcome], words.number(n)) for outcome, n in found.items()),
        ),
    )


@command(app)
def verdicts(
    session: Session,
    clear: Annotated[
        int, Option("--clear", metavar="ARTICLE", help="Forget the verdicts on an article.")
    ] = 0,
) -> Result:
    """Show how often each article solved a question and how often not, or forget that."""
    words, gettext = session.words, session.words.gettext
    kept = session.lotsen.knowledge_maintenance
    if clear:
        forgotten = kept.forget_verdicts(clear)
        return Result(
            {"article": clear, "forgotten": forgotten},
            words.ngettext("{n} verdict forgotten.", "{n} verdicts forgotten.", forgotten),
        )
    found = kept.verdicts()
    rows = (
        (str(one.article_id), one.title, words.number(one.solved), words.number(one.not_solved))
        for one in found
    )
    header = ("Id", gettext("Article"), gettext("Solved"), gettext("Not solved"))
    return Result(
        {"articles": found}, table(header, rows, gettext("Nobody has judged an answer yet."))
    )


@command(app)
def wordings(session: Session) -> Result:
    """List the questions that articles learned from people, and who let them."""
    words, gettext = session.words, session.words.gettext
    found = session.lotsen.knowledge_maintenance.wordings()
    rows = (
        (
            str(row.id),
            row.question,
            article.title,
            gettext("two people") if row.seconded else gettext("the staff"),
            words.day(row.decided_at.date()) if row.decided_at else "–",
        )
        for row, article in found
    )
    listed = [
        {
            **fields_of(row, "id", "question", "article_id", "seconded", "decided_at"),
            "article": article.title,
        }
        for row, article in found
    ]
    header = ("Id", *map(gettext, (N_("Question"), N_("Article"), N_("Learned from"), N_("Since"))))
    empty = gettext("No article has learned a question yet.")
    return Result({"wordings": listed}, table(header, rows, empty))


@command(app)
def forget(
    session: Session,
    wording: Annotated[int, Argument(metavar="ID", help="As in: knowledge wordings.")],
) -> Result:
    """Let an article forget a question that it learned; it is not offered again."""
    question = session.lotsen.knowledge_maintenance.forget_wording(wording, session.now)
    told = session.words.gettext("Forgotten: {question}", question=question)
    return Result({"id": wording, "question": question, "forgotten": True}, told)


@command(candidates, "list")
@when_alone(candidates)
def list_candidates(session: Session) -> Result:
    """List the questions that wait for somebody to decide."""
    gettext = session.words.gettext
    found = session.lotsen.knowledge_maintenance.waiting_candidates()
    rows = ((str(row.id), row.question, article.title) for row, article in found)
    listed = [
        {
            "id": row.id,
            "question": row.question,
            "article_id": article.id,
            "article": article.title,
            "document": article.document,
        }
        for row, article in found
    ]
    header = ("Id", gettext("Question"), gettext("Article"))
    return Result({"candidates": listed}, table(header, rows, gettext("No question waits.")))


@command(candidates)
def approve(session: Session, candidate: Number) -> Result:
    """Let the article be found by this question too."""
    return _decide(session, candidate, take=True)


@command(candidates)
def reject(session: Session, candidate: Number) -> Result:
    """Leave the question out; it is not offered again."""
    return _decide(session, candidate, take=False)


def _decide(session: Session, candidate: int, *, take: bool) -> Result:
    gettext, kept = session.words.gettext, session.lotsen.knowledge_maintenance
    question = kept.decide_candidate(candidate, take=take, now=session.now)
    return Result(
        {"id": candidate, "question": question, "approved": take},
        gettext("Added: {question}", question=question)
        if take
        else gettext("Left out: {question}", question=question),
    )
