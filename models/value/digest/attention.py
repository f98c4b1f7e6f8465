"""What deserves the lead's attention this week: one decision, and one surprise. Pure."""

from collections.abc import Iterator

from models.kpis.definitions import KPIS, WEEK
from models.kpis.report import amount
from models.language import Translator
from models.message import Runs
from models.value.digest.week import MonitoredFigure, WeekFacts
from models.value.effect.comparison import OPEN_VERDICTS, Design, EffectVerdict, VerdictReason
from models.value.effect.guardrails import GUARDRAILS
from models.value.money.outlook import NEAR_CAP

# A backlog that grows by less may be chance.
_GROWTH, _GROWTH_RATIO = 5, 1.5
_GAP_MINUTES = 60


def backlog_grows(facts: WeekFacts) -> bool:
    """Return whether clearly more came in than went out."""
    grown = facts.opened - facts.resolved
    return grown >= _GROWTH and facts.opened >= _GROWTH_RATIO * facts.resolved


def decision(facts: WeekFacts, words: Translator) -> Runs:
    """Return the one thing to decide; the first that applies."""
    first = next(_decisions(facts, words), None)
    return first or words.rich("*Decide:* the figures ask for nothing this week.")


def _decisions(facts: WeekFacts, words: Translator) -> Iterator[Runs]:
    if not facts.has_baseline:
        yield words.rich("*Decide:* which weeks are frozen as the baseline.")
    yield from _about_effect(facts, words)
    if backlog_grows(facts):
        yield words.rich("*Decide:* who helps with the queue.")
    if facts.cap_eur and facts.spent_eur >= NEAR_CAP * facts.cap_eur:
        yield words.rich("*Decide:* whether the language model's monthly cap is raised.")
    if facts.gaps and facts.gaps[0].minutes >= _GAP_MINUTES:
        yield words.rich("*Decide:* who writes the answer that is missing most, see below.")


def _about_effect(facts: WeekFacts, words: Translator) -> Iterator[Runs]:
    effect = facts.effect
    if effect is None or effect.design is Design.ASSOCIATION:
        return
    if effect.why is VerdictReason.GUARDRAIL:
        worse = words.listing(words.gettext(GUARDRAILS[key]) for key in effect.worse)
        yield words.rich("*Decide:* what is done about {worse}.", worse=worse)
    if effect.verdict is EffectVerdict.WORSE:
        yield words.rich("*Decide:* whether the pilot goes on as it is.")
    if effect.verdict is EffectVerdict.MET:
        yield words.rich("*Decide:* whether the pilot is widened.")
    if effect.verdict in (EffectVerdict.GOAL_RULED_OUT, EffectVerdict.NO_EFFECT):
        yield words.rich("*Decide:* what is done differently; as it is, the goal is out of reach.")
    if effect.improved and effect.verdict in OPEN_VERDICTS and effect.improved.on is None:
        yield words.rich("*Decide:* whether more questions are held out; else nothing is shown.")


def surprise(facts: WeekFacts, words: Translator) -> Runs:
    """Return the figure that is furthest outside its usual limits, or that none is."""
    known = [(one, one.limits) for one in facts.watched if one.value is not None]
    distances = [
        (limits.distance(one.value), one)
        for one, limits in known
        if limits is not None and one.value is not None
    ]
    if not distances:
        return words.rich("*Surprise:* too few weeks yet to tell what is unusual.")
    far, one = max(distances, key=lambda pair: pair[0])
    if far <= 0:
        return words.rich("*Surprise:* none. All figures are as usual.")
    return _unusual(one, words)


def _unusual(one: MonitoredFigure, words: Translator) -> Runs:
    limits = one.limits
    low, high = (limits.low, limits.high) if limits else (0.0, 0.0)
    return words.rich(
        "*Surprise:* {title}: {value}; usual is {low} to {high}.",
        title=title_of(one.key, words),
        value=watched_amount(one.value, one.key, words),
        low=watched_amount(low, one.key, words),
        high=watched_amount(high, one.key, words),
    )


def title_of(key: str, words: Translator) -> str:
    return words.gettext((WEEK.get(key) or KPIS[key]).title)


def watched_amount(value: float | None, key: str, words: Translator) -> str:
    if key in KPIS:
        return amount(value, key, words)
    return "–" if value is None else words.number(value)
