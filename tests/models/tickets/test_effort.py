"""Work on tickets by stretches: windows of activity, and parallel tickets on one clock.

The office works 08:00–17:00 in Stockholm; all cases lie on Monday 23 November 2026, UTC+1.
``"09:00 anna claimed"`` is an event of a ticket.
"""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tables import EventKind, TicketEvent
from models.tickets.effort import ACTIVITY, LONGEST, Effort, Stretch, effort_of, shared
from models.tickets.hours import Calendar, calendar_for

OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def event(said: str, ticket: int = 1) -> TicketEvent:
    at, actor, kind, *more = said.split()
    hour, minute = map(int, at.split(":"))
    day, hour = 23 + hour // 24, hour % 24
    by: dict[str, object] = {"by": more[0]} if kind == "categorised" else {}
    if more == ["with_main"]:
        by = {"main": 7}
    if more == ["for_asker"]:
        by = {"by": "asker"}
    return TicketEvent(
        ticket_id=ticket,
        kind=EventKind(kind),
        at=datetime(2026, 11, day, hour, minute, tzinfo=STOCKHOLM).astimezone(UTC),
        actor="" if actor == "nobody" else actor,
        detail=by or ({"minutes": float(more[0])} if more else {}),
        command_id="c",
    )


def effort(*said: str, ticket: int = 1) -> Effort:
    return effort_of(ticket, [event(line, ticket) for line in said], OFFICE)


