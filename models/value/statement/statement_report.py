"""The quarterly statement as people read it: verdict first, then why, then the figures."""

from collections.abc import Collection, Iterator
from math import floor

from models.kpis.baseline_change import change_line
from models.kpis.definitions import KPIS
from models.kpis.report import amount, with_interval
from models.language import N_, Translator
from models.message import Fields, Heading, Message, Note, Paragraph, Part, Run, Runs, Table, plain
from models.value.effect.design import LEAST_CASES, LEAST_WEEKS, Design
from models.value.effect.effect_report import NOT_LEFT_ALONE
from models.value.issued.wording import issued_parts
from models.value.money.break_even_words import break_even_line
from models.value.statement import statement_context
from models.value.statement.gates import RETURN
from models.value.statement.quarter_statement import (
    AssumedValue,
    Figure,
    GateState,
    Statement,
    StatementReason,
    StatementVerdict,
)

_VERDICTS = {
    StatementVerdict.PAID: N_("*Paid.*"),
    StatementVerdict.NOT_YET: N_("*Not paid back yet.*"),
    StatementVerdict.NOT_SHOWN: N_("*No benefit is shown.*"),
    StatementVerdict.STOP: N_("*Stop and look into it.*"),
}
_ESTIMATED = N_("*Costs covered so far.*")
_UNPROVEN = N_("*Costs covered, cause not shown.*")
_FASTER = {
    Design.HOLD_OUT: N_(
        "A case costs the support team {saved} less with Lotsen than where chance left it alone."
    ),
    Design.DIFFERENCE: N_("A ticket takes {saved} less than the categories left alone let expect."),
    Design.ASSOCIATION: N_("A ticket takes {saved} less than before the pilot."),
}
_SLOWER = {
    Design.HOLD_OUT: N_(
        "A case costs the support team {lost} more with Lotsen than where chance left it alone, "
        "and the 95 % interval rules out chance."
    ),
    Design.DIFFERENCE: N_(
        "A ticket takes {lost} more than the categories left alone let expect, and the 95 % "
        "interval rules out chance."
    ),
    Design.ASSOCIATION: N_(
        "A ticket takes {lost} more than before the pilot, and the 95 % interval rules out chance."
    ),
}
_SILENT = {
    StatementReason.NO_BASELINE: N_(
        "No baseline is frozen, so there is nothing to compare with: import older tickets and "
        "freeze one."
    ),
    StatementReason.NO_TIMES: N_(
        "The baseline has no handling times, so there is nothing to compare with: import "
        "handling_minutes with older tickets, or observe for 8 weeks."
    ),
    StatementReason.NO_TICKETS: N_(
        "No ticket with a measured handling time was resolved in the quarter."
    ),
    StatementReason.NOTHING_SHARED: N_(
        "The quarter and the baseline have no category in common, or hardly any ticket in one, so "
        "there is nothing to compare."
    ),
    StatementReason.TOO_FEW: N_(
        "Handling times: {now} this quarter, {before} in the baseline; at least {least} are "
        "needed on each side."
    ),
    StatementReason.TOO_SHORT: N_(
        "Weeks measured: {weeks} this quarter, {weeks_before} in the baseline; at least "
        "{least_weeks} are needed on each side."
    ),
    StatementReason.NO_DIFFERENCE: N_(
        "The difference is {saved} a case or ticket, but the 95 % interval, {low} to {high}, does "
        "not rule out that nothing changed."
    ),
}
_SO = {
    StatementReason.NO_COSTS: N_(
        "No costs are booked for the quarter: without them there is no return to work out."
    ),
    StatementReason.GUARDRAIL: N_(
        "But this got worse: {worse}. While it is, nothing is called paid."
    ),
    StatementReason.PENDING: N_(
        "But chance holds cases back, and these decide: they are judged from {planned} on, so far "
        "there are {so_far}."
    ),
    StatementReason.NOT_PAID_BACK: N_(
        "So far this does not cover the costs with enough certainty."
    ),
    StatementReason.EARNED: N_("The time that this freed has covered all costs so far."),
}
_IF = N_(
    "If that is the pilot's doing, the freed time has covered all costs so far. Before and after "
    "cannot tell: other things changed as well."
)
_FIGURES = {
    "tickets_resolved": N_("Tickets resolved"),
    "handling_time_mean_before": N_("Mean handling time, baseline"),
    "handling_time_mean_now": N_("Mean handling time, now"),
    "minutes_saved_a_ticket": N_("Saved a ticket"),
    "hours_freed": N_("Hours freed"),
    "cost": N_("Costs booked"),
    "cases_helped": N_("Cases with Lotsen"),
    "cases_exempt": N_("Urgent cases, which count with no benefit"),
    "cases_held_out": N_("Cases left alone, which count with no benefit"),
}
MONEY = {
    "benefit": N_("Benefit"),
    "roi": N_("Return (ROI)"),
    "p_positive": N_("Chance that it exceeds the quarter's costs"),
    "p_covered": N_("Chance that all costs so far are covered"),
    "payback_month": N_("All costs earned back"),
    "npv_eur": N_("Net present value so far"),
}
_OF_DESIGN = {
    (Design.HOLD_OUT, "handling_time_mean_before"): N_("Mean minutes, cases left alone"),
    (Design.HOLD_OUT, "handling_time_mean_now"): N_("Mean minutes, cases with Lotsen"),
    (Design.HOLD_OUT, "minutes_saved_a_ticket"): N_("Saved a case"),
    (Design.HOLD_OUT, "hours_freed"): N_("Hours freed, cases with Lotsen this quarter"),
    (Design.DIFFERENCE, "handling_time_mean_before"): N_("Mean handling time to be expected"),
}
_ASSUMPTIONS = {
    "loaded_rate": N_("An hour of work costs, all included"),
    "recapture_low": N_("Freed time that is put to use, low"),
    "recapture_mid": N_("Freed time that is put to use, middle"),
    "recapture_high": N_("Freed time that is put to use, high"),
    "discount_rate": N_("Interest a year"),
}
METHODS = {
    Design.HOLD_OUT: N_(
        "Compared are cases that Lotsen helped with and cases that chance left alone. Each stays "
        "in its group whatever came of it, and a question that an answer solved counts with no "
        "minutes: so the difference is Lotsen's doing."
    ),
    Design.DIFFERENCE: N_(
        "Compared is before with after, less what changed as well in categories that Lotsen leaves to "
        "people, named beforehand. What else hit only the others would pass for its doing."
    ),
    Design.ASSOCIATION: N_(
        "Compared is before with after, without a hold-out: an association, no proof of a cause."
    ),
}
_COMMON = N_(
    "Handling times count up to the baseline's 95th percentile. A pilot's return is judged after "
    "12–18 months; this is one quarter's statement. Soft figures are never turned into euros."
)


