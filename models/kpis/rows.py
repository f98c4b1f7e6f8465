"""How the rows of figures are read: from the store, in the period that is asked of."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np

from models.kpis.figure import (
    OPEN,
    Array,
    DailyCalls,
    FigureRow,
    Frame,
    KeyFigure,
    RowKind,
    Side,
    as_frame,
)
from models.kpis.helped import help_of, silent_share, value_of
from models.kpis.outcomes import WINDOW, AnswerOutcome, outcomes, searches
from models.kpis.periods import Period
from models.kpis.ratings import published_ratings
from models.kpis.waits import cap_of, waits_of
from models.store.columns import Columns
from models.store.drilldown import OpenTicket
from models.store.figures import CaseStep
from models.store.transaction import UnitOfWork
from models.tables import CostEntry, CostKind, Source
from models.tickets.hours import Calendar

INSTANT = timedelta(microseconds=1)
"""Right before this much later is at that very moment: nothing is told between."""
_MINUTE = timedelta(minutes=1)
_TICKET = np.array([RowKind.TICKET], dtype=object)
_ALONE_DETAILS = ("ticket_id", "opened_at", "final_category")
_DETAILS = ("ticket_id", "opened_at", "resolved_at", "evidence")


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """What rows are asked of: a period as days and as instants, which tickets count, and now."""

    period: Period
    calendar: Calendar
    sources: tuple[Source, ...]
    now: datetime

    @property
    def start(self) -> datetime:
        return self.period.start(self.calendar.zone)

    @property
    def end(self) -> datetime:
        return self.period.end(self.calendar.zone)

    def local_day(self, at: datetime | date) -> date:
        return at.astimezone(self.calendar.zone).date() if isinstance(at, datetime) else at


class FigureReader:
    """Reads the rows of some figures in one snapshot; what several are made of, once.

    Parameters
    ----------
    figures
        Those that are to be read: of ticket times no other columns are.
    detailed
        Read of each ticket its moments and its evidence too: what a list of rows shows. A
        figure alone does without.
    """

    def __init__(
        self,
        unit: UnitOfWork,
        asked: FigureQuery,
        figures: Iterable["Declared"],
        *,
        detailed: bool = False,
    ) -> None:
        self.unit, self.asked, self.detailed = unit, asked, detailed
        self.figures = tuple(figures)
        self._read: dict[Side, Columns] = {}

    def within(self, period: Period, figure: "Declared") -> "FigureReader":
        """Return who reads a figure of another period."""
        return FigureReader(self.unit, replace(self.asked, period=period), (figure,))

    def tickets(self, side: Side, column: str = "") -> Frame:
        """Return the tickets opened, or last resolved, in the period.

        Parameters
        ----------
        column
            Of ticket times: its value is the row's, NaN where something has not happened;
            without one each ticket counts as 1.
        """
        times = self._times(side)
        known = times[column] if column else np.ones(len(times["final_category"]))
        if not self.detailed:
            return Frame({"value": known, "category": times["final_category"]})
        return Frame(
            {
                "value": known,
                "category": times["final_category"],
                "kind": np.repeat(_TICKET, len(known)),
                "at": times[f"{side}_at"],
                "opened": times["opened_at"],
                "number": times["ticket_id"],
                "evidence": times["evidence"],
            }
        )

    @cached_property
    def steps(self) -> list[CaseStep]:
        """What happened to questions of the period, until their outcomes are known."""
        return self.unit.figures.case_steps(self.asked.start, self.asked.end + WINDOW)

    def _times(self, side: Side) -> Columns:
        if side not in self._read:
            asked = self.asked
            declared = (column for figure in self.figures for column in figure.columns)
            self._read[side] = self.unit.figures.times(
                side,
                (asked.start, asked.end),
                asked.sources,
                sorted({name for of, name in declared if of == side}),
                ("final_category", *(_DETAILS if self.detailed else ())),
            )
        return self._read[side]


Declared = KeyFigure[FigureReader]


Holds = Callable[[Array, Calendar], Array]


def happened(times: Array, _calendar: Calendar) -> Array:
    """Return which tickets something happened to once or more often."""
    return times > 0


def minutes_of(side: Side, column: str, among: str = "") -> Callable[[FigureReader], Frame]:
    """Return how to read the tickets whose column is known; those alone of which ``among`` is > 0."""

    def read(reader: FigureReader) -> Frame:
        frame = reader.tickets(side, column)
        chosen = ~np.isnan(frame["value"])
        if among:
            chosen &= reader.tickets(side, among)["value"] > 0
        return frame.only(chosen)

    return read


def whether(side: Side, column: str, holds: Holds) -> Callable[[FigureReader], Frame]:
    """Return how to read of each ticket whether something holds of its column: 1 or 0."""

    def read(reader: FigureReader) -> Frame:
        frame = minutes_of(side, column)(reader)
        held = holds(frame["value"], reader.asked.calendar)
        return frame.with_value(held.astype(np.float64))

    return read


def all_tickets(side: Side) -> Callable[[FigureReader], Frame]:
    """Return how to read all tickets opened, or last resolved, in the period."""
    return lambda reader: reader.tickets(side)


@as_frame
def open_tickets(reader: FigureReader) -> Iterator[FigureRow]:
    """Yield the tickets that were open at the end of the period, or are now."""
    asked = reader.asked
    lines = reader.unit.drilldown.open_before(min(asked.now + INSTANT, asked.end), asked.sources)
    return (_open_row(line, 1.0) for line in lines)


def _open_row(line: OpenTicket, value: float) -> FigureRow:
    return FigureRow(
        kind=RowKind.TICKET,
        value=value,
        at=line.opened_at,
        opened=line.opened_at,
        number=line.number,
        category=line.category,
        group=OPEN,
        evidence=line.evidence,
    )


def opened_and_open(reader: FigureReader) -> Frame:
    """Return the tickets opened in the period: how long they took, or have gone on."""
    return minutes_of("opened", "resolution_minutes")(reader).followed_by(_still_open(reader))


@as_frame
def _still_open(reader: FigureReader) -> Iterator[FigureRow]:
    asked = reader.asked
    end = min(asked.end, asked.now)
    for line in reader.unit.drilldown.open_before(asked.now + INSTANT, asked.sources):
        if asked.start <= line.opened_at < end and line.resolved_at is None:
            yield _open_row(line, (asked.now - line.opened_at) / _MINUTE)


@as_frame
def searches_ended(reader: FigureReader) -> Iterator[FigureRow]:
    """Yield the searches in documents that ended with "found it"."""
    figures, asked = reader.unit.figures, reader.asked
    found = figures.searches_ended(asked.start, asked.end)
    begun = figures.asked_at({case for case, _ in found})
    for case, minutes in searches(begun, found).items():
        at = begun[case] + timedelta(minutes=minutes)
        yield FigureRow(RowKind.QUESTION, minutes, at, begun[case], case)


@as_frame
def answered_questions(reader: FigureReader) -> Iterator[FigureRow]:
    """Yield the questions answered with an article: whether that was confirmed."""
    answered = reader.unit.figures.answered_between(reader.asked.start, reader.asked.end)
    for case, outcome in outcomes(reader.steps if answered else [], answered).items():
        at, value = answered[case], float(outcome is AnswerOutcome.CONFIRMED)
        yield FigureRow(RowKind.QUESTION, value, at, at, case, group=outcome.value)


@as_frame
def questions(reader: FigureReader) -> Iterator[FigureRow]:
    """Yield the questions that got an answer or a person: whether Lotsen helped."""
    found = help_of(reader.steps, reader.asked.start, reader.asked.end)
    silent = silent_share([kind for _, kind in found.values()]).value or 0.0
    for case, (at, kind) in found.items():
        value = value_of(kind, silent)
        yield FigureRow(RowKind.QUESTION, value, at, at, case, group=kind.value)


def waits(reader: FigureReader) -> Frame:
    """Return how long askers waited; a long history's tickets stay columns."""
    found = all_waits(reader)
    return found.only(~np.isnan(found["value"]))


