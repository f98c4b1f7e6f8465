"""A ticket's times, worked by hand beside each case.

The office works 08:00–17:00 in Stockholm. Monday 23 November 2026 is the day, UTC+1,
unless a case says otherwise; ``"09:00"`` below is local time.
"""

import random
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidError
from models.tables import EventKind, Source, TicketEvent, TicketTimes
from models.tickets.hours import calendar_for
from models.tickets.times import times_of

OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
STOCKHOLM = ZoneInfo("Europe/Stockholm")
AGENT = "5c1f"


def event(said: str) -> TicketEvent:
    """Read ``"09:00 claimed"``, ``"tue 09:00 paused"`` or ``"09:00 stated minutes=5"``."""
    words = said.split()
    day = {"tue": 24, "fri": 27, "sat": 28, "mon": 30}.get(words[0], 23)
    if words[0].isalpha():
        words.pop(0)
    hour, minute = map(int, words[0].split(":"))
    kind = EventKind(words[1])
    detail: dict[str, Any] = {}
    for pair in words[2:]:
        key, value = pair.split("=")
        detail[key] = float(value) if value.lstrip("-").isdigit() else value
    no_actor = (EventKind.OPENED, EventKind.ACKNOWLEDGED, EventKind.STATED)
    actor = "" if kind in no_actor or detail.pop("actor", "") == "nobody" else AGENT
    at = datetime(2026, 11, day, hour, minute, tzinfo=STOCKHOLM)
    return TicketEvent(ticket_id=1, kind=kind, at=at, actor=actor, detail=detail, command_id="c")


def times(*said: str) -> TicketTimes:
    events = [event(line) for line in said]
    for number, row in enumerate(events, start=1):
        row.id = number
    return times_of(Source.SLACK, 1, events, OFFICE)


class Worked(NamedTuple):
    name: str
    events: list[str]
    expected: dict[str, object]


