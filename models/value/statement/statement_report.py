"""The quarterly statement as people read it: verdict first, then why, then the figures."""

from collections.abc import Collection, Iterator

from models.kpis.baseline_change import change_line
from models.kpis.definitions import KPIS
from models.kpis.report import amount, with_interval
from models.language import N_, Translator
from models.message import Fields, Heading, Message, Note, Paragraph, Part, Run, Runs, Table, plain
from models.value.effect.comparison import VerdictReason
from models.value.effect.effect_report import NOT_LEFT_ALONE, effect_line
from models.value.effect.sentences import DESIGN_WORDS
from models.value.issued.wording import issued_parts
from models.value.money.break_even_words import break_even_line
from models.value.statement import statement_context
from models.value.statement.gates import RETURN
from models.value.statement.layers import layer_part, reuse_parts
from models.value.statement.quarter_statement import (
    AssumedValue,
    Figure,
    GateState,
    HistoryMinutes,
    Statement,
    StatementVerdict,
)
from models.value.use_cases.words import trial_parts, use_case_parts
from models.value.waiting.wait_words import wait_line

_VERDICTS = {
    StatementVerdict.PAID: N_("*Paid.*"),
    StatementVerdict.NOT_YET: N_("*Not paid back yet.*"),
    StatementVerdict.NOT_SHOWN: N_("*No benefit is shown.*"),
    StatementVerdict.STOP: N_("*Stop and look into it.*"),
}
_ESTIMATED = N_("*Costs covered so far.*")
_UNPROVEN = N_("*Costs covered, cause not shown.*")
_SO = {
    VerdictReason.NO_COSTS: N_(
        "The quarter has no costs: nothing is booked, or what was credited is more. Without costs there is no return to work out."
    ),
    VerdictReason.GUARDRAIL: N_(
        "But this got worse: {worse}. While it is, nothing is called paid."
    ),
    VerdictReason.EXPLORATORY: N_("While that is so, nothing is called paid."),
    VerdictReason.COSTS_INCOMPLETE: N_(
        "But the booked costs are too low to be all: book the company's own hours, and where the "
        "first year really costs less than usual, say why with `lotsen cost explain`."
    ),
    VerdictReason.NOT_PAID_BACK: N_("So far this does not cover the costs with enough certainty."),
    VerdictReason.EARNED: N_("The time that this freed has covered all costs so far."),
}
_IF = N_(
    "If that is the pilot's doing, the freed time has covered all costs so far. Before and after "
    "cannot tell: other things changed as well."
)
_FIGURES = {
    "tickets_resolved": N_("Tickets resolved"),
    "handling_time_mean_before": N_("Minutes a question, without Lotsen"),
    "handling_time_mean_now": N_("Minutes a question, with Lotsen"),
    "minutes_saved_a_ticket": N_("Saved a question"),
    "hours_freed": N_("Hours freed"),
    "cost": N_("Costs booked"),
    "cases_helped": N_("Cases with Lotsen"),
    "cases_exempt": N_("Urgent cases, which count with no benefit"),
    "cases_held_out": N_("Cases left alone, which count with no benefit"),
}
_NOT_SHOWN = {
    "minutes_saved_a_ticket": N_("Saved a question (not shown)"),
    "hours_freed": N_("Hours freed (not shown)"),
}
"""An interval without zero would pass for a result where something forbids to claim one."""
MONEY = {
    "benefit": N_("Benefit"),
    "roi": N_("Return (ROI)"),
    "p_positive": N_("Chance that it exceeds the quarter's costs"),
    "p_covered": N_("Chance that all costs so far are covered"),
    "payback_month": N_("All costs earned back"),
    "npv_eur": N_("Net present value so far"),
}
_ASSUMPTIONS = {
    "loaded_rate": N_("An hour of work costs, all included"),
    "recapture_low": N_("Freed time that is put to use, low"),
    "recapture_mid": N_("Freed time that is put to use, middle"),
    "recapture_high": N_("Freed time that is put to use, high"),
    "discount_rate": N_("Interest a year"),
}
_COMMON = N_(
    "Handling times count up to the baseline's 95th percentile. A pilot's return is judged after "
    "12–18 months; this is one quarter's statement. Soft figures are never turned into money."
)


