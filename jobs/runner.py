"""Run what is due: once, in any number of processes, also after a standstill.

The clock only says "now". What is due follows from the schedules and the rows of
``job_run``, so downtime, summer time and a clock that jumps lose nothing::

    tick(now) → periods due since the first tick that have no closed row
              → win the row (job, period)             one transaction
              → compose the message                   outside any
              → outbox row, kept row and DONE         one transaction

A process that dies in the middle leaves a row whose lease ends; another takes it over.
The outbox row's key makes a post unique even when a paused process wakes up late.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from jobs.timetable import Audience, Due, Job, Kept, due_between, latest_due, next_due
from models.errors import NotFoundError, describe_error
from models.language import words_for
from models.lotsen import Lotsen
from models.message import Message
from models.settings import Settings
from models.tables import JobRun, OutboxRow, PostKind, PostState, RunState

RETRIES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
# The row that remembers a job's first tick: nothing that was due before it is run.
FIRST_TICK = "first-tick"
# More rows than this are not read: two years of weeks, a hundred days of nights.
_LOOK_BACK = 100
_DEFAULT_LATE = timedelta(hours=1)
_NO_CHANNEL = "no channel"

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a period: ``ran`` says that this call ran the job to its end.

    ``message`` is what the job composed (also in a dry run), ``post_key`` the outbox
    row that carries it, ``error`` why it was not run or did not end well.
    """

    job: str
    period: str
    ran: bool
    state: RunState | None
    message: Message | None = None
    post_key: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class JobLine:
    """A line of ``lotsen jobs list``; ``last`` is None before the first run."""

    name: str
    about: str
    schedule: str
    next_due: datetime
    next_period: str
    last: JobRun | None


@dataclass(frozen=True, slots=True)
class _Agenda:
    """The due periods of a job: run these, pass over those; ``missed`` for the last one."""

    run: tuple[Due, ...]
    pass_over: tuple[Due, ...]