CASES = [
    Worked(
        "nothing has happened yet: all is censored",
        ["09:00 opened"],
        {
            "ack_minutes": None,
            "first_response_minutes": None,
            "triage_minutes": None,
            "handling_minutes": None,
            "resolution_minutes": None,
            "resolution_business_minutes": None,
            "resolved_at": None,
            "evidence": "",
            "category": "",
            "automatic": False,
            "reopened": 0,
            "reassigned": 0,
        },
    ),
    Worked(
        "claim and resolve: 09:10 to 09:40 is 30 of handling, 40 to the resolution",
        ["09:00 opened", "09:10 claimed", "09:40 resolved"],
        {
            "handling_minutes": 30,
            "evidence": "A",
            "first_response_minutes": 10,
            "resolution_minutes": 40,
            "resolution_business_minutes": 40,
        },
    ),
    Worked(
        "a pause does not count: 10 + 20",
        ["09:00 opened", "09:10 claimed", "09:20 paused", "11:00 resumed", "11:20 resolved"],
        {"handling_minutes": 30, "resolution_minutes": 140},
    ),
    Worked(
        "two pauses: 5 + 10 + 15",
        [
            "09:00 opened",
            "09:00 claimed",
            "09:05 paused",
            "10:00 resumed",
            "10:10 paused",
            "12:00 resumed",
            "12:15 resolved",
        ],
        {"handling_minutes": 30},
    ),
    Worked(
        "resolved while paused: what was worked before counts, 10",
        ["09:00 opened", "09:10 claimed", "09:20 paused", "15:00 resolved"],
        {"handling_minutes": 10, "resolution_minutes": 360},
    ),
    Worked(
        "work in the evening counts as handling (60), not as office time (17:00 - 16:00 = 60)",
        ["16:00 opened", "18:00 claimed", "19:00 resolved"],
        {
            "handling_minutes": 60,
            "resolution_minutes": 180,
            "resolution_business_minutes": 60,
            "first_response_minutes": 60,
        },
    ),
    Worked(
        "overnight: Monday 16:30 to Tuesday 08:30 is 30 + 30 in the office, 16 h by the clock",
        ["16:30 opened", "tue 08:20 claimed", "tue 08:30 resolved"],
        {
            "first_response_minutes": 50,
            "resolution_business_minutes": 60,
            "resolution_minutes": 960,
            "handling_minutes": 10,
        },
    ),
    Worked(
        "over the weekend: Friday 16:00 to Monday 09:00 is 60 + 60, 65 h by the clock",
        ["fri 16:00 opened", "mon 08:30 claimed", "mon 09:00 resolved"],
        {
            "first_response_minutes": 90,
            "resolution_business_minutes": 120,
            "resolution_minutes": 3900,
        },
    ),
    Worked(
        "opened on Saturday, the office clock starts on Monday: 15",
        ["sat 12:00 opened", "mon 08:15 claimed"],
        {"first_response_minutes": 15},
    ),
    Worked(
        "still being worked on: no handling time yet",
        ["09:00 opened", "09:10 claimed"],
        {"handling_minutes": None, "evidence": "", "first_response_minutes": 10},
    ),
    Worked(
        "paused and open: the finished stretch is known, 20",
        ["09:00 opened", "09:10 claimed", "09:30 paused"],
        {"handling_minutes": 20, "resolution_minutes": None},
    ),
    Worked(
        "reopened: not resolved any more, the work done so far stays",
        ["09:00 opened", "09:10 claimed", "09:20 resolved", "10:00 reopened"],
        {
            "resolution_minutes": None,
            "resolution_business_minutes": None,
            "resolved_at": None,
            "handling_minutes": 10,
            "reopened": 1,
        },
    ),
    Worked(
        "reopened, claimed, resolved: 10 + 5 of handling, 120 to the last resolution",
        [
            "09:00 opened",
            "09:10 claimed",
            "09:20 resolved",
            "10:00 reopened",
            "10:55 claimed",
            "11:00 resolved",
        ],
        {"handling_minutes": 15, "resolution_minutes": 120, "reopened": 1},
    ),
    Worked(
        "reopened twice",
        [
            "09:00 opened",
            "09:10 claimed",
            "09:20 resolved",
            "10:00 reopened",
            "10:05 resolved",
            "10:10 reopened",
            "10:30 resolved",
        ],
        {"handling_minutes": 10, "resolution_minutes": 90, "reopened": 2},
    ),
    Worked(
        "reassigned: the clock runs on, 10 + 20, whoever works",
        ["09:00 opened", "09:10 claimed", "09:20 reassigned", "09:40 resolved"],
        {"handling_minutes": 30, "reassigned": 1},
    ),
    Worked(
        "closing after resolving changes nothing",
        ["09:00 opened", "09:10 claimed", "09:40 resolved", "fri 09:40 closed"],
        {"handling_minutes": 30, "resolution_minutes": 40},
    ),
    Worked(
        "resolved without a claim: a first response, but nobody knows how long it took",
        ["09:00 opened", "09:30 resolved"],
        {"handling_minutes": None, "evidence": "", "first_response_minutes": 30},
    ),
    Worked(
        "no buttons, stated minutes count",
        ["09:00 opened", "09:30 resolved", "09:30 stated minutes=12"],
        {"handling_minutes": 12, "evidence": "C"},
    ),
    Worked(
        "the last statement corrects the first",
        ["09:00 opened", "09:30 stated minutes=12", "10:00 stated minutes=8"],
        {"handling_minutes": 8, "evidence": "C"},
    ),
    Worked(
        "buttons win over a statement",
        ["09:00 opened", "09:10 claimed", "09:40 resolved", "09:40 stated minutes=5"],
        {"handling_minutes": 30, "evidence": "A"},
    ),
    Worked(
        "nonsense that was stated is not believed",
        ["09:00 opened", "09:30 stated minutes=-5", "09:31 stated minutes=nan"],
        {"handling_minutes": None, "evidence": ""},
    ),
    Worked(
        "the bot's sign is no human response",
        ["09:00 opened", "09:01 acknowledged", "09:25 responded"],
        {"ack_minutes": 1, "first_response_minutes": 25},
    ),
    Worked(
        "a claim is seen in the thread, so it is the first response when it comes first",
        ["09:00 opened", "09:05 claimed", "09:25 responded"],
        {"first_response_minutes": 5},
    ),
    Worked(
        "words before the claim come first",
        ["09:00 opened", "09:03 responded", "09:25 claimed"],
        {"first_response_minutes": 3},
    ),
    Worked(
        "an import that knows no first response claims none",
        ["09:00 opened", "09:30 resolved actor=nobody"],
        {"first_response_minutes": None, "resolution_minutes": 30},
    ),
    Worked(
        "an import that knows it says so",
        ["09:00 opened", "09:12 responded actor=nobody", "09:30 resolved actor=nobody"],
        {"first_response_minutes": 12},
    ),
    Worked(
        "the classifier was first, a person corrected it",
        [
            "09:00 opened",
            "09:01 categorised category=vpn by=classifier",
            "09:30 categorised category=wifi by=person",
        ],
        {"automatic": True, "category": "vpn", "final_category": "wifi", "triage_minutes": 1},
    ),
    Worked(
        "a person was first",
        ["09:00 opened", "09:20 categorised category=vpn by=person"],
        {"automatic": False, "category": "vpn", "triage_minutes": 20},
    ),
    Worked(
        "unsure: no category is no category",
        ["09:00 opened", "09:01 categorised category= by=nobody", "09:20 categorised category=vpn"],
        {"automatic": False, "category": "vpn", "triage_minutes": 20},
    ),
    Worked(
        "an imported category does not say when it was decided",
        ["09:00 opened", "09:00 categorised category=vpn by=import"],
        {"triage_minutes": None, "category": "vpn", "automatic": False},
    ),
    Worked(
        "imported counts are believed",
        ["09:00 opened", "09:00 stated reopened=2 reassigned=3", "09:30 resolved actor=nobody"],
        {"reopened": 2, "reassigned": 3, "handling_minutes": None, "resolution_minutes": 30},
    ),
    Worked(
        "a clock that ran backwards gives 0, never less",
        ["09:00 opened", "08:55 acknowledged", "08:50 claimed", "08:58 resolved"],
        {
            "ack_minutes": 0,
            "first_response_minutes": 0,
            "resolution_minutes": 0,
            "resolution_business_minutes": 0,
            "handling_minutes": 8,
        },
    ),
    Worked(
        "without OPENED the first sign counts as opening",
        ["09:10 claimed", "09:40 resolved"],
        {"resolution_minutes": 30, "first_response_minutes": 0},
    ),
    Worked(
        "taken back while somebody worked on it: the work was done, 10",
        ["09:00 opened", "09:05 claimed", "09:15 withdrawn"],
        {"handling_minutes": 10, "resolution_minutes": None},
    ),
    Worked(
        "on hold overnight: 16:30–16:50 and 08:10–08:40 is 20 + 30; the office counts on hold "
        "too, 16:00–17:00 and 08:00–08:40 is 60 + 40",
        [
            "16:00 opened",
            "16:30 claimed",
            "16:50 paused",
            "tue 08:10 resumed",
            "tue 08:40 resolved",
        ],
        {"handling_minutes": 50, "resolution_business_minutes": 100, "resolution_minutes": 1000},
    ),
    Worked(
        "waiting over a weekend: Friday 15:00–15:10, Monday 09:00–09:05 is 10 + 5; the office "
        "had Friday 14:30–17:00 and Monday 08:00–09:05, 150 + 65",
        [
            "fri 14:30 opened",
            "fri 15:00 claimed",
            "fri 15:10 paused",
            "mon 09:00 resumed",
            "mon 09:05 resolved",
        ],
        {"handling_minutes": 15, "resolution_business_minutes": 215, "first_response_minutes": 30},
    ),
    Worked(
        "claimed by two at once: the ticket's clock runs once, 09:10–09:40 is 30",
        ["09:00 opened", "09:10 claimed", "09:20 claimed", "09:40 resolved"],
        {"handling_minutes": 30, "evidence": "A"},
    ),
    Worked(
        "handed on while on hold: whoever gets it has begun, 09:10–09:20 and 10:00–10:15 is 25",
        ["09:00 opened", "09:10 claimed", "09:20 paused", "10:00 reassigned", "10:15 resolved"],
        {"handling_minutes": 25, "reassigned": 1},
    ),
    Worked(
        "resolved twice without being reopened: the last one counts, 09:00–11:00 is 120",
        ["09:00 opened", "09:10 claimed", "09:40 resolved", "11:00 resolved"],
        {"handling_minutes": 30, "resolution_minutes": 120, "reopened": 0},
    ),
    Worked(
        "stated at each of two resolutions: the last statement is of the whole, 25",
        [
            "09:00 opened",
            "09:30 resolved",
            "09:30 stated minutes=12",
            "10:00 reopened",
            "10:30 resolved",
            "10:30 stated minutes=25",
        ],
        {"handling_minutes": 25, "evidence": "C", "reopened": 1, "resolution_minutes": 90},
    ),
    Worked(
        "reopened over the weekend and resolved on Monday at once: 10 + 0 of handling; Friday "
        "16:30–17:00 and Monday 08:00–08:20 is 30 + 20",
        [
            "fri 16:30 opened",
            "fri 16:40 claimed",
            "fri 16:50 resolved",
            "sat 10:00 reopened",
            "mon 08:20 resolved",
        ],
        {"handling_minutes": 10, "resolution_business_minutes": 50, "reopened": 1},
    ),
    Worked(
        "a resume without a claim starts the clock all the same: 5",
        ["09:00 opened", "09:10 resumed", "09:15 resolved"],
        {"handling_minutes": 5},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hand_worked(case: Worked) -> None:
    row = times(*case.events)

    assert {key: getattr(row, key) for key in case.expected} == case.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_order_of_arrival_does_not_matter(case: Worked) -> None:
    events = [event(line) for line in case.events]
    for number, row in enumerate(events, start=1):
        row.id = number
    shuffled = list(events)
    random.Random(7).shuffle(shuffled)

    assert times_of(Source.SLACK, 1, shuffled, OFFICE) == times_of(Source.SLACK, 1, events, OFFICE)


def test_summer_time_in_between_does_not_bend_the_clock() -> None:
    # Friday 27 March 16:00 (UTC+1) to Monday 30 March 09:00 (UTC+2): 64 h, 120 office minutes.
    opened = datetime(2026, 3, 27, 16, tzinfo=STOCKHOLM)
    resolved = datetime(2026, 3, 30, 9, tzinfo=STOCKHOLM)
    utc = ZoneInfo("UTC")
    events = [
        TicketEvent(ticket_id=1, kind=kind, at=at.astimezone(utc), actor=AGENT, command_id="c")
        for kind, at in ((EventKind.OPENED, opened), (EventKind.RESOLVED, resolved))
    ]

    row = times_of(Source.SLACK, 1, events, OFFICE)

    assert row.resolution_minutes == 64 * 60
    assert row.resolution_business_minutes == 120


@pytest.mark.parametrize(
    ("day", "minutes"),
    [
        ((2026, 3, 29), 60),  # 01:30 (UTC+1) is 00:30 UTC, 03:30 (UTC+2) is 01:30 UTC: 1 hour
        ((2026, 10, 25), 180),  # 01:30 (UTC+2) is 23:30 UTC, 03:30 (UTC+1) is 02:30 UTC: 3 hours
        ((2026, 11, 22), 120),  # an ordinary Sunday
    ],
)
def test_work_in_the_night_of_the_change_is_as_long_as_it_was(
    day: tuple[int, int, int], minutes: float
) -> None:
    times_ = ((EventKind.CLAIMED, 1), (EventKind.RESOLVED, 3))
    events = [
        TicketEvent(
            ticket_id=1,
            kind=kind,
            at=datetime(*day, hour, 30, tzinfo=STOCKHOLM).astimezone(ZoneInfo("UTC")),
            actor=AGENT,
            command_id="c",
        )
        for kind, hour in times_
    ]

    row = times_of(Source.SLACK, 1, events, OFFICE)

    assert (row.handling_minutes, row.resolution_minutes) == (minutes, minutes)
    assert row.resolution_business_minutes == 0


def test_there_are_cases_enough_to_trust_the_clock() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 40


def test_a_ticket_without_events_has_no_times() -> None:
    with pytest.raises(InvalidError, match="ticket 1 has no events"):
        times_of(Source.SLACK, 1, [], OFFICE)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(EventKind),
            st.timedeltas(timedelta(0), timedelta(days=40)),
            st.dictionaries(
                st.sampled_from(["minutes", "category", "by", "reopened"]),
                st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=3)),
            ),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_no_disorder_ever_gives_a_negative_time(
    happened: list[tuple[EventKind, timedelta, dict[str, Any]]],
) -> None:
    start = datetime(2026, 3, 1, tzinfo=ZoneInfo("UTC"))
    events = [
        TicketEvent(ticket_id=1, kind=kind, at=start + after, detail=detail, command_id="c")
        for kind, after, detail in happened
    ]

    row = times_of(Source.SLACK, 1, events, OFFICE).model_dump()

    assert all(
        value is None or value >= 0 for name, value in row.items() if name.endswith("minutes")
    )
    assert row["reopened"] >= 0
    assert (row["resolution_minutes"] is None) == (row["resolved_at"] is None)
