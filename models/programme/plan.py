"""The 90-day plan: begin it, see where it stands, say what is done, blocked or moved.

A task is done when somebody says so with evidence, or when the store itself can attest
it. What people say is added, never changed: `models.tables.PlanChange`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from models import starter
from models.errors import InvalidError, NotFoundError
from models.kpis.measurement import Kpis
from models.kpis.periods import day_of
from models.language import Language, Translator, words_for
from models.message import Message
from models.programme import posts, summary
from models.programme.change_requests import PlanChangeRequest, PlanProblem, validate
from models.programme.facts import Facts
from models.programme.plan_status import CHECKPOINT_KEYS, KEYS, plan_status
from models.programme.roadmap import Roadmap, roadmap_of
from models.programme.status import PlanStatus
from models.store.programme import PlanCounts
from models.store.transaction import Store, UnitOfWork
from models.tables import Person, PlanAct, PlanChange
from models.tables import Plan as PlanRow
from models.tickets.hours import Calendar
from models.value.statement.quarter_statement import Statement

# The week that begins on day 85 or later is the last one with a post: time to decide.
LAST_POST = 7 * 13
# A statement takes a while to compute; before it is due nobody asks for it.
_STATEMENT_FROM = 7 * 9
_ADD_CRITERION = "lotsen register add criteria"
_REGISTERS = (
    "use_cases", "systems", "data_sources", "skills", "risks", "ai_systems", "roles",
    "criteria",
)  # fmt: skip

StatementAt = Callable[[datetime], Statement]


@dataclass(frozen=True, slots=True)
class PlanService:
    """The 90-day plan of this company.

    Parameters
    ----------
    statement
        Computes the ROI statement as of a moment; without it week 11 is for people to attest.
    """

    store: Store
    calendar: Calendar
    kpis: Kpis
    language: Language = "sv"
    statement: StatementAt | None = None

    # What people do -------------------------------------------------------------------------

    def start(self, day: date | None, now: datetime, *, again: bool = False) -> PlanStatus:
        """Begin the plan on ``day``, or today.

        Parameters
        ----------
        again
            End the one that runs already, with all that was said of it.

        Raises
        ------
        InvalidError
            When one runs already, or for a day more than a year away: most likely a slip of
            the pen.
        """
        today = self.today(now)
        started = day or today
        if abs((started - today).days) > 366:
            raise InvalidError(f"a plan cannot start on {started}: name a day within a year")
        with self.store.begin() as unit:
            unit.lock("plan")
            running = unit.programme.current()
            if running is not None and not again:
                raise InvalidError(
                    f"a plan that began on {running.started_on} runs already: lotsen plan status "
                    "shows it; --again ends it and begins anew, with nothing done"
                )
            unit.programme.start(started, now)
        return self.status(now)

    def done(self, key: str, evidence: str, now: datetime) -> PlanStatus:
        """Say that a task is done, or a whole week such as ``w1``, and what shows it.

        Raises
        ------
        NotFoundError
            When there is no such task.
        InvalidError
            Without a plan, or without evidence.
        """
        return self.change(PlanChangeRequest(key, PlanAct.DONE, evidence), now)

    def change(self, wish: PlanChangeRequest, now: datetime) -> PlanStatus:
        """Write a wish of whoever may run commands on the machine.

        Raises
        ------
        NotFoundError
            When there is no such task.
        InvalidError
            Saying what is wrong, and what to do.
        """
        if wish.key not in KEYS and wish.key not in CHECKPOINT_KEYS:
            known = ", ".join([*CHECKPOINT_KEYS, *sorted(KEYS)])
            raise NotFoundError(f"no task {wish.key!r}; there are: {known}")
        facts = self.facts(now)
        with self.store.begin() as unit:
            problem = self.write(unit, wish, facts, by="", now=now)
        if problem:
            # What names a command names the one that a terminal has.
            values = {**problem.values, "command": _ADD_CRITERION}
            raise InvalidError(replace(problem, values=values).explain(words_for("en")))
        return self.status(now)

    def write(
        self, unit: UnitOfWork, wish: PlanChangeRequest, facts: Facts, *, by: str, now: datetime
    ) -> PlanProblem | None:
        """Write a wish if it is in order, inside a transaction; else say what is wrong.

        ``by`` is the pseudonym of who wishes it.
        """
        unit.lock("plan")
        plan = unit.programme.current()
        problem = validate(wish, self.read(unit, facts, now, "en"))
        if problem is None and plan is not None and plan.id is not None:
            unit.programme.save(
                PlanChange(
                    plan_id=plan.id,
                    key=wish.key,
                    act=wish.act,
                    told=wish.told.strip(),
                    day=wish.day,
                    owner=wish.owner,
                    by=by,
                    at=now,
                )
            )
        return problem

    # Where it stands ------------------------------------------------------------------------

    def status(self, now: datetime, language: Language | None = None) -> PlanStatus:
        """Return where the plan stands at ``now``, in words of ``language``."""
        facts = self.facts(now)
        with self.store.snapshot() as unit:
            return self.read(unit, facts, now, language)

    def read(
        self, unit: UnitOfWork, facts: Facts, now: datetime, language: Language | None = None
    ) -> PlanStatus:
        """Return where the plan stands, inside a transaction; ``facts`` were read before it."""
        plan = unit.programme.current()
        changes = unit.programme.changes(plan.id) if plan and plan.id else ()
        return plan_status(
            plan.started_on if plan else None,
            self.today(now),
            changes,
            facts,
            _names(unit, changes),
            self.calendar,
            words_for(language or self.language),
        )

    def facts(self, now: datetime, *, quick: bool = False) -> Facts:
        """Read what the store can attest at ``now``.

        ``quick`` leaves out the ROI statement, for somebody who waits.
        """
        baseline = self.kpis.baseline()
        with self.store.snapshot() as unit:
            plan = unit.programme.current()
            counted = self._counted(unit, plan, now)
            registers = {kind: unit.registers.in_use(kind) for kind in _REGISTERS}
        stated = None if quick else self._stated(plan, now)
        return Facts(counted, baseline, stated, registers, self.calendar.zone)

    def history(self, key: str) -> list[PlanChange]:
        """Return what was said of a task or a gate of the plan that runs, the newest first.

        Raises
        ------
        NotFoundError
            When there is no such task.
        """
        if key not in KEYS and key not in CHECKPOINT_KEYS:
            raise NotFoundError(f"no task {key!r}; see: lotsen plan show")
        keys = {key, key.partition(".")[0]}
        with self.store.snapshot() as unit:
            plan = unit.programme.current()
            changes = unit.programme.changes(plan.id) if plan and plan.id else ()
        return [change for change in reversed(changes) if change.key in keys]

    def roadmap(self, now: datetime) -> Roadmap:
        """Return the roadmap of the next twelve to eighteen months."""
        return roadmap_of(self.facts(now).entries("use_cases"))

    def today(self, now: datetime) -> date:
        return now.astimezone(self.calendar.zone).date()

    # What is posted -------------------------------------------------------------------------

    def week_message(self, now: datetime, language: Language | None = None) -> Message:
        """Write this week of the plan, with what can be done about its tasks."""
        return summary.week_message(self.status(now, language), self._words(language))

    def monday_message(
        self, at: datetime, now: datetime, language: Language | None = None
    ) -> Message | None:
        """Write the post of the Monday ``at``; None when no plan runs in that week.

        ``now`` says whether it comes late.
        """
        status = self.status(at, language)
        if not _running(status):
            return None
        late = self.today(now) > status.today
        return posts.monday(status, self._words(language), late=late)

    def check_in_message(
        self,
        now: datetime,
        period: str,
        missed: Sequence[str] = (),
        language: Language | None = None,
    ) -> Message | None:
        """Write the check-in of an ISO week; None when no plan runs in it.

        It asks of what was due by that week's Friday, also when it comes later. ``missed`` are
        weeks without a check-in, because Lotsen stood still.
        """
        facts = self.facts(now)
        with self.store.snapshot() as unit:
            return self.check_in(unit, facts, now, period, missed, language)

    def check_in(
        self,
        unit: UnitOfWork,
        facts: Facts,
        now: datetime,
        period: str,
        missed: Sequence[str] = (),
        language: Language | None = None,
    ) -> Message | None:
        """Write a check-in inside a transaction: it is drawn again after each answer."""
        status = self.read(unit, facts, min(now, self._end_of(period)), language)
        if not _running(status):
            return None
        late = self.today(now) > status.today
        return posts.check_in(status, period, missed, self._words(language), late=late)

    def _end_of(self, period: str) -> datetime:
        """Return the last minute of the Friday of an ISO week."""
        year, _, week = period.partition("-W")
        friday = date.fromisocalendar(int(year), int(week), 5)
        return datetime.combine(friday, time(23, 59), tzinfo=self.calendar.zone)

    def gate_message(
        self, days: Sequence[date], now: datetime, language: Language | None = None
    ) -> Message | None:
        """Ask for the decision at a gate that was due on one of ``days``; None without one."""
        status = self.status(now, language)
        due = [gate for gate in status.gates if gate.is_open and gate.due in days]
        if not due or status.stopped:
            return None
        return posts.gate(status, due[-1], days[-1].isoformat(), self._words(language))

    def overdue_message(
        self, days: Sequence[date], now: datetime, language: Language | None = None
    ) -> Message | None:
        """Tell, once, what has been overdue for two working days on one of ``days``."""
        status = self.status(now, language)
        if status.started is None or status.stopped:
            return None
        return posts.overdue(status, days, self.calendar, self._words(language))

    def roadmap_post(
        self, at: datetime, now: datetime, language: Language | None = None
    ) -> Message | None:
        """Write the roadmap in week 12 of the plan; None in any other week."""
        status = self.status(at, language)
        if status.week != len(CHECKPOINT_KEYS) or status.stopped:
            return None
        return self.roadmap_message(now, language)

    def roadmap_message(self, now: datetime, language: Language | None = None) -> Message:
        """Write the roadmap for people."""
        facts = self.facts(now)
        found = roadmap_of(facts.entries("use_cases"))
        return summary.roadmap_message(
            found, facts.entries("data_sources"), self.today(now), self._words(language)
        )

    def _words(self, language: Language | None) -> Translator:
        return words_for(language or self.language)

    def _counted(self, unit: UnitOfWork, plan: PlanRow | None, now: datetime) -> PlanCounts:
        if plan is None:
            return PlanCounts()
        start = day_of(plan.started_on).start(self.calendar.zone)
        return unit.programme.counted(start, now, besides=starter.DOCUMENT)

    def _stated(self, plan: PlanRow | None, now: datetime) -> Statement | None:
        if plan is None or self.statement is None:
            return None
        begun = (self.today(now) - plan.started_on).days >= _STATEMENT_FROM
        return self.statement(now) if begun else None


def _running(status: PlanStatus) -> bool:
    return bool(status.week) and status.day <= LAST_POST and not status.stopped


def _names(unit: UnitOfWork, changes: Sequence[PlanChange]) -> dict[str, str]:
    owners = {change.owner for change in changes if change.owner}
    people: list[Person | None] = [unit.people.get(owner) for owner in sorted(owners)]
    return {person.id: person.name or person.slack_id or "" for person in people if person}
