"""Which claims of a quarter's statement survive being tried: as people read it."""

from collections.abc import Iterator, Mapping, Sequence

from models.language import N_, Translator
from models.message import Heading, Message, Note, Paragraph, Part, Run, Table, plain
from models.value.challenge.challenge import Challenge, ChallengeKind
from models.value.statement.quarter_statement import Statement, StatementVerdict
from models.value.statement.statement_report import quarter_words

_TRIED: Mapping[ChallengeKind, str] = {
    ChallengeKind.EARLIER_HALF: N_("Against the earlier half of the baseline"),
    ChallengeKind.LATER_HALF: N_("Against the later half of the baseline"),
    ChallengeKind.ALL_HISTORY: N_("Against all history before the pilot, as it stands today"),
    ChallengeKind.PLACEBO: N_("Placebo: the baseline's later half against its earlier half"),
    ChallengeKind.BEST_WEEK: N_("Without the best week"),
    ChallengeKind.CATEGORY: N_("Without {category}"),
    ChallengeKind.MISSING: N_("Each missing handling time at the cap"),
    ChallengeKind.COSTS: N_("Costs doubled"),
    ChallengeKind.RECAPTURE: N_("The lowest share of freed time put to use"),
}
_NOTHING = N_("No success is claimed, so there is nothing to break.")
_ALL = N_("All {n} hold.")
_SOME = N_("{held} of {n} hold. What falls rests on what was left out.")
_UNCLAIMED = N_("The statement itself calls nothing paid.")
_READ = N_(
    "Work is tried with the interval of the statement's own look; it holds while all of it is above "
    "zero. A placebo holds while nothing is shown where nothing had changed. Costs hold while "
    "the verdict stays."
)


def challenge_message(
    said: Statement,
    tried: Sequence[Challenge],
    titles: Mapping[str, str],
    words: Translator,
) -> Message:
    """Write what was tried, and what holds.

    Parameters
    ----------
    titles
        What categories are called.
    """
    words = words.in_currency(said.currency)
    title = words.gettext("Try to break this, {quarter}", quarter=quarter_words(said.quarter))
    held = sum(one.survives for one in tried)
    text = _ALL if held == len(tried) else _SOME
    counts = {"n": words.number(len(tried)), "held": words.number(held)}
    head = words.rich(text, **counts) if tried else words.rich(_NOTHING)
    if tried and said.verdict is not StatementVerdict.PAID:
        head = (*head, Run(" "), *words.rich(_UNCLAIMED))
    return Message(
        f"{title}. {plain(head)}",
        (Heading(title), Paragraph(head), *_table(tried, titles, words)),
    )


def _table(
    tried: Sequence[Challenge], titles: Mapping[str, str], words: Translator
) -> Iterator[Part]:
    if not tried:
        return
    header = tuple(
        map(words.gettext, (N_("What was tried"), N_("Less work, or chance"), N_("Holds")))
    )
    yield Table(header, tuple(_row(one, titles, words) for one in tried))
    yield Note(words.rich(_READ))


def _row(one: Challenge, titles: Mapping[str, str], words: Translator) -> tuple[str, ...]:
    named = titles.get(one.subject, one.subject) or words.gettext("not categorised")
    holds = words.gettext("yes") if one.survives else words.gettext("no")
    return words.gettext(_TRIED[one.kind], category=named), _value(one, words), holds


def _value(one: Challenge, words: Translator) -> str:
    if one.p_covered is not None:
        return words.chance(one.p_covered)
    if one.cut is None:
        return "–"
    value, low, high = (
        words.percent(round(share, 2) + 0.0) for share in (one.cut.value, one.cut.low, one.cut.high)
    )
    return words.gettext("{value} ({low} to {high})", value=value, low=low, high=high)
