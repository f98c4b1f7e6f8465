"""Key figures cut by category or by team; groups too small to be shown stay hidden.

A team is shown from five people on, each of its figures where five people are behind the very
tickets that it is computed from, and only for whole calendar months that are over. Months do
not overlap, so nobody finds a hidden team by subtracting one period from another; and what is
hidden is never a single team, nor fewer than five people (`models.governance.small_groups`).

A category is no group of people, so its name and its numbers are shown. But one person may
handle all that is about it, or ask it all: a figure of it has a value where five tickets, five
people of the staff and five askers are behind it, and under the same rule against subtraction.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from models.errors import InvalidError
from models.governance.small_groups import shown_groups
from models.kpis.definitions import KPIS, cuttable, foremost
from models.kpis.figure import Frame
from models.kpis.periods import Period, month_of
from models.kpis.report import amount
from models.kpis.rows import Declared, FigureQuery, FigureReader
from models.kpis.small_desks import is_small, require_long, shown_values
from models.language import N_, Translator
from models.message import Heading, Message, Note, Paragraph, Table
from models.statistics.estimates import NOTHING, Estimate
from models.store.drilldown import Grouping
from models.store.transaction import Store

GROUPINGS: tuple[Grouping, ...] = ("category", "team", "requester_team")

People = Mapping[int, frozenset[str]]
ByGroup = Mapping[str, Frame]


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is shown: its tickets, and its key figures by key.

    A figure of too few tickets, or of too few people's, has no value but its n.
    """

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


def last_month(asked: FigureQuery) -> Period:
    """Return the last calendar month that is over: what a cut by team is of unless told."""
    today = asked.local_day(asked.now)
    return month_of(today.replace(day=1) - timedelta(days=1))


def cut(store: Store, by: Grouping, asked: FigureQuery, staff: frozenset[str] = frozenset()) -> Cut:
    """Return the figures of each group.

    Parameters
    ----------
    staff
        Slack ids of the support staff, user groups among them.

    Raises
    ------
    InvalidError
        For a team in what is no whole month, or in a month that is not over; for a category in
        a period in which a small desk could be seen working day by day.
    """
    if by != "category":
        _require_month(asked)
    figures = cuttable()
    with store.snapshot() as unit:
        require_long(asked.period, small=is_small(unit, staff))
        reader = FigureReader(unit, asked, figures, detailed=True)
        opened, resolved = reader.tickets("opened"), reader.tickets("resolved")
        category = {**_categories(opened), **_categories(resolved)}
        of = category if by == "category" else unit.drilldown.groups_of(category, by)
        people = unit.drilldown.people_of(of, "team" if by == "category" else by)
        askers = unit.drilldown.people_of(of, "requester_team") if by == "category" else {}
        of_figures = {figure.key: _by_group(figure.read(reader), of) for figure in figures}
    new, done = _by_group(opened, of), _by_group(resolved, of)
    groups = sorted({*new, *done})
    if by == "category":
        # Whoever asked and solved it without help did not work at the desk.
        staff_of = {
            number: them - askers.get(number, frozenset()) for number, them in people.items()
        }
        shown = frozenset(groups)
        told = {key: _with_both(rows, (staff_of, askers)) for key, rows in of_figures.items()}
    else:
        numbers = {key: [*_numbers(new, key), *_numbers(done, key)] for key in groups}
        shown = shown_groups({key: _people_of(numbers[key], people) for key in groups})
        told = {key: _with_people(rows, people, shown) for key, rows in of_figures.items()}
    kept = tuple(
        Group(
            group,
            len(_numbers(new, group)),
            len(_numbers(done, group)),
            {key: _estimate(key, rows, group, told[key]) for key, rows in of_figures.items()},
        )
        for group in groups
        if group in shown
    )
    return Cut(by, asked.period, kept, len(groups) - len(kept))


def _categories(frame: Frame) -> dict[int, str]:
    """Return the category of each ticket by its number."""
    return dict(zip(frame["number"].tolist(), frame["category"].tolist(), strict=True))


def _by_group(frame: Frame, of: Mapping[int, str]) -> ByGroup:
    """Return the rows of each group that has any."""
    names = np.array([of[number] for number in frame["number"].tolist()], dtype=str)
    groups, place = np.unique(names, return_inverse=True)
    return {str(group): frame.only(place == at) for at, group in enumerate(groups)}