class Runner:
    """Runs jobs. It never reads the clock: the alarm, the command line or a test does."""

    def __init__(self, lotsen: Lotsen, jobs: Sequence[Job]) -> None:
        self._lotsen = lotsen
        self._store = lotsen.store
        self._jobs = {job.name: job for job in jobs}

    def tick(self, now: datetime, *, slow: bool | None = None) -> list[Ran]:
        """Run everything that is due; harmless to call at any time, any number of times.

        ``slow`` picks the slow jobs or the others, for an alarm of each; None is all of them.
        """
        ran: list[Ran] = []
        for job in self._jobs.values():
            if slow is not None and job.slow is not slow:
                continue
            try:
                ran.extend(self._run_due(job, now))
            except Exception:  # such as a database that is away: the next tick finds the work
                logger.exception("job_tick_failed", job=job.name)
        return ran

    def run(self, name: str, at: datetime, *, dry_run: bool = False) -> Ran:
        """Run a job for its latest period at ``at``, or only compose it.

        A period that failed or was passed over is run again; one that was done is not.

        Raises
        ------
        NotFoundError
            When there is no such job.
        """
        job = self._job(name)
        due = self._latest(job, at)
        if dry_run:
            composed = job.compose(self._lotsen, replace(due, dry_run=True), at)
            return Ran(name, due.period, ran=False, state=None, message=_message(composed))
        with self._store.begin() as unit:
            unit.lock(f"job:{name}:{due.period}")
            unit.job_runs.reopen(name, due.period, at)
        ran = self._run(job, due, at, by_hand=True)
        return ran or Ran(name, due.period, ran=False, state=self._state(name, due.period))

    def listing(self, now: datetime) -> list[JobLine]:
        """Describe every job, by name, with its next due time and its last run."""
        return [self._line(job, now) for job in self._jobs.values()]

    def _line(self, job: Job, now: datetime) -> JobLine:
        due = next_due(job.schedule, self._lotsen.calendar, now)
        schedule = job.schedule.in_words(words_for(self._lotsen.settings.lotsen_language))
        last = last_run(self._lotsen, job.name)
        return JobLine(job.name, job.about, schedule, due.at, due.period, last)

    def _job(self, name: str) -> Job:
        if name not in self._jobs:
            raise NotFoundError(f"no job {name!r}; there are: {', '.join(self._jobs)}")
        return self._jobs[name]

    def _state(self, name: str, period: str) -> RunState | None:
        with self._store.snapshot() as unit:
            run = unit.job_runs.find(name, period)
            return run.state if run else None

    # What is due ------------------------------------------------------------------------

    def _run_due(self, job: Job, now: datetime) -> list[Ran]:
        agenda = self._agenda(job, now)
        if agenda.pass_over:
            self._pass_over(job, agenda.pass_over, now)
        tried = (self._run(job, due, now) for due in agenda.run)
        return [ran for ran in tried if ran is not None]

    def _agenda(self, job: Job, now: datetime) -> _Agenda:
        dues, known = self._history(job, now, begin=True)
        free = [due for due in dues if _is_free(known.get(due.period), now)]
        fresh = [due for due in free if due.period in known or not _too_late(job, due, now)]
        if job.catch_up != "every":
            fresh = [_naming_missed(due, dues, known) for due in fresh if due == dues[-1]]
        chosen = {due.period for due in fresh}
        return _Agenda(tuple(fresh), tuple(due for due in free if due.period not in chosen))

    def _history(
        self, job: Job, now: datetime, *, begin: bool
    ) -> tuple[list[Due], dict[str, JobRun]]:
        """Return what fell due since the first tick, and the rows that are known."""
        with self._store.snapshot() as unit:
            first = unit.job_runs.find(job.name, FIRST_TICK)
            known = {run.period: run for run in unit.job_runs.of(job.name, _LOOK_BACK)}
        if first is None:
            if begin:
                self._remember_first(job, now)
            return [], known
        since = first.due_at
        if len(known) >= _LOOK_BACK:
            since = max(since, min(run.due_at for run in known.values()))
        return due_between(job.schedule, self._lotsen.calendar, since, now), known

    def _remember_first(self, job: Job, now: datetime) -> None:
        with self._store.begin() as unit:
            unit.lock(f"job:{job.name}")
            unit.job_runs.skip(job.name, FIRST_TICK, due_at=now, now=now)

    def _latest(self, job: Job, at: datetime) -> Due:
        dues, known = self._history(job, at, begin=False)
        latest = latest_due(job.schedule, self._lotsen.calendar, at)
        if job.catch_up == "every" or latest not in dues:
            return latest
        return _naming_missed(latest, dues, known)

    def _pass_over(self, job: Job, dues: Sequence[Due], now: datetime) -> None:
        with self._store.begin() as unit:
            unit.lock(f"job:{job.name}")
            for due in dues:
                run = unit.job_runs.find(job.name, due.period)
                if run is None:
                    unit.job_runs.skip(job.name, due.period, due_at=due.at, now=now)
                elif _is_free(run, now):
                    unit.job_runs.close(job.name, due.period, RunState.SKIPPED, error=run.error)
        first, last = dues[0].period, dues[-1].period
        logger.warning("job_passed_over", job=job.name, n=len(dues), first=first, last=last)

    # One run ----------------------------------------------------------------------------

    def _run(self, job: Job, due: Due, now: datetime, *, by_hand: bool = False) -> Ran | None:
        """Run one period; None when another process has the right to it."""
        attempt = self._win(job, due, now)
        if not attempt:
            return None
        if attempt > len(RETRIES) + 1 and not by_hand:
            return self._fail(job, due, attempt, now, "its process died each time")
        try:
            composed = job.compose(self._lotsen, due, now)
        except Exception as error:
            logger.exception("job_failed", job=job.name, period=due.period, attempt=attempt)
            return self._fail(job, due, attempt, now, describe_error(error))
        return self._finish(job, due, attempt, now, composed)

    def _win(self, job: Job, due: Due, now: datetime) -> int:
        """Take the right to run; the number of the attempt, or 0."""
        with self._store.begin() as unit:
            unit.lock(f"job:{job.name}:{due.period}")
            won = unit.job_runs.win(job.name, due.period, due_at=due.at, now=now, lease=job.lease)
            run = unit.job_runs.find(job.name, due.period) if won else None
            return run.attempts if run else 0

    def _finish(
        self, job: Job, due: Due, attempt: int, now: datetime, composed: Message | Kept | None
    ) -> Ran | None:
        message = _message(composed)
        channel = _channel_of(self._lotsen.settings, job.to)
        wanting = message is not None and bool(job.to) and not channel
        state = RunState.SKIPPED if wanting else RunState.DONE
        error = f"{_NO_CHANNEL}: set {' or '.join(f'LOTSEN_{to.upper()}_CHANNEL' for to in job.to)}"
        post = _post(job, due, channel, message, now) if message and channel else None
        with self._store.begin() as unit:
            # A process that was paused past its lease must not write over the one that took over.
            unit.lock(f"job:{job.name}:{due.period}")
            if not unit.job_runs.is_held(job.name, due.period, attempt):
                return None
            if post and message:
                unit.outbox.add(post, message)
                if isinstance(composed, Kept):
                    unit.job_runs.save(composed.row)
            unit.job_runs.close(job.name, due.period, state, error=error if wanting else "")
        if wanting:
            logger.warning("job_skipped", job=job.name, period=due.period, reason=error)
            return Ran(job.name, due.period, ran=False, state=state, message=message, error=error)
        logger.info("job_done", job=job.name, period=due.period, post=post.key if post else "")
        return Ran(job.name, due.period, True, state, message, post.key if post else "")

    def _fail(self, job: Job, due: Due, attempt: int, now: datetime, error: str) -> Ran | None:
        again = now + RETRIES[attempt - 1] if attempt <= len(RETRIES) else NEVER
        with self._store.begin() as unit:
            unit.lock(f"job:{job.name}:{due.period}")
            if not unit.job_runs.is_held(job.name, due.period, attempt):
                return None
            unit.job_runs.close(job.name, due.period, RunState.FAILED, error=error, retry_at=again)
        if again == NEVER:
            logger.error("job_given_up", job=job.name, period=due.period, error=error)
        return Ran(job.name, due.period, ran=False, state=RunState.FAILED, error=error)


