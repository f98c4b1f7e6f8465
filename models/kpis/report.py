"""Key figures as a message, and as the JSON that the command line prints."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from models.kpis.baseline import FrozenBaseline
from models.kpis.comparison import KpiVerdict
from models.kpis.definitions import KPIS, foremost
from models.kpis.measurement import Kpis, KpiValue, Measurement
from models.kpis.periods import previous_week, week_of
from models.language.words import N_, Translator, words_for
from models.message import Heading, Message, Note, Paragraph, Run, Table

_VERDICTS: dict[KpiVerdict, str] = {
    KpiVerdict.MET: N_("target reached"),
    KpiVerdict.IMPROVED: N_("better than the baseline"),
    KpiVerdict.NOT_SHOWN: N_("no difference shown yet"),
    KpiVerdict.WORSE: N_("worse than the baseline"),
    KpiVerdict.NO_BASELINE: N_("no baseline"),
    KpiVerdict.NO_DATA: N_("no data yet"),
    KpiVerdict.WITHHELD: N_("held back"),
}


def kpi_message(measurement: Measurement, words: Translator, zone: ZoneInfo) -> Message:
    """Return the table of key figures with the note that says what they are.

    ``zone`` is the office's, for the moment at which the baseline was frozen.
    """
    period = measurement.period
    words = words.in_currency(measurement.currency)
    title = words.gettext(
        "Key figures, {first} to {last}",
        first=words.day(period.first_day),
        last=words.day(period.last_day),
    )
    header = (
        words.gettext("Figure"),
        words.gettext("Number"),
        words.gettext("Value (95 % interval)"),
        words.gettext("Baseline"),
        words.gettext("Reading"),
    )
    known = [kpi for kpi in measurement.kpis if kpi.verdict is not KpiVerdict.NO_DATA]
    unknown = [
        words.gettext(kpi.title) for kpi in measurement.kpis if kpi.verdict is KpiVerdict.NO_DATA
    ]
    rows = tuple(_row(kpi, words) for kpi in known)
    return Message(
        text=f"{title}. {_summary(measurement, words)}",
        parts=(
            Heading(title),
            *([Table(header, rows)] if rows else []),
            *([Note(words.rich(_NO_DATA, figures=" · ".join(unknown)))] if unknown else []),
            Paragraph(words.rich(_WHAT_THEY_ARE)),
            Note((Run(_baseline(measurement.baseline, words, zone)),)),
            *([Note(words.rich(SUGGEST_ONLY))] if measurement.suggest_only else []),
            *([Note(words.rich(_WITHHELD))] if any(k.withheld for k in measurement.kpis) else []),
        ),
    )


def latest_week(kpis: Kpis, day: date, now: datetime) -> Measurement:
    """Measure the week of ``day``; the last whole one where that one has no figure to show yet."""
    running = kpis.measure(week_of(day), now)
    if _has_figures(running):
        return running
    last = kpis.measure(previous_week(day), now)
    return last if _has_figures(last) else running


def _has_figures(measurement: Measurement) -> bool:
    shown = (measurement[figure.key] for figure in foremost())
    return any(kpi.n and not kpi.withheld for kpi in shown)


def as_last_week(message: Message, words: Translator) -> Message:
    """Return key figures with the word that they are last week's, and why."""
    head, *rest = message.parts
    why = Paragraph(
        words.rich("No figure of this week can be shown yet, so these are last week's.")
    )
    return replace(message, parts=(head, why, *rest))


SUGGEST_ONLY = N_(
    "*Suggest only:* blind checks showed that categories were wrong too often, so a person "
    "confirms each one until a better model is trained."
)


_WHAT_THEY_ARE = N_(
    "Times are medians in office hours; handling time and resolution time run by the clock. "
    "The number says how many tickets or questions are behind a figure. A difference from the baseline "
    "is an association: it does not say what caused it. All figures are of the whole desk."
)


_NO_DATA = N_("No data yet: {figures}.")


_WITHHELD = N_(
    "*Held back:* fewer than five people work at this desk, so what tells of their work has a "
    "value for whole weeks, months and quarters, from five tickets on."
)


def verdict_words(verdict: KpiVerdict, words: Translator) -> str:
    """Say a verdict."""
    return words.gettext(_VERDICTS[verdict])


