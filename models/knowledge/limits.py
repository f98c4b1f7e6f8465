"""Where the tiers begin before anybody judged: measured on public sets, fitted to the index."""

from dataclasses import dataclass
from math import inf, log

import numpy as np

from models.knowledge.index import Index, Without
from models.knowledge.tiers import Chance, Limits
from models.language import LANGUAGES, Language

MOST = 80
"""Stored questions that are asked again, without their article."""
WORTH = 20
"""How many such questions the measured limit is worth."""
STEEPNESS = 20.0
"""How fast the precision of what is shown grows with a limit, in log-odds."""
TARGET = 0.95
QUANTILE = 0.4


@dataclass(frozen=True, slots=True)
class Start:
    """What was measured for a way of ranking.

    Attributes
    ----------
    answered
        Sureness from which on 95 of 100 answers were right.
    suggested
        Score from which on titles are offered, where the index cannot tell.
    chance
        How likely a first result is right.
    """

    answered: float
    suggested: float
    chance: Chance


WORDS = Start(answered=0.34, suggested=0.22, chance=Chance(half=0.26, slope=11.6))
MEANING = Start(answered=0.39, suggested=0.30, chance=Chance(half=0.29, slope=15.6))


def start_of(index: Index) -> Start:
    return MEANING if index.has_embeddings else WORDS


def starting_limits(index: Index, target: float = TARGET, seed: int = 0) -> Limits:
    """Return the limits of an index on which nobody judged anything yet.

    Scores do not travel: where all articles are about the same, strangers are near too. So
    stored questions are asked again as if their article, in all its languages, were not
    there. What is nearest then answers none of them, and most are to stay below the limit.
    """
    start = start_of(index)
    near = _nearest_without_their_own(index, seed)
    enough = float(np.quantile(near, QUANTILE)) if near else 0.0
    suggested = (len(near) * enough + WORTH * start.suggested) / (len(near) + WORTH)
    answered = start.answered + (log_odds(target) - log_odds(TARGET)) / STEEPNESS
    return Limits(answered, min(suggested, answered))


def log_odds(share: float) -> float:
    return log(share / (1 - share)) if share < 1 else inf


def _nearest_without_their_own(index: Index, seed: int) -> list[float]:
    chosen = np.sort(np.random.default_rng(seed).permutation(index.may_be_asked_again())[:MOST])
    found = []
    for asked in chosen.tolist():
        at = int(index.owners[asked])
        without = Without(asked=asked, article=at)
        language = _known(index.articles[at].language)
        ranked = index.rank(index.asked[asked], language, 1, without=without)
        found.append(ranked.hits[0].score if ranked.hits else 0.0)
    return found


def _known(language: str) -> Language:
    return next((known for known in LANGUAGES if known == language), "sv")
