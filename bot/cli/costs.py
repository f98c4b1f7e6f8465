"""``lotsen cost``: the ledger, its budgets, changes of vendor, and how the year stands."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any

from typer import Argument, Option

from bot.cli.arguments import AMOUNTS, as_text, read_day
from bot.cli.command import Result, command, group, tree
from bot.cli.output import Hint, Text, fields_of, table
from bot.cli.session import Session
from models.errors import InvalidError, NotFoundError
from models.kpis.cost_bands import METERED, TITLES
from models.kpis.periods import quarter_of
from models.language import Translator
from models.language.amounts import read_number
from models.message import Heading, Paragraph, Run
from models.tables import CostEntry, CostKind, VendorChange
from models.value.money.break_even_words import break_even_line
from models.value.money.costs import APART, INSIDE, RUNNING_COSTS, Budget, VendorSwitch
from models.value.money.outlook import Outlook
from models.value.statement.statement_context import outlook_parts
from models.value.statement.statement_report import quarter_words

app = tree()
cost = group(app, "cost")
_KIND = Argument(help="licence, cloud, internal_hours, training, …")
_EUROS = Argument(help="Such as 1200.50; below zero to correct.", metavar="AMOUNT")
_REASON = Option("--reason", help="Why.")


@command(cost, context_settings=AMOUNTS)
def add(
    session: Session,
    kind: Annotated[str, _KIND],
    euros: Annotated[str, _EUROS],
    text: Annotated[str, Argument(help="What it was for.")],
    day: Annotated[
        str | None, Option("--on", metavar="DAY", help="Day of booking; today if not named.")
    ] = None,
) -> Result:
    """Book a cost; a correction is a new entry with the opposite sign."""
    known = _kind(kind)
    description = as_text(text).strip()
    if not description:
        raise InvalidError("say what the cost was for")
    booked_on, amount = _day(session, day), read_number(euros)
    row = session.lotsen.value.costs.book(known, description, amount, booked_on, session.now)
    booked = {**_entry(row), "currency": _sums(session).currency}
    return Result(booked, _costs(session, [row]), hints=_metered(session, known))


@command(cost, "list")
def list_costs(session: Session) -> Result:
    """List all costs, in the order of their days."""
    rows = session.lotsen.value.costs.entries()
    total = sum(row.cents for row in rows) / 100
    listed = {"costs": [_entry(row) for row in rows], "total_eur": total}
    return Result({**listed, "currency": _sums(session).currency}, _costs(session, rows))


@command(cost)
def budget(
    session: Session,
    kind: Annotated[str, _KIND],
    euros: Annotated[str, Argument(help="Such as 24000; what was set before stays on record.")],
    period: Annotated[
        str, Option("--for", metavar="PERIOD", help="A year or a month: 2027 or 2027-03.")
    ],
    people: Annotated[
        int | None, Option("--people", help="Of training: how many are trained.")
    ] = None,
    reason: Annotated[str, _REASON] = "",
) -> Result:
    """Set what a kind of cost may take in a year or a month."""
    wanted = Budget(_kind(kind), period, read_number(euros), people, as_text(reason))
    row = session.lotsen.value.costs.plan(wanted, session.now)
    words = _sums(session)
    text = words.gettext(
        "Budget of {period}, {kind}: {amount}",
        period=row.period,
        kind=words.gettext(TITLES[row.kind]),
        amount=words.money(row.cents / 100, 2),
    )
    head = {
        **fields_of(row, "id", "kind", "period"),
        "eur": row.cents / 100,
        "currency": words.currency,
    }
    return Result({**head, **fields_of(row, "people", "reason")}, text)


@command(cost)
def status(
    session: Session,
    day: Annotated[
        str | None, Option("--on", metavar="DAY", help="As of this day; today if not named.")
    ] = None,
) -> Result:
    """Show the year: budget, booked, expected by its end, and what is usual."""
    as_of, value = _day(session, day), session.lotsen.value
    view, changes = value.costs.outlook(as_of), value.costs.changes()
    even = value.break_even(as_of)
    return Result(
        {
            **view.to_json(),
            "changes": [_change(one) for one in changes],
            "break_even": even.to_json(),
        },
        (
            _status(session, as_of, view, changes),
            Paragraph(break_even_line(even, session.words.in_currency(view.currency))),
        ),
    )


@command(cost)
def running(
    session: Session,
    where: Annotated[str, Argument(help="inside or apart")],
    reason: Annotated[str, _REASON] = "",
) -> Result:
    """Say whether licences, cloud and maintenance are part of the first year's sum."""
    if where not in (INSIDE, APART):
        raise InvalidError(f"{where!r}: write {INSIDE} or {APART}")
    session.lotsen.value.costs.choose(RUNNING_COSTS, where, as_text(reason), session.now)
    gettext = session.words.gettext
    return Result(
        {"running_costs": where},
        gettext("Running costs are part of the first year's sum.")
        if where == INSIDE
        else gettext("Running costs are kept apart from the first year's sum."),
    )


