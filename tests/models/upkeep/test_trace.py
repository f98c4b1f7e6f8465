"""Why a step took long: from what inbox and outbox keep, and from nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.tables import InboxRow, InboxState, OutboxRow, PostKind, PostState
from models.upkeep.trace import Cause, Delay, Road, why_came_late, why_taken_late, why_unsent

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=4)


def command(**more: Any) -> InboxRow:
    values: dict[str, Any] = {"id": "Ev1", "kind": "post_message", "payload": "", "attempts": 1}
    when = {"received_at": NOW, "not_before": NOW, "state": InboxState.DONE}
    return InboxRow(**values | when | more)


def post(**more: Any) -> OutboxRow:
    values: dict[str, Any] = {
        "key": "case:1:ticket",
        "kind": PostKind.POST,
        "channel": "CHELP",
        "message": "",
    }
    when = {"state": PostState.SENT, "not_before": NOW, "created_at": NOW, "attempts": 1}
    return OutboxRow(**values | when | more)


@pytest.mark.parametrize(
    ("road", "cause"),
    [(Road.SLACK, Cause.DELIVERED_LATE), (Road.HISTORY, Cause.NOT_DELIVERED)],
)
def test_what_came_late_was_delivered_late_or_not_at_all(road: Road, cause: Cause) -> None:
    assert why_came_late(road, NOW, NOW + MINUTE) == Delay(MINUTE, cause)
    assert why_came_late(road, NOW, NOW + SOON) is None
    assert why_came_late(road, None, NOW) is None


@pytest.mark.parametrize(
    ("row", "others", "delay"),
    [
        (command(), 3, Delay(MINUTE, Cause.BUSY, 3)),
        (command(), 0, Delay(MINUTE, Cause.STOPPED)),
        (command(attempts=3), 9, Delay(MINUTE, Cause.FAILED, 2)),
        (command(attempts=1, state=InboxState.WAITING), 9, Delay(MINUTE, Cause.FAILED, 1)),
        (command(awaits="CHELP:1"), 9, Delay(MINUTE, Cause.HELD)),
        (command(state=InboxState.DEAD, attempts=12), 9, None),
    ],
)
def test_what_was_taken_late(row: InboxRow, others: int, delay: Delay | None) -> None:
    assert why_taken_late(row, NOW + MINUTE, others) == delay
    assert why_taken_late(row, NOW + SOON, others) is None


@pytest.mark.parametrize(
    ("row", "seen", "delay"),
    [
        (post(), {"there": 2, "anywhere": 5}, Delay(MINUTE, Cause.BUSY, 2)),
        (post(), {"anywhere": 5}, Delay(MINUTE, Cause.TURN)),
        (post(), {}, Delay(MINUTE, Cause.STOPPED)),
        (post(not_before=NOW + MINUTE), {"there": 2}, Delay(MINUTE, Cause.ASKED_TO_WAIT)),
        (post(), {"rested": NOW + SOON, "there": 2}, Delay(MINUTE, Cause.CHANNEL_RESTED)),
        (post(attempts=3, not_before=NOW + SOON), {}, Delay(MINUTE, Cause.FAILED, 2)),
        (post(attempts=3), {"above": NOW + MINUTE}, Delay(MINUTE, Cause.POST_ABOVE)),
        (post(state=PostState.READY, attempts=0), {"there": 1}, Delay(MINUTE, Cause.BUSY, 1)),
    ],
)
def test_what_was_sent_late(row: OutboxRow, seen: dict[str, Any], delay: Delay) -> None:
    nothing: dict[str, Any] = {"above": None, "rested": None, "there": 0, "anywhere": 0}
    assert why_unsent(row, NOW + MINUTE, **nothing | seen) == delay
    assert why_unsent(row, NOW + SOON, **nothing | seen) is None
