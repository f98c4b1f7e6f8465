"""What the operator's Prometheus sees: few series, no names, also while the database is away."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.clock import MovableClock
from bot.meters import Meters
from bot.metrics import registry
from jobs.runner import Runner
from jobs.timetable import discover
from models.commands import Command
from models.errors import UnavailableError
from models.lotsen import Lotsen, open_lotsen
from models.settings import Settings
from models.tables import (
    DecidedBy,
    EventKind,
    LlmCall,
    LlmOutcome,
    PostKind,
    RunState,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
)
from tests.conftest import NOW


@pytest.fixture
def lotsen(migrated_url: str, tmp_path: Path) -> Iterator[Lotsen]:
    wanted = {"lotsen_home": tmp_path, "lotsen_database_url": migrated_url}
    opened = open_lotsen(Settings.model_validate(wanted), migrate=False)
    yield opened
    opened.close()


def samples(shown: CollectorRegistry) -> dict[str, float]:
    """Return each series with its labels, as ``name{label=value}``."""
    found = {}
    for family in text_string_to_metric_families(generate_latest(shown).decode()):
        for one in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sorted(one.labels.items()))
            found[f"{one.name}{{{labels}}}" if labels else one.name] = one.value
    return found


def watched(lotsen: Lotsen) -> tuple[CollectorRegistry, Meters]:
    return registry(lotsen, MovableClock(NOW), Runner(lotsen, discover()).listing)


def event(kind: EventKind, case_id: int, at: datetime) -> TicketEvent:
    return TicketEvent(kind=kind, case_id=case_id, at=at, command_id=f"{kind}{case_id}{at}")


def test_the_week_and_the_newest_training_can_be_watched(lotsen: Lotsen) -> None:
    with lotsen.store.begin() as unit:
        for number, (who, age) in enumerate(
            ((DecidedBy.CLASSIFIER, 1), (DecidedBy.CLASSIFIER, 6), (DecidedBy.PERSON, 8))
        ):
            at = NOW - timedelta(days=age)
            ticket = Ticket(source=Source.SLACK, status=Status.NEW, decided_by=who, opened_at=at)
            unit.tickets.add_ticket(ticket, TicketText(ticket_id=0, body=str(number)))
            for kind in (EventKind.ASKED, EventKind.OPENED):
                unit._session.add(event(kind, number, at))
        unit._session.add(event(EventKind.ASKED, 1, NOW))  # asked twice

    shown = samples(watched(lotsen)[0])

    assert shown["lotsen_questions_week{step=asked}"] == 2
    assert shown["lotsen_questions_week{step=opened}"] == 2
    assert shown["lotsen_questions_week{step=answered}"] == 0
    assert shown["lotsen_tickets_week{decided_by=classifier}"] == 2
    assert shown["lotsen_tickets_week{decided_by=person}"] == 0
    assert (shown["lotsen_trained_seconds"], shown["lotsen_trained_promoted"]) == (0, 0)


def test_jobs_model_and_copies_can_be_watched(lotsen: Lotsen) -> None:
    with lotsen.store.begin() as unit:
        unit.job_runs.skip("backup", "2026-11-22", due_at=NOW, now=NOW)
        unit.job_runs.close("backup", "2026-11-22", RunState.FAILED, error="no room")
        call = LlmCall(
            at=NOW, month="2026-11", purpose="triage", model="m", prompt_version="1",
            outcome=LlmOutcome.TIMEOUT, reserved_micros=1, lease_until=NOW,
        )  # fmt: skip
        unit.llm_calls._session.add(call)
    copies = lotsen.settings.lotsen_home / "backups"
    copies.mkdir()
    (copies / "lotsen-2026-11-22.db").touch()

    found = samples(watched(lotsen)[0])

    assert found["lotsen_database_up"] == 1
    assert found["lotsen_job_failed{job=backup}"] == 1
    assert found["lotsen_job_last_run_seconds{job=backup}"] == NOW.timestamp()
    assert found["lotsen_job_failed{job=weekly_digest}"] == 0
    assert found["lotsen_llm_calls_month{outcome=timeout}"] == 1
    assert found["lotsen_llm_cap_euros"] == lotsen.settings.lotsen_llm_monthly_cap
    assert found["lotsen_backup_seconds"] > 0
    assert found["lotsen_build_info{version=0.1.0}"] == 1


def test_while_the_database_is_away_the_rest_still_stands(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(lotsen: Lotsen, now: datetime) -> None:
        raise UnavailableError("the database does not answer")

    shown, meters = watched(lotsen)
    meters.posts.labels("post", "refused").inc()
    monkeypatch.setattr(Lotsen, "load", away)

    found = samples(shown)

    assert found["lotsen_database_up"] == 0
    assert found["lotsen_posts_total{kind=post,result=refused}"] == 1
    assert "lotsen_inbox_waiting" not in found


def test_there_are_few_series_whatever_happens(lotsen: Lotsen) -> None:
    """Labels are words of the code: kinds of commands and posts, results, jobs, outcomes."""
    shown, meters = watched(lotsen)
    for command in get_args(get_args(Command)[0]):
        kind = command.__dataclass_fields__["type"].default
        for result in ("handled", "failed", "dead"):
            meters.commands.labels(kind, result).inc()
    for kind in PostKind:
        for result in ("shown", "refused", "unclear"):
            meters.posts.labels(kind.value, result).inc()
    assert len(samples(shown)) <= 500
