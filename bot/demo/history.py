"""Makes up the help-desk history of Fyrholmen AB, a company that does not exist."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from itertools import count, product
from math import exp
from random import Random

PEOPLE, TICKETS_A_WEEK = 120, 22
OPENS, CLOSES = time(7, 30), time(17, 30)
MINUTES_A_DAY = 600
# Five office days lie in any seven days, so with this cap only the last week has open tickets.
LONGEST_RESOLUTION = 4.5 * MINUTES_A_DAY
# Monday is the busiest day; Saturday and Sunday happen, but seldom.
WEEKDAY_WEIGHTS = (1.35, 1.1, 1.0, 0.95, 0.8, 0.03, 0.05)
HOUR_WEIGHTS = {
    6: 0.1, 7: 0.9, 8: 2.0, 9: 2.0, 10: 1.6, 11: 1.1, 12: 0.6,
    13: 1.5, 14: 1.3, 15: 1.1, 16: 0.7, 17: 0.3, 20: 0.1,
}  # fmt: skip
RESPONSE_MINUTES = {"low": 80.0, "normal": 45.0, "high": 15.0}
WAITING_FACTOR = {"low": 16.0, "normal": 9.0, "high": 2.0}
REOPENED_SHARE = 0.05
REASSIGNED_SHARE = 0.12
LEFT_OPEN_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    locale: str
    team: str
    role: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    text: str
    language: str
    category: str
    priority: str
    handling_minutes: int


@dataclass(frozen=True, slots=True)
class _Material:
    requesters: dict[str, list[_Person]]
    patterns: list[_Pattern]
    phrases: dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class _Course:
    first_response_at: datetime
    resolved_at: datetime
    closed_at: datetime
    handling_minutes: int
    reopen_count: int
    reassignment_count: int


def made_up_tickets(
    until: date, weeks: int, seed: int, people: int = PEOPLE
) -> list[dict[str, str]]:
    """Make up rows for the ticket import, as a small help desk would have left them behind.

    Parameters
    ----------
    until : date
        The first day that is not covered; what would happen later is still empty.
    weeks : int
        How many weeks before `until` the history begins.
    seed : int
        The same seed gives the same rows.
    people : int
        How many work there: so many may ask, and tickets come in proportion.

    Returns
    -------
    One row a ticket in the order of opening. Times are ISO 8601 without offset, local to
    Europe/Stockholm. Only tickets of the last week can be open: `resolved_at` is empty.
    """
    rng = Random(seed)  # noqa: S311 - chance must be repeatable here, not secret
    material = _with_people(_read_material(), people)
    texts = _texts(material, rng)
    end = datetime.combine(until, time.min)
    rows = []
    for number, opened_at in enumerate(
        sorted(_openings(until, weeks, TICKETS_A_WEEK * people / PEOPLE, rng)), start=1
    ):
        pattern, text = next(texts)
        person = rng.choice(material.requesters[pattern.language])
        course = _left_open(_course(pattern, opened_at, rng), opened_at, end, rng)
        about = {"id": f"DEMO-{number:05d}", "text": text, "category": pattern.category}
        whose = {"priority": pattern.priority, "team": person.team, "requester": person.name}
        rows.append(about | _written(opened_at, course, end) | whose)
    return rows


def _read_material() -> _Material:
    data = tomllib.loads(files("bot.demo").joinpath("history.toml").read_text("utf-8"))
    requesters: dict[str, list[_Person]] = {}
    for person in (_Person(**entry) for entry in data["person"]):
        if person.role == "employee":
            requesters.setdefault(person.locale[:2], []).append(person)
    phrases = {
        language: list(product(["", *words["greetings"]], ["", *words["closings"]]))[1:]
        for language, words in data["phrases"].items()
    }
    return _Material(requesters, [_Pattern(**entry) for entry in data["ticket"]], phrases)


def _with_people(material: _Material, people: int) -> _Material:
    """Let as many ask as work there: the named ones first, then others by mixed names."""
    named = [one for group in material.requesters.values() for one in group]
    first, last = zip(*(one.name.split(" ", 1) for one in named), strict=True)
    mixed = (f"{one} {other}" for step in range(1, len(named)) for one, other in
             zip(first, (*last[step:], *last[:step]), strict=True))  # fmt: skip
    known = {one.name for one in named}
    fresh = [name for name in dict.fromkeys(mixed) if name not in known]
    others = [
        replace(named[at % len(named)], name=name)
        for at, name in enumerate(fresh[: max(0, people - len(named))])
    ]
    requesters: dict[str, list[_Person]] = {}
    for one in (*named, *others)[:people]:
        requesters.setdefault(one.locale[:2], []).append(one)
    return replace(material, requesters=requesters)


def _texts(material: _Material, rng: Random) -> Iterator[tuple[_Pattern, str]]:
    # Every text once, then every text again in other words: no text comes twice in a row.
    for lap in count():
        for pattern in rng.sample(material.patterns, len(material.patterns)):
            yield pattern, _vary(pattern.text, lap, material.phrases[pattern.language])


def _vary(text: str, lap: int, phrases: list[tuple[str, str]]) -> str:
    if lap == 0:
        return text
    # The text's length shifts the choice, so that not all greet alike in the same lap.
    greeting, closing = phrases[(lap + len(text)) % len(phrases)]
    stop = "." if closing and text[-1] not in ".?!" else ""
    return f"{greeting} {text}{stop} {closing}".strip()


def _openings(until: date, weeks: int, a_week: float, rng: Random) -> Iterator[datetime]:
    for week in range(weeks, 0, -1):
        days = [until - timedelta(days=7 * week - day) for day in range(7)]
        weights = [WEEKDAY_WEIGHTS[day.weekday()] for day in days]
        for day in rng.choices(days, weights, k=_poisson(a_week, rng)):
            hour = rng.choices(list(HOUR_WEIGHTS), list(HOUR_WEIGHTS.values()))[0]
            yield datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)))


def _poisson(mean: float, rng: Random) -> int:
    """Count arrivals by multiplying uniform draws (Knuth, TAOCP vol. 2, 3.4.1)."""
    limit, drawn = exp(-mean), rng.random()
    arrivals = 0
    while drawn > limit:
        arrivals += 1
        drawn *= rng.random()
    return arrivals


def _course(pattern: _Pattern, opened_at: datetime, rng: Random) -> _Course:
    reopens = _rare_count(REOPENED_SHARE, rng)
    reassignments = _rare_count(REASSIGNED_SHARE, rng)
    response = _around(RESPONSE_MINUTES[pattern.priority], 0.8, rng)
    handling = max(2.0, _around(pattern.handling_minutes, 0.5, rng) * (1 + 0.5 * reopens))
    waiting = _around(pattern.handling_minutes * WAITING_FACTOR[pattern.priority], 1.1, rng)
    # A ticket that changes hands or comes back waits again each time.
    resolution = response + handling + waiting * (1 + reopens + reassignments)
    # Bent towards the cap instead of cut at it, or many would last equally long.
    resolution = LONGEST_RESOLUTION * (1 - exp(-resolution / LONGEST_RESOLUTION))
    resolved_at = _after(opened_at, resolution)
    return _Course(
        first_response_at=_after(opened_at, min(response, resolution)),
        resolved_at=resolved_at,
        closed_at=_after(resolved_at, rng.uniform(1.5, 3.0) * MINUTES_A_DAY),
        handling_minutes=round(handling),
        reopen_count=reopens,
        reassignment_count=reassignments,
    )


def _left_open(course: _Course, opened_at: datetime, end: datetime, rng: Random) -> _Course:
    # Some tickets wait for somebody on the day the history stops, as on any day.
    if end - opened_at < timedelta(days=7) and rng.random() < LEFT_OPEN_SHARE:
        return replace(course, resolved_at=end, closed_at=end)
    return course


def _around(typical: float, spread: float, rng: Random) -> float:
    """Draw a log-normal value whose median is the typical one."""
    return typical * rng.lognormvariate(0.0, spread)


def _rare_count(share: float, rng: Random) -> int:
    if rng.random() >= share:
        return 0
    return 2 if rng.random() < share else 1


def _after(moment: datetime, office_minutes: float) -> datetime:
    """Go forward by minutes that pass in office hours only."""
    left = timedelta(minutes=office_minutes)
    day = moment.date()
    while True:
        start = max(moment, datetime.combine(day, OPENS))
        room = datetime.combine(day, CLOSES) - start
        if day.weekday() < 5 and room >= left:
            return start + left
        if day.weekday() < 5 and room > timedelta(0):
            left -= room
        day += timedelta(days=1)


def _written(opened_at: datetime, course: _Course, end: datetime) -> dict[str, str]:
    resolved = course.resolved_at < end
    return {
        "opened_at": _stamp(opened_at, end),
        "first_response_at": _stamp(course.first_response_at, end),
        "resolved_at": _stamp(course.resolved_at, end),
        "closed_at": _stamp(course.closed_at, end),
        "handling_minutes": str(course.handling_minutes) if resolved else "",
        "reopen_count": str(course.reopen_count) if resolved else "0",
        "reassignment_count": str(course.reassignment_count),
    }


def _stamp(moment: datetime, end: datetime) -> str:
    return moment.isoformat(timespec="seconds") if moment < end else ""
