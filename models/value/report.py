"""The quarterly statement as people read it: verdict first, then why, then the figures."""

from collections.abc import Iterator

from models.kpis.definitions import KPIS
from models.kpis.report import amount
from models.language import Words, noted
from models.message import Fields, Heading, Message, Note, Paragraph, Part, Run, Runs, Table, plain
from models.value.guardrails import GUARDRAILS
from models.value.roi import MIN_TICKETS, MIN_WEEKS
from models.value.statement import Assumed, Figure, Reason, Statement, Verdict

_VERDICTS = {
    Verdict.PAID: noted("*Paid.*"),
    Verdict.NOT_YET: noted("*Not paid back yet.*"),
    Verdict.NOT_SHOWN: noted("*No benefit is shown.*"),
    Verdict.STOP: noted("*Stop and look into it.*"),
}
_REASONS = {
    Reason.NO_BASELINE: noted(
        "No baseline is frozen, so there is nothing to compare with: import older tickets and "
        "freeze one."
    ),
    Reason.NO_TICKETS: noted(
        "No ticket with a measured handling time was resolved in the quarter."
    ),
    Reason.TOO_FEW: noted(
        "Handling times: {now} this quarter, {before} in the baseline; at least {least} are "
        "needed on each side."
    ),
    Reason.TOO_SHORT: noted(
        "Weeks measured: {weeks} this quarter, {weeks_before} in the baseline; at least "
        "{least_weeks} are needed on each side."
    ),
    Reason.NO_DIFFERENCE: noted(
        "Handling differs by {saved} a ticket from the baseline, but the 95 % interval, {low} to "
        "{high}, does not rule out that nothing changed."
    ),
    Reason.NO_COSTS: noted(
        "Handling takes {saved} less a ticket than in the baseline, but no costs are booked for "
        "the quarter: without them there is no return to work out."
    ),
    Reason.WORSE: noted(
        "Handling takes {lost} more a ticket than in the baseline, and the 95 % interval rules "
        "out chance."
    ),
    Reason.GUARDRAIL: noted(
        "Handling takes {saved} less a ticket than in the baseline, but this got worse: {worse}."
    ),
    Reason.NOT_PAID_BACK: noted(
        "Handling takes {saved} less a ticket than in the baseline; so far this does not cover "
        "the costs with enough certainty."
    ),
    Reason.EARNED: noted(
        "Handling takes {saved} less a ticket than in the baseline, and the freed time has "
        "covered all costs so far."
    ),
}
_FIGURES = {
    "tickets_resolved": noted("Tickets resolved"),
    "handling_time_mean_before": noted("Mean handling time, baseline"),
    "handling_time_mean_now": noted("Mean handling time, now"),
    "minutes_saved_a_ticket": noted("Saved a ticket"),
    "hours_freed": noted("Hours freed"),
    "cost": noted("Costs booked"),
}
_ASSUMPTIONS = {
    "loaded_rate": noted("An hour of work costs, all included"),
    "recapture_low": noted("Freed time that is put to use, low"),
    "recapture_mid": noted("Freed time that is put to use, middle"),
    "recapture_high": noted("Freed time that is put to use, high"),
    "discount_rate": noted("Interest a year"),
}
_METHOD = noted(
    "Compared is before with after, without a hold-out: an association, no proof of a cause. "
    "Pilots are judged after 12–18 months; this is one quarter's statement. Soft figures are "
    "never turned into euros."
)


def roi_message(statement: Statement, words: Words) -> Message:
    """Write the statement; no amount of benefit is named where none is shown."""
    title = words.say("Return on the pilot, {quarter}", quarter=quarter_words(statement.quarter))
    verdict = words.rich(_VERDICTS[statement.verdict])
    reason = _reason(statement, words)
    return Message(
        text=f"{title}. {plain(verdict)} {reason}",
        parts=tuple(_parts(statement, title, (*verdict, Run(f" {reason}")), words)),
    )


def quarter_words(quarter: str) -> str:
    """Write 2026Q4 as people do."""
    return f"Q{quarter[-1]} {quarter[:4]}"


