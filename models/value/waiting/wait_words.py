"""What is said of the employees' waiting, in one line: one table for each kind of finding."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from models.language import N_, Translator
from models.message import Fields, Heading, Message, Note, Paragraph, Runs
from models.value.effect.comparison import (
    Comparison,
    EffectVerdict,
    VerdictReason,
)
from models.value.effect.effect_report import effect_json, effect_message, sizes_of
from models.value.effect.sentences import facts_of
from models.value.waiting.judgement import JudgedFigures

_SHOWN: Mapping[tuple[EffectVerdict, bool], str] = {
    (EffectVerdict.MET, True): N_(
        "*Employees wait {cut} less for a solution ({low} to {high}):* that reaches the goal of "
        "{target}."
    ),
    (EffectVerdict.IMPROVED, True): N_(
        "*Employees wait {cut} less for a solution ({low} to {high}).*"
    ),
    (EffectVerdict.WORSE, True): N_(
        "*Employees wait {more} longer for a solution ({least_more} to {most_more}).*"
    ),
    (EffectVerdict.MET, False): N_(
        "*Employees wait {cut} less for a solution than before ({low} to {high}).* That is as much "
        "as the goal, but before and after cannot say why."
    ),
    (EffectVerdict.IMPROVED, False): N_(
        "*Employees wait {cut} less for a solution than before ({low} to {high}).* Before and "
        "after cannot say why."
    ),
    (EffectVerdict.WORSE, False): N_(
        "*Employees wait {more} longer for a solution than before ({least_more} to {most_more}).* "
        "Before and after cannot say why."
    ),
}
_FOUND_NOTHING: Mapping[EffectVerdict, str] = {
    EffectVerdict.GOAL_RULED_OUT: N_(
        "*Employees wait at most {high} less for a solution:* the goal of {target} is ruled out."
    ),
    EffectVerdict.NO_EFFECT: N_(
        "*Employees do not wait noticeably less for a solution:* at most {high}."
    ),
    EffectVerdict.NOT_SHOWN: N_(
        "*It is not shown yet that employees wait less for a solution:* {low} to {high}, which may "
        "be nothing."
    ),
}
_NO_LESS: Mapping[EffectVerdict, str] = {
    EffectVerdict.GOAL_RULED_OUT: N_(
        "*Employees do not wait less for a solution:* the goal of {target} is ruled out."
    ),
    EffectVerdict.NO_EFFECT: N_("*Employees do not wait less for a solution.*"),
}
_TOO_FEW_BEFORE = N_(
    "*It is not shown yet that employees wait less for a solution:* {n} questions since the "
    "baseline, {held} in it; {least} of each are needed."
)
_REASONS: Mapping[VerdictReason, str] = {
    VerdictReason.NO_BASELINE: N_(
        "*Nobody can tell whether employees wait less for a solution:* no baseline is frozen."
    ),
    VerdictReason.NO_WAITS: N_(
        "*Nobody can tell whether employees wait less for a solution:* the frozen baseline holds no "
        "waiting times."
    ),
    VerdictReason.NOTHING_SHARED: N_(
        "*Nobody can tell whether employees wait less for a solution:* the questions before and "
        "after have no category in common."
    ),
    VerdictReason.TOO_FEW: N_(
        "*It is not shown yet that employees wait less for a solution:* {n} questions with Lotsen, "
        "{held} left alone; {least} of each are needed."
    ),
    VerdictReason.TOO_FEW_HALF_DAYS: N_(
        "*It is not shown yet that employees wait less for a solution:* {half_days} half-days with "
        "Lotsen, {half_days_held} left alone; {least_half_days} of each are needed."
    ),
    VerdictReason.TOO_SHORT: N_(
        "*It is not shown yet that employees wait less for a solution:* {weeks} weeks since the "
        "baseline, {weeks_before} in it; {least_weeks} of each are needed."
    ),
    VerdictReason.TOO_EARLY: N_(
        "*Whether employees wait less for a solution is not judged yet:* {so_far} of {first} "
        "questions are two weeks old."
    ),
    VerdictReason.NO_PEOPLE: N_(
        "*Whether employees wait less for a solution is not judged:* nobody said how many people "
        "work here (`LOTSEN_PEOPLE`)."
    ),
    VerdictReason.WEEKS_ALIKE: N_(
        "*Whether employees wait less for a solution is not judged:* slow weeks follow slow ones, "
        "so that a change of this size comes and goes by itself."
    ),
    VerdictReason.GUARDRAIL: N_(
        "*Employees wait {cut} less for a solution, but that is no success:* this got worse: "
        "{worse}."
    ),
    VerdictReason.MINUTES_MISSING: N_(
        "*Whether employees wait less for a solution is not sure:* it is known of {known_now} of the "
        "questions how they ended, of {known_before} without Lotsen. The others could explain a "
        "difference."
    ),
    VerdictReason.SORTED_OTHERWISE: N_(
        "*Whether employees wait less for a solution is not sure:* questions are sorted into other "
        "categories than in the baseline, and all of them together do not show the same."
    ),
    VerdictReason.IN_TOTAL: N_(
        "*Whether employees wait less for a solution is not sure:* the wait for one question and all "
        "waiting together, for each person employed, did not change the same way."
    ),
    VerdictReason.SILENT: N_(
        "*Whether employees wait longer or less for a solution is not judged:* many said nothing "
        "after an answer, and these may have been helped at once."
    ),
}
HOW_WAITS_COUNT = N_(
    "Waiting: from a question to its solution, in office time and up to ten office days; no button "
    "of the staff is needed. Whoever says nothing after an answer is followed for two office days. "
    "It stands apart from the money, which rests on handling time alone."
)


def judged_message(judged: JudgedFigures, words: Translator) -> Message:
    """Return what ``lotsen effect`` shows: handling time, and apart from it the waiting."""
    message, wait = effect_message(judged.handling, words), judged.wait
    beside = (
        Heading(words.gettext("How long employees wait")),
        Paragraph(wait_line(wait, words)),
        Fields(tuple(sizes_of(wait, words))),
        Note(words.rich(HOW_WAITS_COUNT)),
    )
    return replace(message, parts=(*message.parts, *beside))


def judged_json(judged: JudgedFigures) -> dict[str, Any]:
    """Return what ``lotsen effect --json`` prints: ``wait`` has the same keys."""
    return {**effect_json(judged.handling), "wait": effect_json(judged.wait)}


def wait_line(wait: Comparison, words: Translator) -> Runs:
    """Say in one line whether employees wait less, and how sure that is."""
    return words.rich(_sentence(wait), **facts_of(wait, words))


def _sentence(wait: Comparison) -> str:
    if wait.why is VerdictReason.SHOWN:
        return _SHOWN[wait.verdict, wait.claims_cause]
    if wait.why is VerdictReason.NO_DIFFERENCE:
        return (_FOUND_NOTHING if wait.may_be_less else {**_FOUND_NOTHING, **_NO_LESS})[
            wait.verdict
        ]
    if not wait.design.is_by_chance and wait.why is VerdictReason.TOO_FEW:
        return _TOO_FEW_BEFORE
    return _REASONS[wait.why]
