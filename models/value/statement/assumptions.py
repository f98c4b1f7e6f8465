"""The numbers that nobody measured: which were in force on a day, and what they were before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from models.errors import InvalidError
from models.kpis.periods import Period
from models.language import N_
from models.tables import ALWAYS, Assumption
from models.value.freed.measured import DecileRange
from models.value.freed.recapture import RecaptureBasis, TimeReused
from models.value.statement.quarter_statement import DEFAULTS, AssumedValue


def in_force(
    decided: Sequence[Assumption],
    day: date,
    zone: ZoneInfo,
    defaults: Sequence[AssumedValue] = DEFAULTS,
) -> tuple[AssumedValue, ...]:
    """Return the assumptions of a day: decided ones, else the defaults.

    Parameters
    ----------
    decided
        By the day from which they hold, then in the order of their decisions.
    """
    return tuple(_in_force(default, decided, day, zone) for default in defaults)


def of_quarter(
    decided: Sequence[Assumption],
    quarter: Period,
    zone: ZoneInfo,
    defaults: Sequence[AssumedValue] = DEFAULTS,
) -> tuple[AssumedValue, ...]:
    """Return the assumptions of a quarter's statement: those in force on its last day.

    What was decided after the quarter had ended counts from the next one, from whatever day it
    holds: nobody sets a rate once the figures are known.
    """
    end = quarter.end(zone)
    return in_force(
        [row for row in decided if row.changed_at < end], quarter.last_day, zone, defaults
    )


_BY_BASIS = {
    RecaptureBasis.ASSUMED: N_("assumed, of the share that was declared"),
    RecaptureBasis.PARTLY: N_("measured in part, the rest assumed"),
    RecaptureBasis.MEASURED: N_("measured, before and after"),
}


def assumed_recapture(assumed: Sequence[AssumedValue]) -> DecileRange:
    """Return the share of freed time that is assumed to be put to use."""
    values = {one.key: one.value for one in assumed}
    return DecileRange(*(values[f"recapture_{end}"] for end in DecileRange._fields))


def with_recapture(assumed: Sequence[AssumedValue], reused: TimeReused) -> tuple[AssumedValue, ...]:
    """Return the assumptions with what is known of the time reused in the place of a guess."""
    if reused.share == assumed_recapture(assumed):
        return tuple(assumed)
    known = {f"recapture_{end}": value for end, value in reused.share._asdict().items()}
    return tuple(
        AssumedValue(one.key, known[one.key], one.unit, _BY_BASIS[reused.basis])
        if one.key in known
        else one
        for one in assumed
    )


def _in_force(
    default: AssumedValue, decided: Sequence[Assumption], day: date, zone: ZoneInfo
) -> AssumedValue:
    found = default
    for row in decided:
        if row.key == default.key and row.holds_from <= day:
            found = as_assumed_value(row, found, zone)
    return found


def as_assumed_value(row: Assumption, before: AssumedValue, zone: ZoneInfo) -> AssumedValue:
    """Return a decision as what it changed ``before`` to; what always held changed nothing."""
    changed = row.holds_from != ALWAYS
    return replace(
        before,
        value=row.value,
        source=row.source,
        since=row.holds_from if changed else None,
        decided=row.changed_at.astimezone(zone).date(),
        before=before.value if changed else None,
    )


def history(
    decided: Sequence[Assumption], zone: ZoneInfo, defaults: Sequence[AssumedValue] = DEFAULTS
) -> tuple[AssumedValue, ...]:
    """Return all decisions, each with the value before it."""
    latest = {default.key: default for default in defaults}
    found = []
    for row in decided:
        latest[row.key] = as_assumed_value(row, latest[row.key], zone)
        found.append(latest[row.key])
    return tuple(found)


def require_order(decided: Sequence[Assumption], new: Assumption, zone: ZoneInfo) -> None:
    """Refuse an assumption that puts low, middle and high out of order on any day.

    Raises
    ------
    InvalidError
        When the low share put to use is above the middle one, or that above the high one.
    """
    rows = sorted((*decided, new), key=lambda row: row.holds_from)
    for day in {row.holds_from for row in rows if row.holds_from >= new.holds_from}:
        values = {assumed.key: assumed.value for assumed in in_force(rows, day, zone)}
        if not values["recapture_low"] <= values["recapture_mid"] <= values["recapture_high"]:
            raise InvalidError("recapture: low must not exceed mid, nor mid high")
