"""``lotsen roi``, ``effect`` and ``assume``: what the pilot changed, and what it is worth."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from bot.cli.arguments import AMOUNTS, as_text, read_day, read_quarter, require_categories
from bot.cli.command import Result, command, tree
from bot.cli.output import write_file
from bot.cli.session import Session
from models.errors import InvalidError
from models.kpis.periods import Period, quarter_of
from models.language import Translator, in_language
from models.language.amounts import read_number
from models.message import Message
from models.reports.quarter import quarter_pdf
from models.reports.quarter_csv import quarter_csv
from models.value.challenge.challenge_report import challenge_message
from models.value.issued.since import issued_json
from models.value.statement.quarter_statement import AssumedValue
from models.value.statement.statement_report import (
    assumed_value,
    quarter_words,
    roi_message,
    title_words,
)
from models.value.use_cases.shares import share_of
from models.value.use_cases.words import use_case_message
from models.value.waiting.wait_words import judged_json, judged_message

app = tree()


@command(app)
def effect(
    session: Session,
    untouched: Annotated[
        list[str] | None,
        Option(
            "--untouched",
            metavar="CATEGORY",
            help="Explore: compare with this category instead of those named; may be repeated.",
        ),
    ] = None,
) -> Result:
    """Show what the pilot changed, how sure that is, and when more can be shown."""
    require_categories(untouched or (), session.lotsen.categories())
    found = session.lotsen.value.judgement.both(session.now, frozenset(untouched or ()))
    return Result(judged_json(found), judged_message(found, session.words))


@command(app)
def roi(
    session: Session,
    quarter: Annotated[str | None, Option("--quarter", help="Such as 2026Q4.")] = None,
    pdf: Annotated[
        Path | None, Option("--pdf", metavar="FILE", help="Write it as PDF, too.")
    ] = None,
    csv: Annotated[
        Path | None, Option("--csv", metavar="FILE", help="Write its figures as CSV, too.")
    ] = None,
    issued: Annotated[
        bool, Option("--issued", help="As it was posted, of the last quarter unless named.")
    ] = False,
    use_case: Annotated[
        str,
        Option("--use-case", metavar="KEY", help="Of one use case: its number, key or name."),
    ] = "",
    issue: Annotated[
        bool, Option("--issue", help="Issue it anew once its figures are others, and post it.")
    ] = False,
    challenge: Annotated[
        bool, Option("--challenge", help="Try to break it: print which conclusions survive.")
    ] = False,
) -> Result:
    """Show the quarter's return on the pilot; of the current quarter unless told otherwise."""
    lotsen, words = session.lotsen, session.words
    alone = {
        "--issued": issued,
        "--issue": issue,
        "--challenge": challenge,
        "--use-case": bool(use_case),
    }
    named = [name for name, given in alone.items() if given]
    if named and (pdf or csv or len(named) > 1):
        raise InvalidError(f"{named[0]} goes alone: name it without {_others(named[1:], pdf, csv)}")
    period = read_quarter(quarter, session.today) if quarter else quarter_of(session.today)
    if issued:
        last = quarter_of(quarter_of(session.today).first_day - timedelta(days=1))
        return _as_issued(session, period if quarter else last)
    if issue:
        row = lotsen.statement_requests.issue_at_terminal(period, session.now)
        return Result(issued_json(row), Message.from_json(row.message))
    if challenge:
        return _challenged(session, period)
    statement = lotsen.value.statement(period, session.now)
    if use_case:
        share = share_of(statement.use_cases, as_text(use_case))
        sums = words.in_currency(statement.currency)
        message = use_case_message(share, title_words(statement, words), sums)
        return Result({"quarter": period.key, **share.to_json()}, message)
    if pdf is not None:
        write_file(pdf, quarter_pdf(statement, lotsen.kpis.baseline(), words))
    if csv is not None:
        write_file(csv, quarter_csv(statement))
    return Result(
        statement.to_json(),
        roi_message(statement, words),
        hints=tuple(words.gettext("Written: {file}", file=file) for file in (pdf, csv) if file),
    )


def _others(named: Sequence[str], pdf: Path | None, csv: Path | None) -> str:
    """Return the options that do not go with another one."""
    files = [name for name, file in (("--pdf", pdf), ("--csv", csv)) if file]
    return " and ".join((*named, *files))


