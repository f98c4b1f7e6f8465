"""What the key figures are computed from, baselines, costs, assumptions.

Times leave as arrays, never as an object a ticket, so that a million tickets stay workable.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final, Literal

import numpy as np
from sqlalchemy import case as sql_case
from sqlalchemy import delete, insert, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from models.store.columns import (
    MOMENT,
    WHOLE,
    Columns,
    Flags,
    Kind,
    Moment,
    Moments,
    Whole,
    Words,
    read_columns,
    read_times,
)
from models.store.repository import Repository
from models.store.ticket_times import in_parts, opened_in, resolved_in
from models.tables import (
    Assumption,
    Baseline,
    Case,
    CaseState,
    CostEntry,
    EventKind,
    Source,
    Ticket,
    TicketEvent,
    TicketTimes,
)

_BATCH = 50_000
Side = Literal["opened", "resolved"]
_STEPS = (
    *(EventKind.ASKED, EventKind.ANSWERED, EventKind.ANSWER_SOLVED, EventKind.ANSWER_NOT_SOLVED),
    *(EventKind.HUMAN_WANTED, EventKind.OPENED, EventKind.RETURNED, EventKind.FOUND),
    *(EventKind.WITHDRAWN, EventKind.FOLLOWED_UP, EventKind.SUGGESTED),
)
STEPS = (
    select_columns(
        col(TicketEvent.case_id),
        col(TicketEvent.kind),
        col(TicketEvent.at),
        col(TicketEvent.actor),
        col(TicketEvent.detail),
    )
    .where(col(TicketEvent.kind).in_(_STEPS))
    .order_by(col(TicketEvent.at), col(TicketEvent.id))
)
"""What happened to questions, in the order of time: rows for `case_step`."""
_REPLIES = (
    *(EventKind.ANSWERED, EventKind.ANSWER_SOLVED, EventKind.ANSWER_NOT_SOLVED),
    *(EventKind.HUMAN_WANTED, EventKind.RETURNED, EventKind.FOUND, EventKind.WITHDRAWN),
)
# A question forgets an article that is removed while it has no ticket yet.
_MAY_HAVE_REPLIES = or_(
    col(Case.article_id).is_not(None),
    col(Case.ticket_id).is_(None),
    col(Case.state) == CaseState.WITHDRAWN,
)
ASKED_BEFORE: Final = timedelta(days=1)
"""So long before its answer a question may have been asked."""


@dataclass(frozen=True, slots=True)
class CaseStep:
    """Something that happened to a question: by whom, and with which article, if with one.

    ``category`` is what the classifier thought of in silence when help was shown.
    """

    case_id: int
    kind: EventKind
    at: datetime
    actor: str = ""
    article: int | None = None
    category: str = ""


_KINDS = {kind.value: number for number, kind in enumerate(EventKind)}
NO_ARTICLE: Final = -1
NOBODY: Final = -1
_OF_ARTICLES = (EventKind.ANSWERED, EventKind.FOUND)


@dataclass(frozen=True, slots=True)
class StepColumns:
    """Steps of questions as columns of shape (n,), in any order.

    Attributes
    ----------
    kind
        By their numbers: ask `of`.
    person
        Number of who asked the question, or did it where nobody knows; `NOBODY`.
    article
        `NO_ARTICLE` where there was none.
    """

    case: Whole
    kind: Whole
    at: Moments
    person: Whole
    article: Whole

    def of(self, *kinds: EventKind) -> Flags:
        """Return which steps are of these kinds."""
        return np.isin(self.kind, [_KINDS[kind] for kind in kinds])

    @staticmethod
    def numbers(kinds: Iterable[EventKind]) -> Whole:
        """Return kinds as `kind` has them."""
        return np.array([_KINDS[kind] for kind in kinds], dtype=WHOLE)

    def followed_by(self, later: "StepColumns") -> "StepColumns":
        pairs = ((getattr(self, one.name), getattr(later, one.name)) for one in fields(self))
        return StepColumns(*map(np.concatenate, pairs))


def case_step(row: Any) -> CaseStep:
    """Return a row of `STEPS` as a step."""
    case_id, kind, at, actor, detail = row
    return CaseStep(case_id, kind, at, actor, detail.get("article"), detail.get("category") or "")


class FigureRepository(Repository):
    """Projections to measure, and the tables baseline, cost_entry and assumption."""

    # Costs and assumptions ---------------------------------------------------------------

    def cost(self, entry_id: int) -> CostEntry | None:
        return self._session.get(CostEntry, entry_id)

    def all_costs(self) -> Sequence[CostEntry]:
        query = select(CostEntry)
        return self._session.exec(query.order_by(col(CostEntry.booked_on), col(CostEntry.id))).all()

    def assumptions(self) -> Sequence[Assumption]:
        """Return all that was ever decided, by the day from which it holds, then in its order."""
        query = select(Assumption)
        return self._session.exec(
            query.order_by(col(Assumption.holds_from), col(Assumption.id))
        ).all()

    # Baselines -----------------------------------------------------------------------------

    def latest_baseline(
        self, first_day: date | None = None, last_day: date | None = None
    ) -> Baseline | None:
        """Return the baseline frozen last, of all or of those with these days."""
        query = select(Baseline).order_by(col(Baseline.id).desc()).limit(1)
        if first_day is not None:
            query = query.where(Baseline.first_day == first_day)
        if last_day is not None:
            query = query.where(Baseline.last_day == last_day)
        return self._session.exec(query).first()

    def baselines(self) -> Sequence[Baseline]:
        """Return all that were ever frozen, the oldest first."""
        return self._session.exec(select(Baseline).order_by(col(Baseline.id))).all()

    def baseline(self, baseline_id: int) -> Baseline | None:
        return self._session.get(Baseline, baseline_id)

    def baselines_before(self, baseline_id: int) -> int:
        """Return how many baselines were frozen before one."""
        query = select(func.count()).select_from(Baseline).where(col(Baseline.id) < baseline_id)
        return self._session.exec(query).one()

    # What is measured ------------------------------------------------------------------------

    def times(
        self,
        side: Side,
        span: tuple[datetime, datetime],
        sources: Sequence[Source],
        numbers: Sequence[str],
        details: Sequence[str] = (),
    ) -> Columns:
        """Return the times of the tickets opened, or last resolved, in [start, end), as columns.

        Parameters
        ----------
        numbers, details
            Columns of `TicketTimes`, with a number each, or with anything.
        """
        chosen = (opened_in if side == "opened" else resolved_in)(*span, sources)
        return read_times(self._session, (*numbers, *details), lambda query: query.where(chosen))

    def answered_between(self, start: datetime, end: datetime) -> dict[int, datetime]:
        """Return the cases that were answered first in [start, end), and when."""
        is_answer = col(TicketEvent.kind) == EventKind.ANSWERED
        earlier = aliased(TicketEvent)
        answered_before = (
            select_columns(col(earlier.id))
            .where(
                col(earlier.case_id) == col(TicketEvent.case_id),
                col(earlier.kind) == EventKind.ANSWERED,
            )
            .where(col(earlier.at) < start)
            .exists()
        )
        query = (
            select_columns(col(TicketEvent.case_id), func.min(col(TicketEvent.at)))
            .where(is_answer, col(TicketEvent.case_id).is_not(None), ~answered_before)
            .where(col(TicketEvent.at) >= start, col(TicketEvent.at) < end)
            .group_by(col(TicketEvent.case_id))
        )
        return {int(case): at for case, at in self._session.execute(query)}

    def steps_since(self, kinds: Collection[EventKind], since: datetime) -> dict[str, int]:
        """Return how many cases had such a step since then, by kind."""
        query = (
            select(TicketEvent.kind, func.count(func.distinct(TicketEvent.case_id)))
            .where(col(TicketEvent.kind).in_(kinds), col(TicketEvent.at) >= since)
            .group_by(col(TicketEvent.kind))
        )
        return dict(self._session.exec(query).all())

    def deciders_since(self, since: datetime) -> dict[str, int]:
        """Return how many tickets were opened since then, by who set their category."""
        query = (
            select(Ticket.decided_by, func.count())
            .where(col(Ticket.opened_at) >= since)
            .group_by(col(Ticket.decided_by))
        )
        return dict(self._session.exec(query).all())

    def case_steps(self, start: datetime, end: datetime) -> list[CaseStep]:
        """Return what people did with answers in [start, end), and who asked before.

        A question is told from the day before on: it comes before its answer.
        """
        since = start - ASKED_BEFORE
        query = STEPS.where(col(TicketEvent.case_id).is_not(None)).where(
            col(TicketEvent.at) >= since, col(TicketEvent.at) < end
        )
        rows = self._session.execute(query, execution_options={"yield_per": _BATCH})
        return list(map(case_step, rows))

    def replies(self, start: datetime, end: datetime) -> StepColumns:
        """Return what `case_steps` does as columns, without who asked, and without new tickets."""
        kind = col(TicketEvent.kind)
        article = sql_case(
            (kind.in_(_OF_ARTICLES), col(TicketEvent.detail)["article"].as_integer()),
            else_=NO_ARTICLE,
        )
        query = select_columns(
            col(TicketEvent.case_id),
            kind,
            Moment(col(TicketEvent.at)),
            func.coalesce(article, NO_ARTICLE),
        ).where(
            kind.in_(_REPLIES),
            # By their questions: among all that happened since there are very many tickets.
            col(TicketEvent.case_id).in_(select_columns(col(Case.id)).where(_MAY_HAVE_REPLIES)),
            col(TicketEvent.at) >= start - ASKED_BEFORE,
            col(TicketEvent.at) < end,
        )
        kinds: list[Kind] = [WHOLE, Words(_KINDS), MOMENT, WHOLE]
        number, what, at, about = read_columns(self._session, query, kinds)
        return StepColumns(number, what, at, np.full(len(number), NOBODY), about)

    def searches_ended(self, start: datetime, end: datetime) -> list[tuple[int, datetime]]:
        """Return case and time of each "found it" in [start, end)."""
        query = (
            select_columns(col(TicketEvent.case_id), col(TicketEvent.at))
            .where(col(TicketEvent.kind) == EventKind.FOUND, col(TicketEvent.case_id).is_not(None))
            .where(col(TicketEvent.at) >= start, col(TicketEvent.at) < end)
            .order_by(col(TicketEvent.at), col(TicketEvent.id))
        )
        return [(case, at) for case, at in self._session.execute(query)]

    def asked_at(self, cases: Collection[int]) -> dict[int, datetime]:
        """Return when these cases were asked."""
        found: dict[int, datetime] = {}
        for some in in_parts(cases):
            query = (
                select_columns(col(TicketEvent.case_id), func.min(col(TicketEvent.at)))
                .where(col(TicketEvent.kind) == EventKind.ASKED)
                .where(col(TicketEvent.case_id).in_(some))
                .group_by(col(TicketEvent.case_id))
            )
            found.update((case, at) for case, at in self._session.execute(query))
        return found

    def history(self, sources: Sequence[Source]) -> tuple[datetime, datetime] | None:
        """Return the first opening and the last sign of the tickets of ``sources``."""
        # Each by itself: an index says the first or the last, but not both of a table in one go.
        of_sources = col(TicketTimes.source).in_(sources)
        query = select_columns(
            *(
                select_columns(found).where(of_sources).scalar_subquery()
                for found in (
                    func.min(TicketTimes.opened_at),
                    func.max(TicketTimes.opened_at),
                    func.max(TicketTimes.resolved_at),
                )
            )
        )
        first, last, resolved = self._session.execute(query).one()
        if first is None or last is None:
            return None
        return first, max(last, resolved or last)

    # Rebuilding ------------------------------------------------------------------------------

    def events_after(
        self, ticket_id: int, batch: int = 1000
    ) -> list[tuple[int, Source, list[TicketEvent]]]:
        """Return the next tickets by id with their events, locked until the transaction ends.

        A snapshot locks none.
        """
        query = (
            select_columns(col(Ticket.id), col(Ticket.source))
            .where(col(Ticket.id) > ticket_id)
            .order_by(col(Ticket.id))
            .limit(batch)
        )
        tickets = self._session.execute(query.with_for_update() if self._locks else query)
        sources: dict[int, Source] = {row.id: row.source for row in tickets}
        events = self._session.exec(
            select(TicketEvent)
            .where(col(TicketEvent.ticket_id).in_(sources))
            .order_by(col(TicketEvent.ticket_id), col(TicketEvent.at), col(TicketEvent.id))
        ).all()
        by_ticket = {key: list(rows) for key, rows in groupby(events, lambda row: row.ticket_id)}
        return [(number, sources[number], by_ticket.get(number, [])) for number in sources]

    def replace_times(self, ticket_ids: Sequence[int], times: Sequence[TicketTimes]) -> None:
        """Write the projections of these tickets anew."""
        self._session.execute(delete(TicketTimes).where(col(TicketTimes.ticket_id).in_(ticket_ids)))
        if times:
            self._session.execute(insert(TicketTimes), [row.model_dump() for row in times])
