"""``lotsen kpi add``, ``record``, ``list`` and ``templates``: key figures that a company adds."""

from datetime import date
from typing import Annotated, Any, cast

from typer import Argument, Option

from bot.cli.arguments import as_text, read_day
from bot.cli.command import Result, command, tree
from bot.cli.output import fields_of, table
from bot.cli.session import Session
from models.errors import NotFoundError
from models.kpis.company import TEMPLATES, Wanted, company_kpi, from_template
from models.kpis.figure import Unit
from models.kpis.report import written
from models.language import N_, Translator
from models.language.amounts import read_number
from models.tables import CompanyKpi, KpiReading

app = tree()

_UNITS = {
    "minutes": N_("minutes"),
    "share": N_("share in %"),
    "count": N_("number"),
    "money": N_("money"),
}


@command(app)
def add(
    session: Session,
    title: Annotated[str, Argument(help="What it is called; may stay empty.")] = "",
    template: Annotated[str, Option(help="One of lotsen kpi templates.")] = "",
    unit: Annotated[str, Option(help="minutes, share, count or money.")] = "",
    better: Annotated[str, Option(help="lower or higher.")] = "",
    target: Annotated[str, Option(help="A number, or a cut such as -40%.")] = "",
    by: Annotated[str, Option("--by", metavar="DAY", help="By when it is reached.")] = "",
    owner: Annotated[str, Option(help="Who answers for it.")] = "",
    baseline_from: Annotated[
        str, Option(metavar="DAY", help="Compared with; the frozen baseline if not named.")
    ] = "",
    baseline_to: Annotated[str, Option(metavar="DAY")] = "",
    measure: Annotated[str, Option(help="A figure that Lotsen measures.")] = "",
    category: Annotated[
        list[str] | None, Option(help="Only tickets of it; may be repeated.")
    ] = None,
    key: Annotated[str, Option(help="Made of the title unless named.")] = "",
) -> Result:
    """Add a key figure with unit, direction, baseline, target, date and owner."""
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
        if template not in TEMPLATES:
            raise NotFoundError(f"no template {template!r}; there are: {', '.join(TEMPLATES)}")
        wanted = from_template(TEMPLATES[template], wanted)
    categories = frozenset(one.key for one in session.lotsen.categories())
    row = company_kpi(wanted, key or template, categories, session.now)
    session.lotsen.kpis.add(row)
    return Result(_as_json(row), f"{row.key}: {row.title}")


@command(app)
def record(
    session: Session,
    key: Annotated[str, Argument(help="The key figure.")],
    value: Annotated[str, Argument(help="What was read; a share is written 0.8.")],
    day: Annotated[
        str, Option("--on", metavar="DAY", help="Day of reading; today if not named.")
    ] = "",
) -> Result:
    """Keep what somebody read of a key figure that Lotsen cannot measure."""
    number = float(read_number(value))
    on_day = read_day(day, "--on") if day else session.today
    session.lotsen.kpis.read(key, number, on_day, session.now)
    json = {"key": key, "value": number, "on": on_day}
    return Result(json, f"{key}: {number:g} ({on_day})")


@command(app, "list")
def list_added(session: Session) -> Result:
    """List the key figures that the company added."""
    words, gettext = session.words, session.words.gettext
    found = session.lotsen.kpis.company()
    rows = (
        (
            row.key,
            gettext(row.title),
            _target(row, words),
            words.day(row.due_on),
            row.owner,
            _last_read(read, row.unit, words),
        )
        for row, read in found
    )
    header = (
        *(gettext("Key"), gettext("Figure"), gettext("Target")),
        *(gettext("Due by"), gettext("Owner"), gettext("Last read")),
    )
    empty = gettext("There are none yet: lotsen kpi add, or lotsen kpi templates")
    listed = [
        {**_as_json(row), "read": read and {"value": read.value, "on": read.on_day}}
        for row, read in found
    ]
    return Result({"kpis": listed}, table(header, rows, empty))


@command(app)
def templates(session: Session) -> Result:
    """Show the key figures of the roadmap, ready to be added with --template."""
    gettext, known = session.words.gettext, list(TEMPLATES.values())
    rows = (
        (one.key, gettext(one.title), gettext(_UNITS[one.unit]), one.target or "–") for one in known
    )
    header = (gettext("Key"), gettext("Figure"), gettext("Unit"), gettext("Target"))
    return Result({"templates": known}, table(header, rows))


def _baseline_days(session: Session, first: str, last: str) -> tuple[date | None, date | None]:
    """Return the days to compare with; without any those of the frozen baseline."""
    frozen = session.lotsen.kpis.baseline() if not (first or last) else None
    if frozen is not None:
        return frozen.period.first_day, frozen.period.last_day
    return (
        read_day(first, "--baseline-from") if first else None,
        read_day(last, "--baseline-to") if last else None,
    )


def _target(row: CompanyKpi, words: Translator) -> str:
    if row.cut is not None:
        return f"−{words.percent(row.cut)}"
    return written(row.goal, cast("Unit", row.unit), words)


def _last_read(reading: KpiReading | None, unit: str, words: Translator) -> str:
    if reading is None:
        return "–"
    value = written(reading.value, cast("Unit", unit), words)
    return f"{value} ({words.day(reading.on_day, 'd MMM y')})"


def _as_json(row: CompanyKpi) -> dict[str, Any]:
    return {
        **fields_of(row, "key", "title", "unit", "better", "measure", "categories"),
        "baseline": [row.baseline_first, row.baseline_last],
        **fields_of(row, "goal", "cut"),
        "by": row.due_on,
        "owner": row.owner,
    }
