"""How the values and intervals behind a figure are written. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from models.kpis.definitions import Unit
from models.kpis.drilldown import Drilldown, Sum
from models.kpis.report import written
from models.language import N_, Translator

INTERVALS: Mapping[Sum, str] = {
    Sum.MEDIAN: N_(
        "95 %: from one ordered value to another, whatever the distribution (Campbell and "
        "Gardner 1988). Below six values there is none."
    ),
    Sum.MEDIAN_WITH_OPEN: N_(
        "95 %: where the limits of the Kaplan–Meier curve cross one half (Brookmeyer and Crowley "
        "1982)."
    ),
    Sum.SHARE: N_("95 %: Wilson's score interval (Newcombe 1998)."),
    Sum.DIFFERENCE: N_("95 %: Welch's interval for the difference of two means (1947)."),
    Sum.HOURS: N_(
        "95 %: that of the minutes saved, times the tickets. The number of tickets is counted, "
        "not estimated."
    ),
    Sum.DERIVED: N_("Low to high: see the formula."),
}
NO_INTERVAL = N_("None: it is a plain count, sum or mean.")


def interval_in_words(behind: Drilldown, words: Translator) -> str:
    """Say how the interval was made."""
    return words.gettext(behind.interval or INTERVALS.get(behind.found.sum, NO_INTERVAL))


def amount_of(behind: Drilldown, value: float | None, words: Translator) -> str:
    """Write a value in the figure's unit."""
    return written_in(value, behind.unit, behind, words)


def written_in(value: float | None, unit: str, behind: Drilldown, words: Translator) -> str:
    """Write a value in a unit; that of a row may be another than the figure's."""
    if unit == "month":
        return _month(value, behind, words)
    if unit == "hours":
        return "–" if value is None else words.gettext("{n} h", n=words.number(value, 1))
    if unit == "minutes" and value is not None and behind.found.sum is Sum.DIFFERENCE:
        return words.gettext("{n} min", n=words.number(value, 1))
    known = cast("Unit", unit if unit in ("minutes", "share", "EUR") else "count")
    return written(value, known, words, by_clock=behind.by_clock)


def _month(place: float | None, behind: Drilldown, words: Translator) -> str:
    """Write the month that has a place among the rows."""
    at = behind.found.rows[int(place) - 1].at if place is not None else None
    return "–" if at is None or isinstance(at, datetime) else words.day(at, "LLLL y")
