"""``lotsen effect`` and the key figures that a company adds: ``lotsen kpi add`` and more."""

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from bot.cli import rows
from bot.cli.arguments import Json, as_text, read_day
from bot.cli.output import emit, say, show, show_parts
from models.errors import NotFoundError
from models.language import noted
from models.language.amounts import read_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.cli.session import Session
    from models.kpis.company import Wanted
    from models.kpis.definitions import Unit
    from models.language import Words
    from models.tables import CompanyKpi, KpiReading

_UNITS = {
    "minutes": noted("minutes"),
    "share": noted("share in %"),
    "count": noted("number"),
    "EUR": noted("EUR"),
}


def register(app: typer.Typer) -> None:
    """Put this command into the tree."""
    app.command()(effect)


def register_kpi(kpi: typer.Typer) -> None:
    """Put the company's own key figures beside the others."""
    kpi.command()(add)
    kpi.command()(record)
    kpi.command("list")(list_added)
    kpi.command()(templates)
    rows.register_kpi(kpi)


def effect(
    untouched: Annotated[
        list[str] | None,
        typer.Option(
            "--untouched",
            metavar="CATEGORY",
            help="Explore: compare with this category instead of those named; may be repeated.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what the pilot changed, how sure that is, and when more can be shown."""
    from bot.cli.session import opened
    from models.value.effect.effect_report import effect_json, effect_message

    with opened() as session:
        known = categories(session)
        if strange := sorted(set(untouched or ()) - known):
            raise NotFoundError(no_category(strange, session))
        found = session.lotsen.value.proof.effect(session.now, frozenset(untouched or ()))
        if as_json:
            emit(effect_json(found))
        else:
            show(effect_message(found, session.words))


def add(
    title: Annotated[str, typer.Argument(help="What it is called; may stay empty.")] = "",
    template: Annotated[str, typer.Option(help="One of lotsen kpi templates.")] = "",
    unit: Annotated[str, typer.Option(help="minutes, share, count or EUR.")] = "",
    better: Annotated[str, typer.Option(help="lower or higher.")] = "",
    target: Annotated[str, typer.Option(help="A number, or a cut such as -40%.")] = "",
    by: Annotated[str, typer.Option("--by", metavar="DAY", help="By when it is reached.")] = "",
    owner: Annotated[str, typer.Option(help="Who answers for it.")] = "",
    baseline_from: Annotated[
        str, typer.Option(metavar="DAY", help="Compared with; the frozen baseline if not named.")
    ] = "",
    baseline_to: Annotated[str, typer.Option(metavar="DAY")] = "",
    measure: Annotated[str, typer.Option(help="A figure that Lotsen measures.")] = "",
    category: Annotated[
        list[str] | None, typer.Option(help="Only tickets of it; may be repeated.")
    ] = None,
    key: Annotated[str, typer.Option(help="Made of the title unless named.")] = "",
    as_json: Json = False,
) -> None:
    """Add a key figure with unit, direction, baseline, target, date and owner."""
    from bot.cli.session import opened
    from models.kpis.company import TEMPLATES, Wanted, company_kpi, from_template

    with opened() as session:
        first, last = _baseline_days(session, baseline_from, baseline_to)
        wanted = Wanted(
            title=as_text(title),
            unit=unit,
            better=better,
            measure=measure,
            categories=tuple(category or ()),
            target=target,
            baseline_first=first,
            baseline_last=last,
            due_on=read_day(by, "--by") if by else None,
            owner=as_text(owner),
        )
        if template:
            wanted = _from(template, wanted, TEMPLATES, from_template)
        row = company_kpi(wanted, key or template, categories(session), session.now)
        session.lotsen.kpis.add(row)
        if as_json:
            emit(_entry(row))
        else:
            say(f"{row.key}: {row.title}")


def record(
    key: Annotated[str, typer.Argument(help="The key figure.")],
    value: Annotated[str, typer.Argument(help="What was read; a share is written 0.8.")],
    day: Annotated[
        str, typer.Option("--on", metavar="DAY", help="Day of reading; today if not named.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Keep what somebody read of a key figure that Lotsen cannot measure."""
    from bot.cli.session import opened

    number = float(read_number(value))
    with opened() as session:
        on_day = read_day(day, "--on") if day else session.today
        session.lotsen.kpis.read(key, number, on_day, session.now)
        if as_json:
            emit({"key": key, "value": number, "on": on_day.isoformat()})
        else:
            say(f"{key}: {number:g} ({on_day})")


def list_added(as_json: Json = False) -> None:
    """List the key figures that the company added."""
    from bot.cli.session import opened
    from models.message import Table

    with opened() as session:
        with session.lotsen.store.snapshot() as unit:
            rows = list(unit.effects.company_kpis())
            read = {row.key: unit.effects.latest_reading(row.key) for row in rows}
        if as_json:
            emit({"kpis": [{**_entry(row), "read": _reading(read[row.key])} for row in rows]})
            return
        words = session.words
        if not rows:
            say(words.say("There are none yet: lotsen kpi add, or lotsen kpi templates"))
            return
        header = (
            words.say("Key"),
            words.say("Figure"),
            words.say("Target"),
            words.say("Due by"),
            words.say("Owner"),
            words.say("Last read"),
        )
        show_parts(
            Table(
                header,
                tuple(
                    (
                        row.key,
                        words.say(row.title),
                        _target(row, words),
                        words.day(row.due_on),
                        row.owner,
                        _last_read(read.get(row.key), row.unit, words),
                    )
                    for row in rows
                ),
            )
        )


def templates(as_json: Json = False) -> None:
    """Show the key figures of the roadmap, ready to be added with --template."""
    from dataclasses import asdict

    from bot.cli.session import opened
    from models.kpis.company import TEMPLATES
    from models.message import Table

    with opened() as session:
        words = session.words
        if as_json:
            emit({"templates": [asdict(template) for template in TEMPLATES.values()]})
            return
        header = (words.say("Key"), words.say("Figure"), words.say("Unit"), words.say("Target"))
        show_parts(
            Table(
                header,
                tuple(
                    (one.key, words.say(one.title), words.say(_UNITS[one.unit]), one.target or "–")
                    for one in TEMPLATES.values()
                ),
            )
        )


def _from(template: str, wanted: "Wanted", known: Any, complete: Any) -> "Wanted":
    if template not in known:
        raise NotFoundError(f"no template {template!r}; there are: {', '.join(known)}")
    completed: Wanted = complete(known[template], wanted)
    return completed


def _baseline_days(session: "Session", first: str, last: str) -> "tuple[date | None, date | None]":
    """Return the days to compare with; without any those of the frozen baseline."""
    frozen = session.lotsen.kpis.baseline() if not (first or last) else None
    if frozen is not None:
        return frozen.period.first_day, frozen.period.last_day
    return (
        read_day(first, "--baseline-from") if first else None,
        read_day(last, "--baseline-to") if last else None,
    )


def categories(session: "Session") -> frozenset[str]:
    with session.lotsen.store.snapshot() as unit:
        return frozenset(category.key for category in unit.tickets.categories())


def no_category(strange: "Sequence[str]", session: "Session") -> str:
    """Say which categories there are none of, and which there are."""
    known = ", ".join(sorted(categories(session)))
    return f"no category {', '.join(strange)}; there are: {known}"


def _target(row: "CompanyKpi", words: "Words") -> str:
    if row.cut is not None:
        return f"−{words.percent(row.cut)}"
    return _written(row.goal, row.unit, words)


def _written(value: float | None, unit: str, words: "Words") -> str:
    from models.kpis.report import written

    return written(value, cast("Unit", unit), words)


def _last_read(reading: "KpiReading | None", unit: str, words: "Words") -> str:
    if reading is None:
        return "–"
    return f"{_written(reading.value, unit, words)} ({words.day(reading.on_day, 'd MMM y')})"


def _reading(reading: "KpiReading | None") -> dict[str, Any] | None:
    if reading is None:
        return None
    return {"value": reading.value, "on": reading.on_day.isoformat()}


def _entry(row: "CompanyKpi") -> dict[str, Any]:
    return {
        "key": row.key,
        "title": row.title,
        "unit": row.unit,
        "better": row.better,
        "measure": row.measure,
        "categories": row.categories,
        "baseline": [row.baseline_first.isoformat(), row.baseline_last.isoformat()],
        "goal": row.goal,
        "cut": row.cut,
        "by": row.due_on.isoformat(),
        "owner": row.owner,
    }
