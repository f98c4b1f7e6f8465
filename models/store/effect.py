"""What an effect is told from: cases that chance assigned, and readings that people reported."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    Text,
    bindparam,
    case,
    cast,
    exists,
    literal_column,
    or_,
)
from sqlalchemy import select as select_columns
from sqlmodel import and_, col, func, select

from models.store.columns import (
    MOMENT,
    NUMBER,
    WHOLE,
    Flags,
    Floats,
    Kind,
    Moment,
    Moments,
    Whole,
    Words,
    read_columns,
)
from models.store.figures import ASKED_BEFORE
from models.store.repository import Repository
from models.store.scope import ALL_SCOPES
from models.store.ticket_times import WAITING, resolved_in
from models.tables import (
    HIDDEN,
    Arm,
    Case,
    CompanyKpi,
    DecidedBy,
    Decision,
    DrawKey,
    EventKind,
    KpiReading,
    Source,
    Ticket,
    TicketEvent,
    TicketTimes,
)

# What is told of a ticket in one number: each column of half a million rows costs the same.
_WAITS, _REOPENED, _REASSIGNED = 1, 2, 4
_BY_HAND = (DecidedBy.PERSON, DecidedBy.IMPORTED, DecidedBy.NOBODY)


@dataclass(frozen=True, slots=True)
class BegunCases:
    """Cases and the arm that each was put into, as columns of shape (n,).

    Those that were drawn come first, in the order in which they were; the others, which began a
    day before the first draw or later, or became a ticket since, tell no more than who began
    them and when that was. Moments are UTC.

    Attributes
    ----------
    draws
        What was kept of draws, each once; ``draw`` is the place of a case's among them, −1
        where it was not drawn.
    case, person
        Numbers; a person's means the same one here, and nothing elsewhere.
    began, drawn
        When the case began, and when it was put into its arm; NaT where it was not.
    opened, resolved
        When its ticket was opened and last resolved; NaT where it was not, or has none.
    waits, reopened, reassigned
        Whether its ticket is not resolved, and was reopened or reassigned once or more often;
        not without a ticket.
    handling_minutes, first_response_minutes
        Of its ticket; NaN where nobody knows, or it has none.
    """

    draws: Sequence[Mapping[str, Any]]
    draw: Whole
    case: Whole
    person: Whole
    began: Moments
    drawn: Moments
    opened: Moments
    resolved: Moments
    waits: Flags
    reopened: Flags
    reassigned: Flags
    handling_minutes: Floats
    first_response_minutes: Floats

    @property
    def n_drawn(self) -> int:
        return int((self.draw >= 0).sum())


class Draw(NamedTuple):
    """A case that was put into an arm.

    ``share`` is what was held out at that time, ``key`` the fingerprint of the secret by which
    it was drawn; empty for what was drawn before there was one. ``half_day`` is what was drawn
    with all its cases; empty where the case was drawn by itself.
    """

    case_id: int
    arm: Arm
    share: float
    key: str
    half_day: str = ""


class HandlingCell(NamedTuple):
    """Tickets of a category resolved in a stretch of time, with their capped mean minutes.

    ``unknown`` are those without a handling time; they are not in ``n``.
    """

    category: str
    n: int
    minutes: float
    unknown: int


# As text: very many cases share a few details, which are read once each.
_DETAIL = cast(col(TicketEvent.detail), Text)
# The partial index is taken only where its condition is said in so many words.
_IS_DRAWN = col(TicketEvent.kind) == literal_column(f"'{EventKind.RANDOMISED}'")


def _reader() -> Callable[[str], dict[str, Any]]:
    read: Callable[[str], dict[str, Any]] = cache(json.loads)
    return read


@cache
def _cells_by(sources: tuple[Source, ...]) -> Select[str, int, float, int]:
    """Return the query of `EffectRepository.handling_cells`: a statement asks it of each week."""
    minutes, cap = col(TicketTimes.handling_minutes), bindparam("cap", type_=Float())
    capped = case((minutes > cap, cap), else_=minutes)
    start: ColumnElement[datetime] = bindparam("start")
    end: ColumnElement[datetime] = bindparam("end")
    return (
        select_columns(
            col(TicketTimes.final_category), func.count(minutes), func.avg(capped), func.count()
        )
        .where(resolved_in(start, end, sources))
        .group_by(col(TicketTimes.final_category))
        .order_by(col(TicketTimes.final_category))
    )


class EffectRepository(Repository):
    """The tables company_kpi and kpi_reading, the arms of cases, and sums by week."""

    # The hold-out --------------------------------------------------------------------------

    def arm_of(self, case_id: int | None) -> Arm | None:
        """Return the arm that chance put the case in; None before it was drawn."""
        query = select(TicketEvent.detail).where(TicketEvent.case_id == case_id, _IS_DRAWN)
        detail = self._session.exec(query).first() if case_id is not None else None
        return Arm(detail["mode"]) if detail else None

    def draw_key(self, secret: str, now: datetime) -> str:
        """Return the secret by which arms are drawn; ``secret`` where there is none yet."""
        self._insert_once(DrawKey, id=1, secret=secret, made_at=now)
        return self._session.exec(select(DrawKey.secret)).one()

    def known_draw_key(self) -> str | None:
        """Return the secret by which arms are drawn; None before the first draw."""
        return self._session.exec(select(DrawKey.secret)).first()

    def draws(self) -> Iterator[Draw]:
        """Yield every case that was put into an arm, in the order of time."""
        query = (
            select(TicketEvent.case_id, _DETAIL)
            .where(_IS_DRAWN)
            .order_by(col(TicketEvent.at), col(TicketEvent.id))
        )
        read = _reader()
        for case_id, text in self._session.execute(query, execution_options={"yield_per": 10_000}):
            detail = read(text)
            share = float(detail.get("share", 0))
            half_day = detail.get("half_day", "")
            yield Draw(case_id or 0, Arm(detail["mode"]), share, detail.get("key", ""), half_day)

    def asked_alike(self, category: str, since: datetime) -> set[str]:
        """Return who asked about a category since then, as pseudonyms."""
        query = select(TicketEvent.detail, TicketEvent.actor).where(
            _IS_DRAWN, TicketEvent.at >= since
        )
        rows = self._session.exec(query).all()
        return {actor for detail, actor in rows if detail.get("category") == category}

    def begun(self, before: datetime) -> BegunCases:
        """Return the cases that were put into an arm before a moment, and those that went on since."""
        # Of either scope, so that an index alone says it: earlier does no harm.
        first = self._session.exec(
            select(func.min(TicketEvent.at)).where(_IS_DRAWN), execution_options={ALL_SCOPES: True}
        ).one()
        earliest = (first or before) - ASKED_BEFORE
        drawn = and_(
            col(TicketEvent.case_id) == col(Case.id), _IS_DRAWN, col(TicketEvent.at) < before
        )
        times = col(TicketTimes.ticket_id)
        waiting = select(Ticket.id).where(col(Ticket.status).in_(WAITING))
        marks = (
            case((col(Case.ticket_id).in_(waiting), _WAITS), else_=0)
            + case((col(TicketTimes.reopened) > 0, _REOPENED), else_=0)
            + case((col(TicketTimes.reassigned) > 0, _REASSIGNED), else_=0)
        )
        query = (
            select_columns(
                func.coalesce(_DETAIL, ""),
                func.coalesce(col(TicketEvent.id), 0),
                col(Case.id),
                col(Case.person_id),
                Moment(col(Case.opened_at)),
                Moment(col(TicketEvent.at)),
                Moment(col(TicketTimes.opened_at)),
                Moment(col(TicketTimes.resolved_at)),
                case((times.is_not(None), marks), else_=0),
                col(TicketTimes.handling_minutes),
                col(TicketTimes.first_response_minutes),
            )
            .select_from(Case)
            .outerjoin(TicketEvent, drawn)
            # Its times say all of a ticket but its state: a table less for half a million cases.
            .outerjoin(TicketTimes, times == col(Case.ticket_id))
            .where(
                or_(
                    col(TicketEvent.id).is_not(None),
                    and_(col(Case.opened_at) >= earliest, col(Case.opened_at) < before),
                    # So that whoever got an answer and a ticket soon after came back.
                    and_(col(TicketTimes.opened_at) >= earliest, col(Case.opened_at) < before),
                )
            )
        )
        details = Words({"": 0})
        kinds: list[Kind] = [details, WHOLE, WHOLE, Words(), *(MOMENT,) * 4, WHOLE, NUMBER, NUMBER]
        detail, event, *columns = read_columns(self._session, query, kinds)
        order = np.lexsort((event, columns[3], detail == 0))
        number, person, began, at, opened, resolved, told, *minutes = (
            column[order] for column in columns
        )
        return BegunCases(
            [json.loads(one) for one in list(details)[1:]],
            detail[order] - 1,
            *(number, person, began, at, opened, resolved),
            *(told & _WAITS > 0, told & _REOPENED > 0, told & _REASSIGNED > 0),
            *minutes,
        )

    def arms(self, before: datetime) -> list[tuple[Arm, str, Moments]]:
        """Return when cases were put into an arm before a moment, by arm and category."""
        query = (
            select_columns(_DETAIL, Moment(col(TicketEvent.at)))
            .where(_IS_DRAWN, col(TicketEvent.at) < before)
            # By the index of draws, in whose order their rows stand: by time they are all over.
            .order_by(col(TicketEvent.case_id))
        )
        details = Words()
        draw, at = read_columns(self._session, query, (details, MOMENT))
        kept = [json.loads(one) for one in details]
        return [
            (Arm(one["mode"]), one.get("category") or "", at[draw == number])
            for number, one in enumerate(kept)
        ]

    # By week -------------------------------------------------------------------------------

    def handling_cells(
        self, start: datetime, end: datetime, sources: Sequence[Source], cap: float
    ) -> list[HandlingCell]:
        """Return the tickets resolved in [start, end) by category, minutes counted up to ``cap``."""
        query, params = _cells_by(tuple(sources)), {"start": start, "end": end, "cap": cap}
        return [
            HandlingCell(category, int(n), float(mean or 0.0), int(total) - int(n))
            for category, n, mean, total in self._session.execute(query, params)
        ]

    def helped_in(
        self, categories: Sequence[str], start: datetime, end: datetime, sources: Sequence[Source]
    ) -> tuple[int, int]:
        """Return how many tickets of categories were resolved in [start, end), and helped with.

        Helped with is what Lotsen answered, categorised or suggested a category for.
        """
        answered = exists().where(
            col(TicketEvent.case_id) == col(Ticket.case_id),
            col(TicketEvent.kind) == EventKind.ANSWERED,
        )
        suggested = exists().where(
            col(Decision.ticket_id) == col(TicketTimes.ticket_id),
            col(Decision.mode).not_in(HIDDEN),
            col(Decision.decided_by).not_in(_BY_HAND),
            col(Decision.category) != "",
        )
        helped = or_(col(TicketTimes.automatic).is_(True), answered, suggested)
        query = (
            select_columns(func.count(), func.coalesce(func.sum(case((helped, 1), else_=0)), 0))
            .select_from(TicketTimes)
            .join(Ticket, col(Ticket.id) == col(TicketTimes.ticket_id))
            .where(
                col(TicketTimes.final_category).in_(categories),
                resolved_in(start, end, sources),
            )
        )
        n, of_them = self._session.execute(query).one()
        return int(n), int(of_them)

    def handling_minutes(self, start: datetime, end: datetime, sources: Sequence[Source]) -> Floats:
        """Return the known handling times of the tickets resolved in [start, end), sorted."""
        minutes = col(TicketTimes.handling_minutes)
        query = select(minutes).where(
            minutes.is_not(None),
            resolved_in(start, end, sources),
        )
        return np.sort(np.array(self._session.exec(query).all(), dtype=np.float64))

    def ways_timed(
        self, start: datetime, end: datetime, sources: Sequence[Source]
    ) -> dict[str, int]:
        """Return how many handling times of [start, end) come from which evidence (A, B, C)."""
        query = (
            select(TicketTimes.evidence, func.count())
            .where(
                col(TicketTimes.handling_minutes).is_not(None),
                resolved_in(start, end, sources),
            )
            .group_by(col(TicketTimes.evidence))
        )
        return dict(self._session.exec(query).all())

    # What still goes on --------------------------------------------------------------------

    def waiting_since(
        self, start: datetime, end: datetime, sources: Sequence[Source]
    ) -> list[datetime]:
        """Return when the tickets that still wait were opened, of those opened in [start, end)."""
        # Few wait, however many there are: by their state they are found at once.
        query = select(Ticket.opened_at).where(
            col(Ticket.status).in_(WAITING), col(Ticket.source).in_(sources)
        )
        return [at for at in self._session.exec(query) if start <= at < end]

    # Key figures of the company --------------------------------------------------------------

    def company_kpis(self) -> Sequence[CompanyKpi]:
        """Return them in the order in which they were added."""
        query = select(CompanyKpi).order_by(col(CompanyKpi.added_at), col(CompanyKpi.key))
        return self._session.exec(query).all()

    def company_kpi(self, key: str) -> CompanyKpi | None:
        return self._session.get(CompanyKpi, key)

    def latest_reading(self, key: str) -> KpiReading | None:
        """Return what was read last of a key figure: of its latest day the latest entry."""
        latest = (col(KpiReading.on_day).desc(), col(KpiReading.id).desc())
        query = select(KpiReading).where(col(KpiReading.kpi_key) == key).order_by(*latest)
        return self._session.exec(query.limit(1)).first()
