"""From where on answers and titles are shown, in words."""

from collections.abc import Iterator

from models.knowledge.limits import RankerLimits
from models.language import Translator


def limits_in_words(limits: RankerLimits, words: Translator) -> Iterator[str]:
    """Say both limits and what each rests on."""
    start, now = limits.start, limits.now
    yield _with_reason(
        words.gettext("answers from {limit} on", limit=words.number(now.answered, 2)),
        (words.number(start.answered, 2), limits.answers),
        words,
    )
    yield _with_reason(
        words.gettext("titles from {limit} on", limit=words.number(now.suggested, 2)),
        (words.number(start.suggested, 2), limits.choices),
        words,
    )


def _with_reason(limit: str, rests_on: tuple[str, int], words: Translator) -> str:
    start, n = rests_on
    if not n:
        why = words.gettext("as measured beforehand: nobody here has judged one yet")
    else:
        why = words.ngettext(
            "measured beforehand: {start}, which counts like 20; {n} judgement since",
            "measured beforehand: {start}, which counts like 20; {n} judgements since",
            n,
            start=start,
        )
    return f"{limit} ({why})"
