"""What stands behind a figure, as people read it, as JSON and as a table. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from models.kpis.drilldown import Drilldown, Week
from models.kpis.figure import COUNT, OPEN, SHARE, DailyCalls, FigureRow, RowKind, RowOrder
from models.kpis.helped import HELPED_SHARE
from models.kpis.report import with_interval, written
from models.language import N_, Translator, in_language
from models.message import Heading, Message, Note, Paragraph, Part, Run, Runs
from models.value.effect.comparison import Design
from models.value.effect.sentences import DESIGN_WORDS

MOST_ROWS = 20
_ROWS_A_PARAGRAPH = 5

_UNITS: Mapping[str, str] = {
    "minutes": N_("minutes"),
    "hours": N_("hours"),
    "share": N_("share"),
    "count": N_("count"),
    "money": N_("money"),
    "month": N_("month"),
}
_SOURCES: Mapping[str, str] = {
    "slack": N_("from Slack"),
    "import": N_("imported"),
    "demo": N_("made up"),
}
_BETTER: Mapping[str, str] = {
    "lower": N_("lower is better"),
    "higher": N_("higher is better"),
    "": N_("neither way is better"),
}
_EVIDENCE: Mapping[str, str] = {
    "A": N_("buttons (A)"),
    "B": N_("activity (B)"),
    "C": N_("minutes stated (C)"),
}
_ORDERS: Mapping[RowOrder, str] = {
    RowOrder.MOST: N_("the largest first"),
    RowOrder.AGAINST: N_("those that speak against it first"),
    RowOrder.OLDEST: N_("the oldest first"),
    RowOrder.NEWEST: N_("the newest first"),
}
_GROUPS: Mapping[str, str] = {
    "confirmed": N_("called solved"),
    "silent": N_("no answer from the asker"),
    "failed": N_("not solved"),
    "returned": N_("came back"),
    "before": N_("baseline"),
    "now": N_("quarter"),
    "untouched before": N_("untouched, baseline"),
    "untouched now": N_("untouched, quarter"),
    "held out": N_("left alone"),
    "helped": N_("with Lotsen"),
    OPEN: N_("open"),
}


@dataclass(frozen=True, slots=True)
class DrilldownReader:
    """Who reads: the language, the office's zone, what categories are called, and the posts.

    ``posts`` are the keys of the support cards that the reader may see, by ticket.
    """

    words: Translator
    zone: ZoneInfo
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    posts: Mapping[int, str] = field(default_factory=dict)

    def category(self, key: str) -> str:
        return in_language(self.titles.get(key, {}), self.words.language, key)


# As a message ------------------------------------------------------------------------------


def drilldown_message(behind: Drilldown, reader: DrilldownReader) -> Message:
    """Say what stands behind a figure: formula, number, interval, what counted, rows."""
    reader = replace(reader, words=reader.words.in_currency(behind.currency))
    words = reader.words
    title = words.gettext("What is behind: {title}", title=words.gettext(behind.figure.title))
    return Message(
        text=f"{title}, {_amount(behind, behind.estimate.value, words)}",
        parts=(Heading(title), *_facts(behind, reader), *_rows_parts(behind, reader)),
    )


def _facts(behind: Drilldown, reader: DrilldownReader) -> Iterator[Part]:
    words, estimate = reader.words, behind.estimate
    yield Paragraph(
        words.rich(
            "*{value}* · n = {n} · {first} to {last} · as of {moment}",
            value=with_interval(estimate, lambda one: _amount(behind, one, words), words),
            n=words.number(estimate.n),
            first=words.day(behind.period.first_day),
            last=words.day(behind.period.last_day),
            moment=words.moment(behind.at, reader.zone),
        )
    )
    yield Paragraph(
        words.rich("*Formula:* {formula}", formula=words.gettext(behind.figure.formula))
    )
    if behind.design:
        yield Paragraph(words.rich(DESIGN_WORDS[Design(behind.design)].method))
    if behind.figure.categories:
        names = words.listing(reader.category(key) for key in behind.figure.categories)
        yield Paragraph(words.rich("*Only tickets of:* {categories}.", categories=names))
    if sets := behind.sets:
        said = N_("*Two sets:* {sets}.") if len(sets) == 2 else N_("*Sets:* {sets}.")
        yield Paragraph(words.rich(said, sets=words.listing(_sets(sets, words))))
    if behind.taken:
        taken = words.listing(_values(behind.taken, words))
        yield Paragraph(words.rich("*Computed with:* {figures}.", figures=taken))
    if behind.inputs:
        inputs = words.listing(_values(behind.inputs, words))
        yield Paragraph(words.rich("*Assumed:* {inputs}.", inputs=inputs))
    yield Paragraph(words.rich("*Interval:* {how}", how=words.gettext(behind.figure.how_interval)))
    yield Note(_counted(behind, words))
    if any(behind.evidence.values()):
        shares = words.listing(_shares(behind.evidence, words))
        yield Note(words.rich("Handling times come from: {shares}.", shares=shares))
    if behind.baseline is not None or behind.sha256:
        yield Note(_baseline(behind, words))


def _values(named: Iterable[tuple[str, float, str]], words: Translator) -> Iterator[str]:
    for key, value, unit in named:
        yield f"{key} = {_value(value, unit, words)}"


def _value(value: float, unit: str, words: Translator) -> str:
    if "share" in unit:
        return words.percent(value)
    if "money" in unit:
        return words.money(value, 2)
    if unit == "minutes":
        return words.gettext("{n} min", n=words.number(value, 1))
    return words.number(value, 0 if value == round(value) else 1)


def _sets(sets: Mapping[str, tuple[int, float]], words: Translator) -> Iterator[str]:
    for group, (n, mean) in sets.items():
        yield words.gettext(
            "{group} n = {n}, mean {mean} min",
            group=words.gettext(_GROUPS[group]),
            n=words.number(n),
            mean=words.number(mean, 1),
        )


def _counted(behind: Drilldown, words: Translator) -> Runs:
    counted = behind.counted
    return words.rich(
        "Unit: {unit}; {better}. Tickets counted: {sources}. Office {opens}–{closes} in {zone}, "
        "days off in these days: {off}, calendar {calendar}.",
        unit=words.gettext(_UNITS.get(behind.figure.unit, behind.figure.unit)),
        better=words.gettext(_BETTER.get(behind.figure.better, behind.figure.better)),
        sources=words.listing(words.gettext(_SOURCES[source]) for source in counted.sources),
        opens=counted.opens,
        closes=counted.closes,
        zone=counted.zone,
        off=words.number(len(counted.days_off)),
        calendar=Run(counted.calendar, "code"),
    )


def _shares(evidence: Mapping[str, int], words: Translator) -> Iterator[str]:
    whole = sum(evidence.values())
    for key, n in ((key, n) for key, n in evidence.items() if n):
        name = words.gettext(_EVIDENCE[key]) if key in _EVIDENCE else key
        yield f"{name} {words.number(n)} ({words.percent(n / whole)})"


def _baseline(behind: Drilldown, words: Translator) -> Runs:
    if behind.baseline is None:
        return words.rich("Baseline: SHA-256 {hash}.", hash=Run(behind.sha256, "code"))
    if not behind.sha256:
        value = _amount(behind, behind.baseline, words)
        return words.rich("Baseline: {value}, measured anew each time.", value=value)
    return words.rich(
        "Baseline: {value}, SHA-256 {hash}.",
        value=_amount(behind, behind.baseline, words),
        hash=Run(behind.sha256, "code"),
    )


# Rows --------------------------------------------------------------------------------------


def _rows_parts(behind: Drilldown, reader: DrilldownReader) -> Iterator[Part]:
    words = reader.words
    if behind.withheld:
        yield from _weeks(behind, words)
    elif not behind.found:
        yield Paragraph(words.rich(behind.figure.no_rows))
    else:
        shown = behind.rows[:MOST_ROWS]
        yield Paragraph(
            words.rich(
                "*Rows:* {shown} of {total}, {order}",
                shown=words.number(len(shown)),
                total=words.number(len(behind.rows)),
                order=words.gettext(_ORDERS[behind.figure.order]),
            )
        )
        yield from _paragraphs([_line(row, behind, reader) for row in shown])
    yield from _calls(behind.calls, words)
    command = f"lotsen kpi rows {behind.figure.key} --period {behind.period.key} --csv rows.csv"
    # No code style: in it Slack's face shows another sign for each underscore.
    yield Note(words.rich("All of it: {command}", command=command))


def _weeks(behind: Drilldown, words: Translator) -> Iterator[Part]:
    yield Paragraph(
        words.rich(
            "*Sums of weeks:* fewer than five people work at the desk, so a list of tickets would "
            "say who did what."
        )
    )
    lines = [_week(week, behind, words) for week in behind.weeks[-MOST_ROWS:]]
    yield from _paragraphs(lines)


def _week(week: Week, behind: Drilldown, words: Translator) -> Runs:
    n = words.number(week.n)
    named = f"{week.key}, {words.gettext(_GROUPS[week.group])}" if week.group else week.key
    if week.value is None:
        return words.rich("{week}: n = {n}", week=named, n=n)
    value = _amount(behind, week.value, words)
    return words.rich("{week}: n = {n}, {value}", week=named, n=n, value=value)


def _paragraphs(lines: Sequence[Runs]) -> Iterator[Part]:
    """Put some lines into one block: Slack takes fifty blocks a message."""
    for at in range(0, len(lines), _ROWS_A_PARAGRAPH):
        runs: list[Run] = []
        for line in lines[at : at + _ROWS_A_PARAGRAPH]:
            runs += [Run("\n"), *line] if runs else line
        yield Paragraph(tuple(runs))


def _line(row: FigureRow, behind: Drilldown, reader: DrilldownReader) -> Runs:
    told = [*_what(row, reader), _of_row(row, behind, reader.words)]
    if row.group in _GROUPS:
        told.append(reader.words.gettext(_GROUPS[row.group]))
    if row.weight != 1:
        told.append(reader.words.gettext("weight {n}", n=reader.words.number(row.weight, 2)))
    text = " · ".join(filter(None, told))
    if row.kind is RowKind.TICKET:
        number = Run(f"#{row.number}", post=reader.posts.get(row.number, ""))
        return (number, Run(f" · {text}"))
    return (Run(text),)


def _what(row: FigureRow, reader: DrilldownReader) -> Iterator[str]:
    words = reader.words
    if row.kind is RowKind.QUESTION:
        yield words.gettext("question {number}", number=row.number)
    elif row.kind is RowKind.CASE:
        yield words.gettext("no ticket")
    elif row.kind is RowKind.RATINGS:
        yield words.gettext("4 or 5") if row.value else words.gettext("1 to 3")
    elif row.kind is RowKind.COST:
        yield words.gettext("entry {number}", number=row.number)
    if row.kind is not RowKind.RATINGS:
        yield reader.category(row.category)
        yield _moment(row, reader)


def _moment(row: FigureRow, reader: DrilldownReader) -> str:
    at = row.opened or row.at
    if isinstance(at, datetime):
        return reader.words.moment(at, reader.zone)
    if row.kind is RowKind.CASE:
        return reader.words.gettext("week of {day}", day=reader.words.day(at, "d MMM y"))
    return reader.words.day(at, "MMM y" if row.kind is RowKind.MONTH else "d MMM y")


def _of_row(row: FigureRow, behind: Drilldown, words: Translator) -> str:
    if row.kind is RowKind.RATINGS:
        return words.number(row.count)
    if row.kind is RowKind.MONTH or row.kind is RowKind.COST:
        return words.money(row.value, 2)
    if behind.figure.aggregate is COUNT:
        return ""
    if behind.figure.aggregate is HELPED_SHARE and 0 < row.value < 1:
        return words.percent(row.value)
    if behind.figure.aggregate in (SHARE, HELPED_SHARE) and row.kind is not RowKind.READING:
        return words.gettext("yes") if row.value else words.gettext("no")
    unit = "minutes" if behind.figure.unit in ("hours", "money", "share") else behind.figure.unit
    return _written(row.value, unit, behind, words)


def _calls(calls: Sequence[DailyCalls], words: Translator) -> Iterator[Part]:
    if not calls:
        return
    yield Paragraph(
        words.rich("*Calls of the language model,* which become entries in whole cents:")
    )
    yield from _paragraphs(
        [
            words.rich(
                "{day}: {model}, calls: {n}, {euros}",
                day=words.day(one.day, "d MMM y"),
                model=one.model,
                n=words.number(one.n),
                euros=words.money(one.eur, 2),
            )
            for one in calls[-MOST_ROWS:]
        ]
    )


# Values ------------------------------------------------------------------------------------


_CHANCES = ("p_positive", "p_covered")


def _amount(behind: Drilldown, value: float | None, words: Translator) -> str:
    """Write a value in the figure's unit; a chance is never written as certain."""
    if value is not None and behind.figure.key.endswith(_CHANCES):
        return words.chance(value)
    return _written(value, behind.figure.unit, behind, words)