def amount(value: float | None, key: str, words: Translator) -> str:
    """Write a figure in its unit; a dash where there is none."""
    return written(value, KPIS[key].unit, words, by_clock=KPIS[key].by_clock)


def written(value: float | None, unit: str, words: Translator, *, by_clock: bool = False) -> str:
    """Write a value; minutes by the clock become days, those of an office stay hours."""
    if value is None:
        return "–"
    if unit == "minutes":
        return _duration(value, words, by_clock=by_clock)
    if unit == "share":
        return words.percent(value)
    if unit == "money":
        return words.money(value, 2)
    return words.number(value, 0 if value == round(value) else 1)


class _WithInterval(Protocol):
    """A value with its bounds, such as an `Estimate`."""

    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


def with_interval(
    found: _WithInterval, write: Callable[[float | None], str], words: Translator
) -> str:
    """Return a value as ``write`` writes it, with its interval where there is one."""
    value = write(found.value)
    if found.low is None or found.high is None:
        return value
    low, high = write(found.low), write(found.high)
    return words.gettext("{value} ({low} to {high})", value=value, low=low, high=high)


def as_json(measurement: Measurement, words: Translator | None = None) -> dict[str, Any]:
    """Return what ``lotsen kpi --json`` prints; titles in the language of ``words``."""
    gettext = (words or words_for("en")).gettext
    return {
        "period": measurement.period.key,
        "first_day": measurement.period.first_day.isoformat(),
        "last_day": measurement.period.last_day.isoformat(),
        "currency": measurement.currency,
        "kpis": [{**asdict(kpi), "title": gettext(kpi.title)} for kpi in measurement.kpis],
    }


def baseline_json(baseline: FrozenBaseline, words: Translator | None = None) -> dict[str, Any]:
    """Return what ``lotsen baseline --json`` prints."""
    gettext = (words or words_for("en")).gettext
    return {
        "id": baseline.id,
        "sha256": baseline.sha256,
        "frozen_at": baseline.frozen_at.isoformat(),
        "period": baseline.period.key,
        "kpis": [
            {**asdict(kpi), "title": gettext(KPIS[kpi.key].title) if kpi.key in KPIS else kpi.key}
            for kpi in baseline.kpis
        ],
    }


def _row(kpi: KpiValue, words: Translator) -> tuple[str, ...]:
    value = with_interval(kpi, lambda one: kpi_amount(kpi, one, words), words)
    return (
        words.gettext(kpi.title),
        words.number(kpi.n),
        value,
        kpi_amount(kpi, kpi.baseline, words),
        verdict_words(kpi.verdict, words),
    )


def kpi_amount(kpi: KpiValue, value: float | None, words: Translator) -> str:
    """Write a value of a key figure, one of the company too, in its unit."""
    by_clock = kpi.key in KPIS and KPIS[kpi.key].by_clock
    return written(value, kpi.unit, words, by_clock=by_clock)


def _summary(measurement: Measurement, words: Translator) -> str:
    kpi = measurement["handling_time"]
    return words.gettext(
        "{title}: {value}, baseline {baseline}, {verdict}.",
        title=words.gettext(kpi.title),
        value=amount(kpi.value, kpi.key, words),
        baseline=amount(kpi.baseline, kpi.key, words),
        verdict=verdict_words(kpi.verdict, words),
    )


def _baseline(baseline: FrozenBaseline | None, words: Translator, zone: ZoneInfo) -> str:
    if baseline is None:
        return words.gettext("No baseline is frozen: import older tickets and freeze one first.")
    return words.gettext(
        "Baseline: {first} to {last}, frozen {moment}, SHA-256 {hash}.",
        first=words.day(baseline.period.first_day),
        last=words.day(baseline.period.last_day),
        moment=words.moment(baseline.frozen_at, zone),
        hash=baseline.sha256[:12],
    )


def _duration(minutes: float, words: Translator, *, by_clock: bool) -> str:
    if 0 < minutes < 1:
        return words.gettext("under 1 min")
    if by_clock or minutes < 48 * 60:
        return words.minutes(minutes)
    # A day of 24 hours means nothing in office hours: stay with hours.
    return words.gettext("{n} h", n=words.number(minutes / 60))
