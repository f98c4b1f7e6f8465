"""Who may run a job for a period: a unique row, in any number of processes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select

from models.store.repository import Repository
from models.tables import JobRun, RunState


class JobRunRepository(Repository):
    """The job_run table."""

    def win(
        self, job: str, period: str, *, due_at: datetime, now: datetime, lease: timedelta
    ) -> bool:
        """Take the right to run ``job`` for ``period``.

        Returns
        -------
        bool
            True for the one process that took it; also for one that takes over a run
            whose process died (its lease is over) or failed.
        """
        if self._insert_once(
            JobRun,
            job=job,
            period=period,
            due_at=due_at,
            state=RunState.RUNNING,
            started_at=now,
            lease_until=now + lease,
            attempts=1,
            error="",
        ):
            return True
        run = self._locked(JobRun, (job, period))
        if run is None or not self._free(run, now):
            return False
        run.state, run.started_at, run.lease_until = RunState.RUNNING, now, now + lease
        run.attempts += 1
        self._session.add(run)
        return True

    def close(
        self,
        job: str,
        period: str,
        state: RunState,
        *,
        error: str = "",
        retry_at: datetime | None = None,
    ) -> None:
        """Write how a run ended; a failed one may be taken again from ``retry_at``."""
        run = self._locked(JobRun, (job, period))
        if run is not None:
            run.state, run.error = state, error[:500]
            run.lease_until = retry_at or run.lease_until
            self._session.add(run)

    def is_held(self, job: str, period: str, attempt: int) -> bool:
        """Return whether an attempt has the right to run still, and no other took it over."""
        run = self.find(job, period)
        return run is not None and run.state is RunState.RUNNING and run.attempts == attempt

    def reopen(self, job: str, period: str, at: datetime) -> None:
        """Let a run that failed or was passed over be taken again from ``at``."""
        run = self.find(job, period)
        if run is not None and run.state in (RunState.FAILED, RunState.SKIPPED):
            self.close(job, period, RunState.FAILED, error=run.error, retry_at=at)

    def skip(self, job: str, period: str, *, due_at: datetime, now: datetime) -> None:
        """Note a period that is passed over, unless somebody ran it."""
        if self._session.get(JobRun, (job, period)) is None:
            self._session.add(
                JobRun(
                    job=job,
                    period=period,
                    due_at=due_at,
                    state=RunState.SKIPPED,
                    started_at=now,
                    lease_until=now,
                )
            )

    def find(self, job: str, period: str) -> JobRun | None:
        return self._session.get(JobRun, (job, period))

    def of(self, job: str, limit: int = 100) -> Sequence[JobRun]:
        """Return the runs of a job, the latest period first."""
        query = select(JobRun).where(JobRun.job == job)
        return self._session.exec(query.order_by(col(JobRun.due_at).desc()).limit(limit)).all()

    @staticmethod
    def _free(run: JobRun, now: datetime) -> bool:
        return run.state in (RunState.RUNNING, RunState.FAILED) and run.lease_until <= now