def all_waits(reader: FigureReader) -> Frame:
    """Return the same with those that are left out, whose value is NaN."""
    return _solved_alone(reader).followed_by(_other_waits(reader))


def _solved_alone(reader: FigureReader) -> Frame:
    """Return the tickets that came from no question, and are solved."""
    asked = reader.asked
    columns = reader.unit.drilldown.solved_alone(
        asked.start, asked.end, asked.sources, _ALONE_DETAILS if reader.detailed else ()
    )
    minutes = np.minimum(columns["resolution_business_minutes"], cap_of(asked.calendar))
    if not reader.detailed:
        return Frame({"value": minutes})
    return Frame(
        {
            "value": minutes,
            "kind": np.repeat(_TICKET, len(minutes)),
            "at": columns["opened_at"],
            "opened": columns["opened_at"],
            "number": columns["ticket_id"],
            "category": columns["final_category"],
        }
    )


@as_frame
def _other_waits(reader: FigureReader) -> Iterator[FigureRow]:
    asked = reader.asked
    lines = reader.unit.drilldown.waits(asked.start, asked.end + WINDOW, asked.sources)
    span = asked.start, asked.end
    return waits_of(reader.steps, lines, span, asked.calendar, asked.now)


@as_frame
def blind_samples(reader: FigureReader) -> Iterator[FigureRow]:
    """Yield the blind samples: whether the classifier would have been right."""
    asked = reader.asked
    for line in reader.unit.drilldown.blind(asked.start, asked.end, asked.sources):
        about = (line.labelled_at, line.opened_at, line.number, line.category)
        yield FigureRow(RowKind.TICKET, float(line.right), *about)


