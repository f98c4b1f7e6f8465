"""What people feel beside what the clock measured: two figures that need not agree.

People who were faster have felt slower, and the other way round; so neither stands for the
other, and a survey never becomes minutes or euros.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.language.words import N_, Translator
from models.message import Runs
from models.statistics.estimates import NOTHING, Estimate, share

FEWEST = 5
"""Answers below which a survey's figure is hidden: fewer could tell who said what."""
SATISFIED = 4
_SAME = 0.05


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Satisfaction (share) and median handling minutes, of weeks before and of the latest."""

    felt_before: Estimate
    felt_now: Estimate
    minutes_before: float | None
    minutes_now: float | None


UNKNOWN_SATISFACTION = Satisfaction(NOTHING, NOTHING, None, None)
"""What is known where too few answered."""


def satisfaction(satisfied: int, rated: int) -> Estimate:
    """Return the share of 4 and 5 with its interval; below five answers only their number."""
    return share(satisfied, rated) if rated >= FEWEST else Estimate(n=rated, value=None)


def pulse_of(tally: Mapping[int, int]) -> Estimate:
    """Return the share of 4 and 5 in a month's pulse; below five answers only their number.

    Parameters
    ----------
    tally
        Score (1–5) → how many people gave it.
    """
    satisfied = sum(n for score, n in tally.items() if score >= SATISFIED)
    return satisfaction(satisfied, sum(tally.values()))


_AGREE = N_(
    "*Felt and measured agree:* satisfied {felt_now} (n = {n}), before {felt_before}; handling "
    "{now}, before {before}."
)
_DISAGREE = N_(
    "*Felt and measured differ:* satisfied {felt_now} (n = {n}), before {felt_before}; handling "
    "{now}, before {before}."
)


def felt_line(felt: Satisfaction, words: Translator) -> Runs | None:
    """Say both trends in one line; None where one of the four figures is missing or hidden."""
    felt_now, felt_before = felt.felt_now.value, felt.felt_before.value
    now, before = felt.minutes_now, felt.minutes_before
    if felt_now is None or felt_before is None or now is None or not before:
        return None
    # Less time is better, more satisfaction is.
    agree = _way(felt_now - felt_before) == _way((before - now) / before)
    return words.rich(
        _AGREE if agree else _DISAGREE,
        felt_now=words.percent(felt_now),
        felt_before=words.percent(felt_before),
        n=words.number(felt.felt_now.n),
        now=words.minutes(now),
        before=words.minutes(before),
    )


def pulse_line(tallies: Mapping[str, Mapping[int, int]], words: Translator) -> Runs | None:
    """Say the latest month's pulse; None where it is hidden or nobody was asked."""
    if not tallies:
        return None
    month = max(tallies)
    pulse = pulse_of(tallies[month])
    if pulse.value is None or pulse.low is None or pulse.high is None:
        return None
    return words.rich(
        "*Pulse {month}:* {share} satisfied ({low} to {high}, n = {n}).",
        month=month,
        share=words.percent(pulse.value),
        low=words.percent(pulse.low),
        high=words.percent(pulse.high),
        n=words.number(pulse.n),
    )


def _way(change: float) -> int:
    """Return whether something went up (1), down (-1), or hardly moved (0)."""
    return 0 if abs(change) < _SAME else (1 if change > 0 else -1)