def _challenged(session: Session, quarter: Period) -> Result:
    said, tried = session.lotsen.value.challenge(quarter, session.now)
    language = session.words.language
    titles = {
        row.key: in_language(row.titles, language, row.key) for row in session.lotsen.categories()
    }
    message = challenge_message(said, tried, titles, session.words)
    return Result(
        {**said.to_json(), "challenge": [one.to_json() for one in tried]},
        message,
    )


def _as_issued(session: Session, quarter: Period) -> Result:
    row, words = session.lotsen.value.issued(quarter), session.words
    moment = words.moment(row.issued_at, session.zone)
    head = words.gettext("Issued {moment}, SHA-256 {hash}.", moment=moment, hash=row.sha256)
    return Result(issued_json(row), [head, Message.from_json(row.message)])


@command(app, context_settings=AMOUNTS)
def assume(
    session: Session,
    key: Annotated[str, Argument(help="Such as loaded_rate; none to list all.")] = "",
    value: Annotated[str, Argument(help="A number, a share as 0.5; none to show it.")] = "",
    source: Annotated[str, Option("--source", help="Who decided it, or where it stands.")] = "",
    since: Annotated[
        str, Option("--from", metavar="DAY", help="From when it holds; today if not named.")
    ] = "",
) -> Result:
    """Decide a number that the return rests on, or show all with their history.

    A statement takes those in force at the end of its quarter, and decided by then.
    """
    worth = session.lotsen.value
    made: list[AssumedValue] = []
    day = read_day(since, "--from") if since else session.today
    if value:
        number = read_number(value)
        worth.assume(key, float(number), as_text(source), session.now, day)
        made = [one for one in worth.decisions() if (one.key, one.since) == (key, day)]
    elif source or since:
        raise InvalidError("write the number too, such as: lotsen assume loaded_rate 60")
    assumed, decided = worth.assumptions(session.today), worth.decisions()
    if key and not value:
        assumed, decided = _only(key, assumed), _only(key, decided, known=assumed)
    currency = worth.costs.currency().code
    return Result(
        {
            "currency": currency,
            "assumptions": [one.to_json() for one in assumed],
            "history": [one.to_json() for one in decided],
        },
        _assumptions(session.words.in_currency(currency), made[-1:], assumed, decided),
        hints=_late(session, day) if value else (),
    )


def _late(session: Session, since: date) -> tuple[str, ...]:
    """Say from which quarter on a number counts that was decided after the quarter of its day."""
    counts = quarter_of(session.today)
    if quarter_of(since).first_day >= counts.first_day:
        return ()
    return (
        session.words.gettext(
            "Decided after its quarter had ended: statements take it from {quarter} on.",
            quarter=quarter_words(counts.key),
        ),
    )


def _assumptions(
    words: Translator,
    made: Sequence[AssumedValue],
    assumed: Sequence[AssumedValue],
    decided: Sequence[AssumedValue],
) -> Iterator[str]:
    """Say what was decided just now, then what holds, then all that was ever decided."""
    yield from _decided(made, words)
    for item in assumed:
        yield f"{item.key} = {assumed_value(item, item.value, words)} ({words.gettext(item.source)})"
    yield from _decided(decided, words)


def _only(
    key: str, some: Sequence[AssumedValue], known: Sequence[AssumedValue] = ()
) -> tuple[AssumedValue, ...]:
    """Return those of one key.

    Raises
    ------
    InvalidError
        When no assumption is called so.
    """
    found = tuple(item for item in some if item.key == key)
    if not found and not known:
        names = ", ".join(item.key for item in some)
        raise InvalidError(f"no assumption {key!r}; there are: {names}")
    return found


def _decided(some: Sequence[AssumedValue], words: Translator) -> Iterator[str]:
    """Say what was decided: from when it holds, what it was before, and by whom."""
    for item in some:
        value = assumed_value(item, item.value, words)
        if item.since is None or item.before is None:
            yield words.gettext(
                "Always: {key} {value} ({source})", key=item.key, value=value, source=item.source
            )
        elif item.decided:
            yield words.gettext(
                "From {day}: {key} {before} → {value} ({source}, decided {decided})",
                day=words.day(item.since),
                key=item.key,
                before=assumed_value(item, item.before, words),
                value=value,
                source=item.source,
                decided=words.day(item.decided),
            )
