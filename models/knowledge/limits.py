"""From where on the tiers begin, and how they follow what people say. Pure.

They begin where it was measured on public sets, fitted to the index, and follow the
judgements of what was shown (`models.statistics.beta_limit`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.knowledge.index import Index, MatchEvidence, Ranked, Without
from models.knowledge.tiers import Chance, Limits, nearness, sureness
from models.knowledge.vocabulary import Ints
from models.language import LANGUAGES, Language, language_of
from models.statistics.beta_limit import STEEPNESS, followed, log_odds
from models.store.judgements import JudgedArticle
from models.tables import JudgementOutcome

MOST = 80
"""Stored questions that are asked again, with and without their article."""
MOST_COUNTEREXAMPLES = 240
"""Counterexamples of stored articles that are asked again."""
OTHERS = 4
"""So many other wordings an article needs for one to be asked again as if it were new."""
WORTH = 20
"""How many such questions the measured limit is worth."""
TARGET = 0.95
"""Share of the answers that should be right, where the settings do not say."""
TAKEN_TARGET = 0.65
"""Share of those who are shown titles that should take one: about two of three."""
MOST_OF_ONE = 20
"""Newest judgements of one person that count."""

_HELPED = (JudgementOutcome.SOLVED, JudgementOutcome.TAKEN)


@dataclass(frozen=True, slots=True)
class Start:
    """What was measured for a way of ranking.

    Attributes
    ----------
    answered
        Sureness from which on 95 of 100 answers were right.
    suggested
        Nearness from which on titles are offered, where the index cannot tell.
    chance
        How likely a first result is right.
    """

    answered: float
    suggested: float
    chance: Chance


WORDS = Start(answered=0.34, suggested=0.22, chance=Chance(half=0.26, slope=11.6))
MEANING = Start(answered=0.39, suggested=0.30, chance=Chance(half=0.29, slope=15.6))

AWAY_BELOW = 0.15
"""Share of stored questions that lead to no titles when their article is away. They are near
misses in words that somebody chose well; of what people ask in chat more does."""
COUNTEREXAMPLES_BELOW = 0.39
"""The same of counterexamples of stored articles, each as if it were not stored itself."""


def start_of(*, by_meaning: bool) -> Start:
    return MEANING if by_meaning else WORDS


def starting_limits(index: Index, target: float = TARGET, seed: int = 0) -> Limits:
    """Return the limits of an index on which nobody judged anything yet.

    Scores do not travel: where all articles are about the same, strangers are near too. So
    the index is asked what it holds, each text as if it were not there: stored questions,
    with their article and without it, and counterexamples. Without it nothing answers them,
    and many are to lead to no titles; with it, enough of the answers are to be right.
    """
    start = start_of(by_meaning=index.has_embeddings)
    rng = np.random.default_rng(seed)
    questions = rng.permutation(index.may_be_asked_again())
    alone = list(_without_their_article(index, questions[:MOST]))
    away = _nearness(alone)
    against = list(_counterexamples(index, rng))
    usual = start.suggested
    if against:
        usual = float(np.quantile(_nearness(against), COUNTEREXAMPLES_BELOW))
    suggested = _shrunk(usual, away, AWAY_BELOW)
    right, sure = _as_new_wordings(index, questions)
    # Where nobody wrote counterexamples, questions whose article is away are the near misses.
    strangers = against or [one for one in alone if one is not None]
    strange = [sureness(one) for one in strangers[: len(sure)]]
    answered = followed(
        start.answered + (log_odds(target) - log_odds(TARGET)) / STEEPNESS,
        np.array(sure + strange),
        np.array(right + [False] * len(strange), bool),
        target,
    )
    return Limits(answered, max(usual, suggested) if against else suggested)


def _shrunk(start: float, values: Sequence[float], below: float) -> float:
    """Return the quantile ``below`` of few values, drawn towards where it usually lies."""
    quantile = float(np.quantile(values, below)) if values else 0.0
    return (len(values) * quantile + WORTH * start) / (len(values) + WORTH)


def _nearness(found: Iterable[MatchEvidence | None]) -> list[float]:
    return [0.0 if one is None else nearness(one) for one in found]


def _without_their_article(index: Index, questions: Ints) -> Iterator[MatchEvidence | None]:
    """Yield what is found for stored questions while their article, in all languages, is away."""
    for asked in questions.tolist():
        at = int(index.owners[asked])
        yield _asked_again(index, asked, Without(asked=asked, article=at)).evidence


def _as_new_wordings(index: Index, questions: Ints) -> tuple[list[bool], list[float]]:
    """Return whether stored questions of articles that have many find theirs, and how surely."""
    many = np.bincount(index.owners, minlength=len(index)) > OTHERS
    right, sure = list[bool](), list[float]()
    for asked in [one for one in questions.tolist() if many[index.owners[one]]][:MOST]:
        ranked = _asked_again(index, asked, Without(asked=asked))
        if ranked.evidence is not None:
            own = index.articles[index.owners[asked]].external_id
            right.append(ranked.hits[0].article.external_id == own)
            sure.append(sureness(ranked.evidence))
    return right, sure


def _asked_again(index: Index, asked: int, without: Without) -> Ranked:
    language = _known(index.articles[index.owners[asked]].language)
    return index.rank(index.asked[asked], language, 1, without=without)


def _counterexamples(index: Index, rng: np.random.Generator) -> Iterator[MatchEvidence]:
    """Yield what is found for counterexamples of stored articles, each while it is away itself."""
    about = [at for at, one in enumerate(index.counterexamples) if one.article]
    for at in rng.permutation(about)[:MOST_COUNTEREXAMPLES].tolist():
        one = index.counterexamples[at]
        found = index.rank(one.text, one.language, 1, without=Without(counterexample=at)).evidence
        if found is not None:
            yield found


def _known(language: str) -> Language:
    return next((known for known in LANGUAGES if known == language), "sv")


# Judgements -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """What the asker of a question said of what was shown.

    Attributes
    ----------
    first_right : bool or None
        Whether the first result answered it; None where nobody can tell.
    helped : bool or None
        Whether one of the titles was taken; None where none were shown.
    """

    case_id: int
    language: Language
    score: float
    sureness: float
    ranker: str
    first_right: bool | None
    helped: bool | None


@dataclass(frozen=True, slots=True)
class RankerLimits:
    """The limits of one way of ranking: where they began, where they are, and why.

    ``answers`` and ``choices`` are the judgements that moved the upper and the lower one.
    """

    ranker: str
    start: Limits
    now: Limits
    answers: int = 0
    choices: int = 0


def judged_questions(rows: Iterable[JudgedArticle]) -> list[JudgedQuestion]:
    """Return what the judgements, the newest first, say of questions."""
    shown = defaultdict[tuple[int, bool], list[JudgedArticle]](list)
    for row in rows:
        shown[row.case_id, row.place > 0].append(row)
    found, of_person = list[JudgedQuestion](), defaultdict[str, int](int)
    for (_, by_title), group in shown.items():
        person = group[0].person_id
        if not person or of_person[person] < MOST_OF_ONE:
            of_person[person] += 1
            found.append(_question(group, by_title=by_title))
    return found


def _question(group: Sequence[JudgedArticle], *, by_title: bool) -> JudgedQuestion:
    said = {row.outcome for row in group}
    chosen = [row for row in group if row.outcome in _HELPED]
    solved = [row for row in group if row.outcome is JudgementOutcome.SOLVED]
    first: bool | None = None
    if solved:
        first = solved[0].place <= 1
    elif said - {JudgementOutcome.TAKEN} or any(row.place > 1 for row in chosen):
        first = False
    return JudgedQuestion(
        case_id=group[0].case_id,
        language=language_of(group[0].language, "sv"),
        score=group[0].score,
        sureness=group[0].sureness,
        ranker=group[0].ranker,
        first_right=first,
        helped=bool(chosen) if by_title else None,
    )


def follow(limits: RankerLimits, judged: Iterable[JudgedQuestion], target: float) -> RankerLimits:
    """Return the limits as the judgements of what that ranker showed move them."""
    own = [one for one in judged if one.ranker == limits.ranker]
    answers = [one for one in own if one.first_right is not None]
    choices = [one for one in own if one.helped is not None]
    now = Limits(
        answered=followed(
            limits.start.answered,
            np.array([one.sureness for one in answers]),
            np.array([bool(one.first_right) for one in answers], bool),
            target,
        ),
        suggested=followed(
            limits.start.suggested,
            np.array([one.score for one in choices]),
            np.array([bool(one.helped) for one in choices], bool),
            TAKEN_TARGET,
        ),
    )
    return replace(limits, now=now, answers=len(answers), choices=len(choices))
