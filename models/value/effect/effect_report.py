"""An effect as people read it: what is shown, how sure, and when more can be."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from models.language import N_, Translator
from models.message import Fields, Heading, Message, Note, Paragraph, Part, Run, Runs, plain
from models.statistics.looks import ERROR
from models.value.effect.comparison import (
    OPEN_VERDICTS,
    Comparison,
    EffectVerdict,
    Need,
    VerdictReason,
)
from models.value.effect.sentences import DESIGN_WORDS, REASON_WORDS, facts_of, share_of

_SHOWN = {
    (EffectVerdict.MET, True): N_(
        "*The goal is reached:* with Lotsen a question takes {cut} less work ({low} to {high})."
    ),
    (EffectVerdict.IMPROVED, True): N_(
        "*Lotsen saves time:* a question takes {cut} less work ({low} to {high}); the goal is "
        "{target}."
    ),
    (EffectVerdict.WORSE, True): N_(
        "*With Lotsen a question takes more work:* {more} more ({least_more} to {most_more})."
    ),
    (EffectVerdict.MET, False): N_(
        "*A question takes {cut} less work than before ({low} to {high}).* That is as much as the "
        "goal, but before and after cannot say why."
    ),
    (EffectVerdict.IMPROVED, False): N_(
        "*A question takes {cut} less work than before ({low} to {high}).* Before and after cannot "
        "say why."
    ),
    (EffectVerdict.WORSE, False): N_(
        "*A question takes {more} more work than before ({least_more} to {most_more}).* Before and "
        "after cannot say why."
    ),
}
_FOUND_NOTHING = {
    EffectVerdict.GOAL_RULED_OUT: N_(
        "*The goal of {target} is ruled out:* a question takes at most {high} less work."
    ),
    EffectVerdict.NO_EFFECT: N_(
        "*There is no effect worth having:* a question takes at most {high} less work."
    ),
    EffectVerdict.NOT_SHOWN: N_(
        "*No effect is shown yet:* {low} to {high} of the work is saved, which may be nothing."
    ),
}
_NO_LESS = {
    EffectVerdict.GOAL_RULED_OUT: N_(
        "*The goal of {target} is ruled out:* a question does not take less work."
    ),
    EffectVerdict.NO_EFFECT: N_(
        "*There is no effect worth having:* a question does not take less work."
    ),
}
"""Where the whole interval is below nothing, and something forbids to call it harm."""
_TOO_FEW_TICKETS = N_(
    "*No effect is shown yet.* Questions with a known handling time to compare: {n} after the "
    "baseline, {held} in it; {least} of each are needed."
)
_CHOSEN_LATER = N_(
    "Exploratory: the categories to compare with were chosen now, so they could have been chosen "
    "for what they show."
)
_FROZEN_LATE = N_(
    "Exploratory: the baseline was frozen when weeks to compare with were over already, so it "
    "could have been chosen for what it shows."
)
_NO_PLACEBO = N_(
    "Nor does the comparison with categories left alone: in the baseline itself, when nothing had "
    "changed, they went different ways, or it is too short to know."
)
NOT_LEFT_ALONE = N_(
    "The categories named as untouched are not compared with: Lotsen helped with {share} of their "
    "tickets."
)


def effect_message(effect: Comparison, words: Translator) -> Message:
    """Return what is shown of a comparison."""
    title = words.gettext("What the pilot changed")
    head = effect_line(effect, words)
    return Message(f"{title}. {plain(head)}", tuple(_parts(effect, title, head, words)))


def _parts(effect: Comparison, title: str, head: Runs, words: Translator) -> Iterator[Part]:
    yield Heading(title)
    yield Paragraph(head)
    yield Fields(tuple(_facts(effect, words)))
    if forecast := forecast_line(effect, words):
        yield Paragraph(forecast)
    if effect.helped is not None:
        yield Paragraph(words.rich(NOT_LEFT_ALONE, share=share_of(effect.helped, words)))
    error = effect.cut.interval_error if effect.cut else ERROR
    sure = words.percent(1 - error, 0 if error == ERROR else 1)
    yield Note(words.rich(DESIGN_WORDS[effect.design].fine_print, sure=sure))


def effect_line(effect: Comparison, words: Translator) -> Runs:
    """Say in one sentence what is shown, and in others what makes it doubtful."""
    doubtful = (run for doubt in _doubts(effect) for run in (Run(" "), *words.rich(doubt)))
    return (*words.rich(_sentence(effect), **facts_of(effect, words)), *doubtful)


def _sentence(effect: Comparison) -> str:
    if effect.why is VerdictReason.SHOWN:
        return _SHOWN[effect.verdict, effect.claims_cause]
    if effect.why is VerdictReason.NO_DIFFERENCE:
        return (_FOUND_NOTHING if effect.may_be_less else {**_FOUND_NOTHING, **_NO_LESS})[
            effect.verdict
        ]
    if not effect.design.is_by_chance and effect.why is VerdictReason.TOO_FEW:
        return _TOO_FEW_TICKETS
    reason = REASON_WORDS[effect.why]
    is_judged = effect.verdict is not EffectVerdict.NOT_JUDGED
    return reason.said if is_judged else reason.unjudged or reason.said


def _doubts(effect: Comparison) -> tuple[str, ...]:
    """Return (English) what makes doubtful what is shown."""
    rules = (
        (effect.frozen_late, _FROZEN_LATE),
        (effect.is_exploratory and not effect.frozen_late, _CHOSEN_LATER),
        (effect.is_placebo_clear is False, _NO_PLACEBO),
    )
    if effect.why is not VerdictReason.SHOWN:
        return ()
    return tuple(text for holds, text in rules if holds)


def forecast_line(effect: Comparison, words: Translator) -> Runs:
    """Say when an effect of the target's size can be shown; nothing when it is settled."""
    if effect.improved is None or effect.verdict not in OPEN_VERDICTS:
        return ()
    return words.rich(
        _when(effect.improved, by_cases=effect.design.is_by_chance),
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


def sizes_of(effect: Comparison, words: Translator) -> Iterator[tuple[str, Runs]]:
    """Yield how many were compared."""
    if effect.design.is_by_chance:
        yield words.gettext("Cases with Lotsen"), _text(words.number(effect.n))
        yield words.gettext("Cases held out"), _text(words.number(effect.n_before))
        if effect.half_days is not None:
            ours, left = map(words.number, effect.half_days)
            both = words.gettext("{ours} with Lotsen, {left} left alone", ours=ours, left=left)
            yield words.gettext("Half-days"), _text(both)
    else:
        yield words.gettext("Questions now"), _text(words.number(effect.n))
        yield words.gettext("Tickets in the baseline"), _text(words.number(effect.n_before))


def _facts(effect: Comparison, words: Translator) -> Iterator[tuple[str, Runs]]:
    yield words.gettext("Method"), _text(words.gettext(DESIGN_WORDS[effect.design].name))
    if effect.cut is not None:
        spread = words.rich(
            "{value} ({low} to {high})",
            value=share_of(effect.cut.value, words),
            low=share_of(effect.cut.low, words),
            high=share_of(effect.cut.high, words),
        )
        yield words.gettext("Less work a question"), spread
    yield words.gettext("Goal"), _text(words.percent(effect.target))
    yield from sizes_of(effect, words)
    if effect.total_cut is not None and effect.cut is not None:
        total = words.gettext("Less work in all, for each person employed")
        yield total, _text(share_of(effect.total_cut, words))
    if effect.people is not None:
        employed = words.gettext(
            "{now}, in the baseline {before}",
            now=words.number(round(effect.people.now)),
            before=words.number(round(effect.people.before)),
        )
        yield words.gettext("People employed"), _text(employed)
    if effect.known is not None:
        known = words.gettext(
            "{now} with Lotsen, {before} without",
            now=words.percent(effect.known.now),
            before=words.percent(effect.known.before),
        )
        yield words.gettext("Tickets with a known handling time"), _text(known)
    if effect.later:
        by_cases = effect.design.is_by_chance
        since = N_("Cases since, not judged yet") if by_cases else N_("Weeks since, not judged yet")
        yield words.gettext(since), _text(words.number(effect.later))
    if effect.unknown:
        yield words.gettext("Without a known handling time"), _text(words.number(effect.unknown))


def effect_json(effect: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON; shares are of the time before."""
    told = asdict(effect)
    for internal in ("weights", "counted", "untouched"):
        del told[internal]
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
        "interval_error": cut.get("interval_error"),
        "minutes_saved_a_case": saved
        and {"value": saved.value, "low": saved.low, "high": saved.high},
    }


def _text(text: str) -> Runs:
    return (Run(text),)
