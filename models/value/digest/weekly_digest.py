"""The weekly digest: what a week's figures say, in sixty seconds. Facts in, message out."""

from collections.abc import Iterator

from models.currency import EURO
from models.kpis.definitions import KPIS, foremost
from models.kpis.measurement import KpiValue
from models.kpis.periods import Period
from models.kpis.report import SUGGEST_ONLY, amount, kpi_amount, with_interval
from models.kpis.satisfaction import felt_line
from models.language import N_, Translator, in_language
from models.message import Chart, Heading, Message, Note, Paragraph, Part, Run, Runs, Table, plain
from models.value.digest.attention import (
    backlog_grows,
    decision,
    surprise,
    title_of,
    watched_amount,
)
from models.value.digest.checks import check_lines
from models.value.digest.week import OldTicket, WeekFacts, WorstGap
from models.value.effect.comparison import VerdictReason
from models.value.effect.effect_report import effect_line, forecast_line
from models.value.use_cases.words import trial_parts
from models.value.waiting.wait_words import wait_line

_MOST_COMPANY = 3
_EXAMPLE = 60
_FEWEST_POINTS = 3


def digest(facts: WeekFacts, words: Translator) -> Message:
    """Write the digest: what matters most, what to decide, what surprised, then figures."""
    title = words.gettext(
        "Week {number}, {first} to {last}",
        number=_number(facts.week.key),
        first=words.day(facts.week.first_day, _shared(facts.week)),
        last=words.day(facts.week.last_day),
    )
    headline = _headline(facts, words.in_currency(facts.currency))
    return Message(
        text=f"{title}. {plain(headline)}",
        parts=tuple(_parts(facts, title, headline, words.in_currency(facts.currency))),
    )


def _shared(week: Period) -> str:
    # 16–22 November, but 30 November to 6 December.
    same = week.first_day.month == week.last_day.month
    return "d" if same else "d MMMM"


def _parts(facts: WeekFacts, title: str, headline: Runs, words: Translator) -> Iterator[Part]:
    yield Heading(title)
    yield Paragraph(headline)
    if facts.effect and (forecast := forecast_line(facts.effect, words)):
        yield Paragraph(forecast)
    yield Paragraph(decision(facts, words))
    yield Paragraph(surprise(facts, words))
    if facts.missed:
        yield Paragraph(_missed(facts.missed, words))
    yield _figures(facts, words)
    yield from _chart(facts, words)
    for line in _below(facts, words):
        yield Paragraph(line)
    yield from trial_parts(facts.trials, words)
    if facts.suggest_only:
        yield Note(words.rich(SUGGEST_ONLY))
    yield Note(words.rich(_FINE_PRINT, week=facts.week.key))


_FINE_PRINT = N_(
    "Medians with 95 % intervals; of the whole desk. A difference from the "
    "baseline is an association. More: `lotsen kpi --period {week}`, `lotsen effect`."
)


def _headline(facts: WeekFacts, words: Translator) -> Runs:
    """Say the one thing that matters most: trouble first, then success, then what is lacking."""
    if not facts.opened and not facts.resolved:
        return words.rich("*A quiet week: no tickets came in.*")
    for key, text in (("handling_time", _SLOWER), ("first_response_time", _ANSWERED_LATER)):
        limits, value = facts.usual(key), facts[key].value
        if limits is not None and value is not None and value > limits.high:
            return words.rich(text, now=amount(value, key, words), usual=_usual(facts, key, words))
    if backlog_grows(facts):
        return words.rich(
            "*More came in than was resolved:* {opened} in, {resolved} out, {open} open now.",
            opened=words.number(facts.opened),
            resolved=words.number(facts.resolved),
            open=amount(facts["open_tickets"].value, "open_tickets", words),
        )
    if facts.effect is not None:
        return effect_line(facts.effect, words)
    return words.rich("*Nothing to compare with yet:* import older tickets and freeze a baseline.")


_SLOWER = N_("*Handling took longer than usual this week:* {now}, usual is {usual}.")
_ANSWERED_LATER = N_(
    "*The first response came later than usual this week:* {now}, usual is {usual}."
)


def _missed(weeks: tuple[str, ...], words: Translator) -> Runs:
    numbers = words.listing(_number(week) for week in weeks)
    text = words.ngettext(
        "No digest was posted for week {weeks}.",
        "No digests were posted for weeks {weeks}.",
        len(weeks),
        weeks=numbers,
    )
    return (Run(text),)


# Figures -----------------------------------------------------------------------------------


def _figures(facts: WeekFacts, words: Translator) -> Table:
    header = tuple(
        map(words.gettext, (N_("Figure"), N_("This week"), N_("Usual"), N_("Baseline"), N_("Goal")))
    )
    return Table(header, tuple(_rows(facts, words)))


