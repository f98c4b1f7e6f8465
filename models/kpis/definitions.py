"""Every key figure, declared once: unit, direction, title, formula, value, target.

To add one that reads a column of tickets, add its line: measurement, baseline, comparison,
table, JSON, rows and cuts follow by themselves; any other needs its reader in
`models.kpis.rows` too, and its value is what those rows come to. No figure is by member of staff, and none may be: a `Sample` does
not say who did what.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy.typing as npt

from models.language.words import N_
from models.statistics.estimates import Estimate, median, share

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
    others
        By key, what the rows of every other figure come to (`models.kpis.rows`).
    """

    opened: Columns
    resolved: Columns
    others: Mapping[str, Estimate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TicketColumn:
    """A column of ticket times: of tickets opened in a period, or resolved in it."""

    side: Literal["opened", "resolved"]
    name: str

    def of(self, sample: Sample) -> npt.NDArray[Any]:
        """Return its values in a sample, shape (n,)."""
        columns = sample.opened if self.side == "opened" else sample.resolved
        values: npt.NDArray[Any] = columns[self.name]
        return values


@dataclass(frozen=True, slots=True)
class Kpi:
    """A key figure.

    Attributes
    ----------
    title, formula
        English, for the reader's language.
    by_clock
        Its minutes are counted outside office hours too.
    cut, goal
        A target relative to the baseline (0.4: 40 % less), or an absolute one.
    column
        What it reads of tickets: such a figure can be cut, and tells of people's work.
    """

    key: str
    unit: Unit
    better: Better
    title: str
    formula: str
    estimate: Callable[[Sample], Estimate]
    by_clock: bool = False
    cut: float | None = None
    goal: float | None = None
    column: TicketColumn | None = None

    def target(self, baseline: float | None) -> float | None:
        """Return the value to reach; None when there is no target, or nothing to cut from."""
        if self.cut is not None and baseline is not None:
            return baseline * (1 - self.cut)
        return self.goal


def _median_of(key: str, title: str, formula: str, column: TicketColumn, **more: Any) -> Kpi:
    def estimate(sample: Sample) -> Estimate:
        return median(column.of(sample))

    return Kpi(key, "minutes", "lower", title, formula, estimate, column=column, **more)


def _share_of(
    key: str, title: str, formula: str, column: TicketColumn, better: Better = "lower"
) -> Kpi:
    def estimate(sample: Sample) -> Estimate:
        values = column.of(sample)
        return share(int((values > 0).sum()), len(values))

    return Kpi(key, "share", better, title, formula, estimate, column=column)


def _other(key: str, unit: Unit, better: Better, title: str, formula: str, **more: Any) -> Kpi:
    """Return a figure that is no column of tickets: it is what its rows come to."""
    return Kpi(key, unit, better, title, formula, lambda sample: sample.others[key], **more)


_DECLARED = (
    _median_of(
        "ack_time",
        N_("Time to acknowledgement"),
        N_(
            "Median business minutes from opening to the bot's first sign. Of tickets opened in "
            "the period."
        ),
        TicketColumn("opened", "ack_minutes"),
    ),
    _median_of(
        "first_response_time",
        N_("First response time"),
        N_(
            "Median business minutes from opening to the first public sign by a person. Words, "
            "a claim or the resolution; of tickets opened in the period and answered so far."
        ),
        TicketColumn("opened", "first_response_minutes"),
    ),
    _median_of(
        "triage_time",
        N_("Triage time"),
        N_(
            "Median business minutes from opening to the first category. Of tickets opened in "
            "the period and categorised so far."
        ),
        TicketColumn("opened", "triage_minutes"),
    ),
    # Roadmap: "−40 % handling time for standard tickets".
    _median_of(
        "handling_time",
        N_("Handling time"),
        N_(
            "Median minutes that somebody worked on a ticket. From a claim or resumption to the "
            "next pause or resolution, by the clock; where no button was pressed, or what "
            "the buttons say cannot be (less than a minute, or a clock left running), the minutes "
            "stated; where none were stated and no button was pressed, five minutes from each act of the staff, in office "
            "hours, overlapping ones merged. Minutes in which a person had several tickets "
            "running are shared among these. Of tickets resolved in the period."
        ),
        TicketColumn("resolved", "handling_minutes"),
        by_clock=True,
        cut=0.40,
    ),
    _median_of(
        "resolution_time",
        N_("Resolution time"),
        N_(
            "Median minutes by the clock from opening to the last resolution. Of tickets "
            "resolved in the period."
        ),
        TicketColumn("resolved", "resolution_minutes"),
        by_clock=True,
    ),
    _median_of(
        "resolution_time_business",
        N_("Resolution time, office hours"),
        N_(
            "Median business minutes from opening to the last resolution. Of tickets resolved "
            "in the period."
        ),
        TicketColumn("resolved", "resolution_business_minutes"),
    ),
    _other(
        "wait_time",
        "minutes",
        "lower",
        N_("Time until solved"),
        N_(
            "Median business minutes from a question to its solution. By a person: until the "
            "ticket's last resolution; by an article: until the asker called it solved; what "
            "still waits counts as going on (Kaplan–Meier), and whoever says nothing is followed "
            "for two office days. Up to ten office days; an imported ticket counts from its "
            "opening. Of questions asked in the period that got an answer or a person."
        ),
    ),
    # Roadmap: "document search from 15 to 3 minutes".
    _other(
        "search_time",
        "minutes",
        "lower",
        N_("Search time"),
        N_(
            'Median minutes by the clock from a question to "found it". Of the searches in '
            "documents that the asker ended with that button in the period."
        ),
        by_clock=True,
        goal=3.0,
    ),
    _share_of(
        "automatic_share",
        N_("Categorised automatically"),
        N_("Tickets whose first category the classifier set, of all tickets opened in the period."),
        TicketColumn("opened", "automatic"),
        better="higher",
    ),
    _other(
        "triage_precision",
        "share",
        "higher",
        N_("Triage precision"),
        N_(
            "Right automatic decisions, of the blind samples that people labelled in the "
            "period. A person chose without seeing what the classifier would have set. That "
            "nobody changed a category does not say that it was right."
        ),
    ),
    _other(
        "confirmed_answers",
        "share",
        "higher",
        N_("Answers confirmed"),
        N_(
            "Questions that the asker called solved and did not come back with within seven "
            "days. Coming back: not solved after all, a person wanted, nearly the same asked "
            "again, or any ticket of the same person. Of all questions answered with an article "
            "in the period; silence does not count as solved. An answer of the last seven days "
            "may still come back."
        ),
    ),
    _other(
        "helped_share",
        "share",
        "higher",
        N_("Helped by Lotsen"),
        N_(
            "Questions whose asker got an article, shown or chosen, and called it solved. Of all "
            "questions asked in the period that got an answer or a person. Whoever said nothing "
            "counts by the share that said yes among those whom Lotsen asked the day after, a "
            "random tenth; until somebody was asked, silence counts as not helped."
        ),
    ),
    _share_of(
        "reopened_share",
        N_("Reopened"),
        N_("Tickets reopened at least once, of those resolved in the period."),
        TicketColumn("resolved", "reopened"),
    ),
    _share_of(
        "reassigned_share",
        N_("Reassigned"),
        N_("Tickets reassigned at least once, of those resolved in the period."),
        TicketColumn("resolved", "reassigned"),
    ),
    _other(
        "csat",
        "share",
        "higher",
        N_("Satisfaction"),
        N_(
            "Ratings of 4 or 5, of all ratings that requesters gave after a resolution. Told in "
            "blocks of whole weeks that are over and hold five ratings or more together; a "
            "block counts on the Monday of its last week."
        ),
    ),
    _other(
        "open_tickets",
        "count",
        "lower",
        N_("Open tickets"),
        N_("Tickets open at the end of the period, or now if it has not ended."),
    ),
    _other(
        "llm_cost",
        "EUR",
        "lower",
        N_("Cost of models and cloud"),
        N_("Costs of the kind cloud in the ledger that were booked in the period."),
    ),
)
KPIS: Mapping[str, Kpi] = {kpi.key: kpi for kpi in _DECLARED}
OF_TICKETS = frozenset(key for key, kpi in KPIS.items() if kpi.column)
TICKET_COLUMNS = tuple(sorted({kpi.column.name for kpi in KPIS.values() if kpi.column}))
BY_CLOCK = frozenset(key for key, kpi in KPIS.items() if kpi.by_clock)
FOREMOST = ("handling_time", "first_response_time", "reopened_share", "automatic_share")
"""What the digest and cuts by groups show of the tickets."""
