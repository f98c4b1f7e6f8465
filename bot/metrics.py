"""Figures for Prometheus, read from the database when they are asked for.

No label names a person or a channel: the number of series stays small whatever the load.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from importlib.metadata import version

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bot.clock import Clock
from bot.meters import Meters, new_registry
from jobs.runner import JobLine
from models.errors import LotsenError
from models.llm.llm import llm_for
from models.lotsen import Lotsen
from models.tables import DecidedBy, EventKind, RunState
from models.upkeep.nightly import copies_in

log = structlog.get_logger(__name__)

_WEEK = timedelta(days=7)
_TIERS = (
    EventKind.ASKED,
    EventKind.ANSWERED,
    EventKind.SUGGESTED,
    EventKind.ANSWER_SOLVED,
    EventKind.OPENED,
)


class DatabaseCollector(Collector):
    """Figures of the database; while it is away there is only the one that says so."""

    def __init__(self, *sources: Callable[[], Iterable[Metric]]) -> None:
        self._sources = sources

    def collect(self) -> Iterator[Metric]:
        found: list[Metric] = []
        try:
            for source in self._sources:
                found += source()
        except LotsenError as error:
            log.warning("no figures of the database", error=str(error))
            found = []
        up = "Whether the database answers."
        yield GaugeMetricFamily("lotsen_database_up", up, value=float(bool(found)))
        yield from found


def _mailbox(lotsen: Lotsen, now: datetime) -> Iterator[Metric]:
    """How much waits in the inbox and the outbox, and for how long."""
    load = lotsen.load(now)
    for name, text, value in (
        ("lotsen_inbox_waiting", "Commands not handled yet.", load.inbox_waiting),
        ("lotsen_inbox_dead", "Commands that wait for a person.", load.inbox_dead),
        ("lotsen_inbox_oldest_seconds", "Age of the oldest command.", load.inbox_oldest_s),
        ("lotsen_outbox_waiting", "Posts not shown yet.", load.outbox_waiting),
        ("lotsen_outbox_stuck", "Posts that wait for a person.", load.outbox_stuck),
        ("lotsen_outbox_oldest_seconds", "Age of the oldest post.", load.outbox_oldest_s),
        ("lotsen_tickets", "Tickets ever made or imported.", load.tickets),
    ):
        yield GaugeMetricFamily(name, text, value=float(value))


def _inbound(lotsen: Lotsen) -> Iterator[Metric]:
    """When Slack told us something last, and how much of what it did not tell was found.

    Moments are seconds since 1970, 0 for none.
    """
    state = lotsen.inbound.state()
    for name, text, moment in (
        ("lotsen_inbound_last_event_seconds", "Last event of a message.", state.last_event),
        ("lotsen_sweep_last_seconds", "Last look into Slack's history.", state.checked_at),
        ("lotsen_socket_deaf_seconds", "Last deaf socket that was seen.", state.deaf_at),
    ):
        yield GaugeMetricFamily(name, text, value=_seconds(moment))
    text = "Messages, edits and deletions found that Slack had not delivered."
    yield CounterMetricFamily("lotsen_sweep_recovered", text, value=float(state.found))


def _jobs(lines: Iterable[JobLine]) -> Iterator[Metric]:
    """When each job began last, and whether that went well."""
    begun = GaugeMetricFamily(
        "lotsen_job_last_run_seconds",
        "Start of the last run, since 1970; 0 for none.",
        labels=["job"],
    )
    failed = GaugeMetricFamily("lotsen_job_failed", "Whether the last run failed.", labels=["job"])
    for line in lines:
        last = line.last
        begun.add_metric([line.name], _seconds(last.started_at if last else None))
        failed.add_metric([line.name], float(last is not None and last.state is RunState.FAILED))
    yield begun
    yield failed


def _model(lotsen: Lotsen, now: datetime) -> Iterator[Metric]:
    """Count what the language model was asked this month, and what that cost."""
    status = llm_for(lotsen.settings, lotsen.store).status(lotsen.settings, now)
    calls = GaugeMetricFamily(
        "lotsen_llm_calls_month", "Calls of this calendar month, by outcome.", labels=["outcome"]
    )
    for outcome, n in status.calls.items():
        calls.add_metric([outcome], float(n))
    yield calls
    for name, text, value in (
        ("lotsen_llm_taken_euros", "Taken from this month's budget.", status.taken_eur),
        ("lotsen_llm_cap_euros", "This month's budget.", status.cap_eur),
        ("lotsen_llm_on", "Whether the language model may be asked.", float(status.on)),
    ):
        yield GaugeMetricFamily(name, text, value=float(value))


def _week(lotsen: Lotsen, now: datetime) -> Iterator[Metric]:
    """Count what became of seven days' questions, and who set their tickets' categories."""
    since = now - _WEEK
    with lotsen.store.snapshot() as unit:
        steps = unit.figures.steps_since(_TIERS, since)
        deciders = unit.figures.deciders_since(since)
    for name, text, label, kinds, counts in (
        (
            "lotsen_questions_week",
            "Questions of the last seven days that were asked, answered, offered titles, ticketed.",
            "step",
            _TIERS,
            steps,
        ),
        (
            "lotsen_tickets_week",
            "Tickets opened in the last seven days, by who set their category.",
            "decided_by",
            tuple(DecidedBy),
            deciders,
        ),
    ):
        family = GaugeMetricFamily(name, text, labels=[label])
        for kind in kinds:
            family.add_metric([kind.value], float(counts.get(kind, 0)))
        yield family


def _training(lotsen: Lotsen) -> Iterator[Metric]:
    """Say when the newest classifier was trained, and whether it was good enough."""
    with lotsen.store.snapshot() as unit:
        newest = next(iter(unit.model_versions.listing(1)), None)
    for name, text, value in (
        (
            "lotsen_trained_seconds",
            "Newest training, since 1970; 0 for none.",
            _seconds(newest.created_at if newest else None),
        ),
        (
            "lotsen_trained_promoted",
            "Whether the newest training was good enough to serve.",
            float(newest is not None and newest.promoted),
        ),
    ):
        yield GaugeMetricFamily(name, text, value=value)


def _copies(lotsen: Lotsen) -> Iterator[Metric]:
    """When the newest copy of a SQLite database in the home folder was made."""
    newest = max(
        (one.stat().st_mtime for one in copies_in(lotsen.settings.lotsen_home)), default=0.0
    )
    text = "Newest copy of the database in LOTSEN_HOME, since 1970; 0 for none."
    yield GaugeMetricFamily("lotsen_backup_seconds", text, value=newest)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


class _Skew(Collector):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        text = "How far the computer's clock is ahead of the time that the bot goes by."
        offset = self._clock.offset.total_seconds()
        yield GaugeMetricFamily("lotsen_clock_offset_seconds", text, value=offset)


class _Build(Collector):
    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("lotsen_build", "This version.", {"version": version("lotsen")})


def registry(
    lotsen: Lotsen, clock: Clock, jobs: Callable[[datetime], Iterable[JobLine]] = lambda now: ()
) -> tuple[CollectorRegistry, Meters]:
    """Return what `/metrics` shows, and what this process counts for it."""
    made = new_registry()
    made.register(_Build())
    made.register(_Skew(clock))
    made.register(
        DatabaseCollector(
            lambda: _mailbox(lotsen, clock()),
            lambda: _inbound(lotsen),
            lambda: _jobs(jobs(clock())),
            lambda: _model(lotsen, clock()),
            lambda: _week(lotsen, clock()),
            lambda: _training(lotsen),
            lambda: _copies(lotsen),
        )
    )
    return made, Meters(made)
