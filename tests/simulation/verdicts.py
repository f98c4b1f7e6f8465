"""What must be true when a run has settled, whatever failed on the way."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from jobs.timetable import discover, due_between
from models.commands import PostMessage
from models.desk.base.smalltalk import Reads, read
from models.desk.tickets.cards import _MARKS
from models.tables import (
    CaseMessage,
    InboxRow,
    InboxState,
    JobRun,
    LlmMonth,
    OutboxRow,
    PostKind,
    PostState,
    RunState,
    Ticket,
)
from tests.simulation.conversations import CHANNEL
from tests.simulation.office import CAP_EUROS, SUPPORT, Office
from tests.simulation.replica import JOBS
from tests.simulation.weather import BEGIN

_NO_CASE = frozenset({Reads.THANKS, Reads.ACKNOWLEDGEMENT, Reads.CLOSING, Reads.GREETING})


@dataclass(frozen=True)
class Findings:
    """What is missing, what came twice, and what else is wrong, a line each."""

    lost: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lost or self.twice or self.wrong)


def findings(office: Office) -> Findings:
    """Look at everything that is promised."""
    return Findings(
        lost=(*_not_handled(office), *_without_mark(office), *_jobs_not_done(office)),
        twice=(*_posted_twice(office), *_in_two_cases(office)),
        wrong=(*_stuck(office), *_cards(office), *_jobs_early(office), *_spent(office)),
    )


def _not_handled(office: Office) -> list[str]:
    rows = {row.id: row for row in office.rows(InboxRow)}
    gone = [one.id for one in office.events if one.id not in rows]
    wait = [row.id for row in rows.values() if row.state is InboxState.DEAD]
    due = [
        row.id
        for row in rows.values()
        if row.state is InboxState.WAITING and row.received_at <= office.weather.moment
    ]
    kinds = (("never stored", gone), ("given up", wait), ("still waits", due))
    return [f"event {one}: {how}" for how, ids in kinds for one in ids]


def _without_mark(office: Office) -> list[str]:
    shown = office.double.messages(CHANNEL)
    marked = {one.thread_ts for one in shown if one.bot}
    marked |= {one.ts for one in shown if one.reactions}
    cased = {row.ts for row in office.rows(CaseMessage)}
    lines = []
    for one in office.said.values():
        if one.place.thread_ts:
            continue
        if one.place.ts not in marked:
            lines.append(f"no mark at {one.text!r}")
        if one.place.ts not in cased and _is_a_matter(one):
            lines.append(f"in no case: {one.text!r}")
    return lines


def _is_a_matter(one: PostMessage) -> bool:
    return read(one.text).kind not in _NO_CASE


def _in_two_cases(office: Office) -> list[str]:
    counted = Counter(row.ts for row in office.rows(CaseMessage))
    return [f"message {ts} is in {n} cases" for ts, n in counted.items() if n > 1]


def _posted_twice(office: Office) -> list[str]:
    calls = office.double.calls_of("chat.postMessage")
    keys = Counter(_key(call.args.get("metadata")) for call in calls if call.status == 200)
    return [f"post {key}: {n} times" for key, n in keys.items() if key and n > 1]


def _key(metadata: object) -> str:
    return str(metadata["event_payload"]["key"]) if isinstance(metadata, dict) else ""


def _stuck(office: Office) -> list[str]:
    """Give the posts that neither went nor will go; one for one person's eyes is tried once."""
    over = (PostState.SENT, PostState.DROPPED)
    once = (PostKind.EPHEMERAL, PostState.DOUBTFUL)
    return [
        f"post {row.key}: {row.state} {row.error}"
        for row in office.rows(OutboxRow)
        if row.state not in over and (row.kind, row.state) != once
    ]


def _cards(office: Office) -> list[str]:
    posts = {row.key: row for row in office.rows(OutboxRow)}
    shown = {one.ts: one for one in office.double.messages(SUPPORT)}
    lines = []
    for ticket in office.rows(Ticket):
        row = posts.get(f"ticket:{ticket.id}:card")
        card = shown.get(row.ts) if row is not None else None
        if card is None:
            lines.append(f"ticket {ticket.id} has no card")
            continue
        words = json.dumps(list(card.blocks), ensure_ascii=False)
        if _MARKS[ticket.status] not in words:
            lines.append(f"the card of ticket {ticket.id} does not say {ticket.status}")
    return lines


def _due(office: Office) -> dict[tuple[str, str], datetime]:
    """Give what was due since the start, by the true time; of days that were missed the last."""
    calendar = office.replicas[0].lotsen.calendar
    due = {}
    for job in discover():
        if job.name in JOBS:
            for one in due_between(job.schedule, calendar, BEGIN, office.weather.moment):
                due[job.name, one.period] = one.at
    return due


def _jobs_not_done(office: Office) -> list[str]:
    runs = {(run.job, run.period): run for run in office.rows(JobRun)}
    missing = [f"{job} {period}" for job, period in _due(office) if (job, period) not in runs]
    failed = [
        f"{run.job} {run.period}: {run.state} {run.error}"
        for run in runs.values()
        if run.state in (RunState.RUNNING, RunState.FAILED)
    ]
    digests = [period for job, period in _due(office) if job == "weekly_digest"]
    posts = {row.key: row.state for row in office.rows(OutboxRow)}
    newest = [
        f"digest {period} is not shown"
        for period in digests[-1:]
        if not any(
            key.startswith(f"weekly_digest:{period}:") and state is PostState.SENT
            for key, state in posts.items()
        )
    ]
    return [f"job {one}" for one in (*missing, *failed)] + newest


def _jobs_early(office: Office) -> list[str]:
    due = _due(office)
    return [
        f"job {run.job} {run.period} ran before it was due"
        for run in office.rows(JobRun)
        if run.period != "first-tick" and (run.job, run.period) not in due
    ]


def _spent(office: Office) -> list[str]:
    return [
        f"{month.month}: the model took {month.taken_micros} of {CAP_EUROS} euros"
        for month in office.rows(LlmMonth)
        if month.taken_micros > CAP_EUROS * 1_000_000
    ]
