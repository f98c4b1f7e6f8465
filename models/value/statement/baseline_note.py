"""Which baseline a statement compares with, and what all history before it would say instead."""

from datetime import timedelta

from models.headcount import Headcount
from models.kpis.baseline import FrozenBaseline
from models.store.transaction import UnitOfWork
from models.tables import Source
from models.tickets.hours import Calendar
from models.value.statement.quarter_statement import BaselineNote, HistoryMinutes

_TWO_NIGHTS = timedelta(days=2)


def baseline_note(
    unit: UnitOfWork,
    frozen: FrozenBaseline | None,
    calendar: Calendar,
    sources: tuple[Source, ...],
    headcount: Headcount,
) -> BaselineNote | None:
    """Return number, days and predecessors of a baseline, and the minutes of all history.

    Parameters
    ----------
    headcount
        How many people the settings say work here; what they said in the first two nights after
        the baseline was frozen is kept.
    """
    if frozen is None:
        return None
    zone, known = calendar.zone, unit.figures.history(sources)
    since, handling = known and known[0].astimezone(zone).date(), frozen.handling
    minutes = None
    if known and since and since < frozen.period.first_day and handling:
        end = frozen.period.end(zone)
        cells = unit.effects.handling_cells(known[0], end, sources, handling.cap)
        n = sum(cell.n for cell in cells)
        if n:
            mean = sum(cell.n * cell.minutes for cell in cells) / n
            minutes = HistoryMinutes(
                since, n, mean, sum(cell.n for cell in handling.cells), handling.as_is.mean
            )
    return BaselineNote(
        frozen.id,
        frozen.period.first_day,
        frozen.period.last_day,
        frozen.frozen_at.astimezone(zone).date(),
        unit.figures.baselines_before(frozen.id),
        minutes,
        _changed(unit, frozen, headcount),
    )


def _changed(
    unit: UnitOfWork, frozen: FrozenBaseline, headcount: Headcount
) -> tuple[int, int] | None:
    """Return how many people worked here on the baseline's last day, as said then and now.

    None where both agree, or where nobody had said it then.
    """
    then, day = unit.money.headcount(frozen.frozen_at + _TWO_NIGHTS), frozen.period.last_day
    if not then or not headcount or then.on(day) == headcount.on(day):
        return None
    return then.on(day), headcount.on(day)
