"""Who waited for whom, worked by hand; 23 November 2026 in Stockholm, 08:00–17:00."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from models.tables import EventKind, Source, TicketEvent
from models.tickets.hours import calendar_for
from models.tickets.times import times_of

OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))


def waits(*said: str) -> tuple[float | None, float | None, float | None, float | None]:
    events = []
    for number, line in enumerate(said, start=1):
        at, kind, *whom = line.split()
        hour, minute = map(int, at.split(":"))
        local = datetime(
            2026, 11, 23 + hour // 24, hour % 24, minute, tzinfo=ZoneInfo("Europe/Stockholm")
        )
        events.append(
            TicketEvent(
                id=number,
                ticket_id=1,
                kind=EventKind(kind),
                at=local.astimezone(UTC),
                actor="" if "nobody" in whom else "anna",
                detail={"waiting": whom[0]} if whom and whom != ["nobody"] else {},
                command_id="c",
            )
        )
    row = times_of(Source.SLACK, 1, events, OFFICE)
    return (
        row.requester_wait_minutes,
        row.waiting_on_requester_minutes,
        row.on_hold_minutes,
        row.resolution_business_minutes,
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            ("09:00 opened", "09:10 claimed", "09:40 resolved"),
            (40, 0, 0, 40),
            id="nobody waited but the asker",
        ),
        pytest.param(
            (
                "09:00 opened",
                "09:10 claimed",
                "09:20 paused requester",
                "11:20 resumed",
                "11:30 resolved",
            ),
            (30, 120, 0, 150),  # 20 + 10; 120
            id="the desk waited for the asker",
        ),
        pytest.param(
            (
                "09:00 opened",
                "09:10 claimed",
                "09:20 paused third",
                "11:20 resumed",
                "11:30 resolved",
            ),
            (150, 0, 120, 150),
            id="on hold the asker waits too",
        ),
        pytest.param(
            ("09:00 opened", "09:10 claimed", "09:20 paused", "11:20 resumed", "11:30 resolved"),
            (150, 0, 0, 150),
            id="a pause without a reason is the desk's own",
        ),
        pytest.param(
            ("09:00 opened", "09:10 claimed", "09:20 paused nonsense", "11:20 resolved"),
            (140, 0, 0, 140),
            id="an unknown reason is none",
        ),
        pytest.param(
            (
                "16:00 opened",
                "16:10 claimed",
                "16:30 paused requester",
                "33:00 resumed",
                "33:15 resolved",
            ),
            (45, 90, 0, 135),  # 30 + 15; 16:30–17:00 and 08:00–09:00
            id="only office hours are waited through",
        ),
        pytest.param(
            (
                "09:00 opened",
                "09:10 claimed",
                "09:30 resolved",
                "10:30 reopened",
                "10:40 claimed",
                "10:45 resolved",
            ),
            (45, 0, 0, 105),  # 30 + 15; the hour in between is nobody's
            id="between a resolution and a reopening nobody waited",
        ),
        pytest.param(
            (
                "09:00 opened",
                "09:10 claimed",
                "09:20 paused requester",
                "09:40 joined",
                "10:00 resolved",
            ),
            (40, 20, 0, 60),  # 20 + 20: once it is joined, the asker waits again
            id="a joined ticket waits for the desk, whatever it waited for before",
        ),
        pytest.param(
            ("09:00 opened", "09:10 claimed", "09:20 paused requester"),
            (None, None, None, None),
            id="an open ticket is censored",
        ),
        pytest.param(
            ("09:00 opened nobody", "09:30 resolved nobody"),
            (None, None, None, 30),
            id="an import tells nothing of it",
        ),
    ],
)
def test_hand_worked(
    said: tuple[str, ...], expected: tuple[float | None, float | None, float | None, float | None]
) -> None:
    assert waits(*said) == expected
