"""Key figures cut by category or by team; groups too small to be shown stay hidden.

A category is no group of people. A team is: it is shown from five people on, and only for
whole calendar months that are over. Months do not overlap, so nobody finds a hidden team by
subtracting one period from another; and what is hidden is never a single team, nor fewer
than five people (`models.governance.small_groups`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from models.errors import InvalidError
from models.governance.small_groups import shown_groups
from models.kpis.definitions import KPIS, Columns, Sample
from models.kpis.periods import Period, month_of
from models.kpis.report import written
from models.kpis.rows import BY_CLOCK, OF_TICKETS, Asked
from models.kpis.statistics import Estimate
from models.language import Words, noted
from models.message import Heading, Message, Note, Paragraph, Table
from models.store.behind import Grouping, TicketLine
from models.store.transaction import Store, Unit

GROUPINGS: tuple[Grouping, ...] = ("category", "team", "requester_team")
CUT_KEYS = tuple(key for key in KPIS if key in OF_TICKETS)
_SHOWN = ("handling_time", "first_response_time", "reopened_share", "automatic_share")
_COLUMNS = (
    *("ack_minutes", "first_response_minutes", "triage_minutes", "handling_minutes"),
    *("resolution_minutes", "resolution_business_minutes", "automatic", "reopened"),
    *("reassigned",),
)


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is shown: its tickets, and its key figures by key."""

    key: str
    opened: int
    resolved: int
    kpis: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Cut:
    """A period's figures by group; of ``hidden`` groups nothing is told but that they are there."""

    by: Grouping
    period: Period
    groups: tuple[Group, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class _Lines:
    opened: Sequence[TicketLine]
    resolved: Sequence[TicketLine]

    @property
    def numbers(self) -> set[int]:
        return {line.number for line in (*self.opened, *self.resolved)}


def last_month(asked: Asked) -> Period:
    """Return the last calendar month that is over: what a cut by team is of unless told."""
    today = asked.local_day(asked.now)
    return month_of(today.replace(day=1) - timedelta(days=1))


def cut(store: Store, by: Grouping, asked: Asked) -> Cut:
    """Return the figures of each group.

    Raises
    ------
    InvalidError
        For a team in what is no whole month, or in a month that is not over.
    """
    if by != "category":
        _require_month(asked)
    with store.snapshot() as unit:
        lines = _Lines(
            unit.behind.opened(asked.start, asked.end, asked.sources),
            unit.behind.resolved(asked.start, asked.end, asked.sources),
        )
        of = _groups(unit, by, lines)
        shown = frozenset(of.values()) if by == "category" else _large(unit, by, of)
    groups = (_group(key, lines, of) for key in sorted(shown))
    return Cut(by, asked.period, tuple(groups), len(set(of.values()) - shown))


def _require_month(asked: Asked) -> None:
    period = asked.period
    whole = month_of(period.first_day)
    if (whole.first_day, whole.last_day) != (period.first_day, period.last_day):
        raise InvalidError(
            f"teams are shown by whole months, and {period.key} is none: write one such as "
            f"{whole.key}"
        )
    if asked.end > asked.now:
        raise InvalidError(
            f"teams are shown once the month is over, and {whole.key} is not: "
            f"write {last_month(asked).key}"
        )


def _groups(unit: Unit, by: Grouping, lines: _Lines) -> dict[int, str]:
    if by == "category":
        return {line.number: line.category for line in (*lines.opened, *lines.resolved)}
    return unit.behind.groups_of(lines.numbers, by)


def _large(unit: Unit, by: Grouping, of: Mapping[int, str]) -> frozenset[str]:
    people: dict[str, set[str]] = {group: set() for group in of.values()}
    for number, them in unit.behind.people_of(of, by).items():
        people[of[number]] |= them
    return shown_groups({group: frozenset(them) for group, them in people.items()})


def _group(key: str, lines: _Lines, of: Mapping[int, str]) -> Group:
    opened, resolved = (
        [line for line in some if of[line.number] == key] for some in (lines.opened, lines.resolved)
    )
    sample = Sample(
        opened=_columns(opened),
        resolved=_columns(resolved),
        open_tickets=0,
        answered=0,
        confirmed=0,
        cloud_eur=None,
    )
    return Group(
        key, len(opened), len(resolved), {one: KPIS[one].estimate(sample) for one in CUT_KEYS}
    )


def _columns(lines: Sequence[TicketLine]) -> Columns:
    columns: dict[str, Any] = defaultdict(list)
    for name in _COLUMNS:
        columns[name] = np.array([getattr(line, name) for line in lines], dtype=np.float64)
    return columns


# As a message and as JSON ------------------------------------------------------------------

_TITLES: Mapping[Grouping, str] = {
    "category": noted("Key figures by category, {first} to {last}"),
    "team": noted("Key figures by support team, {first} to {last}"),
    "requester_team": noted("Key figures by the team of those who asked, {first} to {last}"),
}
_HIDDEN = noted(
    "Groups not shown: {n}. A team is shown from five people on, and only where what is hidden "
    "is never a single team nor fewer than five people."
)


def cut_message(found: Cut, names: Mapping[str, str], words: Words) -> Message:
    """Return the table of groups; ``names`` are what categories are called."""
    title = words.say(
        _TITLES[found.by],
        first=words.day(found.period.first_day),
        last=words.day(found.period.last_day),
    )
    header = (
        words.say("Group"),
        words.say("New"),
        words.say("Resolved"),
        *(words.say(KPIS[key].title) for key in _SHOWN),
    )
    rows = tuple(_row(group, names, words) for group in found.groups)
    body = Table(header, rows) if rows else Paragraph(words.rich("No group can be shown."))
    hidden = words.rich(_HIDDEN, n=words.number(found.hidden))
    notes = (Note(hidden),) if found.hidden else ()
    return Message(title, (Heading(title), body, *notes))


def _row(group: Group, names: Mapping[str, str], words: Words) -> tuple[str, ...]:
    name = names.get(group.key, group.key) or words.say("none")
    values = (_written(key, group.kpis[key], words) for key in _SHOWN)
    return name, words.number(group.opened), words.number(group.resolved), *values


def _written(key: str, estimate: Estimate, words: Words) -> str:
    value = written(estimate.value, KPIS[key].unit, words, by_clock=key in BY_CLOCK)
    if not estimate.n:
        return value
    return words.say("{value} (n = {n})", value=value, n=words.number(estimate.n))


def cut_json(found: Cut) -> dict[str, Any]:
    """Return what ``lotsen kpi --by … --json`` prints."""
    return {
        "period": found.period.key,
        "first_day": found.period.first_day,
        "last_day": found.period.last_day,
        "by": found.by,
        "groups": [
            {
                "group": group.key,
                "opened": group.opened,
                "resolved": group.resolved,
                "kpis": [
                    {
                        "key": key,
                        "unit": KPIS[key].unit,
                        "n": estimate.n,
                        "value": estimate.value,
                        "low": estimate.low,
                        "high": estimate.high,
                    }
                    for key, estimate in group.kpis.items()
                ],
            }
            for group in found.groups
        ],
        "hidden": found.hidden,
    }


def read_grouping(text: str) -> Grouping:
    """Return by what somebody wants the figures cut.

    Raises
    ------
    InvalidError
        For anything else; the message names what there is.
    """
    for known in GROUPINGS:
        if text.strip().lower().replace("-", "_") == known:
            return known
    raise InvalidError(f"figures cannot be cut by {text!r}; there are: {', '.join(GROUPINGS)}")