def roi_message(statement: Statement, words: Translator) -> Message:
    """Write the statement; no amount of benefit is named where none is shown."""
    words = words.in_currency(statement.currency)
    heading, said, *_ = lead_parts(statement, words)
    return Message(
        text=f"{heading.text}. {plain(said.runs)}", parts=tuple(_parts(statement, words))
    )


def lead_parts(statement: Statement, words: Translator) -> tuple[Heading, Paragraph, Fields]:
    """Return the title, the verdict with its reason, and the money."""
    verdict = words.rich(verdict_of(statement))
    return (
        Heading(title_words(statement, words)),
        Paragraph((*verdict, Run(" "), *_reason(statement, words))),
        Fields(tuple(_money(statement, words))),
    )


def verdict_of(statement: Statement) -> str:
    """Return the verdict's words: an association claims no cause, a young pilot no return."""
    if statement.verdict is not StatementVerdict.PAID:
        return _VERDICTS[statement.verdict]
    if not statement.effect.claims_cause:
        return _UNPROVEN
    return _VERDICTS[StatementVerdict.PAID] if is_final(statement) else _ESTIMATED


def is_final(statement: Statement) -> bool:
    """Return whether a year has passed, from which on a return may be spoken of."""
    gates = {gate.key: gate.state for gate in statement.gates}
    return gates.get(RETURN, GateState.WAITING) is not GateState.WAITING


def title_words(statement: Statement, words: Translator) -> str:
    """Return what a quarter's statement is called."""
    quarter = quarter_words(statement.quarter)
    return words.gettext("Return on the pilot, {quarter}", quarter=quarter)


def quarter_words(quarter: str) -> str:
    """Write 2026Q4 as people do."""
    return f"Q{quarter[-1]} {quarter[:4]}"


def _parts(statement: Statement, words: Translator) -> Iterator[Part]:
    yield from lead_parts(statement, words)
    yield layer_part(statement, words)
    yield from reuse_parts(statement, words)
    if statement.wait is not None:
        # Apart from the money: what employees wait never becomes any.
        yield Paragraph(wait_line(statement.wait, words))
    yield from trial_parts(statement.trials, words)
    yield from baseline_parts(statement, words)
    yield from costs_note(statement, words)
    if statement.baseline_changed is not None:
        yield Paragraph(change_line(statement.baseline_changed, words))
    yield from issued_parts(statement.issued, words)
    yield from statement_context.horizons(statement, words)
    yield from statement_context.to_adjust(statement, words)
    yield from hard_figures(statement, words)
    yield from soft_figures(statement, words)
    yield from use_case_parts(statement.use_cases, words)
    yield from statement_context.costs_in_short(statement, words)
    if statement.break_even is not None:
        yield Paragraph(break_even_line(statement.break_even, words))
    yield Paragraph(words.rich(RESTS_ON))
    yield assumptions_table(statement, words)
    yield method_note(statement, words)


def baseline_parts(statement: Statement, words: Translator) -> Iterator[Note]:
    """Say which baseline is compared with, how many were frozen before it, and all history."""
    if (one := statement.baseline) is not None:
        yield Note(
            words.rich(
                "Compared with baseline {number}, {first} to {last}, frozen {day}. Frozen before "
                "it: {n}.",
                number=words.number(one.number),
                first=words.day(one.first_day),
                last=words.day(one.last_day),
                day=words.day(one.frozen_on),
                n=words.number(one.predecessors),
            )
        )
        if one.history is not None:
            yield Note(_history(one.history, words))
        if one.people is not None:
            then, now = map(words.number, one.people)
            yield Note(
                words.rich(
                    "Since then the number of people who worked here on {day} was changed in the "
                    "settings: {then} then, {now} now.",
                    day=words.day(one.last_day),
                    then=then,
                    now=now,
                )
            )


