"""The rows behind a figure as lines of a message. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from models.kpis.drilldown import (
    OPEN,
    DailyCalls,
    Drilldown,
    FigureRow,
    RowKind,
    RowOrder,
    Sum,
    Week,
)
from models.language import N_, Translator, in_language
from models.message import Note, Paragraph, Part, Run, Runs
from models.value.drilldown.drilldown_figures import amount_of, written_in

MOST_ROWS = 20
_ROWS_A_PARAGRAPH = 5

_ORDERS: Mapping[RowOrder, str] = {
    RowOrder.MOST: N_("the largest first"),
    RowOrder.AGAINST: N_("those that speak against it first"),
    RowOrder.OLDEST: N_("the oldest first"),
    RowOrder.NEWEST: N_("the newest first"),
}
GROUPS: Mapping[str, str] = {
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


def rows_parts(behind: Drilldown, reader: DrilldownReader) -> Iterator[Part]:
    words = reader.words
    if behind.withheld:
        yield from _weeks(behind, words)
    elif not behind.found.rows:
        yield Paragraph(words.rich(_why_no_rows(behind)))
    else:
        shown = behind.rows[:MOST_ROWS]
        yield Paragraph(
            words.rich(
                "*Rows:* {shown} of {total}, {order}",
                shown=words.number(len(shown)),
                total=words.number(len(behind.rows)),
                order=words.gettext(_ORDERS[behind.found.order]),
            )
        )
        yield from _paragraphs([_line(row, behind, reader) for row in shown])
    yield from _calls(behind.found.calls, words)
    command = f"lotsen kpi rows {behind.key} --period {behind.period.key} --csv rows.csv"
    # No code style: in it Slack's face shows another sign for each underscore.
    yield Note(words.rich("All of it: {command}", command=command))


def _why_no_rows(behind: Drilldown) -> str:
    if behind.key == "csat":
        return N_(
            "No five ratings came together by the end of this period: fewer are not told, "
            "because they could tell who rated."
        )
    return N_("There are no rows: nothing of the kind happened in the period.")


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
    named = f"{week.key}, {words.gettext(GROUPS[week.group])}" if week.group else week.key
    if week.value is None:
        return words.rich("{week}: n = {n}", week=named, n=n)
    value = amount_of(behind, week.value, words)
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
    if row.group in GROUPS:
        told.append(reader.words.gettext(GROUPS[row.group]))
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
        return words.euros(row.value, 2)
    if behind.found.sum is Sum.COUNT:
        return ""
    if behind.found.sum is Sum.SHARE and row.kind is not RowKind.READING:
        return words.gettext("yes") if row.value else words.gettext("no")
    unit = "minutes" if behind.unit in ("hours", "EUR", "share") else behind.unit
    return written_in(row.value, unit, behind, words)


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
                euros=words.euros(one.eur, 2),
            )
            for one in calls[-MOST_ROWS:]
        ]
    )