def _numbers(rows: ByGroup, group: str) -> list[int]:
    """Return the numbers of a group's tickets."""
    numbers: list[int] = rows[group]["number"].tolist() if group in rows else []
    return numbers


def _estimate(key: str, rows: ByGroup, group: str, told: frozenset[str]) -> Estimate:
    found = KPIS[key].aggregate.of(rows[group]) if group in rows else NOTHING
    return found if group in told else Estimate(found.n, None)


def _with_both(rows: ByGroup, sides: tuple[People, People]) -> frozenset[str]:
    """Return the categories whose figure is of enough tickets, of enough staff and askers."""
    shown = shown_values({group: len(frame) for group, frame in rows.items()})
    while True:
        fewer = shown
        for people in sides:
            fewer = _with_people(rows, people, fewer)
        if fewer == shown:
            return shown
        shown = fewer  # what was hidden for one may be too little for the other


def _with_people(rows: ByGroup, people: People, shown: frozenset[str]) -> frozenset[str]:
    """Return the groups, of those shown, whose figure is of enough people's tickets."""
    behind = {group: _people_of(_numbers(rows, group), people) for group in rows}
    return shown_groups(behind, put_aside=frozenset(behind) - shown)


def _people_of(numbers: Iterable[int], people: People) -> frozenset[str]:
    return frozenset[str]().union(*(people.get(number, frozenset()) for number in numbers))


def _require_month(asked: FigureQuery) -> None:
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


# As a message and as JSON ------------------------------------------------------------------

_TITLES: Mapping[Grouping, str] = {
    "category": N_("Key figures by category, {first} to {last}"),
    "team": N_("Key figures by support team, {first} to {last}"),
    "requester_team": N_("Key figures by the team of those who asked, {first} to {last}"),
}
_GROUPED: Mapping[Grouping, str] = {
    "category": N_("Category"),
    "team": N_("Team"),
    "requester_team": N_("Team"),
}
_HIDDEN = N_(
    "Not shown: {n}. A team is shown from five people on, and only where what is hidden "
    "is never a single team nor fewer than five people."
)

_FEW = N_(
    "A figure of a category has a value where five tickets, five of the support team and five "
    "askers are behind it: else it would tell of a single person."
)


def _columns() -> list[Declared]:
    return [figure for figure in foremost() if figure.columns]


def cut_message(found: Cut, names: Mapping[str, str], words: Translator) -> Message:
    """Return the table of groups; ``names`` are what categories are called."""
    title = words.gettext(
        _TITLES[found.by],
        first=words.day(found.period.first_day),
        last=words.day(found.period.last_day),
    )
    header = (
        words.gettext(_GROUPED[found.by]),
        words.gettext("New"),
        words.gettext("Resolved"),
        *(words.gettext(figure.title) for figure in _columns()),
    )
    rows = tuple(_row(group, names, words) for group in found.groups)
    body = Table(header, rows) if rows else Paragraph(words.rich("None can be shown."))
    return Message(title, (Heading(title), body, *_notes(found, words)))


def _notes(found: Cut, words: Translator) -> Iterator[Note]:
    if found.hidden:
        yield Note(words.rich(_HIDDEN, n=words.number(found.hidden)))
    shown = (group.kpis[figure.key] for group in found.groups for figure in _columns())
    if found.by == "category" and any(one.n and one.value is None for one in shown):
        yield Note(words.rich(_FEW))


def _row(group: Group, names: Mapping[str, str], words: Translator) -> tuple[str, ...]:
    name = names.get(group.key, group.key) or words.gettext("none")
    values = (_written(figure.key, group.kpis[figure.key], words) for figure in _columns())
    return name, words.number(group.opened), words.number(group.resolved), *values


def _written(key: str, estimate: Estimate, words: Translator) -> str:
    value = amount(estimate.value, key, words)
    if not estimate.n:
        return value
    return words.gettext("{value} (n = {n})", value=value, n=words.number(estimate.n))


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
                    {"key": key, "unit": KPIS[key].unit, **asdict(estimate)}
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