def _rows(facts: WeekFacts, words: Translator) -> Iterator[tuple[str, ...]]:
    opened = words.number(facts.opened)
    yield title_of("opened", words), opened, _usual(facts, "opened", words), "–", "–"
    yield title_of("resolved", words), words.number(facts.resolved), "–", "–", "–"
    waiting = facts["open_tickets"]
    yield words.gettext(waiting.title), words.number(waiting.value or 0), "–", "–", "–"
    for key in (figure.key for figure in foremost()):
        kpi = facts[key]
        yield (
            words.gettext(kpi.title),
            _value(kpi, words),
            _usual(facts, key, words),
            amount(kpi.baseline, key, words),
            amount(kpi.target, key, words),
        )
    half = facts.half_resolved
    if half.n:
        title = title_of("half_resolved", words)
        yield title, amount(half.value, "resolution_time", words), "–", "–", "–"
    for kpi in [kpi for kpi in facts.kpis if kpi.key not in KPIS][:_MOST_COMPANY]:
        figures = (kpi_amount(kpi, value, words) for value in (kpi.baseline, kpi.target))
        yield words.gettext(kpi.title), _value(kpi, words), "–", *figures


def _value(kpi: KpiValue, words: Translator) -> str:
    return with_interval(kpi, lambda one: kpi_amount(kpi, one, words), words)


def _usual(facts: WeekFacts, key: str, words: Translator) -> str:
    limits = facts.usual(key)
    if limits is None:
        return "–"
    low, high = (watched_amount(one, key, words) for one in (limits.low, limits.high))
    return words.gettext("{low} to {high}", low=low, high=high)


def _chart(facts: WeekFacts, words: Translator) -> Iterator[Chart]:
    points = [(_number(week), value) for week, value in facts.trend if value is not None]
    if len(points) < _FEWEST_POINTS:
        return
    title = words.gettext("Handling time by week, minutes")
    labels, values = zip(*points, strict=True)
    lines = [(words.gettext("Median"), tuple(round(value, 1) for value in values))]
    if (baseline := facts["handling_time"].baseline) is not None:
        lines.append((words.gettext("Baseline"), (round(baseline, 1),) * len(values)))
    yield Chart(title, labels, tuple(lines))


# Below the figures ---------------------------------------------------------------------------


def _below(facts: WeekFacts, words: Translator) -> Iterator[Runs]:
    if facts.wait and facts.wait.why is VerdictReason.SHOWN:
        yield wait_line(facts.wait, words)
    yield from check_lines(facts.checks, words)
    if facts.waits.oldest:
        listed = words.listing(_old(ticket, words) for ticket in facts.waits.oldest)
        yield words.rich("*Open the longest:* {tickets}", tickets=listed)
    elif facts.waits.longest_minutes:
        yield words.rich(
            "*Open the longest:* {longest}; {n} for over a week.",
            longest=words.minutes(facts.waits.longest_minutes),
            n=words.number(facts.waits.over_a_week),
        )
    for gap in facts.gaps[:1]:
        yield _missing(gap, words)
    if felt := felt_line(facts.felt, words):
        yield felt
    if facts.cap_eur:
        in_eur = words.in_currency(EURO.code)  # as it is metered
        yield words.rich(
            "*Language model:* {spent} of {cap} this month.",
            spent=in_eur.money(facts.spent_eur, 2),
            cap=in_eur.money(facts.cap_eur),
        )


def _missing(gap: WorstGap, words: Translator) -> Runs:
    """Say which answer is missing, in an asker's words only where several asked alike."""
    minutes = words.minutes(gap.minutes)
    if gap.example:
        return words.rich(
            "*Missing most:* an answer to “{example}”; {minutes} of work.",
            example=_cut(gap.example),
            minutes=minutes,
        )
    topic = in_language(gap.titles, words.language, "") if gap.titles else gap.article
    if topic:
        return words.rich(
            "*Missing most:* an answer about *{topic}*; {minutes} of work.",
            topic=topic,
            minutes=minutes,
        )
    return words.rich(
        "*Missing most:* an answer that one or two people looked for; {minutes} of work.",
        minutes=minutes,
    )


def _old(ticket: OldTicket, words: Translator) -> str:
    key = ticket.category or words.gettext("not categorised")
    named = in_language(ticket.titles, words.language, key)
    age = words.minutes(ticket.age_minutes)
    return words.gettext(
        "#{number} {category}, {age}", number=ticket.number, category=named, age=age
    )


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXAMPLE else line[: _EXAMPLE - 1].rsplit(" ", 1)[0] + "…"


def _number(week: str) -> str:
    return str(int(week[-2:]))
