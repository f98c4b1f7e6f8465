"""An effect as people read it: what is shown, how sure, and when more can be."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from models.kpis.comparison import KpiVerdict
from models.language import N_, Translator
from models.message import Fields, Heading, Message, Note, Paragraph, Part, Run, Runs, plain
from models.value.effect.design import LEAST_CASES, LEAST_WEEKS, Design
from models.value.effect.estimation import Effect, EffectReason
from models.value.effect.forecast import Need
from models.value.effect.guardrails import GUARDRAILS

_SHOWN = {
    (KpiVerdict.MET, True): N_(
        "*The goal is reached:* with Lotsen handling takes {cut} less time ({low} to {high})."
    ),
    (KpiVerdict.IMPROVED, True): N_(
        "*Lotsen saves time:* handling takes {cut} less ({low} to {high}); the goal is {target}."
    ),
    (KpiVerdict.WORSE, True): N_(
        "*With Lotsen handling takes longer:* {more} more time ({least_more} to {most_more})."
    ),
    (KpiVerdict.MET, False): N_(
        "*Handling takes {cut} less time than before ({low} to {high}).* That is as much as the "
        "goal, but an association: it does not say why."
    ),
    (KpiVerdict.IMPROVED, False): N_(
        "*Handling takes {cut} less time than before ({low} to {high}).* It is an association: it "
        "does not say why."
    ),
    (KpiVerdict.WORSE, False): N_(
        "*Handling takes {more} more time than before ({least_more} to {most_more}).* It is an association: it "
        "does not say why."
    ),
}
_SILENT = {
    EffectReason.NO_BASELINE: N_("*No effect can be shown:* no baseline is frozen."),
    EffectReason.NO_TIMES: N_(
        "*No effect can be shown:* the baseline has no handling times. Import handling_minutes "
        "with older tickets, or observe for 8 weeks."
    ),
    EffectReason.NOTHING_SHARED: N_(
        "*No effect can be shown:* the tickets before and after have no category in common, or "
        "hardly any ticket in one."
    ),
    EffectReason.TOO_FEW: N_(
        "*No effect is shown yet:* {n} cases with Lotsen and {held} without; {least} of each are needed."
    ),
    EffectReason.TOO_SHORT: N_(
        "*No effect is shown yet:* {weeks} whole weeks with a ticket to compare after the baseline "
        "and {weeks_before} in it; {least_weeks} of each are needed."
    ),
    EffectReason.TOO_EARLY: N_("*No effect is judged yet:* {so_far} of {planned} planned cases."),
    EffectReason.NO_DIFFERENCE: N_(
        "*No effect is shown yet:* {low} to {high} of the time is saved, which may be nothing."
    ),
    EffectReason.GUARDRAIL: N_(
        "*No success is claimed:* handling takes {cut} less time, but this got worse: {worse}."
    ),
}
_TOO_FEW_TICKETS = N_(
    "*No effect is shown yet:* {n} tickets with a known handling time to compare after the baseline "
    "and {held} in it; {least} of each are needed."
)
_EXPLORED = {
    KpiVerdict.MET: N_(
        "*Exploratory: handling takes {cut} less time than the categories chosen now let expect "
        "({low} to {high}).* They could have been chosen for what they show, so it says nothing of "
        "why."
    ),
    KpiVerdict.WORSE: N_(
        "*Exploratory: handling takes {more} more time than the categories chosen now let expect "
        "({least_more} to {most_more}).* They could have been chosen for what they show, so it "
        "says nothing of why."
    ),
}
_EXPLORED[KpiVerdict.IMPROVED] = _EXPLORED[KpiVerdict.MET]
NOT_LEFT_ALONE = N_(
    "The categories named as untouched are not compared with: Lotsen helped with {share} of their "
    "tickets."
)
_DESIGNS = {
    Design.HOLD_OUT: N_("hold-out: chance decided which cases Lotsen left alone"),
    Design.DIFFERENCE: N_("difference in differences, against categories left alone"),
    Design.ASSOCIATION: N_("before and after, week by week: an association"),
}


def effect_message(effect: Effect, words: Translator) -> Message:
    """Return what ``lotsen effect`` shows."""
    title = words.gettext("What the pilot changed")
    head = effect_line(effect, words)
    return Message(f"{title}. {plain(head)}", tuple(_parts(effect, title, head, words)))


def _parts(effect: Effect, title: str, head: Runs, words: Translator) -> Iterator[Part]:
    yield Heading(title)
    yield Paragraph(head)
    yield Fields(tuple(_facts(effect, words)))
    if forecast := forecast_line(effect, words):
        yield Paragraph(forecast)
    held = effect.design is Design.HOLD_OUT
    if effect.helped is not None:
        yield Paragraph(words.rich(NOT_LEFT_ALONE, share=_share(effect.helped, words)))
    yield Note(words.rich(_METHOD_OF_ARMS if held else _METHOD_OF_WEEKS))


_METHOD_OF_WEEKS = N_(
    "Mean minutes a ticket, up to the baseline's 95th percentile and in the baseline's mix of "
    "categories, with 95 % intervals from how whole weeks differ. All figures are of the whole "
    "desk, never of a person."
)
_METHOD_OF_ARMS = N_(
    "Mean minutes a case, up to the baseline's 95th percentile, in 95 % intervals. Cases stay in "
    "the arm that chance gave them; those of the last seven days do not count yet. All figures are "
    "of the whole desk, never of a person."
)


def effect_line(effect: Effect, words: Translator) -> Runs:
    """Say in one sentence what is shown, and no more than that."""
    text = _shown(effect) if effect.why is EffectReason.SHOWN else _silent(effect)
    cut = effect.cut
    value, low, high = (cut.value, cut.low, cut.high) if cut else (0.0, 0.0, 0.0)
    return words.rich(
        text,
        cut=_share(value, words),
        low=_share(low, words),
        high=_share(high, words),
        more=_share(-value, words),
        least_more=_share(-high, words),
        most_more=_share(-low, words),
        target=words.percent(effect.target),
        n=words.number(effect.n),
        held=words.number(effect.n_before),
        so_far=words.number(effect.n + effect.n_before),
        planned=words.number(effect.planned),
        least=str(LEAST_CASES),
        weeks=words.number(effect.weeks or 0),
        weeks_before=words.number(effect.weeks_before or 0),
        least_weeks=str(LEAST_WEEKS),
        worse=words.listing(words.gettext(GUARDRAILS[key]) for key in effect.worse),
    )


def _shown(effect: Effect) -> str:
    if effect.is_exploratory:
        return _EXPLORED[effect.verdict]
    return _SHOWN[effect.verdict, effect.claims_cause]


def _silent(effect: Effect) -> str:
    of_tickets = effect.design is not Design.HOLD_OUT and effect.why is EffectReason.TOO_FEW
    return _TOO_FEW_TICKETS if of_tickets else _SILENT[effect.why]


def forecast_line(effect: Effect, words: Translator) -> Runs:
    """Say when an effect of the target's size can be shown; nothing when it is shown."""
    if effect.why is EffectReason.SHOWN or effect.improved is None:
        return ()
    return words.rich(
        _when(effect.improved, by_cases=effect.design is Design.HOLD_OUT),
        target=words.percent(effect.target),
        so_far=words.number(effect.improved.so_far),
        needed=words.number(effect.improved.needed or 0),
        day=words.day(effect.improved.on) if effect.improved.on else "",
    )


