"""Every key figure: one function each, whose docstring is its formula.

To add one, write a function here; measurement, baseline, comparison, table and JSON
follow by themselves. No figure is by member of staff, and none may be: a `Sample`
does not say who did what.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from models.kpis.satisfaction import satisfaction
from models.language.words import noted
from models.statistics.estimates import NOTHING, Estimate, count, median, share

Unit = Literal["minutes", "share", "count", "EUR"]
Better = Literal["lower", "higher", ""]
Columns = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Sample:
    """What a period's figures are computed from.

    Attributes
    ----------
    opened, resolved
        Columns of ticket times by name, shape (n,), of the tickets opened in the period
        and of those resolved in it; NaN where something has not happened.
    open_tickets
        Tickets open at the end of the period, or now if it has not ended.
    answered, confirmed
        Questions answered with an article, and those of them with the outcome *confirmed*
        (`models.kpis.outcomes`).
    cloud_eur
        Costs of models and cloud booked in the period; None when none were booked.
    blind_right, blind_labelled
        Blind samples that a person labelled in the period, and those of them where the
        classifier would have been right.
    search_minutes : shape (n,)
        From a question to "found it", of the searches that ended so in the period.
    satisfied, rated
        Ratings of 4 or 5, and all, of the blocks that end in the period
        (`models.kpis.ratings.published_ratings`).
    """

    opened: Columns
    resolved: Columns
    open_tickets: int
    answered: int
    confirmed: int
    cloud_eur: float | None
    blind_right: int = 0
    blind_labelled: int = 0
    search_minutes: npt.NDArray[Any] = field(default_factory=lambda: np.zeros(0))
    satisfied: int = 0
    rated: int = 0


@dataclass(frozen=True, slots=True)
class Kpi:
    """A key figure: its unit, which way is better, its title (English) and its formula.

    ``cut`` is a target relative to the baseline (0.4: 40 % less), ``goal`` an absolute one.
    """

    key: str
    unit: Unit
    better: Better
    title: str
    estimate: Callable[[Sample], Estimate]
    cut: float | None = None
    goal: float | None = None

    @property
    def formula(self) -> str:
        return " ".join((self.estimate.__doc__ or "").split())

    def target(self, baseline: float | None) -> float | None:
        """Return the value to reach; None when there is no target, or nothing to cut from."""
        if self.cut is not None and baseline is not None:
            return baseline * (1 - self.cut)
        return self.goal


KPIS: dict[str, Kpi] = {}


def kpi(
    *,
    unit: Unit,
    better: Better,
    title: str,
    cut: float | None = None,
    goal: float | None = None,
) -> Callable[[Callable[[Sample], Estimate]], Callable[[Sample], Estimate]]:
    """Declare a function to be a key figure; its name is the key."""

    def declare(function: Callable[[Sample], Estimate]) -> Callable[[Sample], Estimate]:
        key = function.__name__
        KPIS[key] = Kpi(key, unit, better, title, function, cut, goal)
        return function

    return declare


# Times -------------------------------------------------------------------------------------


@kpi(unit="minutes", better="lower", title=noted("Time to acknowledgement"))
def ack_time(sample: Sample) -> Estimate:
    """Median business minutes from opening to the bot's first sign.

    Of tickets opened in the period.
    """
    return median(sample.opened["ack_minutes"])


@kpi(unit="minutes", better="lower", title=noted("First response time"))
def first_response_time(sample: Sample) -> Estimate:
    """Median business minutes from opening to the first public sign by a person.

    Words, a claim or the resolution; of tickets opened in the period and answered so far.
    """
    return median(sample.opened["first_response_minutes"])


@kpi(unit="minutes", better="lower", title=noted("Triage time"))
def triage_time(sample: Sample) -> Estimate:
    """Median business minutes from opening to the first category.

    Of tickets opened in the period and categorised so far.
    """
    return median(sample.opened["triage_minutes"])


# Roadmap: "−40 % handling time for standard tickets".
@kpi(unit="minutes", better="lower", title=noted("Handling time"), cut=0.40)
def handling_time(sample: Sample) -> Estimate:
    """Median minutes that somebody worked on a ticket.

    From a claim or resumption to the next pause or resolution, by the clock; where no
    button was pressed, the minutes stated; where none were stated, five minutes from each
    act of the staff, in office hours, overlapping ones merged. Minutes in which a person
    had several tickets running are shared among these. Of tickets resolved in the period.
    """
    return median(sample.resolved["handling_minutes"])


@kpi(unit="minutes", better="lower", title=noted("Resolution time"))
def resolution_time(sample: Sample) -> Estimate:
    """Median minutes by the clock from opening to the last resolution.

    Of tickets resolved in the period.
    """
    return median(sample.resolved["resolution_minutes"])


@kpi(unit="minutes", better="lower", title=noted("Resolution time, office hours"))
def resolution_time_business(sample: Sample) -> Estimate:
    """Median business minutes from opening to the last resolution.

    Of tickets resolved in the period.
    """
    return median(sample.resolved["resolution_business_minutes"])


# Roadmap: "document search from 15 to 3 minutes".
@kpi(unit="minutes", better="lower", title=noted("Search time"), goal=3.0)
def search_time(sample: Sample) -> Estimate:
    """Median minutes by the clock from a question to "found it".

    Of the searches in documents that the asker ended with that button in the period.
    """
    return median(sample.search_minutes)


# Shares ------------------------------------------------------------------------------------


@kpi(unit="share", better="higher", title=noted("Categorised automatically"))
def automatic_share(sample: Sample) -> Estimate:
    """Tickets whose first category the classifier set, of all tickets opened in the period."""
    return share(int(sample.opened["automatic"].sum()), len(sample.opened["automatic"]))


@kpi(unit="share", better="higher", title=noted("Triage precision"))
def triage_precision(sample: Sample) -> Estimate:
    """Right automatic decisions, of the blind samples that people labelled in the period.

    A person chose without seeing what the classifier would have set. That nobody changed
    a category does not say that it was right.
    """
    return share(sample.blind_right, sample.blind_labelled)


@kpi(unit="share", better="higher", title=noted("Answers confirmed"))
def confirmed_answers(sample: Sample) -> Estimate:
    """Questions that the asker called solved and did not come back with within seven days.

    Coming back: not solved after all, a person wanted, nearly the same asked again, or any
    ticket of the same person. Of all questions answered with an article in the period;
    silence does not count as solved. An answer of the last seven days may still come back.
    """
    return share(sample.confirmed, sample.answered)


@kpi(unit="share", better="lower", title=noted("Reopened"))
def reopened_share(sample: Sample) -> Estimate:
    """Tickets reopened at least once, of those resolved in the period."""
    return share(int((sample.resolved["reopened"] > 0).sum()), len(sample.resolved["reopened"]))


@kpi(unit="share", better="lower", title=noted("Reassigned"))
def reassigned_share(sample: Sample) -> Estimate:
    """Tickets reassigned at least once, of those resolved in the period."""
    moved = sample.resolved["reassigned"]
    return share(int((moved > 0).sum()), len(moved))


@kpi(unit="share", better="higher", title=noted("Satisfaction"))
def csat(sample: Sample) -> Estimate:
    """Ratings of 4 or 5, of all ratings that requesters gave after a resolution.

    Told in blocks of whole weeks that are over and hold five ratings or more together; a
    block counts on the Monday of its last week.
    """
    return satisfaction(sample.satisfied, sample.rated)


# Counts and money ------------------------------------------------------------------------------


@kpi(unit="count", better="lower", title=noted("Open tickets"))
def open_tickets(sample: Sample) -> Estimate:
    """Tickets open at the end of the period, or now if it has not ended."""
    return count(sample.open_tickets)


@kpi(unit="EUR", better="lower", title=noted("Cost of models and cloud"))
def llm_cost(sample: Sample) -> Estimate:
    """Costs of the kind *cloud* in the ledger that were booked in the period."""
    return NOTHING if sample.cloud_eur is None else Estimate(n=1, value=sample.cloud_eur)


OF_TICKETS = frozenset(KPIS) - {
    *("search_time", "triage_precision", "confirmed_answers", "csat", "open_tickets", "llm_cost")
}
"""Figures of the tickets opened or resolved: those that can be cut, and that tell of people's work."""
