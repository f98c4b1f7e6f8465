"""``lotsen cost``: the ledger, its budgets, changes of vendor, and how the year stands."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.arguments import Json, as_text, read_day
from bot.cli.output import emit, hint, say, show_parts
from models.errors import InvalidError, NotFoundError
from models.language.amounts import read_number

if TYPE_CHECKING:
    from bot.cli.session import Session
    from models.tables import BudgetEntry, CostEntry, CostKind, VendorChange

cost = typer.Typer(help="The ledger of costs.", no_args_is_help=True)
# An amount may begin with a minus: it is no option.
_AMOUNTS = {"ignore_unknown_options": True}
_KIND = typer.Argument(help="licence, cloud, internal_hours, training, …")
_EUROS = typer.Argument(help="Such as 1200.50; below zero to correct.")
_REASON = typer.Option("--reason", help="Why.")


@cost.command(context_settings=_AMOUNTS)
def add(
    kind: Annotated[str, _KIND],
    euros: Annotated[str, _EUROS],
    text: Annotated[str, typer.Argument(help="What it was for.")],
    day: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help="Day of booking; today if not named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Book a cost; a correction is a new entry with the opposite sign."""
    from bot.cli.session import opened

    known = _kind(kind)
    description = as_text(text).strip()
    if not description:
        raise InvalidError("say what the cost was for")
    with opened() as session:
        booked_on, amount = _day(session, day), read_number(euros)
        row = session.lotsen.value.book(known, description, amount, booked_on, session.now)
        if as_json:
            emit(_entry(row))
        else:
            _show_costs(session, [row])
        _warn_of_metered(session, known)


@cost.command("list")
def list_costs(as_json: Json = False) -> None:
    """List all costs, in the order of their days."""
    from bot.cli.session import opened

    with opened() as session:
        with session.lotsen.store.snapshot() as unit:
            rows = list(unit.figures.all_costs())
        if as_json:
            total = sum(row.cents for row in rows) / 100
            emit({"costs": [_entry(row) for row in rows], "total_eur": total})
        else:
            _show_costs(session, rows)


@cost.command()
def budget(
    kind: Annotated[str, _KIND],
    euros: Annotated[
        str, typer.Argument(help="Such as 24000; what was set before stays on record.")
    ],
    period: Annotated[
        str, typer.Option("--for", metavar="PERIOD", help="A year or a month: 2027 or 2027-03.")
    ],
    people: Annotated[
        int | None, typer.Option("--people", help="Of training: how many are trained.")
    ] = None,
    reason: Annotated[str, _REASON] = "",
    as_json: Json = False,
) -> None:
    """Set what a kind of cost may take in a year or a month."""
    from bot.cli.session import opened
    from models.kpis.cost_bands import TITLES
    from models.value.money.costs import Budget

    wanted = Budget(_kind(kind), period, read_number(euros), people, as_text(reason))
    with opened() as session:
        row = session.lotsen.value.costs.plan(wanted, session.now)
        if as_json:
            emit(_budget(row))
        else:
            amount = session.words.euros(row.cents / 100, 2)
            kind_of = session.words.say(TITLES[row.kind])
            text = session.words.say(
                "Budget of {period}, {kind}: {amount}",
                period=row.period,
                kind=kind_of,
                amount=amount,
            )
            say(text)