def _when(need: Need, *, by_cases: bool) -> str:
    if need.needed is None:
        return N_("An effect of {target} cannot be shown against this baseline.")
    if need.on is None:
        return N_("At the present rate an effect of {target} cannot be shown in three years.")
    if by_cases:
        return N_(
            "An effect of {target} can be shown by {day}: with {needed} cases, {so_far} so far."
        )
    return N_("An effect of {target} can be shown by {day}: with {needed} weeks, {so_far} so far.")


def _facts(effect: Effect, words: Translator) -> Iterator[tuple[str, Runs]]:
    explored = N_("exploratory: against categories chosen now, not beforehand")
    method = explored if effect.is_exploratory else _DESIGNS[effect.design]
    yield words.gettext("Method"), _text(words.gettext(method))
    if effect.cut is not None:
        spread = words.rich(
            "{value} ({low} to {high})",
            value=_share(effect.cut.value, words),
            low=_share(effect.cut.low, words),
            high=_share(effect.cut.high, words),
        )
        yield words.gettext("Less handling time"), spread
    yield words.gettext("Goal"), _text(words.percent(effect.target))
    if effect.design is Design.HOLD_OUT:
        yield words.gettext("Cases with Lotsen"), _text(words.number(effect.n))
        yield words.gettext("Cases held out"), _text(words.number(effect.n_before))
    else:
        yield words.gettext("Tickets now"), _text(words.number(effect.n))
        yield words.gettext("Tickets in the baseline"), _text(words.number(effect.n_before))
    if effect.later:
        yield words.gettext("Cases since, not judged yet"), _text(words.number(effect.later))
    if effect.unknown:
        yield words.gettext("Without a known handling time"), _text(words.number(effect.unknown))


def effect_json(effect: Effect) -> dict[str, Any]:
    """Return what ``lotsen effect --json`` prints; shares are of the time before."""
    told = asdict(effect)
    cut = told.pop("cut") or {"value": None, "low": None, "high": None}
    saved = told.pop("minutes") and effect.minutes and effect.minutes.saved
    for key in ("improved", "met"):
        if told[key] and told[key]["on"]:
            told[key]["on"] = told[key]["on"].isoformat()
    return {
        **told,
        "design": effect.design.value,
        "verdict": effect.verdict.value,
        "why": effect.why.value,
        "claims_cause": effect.claims_cause,
        "worse": list(effect.worse),
        **{key: cut[key] for key in ("value", "low", "high")},
        "minutes_saved_a_case": saved
        and {"value": saved.value, "low": saved.low, "high": saved.high},
    }


def _share(value: float, words: Translator) -> str:
    # Rounded first: nobody writes "−0 %".
    return words.percent(round(value, 2) + 0.0)


def _text(text: str) -> Runs:
    return (Run(text),)
