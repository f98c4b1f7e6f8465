"""``lotsen kpi``, ``baseline``, ``roi``, ``cost`` and ``assume``: what the pilot is worth."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import effect, rows
from bot.cli.arguments import FromDay, Json, ToDay, as_text, read_day, read_period
from bot.cli.costs import cost
from bot.cli.output import emit, hint, say, show, show_parts, write_file
from models.errors import InvalidError, UnknownError
from models.language.amounts import read_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from bot.cli.session import Session
    from models.desk.baselines import Standing
    from models.kpis.baseline import FrozenBaseline
    from models.kpis.periods import Period
    from models.language import Words
    from models.value.statement import Assumed, Statement

baseline = typer.Typer(help="The figures from before the pilot.", no_args_is_help=True)
# An amount may begin with a minus: it is no option.
_AMOUNTS = {"ignore_unknown_options": True}


class Way(StrEnum):
    """How a baseline comes about."""

    OBSERVE = "observe"
    FREEZE = "freeze"
    OVERRIDE = "override"


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    kpis = typer.Typer(invoke_without_command=True)
    kpis.callback()(kpi)
    effect.register_kpi(kpis)
    app.add_typer(kpis, name="kpi")
    effect.register(app)
    app.add_typer(baseline, name="baseline")
    app.command()(roi)
    app.add_typer(cost, name="cost")
    app.command(context_settings=_AMOUNTS)(assume)


def kpi(
    ctx: typer.Context,
    first: FromDay = None,
    last: ToDay = None,
    period: Annotated[
        str | None, typer.Option("--period", help="Such as 2026-W48, 2026-11 or 2026Q4.")
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", help="category, team or requester_team: cut the figures by it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the key figures beside the baseline.

    Of the last seven days unless told otherwise; where fewer than five people work, of the last
    whole week.
    """
    if ctx.invoked_subcommand:
        return
    from bot.cli.session import opened
    from models.kpis.periods import Period, last_seven_days
    from models.kpis.report import as_json as figures_json
    from models.kpis.report import kpi_message

    if period and (first or last):
        raise InvalidError("name either --period or --from and --to")
    with opened() as session:
        usual = last_seven_days(session.today)
        chosen = Period.parse(period) if period else read_period(first, last, usual)
        if by:
            rows.show_cut(session, by, chosen if period or first or last else None, as_json)
            return
        measured = session.lotsen.kpis.measure(chosen, session.now)
        if as_json:
            emit(figures_json(measured, session.words))
        else:
            show(kpi_message(measured, session.words, session.zone))