@as_frame
def ratings(reader: FigureReader) -> list[FigureRow]:
    """Return the ratings of the blocks of weeks that are over, as two counts."""
    asked = reader.asked
    weeks = reader.unit.surveys.rated_weeks(asked.local_day(asked.now))
    satisfied, rated = published_ratings(weeks, asked.period)
    day = asked.period.last_day
    counts = ((1.0, satisfied), (0.0, rated - satisfied))
    return [FigureRow(RowKind.RATINGS, value, day, count=n) for value, n in counts if n]


def cost_row(entry: CostEntry) -> FigureRow:
    """Return an entry of the ledger without its words."""
    return FigureRow(
        RowKind.COST, entry.cents / 100, entry.booked_on, number=entry.id or 0, category=entry.kind
    )


@as_frame
def cloud_costs(reader: FigureReader) -> Iterator[FigureRow]:
    """Yield the costs of models and cloud."""
    period = reader.asked.period
    drilldown = reader.unit.drilldown
    return map(cost_row, drilldown.costs(period.first_day, period.last_day, CostKind.CLOUD))


def model_calls(reader: FigureReader) -> Sequence[DailyCalls]:
    """Return the calls of language models by day."""
    asked = reader.asked
    n: Counter[tuple[date, str]] = Counter()
    micros: Counter[tuple[date, str]] = Counter()
    for call in reader.unit.drilldown.calls(asked.start, asked.end):
        of = asked.local_day(call.at), call.model
        n[of] += 1
        micros[of] += call.cost_micros
    return [
        DailyCalls(day, model, n[day, model], micros[day, model] / 1e6) for day, model in sorted(n)
    ]


def readings(key: str) -> Callable[[FigureReader], Frame]:
    """Return how to read what people read of a company's key figure."""

    @as_frame
    def read(reader: FigureReader) -> Iterator[FigureRow]:
        period = reader.asked.period
        found = reader.unit.drilldown.readings(key, period.first_day, period.last_day)
        return (FigureRow(RowKind.READING, one.value, one.on_day) for one in found)

    return read


def in_categories(
    read: Callable[[FigureReader], Frame], categories: Sequence[str]
) -> Callable[[FigureReader], Frame]:
    """Return how to read those rows alone that are of these categories."""

    def narrowed(reader: FigureReader) -> Frame:
        frame = read(reader)
        return frame.only(np.isin(frame["category"].astype(str), list(categories)))

    return narrowed
