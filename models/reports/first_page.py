"""Page one of the quarterly statement: an argument, and what would change our mind."""

from collections.abc import Iterator

from models.language import N_, Translator
from models.message import Fields, File, Note, Paragraph, Part, Picture, Run, Runs
from models.value.effect.comparison import (
    LEAST_CASES,
    LEAST_WEEKS,
    Comparison,
    Design,
    VerdictReason,
)
from models.value.effect.effect_report import forecast_line
from models.value.effect.guardrails import GUARDRAILS
from models.value.effect.sentences import REASON_WORDS
from models.value.money.break_even_words import break_even_line
from models.value.statement import statement_context
from models.value.statement.layers import layer_part
from models.value.statement.quarter_statement import Statement, StatementVerdict
from models.value.statement.statement_report import (
    assumptions_that_matter,
    baseline_parts,
    costs_note,
    lead_parts,
)
from models.value.use_cases.words import trial_parts

REASONS = 3
"""So many things that would change our mind are named."""
_BY_REASON = {
    VerdictReason.NO_COSTS: N_(
        "The costs of the quarter: none are booked, or the credits are more."
    ),
    VerdictReason.COSTS_INCOMPLETE: N_("All costs in the books, the company's own hours too."),
    VerdictReason.EXPLORATORY: N_("A baseline frozen before the weeks that are compared with it."),
    VerdictReason.NOT_PAID_BACK: N_(
        "Costs below {benefit} a quarter: so much is the freed time worth, and {cost} were booked."
    ),
}
_NAMED_BEFORE = N_("Categories to compare with that are named before the weeks compared.")
_HOLD_OUT = N_(
    "A hold-out: if chance decides which questions Lotsen leaves alone, we know whether it is the "
    "pilot's doing."
)
_BY_CASES = N_(
    "The next look, at {next} questions ({so_far} so far): its verdict replaces this one."
)
_BY_WEEKS = N_(
    "The next look, after {next} weeks ({so_far} so far): its verdict replaces this one."
)
_WORSE = N_("That this is as it was without Lotsen: {worse}.")
_GUARDRAILS = N_(
    "Harm elsewhere: if one of these gets worse, nothing is called paid: {guardrails}."
)
_KNOWN = N_(
    "Missing minutes: they are known of {known_now} of the tickets, without Lotsen of "
    "{known_before}. Where they are known of fewer, the missing ones count as the longest."
)
_ONE_KIND = N_(
    "One kind of question that explains it alone: `lotsen roi --challenge` leaves out each in turn."
)
_NO_PLAN = N_(
    "A number of questions planned beforehand: without one, who looks often finds something by "
    "chance."
)
_DOUBLED = {
    True: N_("Costs twice as high, {doubled} a quarter: even then {left} would be left."),
    False: N_("Costs twice as high, {doubled} a quarter: then {left} would be lost."),
}


def first_page(statement: Statement, words: Translator, picture: File | None) -> Iterator[Part]:
    """Yield verdict, picture, money, break-even, doubts and assumptions."""
    heading, said, money = lead_parts(statement, words)
    yield heading
    yield said
    if picture is not None:
        yield Picture(picture.name, picture.alt, picture.title)
    target = words.percent(statement.effect.target)
    goal = words.gettext("Goal"), words.rich("{target} less work a question", target=target)
    yield Fields((goal, *money.pairs))
    yield layer_part(statement, words)
    if statement.break_even is not None:
        yield Paragraph(break_even_line(statement.break_even, words))
    yield Paragraph(words.rich("*What would change our mind*"))
    for number, runs in enumerate(changes_of_mind(statement, words), start=1):
        yield Paragraph((Run(f"{number}. "), *runs))
    yield Paragraph(words.rich("*The assumptions that matter*"))
    yield assumptions_that_matter(statement, words)
    small = (
        *trial_parts(statement.trials, words),
        *baseline_parts(statement, words),
        *costs_note(statement, words),
    )
    if small:
        # One note: the page has no room for three.
        yield Note(tuple(run for part in small for run in (*part.runs, Run(" "))))


def changes_of_mind(statement: Statement, words: Translator) -> tuple[Runs, ...]:
    """Return the first three things that apply, what stands in the way of a verdict first."""
    effect, benefit = statement.effect, statement.benefit
    doubled = 2 * statement.cost_eur
    known = effect.known
    values = {
        "known_before": words.percent(known.before) if known else "",
        "known_now": words.percent(known.now) if known else "",
        "benefit": words.money(benefit.mid if benefit else 0.0),
        "cost": words.money(statement.cost_eur),
        "doubled": words.money(doubled),
        "left": words.money(abs((benefit.mid if benefit else 0.0) - doubled)),
        "worse": statement_context.guardrails(_worse(statement), words),
        "guardrails": words.listing(words.gettext(title) for title in GUARDRAILS.values()),
        "least": words.number(LEAST_CASES),
        "least_weeks": words.number(LEAST_WEEKS),
        "next": words.number(next_look(effect) or 0),
        "so_far": words.number(_so_far(effect)),
    }
    lines = [words.rich(text, **values) for text in _before_forecast(statement)]
    if forecast := forecast_line(effect, words):
        lines.append(forecast)
    lines += [words.rich(text, **values) for text in _after_forecast(statement)]
    return tuple(dict.fromkeys(lines))[:REASONS]


def next_look(effect: Comparison) -> int | None:
    """Return at how many cases or weeks the verdict can change; None where no plan says so."""
    look = effect.first_look
    if not look:
        return None
    while look <= _so_far(effect):
        look *= 2
    return look


def _so_far(effect: Comparison) -> int:
    judged = effect.n + effect.n_before if effect.weeks is None else effect.weeks
    return judged + effect.later


def _worse(statement: Statement) -> tuple[str, ...]:
    return statement.worse or statement.effect.worse


def _before_forecast(statement: Statement) -> Iterator[str]:
    effect = statement.effect
    if effect.why in REASON_WORDS and (wanted := REASON_WORDS[effect.why].wanted):
        yield wanted
    if _worse(statement):
        yield _WORSE
    if statement.reason is VerdictReason.EXPLORATORY and not effect.frozen_late:
        yield _NAMED_BEFORE
    elif statement.reason in _BY_REASON:
        yield _BY_REASON[statement.reason]
    if next_look(effect) is not None:
        yield _BY_CASES if effect.weeks is None else _BY_WEEKS


def _after_forecast(statement: Statement) -> Iterator[str]:
    effect = statement.effect
    if effect.design is Design.ASSOCIATION:
        yield _HOLD_OUT
    if statement.verdict is StatementVerdict.PAID and statement.benefit is not None:
        yield _DOUBLED[statement.benefit.mid >= 2 * statement.cost_eur]
    if effect.is_success and not _worse(statement):
        yield _GUARDRAILS
    if effect.known is not None and effect.why is not VerdictReason.MINUTES_MISSING:
        yield _KNOWN
    if effect.cut is not None:
        yield _ONE_KIND
    if next_look(effect) is None:
        yield _NO_PLAN
    yield from (_GUARDRAILS, _ONE_KIND)