@baseline.command()
def freeze(
    first: FromDay = None,
    last: ToDay = None,
    again: Annotated[
        bool, typer.Option("--again", help="Compare with these from now on, not with the earlier.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Keep the figures of a range for good: all imported history, unless days are named.

    What is frozen already is not frozen twice; other figures need --again.
    """
    from bot.cli.session import opened
    from models.desk.baseline_posts import WITHOUT_TIMES
    from models.kpis.report import baseline_json

    with opened() as session:
        begin = read_day(first, "--from") if first else None
        end = read_day(last, "--to") if last else None
        with session.lotsen.store.snapshot() as unit:
            before = unit.figures.latest_baseline()
        frozen = session.lotsen.baselines.freeze(begin, end, session.now, again=again)
        unchanged = before is not None and before.id == frozen.id
        if as_json:
            emit({**baseline_json(frozen, session.words), "unchanged": unchanged})
        else:
            if unchanged:
                say(session.words.say("Unchanged: number {n} stays.", n=frozen.id))
            _show_baseline(session, frozen, as_json)
        if not frozen.has_times:
            hint(session.words.say(WITHOUT_TIMES))


@baseline.command("show")
def show_baseline(first: FromDay = None, last: ToDay = None, as_json: Json = False) -> None:
    """Show the baseline in force, or the latest that was frozen for these days."""
    from bot.cli.session import opened

    with opened() as session:
        _show_baseline(session, _frozen(session, first, last), as_json)


@baseline.command()
def untouched(
    categories: Annotated[list[str], typer.Argument(help="Keys of categories; none is written -.")],
    reason: Annotated[str, typer.Option("--reason", help="Why Lotsen leaves them alone.")],
    as_json: Json = False,
) -> None:
    """Leave categories to people from now on, before the quarter that they count in.

    Against them a statement without a hold-out subtracts what changed anyway.
    """
    from bot.cli.session import opened
    from models.value.costs import UNTOUCHED

    with opened() as session:
        named = [] if categories == ["-"] else sorted(set(categories))
        if strange := sorted(set(named) - effect.categories(session)):
            raise UnknownError(effect.no_category(strange, session))
        ledger = session.lotsen.value.costs
        ledger.choose(UNTOUCHED, ",".join(named), as_text(reason), session.now)
        if as_json:
            emit({"untouched": named, "from": session.today.isoformat()})
        else:
            words = session.words
            say(
                words.say(
                    "Left to people from today on: {categories}.", categories=words.listing(named)
                )
                if named
                else words.say("No category is left to people any more.")
            )


@baseline.command()
def choose(
    step: Annotated[
        Way, typer.Argument(help="observe some weeks, freeze imported history, or do without.")
    ],
    weeks: Annotated[int, typer.Option("--weeks", help="How long to observe.")] = 4,
    reason: Annotated[str, typer.Option("--reason", help="Why without a baseline.")] = "",
    as_json: Json = False,
) -> None:
    """Choose what the pilot is compared with; until then Lotsen does not assist."""
    from bot.cli.session import opened
    from models.desk.baselines import Choice
    from models.tables import BaselineStep

    with opened() as session:
        choice = Choice(BaselineStep(step.value), weeks, as_text(reason))
        _show_standing(session, session.lotsen.baselines.decide(choice, session.now), as_json)


@baseline.command()
def status(as_json: Json = False) -> None:
    """Show whether Lotsen assists yet, and why not."""
    from bot.cli.session import opened

    with opened() as session:
        _show_standing(session, session.lotsen.baselines.standing(), as_json)


def _show_standing(session: "Session", standing: "Standing", as_json: bool) -> None:
    words, last = session.words, standing.last_day
    texts = {
        "open": words.say("Lotsen assists."),
        "undecided": words.say(
            "Lotsen does not assist yet: choose with lotsen baseline choose observe, freeze or "
            "override."
        ),
        "observing": words.say(
            "Lotsen observes until {day} and does not assist.", day=words.day(last) if last else "–"
        ),
    }
    if as_json:
        emit(
            {
                "state": standing.lock.value,
                "first_day": standing.first_day,
                "last_day": last,
                "baseline": standing.baseline.sha256 if standing.baseline else None,
            }
        )
    else:
        say(texts[standing.lock.value])


def roi(
    quarter: Annotated[str | None, typer.Option("--quarter", help="Such as 2026Q4.")] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="FILE", help="Write it as PDF, too.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write its figures as CSV, too.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the quarter's return on the pilot; of the current quarter unless told otherwise."""
    from bot.cli.session import opened
    from models.kpis.periods import quarter_of
    from models.reports.quarter_csv import quarter_csv
    from models.value.report import roi_message

    with opened() as session:
        period = _quarter(quarter, session.today) if quarter else quarter_of(session.today)
        statement = session.lotsen.value.statement(period, session.now)
        if pdf is not None:
            _write(session, pdf, _as_pdf(session, statement))
        if csv is not None:
            _write(session, csv, quarter_csv(statement))
        if as_json:
            emit(statement.to_json())
        else:
            show(roi_message(statement, session.words))


def _as_pdf(session: "Session", statement: "Statement") -> bytes:
    from models.reports.quarter import quarter_pdf

    return quarter_pdf(statement, session.lotsen.kpis.baseline(), session.words)


def _write(session: "Session", file: Path, content: bytes) -> None:
    write_file(file, content)
    hint(session.words.say("Written: {file}", file=file))


def assume(
    key: Annotated[str, typer.Argument(help="Such as loaded_rate; none to list all.")] = "",
    value: Annotated[str, typer.Argument(help="A number, a share as 0.5; none to show it.")] = "",
    source: Annotated[
        str, typer.Option("--source", help="Who decided it, or where it stands.")
    ] = "",
    since: Annotated[
        str, typer.Option("--from", metavar="DAY", help="From when it holds; today if not named.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Decide a number that the return rests on, or show all with their history.

    A statement takes those in force at the end of its quarter.
    """
    from bot.cli.session import opened

    with opened() as session:
        worth = session.lotsen.value
        made: list[Assumed] = []
        if value:
            number = read_number(value)
            day = read_day(since, "--from") if since else session.today
            worth.assume(key, float(number), as_text(source), session.now, day)
            made = [one for one in worth.decisions() if (one.key, one.since) == (key, day)]
        elif source or since:
            raise InvalidError("write the number too, such as: lotsen assume loaded_rate 60")
        assumed, decided = worth.assumptions(session.today), worth.decisions()
        if key and not value:
            assumed, decided = _only(key, assumed), _only(key, decided, known=assumed)
        if as_json:
            emit(
                {
                    "assumptions": [one.to_json() for one in assumed],
                    "history": [one.to_json() for one in decided],
                }
            )
        else:
            _show_assumptions(session.words, made[-1:], assumed, decided)


def _show_assumptions(
    words: "Words",
    made: "Sequence[Assumed]",
    assumed: "Sequence[Assumed]",
    decided: "Sequence[Assumed]",
) -> None:
    """Say what was decided just now, then what holds, then all that was ever decided."""
    from models.value.report import assumed_value

    for line in _decided(made, words):
        say(line)
    for item in assumed:
        say(f"{item.key} = {assumed_value(item, item.value, words)} ({words.say(item.source)})")
    for line in _decided(decided, words):
        say(line)


def _only(
    key: str, some: "Sequence[Assumed]", known: "Sequence[Assumed]" = ()
) -> "tuple[Assumed, ...]":
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


def _decided(some: "Sequence[Assumed]", words: "Words") -> "Iterator[str]":
    """Say what was decided: from when it holds, what it was before, and by whom."""
    from models.value.report import assumed_value

    for item in some:
        if item.since is None or item.before is None:
            value = assumed_value(item, item.value, words)
            yield words.say(
                "Always: {key} {value} ({source})", key=item.key, value=value, source=item.source
            )
        elif item.decided:
            yield words.say(
                "From {day}: {key} {before} → {value} ({source}, decided {decided})",
                day=words.day(item.since),
                key=item.key,
                before=assumed_value(item, item.before, words),
                value=assumed_value(item, item.value, words),
                source=item.source,
                decided=words.day(item.decided),
            )


def _quarter(text: str, today: "date") -> "Period":
    from models.kpis.periods import Period, quarter_of

    period = Period.parse(text)
    if period != quarter_of(period.first_day):
        raise InvalidError(f"{text!r} is no quarter: write one such as 2026Q4")
    if today < period.first_day:
        raise InvalidError(f"{period.key} has not begun: it does on {period.first_day}")
    return period


def _frozen(session: "Session", first: str | None, last: str | None) -> "FrozenBaseline":
    from models.kpis.baseline import read_baseline

    begin = read_day(first, "--from") if first else None
    end = read_day(last, "--to") if last else None
    with session.lotsen.store.snapshot() as unit:
        row = unit.figures.latest_baseline()
        while row is not None:
            if (begin or row.first_day, end or row.last_day) == (row.first_day, row.last_day):
                return read_baseline(row)
            row = unit.figures.baseline((row.id or 0) - 1)
    raise UnknownError(
        "no baseline is frozen"
        + (" for these days" if begin or end else "")
        + ": import older tickets, then run lotsen baseline freeze"
    )


def _show_baseline(session: "Session", frozen: "FrozenBaseline", as_json: bool) -> None:
    from models.kpis.definitions import KPIS
    from models.kpis.report import amount, baseline_json
    from models.message import Fields, Heading, Run, Table

    words = session.words
    if as_json:
        emit(baseline_json(frozen, words))
        return
    days = (frozen.period.first_day, frozen.period.last_day)
    first, last = (words.day(day) for day in days)
    facts = (
        (words.say("Baseline number"), str(frozen.id)),
        (words.say("Frozen"), words.moment(frozen.frozen_at, session.zone)),
        ("SHA-256", frozen.sha256),
    )
    rows = tuple(
        (words.say(KPIS[item.key].title), words.number(item.n), amount(item.value, item.key, words))
        for item in frozen.kpis
        if item.key in KPIS
    )
    show_parts(
        Heading(words.say("Baseline, {first} to {last}", first=first, last=last)),
        Fields(tuple((label, (Run(value),)) for label, value in facts)),
        Table((words.say("Figure"), words.say("Number"), words.say("Value")), rows),
    )