def roi_message(statement: Statement, words: Translator) -> Message:
    """Write the statement; no amount of benefit is named where none is shown."""
    heading, said, *_ = lead_parts(statement, words)
    return Message(
        text=f"{heading.text}. {plain(said.runs)}", parts=tuple(_parts(statement, words))
    )


def lead_parts(statement: Statement, words: Translator) -> tuple[Heading, Paragraph, Fields]:
    """Return the title, the verdict with its reason, and the money."""
    verdict = words.rich(verdict_of(statement))
    reason = Run(f" {_reason(statement, words)}")
    return (
        Heading(title_words(statement, words)),
        Paragraph((*verdict, reason)),
        Fields(tuple(_money(statement, words))),
    )


def verdict_of(statement: Statement) -> str:
    """Return the verdict's words: an association claims no cause, a young pilot no return."""
    if statement.verdict is not StatementVerdict.PAID:
        return _VERDICTS[statement.verdict]
    if not statement.design.is_causal:
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
    if statement.baseline_changed is not None:
        yield Paragraph(change_line(statement.baseline_changed, words))
    yield from issued_parts(statement.issued, words)
    yield from statement_context.horizons(statement, words)
    yield from statement_context.to_adjust(statement, words)
    yield from hard_figures(statement, words)
    yield from soft_figures(statement, words)
    yield from statement_context.costs_in_short(statement, words)
    if statement.break_even is not None:
        yield Paragraph(break_even_line(statement.break_even, words))
    yield Paragraph(words.rich(RESTS_ON))
    yield assumptions_table(statement, words)
    yield method_note(statement, words)


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
    told = [METHODS[statement.design]]
    if statement.helped is not None and statement.design is not Design.HOLD_OUT:
        told.append(NOT_LEFT_ALONE)
    share = words.percent(statement.helped or 0.0)
    return Note(
        tuple(
            run for text in (*told, _COMMON) for run in (*words.rich(text, share=share), Run(" "))
        )
    )


