"""The least that a classifier can be learned from, and what is missing to it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.errors import InvalidError
from models.language import Words, words_for

MIN_EXAMPLES = 5
"""Tickets with text that a category needs before it can be learned."""
MIN_CATEGORIES = 2
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is missing to the floor.

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


class TooLittleError(InvalidError):
    """There is too little to learn from; ``shortfall`` says what is missing."""

    def __init__(self, shortfall: Shortfall) -> None:
        super().__init__(told(shortfall, words_for("en")))
        self.shortfall = shortfall


def shortfall_of(counts: Mapping[str, int]) -> Shortfall | None:
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
    return Shortfall(enough, tuple(ranked[len(enough) :]))


def require_enough(labels: Iterable[str]) -> None:
    """Refuse to learn from too little.

    Raises
    ------
    TooLittleError
        Below the floor; the message says what is missing, category by category.
    """
    shortfall = shortfall_of(Counter(labels))
    if shortfall is not None:
        raise TooLittleError(shortfall)


def told(shortfall: Shortfall, words: Words) -> str:
    """Say what is missing, in a person's language."""
    lines = [
        words.say(
            "Too few tickets with a category to learn from: at least {categories} categories need "
            "{n} tickets each.",
            categories=words.number(MIN_CATEGORIES),
            n=words.number(MIN_EXAMPLES),
        ),
        words.say("There are: {counts}.", counts=_counts(shortfall, words)),
    ]
    missing = [
        words.say("{n} more in {category}", n=words.number(n), category=key)
        for key, n in shortfall.missing()
    ]
    unnamed = shortfall.categories_missing - len(missing)
    if unnamed:
        missing.append(
            words.count(
                "one more category with {tickets} tickets",
                "{n} more categories with {tickets} tickets each",
                unnamed,
                tickets=words.number(MIN_EXAMPLES),
            )
        )
    lines.append(words.say("Missing: {missing}.", missing=words.listing(missing)))
    lines.append(words.say("Either import more, or set more categories by hand."))
    return " ".join(lines)


def _counts(shortfall: Shortfall, words: Words) -> str:
    found = [f"{key} {words.number(n)}" for key, n in (*shortfall.enough, *shortfall.short)]
    if not found:
        return words.say("none yet")
    more = len(found) - _SHOWN
    if more > 0:
        found = [*found[:_SHOWN], words.say("{n} more", n=words.number(more))]
    return ", ".join(found)
