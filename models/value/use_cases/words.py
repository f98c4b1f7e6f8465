"""A quarter by use case, as people read it."""

from collections.abc import Iterator, Sequence

from models.language import N_, Translator
from models.message import Fields, Heading, Message, Note, Paragraph, Part, Run, Table
from models.value.effect.reduction import Reduction
from models.value.use_cases.shares import UseCaseShare

_TITLES = (
    *(N_("Use case"), N_("Questions"), N_("Less work a question")),
    *(N_("Hours freed"), N_("Benefit"), N_("Costs")),
)
_HOW = N_(
    "Less work a question is what its own questions show; hours and benefit are moved as far as it "
    "takes for the sum to be the desk's, the less sure ones further. Costs are shared by questions."
)
TRIALS = N_("Proof of concept, not production: {names}.")


def trial_parts(names: Sequence[str], words: Translator) -> Iterator[Note]:
    """Mark what is a proof of concept; nothing where nothing is."""
    if names:
        yield Note(words.rich(TRIALS, names="; ".join(names)))


def use_case_parts(found: Sequence[UseCaseShare], words: Translator) -> Iterator[Part]:
    """Yield a line for each use case, what none owns, and the desk as their sum."""
    if not found:
        return
    yield Paragraph(words.rich("*By use case*"))
    rows = [(_name(one, words), *_values(one, words)) for one in found]
    desk = UseCaseShare(
        None,
        sum(one.questions for one in found),
        None,
        _sum(one.hours for one in found),
        _sum(one.benefit_eur for one in found),
        sum(one.cost_eur for one in found),
    )
    rows.append((words.gettext("The desk"), *_values(desk, words)))
    yield Table(tuple(map(words.gettext, _TITLES)), tuple(rows))
    yield Note(words.rich(_HOW))


def use_case_message(one: UseCaseShare, title: str, words: Translator) -> Message:
    """Write what a use case has of a quarter."""
    name = _name(one, words)
    heading = words.gettext("{name}: {title}", name=name, title=title)
    values = zip(map(words.gettext, _TITLES[1:]), _values(one, words), strict=True)
    fields = Fields(tuple((label, (Run(value),)) for label, value in values))
    mark = trial_parts([one.use_case.name] if one.use_case and one.use_case.is_trial else (), words)
    return Message(heading, (Heading(heading), *mark, fields, Note(words.rich(_HOW))))


def _sum(values: Iterator[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _name(one: UseCaseShare, words: Translator) -> str:
    if one.use_case is None:
        return words.gettext("No use case")
    if one.use_case.is_trial:
        return words.gettext("{name} (proof of concept)", name=one.use_case.name)
    return one.use_case.name


def _values(one: UseCaseShare, words: Translator) -> tuple[str, ...]:
    return (
        words.number(one.questions),
        _cut(one.own, words),
        "–" if one.hours is None else words.number(round(one.hours, 1) + 0.0, 1),
        "–" if one.benefit_eur is None else words.money(one.benefit_eur),
        words.money(one.cost_eur),
    )


def _cut(cut: Reduction | None, words: Translator) -> str:
    if cut is None:
        return "–"
    value, low, high = (
        words.percent(round(share, 2) + 0.0) for share in (cut.value, cut.low, cut.high)
    )
    return words.gettext("{value} ({low} to {high})", value=value, low=low, high=high)
