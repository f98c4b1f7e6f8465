"""Every key figure, declared once: title, formula, unit, direction, rows, what they come to, target.

To add one, add its declaration to `DECLARED` and the translations of its two texts: measurement,
baseline, comparison, table, JSON, CSV, rows, cuts by group, choices and the page of all figures
follow by themselves. None is by member of staff, and none may be: no row says who did what.
"""

from collections.abc import Mapping
from typing import Any

from models.kpis.figure import (
    COUNT,
    MEDIAN,
    MEDIAN_WITH_OPEN,
    SHARE,
    TOTAL,
    Better,
    KeyFigure,
    RowOrder,
    Side,
)
from models.kpis.helped import HELPED_SHARE
from models.kpis.rows import (
    Declared,
    Holds,
    all_tickets,
    answered_questions,
    blind_samples,
    cloud_costs,
    happened,
    minutes_of,
    model_calls,
    open_tickets,
    opened_and_open,
    questions,
    ratings,
    searches_ended,
    waits,
    whether,
)
from models.language.words import N_


def _median_of(
    key: str, title: str, formula: str, tickets: tuple[Side, str], **more: Any
) -> Declared:
    """Return a figure that is the median of a column of tickets opened, or of those resolved."""
    read = minutes_of(*tickets)
    return KeyFigure(
        *(key, "minutes", "lower", title, formula, read, MEDIAN), columns=(tickets,), **more
    )


def _share_of(
    key: str,
    title: str,
    formula: str,
    tickets: tuple[Side, str],
    better: Better = "lower",
    holds: Holds = happened,
    **more: Any,
) -> Declared:
    """Return a figure that is the share of tickets of whose column something holds."""
    read = whether(*tickets, holds)
    return KeyFigure(
        *(key, "share", better, title, formula, read, SHARE, RowOrder.AGAINST),
        columns=(tickets,),
        **more,
    )


