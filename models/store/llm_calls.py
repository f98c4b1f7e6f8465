"""Calls of the language model, and what a month of them takes from its budget."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from math import ceil

from sqlalchemy import ColumnElement
from sqlmodel import case, col, func, select, update

from models.store.audit import METERED
from models.store.repository import Repository
from models.tables import CostEntry, CostKind, LlmCall, LlmMonth, LlmOutcome

_MICROS_A_CENT = 10_000


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a call ended and what it cost, in millionths of a euro."""

    outcome: LlmOutcome
    answer: str
    detail: str
    tokens_in: int
    tokens_out: int
    cost_micros: int
    latency_ms: float


@dataclass(frozen=True, slots=True)
class CallLimits:
    """What may be taken of a month's cap, by the sandbox and by one person, and calls of a day."""

    sandbox_micros: int
    person_micros: int
    person_calls: int


class Refused(StrEnum):
    """What is used up."""

    SANDBOX = "the sandbox's part of the month's cap"
    PERSON = "this person's calls of today"
    PERSON_SHARE = "this person's part of the month's cap"


class LlmCallRepository(Repository):
    """The tables llm_call and llm_month.

    Rows are locked in the order call, month: two transactions never wait for each other.
    """

    def used_up(self, call: LlmCall, limits: CallLimits, day_began: datetime) -> Refused | None:
        """Return what is used up for this call, beside the month's cap; None where nothing is."""
        self._locked(LlmMonth, call.month)  # nobody else counts meanwhile
        if self._has_enough(call, limits, day_began):
            return Refused.PERSON
        if not call.reserved_micros:  # what costs nothing needs no share
            return None
        theirs = self._taken(call.month, LlmCall.person == call.person) if call.person else 0
        if call.person and theirs + call.reserved_micros > limits.person_micros:
            return Refused.PERSON_SHARE
        if call.in_sandbox:
            tried_out = self._taken(call.month, col(LlmCall.in_sandbox).is_(True))
            if tried_out + call.reserved_micros > limits.sandbox_micros:
                return Refused.SANDBOX
        return None

    def reserve(
        self, call: LlmCall, cap_micros: int, *, day: date, now: datetime, per_euro: float = 1.0
    ) -> bool:
        """Take the call's ``reserved_micros`` from its month, and store it as pending.

        Parameters
        ----------
        per_euro
            What a euro costs in the company's currency; that of its first call holds for a month.

        Returns
        -------
        bool
            False, and nothing stored, when the month would exceed ``cap_micros``.
        """
        self._close_abandoned(day, now)
        self._insert_once(
            LlmMonth,
            month=call.month,
            taken_micros=0,
            spent_micros=0,
            booked_cents=0,
            per_euro=per_euro,
        )
        query = update(LlmMonth).where(col(LlmMonth.month) == call.month)
        if call.reserved_micros:  # what costs nothing needs no cap
            query = query.where(col(LlmMonth.taken_micros) + call.reserved_micros <= cap_micros)
        taken = col(LlmMonth.taken_micros) + call.reserved_micros
        changed = self._session.execute(
            query.values(taken_micros=taken).returning(col(LlmMonth.month)),
            execution_options={"synchronize_session": False},
        )
        if changed.first() is None:
            return False
        self.save(call)
        return True

    def _has_enough(self, call: LlmCall, limits: CallLimits, day_began: datetime) -> bool:
        """Return whether the person's calls of the day are used up."""
        query = select(func.count()).where(
            LlmCall.person == call.person, LlmCall.at >= day_began, LlmCall.at <= call.at
        )
        return bool(call.person) and self._session.exec(query).one() >= limits.person_calls

    def _taken(self, month: str, by: ColumnElement[bool] | bool) -> int:
        """Return what some calls took of a month, those under way with the most they can cost."""
        taken = case(
            (col(LlmCall.outcome) == LlmOutcome.PENDING, col(LlmCall.reserved_micros)),
            else_=col(LlmCall.cost_micros),
        )
        query = select(func.coalesce(func.sum(taken), 0)).where(LlmCall.month == month, by)
        return int(self._session.exec(query).one())

    def settle(self, call_id: int, settlement: Settlement, *, day: date, now: datetime) -> None:
        """Write how a pending call ended, give back what it did not cost, and book the rest."""
        call = self._locked(LlmCall, call_id)
        if call is None or call.outcome is not LlmOutcome.PENDING:
            return  # it was given up meanwhile, and counts as reserved
        call.outcome, call.answer = settlement.outcome, settlement.answer
        call.detail, call.latency_ms = settlement.detail[:200], settlement.latency_ms
        call.tokens_in, call.tokens_out = settlement.tokens_in, settlement.tokens_out
        self._spend(call, settlement.cost_micros, day, now)

    def find(self, call_id: int) -> LlmCall | None:
        return self._session.get(LlmCall, call_id)

    def month(self, month: str) -> LlmMonth | None:
        """Return what a month (``2026-11``) takes, if there was any call."""
        return self._session.get(LlmMonth, month)

    def months_of(self, year: int) -> list[LlmMonth]:
        """Return what the months of a year take, of those with any call, in their order."""
        query = select(LlmMonth).where(col(LlmMonth.month).like(f"{year:04}-%"))
        return list(self._session.exec(query.order_by(col(LlmMonth.month))).all())

    def outcomes(self, month: str) -> dict[str, int]:
        """Return how many calls of a month ended how."""
        query = (
            select(LlmCall.outcome, func.count())
            .where(LlmCall.month == month)
            .group_by(col(LlmCall.outcome))
            .order_by(col(LlmCall.outcome))
        )
        return {str(outcome): n for outcome, n in self._session.exec(query).all()}

    def latest(self, limit: int = 50) -> list[LlmCall]:
        """Return the last calls, the newest first."""
        query = select(LlmCall).order_by(col(LlmCall.id).desc()).limit(limit)
        return list(self._session.exec(query).all())

    def _close_abandoned(self, day: date, now: datetime) -> None:
        """Count calls as spent whose process died before it could settle them."""
        query = (
            select(LlmCall)
            .where(LlmCall.outcome == LlmOutcome.PENDING, LlmCall.lease_until <= now)
            .order_by(col(LlmCall.id))
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        for call in self._session.exec(query).all():
            call.outcome = LlmOutcome.ABANDONED
            self._spend(call, call.reserved_micros, day, now)

    def _spend(self, call: LlmCall, cost_micros: int, day: date, now: datetime) -> None:
        call.cost_micros = min(cost_micros, call.reserved_micros)
        self._session.add(call)
        month = self._locked(LlmMonth, call.month)
        if month is not None:
            month.taken_micros += call.cost_micros - call.reserved_micros
            month.spent_micros += call.cost_micros
            self._book(month, day, now)
            self._session.add(month)
        self._session.flush()

    def _book(self, month: LlmMonth, day: date, now: datetime) -> None:
        """Bring the ledger to what the month cost so far, in whole cents, rounded up."""
        spent = ceil(month.spent_micros * Fraction(str(month.per_euro)) / _MICROS_A_CENT)
        cents = spent - month.booked_cents
        if cents <= 0:
            return
        entry = self._session.get(CostEntry, month.entry_id) if month.entry_on == day else None
        if entry is None:
            entry = CostEntry(
                kind=CostKind.CLOUD,
                description=METERED,
                cents=0,
                booked_on=day,
                recorded_at=now,
            )
        entry.cents += cents
        entry.recorded_at = now
        self.save(entry)
        month.entry_id, month.entry_on = entry.id, day
        month.booked_cents += cents