def minutes_of(*tickets: tuple[str, ...]) -> list[float | None]:
    """Return the minutes of tickets that people worked on at the same desk."""
    efforts = [effort(*said, ticket=number) for number, said in enumerate(tickets)]
    return [
        one.minutes([s for other in efforts if other is not one for s in other.stretches])
        for one in efforts
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            ("09:00 anna responded", "09:30 anna resolved"),
            ("B", 10.0),
            id="an answer and the resolution, apart: 5 + 5",
        ),
        pytest.param(
            ("09:00 anna responded", "09:03 anna categorised person", "09:04 anna resolved"),
            ("B", 9.0),
            id="overlapping windows are one, the next act extends it: 09:00 to 09:04 + 5",
        ),
        pytest.param(
            ("09:00 anna responded", "09:02 bo responded", "09:20 anna resolved"),
            ("B", 12.0),
            id="two people within a window: the ticket's clock runs once, 7 + 5",
        ),
        pytest.param(
            ("16:58 anna responded", "16:59 anna resolved"),
            ("B", 2.0),
            id="windows end with the office: 16:58 to 17:00",
        ),
        pytest.param(
            ("20:00 anna responded", "20:01 anna resolved"),
            ("", None),
            id="in the evening only buttons count, and no 0 flatters the median",
        ),
        pytest.param(
            ("07:58 anna responded", "09:00 anna resolved"),
            ("B", 8.0),
            id="before the office opens: 08:00 to 08:03, and 5",
        ),
        pytest.param(
            ("09:30 anna resolved",), ("", None), id="a resolution alone says nothing of the work"
        ),
        pytest.param(
            ("09:00 anna responded", "09:30 anna resolved", "09:30 anna stated 25"),
            ("C", 25.0),
            id="what somebody stated is of the whole work, windows only of what was seen",
        ),
        pytest.param(
            ("09:00 anna responded", "09:10 anna claimed", "09:40 anna resolved"),
            ("A", 30.0),
            id="buttons win over windows",
        ),
        pytest.param(
            ("09:00 anna responded", "09:10 anna claimed"),
            ("", None),
            id="the clock still runs: nothing is known yet",
        ),
        pytest.param(
            ("09:00 nobody responded", "09:00 nobody categorised import", "09:30 nobody resolved"),
            ("", None),
            id="imported events are nobody's work",
        ),
        pytest.param(
            ("09:00 anna claimed", "09:10 anna joined", "10:00 anna resolved with_main"),
            ("A", 10.0),
            id="joined, its clock stops: the work from then on is the main ticket's",
        ),
        pytest.param(
            ("09:00 anna categorised person", "09:02 anna joined", "10:00 anna resolved with_main"),
            ("B", 5.0),
            id="that it is resolved with another one is no act on it",
        ),
        pytest.param(
            ("09:00 anna joined", "10:00 anna resolved with_main"),
            ("", None),
            id="joined and resolved with another one: no minutes of its own, and no 0",
        ),
        pytest.param(
            (
                "09:00 anna joined",
                "09:10 anna parted",
                "09:20 anna claimed",
                "09:35 anna resolved",
            ),
            ("A", 15.0),
            id="taken apart it is timed like any other",
        ),
        pytest.param(
            ("09:00 anna claimed", "33:00 anna resolved"),
            ("", None),
            id="left running for a day: nobody works so long, and nobody knows how long it was",
        ),
        pytest.param(
            ("16:40 anna claimed", "32:10 anna resolved"),
            ("", None),
            id="taken in the evening, resolved next morning: no 600 minutes",
        ),
        pytest.param(
            ("22:30 anna claimed", "31:10 anna resolved"),
            ("", None),
            id="through a night and below ten hours: left running all the same",
        ),
        pytest.param(
            ("23:30 anna claimed", "24:20 anna resolved"),
            ("A", 50.0),
            id="on call around midnight counts, as all buttons do outside office hours",
        ),
        pytest.param(
            ("16:40 anna claimed", "32:10 anna resolved", "32:10 anna stated 20"),
            ("C", 20.0),
            id="what somebody says counts where the clock was left running",
        ),
        pytest.param(
            ("09:00 anna claimed", "09:00 anna resolved"),
            ("", None),
            id="taken and resolved at once, after the work: unknown, no 0 that flatters the median",
        ),
        pytest.param(
            ("09:00 anna claimed", "09:00 anna resolved", "09:00 anna stated 40"),
            ("C", 40.0),
            id="and what was stated then counts",
        ),
        pytest.param(
            ("09:00 anna claimed", "09:01 anna resolved", "09:01 anna stated 5"),
            ("A", 1.0),
            id="a minute by the buttons is believed, and buttons win",
        ),
        pytest.param(
            (
                "09:00 anna claimed",
                "09:00 anna paused",
                "10:00 anna resumed",
                "10:08 anna resolved",
            ),
            ("A", 8.0),
            id="a slip of the finger takes nothing from the rest",
        ),
        pytest.param(
            (
                "09:00 anna claimed",
                "09:10 anna paused",
                "10:00 nobody resumed for_asker",
                "16:30 anna resolved",
            ),
            ("A", 10.0),
            id="the asker's answer is nobody's work, and starts no clock",
        ),
        pytest.param(
            (
                "09:00 anna claimed",
                "09:10 anna paused",
                "10:00 nobody resumed for_asker",
                "11:00 bo responded",
                "16:00 anna responded",
                "16:30 anna resolved",
            ),
            ("A", 40.0),
            id="after it the clock runs from the next act of whoever has the ticket",
        ),
        pytest.param(
            (
                "09:00 anna claimed",
                "09:10 anna paused",
                "10:00 nobody resumed for_asker",
                "11:00 anna paused",
                "12:00 anna responded",
                "13:00 bo reassigned",
                "13:05 bo resolved",
            ),
            ("A", 15.0),
            id="paused again, or taken by somebody else, it is timed as ever",
        ),
    ],
)
def test_hand_worked(said: tuple[str, ...], expected: tuple[str, float | None]) -> None:
    found = effort(*said)
    minutes = found.minutes()

    assert ("" if minutes is None else found.evidence, minutes) == expected


@pytest.mark.parametrize(
    ("tickets", "expected"),
    [
        pytest.param(
            [
                ("09:00 anna claimed", "09:30 anna resolved"),
                ("09:10 anna claimed", "09:20 anna resolved"),
            ],
            [25.0, 5.0],  # 10 + 10/2 + 10, and 10/2: 30 in all
            id="one within the other",
        ),
        pytest.param(
            [
                ("09:00 anna claimed", "09:30 anna resolved"),
                ("09:00 anna claimed", "09:30 anna resolved"),
                ("09:00 anna claimed", "09:30 anna resolved"),
            ],
            [10.0, 10.0, 10.0],
            id="three at once",
        ),
        pytest.param(
            [
                ("09:00 anna claimed", "09:30 anna resolved"),
                ("09:00 bo claimed", "09:30 bo resolved"),
            ],
            [30.0, 30.0],
            id="two people have two clocks",
        ),
        pytest.param(
            [
                ("09:00 anna claimed", "09:20 bo reassigned", "09:40 bo resolved"),
                ("09:10 anna claimed", "09:40 anna resolved"),
            ],
            [35.0, 25.0],  # Anna 10 + 10/2, then Bo 20; Anna 10/2 + 20
            id="handed on: what ran beside it is the other person's from then on",
        ),
        pytest.param(
            [
                ("09:00 anna claimed", "09:30 anna resolved"),
                ("09:10 anna responded", "09:20 anna resolved"),
            ],
            [25.0, 5.0],  # two windows of 5 within the 30, each shared by two
            id="an answer elsewhere shares the clock too",
        ),
        pytest.param(
            [
                ("09:00 anna claimed", "33:00 anna resolved"),
                ("09:10 anna claimed", "09:40 anna resolved"),
            ],
            [None, 30.0],
            id="what was left running is not known, and makes no other ticket fast",
        ),
        pytest.param(
            [("09:00 anna claimed", "09:30 anna paused"), ("09:10 anna claimed",)],
            [30.0, None],
            id="what still runs is not counted, here nor there",
        ),
    ],
)
def test_parallel_work_shares_the_clock(
    tickets: list[tuple[str, ...]], expected: list[float | None]
) -> None:
    assert minutes_of(*tickets) == pytest.approx(expected)


