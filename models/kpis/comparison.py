"""What may be said of a figure beside its baseline: an association, never a cause."""

from enum import StrEnum
from typing import Any

from models.kpis.figure import Better, KeyFigure
from models.statistics.estimates import Estimate


class KpiVerdict(StrEnum):
    """What the figures show."""

    MET = "met"  # the whole interval reaches the target
    IMPROVED = "improved"  # better than the baseline, intervals apart
    NOT_SHOWN = "not_shown"  # too little data, or too little change, to say either
    WORSE = "worse"  # worse than the baseline, intervals apart
    NO_BASELINE = "no_baseline"
    NO_DATA = "no_data"
    WITHHELD = "withheld"  # it would tell of a single person's day or ticket


def verdict_of(kpi: KeyFigure[Any], now: Estimate, baseline: Estimate | None) -> KpiVerdict:
    """Compare a figure with its target and its baseline.

    Two intervals that do not overlap differ at far less than 5 %; overlapping ones may
    still differ, so this errs towards *not shown*.
    """
    if now.value is None:
        return KpiVerdict.NO_DATA
    known = baseline if baseline is not None and baseline.value is not None else None
    # A cut from a baseline too small for an interval is a cut from anything.
    firm = known.value if known and known.low is not None else None
    if _reaches(now, kpi.target(firm), kpi.better):
        return KpiVerdict.MET
    if known is None:
        return KpiVerdict.NO_BASELINE
    if _apart(now, known, kpi.better):
        return KpiVerdict.IMPROVED
    if _apart(known, now, kpi.better):
        return KpiVerdict.WORSE
    return KpiVerdict.NOT_SHOWN


def _reaches(now: Estimate, target: float | None, better: Better) -> bool:
    if target is None or now.low is None or now.high is None:
        return False
    return now.high <= target if better == "lower" else now.low >= target


def _apart(good: Estimate, bad: Estimate, better: Better) -> bool:
    """Return whether the whole interval of ``good`` is better than that of ``bad``."""
    if good.low is None or good.high is None or bad.low is None or bad.high is None:
        return False
    if better == "lower":
        return good.high < bad.low
    return better == "higher" and good.low > bad.high
