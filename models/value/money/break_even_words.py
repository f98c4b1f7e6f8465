"""The break-even as people read it: in two or three sentences."""

from collections.abc import Iterator

from models.language import N_, Translator
from models.message import Run, Runs
from models.value.money.break_even import BreakEven

_OR_ANSWERED = N_(
    "*Break-even:* with {questions} questions and {cost} a month, {rate} an hour and {recapture} "
    "of the freed time put to use, each question must save {minutes}, or {answered} questions a "
    "month must be answered without a ticket."
)
_ONLY_MINUTES = N_(
    "*Break-even:* with {questions} questions and {cost} a month, {rate} an hour and {recapture} "
    "of the freed time put to use, each question must save {minutes}."
)
_CAN = N_("A question takes {handling} of work today.")
_CANNOT = N_(
    "*Handling time alone can never pay for it:* a question takes only {handling} of work today."
)
_NO_LENGTH = N_("How much work a question is today is not known: handling times are missing.")
_WORTHLESS = N_(
    "*Break-even:* none. An hour of work costs nothing, or no freed time is put to use, so "
    "handling time alone can never pay."
)
_WAITING = N_(
    "What else counts, apart from this sum: employees wait. At {employee_rate} an hour, "
    "{waiting} less waiting a question would be worth as much, if a minute of waiting cost a "
    "minute of work."
)
_UNKNOWN = N_("*Break-even:* not known yet, because of this: {missing}.")


def break_even_line(found: BreakEven, words: Translator) -> Runs:
    """Say what a question must save, and whether that is possible."""
    inputs = found.inputs
    values = {
        "questions": words.number(inputs.questions_a_month or 0),
        "cost": words.money(inputs.cost_a_month or 0.0),
        "rate": words.money(inputs.loaded_rate, 2),
        "recapture": words.percent(inputs.recapture),
        "minutes": _minutes(found.minutes_a_question, words),
        "answered": words.number(found.answered_a_month or 0),
        "handling": _minutes(inputs.handling_minutes, words),
        "employee_rate": words.money(inputs.employee_rate, 2),
        "waiting": _minutes(found.waiting_minutes_a_question, words),
        "missing": words.listing(_missing(found, words)),
    }
    said = [(*words.rich(text, **values), Run(" ")) for text in _sentences(found)]
    return tuple(run for sentence in said for run in sentence)[:-1]


def _sentences(found: BreakEven) -> Iterator[str]:
    if found.can_pay is None and found.minutes_a_question is None:
        yield _UNKNOWN
        return
    if found.minutes_a_question is None:
        yield _WORTHLESS
    elif found.can_pay is None:
        yield from (_ONLY_MINUTES, _NO_LENGTH)
    else:
        yield from (_OR_ANSWERED, _CAN if found.can_pay else _CANNOT)
    if found.can_pay is False and found.waiting_minutes_a_question is not None:
        yield _WAITING


def _missing(found: BreakEven, words: Translator) -> Iterator[str]:
    if not found.inputs.questions_a_month:
        yield words.gettext("nobody knows how many questions a month come in")
    if not found.inputs.cost_a_month:
        yield words.gettext("no costs are booked or planned")


def _minutes(value: float | None, words: Translator) -> str:
    return words.gettext("{n} min", n=words.number(value or 0.0, 1))
