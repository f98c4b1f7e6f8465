"""What is said by design, and by the reason why nothing is shown: one table each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.language import N_, Translator
from models.value.effect.comparison import (
    LEAST_CASES,
    LEAST_HALF_DAYS,
    LEAST_WEEKS,
    Comparison,
    Design,
    KnownShares,
    VerdictReason,
)
from models.value.effect.guardrails import GUARDRAILS


@dataclass(frozen=True, slots=True)
class DesignWords:
    """A design's words; English, for the reader's language.

    Attributes
    ----------
    json
        As JSON names it; never translated.
    name, judged
        As ``lotsen effect`` names it, and the layers of the statement.
    method
        How it compares, for the statement and behind its figures.
    fine_print
        How it counts, below ``lotsen effect``.
    counted
        What was compared, for everybody.
    formula
        Of the minutes saved a question.
    sides
        What the picture calls the two sides.
    """

    json: str
    name: str
    judged: str
    method: str
    fine_print: str
    counted: str
    formula: str
    sides: tuple[str, str]


_HOLD_OUT = DesignWords(
    json="hold-out: chance decided which cases were left alone, intention to treat",
    name=N_("hold-out: chance decided which cases Lotsen left alone"),
    judged=N_("judged against questions that chance left alone"),
    method=N_(
        "Compared are cases that Lotsen helped with and cases that chance left alone. Each stays "
        "in its group whatever came of it, and a question that an answer solved counts with no "
        "minutes: so the difference is Lotsen's doing."
    ),
    fine_print=N_(
        "Mean minutes of work a question, up to the baseline's 95th percentile. Questions stay in the "
        "arm that chance gave them; those of the last seven days do not count yet. The interval is one "
        "of {sure}; the verdict changes when the questions have doubled. All figures are of the whole "
        "desk."
    ),
    counted=N_(
        "{now} questions with Lotsen's help were compared with {before} that chance left to a "
        "person at once. Only times and counts were read, never a text and never a name."
    ),
    formula=N_("now × (1 / q − 1), q = mean(with Lotsen) / mean(left alone)"),
    sides=(N_("Without Lotsen"), N_("With Lotsen")),
)
_ASSOCIATION = DesignWords(
    json="before and after, without a hold-out: an association",
    name=N_("before and after, week by week: an association"),
    judged=N_("judged before and after, cause not shown"),
    method=N_("Compared is before with after, without a hold-out: no proof of a cause."),
    fine_print=N_(
        "Mean minutes of work a question, up to the baseline's 95th percentile and in the baseline's "
        "mix of categories. A question answered without a ticket counts with no minutes once its asker "
        "called it solved. Intervals ({sure}) come from how whole weeks differ; the verdict changes "
        "when the weeks have doubled. All figures are of the whole desk."
    ),
    counted=N_(
        "{now} questions since the pilot began were compared with {before} tickets from before it. "
        "Only times and counts were read, never a text and never a name."
    ),
    formula=N_("now × (1 / q − 1), q = now / before, in the baseline's mix"),
    sides=(N_("Before the pilot"), N_("Since the pilot")),
)
DESIGN_WORDS: Mapping[Design, DesignWords] = {
    Design.HOLD_OUT: _HOLD_OUT,
    Design.SWITCHBACK: replace(
        _HOLD_OUT,
        json="switchback: chance decided which half-days were left alone, intention to treat",
        name=N_("switchback: chance decided in which half-days Lotsen left cases alone"),
        judged=N_("judged against half-days that chance left alone"),
        method=N_(
            "Compared are cases of half-days with Lotsen's help and of half-days that chance left "
            "alone. Each stays with the half-day in which it was asked, whatever came of it, and a "
            "question that an answer solved counts with no minutes: so the difference is Lotsen's "
            "doing."
        ),
        fine_print=N_(
            "Mean minutes of work a question, up to the baseline's 95th percentile. A question belongs to "
            "the half-day in which it was asked, to its end; those of the last seven days do not count "
            "yet. Chance leaves a fixed number of half-days a week alone. The interval, one of {sure}, "
            "comes from how half-days of a week differ; the verdict changes when the questions have "
            "doubled. All figures are of the whole desk."
        ),
        counted=N_(
            "{now} questions with Lotsen's help were compared with {before} of half-days in which "
            "chance left them to a person at once. Only times and counts were read, never a text and "
            "never a name."
        ),
    ),
    Design.DIFFERENCE: replace(
        _ASSOCIATION,
        json="difference in differences, against categories left alone",
        name=N_("difference in differences, against categories left alone"),
        judged=N_("judged before and after, against categories left alone"),
        method=N_(
            "Compared is before with after, less what changed as well in categories that Lotsen leaves to "
            "people, named beforehand. What else hit only the others would pass for its doing."
        ),
        counted=N_(
            "{now} questions since the pilot began were compared with {before} tickets from before it, "
            "and with kinds of tickets that Lotsen leaves alone. Only times and counts were read, "
            "never a text and never a name."
        ),
        formula=N_("now × (1 / q − 1), q = (now / before) / (the same of those left alone)"),
        sides=(N_("Expected without Lotsen"), N_("With Lotsen")),
    ),
    Design.ASSOCIATION: _ASSOCIATION,
}


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """What a reason is told as; English, for the reader's language.

    Attributes
    ----------
    said
        At length, as the first sentence.
    unjudged
        The same where nothing is judged, if that is told otherwise.
    wanted
        In short, among what would change our mind; empty where nobody can bring it about.
    """

    said: str
    unjudged: str = ""
    wanted: str = ""


REASON_WORDS: Mapping[VerdictReason, ReasonWords] = {
    VerdictReason.NO_BASELINE: ReasonWords(
        N_("*No effect can be shown:* no baseline is frozen."),
        wanted=N_("A frozen baseline: without one there is nothing to compare with."),
    ),
    VerdictReason.NO_TIMES: ReasonWords(
        N_(
            "*No effect can be shown:* the baseline has no handling times. Import handling_minutes "
            "with older tickets, or observe for 8 weeks."
        ),
        wanted=N_("Handling times in the baseline: it has none."),
    ),
    VerdictReason.NOTHING_SHARED: ReasonWords(
        N_(
            "*No effect can be shown:* the tickets before and after have no category in common, or "
            "hardly any ticket in one."
        ),
        wanted=N_("A baseline with the same categories as today's questions."),
    ),
    VerdictReason.TOO_FEW: ReasonWords(
        N_(
            "*No effect is shown yet.* Questions with Lotsen: {n}, left alone: {held}; {least} of each "
            "are needed."
        ),
        wanted=N_("At least {least} questions on each side."),
    ),
    VerdictReason.TOO_FEW_HALF_DAYS: ReasonWords(
        N_(
            "*No effect is shown yet.* Half-days with Lotsen: {half_days}, left alone: "
            "{half_days_held}; {least_half_days} of each are needed."
        ),
    ),
    VerdictReason.TOO_SHORT: ReasonWords(
        N_(
            "*No effect is shown yet.* Weeks with a ticket to compare: {weeks} after the baseline, "
            "{weeks_before} in it; {least_weeks} of each are needed."
        ),
        wanted=N_("At least {least_weeks} weeks on each side."),
    ),
    VerdictReason.TOO_EARLY: ReasonWords(
        N_("*No effect is judged yet:* {so_far} of {first} planned cases."),
    ),
    VerdictReason.NO_PEOPLE: ReasonWords(
        N_(
            "*No effect is judged:* nobody said how many people work here. Set LOTSEN_PEOPLE: only so "
            "does anybody know whether more is asked than before."
        ),
        wanted=N_("The number of people who work here (`LOTSEN_PEOPLE`)."),
    ),
    VerdictReason.WEEKS_ALIKE: ReasonWords(
        N_(
            "*No effect is judged:* good weeks follow good ones and bad ones bad ones, so that a "
            "change of this size comes and goes by itself."
        ),
    ),
    VerdictReason.GUARDRAIL: ReasonWords(
        N_(
            "*No success is claimed:* a question takes {cut} less work, but this got worse: {worse}."
        ),
    ),
    VerdictReason.MINUTES_MISSING: ReasonWords(
        N_(
            "*No success is claimed:* a question seems to take {cut} less work, but the handling time "
            "is known of {known_now} of the tickets, of {known_before} before. The missing ones could "
            "explain it."
        ),
        unjudged=N_(
            "*No effect is judged:* the handling time is known of {known_now} of the tickets, of "
            "{known_before} before. The missing ones could hide an effect."
        ),
        wanted=N_(
            "Handling times of as many tickets as before: {known_before}; now it is {known_now}."
        ),
    ),
    VerdictReason.TIMED_OTHERWISE: ReasonWords(
        N_(
            "*No success is claimed:* a question seems to take {cut} less work, but the minutes come "
            "from elsewhere than in the baseline (stated, by buttons, by activity)."
        ),
        unjudged=N_(
            "*No effect is judged:* the minutes come from elsewhere than in the baseline (stated, by "
            "buttons, by activity)."
        ),
        wanted=N_("Minutes that are noted in the same way as in the baseline."),
    ),
    VerdictReason.SORTED_OTHERWISE: ReasonWords(
        N_(
            "*No success is claimed:* a question seems to take {cut} less work, but only where "
            "categories that the baseline does not know are left out. The long ones could be in these."
        ),
        unjudged=N_(
            "*No effect is judged:* questions are sorted into other categories than in the baseline, "
            "and all of them together do not show the same."
        ),
    ),
    VerdictReason.IN_TOTAL: ReasonWords(
        N_(
            "*No effect is shown:* work a question and work in all, for each person employed, did not "
            "change the same way."
        ),
        unjudged=N_(
            "*No effect is judged:* a question does not take less work, but work in all, for each "
            "person employed, may have fallen. Perhaps questions are recorded nowhere."
        ),
    ),
}
"""Why nothing is shown, or no success claimed, by the first reason that applies."""


def facts_of(effect: Comparison, words: Translator) -> dict[str, str]:
    """Return what sentences about a comparison are filled with."""
    cut = effect.cut
    value, low, high = (cut.value, cut.low, cut.high) if cut else (0.0, 0.0, 0.0)
    known = effect.known or KnownShares(0.0, 0.0)
    half_days = effect.half_days or (0, 0)
    return {
        "cut": share_of(value, words),
        "low": share_of(low, words),
        "high": share_of(max(high, 0.0), words),
        "more": share_of(-value, words),
        "least_more": share_of(-high, words),
        "most_more": share_of(-low, words),
        "target": words.percent(effect.target),
        "n": words.number(effect.n),
        "held": words.number(effect.n_before),
        "so_far": words.number(effect.n + effect.n_before),
        "first": words.number(effect.first_look),
        "least": str(LEAST_CASES),
        "weeks": words.number(effect.weeks or 0),
        "weeks_before": words.number(effect.weeks_before or 0),
        "least_weeks": str(LEAST_WEEKS),
        "half_days": words.number(half_days[0]),
        "half_days_held": words.number(half_days[1]),
        "least_half_days": str(LEAST_HALF_DAYS),
        "worse": words.listing(words.gettext(GUARDRAILS[key]) for key in effect.worse),
        "known_now": words.percent(known.now),
        "known_before": words.percent(known.before),
    }


def share_of(value: float, words: Translator) -> str:
    """Write a share as a percentage."""
    # Rounded first: nobody writes "−0 %".
    return words.percent(round(value, 2) + 0.0)
