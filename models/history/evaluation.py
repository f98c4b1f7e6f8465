"""A pilot's prospects from one file of past tickets: every figure with how it was made."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from models.currency import EURO, Currency
from models.history.answerable import (
    BY_MEANING,
    BY_WORDS,
    SHOWN,
    Answerable,
    Progress,
    Shelf,
    answerable,
)
from models.history.first_articles import FirstArticle, first_articles
from models.history.past_tickets import Floats, PastTickets
from models.history.provable import Provable, cap_of, provable, spread_of
from models.history.sortable import Sortable, sortable
from models.kpis.cost_bands import MONTH_EUR
from models.meaning.embedder import Embedder
from models.tickets.hours import Calendar
from models.value.money.break_even import BreakEven, BreakEvenInputs, break_even
from models.value.statement.quarter_statement import DEFAULTS

_DEFAULTS = {one.key: one.value for one in DEFAULTS}
_FEWEST_TIMES = 30


@dataclass(frozen=True)
class HistoryAssumptions:
    """What the file cannot tell, or somebody knows better.

    Attributes
    ----------
    minutes : float or None
        Work on a ticket; None: as the file says.
    sorting_minutes : float
        Work that sorting a ticket takes, which a category saves: no more of a ticket's work is
        spared by it.
    error_minutes : float
        Work that a wrong category or a wrong answer costs: a reassignment.
    questions_a_month : float or None
        None: as the file says.
    cost_a_month : float
        What the pilot costs; the low end of what is usual for a system in use.
    currency : Currency
        What these sums are in, and where their usual amounts come from.
    """

    start: date
    minutes: float | None = None
    sorting_minutes: float = 2.0
    error_minutes: float = 10.0
    questions_a_month: float | None = None
    cost_a_month: float | None = None
    loaded_rate: float | None = None
    recapture: float = _DEFAULTS["recapture_mid"]
    employee_rate: float | None = None
    currency: Currency = EURO


@dataclass(frozen=True, slots=True)
class TrialSetup:
    """How the tickets are tried: the precision wanted of the triage, chance, and embeddings."""

    calendar: Calendar
    target: float = 0.95
    seed: int = 0
    embedder: Embedder | None = None
    progress: Progress = lambda _done, _all: None


@dataclass(frozen=True, slots=True)
class WorkSaved:
    """Minutes that are saved for every 100 tickets, and at least.

    Attributes
    ----------
    value, low
        By what is expected, and by the lower ends; both may be below zero. None where nobody
        knows how long a ticket takes, or nothing could be tried.
    a_helped_ticket
        Minutes that an answer spares: the mean of the tickets for which something is shown.
    """

    value: float | None = None
    low: float | None = None
    a_helped_ticket: float | None = None


@dataclass(frozen=True)
class HistoryEvaluation:
    """What a file of past tickets says of a pilot.

    ``handling_minutes`` is the mean work on a ticket, up to the 95th percentile.
    """

    past: PastTickets
    assumed: HistoryAssumptions
    handling_minutes: float | None
    sortable: Sortable
    answerable: Answerable
    work_saved: WorkSaved
    first_articles: tuple[FirstArticle, ...]
    break_even: BreakEven
    provable: Provable

    @property
    def rows(self) -> int:
        return self.past.n

    def to_json(self) -> dict[str, Any]:
        """Return the keys of ``lotsen evaluate history --json``."""
        told = asdict(self.answerable)
        del told["tiers"]
        return {
            "rows": self.rows,
            "skipped": self.past.skipped,
            "looked_at": len(self.past.rows),
            "questions_a_month": self.break_even.inputs.questions_a_month,
            "handling_minutes": self.handling_minutes,
            "sortable": asdict(self.sortable),
            "answerable": told,
            "work_saved_per_100": self.work_saved.value,
            "work_saved_per_100_low": self.work_saved.low,
            "minutes_a_helped_ticket": self.work_saved.a_helped_ticket,
            "first_articles": [asdict(one) for one in self.first_articles],
            "break_even": self.break_even.to_json(),
            "provable_on": {
                f"hold_out_{one.hold_out * 100:.0f}": asdict(one) for one in self.provable.days
            },
            "spread": self.provable.spread,
            "assumptions": {**asdict(self.assumed), "currency": self.assumed.currency.code},
        }


def evaluate_history(
    past: PastTickets, shelf: Shelf, assumed: HistoryAssumptions, setup: TrialSetup
) -> HistoryEvaluation:
    """Try triage and search on past tickets, and work out what follows; nothing is stored."""
    sorts = sortable(past, target=setup.target, seed=setup.seed, embedder=setup.embedder)
    measured = BY_MEANING if shelf.index.has_embeddings else BY_WORDS
    answers = answerable(past, shelf, measured, setup.progress)
    handling = _handling(past.minutes, assumed)
    spread, times = spread_of(past.minutes, past.office_minutes_to_solution(setup.calendar))
    a_month = assumed.questions_a_month or past.a_month
    currency = assumed.currency
    hour = _or_usual(assumed.loaded_rate, currency.hour)
    return HistoryEvaluation(
        past=past,
        assumed=assumed,
        handling_minutes=handling,
        sortable=sorts,
        answerable=answers,
        work_saved=work_saved(sorts, answers, _spared(past, answers, assumed, handling), assumed),
        first_articles=first_articles(past, answers.tiers, handling) if answers.tiers else (),
        break_even=break_even(
            BreakEvenInputs(
                questions_a_month=a_month,
                cost_a_month=_or_usual(assumed.cost_a_month, currency.usual(MONTH_EUR)[0]),
                handling_minutes=handling,
                loaded_rate=hour,
                recapture=assumed.recapture,
                employee_rate=_or_usual(assumed.employee_rate, hour),
            )
        ),
        provable=provable(times, spread, a_month, assumed.start),
    )


def _or_usual(stated: float | None, usual: float) -> float:
    return usual if stated is None else stated


def work_saved(
    sorts: Sortable,
    answers: Answerable,
    a_helped_ticket: float | None,
    assumed: HistoryAssumptions,
) -> WorkSaved:
    """Return the minutes that sorting and answering save, less those that errors cost."""
    has_help = answers.helped is not None and a_helped_ticket is not None
    if sorts.share is None and not has_help:
        return WorkSaved(a_helped_ticket=a_helped_ticket)
    each = a_helped_ticket or 0.0
    sorted_rightly = (sorts.share or 0.0) - sorts.wrong
    value = (
        sorted_rightly * assumed.sorting_minutes
        + (answers.helped or 0.0) * each
        - (sorts.wrong + answers.wrong) * assumed.error_minutes
    )
    low = (
        (sorts.low or 0.0) * assumed.sorting_minutes
        + (answers.low or 0.0) * each
        - (sorts.wrong_high + answers.wrong) * assumed.error_minutes
    )
    return WorkSaved(100 * value, 100 * low, a_helped_ticket)


def _handling(minutes: Floats, assumed: HistoryAssumptions) -> float | None:
    if assumed.minutes is not None:
        return assumed.minutes
    if len(minutes) < _FEWEST_TIMES:
        return None
    return float(np.minimum(minutes, cap_of(minutes)).mean())


def _spared(
    past: PastTickets, answers: Answerable, assumed: HistoryAssumptions, usual: float | None
) -> float | None:
    """Return the work on a ticket for which something is shown: these may be the easy ones."""
    if assumed.minutes is not None or usual is None or not answers.tiers:
        return usual
    own = [
        row.handling_minutes
        for row, tier in zip(past.rows, answers.tiers, strict=True)
        if tier in SHOWN and row.handling_minutes is not None
    ]
    if len(own) < _FEWEST_TIMES:
        return usual
    return float(np.minimum(np.array(own), cap_of(past.minutes)).mean())