def _parts(statement: Statement, title: str, said: Runs, words: Words) -> Iterator[Part]:
    yield Heading(title)
    yield Paragraph(said)
    yield Fields(tuple(_money(statement, words)))
    yield Paragraph(words.rich("*Hard figures*"))
    yield _figures(statement.hard, words)
    if any(figure.value is not None for figure in statement.soft):
        yield Paragraph(words.rich("*Soft figures*"))
        yield _figures(tuple(f for f in statement.soft if f.value is not None), words)
    yield Paragraph(words.rich("*What this rests on*"))
    yield _assumptions(statement, words)
    yield Note(words.rich(_METHOD))


def _reason(statement: Statement, words: Words) -> str:
    found = statement.difference
    saved, low, high = (found.value, found.low, found.high) if found else (0.0, 0.0, 0.0)
    return words.say(
        _REASONS[statement.reason],
        now=words.number(statement.n_now),
        before=words.number(statement.n_before),
        least=MIN_TICKETS,
        weeks=statement.weeks_now,
        weeks_before=words.number(statement.weeks_before),
        least_weeks=MIN_WEEKS,
        saved=_minutes(saved, words),
        lost=_minutes(-saved, words),
        low=_minutes(low, words),
        high=_minutes(high, words),
        worse=words.listing(
            words.say(GUARDRAILS.get(key) or KPIS[key].title) for key in statement.worse
        ),
    )


def _money(statement: Statement, words: Words) -> Iterator[tuple[str, Runs]]:
    yield words.say("Costs of the quarter"), _text(words.euros(statement.cost_eur))
    benefit = statement.benefit
    if benefit is None or statement.verdict is Verdict.NOT_SHOWN:
        yield words.say("Benefit"), _text(words.say("not shown"))
        return
    low, mid, high = (words.euros(amount) for amount in benefit)
    spread = noted("{mid} ({low} to {high})")
    yield words.say("Benefit"), words.rich(spread, mid=mid, low=low, high=high)
    if statement.roi is not None:
        yield words.say("Return (ROI)"), _text(words.percent(statement.roi))
    if statement.p_positive is not None:
        label = words.say("Chance that it exceeds the costs")
        yield label, _text(words.percent(statement.p_positive))
    paid_back = statement.payback_month or words.say("not yet")
    yield words.say("All costs earned back"), _text(paid_back)
    if statement.npv_eur is not None:
        yield words.say("Net present value so far"), _text(words.euros(statement.npv_eur))


def _figures(figures: tuple[Figure, ...], words: Words) -> Table:
    header = (words.say("Figure"), words.say("n"), words.say("Value (95 % interval)"))
    return Table(header, tuple(_row(figure, words) for figure in figures))


def _row(figure: Figure, words: Words) -> tuple[str, ...]:
    title = _FIGURES.get(figure.key) or KPIS[figure.key].title
    n = "–" if figure.n is None else words.number(figure.n)
    value = _figure(figure, figure.value, words)
    if figure.low is not None and figure.high is not None:
        low, high = (_figure(figure, bound, words) for bound in (figure.low, figure.high))
        value = words.say("{value} ({low} to {high})", value=value, low=low, high=high)
    return words.say(title), n, value


def _figure(figure: Figure, value: float | None, words: Words) -> str:
    if value is None:
        return "–"
    if figure.key in KPIS:
        return amount(value, figure.key, words)
    if figure.unit == "minutes":
        return _minutes(value, words)
    if figure.unit == "hours":
        return words.say("{n} h", n=words.number(value, 1))
    return words.euros(value, 2) if figure.unit == "EUR" else words.number(value)


def _assumptions(statement: Statement, words: Words) -> Table:
    header = (words.say("Assumption"), words.say("Value"), words.say("Source"))
    rows = tuple(
        (words.say(_ASSUMPTIONS[item.key]), _assumed(item, words), words.say(item.source))
        for item in statement.assumptions
    )
    return Table(header, rows)


def _assumed(item: Assumed, words: Words) -> str:
    return words.euros(item.value, 2) if "EUR" in item.unit else words.percent(item.value)


def _minutes(value: float, words: Words) -> str:
    return words.say("{n} min", n=words.number(value, 1))


def _text(text: str) -> Runs:
    return (Run(text),)