def _history(known: HistoryMinutes, words: Translator) -> Runs:
    """Say what all history comes to: whoever chose the baseline's weeks chose among these."""
    return words.rich(
        "In it a ticket took {frozen} (n = {frozen_n}); in all history since {day} it took {mean} "
        "(n = {n}).",
        frozen=_minutes(known.frozen_mean, words),
        frozen_n=words.number(known.frozen_n),
        day=words.day(known.since),
        mean=_minutes(known.mean, words),
        n=words.number(known.n),
    )


def costs_note(statement: Statement, words: Translator) -> Iterator[Note]:
    """Say why so little is booked: in the words of who decided it, and what was taken off late."""
    if statement.credited_late:
        yield Note(
            words.rich(
                "Taken off the costs after the quarter had ended: {euros}. No statement was posted "
                "before that to compare with.",
                euros=words.money(-statement.credited_late, 2),
            )
        )
    if statement.costs_explained:
        yield Note(
            words.rich("Why so little is booked: {reason}", reason=statement.costs_explained)
        )


def hard_figures(
    statement: Statement, words: Translator, keys: Collection[str] = ()
) -> tuple[Paragraph, Table]:
    """Return the hard figures with their title; only those of ``keys``, if any are named."""
    shown = tuple(one for one in statement.hard if not keys or one.key in keys)
    return Paragraph(words.rich("*Hard figures*")), _figures(statement, shown, words)


def soft_figures(statement: Statement, words: Translator) -> Iterator[Part]:
    """Return the soft figures that are known, with their title; nothing without any."""
    known = tuple(one for one in statement.soft if one.value is not None)
    if known:
        yield Paragraph(words.rich("*Soft figures*"))
        yield _figures(statement, known, words)


RESTS_ON = N_("*What this rests on*")


def method_note(statement: Statement, words: Translator) -> Note:
    """Return by which comparison the figures are told."""
    told = [DESIGN_WORDS[statement.design].method]
    helped = statement.effect.helped
    if helped is not None and not statement.design.is_by_chance:
        told.append(NOT_LEFT_ALONE)
    share = words.percent(helped or 0.0)
    return Note(
        tuple(
            run for text in (*told, _COMMON) for run in (*words.rich(text, share=share), Run(" "))
        )
    )


def _reason(statement: Statement, words: Translator) -> Runs:
    """Say what was found, in the words of the effect, and what follows from it."""
    found = effect_line(statement.effect, words)
    reason = statement.reason
    if reason not in _SO:
        return found
    proven = statement.effect.claims_cause or reason is not VerdictReason.EARNED
    worse = statement_context.guardrails(statement.worse, words)
    return (*found, Run(" "), *words.rich(_SO[reason] if proven else _IF, worse=worse))


def _money(statement: Statement, words: Translator) -> Iterator[tuple[str, Runs]]:
    yield words.gettext("Costs of the quarter"), _text(words.money(statement.cost_eur))
    benefit = statement.benefit
    if benefit is None or not statement.shows_benefit:
        yield words.gettext("Benefit"), _text(words.gettext("not shown"))
        return
    # The middle of the draws is no other number than the middle of what is assumed.
    bounds = statement.quantiles or benefit
    low, high = words.money(bounds.low), words.money(bounds.high)
    mid = words.money(benefit.mid)
    spread = N_("{mid} (P10 to P90: {low} to {high})")
    yield _label("benefit", statement, words), words.rich(spread, mid=mid, low=low, high=high)
    if not statement.shows_return:
        return
    for key, write in (
        ("roi", words.percent), ("p_positive", words.chance), ("p_covered", words.chance),
    ):  # fmt: skip
        if (share := statement.money[key]) is not None:
            yield _label(key, statement, words), _text(write(share))
    if not statement.shows_payback:
        return
    # A month stands only where the verdict says so too.
    month = statement.payback_month if statement.verdict is StatementVerdict.PAID else None
    paid_back = statement_context.month_words(month, words) if month else words.gettext("not yet")
    yield _label("payback_month", statement, words), _text(paid_back)
    if statement.npv_eur is not None:
        yield _label("npv_eur", statement, words), _text(words.money(statement.npv_eur))


