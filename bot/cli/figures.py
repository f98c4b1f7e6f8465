"""``lotsen kpi``: the key figures, cut by groups, and what stands behind each."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from bot.cli import company_kpis
from bot.cli.arguments import FromDay, ToDay, read_period
from bot.cli.command import Result, command, tree, when_alone
from bot.cli.output import Raw, unwritable
from bot.cli.session import Session
from models.errors import InvalidError
from models.kpis.agreement import agreement_json, agreement_message
from models.kpis.cuts import cut, cut_json, cut_message, last_month, read_grouping
from models.kpis.drilldown import Drilldown
from models.kpis.periods import Period, last_seven_days, quarter_of
from models.kpis.report import as_json, kpi_message, latest_week
from models.kpis.rows import FigureQuery
from models.spreadsheet import write_csv
from models.value.drilldown.figures_page import figures_page, figures_table
from models.value.drilldown.statement_figures import ROI_PREFIX
from models.value.drilldown.views import (
    COLUMNS,
    DrilldownReader,
    drilldown_json,
    drilldown_message,
    table_of,
)

app = tree()
kpis = typer.Typer()
app.add_typer(kpis, name="kpi")
kpis.add_typer(company_kpis.app)
behind = tree()
kpis.add_typer(behind)

PeriodName = Annotated[str | None, Option("--period", help="Such as 2026-W48, 2026-11 or 2026Q4.")]


@when_alone(kpis)
def kpi(
    session: Session,
    first: FromDay = None,
    last: ToDay = None,
    period: PeriodName = None,
    by: Annotated[
        str | None,
        Option("--by", help="category, team or requester_team: cut the figures by it."),
    ] = None,
) -> Result:
    """Show the key figures beside the baseline.

    Of the last seven days unless told otherwise; where fewer than five people work, of the last
    whole week, and of another day or stretch only the numbers.
    """
    _require_one_way(first, last, period)
    usual = last_seven_days(session.today)
    chosen = Period.parse(period) if period else read_period(first, last, usual)
    kpis, words = session.lotsen.kpis, session.words
    named = bool(period or first or last)
    if by:
        return _cut(session, by, chosen if named else None)
    if not named and kpis.is_small():
        measured = latest_week(kpis, session.today, session.now)
    else:
        measured = kpis.measure(chosen, session.now)
    return Result(as_json(measured, words), kpi_message(measured, words, session.zone))


@command(behind)
def rows(
    session: Session,
    key: Annotated[str, Argument(help="A figure's key, such as handling_time or roi.cost.")],
    first: FromDay = None,
    last: ToDay = None,
    period: PeriodName = None,
    csv: Annotated[
        Path | None, Option("--csv", metavar="FILE", help="Write all rows into a file.")
    ] = None,
    tickets: Annotated[
        bool,
        Option("--tickets", help="List tickets also where fewer than five people work."),
    ] = False,
) -> Result:
    """Show what stands behind a figure: formula, number, interval, and the rows it comes from."""
    _require_one_way(first, last, period)
    figures, words = session.lotsen.figure_requests.figures, session.words
    if period:
        chosen = Period.parse(period)
    elif first is None and last is None and key.startswith(ROI_PREFIX):
        chosen = quarter_of(session.today)
    else:
        chosen = read_period(first, last, figures.usual_period(session.now))
    found = figures.of(key, chosen, session.now, tickets=tickets)
    titles = {one.key: one.titles for one in session.lotsen.categories()}
    return Result(
        drilldown_json(found, words),
        drilldown_message(found, DrilldownReader(words, session.zone, titles)),
        hints=() if csv is None else _written(session, found, csv),
    )


@command(behind)
def formulas(_session: Session) -> Result:
    """Print the table of all figures with their formulas, as Markdown."""
    return Result({"figures": figures_table()}, Raw(figures_page()))


@command(behind)
def agreement(session: Session) -> Result:
    """Show how well stated minutes agree with those of the buttons."""
    found = session.lotsen.kpis.agreement()
    return Result(agreement_json(found), agreement_message(found, session.words))


@command(behind)
def rebuild(session: Session) -> Result:
    """Compute every ticket's times anew from its events, as each night checks them."""
    wrong = len(list(session.lotsen.kpis.misprojected()))
    tickets = session.lotsen.kpis.rebuild()
    words = session.words
    text = words.ngettext(
        "{n} ticket computed anew, {wrong} of them otherwise than before.",
        "{n} tickets computed anew, {wrong} of them otherwise than before.",
        tickets,
        wrong=words.number(wrong),
    )
    return Result({"tickets": tickets, "mended": wrong}, text)


def _require_one_way(first: str | None, last: str | None, period: str | None) -> None:
    if period and (first or last):
        raise InvalidError("name either --period or --from and --to")


def _written(session: Session, found: Drilldown, file: Path) -> tuple[str, ...]:
    """Write the rows behind a figure into a file, and say so."""
    words = session.words
    try:
        number = write_csv(file, COLUMNS, iter(table_of(found)))
    except OSError as error:
        raise InvalidError(unwritable(file, error)) from error
    done = words.ngettext("{n} row written: {file}", "{n} rows written: {file}", number, file=file)
    if not found.withheld:
        return (done,)
    withheld = words.gettext(
        "No list of tickets, because fewer than five people work at the desk. With "
        "--tickets it is written."
    )
    return done, withheld


def _cut(session: Session, by: str, period: Period | None) -> Result:
    """Return the key figures of each group."""
    lotsen, words = session.lotsen, session.words
    grouping = read_grouping(by)
    figures = lotsen.figure_requests.figures
    usual = figures.usual_period(session.now)
    asked = FigureQuery(usual, lotsen.calendar, figures.sources, session.now)
    if period or grouping != "category":
        asked = replace(asked, period=period or last_month(asked))
    found = cut(lotsen.store, grouping, asked, figures.staff)
    names: dict[str, str] = {}
    if grouping == "category":
        names = {one.key: one.titles.get(words.language, one.key) for one in lotsen.categories()}
    return Result(cut_json(found), cut_message(found, names, words))
