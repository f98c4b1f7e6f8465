"""What stands behind a figure, as people read it. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from models.kpis.drilldown import Drilldown, sets_of
from models.language import N_, Translator
from models.message import Heading, Message, Note, Paragraph, Part, Run, Runs
from models.value.drilldown.drilldown_figures import amount_of, interval_in_words
from models.value.drilldown.drilldown_rows import GROUPS, DrilldownReader, rows_parts
from models.value.effect.design import Design
from models.value.statement.statement_report import METHODS

_UNITS: Mapping[str, str] = {
    "minutes": N_("minutes"),
    "hours": N_("hours"),
    "share": N_("share"),
    "count": N_("count"),
    "EUR": N_("euros"),
    "month": N_("month"),
}
_SOURCES: Mapping[str, str] = {
    "slack": N_("from Slack"),
    "import": N_("imported"),
    "demo": N_("made up"),
}
_BETTER: Mapping[str, str] = {
    "lower": N_("lower is better"),
    "higher": N_("higher is better"),
    "": N_("neither way is better"),
}
_EVIDENCE: Mapping[str, str] = {
    "A": N_("buttons (A)"),
    "B": N_("activity (B)"),
    "C": N_("minutes stated (C)"),
}

# As a message ------------------------------------------------------------------------------


def drilldown_message(behind: Drilldown, reader: DrilldownReader) -> Message:
    """Say what stands behind a figure: formula, number, interval, what counted, rows."""
    words = reader.words
    title = words.gettext("What is behind: {title}", title=words.gettext(behind.title))
    return Message(
        text=f"{title}, {amount_of(behind, behind.estimate.value, words)}",
        parts=(Heading(title), *_facts(behind, reader), *rows_parts(behind, reader)),
    )


def _facts(behind: Drilldown, reader: DrilldownReader) -> Iterator[Part]:
    words, estimate = reader.words, behind.estimate
    yield Paragraph(
        words.rich(
            "*{value}* · n = {n} · {first} to {last} · as of {moment}",
            value=_with_interval(behind, words),
            n=words.number(estimate.n),
            first=words.day(behind.period.first_day),
            last=words.day(behind.period.last_day),
            moment=words.moment(behind.at, reader.zone),
        )
    )
    yield Paragraph(words.rich("*Formula:* {formula}", formula=words.gettext(behind.formula)))
    if behind.design:
        yield Paragraph(words.rich(METHODS[Design(behind.design)]))
    if behind.categories:
        names = words.listing(reader.category(key) for key in behind.categories)
        yield Paragraph(words.rich("*Only tickets of:* {categories}.", categories=names))
    if sets := sets_of(behind.found.rows):
        said = N_("*Two sets:* {sets}.") if len(sets) == 2 else N_("*Sets:* {sets}.")
        yield Paragraph(words.rich(said, sets=words.listing(_sets(sets, words))))
    if behind.taken:
        taken = words.listing(_values(behind.taken, words))
        yield Paragraph(words.rich("*Computed with:* {figures}.", figures=taken))
    if behind.inputs:
        inputs = words.listing(_values(behind.inputs, words))
        yield Paragraph(words.rich("*Assumed:* {inputs}.", inputs=inputs))
    yield Paragraph(words.rich("*Interval:* {how}", how=interval_in_words(behind, words)))
    yield Note(_counted(behind, words))
    if any(behind.evidence.values()):
        shares = words.listing(_shares(behind.evidence, words))
        yield Note(words.rich("Handling times come from: {shares}.", shares=shares))
    if behind.baseline is not None or behind.sha256:
        yield Note(_baseline(behind, words))


def _with_interval(behind: Drilldown, words: Translator) -> str:
    estimate = behind.estimate
    value = amount_of(behind, estimate.value, words)
    if estimate.low is None or estimate.high is None:
        return value
    low, high = (amount_of(behind, bound, words) for bound in (estimate.low, estimate.high))
    return words.gettext("{value} ({low} to {high})", value=value, low=low, high=high)


def _values(named: Iterable[tuple[str, float, str]], words: Translator) -> Iterator[str]:
    for key, value, unit in named:
        yield f"{key} = {_value(value, unit, words)}"


def _value(value: float, unit: str, words: Translator) -> str:
    if "share" in unit:
        return words.percent(value)
    if "EUR" in unit:
        return words.euros(value, 2)
    if unit == "minutes":
        return words.gettext("{n} min", n=words.number(value, 1))
    return words.number(value, 0 if value == round(value) else 1)


def _sets(sets: Mapping[str, tuple[int, float]], words: Translator) -> Iterator[str]:
    for group, (n, mean) in sets.items():
        yield words.gettext(
            "{group} n = {n}, mean {mean} min",
            group=words.gettext(GROUPS[group]),
            n=words.number(n),
            mean=words.number(mean, 1),
        )


def _counted(behind: Drilldown, words: Translator) -> Runs:
    counted = behind.counted
    return words.rich(
        "Unit: {unit}; {better}. Tickets counted: {sources}. Office {opens}–{closes} in {zone}, "
        "days off in these days: {off}, calendar {calendar}.",
        unit=words.gettext(_UNITS.get(behind.unit, behind.unit)),
        better=words.gettext(_BETTER.get(behind.better, behind.better)),
        sources=words.listing(words.gettext(_SOURCES[source]) for source in counted.sources),
        opens=counted.opens,
        closes=counted.closes,
        zone=counted.zone,
        off=words.number(len(counted.days_off)),
        calendar=Run(counted.calendar, "code"),
    )


def _shares(evidence: Mapping[str, int], words: Translator) -> Iterator[str]:
    whole = sum(evidence.values())
    for key, n in ((key, n) for key, n in evidence.items() if n):
        name = words.gettext(_EVIDENCE[key]) if key in _EVIDENCE else key
        yield f"{name} {words.number(n)} ({words.percent(n / whole)})"


def _baseline(behind: Drilldown, words: Translator) -> Runs:
    if behind.baseline is None:
        return words.rich("Baseline: SHA-256 {hash}.", hash=Run(behind.sha256, "code"))
    if not behind.sha256:
        value = amount_of(behind, behind.baseline, words)
        return words.rich("Baseline: {value}, measured anew each time.", value=value)
    return words.rich(
        "Baseline: {value}, SHA-256 {hash}.",
        value=amount_of(behind, behind.baseline, words),
        hash=Run(behind.sha256, "code"),
    )