def last_run(lotsen: Lotsen, name: str) -> JobRun | None:
    """Return a job's run for the latest period; None before the first."""
    with lotsen.store.snapshot() as unit:
        return next((run for run in unit.job_runs.of(name, 2) if run.period != FIRST_TICK), None)


def _message(composed: Message | Kept | None) -> Message | None:
    return composed.message if isinstance(composed, Kept) else composed


def _channel_of(settings: Settings, to: Sequence[Audience]) -> str:
    """Return the first channel of these that is set, or nothing."""
    named = (getattr(settings, f"lotsen_{audience}_channel") for audience in to)
    # There may be several help channels.
    first = (one if isinstance(one, str) else next(iter(one), "") for one in named)
    return next(filter(None, first), "")


def _post(job: Job, due: Due, channel: str, message: Message, now: datetime) -> OutboxRow:
    return OutboxRow(
        key=f"{job.name}:{due.period}:{channel}",
        kind=PostKind.POST,
        channel=channel,
        message=message.to_json(),
        state=PostState.READY,
        not_before=now,
        created_at=now,
    )


def _is_free(run: JobRun | None, now: datetime) -> bool:
    unfinished = (RunState.RUNNING, RunState.FAILED)
    return run is None or (run.state in unfinished and run.lease_until <= now)


def _too_late(job: Job, due: Due, now: datetime) -> bool:
    late = job.late or (_DEFAULT_LATE if job.catch_up == "skip" else None)
    return late is not None and now - due.at > late


def _naming_missed(due: Due, dues: Sequence[Due], known: dict[str, JobRun]) -> Due:
    """Return ``due`` with the periods right before it that nobody reported."""
    missed: list[str] = []
    for earlier in reversed([item for item in dues if item.at < due.at]):
        run = known.get(earlier.period)
        # Where no channel was set nobody expected a report.
        if run and (run.state is RunState.DONE or run.error.startswith(_NO_CHANNEL)):
            break
        missed.insert(0, earlier.period)
    return Due(due.period, due.at, tuple(missed))