ENTRIES = "entries of the ledger, without their words"
DECLARED: tuple[Declared, ...] = (
    _median_of(
        "ack_time",
        N_("Time to acknowledgement"),
        N_(
            "Median business minutes from opening to the bot's first sign. Of tickets opened in "
            "the period."
        ),
        ("opened", "ack_minutes"),
    ),
    _median_of(
        "first_response_time",
        N_("First response time"),
        N_(
            "Median business minutes from opening to the first public sign by a person. Words, "
            "a claim or the resolution; of tickets opened in the period and answered so far."
        ),
        ("opened", "first_response_minutes"),
        place=2,
        watched=True,
    ),
    _median_of(
        "triage_time",
        N_("Triage time"),
        N_(
            "Median business minutes from opening to the first category. Of tickets opened in "
            "the period and categorised so far."
        ),
        ("opened", "triage_minutes"),
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
        ("resolved", "handling_minutes"),
        place=1,
        watched=True,
        by_clock=True,
        with_evidence=True,
        cut=0.40,
    ),
    _median_of(
        "resolution_time",
        N_("Resolution time"),
        N_(
            "Median minutes by the clock from opening to the last resolution. Of tickets "
            "resolved in the period."
        ),
        ("resolved", "resolution_minutes"),
        by_clock=True,
    ),
    _median_of(
        "resolution_time_business",
        N_("Resolution time, office hours"),
        N_(
            "Median business minutes from opening to the last resolution. Of tickets resolved "
            "in the period."
        ),
        ("resolved", "resolution_business_minutes"),
    ),
    _share_of(
        "one_day_share",
        N_("Solved within one office day"),
        N_(
            "Tickets whose last resolution came at most one office day after they were opened, in "
            "business minutes. Of tickets resolved in the period."
        ),
        ("resolved", "resolution_business_minutes"),
        better="higher",
        holds=lambda minutes, calendar: minutes <= calendar.minutes_a_day,
    ),
    KeyFigure(
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
        waits,
        MEDIAN_WITH_OPEN,
        cut=0.40,
        rows="questions, and imported tickets",
    ),
    # Roadmap: "document search from 15 to 3 minutes".
    KeyFigure(
        "search_time",
        "minutes",
        "lower",
        N_("Search time"),
        N_(
            'Median minutes by the clock from a question to "found it". Of the searches in '
            "documents that the asker ended with that button in the period."
        ),
        searches_ended,
        MEDIAN,
        rows="questions",
        by_clock=True,
        goal=3.0,
    ),
    _share_of(
        "automatic_share",
        N_("Categorised automatically"),
        N_("Tickets whose first category the classifier set, of all tickets opened in the period."),
        ("opened", "automatic"),
        better="higher",
        place=4,
    ),
    KeyFigure(
        "triage_precision",
        "share",
        "higher",
        N_("Triage precision"),
        N_(
            "Right automatic decisions, of the blind samples that people labelled in the "
            "period. A person chose without seeing what the classifier would have set. That "
            "nobody changed a category does not say that it was right."
        ),
        blind_samples,
        SHARE,
        RowOrder.AGAINST,
        of_work=False,
    ),
    KeyFigure(
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
        answered_questions,
        SHARE,
        RowOrder.AGAINST,
        rows="questions",
        of_work=False,
    ),
    KeyFigure(
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
        questions,
        HELPED_SHARE,
        RowOrder.AGAINST,
        rows="questions",
        of_work=False,
    ),
    _share_of(
        "reopened_share",
        N_("Reopened"),
        N_("Tickets reopened at least once, of those resolved in the period."),
        ("resolved", "reopened"),
        place=3,
        watched=True,
    ),
    _share_of(
        "reassigned_share",
        N_("Reassigned"),
        N_("Tickets reassigned at least once, of those resolved in the period."),
        ("resolved", "reassigned"),
    ),
    KeyFigure(
        "csat",
        "share",
        "higher",
        N_("Satisfaction"),
        N_(
            "Ratings of 4 or 5, of all ratings that requesters gave after a resolution. Told in "
            "blocks of whole weeks that are over and hold five ratings or more together; a "
            "block counts on the Monday of its last week."
        ),
        ratings,
        SHARE,
        RowOrder.AGAINST,
        rows="two counts (4 or 5; 1 to 3), from five ratings on",
        of_work=False,
        no_rows=N_(
            "No five ratings came together by the end of this period: fewer are not told, "
            "because they could tell who rated."
        ),
    ),
    KeyFigure(
        "open_tickets",
        "count",
        "lower",
        N_("Open tickets"),
        N_("Tickets open at the end of the period, or now if it has not ended."),
        open_tickets,
        COUNT,
        RowOrder.OLDEST,
        of_work=False,
    ),
    KeyFigure(
        "llm_cost",
        "money",
        "lower",
        N_("Cost of models and cloud"),
        N_("Costs of the kind cloud in the ledger that were booked in the period."),
        cloud_costs,
        TOTAL,
        rows=ENTRIES,
        of_work=False,
        calls=model_calls,
    ),
)
KPIS: dict[str, Declared] = {figure.key: figure for figure in DECLARED}


def foremost() -> list[Declared]:
    """Return the few figures that the digest and cuts by groups show, in their order."""
    shown = (figure for figure in KPIS.values() if figure.place)
    return sorted(shown, key=lambda figure: figure.place)


def cuttable() -> list[Declared]:
    """Return the figures that can be cut by group: those of columns of tickets."""
    return [figure for figure in KPIS.values() if figure.columns]


WEEK_PREFIX = "week."
WEEK: Mapping[str, Declared] = {
    figure.key: figure
    for figure in (
        KeyFigure(
            *("opened", "count", "", N_("New in the week"), N_("Tickets opened in the period.")),
            *(all_tickets("opened"), COUNT, RowOrder.NEWEST),
            by_clock=True,
            of_work=False,
            watched=True,
        ),
        KeyFigure(
            *("resolved", "count", "", N_("Resolved in the week")),
            N_("Tickets last resolved in the period."),
            *(all_tickets("resolved"), COUNT, RowOrder.NEWEST),
            by_clock=True,
            of_work=False,
        ),
        KeyFigure(
            *("half_resolved", "minutes", "", N_("Half resolved within, open ones counted")),
            N_(
                "Minutes by the clock within which half of the tickets opened in the last four "
                "weeks were resolved; those that still wait count as going on (Kaplan–Meier)."
            ),
            *(opened_and_open, MEDIAN_WITH_OPEN),
            columns=(("opened", "resolution_minutes"),),
            by_clock=True,
            weeks=4,
        ),
    )
}
"""What the weekly digest shows beside the key figures."""