def _reason(statement: Statement, words: Translator) -> str:
    found, pending = statement.difference, statement.pending
    saved, low, high = (found.value, found.low, found.high) if found else (0.0, 0.0, 0.0)
    values = {
        "now": words.number(statement.saving.n),
        "before": words.number(statement.saving.n_before),
        "least": LEAST_CASES,
        "weeks": statement.saving.weeks,
        # 55 days are not eight weeks.
        "weeks_before": words.number(floor(statement.saving.weeks_before)),
        "least_weeks": LEAST_WEEKS,
        "saved": _minutes(saved, words),
        "lost": _minutes(-saved, words),
        "low": _minutes(low, words),
        "high": _minutes(high, words),
        "worse": statement_context.guardrails(statement.worse, words),
        "planned": words.number(pending.planned if pending else 0),
        "so_far": words.number(pending.so_far if pending else 0),
    }
    return " ".join(words.gettext(text, **values) for text in _sentences(statement))


def _sentences(statement: Statement) -> tuple[str, ...]:
    """Return what was found, and what follows from it."""
    reason, design = statement.reason, statement.design
    if reason in _SILENT:
        return (_SILENT[reason],)
    if reason is StatementReason.WORSE:
        return (_SLOWER[design],)
    proven = design.is_causal or reason is not StatementReason.EARNED
    return _FASTER[design], _SO[reason] if proven else _IF


def _money(statement: Statement, words: Translator) -> Iterator[tuple[str, Runs]]:
    yield words.gettext("Costs of the quarter"), _text(words.euros(statement.cost_eur))
    benefit = statement.benefit
    if benefit is None or not statement.shows_benefit:
        yield words.gettext("Benefit"), _text(words.gettext("not shown"))
        return
    # The middle of the draws is no other number than the middle of what is assumed.
    bounds = statement.quantiles or benefit
    low, high = words.euros(bounds.low), words.euros(bounds.high)
    mid = words.euros(benefit.mid)
    spread = N_("{mid} (P10 to P90: {low} to {high})")
    yield _label("benefit", statement, words), words.rich(spread, mid=mid, low=low, high=high)
    for key in ("roi", "p_positive", "p_covered"):
        if (share := statement.money[key]) is not None:
            yield _label(key, statement, words), _text(words.percent(share))
    month = statement.payback_month
    paid_back = statement_context.month_words(month, words) if month else words.gettext("not yet")
    yield _label("payback_month", statement, words), _text(paid_back)
    if statement.npv_eur is not None:
        yield _label("npv_eur", statement, words), _text(words.euros(statement.npv_eur))


def _label(key: str, statement: Statement, words: Translator) -> str:
    return words.gettext(title_in(key, statement))


def title_in(key: str, statement: Statement) -> str:
    """Return what the statement calls a figure: an association and an estimate say so."""
    if key == "benefit" and statement.shows_benefit and not statement.design.is_causal:
        return N_("Benefit, if it is the pilot's doing")
    if key == "roi" and not (statement.design.is_causal and is_final(statement)):
        return N_("Return (ROI), estimate")
    return MONEY.get(key) or title_of(key, statement.design)


def _figures(statement: Statement, figures: tuple[Figure, ...], words: Translator) -> Table:
    header = (words.gettext("Figure"), words.gettext("n"), words.gettext("Value (95 % interval)"))
    return Table(header, tuple(_row(figure, statement.design, words) for figure in figures))


def title_of(key: str, design: Design) -> str:
    """Return a figure's title, which depends on what was compared."""
    return _OF_DESIGN.get((design, key)) or _FIGURES.get(key) or KPIS[key].title


def _row(figure: Figure, design: Design, words: Translator) -> tuple[str, ...]:
    title = title_of(figure.key, design)
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
    return words.euros(value, 2) if figure.unit == "EUR" else words.number(value)


def assumptions_table(statement: Statement, words: Translator) -> Table:
    header = (words.gettext("Assumption"), words.gettext("Value"), words.gettext("Source"))
    rows = tuple(
        (
            words.gettext(_ASSUMPTIONS[item.key]),
            assumed_value(item, item.value, words),
            _source(item, words),
        )
        for item in statement.assumptions
    )
    return Table(header, rows)


def assumed_value(item: AssumedValue, value: float, words: Translator) -> str:
    """Write an assumption's value: an hour's price in euros, else a percentage."""
    return words.euros(value, 2) if "EUR" in item.unit else words.percent(value)


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