@command(cost)
def explain(
    session: Session, reason: Annotated[str, Argument(help="Why so little is booked.")]
) -> Result:
    """Say why own hours are missing, or why the first year costs less than usual."""
    said = as_text(reason)
    session.lotsen.value.costs.explain(said, session.now)
    since = session.words.gettext(
        "Statements take it from {quarter} on.",
        quarter=quarter_words(quarter_of(session.today).key),
    )
    return Result(
        {"reason": said},
        session.words.gettext("Written down: {reason}", reason=said),
        hints=(since,),
    )


@command(cost)
def switch(
    session: Session,
    before: Annotated[str, Argument(help="The tool that is given up.")],
    after: Annotated[str, Argument(help="The tool that comes instead.")],
    purpose: Annotated[str, Option("--for", help="What it is used for.")],
    reason: Annotated[str, _REASON],
    euros: Annotated[str, Option("--cost", help="What the change costs.")],
    day: Annotated[
        str | None, Option("--on", metavar="DAY", help="Day of the change; today.")
    ] = None,
) -> Result:
    """Write down that a tool is given up for another: why, and what that costs."""
    made = VendorSwitch(
        purpose=as_text(purpose),
        before=as_text(before),
        after=as_text(after),
        reason=as_text(reason),
        euros=read_number(euros),
        on=_day(session, day),
    )
    change = session.lotsen.value.costs.switch(made, session.now)
    return Result(_change(change), _change_line(change))


@command(cost)
def withdraw(
    session: Session,
    number: Annotated[int, Argument(help="Number of the change, see lotsen cost status.")],
    reason: Annotated[str, _REASON],
) -> Result:
    """Take back a change of vendor that was written down by mistake, with its cost."""
    ledger = session.lotsen.value.costs
    gone = ledger.withdraw(number, as_text(reason), session.today, session.now)
    back = f"{gone.purpose}: {gone.after} → {gone.before}"
    text = session.words.gettext("Change {n} is taken back: {change}", n=number, change=back)
    return Result(_change(gone), text)


def _sums(session: Session) -> Translator:
    """Return the words of the command, with sums in the company's currency."""
    return session.words.in_currency(session.lotsen.value.costs.currency().code)


def _kind(text: str) -> CostKind:
    if text not in {item.value for item in CostKind}:
        known = ", ".join(item.value for item in CostKind)
        raise NotFoundError(f"no kind of cost {text!r}; there are: {known}")
    return CostKind(text)


def _day(session: Session, text: str | None) -> date:
    return read_day(text, "--on") if text else session.today


def _metered(session: Session, kind: CostKind) -> tuple[str, ...]:
    """Say that the model's calls are booked by themselves, where somebody may book them again."""
    view = session.lotsen.value.costs.outlook(session.today)
    if kind is not METERED or not view.metered or not view.metered.year_eur:
        return ()
    warning = session.words.gettext(
        "The language model's calls are booked by themselves ({eur} this year): do not "
        "book its invoice again.",
        eur=_sums(session).money(view.metered.booked, 2),
    )
    return (warning,)


def _status(
    session: Session, as_of: date, view: Outlook, changes: Sequence[VendorChange]
) -> Iterator[Text]:
    words = session.words.in_currency(view.currency)
    title = words.gettext(
        "Costs {year}: forecast and actual, {day}", year=view.year, day=words.day(as_of)
    )
    yield Heading(title), *outlook_parts(view, words)
    for one in changes:
        yield f"{_change_line(one)} ({one.reason})"
    if view.first_year and view.first_year.inside is None:
        yield Hint(
            words.gettext("Say once whether running costs are part of the first year's sum.")
        )


def _change_line(change: VendorChange) -> str:
    return f"{change.id}  {change.changed_on}  {change.purpose}: {change.before} → {change.after}"


def _change(change: VendorChange) -> dict[str, Any]:
    return {
        **fields_of(change, "id", "purpose", "before", "after", "reason", "changed_on"),
        "entry": change.entry_id,
        "withdraws": change.withdraws,
    }


def _entry(row: CostEntry) -> dict[str, Any]:
    head = fields_of(row, "id", "kind", "description")
    return {**head, "eur": row.cents / 100, "booked_on": row.booked_on}


def _costs(session: Session, rows: Sequence[CostEntry]) -> Text:
    words, gettext = _sums(session), session.words.gettext
    shown = (
        (
            words.day(row.booked_on, "d MMM y"),
            gettext(TITLES[row.kind]),
            words.money(row.cents / 100, 2),
            row.description,
        )
        for row in rows
    )
    total = words.money(sum(row.cents for row in rows) / 100, 2)
    header = (gettext("Day"), gettext("Kind"), gettext("Amount"), gettext("What for"))
    return table(header, shown), Paragraph((Run(gettext("Sum: {total}", total=total)),))