START = datetime(2026, 11, 23, 7, tzinfo=UTC)
KINDS = (
    *(EventKind.CLAIMED, EventKind.REASSIGNED, EventKind.RESUMED, EventKind.PAUSED),
    *(EventKind.RESOLVED, EventKind.REOPENED, EventKind.RESPONDED, EventKind.PRIORITISED),
)
happened = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(KINDS),
        st.sampled_from(["anna", "bo"]),
        st.integers(0, 60 * 40),
    ),
    min_size=1,
    max_size=40,
)


def efforts_of(lines: list[tuple[int, EventKind, str, int]]) -> dict[int, Effort]:
    events: dict[int, list[TicketEvent]] = defaultdict(list)
    for ticket, kind, actor, minute in sorted(lines, key=lambda line: line[3]):
        at = START + timedelta(minutes=minute)
        events[ticket].append(
            TicketEvent(ticket_id=ticket, kind=kind, at=at, actor=actor, command_id="c")
        )
    return {ticket: effort_of(ticket, told, OFFICE) for ticket, told in events.items()}


@given(happened)
def test_the_tickets_of_a_person_never_come_to_more_than_the_clock(
    lines: list[tuple[int, EventKind, str, int]],
) -> None:
    stretches = [s for one in efforts_of(lines).values() for s in one.stretches]

    for actor in ("anna", "bo"):
        mine = [s for s in stretches if s.actor == actor]
        parts = [shared([s], [o for o in stretches if o.ticket != s.ticket]) for s in mine]
        assert sum(parts) == pytest.approx(clock(mine))


def clock(stretches: list[Stretch]) -> float:
    """Return the minutes in which at least one of them ran, minute by minute."""
    running: set[int] = set()
    for one in stretches:
        first, last = ((at - START) // timedelta(minutes=1) for at in (one.start, one.end))
        running.update(range(first, last))
    return len(running)


@given(happened, st.randoms())
def test_the_order_of_the_others_does_not_matter(
    lines: list[tuple[int, EventKind, str, int]], chance: random.Random
) -> None:
    efforts = efforts_of(lines)
    one = next(iter(efforts.values()))
    others = [s for other in efforts.values() if other is not one for s in other.stretches]
    shuffled = list(others)
    chance.shuffle(shuffled)

    assert one.minutes(others) == one.minutes(shuffled)


@given(happened)
def test_windows_do_not_overlap_and_lie_in_office_hours(
    lines: list[tuple[int, EventKind, str, int]],
) -> None:
    for one in efforts_of(lines).values():
        if one.evidence != "B":
            continue
        for before, after in zip(one.stretches, one.stretches[1:], strict=False):
            assert before.end <= after.start
        for window in one.stretches:
            length = (window.end - window.start) / timedelta(minutes=1)
            assert 0 < length <= ACTIVITY / timedelta(minutes=1)
            assert OFFICE.business_minutes(window.start, window.end) == pytest.approx(length)


@given(happened)
def test_no_stretch_is_longer_than_anybody_works(
    lines: list[tuple[int, EventKind, str, int]],
) -> None:
    for one in efforts_of(lines).values():
        assert all(s.end - s.start <= LONGEST for s in one.stretches)


def test_without_an_office_there_are_no_windows() -> None:
    never = Calendar(STOCKHOLM, time(8), time(17), frozenset({date(2026, 11, 23)}))
    events = [event("09:00 anna responded"), event("09:30 anna resolved")]

    assert effort_of(1, events, never).evidence == ""