def _label(key: str, statement: Statement, words: Translator) -> str:
    return words.gettext(title_in(key, statement))


def title_in(key: str, statement: Statement) -> str:
    """Return what the statement calls a figure: an association and an estimate say so."""
    if key == "benefit" and statement.shows_benefit and not statement.effect.claims_cause:
        return N_("Benefit, if it is the pilot's doing")
    if key == "roi" and not (statement.effect.claims_cause and is_final(statement)):
        return N_("Return (ROI), estimate")
    if key in _NOT_SHOWN and statement.difference and not statement.is_change_shown:
        return _NOT_SHOWN[key]
    return MONEY.get(key) or title_of(key)


def _figures(statement: Statement, figures: tuple[Figure, ...], words: Translator) -> Table:
    header = (words.gettext("Figure"), words.gettext("n"), words.gettext("Value (interval)"))
    return Table(header, tuple(_row(statement, figure, words) for figure in figures))


def title_of(key: str) -> str:
    """Return a figure's title."""
    return _FIGURES.get(key) or KPIS[key].title


def _row(statement: Statement, figure: Figure, words: Translator) -> tuple[str, ...]:
    title = title_in(figure.key, statement)
    n = "–" if figure.n is None else words.number(figure.n)
    value = with_interval(figure, lambda one: _figure(figure, one, words), words)
    return words.gettext(title), n, value


def _figure(figure: Figure, value: float | None, words: Translator) -> str:
    if value is None:
        return "–"
    if figure.key in KPIS:
        return amount(value, figure.key, words)
    if figure.unit == "minutes":
        return _minutes(value, words)
    if figure.unit == "hours":
        return words.gettext("{n} h", n=words.number(value, 1))
    return words.money(value, 2) if figure.unit == "money" else words.number(value)


def assumptions_table(statement: Statement, words: Translator) -> Table:
    header = (words.gettext("Assumption"), words.gettext("Value"), words.gettext("Source"))
    rows = tuple(
        (
            _assumed(item, words),
            assumed_value(item, item.value, words),
            _source(item, words),
        )
        for item in statement.assumptions
    )
    return Table(header, rows)


def assumptions_that_matter(statement: Statement, words: Translator) -> Table:
    """Return what an hour costs, with who set it; how much freed time is used is a layer.

    The interest matters only where a net present value is shown.
    """
    items = {item.key: item for item in statement.assumptions}
    hour = items["loaded_rate"]
    rows = [(_assumed(hour, words), assumed_value(hour, hour.value, words), hour)]
    if statement.shows_payback:
        rate = items["discount_rate"]
        rows.append((_assumed(rate, words), assumed_value(rate, rate.value, words), rate))
    header = (words.gettext("Assumption"), words.gettext("Value"), words.gettext("Set by"))
    # What each was before stands in the table of all.
    return Table(
        header, tuple((name, value, words.gettext(item.source)) for name, value, item in rows)
    )


def _assumed(item: AssumedValue, words: Translator) -> str:
    return words.gettext(_ASSUMPTIONS[item.key])


def assumed_value(item: AssumedValue, value: float, words: Translator) -> str:
    """Write an assumption's value: an hour's price as a sum, else a percentage."""
    return words.money(value, 2) if "money" in item.unit else words.percent(value)


def _source(item: AssumedValue, words: Translator) -> str:
    """Return where a number comes from, and what it was before."""
    source = words.gettext(item.source)
    if item.since is None or item.decided is None or item.before is None:
        return source
    return words.gettext(
        "{source}; from {since} (decided {decided}), {before} before",
        source=source,
        since=words.day(item.since),
        decided=words.day(item.decided),
        before=assumed_value(item, item.before, words),
    )


def _minutes(value: float, words: Translator) -> str:
    return words.gettext("{n} min", n=words.number(value, 1))


def _text(text: str) -> Runs:
    return (Run(text),)