def _written(value: float | None, unit: str, behind: Drilldown, words: Translator) -> str:
    """Write a value in a unit; that of a row may be another than the figure's."""
    if unit == "month":
        return _month(value, behind, words)
    if unit == "hours":
        return "–" if value is None else words.gettext("{n} h", n=words.number(value, 1))
    return written(value, unit, words, by_clock=behind.figure.by_clock)


def _month(place: float | None, behind: Drilldown, words: Translator) -> str:
    """Write the month that has a place among the rows."""
    at = behind.found[int(place) - 1].at if place is not None else None
    return "–" if at is None or isinstance(at, datetime) else words.day(at, "LLLL y")


# As JSON, and in columns -------------------------------------------------------------------

COLUMNS = (
    *("kind", "number", "category", "opened", "counted", "value", "unit", "observations"),
    *("group", "evidence", "weight"),
)
"""Of the rows as a file."""


def drilldown_json(behind: Drilldown, words: Translator) -> dict[str, Any]:
    """Return what ``lotsen kpi rows KEY --json`` prints: all rows."""
    return {
        "key": behind.figure.key,
        "title": words.gettext(behind.figure.title),
        "unit": behind.figure.unit,
        "better": behind.figure.better,
        "formula": words.gettext(behind.figure.formula),
        "computed_by": behind.figure.aggregate.name,
        "interval": words.gettext(behind.figure.how_interval),
        "period": behind.period.key,
        "first_day": behind.period.first_day,
        "last_day": behind.period.last_day,
        "at": behind.at,
        **asdict(behind.estimate),
        "baseline": {"value": behind.baseline, "sha256": behind.sha256 or None},
        "counted": asdict(behind.counted),
        "evidence": dict(behind.evidence),
        "sets": {group: {"n": n, "mean": mean} for group, (n, mean) in behind.sets.items()},
        "assumed": {key: value for key, value, _ in behind.inputs},
        "taken": {key: value for key, value, _ in behind.taken},
        "design": behind.design or None,
        "order": behind.figure.order.value,
        "withheld": behind.withheld,
        "total": len(behind.found),
        "rows": [dict(zip(COLUMNS, cells, strict=True)) for cells in table_of(behind)],
        "weeks": [
            {"week": one.key, "n": one.n, "value": one.value, "group": one.group}
            for one in behind.weeks
        ],
        "calls": [asdict(one) for one in behind.calls],
    }


def table_of(behind: Drilldown) -> list[tuple[Any, ...]]:
    """Return the rows that may be shown, in the columns of `COLUMNS`."""
    return [
        (
            row.kind.value,
            row.number or None,
            row.category,
            _iso(row.opened),
            _iso(row.at),
            row.value,
            behind.figure.unit,
            row.count,
            row.group,
            row.evidence,
            row.weight,
        )
        for row in behind.rows
    ]


def _iso(at: datetime | date | None) -> str | None:
    return None if at is None else at.isoformat()