@cost.command()
def status(
    day: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help="As of this day; today if not named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the year: budget, booked, expected by its end, and what is usual."""
    from bot.cli.session import opened
    from models.message import Heading
    from models.value.statement.statement_context import outlook_parts

    with opened() as session:
        as_of = _day(session, day)
        view, changes = session.lotsen.value.costs.outlook(as_of), _changes(session)
        if as_json:
            emit({**view.to_json(), "changes": [_change(one) for one in changes]})
            return
        words = session.words
        title = words.say(
            "Costs {year}: forecast and actual, {day}", year=view.year, day=words.day(as_of)
        )
        show_parts(Heading(title), *outlook_parts(view, words))
        for one in changes:
            say(
                f"{one.id}  {one.changed_on}  {one.purpose}: {one.before} → {one.after} ({one.reason})"
            )
        if view.first_year and view.first_year.inside is None:
            hint(words.say("Say once whether running costs are part of the first year's sum."))


@cost.command()
def running(
    where: Annotated[str, typer.Argument(help="inside or apart")],
    reason: Annotated[str, _REASON] = "",
    as_json: Json = False,
) -> None:
    """Say whether licences, cloud and maintenance are part of the first year's sum."""
    from bot.cli.session import opened
    from models.value.money.costs import APART, INSIDE, RUNNING_COSTS

    if where not in (INSIDE, APART):
        raise InvalidError(f"{where!r}: write {INSIDE} or {APART}")
    with opened() as session:
        session.lotsen.value.costs.choose(RUNNING_COSTS, where, as_text(reason), session.now)
        if as_json:
            emit({"running_costs": where})
        else:
            words = session.words
            say(
                words.say("Running costs are part of the first year's sum.")
                if where == INSIDE
                else words.say("Running costs are kept apart from the first year's sum.")
            )


@cost.command()
def switch(
    before: Annotated[str, typer.Argument(help="The tool that is given up.")],
    after: Annotated[str, typer.Argument(help="The tool that comes instead.")],
    purpose: Annotated[str, typer.Option("--for", help="What it is used for.")],
    reason: Annotated[str, _REASON],
    euros: Annotated[str, typer.Option("--cost", help="What the change costs, in EUR.")],
    day: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help="Day of the change; today.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write down that a tool is given up for another: why, and what that costs."""
    from bot.cli.session import opened
    from models.value.money.costs import VendorSwitch

    amount = read_number(euros)
    with opened() as session:
        made = VendorSwitch(
            purpose=as_text(purpose),
            before=as_text(before),
            after=as_text(after),
            reason=as_text(reason),
            euros=amount,
            on=_day(session, day),
        )
        _show_change(session, session.lotsen.value.costs.switch(made, session.now), as_json)


@cost.command()
def withdraw(
    number: Annotated[int, typer.Argument(help="Number of the change, see lotsen cost status.")],
    reason: Annotated[str, _REASON],
    as_json: Json = False,
) -> None:
    """Take back a change of vendor that was written down by mistake, with its cost."""
    from bot.cli.session import opened

    with opened() as session:
        ledger = session.lotsen.value.costs
        gone = ledger.withdraw(number, as_text(reason), session.today, session.now)
        if as_json:
            emit(_change(gone))
            return
        told = f"{gone.purpose}: {gone.after} → {gone.before}"
        say(session.words.say("Change {n} is taken back: {change}", n=number, change=told))


def _kind(text: str) -> "CostKind":
    from models.tables import CostKind

    if text not in {item.value for item in CostKind}:
        known = ", ".join(item.value for item in CostKind)
        raise NotFoundError(f"no kind of cost {text!r}; there are: {known}")
    return CostKind(text)


def _day(session: "Session", text: str | None) -> date:
    return read_day(text, "--on") if text else session.today


def _changes(session: "Session") -> "list[VendorChange]":
    return session.lotsen.value.costs.changes()


def _warn_of_metered(session: "Session", kind: "CostKind") -> None:
    """Say that the model's calls are booked by themselves, where somebody may book them again."""
    from models.kpis.cost_bands import METERED

    view = session.lotsen.value.costs.outlook(session.today)
    if kind is METERED and view.metered and view.metered.year_eur:
        hint(
            session.words.say(
                "The language model's calls are booked by themselves ({eur} this year): do not "
                "book its invoice again.",
                eur=session.words.euros(view.metered.booked_eur, 2),
            )
        )


def _show_change(session: "Session", change: "VendorChange", as_json: bool) -> None:
    if as_json:
        emit(_change(change))
    else:
        say(f"{change.id}  {change.changed_on}  {change.purpose}: {change.before} → {change.after}")


def _change(change: "VendorChange") -> dict[str, Any]:
    return {
        "id": change.id,
        "purpose": change.purpose,
        "before": change.before,
        "after": change.after,
        "reason": change.reason,
        "changed_on": change.changed_on.isoformat(),
        "entry": change.entry_id,
        "withdraws": change.withdraws,
    }


def _budget(row: "BudgetEntry") -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind.value,
        "period": row.period,
        "eur": float(Decimal(row.cents) / 100),
        "people": row.people,
        "reason": row.reason,
    }


def _entry(row: "CostEntry") -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind.value,
        "description": row.description,
        "eur": row.cents / 100,
        "booked_on": row.booked_on.isoformat(),
    }


def _show_costs(session: "Session", rows: "list[CostEntry]") -> None:
    from models.kpis.cost_bands import TITLES
    from models.message import Paragraph, Run, Table

    words = session.words
    header = (words.say("Day"), words.say("Kind"), words.say("Amount"), words.say("What for"))
    shown = tuple(
        (
            words.day(row.booked_on, "d MMM y"),
            words.say(TITLES[row.kind]),
            words.euros(row.cents / 100, 2),
            row.description,
        )
        for row in rows
    )
    total = words.euros(sum(row.cents for row in rows) / 100, 2)
    show_parts(Table(header, shown), Paragraph((Run(words.say("Sum: {total}", total=total)),)))
