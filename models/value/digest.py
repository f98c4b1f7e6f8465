"""The weekly digest: what a week's figures say, in sixty seconds. Facts in, message out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.kpis.comparison import Verdict
from models.kpis.measurement import KpiValue
from models.kpis.periods import Period
from models.kpis.report import SUGGEST_ONLY, amount
from models.language import Words, noted
from models.message import Fields, Heading, Message, Note, Paragraph, Part, Run, Runs, Table, plain

# A backlog that grows by less may be chance.
_GROWTH, _GROWTH_RATIO = 5, 1.5


@dataclass(frozen=True, slots=True)
class OldTicket:
    """An open ticket: number, age, category. Nobody's name."""

    number: int
    age_minutes: float
    titles: Mapping[str, str]
    category: str


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """What a digest is written from; ``missed`` are weeks that got none, the oldest first."""

    week: Period
    opened: int
    resolved: int
    kpis: tuple[KpiValue, ...]
    has_baseline: bool
    oldest: tuple[OldTicket, ...]
    missed: tuple[str, ...] = ()
    suggest_only: bool = False

    def __getitem__(self, key: str) -> KpiValue:
        return next(kpi for kpi in self.kpis if kpi.key == key)


def digest(facts: WeekFacts, words: Words) -> Message:
    """Write the digest: what matters most first, then figures, then the oldest tickets."""
    title = words.say(
        "Week {number}, {first} to {last}",
        number=_number(facts.week.key),
        first=words.day(facts.week.first_day, _shared(facts.week)),
        last=words.day(facts.week.last_day),
    )
    headline = _headline(facts, words)
    return Message(
        text=f"{title}. {plain(headline)}",
        parts=tuple(_parts(facts, title, headline, words)),
    )


def _shared(week: Period) -> str:
    # 16–22 November, but 30 November to 6 December.
    same = week.first_day.month == week.last_day.month
    return "d" if same else "d MMMM"


def _parts(facts: WeekFacts, title: str, headline: Runs, words: Words) -> Iterator[Part]:
    yield Heading(title)
    yield Paragraph(headline)
    if facts.missed:
        yield Paragraph(_missed(facts.missed, words))
    yield Fields(tuple(_figures(facts, words)))
    if facts.oldest:
        yield Paragraph(words.rich("*Open the longest*"))
        yield _oldest(facts, words)
    if facts.suggest_only:
        yield Note(words.rich(SUGGEST_ONLY))
    yield Note(words.rich(_FINE_PRINT))


_FINE_PRINT = noted(
    "Times are medians; first response in office hours. A difference from the baseline is an "
    "association, no proof of a cause. All figures are of the whole desk, never of a person."
)


def _headline(facts: WeekFacts, words: Words) -> Runs:
    """Say the one thing that matters most: trouble first, then success, then what is lacking."""
    if not facts.opened and not facts.resolved:
        return words.rich("*A quiet week: no tickets came in.*")
    for key, text in (("handling_time", _SLOWER), ("first_response_time", _ANSWERED_LATER)):
        if facts[key].verdict is Verdict.WORSE:
            return _compared(facts[key], text, words)
    if _backlog_grows(facts):
        return words.rich(
            "*More came in than was resolved:* {opened} in, {resolved} out, {open} open now.",
            opened=words.number(facts.opened),
            resolved=words.number(facts.resolved),
            open=amount(facts["open_tickets"].value, "open_tickets", words),
        )
    return _about_handling(facts, words)


def _about_handling(facts: WeekFacts, words: Words) -> Runs:
    handling = facts["handling_time"]
    if not facts.has_baseline:
        return words.rich(
            "*Nothing to compare with yet:* import older tickets and freeze a baseline."
        )
    if handling.value is None or handling.baseline is None:
        return words.rich("*No handling time to compare this week.*")
    texts = {Verdict.MET: _GOAL_REACHED, Verdict.IMPROVED: _FASTER}
    return _compared(handling, texts.get(handling.verdict, _NOT_SHOWN), words)


_SLOWER = noted("*Handling takes longer than in the baseline:* {now} now, {before} then.")
_ANSWERED_LATER = noted(
    "*The first response comes later than in the baseline:* {now} now, {before} then."
)
_GOAL_REACHED = noted("*The goal for handling time is reached:* {now} now, {before} then.")
_FASTER = noted("*Handling takes less time than in the baseline:* {now} now, {before} then.")
_NOT_SHOWN = noted(
    "*No difference from the baseline is shown yet:* handling {now} now, {before} then."
)


def _compared(kpi: KpiValue, text: str, words: Words) -> Runs:
    now, before = (amount(value, kpi.key, words) for value in (kpi.value, kpi.baseline))
    return words.rich(text, now=now, before=before)


def _backlog_grows(facts: WeekFacts) -> bool:
    grown = facts.opened - facts.resolved
    return grown >= _GROWTH and facts.opened >= _GROWTH_RATIO * facts.resolved


def _missed(weeks: tuple[str, ...], words: Words) -> Runs:
    numbers = words.listing(_number(week) for week in weeks)
    text = words.count(
        "No digest was posted for week {weeks}.",
        "No digests were posted for weeks {weeks}.",
        len(weeks),
        weeks=numbers,
    )
    return (Run(text),)


def _figures(facts: WeekFacts, words: Words) -> Iterator[tuple[str, Runs]]:
    yield (
        words.say("New in the week"),
        _text(words.count("{n} ticket", "{n} tickets", facts.opened)),
    )
    yield (
        words.say("Resolved in the week"),
        _text(words.count("{n} ticket", "{n} tickets", facts.resolved)),
    )
    for key in ("open_tickets", "handling_time", "first_response_time", "automatic_share"):
        yield words.say(facts[key].title), _value(facts[key], words)


def _value(kpi: KpiValue, words: Words) -> Runs:
    now = amount(kpi.value, kpi.key, words)
    if kpi.value is None or kpi.key == "open_tickets":
        return _text(now)
    if kpi.unit == "share":
        return words.rich("{now} of {n}", now=now, n=words.number(kpi.n))
    if kpi.baseline is None:
        return words.rich("{now} (n = {n})", now=now, n=words.number(kpi.n))
    before = amount(kpi.baseline, kpi.key, words)
    text = noted("{now} (n = {n}), baseline {before}")
    return words.rich(text, now=now, n=words.number(kpi.n), before=before)


def _oldest(facts: WeekFacts, words: Words) -> Table:
    header = (words.say("Ticket"), words.say("Category"), words.say("Open for"))
    rows = tuple(
        (
            f"#{ticket.number}",
            _category(ticket, words),
            words.minutes(ticket.age_minutes),
        )
        for ticket in facts.oldest
    )
    return Table(header, rows)


def _category(ticket: OldTicket, words: Words) -> str:
    named = ticket.titles.get(words.language) or ticket.category
    return named or words.say("not categorised")


def _number(week: str) -> str:
    return str(int(week[-2:]))


def _text(text: str) -> Runs:
    return (Run(text),)
