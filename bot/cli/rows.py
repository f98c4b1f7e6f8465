"""``lotsen kpi rows``, ``formulas`` and ``--by``: what stands behind the figures."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.arguments import FromDay, Json, ToDay, read_period
from bot.cli.output import emit, hint, show, unwritable
from models.errors import InvalidError

if TYPE_CHECKING:
    from bot.cli.session import Session
    from models.kpis.drilldown import Drilldown
    from models.kpis.periods import Period


def register_kpi(kpi: typer.Typer) -> None:
    """Put these commands beside the key figures."""
    kpi.command()(rows)
    kpi.command()(formulas)


def rows(
    key: Annotated[str, typer.Argument(help="A figure's key, such as handling_time or roi.cost.")],
    first: FromDay = None,
    last: ToDay = None,
    period: Annotated[
        str | None, typer.Option("--period", help="Such as 2026-W48, 2026-11 or 2026Q4.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write all rows into a file.")
    ] = None,
    tickets: Annotated[
        bool,
        typer.Option("--tickets", help="List tickets also where fewer than five people work."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what stands behind a figure: formula, number, interval, and the rows it comes from."""
    from bot.cli.session import opened
    from models.value.drilldown.drilldown_card import behind_message
    from models.value.drilldown.drilldown_files import behind_json
    from models.value.drilldown.drilldown_rows import DrilldownReader

    if period and (first or last):
        raise InvalidError("name either --period or --from and --to")
    with opened() as session:
        chosen = _period(session, key, period, first, last)
        found = session.lotsen.figure_desk.figures.of(key, chosen, session.now, tickets=tickets)
        if csv is not None:
            _write(session, found, csv)
        if as_json:
            emit(behind_json(found, session.words))
            return
        with session.lotsen.store.snapshot() as unit:
            titles = {one.key: one.titles for one in unit.tickets.categories()}
        show(behind_message(found, DrilldownReader(session.words, session.zone, titles)))


def _period(
    session: "Session", key: str, period: str | None, first: str | None, last: str | None
) -> "Period":
    from models.kpis.periods import Period, quarter_of
    from models.value.drilldown.drilldown import ROI_PREFIX

    if period:
        return Period.parse(period)
    if first is None and last is None and key.startswith(ROI_PREFIX):
        return quarter_of(session.today)
    usual = session.lotsen.figure_desk.figures.usual_period(session.now)
    return read_period(first, last, usual)


def _write(session: "Session", found: "Drilldown", file: Path) -> None:
    from models.upkeep.exports import write_csv
    from models.value.drilldown.drilldown_files import COLUMNS, table_of

    try:
        number = write_csv(file, COLUMNS, iter(table_of(found)))
    except OSError as error:
        raise InvalidError(unwritable(file, error)) from error
    words = session.words
    said = words.count("{n} row written: {file}", "{n} rows written: {file}", number, file=file)
    hint(said)
    if found.withheld:
        hint(
            words.say(
                "No list of tickets, because fewer than five people work at the desk. With "
                "--tickets it is written."
            )
        )


def formulas(as_json: Json = False) -> None:
    """Print the table of all figures with their formulas, as Markdown."""
    from models.value.drilldown.figures_page import figures_page, figures_table

    if as_json:
        emit({"figures": figures_table()})
    else:
        print(figures_page(), end="")


def show_cut(session: "Session", by: str, period: "Period | None", as_json: bool) -> None:
    """Show the key figures of each group."""
    from models.kpis.cuts import cut, cut_json, cut_message, last_month, read_grouping
    from models.kpis.rows import FigureQuery

    lotsen, words = session.lotsen, session.words
    grouping = read_grouping(by)
    figures = lotsen.figure_desk.figures
    usual = figures.usual_period(session.now)
    asked = FigureQuery(usual, lotsen.calendar, figures.sources, session.now)
    if period or grouping != "category":
        asked = replace(asked, period=period or last_month(asked))
    found = cut(lotsen.store, grouping, asked, figures.staff)
    if as_json:
        emit(cut_json(found))
        return
    with lotsen.store.snapshot() as unit:
        names = {
            one.key: one.titles.get(words.language, one.key) for one in unit.tickets.categories()
        }
    show(cut_message(found, names if grouping == "category" else {}, words))
