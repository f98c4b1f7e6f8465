"""The minimum of training data, and what is missing to it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.errors import InvalidError
from models.language import Translator, words_for

MIN_EXAMPLES = 2
"""Tickets with text that a category needs before it can be learned."""
MIN_CATEGORIES = 2
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class MissingTrainingData:
    """What is missing to the minimum.

    Attributes
    ----------
    enough : categories that have enough tickets, with their counts
    short : categories that have too few, the nearest to enough first, with their counts
    """

    enough: tuple[tuple[str, int], ...]
    short: tuple[tuple[str, int], ...]

    @property
    def categories_missing(self) -> int:
        return MIN_CATEGORIES - len(self.enough)

    def missing(self) -> tuple[tuple[str, int], ...]:
        """Return the categories that would do soonest, and how many tickets each needs."""
        nearest = self.short[: self.categories_missing]
        return tuple((key, MIN_EXAMPLES - n) for key, n in nearest)


class InsufficientTrainingDataError(InvalidError):
    """There is too little to learn from; ``missing`` says what lacks."""

    def __init__(self, lacking: MissingTrainingData) -> None:
        super().__init__(describe(lacking, words_for("en")))
        self.missing = lacking


def missing_training_data(counts: Mapping[str, int]) -> MissingTrainingData | None:
    """Return what is missing; None where there is enough.

    Parameters
    ----------
    counts
        Category → tickets with text.
    """
    ranked = sorted(((key, n) for key, n in counts.items() if key and n), key=lambda pair: -pair[1])
    enough = tuple(pair for pair in ranked if pair[1] >= MIN_EXAMPLES)
    if len(enough) >= MIN_CATEGORIES:
        return None
    return MissingTrainingData(enough, tuple(ranked[len(enough) :]))


def require_enough(labels: Iterable[str]) -> None:
    """Refuse to learn from too little.

    Raises
    ------
    InsufficientTrainingDataError
        Below the minimum; the message says what is missing, category by category.
    """
    lacking = missing_training_data(Counter(labels))
    if lacking is not None:
        raise InsufficientTrainingDataError(lacking)


def describe(lacking: MissingTrainingData, words: Translator) -> str:
    """Return what is missing as sentences, in a person's language."""
    lines = [
        words.gettext(
            "Too few tickets with a category to learn from: at least {categories} categories need "
            "{n} tickets each.",
            categories=words.number(MIN_CATEGORIES),
            n=words.number(MIN_EXAMPLES),
        ),
        words.gettext("There are: {counts}.", counts=_counts(lacking, words)),
    ]
    missing = [
        words.gettext("{n} more in {category}", n=words.number(n), category=key)
        for key, n in lacking.missing()
    ]
    unnamed = lacking.categories_missing - len(missing)
    if unnamed:
        missing.append(
            words.ngettext(
                "one more category with {tickets} tickets",
                "{n} more categories with {tickets} tickets each",
                unnamed,
                tickets=words.number(MIN_EXAMPLES),
            )
        )
    lines.append(words.gettext("Missing: {missing}.", missing=words.listing(missing)))
    lines.append(words.gettext("Either import more, or set more categories by hand."))
    return " ".join(lines)


def _counts(lacking: MissingTrainingData, words: Translator) -> str:
    found = [f"{key} {words.number(n)}" for key, n in (*lacking.enough, *lacking.short)]
    if not found:
        return words.gettext("none yet")
    more = len(found) - _SHOWN
    if more > 0:
        found = [*found[:_SHOWN], words.gettext("{n} more", n=words.number(more))]
    return ", ".join(found)
