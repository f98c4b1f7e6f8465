"""The 90-day plan: begin it, see where it stands, mark what is done.

A checkpoint is done when somebody says so with evidence, or when the store itself can
attest it: week 6 by a frozen baseline, weeks 9 and 10 by the number of real tickets.
"""

from dataclasses import dataclass
from datetime import date, datetime

from models.errors import InvalidError, UnknownError
from models.kpis.baseline import FrozenBaseline
from models.kpis.measurement import Kpis
from models.kpis.periods import day_of
from models.language import Language, Words, words_for
from models.message import Message
from models.store.transaction import Store, Unit
from models.tables import Plan as PlanRow
from models.tickets.hours import Calendar
from models.value.checkpoints import (
    CHECKPOINTS,
    TICKETS_NEEDED,
    Checkpoint,
    CheckpointState,
    CheckpointStatus,
    PlanStatus,
    due_day,
    first_day_of,
)
from models.value.plan_report import checkpoint_message, plan_message

# The week that begins on day 85 or later is the last one with a post: time to decide.
LAST_POST = 7 * 13


@dataclass(frozen=True, slots=True)
class _Attested:
    """What the store can say by itself."""

    baseline: FrozenBaseline | None
    tickets: int


class Plan:
    """The 90-day plan of this company."""

    def __init__(
        self, store: Store, calendar: Calendar, kpis: Kpis, language: Language = "sv"
    ) -> None:
        self._store, self._calendar, self._kpis = store, calendar, kpis
        self._language: Language = language

    def start(self, day: date | None, now: datetime) -> PlanStatus:
        """Begin the plan on ``day``, or today; one that runs already ends.

        Raises
        ------
        InvalidError
            For a day more than a year away: most likely a slip of the pen.
        """
        today = self._today(now)
        started = day or today
        if abs((started - today).days) > 366:
            raise InvalidError(f"a plan cannot start on {started}: name a day within a year")
        with self._store.begin() as unit:
            unit.programme.start(started, now)
        return self.status(now)

    def done(self, key: str, evidence: str, now: datetime) -> PlanStatus:
        """Mark a checkpoint done, with a sentence that says what shows it.

        Raises
        ------
        UnknownError
            When there is no such checkpoint.
        InvalidError
            Without a plan, or without evidence.
        """
        if key not in {checkpoint.key for checkpoint in CHECKPOINTS}:
            known = ", ".join(checkpoint.key for checkpoint in CHECKPOINTS)
            raise UnknownError(f"no checkpoint {key!r}; there are: {known}")
        if not evidence.strip():
            raise InvalidError("say in a sentence what shows that it is done")
        with self._store.begin() as unit:
            plan = unit.programme.current()
            if plan is None or plan.id is None:
                raise InvalidError("no plan has begun: lotsen plan start")
            unit.programme.mark(plan.id, key, evidence.strip(), now)
        return self.status(now)

    def status(self, now: datetime, language: Language | None = None) -> PlanStatus:
        """Return where the plan stands at ``now``, in words of ``language``."""
        words = words_for(language or self._language)
        today = self._today(now)
        baseline = self._kpis.baseline()
        with self._store.snapshot() as unit:
            plan = unit.programme.current()
            marked = unit.programme.done(plan.id) if plan and plan.id else {}
            tickets = self._tickets(unit, plan, now)
        told = {key: row.evidence for key, row in marked.items()}
        attested = _Attested(baseline, tickets)
        started = plan.started_on if plan else None
        day = (today - started).days + 1 if started else 0
        return PlanStatus(
            started=started,
            today=today,
            day=max(0, day),
            week=min((day - 1) // 7 + 1, 13) if day > 0 else 0,
            checkpoints=tuple(
                self._checkpoint(item, started, today, told.get(item.key, ""), attested, words)
                for item in CHECKPOINTS
            ),
        )

    def message(self, now: datetime, language: Language | None = None) -> Message:
        """Write where the plan stands, for people."""
        return plan_message(self.status(now, language), words_for(language or self._language))

    def monday_message(
        self, at: datetime, now: datetime, language: Language | None = None
    ) -> Message | None:
        """Write the post of the Monday ``at``; None when no plan runs in that week.

        ``now`` says whether it comes late.
        """
        status = self.status(at, language)
        if not status.week or status.day > LAST_POST:
            return None
        late = self._today(now) > status.today
        return checkpoint_message(status, words_for(language or self._language), late=late)

    def _checkpoint(
        self,
        item: Checkpoint,
        started: date | None,
        today: date,
        told: str,
        attested: _Attested,
        words: Words,
    ) -> CheckpointStatus:
        shown, holds = _evidence(item.key, attested, words)
        due = due_day(item.week, started, self._calendar) if started else None
        state = CheckpointState.UPCOMING
        if started and due:
            done = bool(told) or holds
            state = _state(first_day_of(item.week, started), due, today, done=done)
        evidence = " · ".join(text for text in (told, shown) if text)
        return CheckpointStatus(item.key, item.week, words.say(item.title), due, state, evidence)

    def _tickets(self, unit: Unit, plan: PlanRow | None, now: datetime) -> int:
        if plan is None:
            return 0
        start = day_of(plan.started_on).start(self._calendar.zone)
        return unit.programme.real_tickets(start, now)

    def _today(self, now: datetime) -> date:
        return now.astimezone(self._calendar.zone).date()


def _state(first: date, due: date, today: date, *, done: bool) -> CheckpointState:
    if done:
        return CheckpointState.DONE
    if today > due:
        return CheckpointState.LATE
    return CheckpointState.DUE if today >= first else CheckpointState.UPCOMING


def _evidence(key: str, attested: _Attested, words: Words) -> tuple[str, bool]:
    """Return what the store says of a checkpoint, and whether that is enough."""
    if key == "w6" and attested.baseline:
        return _frozen(attested.baseline, words), True
    if key in TICKETS_NEEDED:
        enough = attested.tickets >= TICKETS_NEEDED[key]
        counted = words.count("{n} real ticket", "{n} real tickets", attested.tickets)
        needed = words.number(TICKETS_NEEDED[key])
        return words.say(
            "{counted} so far, {needed} needed", counted=counted, needed=needed
        ), enough
    return "", False


def _frozen(baseline: FrozenBaseline, words: Words) -> str:
    handling = baseline.estimate("handling_time")
    return words.say(
        "Baseline frozen for {first} to {last} ({n} handling times), SHA-256 {hash}",
        first=words.day(baseline.period.first_day),
        last=words.day(baseline.period.last_day),
        n=words.number(handling.n if handling else 0),
        hash=baseline.sha256[:12],
    )
