"""How many tickets a stored article would have been shown for, and how many that would have helped.

Nobody labelled the tickets. So what was shown is counted, and how much of it helps is worked out
from 300 public questions of which it is known: there the search shows something for most of the
answerable ones, and for some of the others too. Whatever it shows here beyond that second share
must come from answerable ones (Rogan and Gladen's estimate of a prevalence).

References
----------
Rogan & Gladen, Estimating prevalence from the results of a screening test, American Journal of
Epidemiology 107 (1978) 71–76.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from models import starter
from models.history.past_tickets import PastTickets, words_of
from models.history.sortable import WhyNot
from models.knowledge.answer_evaluation import TierBefore, read_knowledge
from models.knowledge.articles import from_starter
from models.knowledge.counterexamples import counterexamples_of
from models.knowledge.embedding_index import Embed
from models.knowledge.index import Index
from models.knowledge.limits import starting_limits
from models.knowledge.tiers import Limits, Tier
from models.language import Language
from models.language.detection import detect
from models.statistics.estimates import wilson
from models.tables import Article

Progress = Callable[[int, int], None]
"""Called with the steps done and the steps in all."""

SHOWN = (Tier.ANSWERED, Tier.SUGGESTED)
_EVERY = 100


@dataclass(frozen=True, slots=True)
class HelpOnPublicQuestions:
    """What the search did with the public questions, of which it is known what is right.

    Attributes
    ----------
    answerable, shown, helped
        Questions that a starter article answers; of them, those for which something was shown,
        and those for which a right one was.
    unanswerable, bothered
        The others, and those of them for which something was shown all the same.
    near_misses, near_bothered
        Of these, the ones on an article's topic that the article does not answer.
    wrong
        Of all, those that were answered with a wrong article.
    """

    answerable: int
    shown: int
    helped: int
    unanswerable: int
    bothered: int
    near_misses: int
    near_bothered: int
    wrong: int

    def helped_share(self, shown: float) -> float:
        """Return the share of helped ones among texts of which a share is shown something."""
        return _helped(
            shown,
            of_answerable=self.shown / self.answerable,
            of_others=self.bothered / self.unanswerable,
            helped=self.helped / self.answerable,
        )

    def helped_share_low(self, shown: int, n: int) -> float:
        """Return the least that is to be expected.

        What is not answerable at a help desk may all be on an article's topic: so the near misses
        tell how often something is shown for it. And each part is at the worse end of its 95 %
        interval.
        """
        return _helped(
            wilson(shown, n)[0],
            of_answerable=wilson(self.shown, self.answerable)[1],
            of_others=wilson(self.near_bothered, self.near_misses)[1],
            helped=wilson(self.helped, self.answerable)[0],
        )

    @property
    def wrong_share(self) -> float:
        return self.wrong / (self.answerable + self.unanswerable)


def _helped(shown: float, *, of_answerable: float, of_others: float, helped: float) -> float:
    answerable = (shown - of_others) / (of_answerable - of_others)
    return min(1.0, max(0.0, answerable)) * helped


# By `tests/models/history/test_answerable.py`, which asks them again.
BY_WORDS = HelpOnPublicQuestions(
    answerable=150,
    shown=136,
    helped=127,
    unanswerable=150,
    bothered=59,
    near_misses=75,
    near_bothered=38,
    wrong=0,
)
BY_MEANING = HelpOnPublicQuestions(
    answerable=150,
    shown=138,
    helped=134,
    unanswerable=150,
    bothered=54,
    near_misses=75,
    near_bothered=36,
    wrong=1,
)


@dataclass(frozen=True)
class Answerable:
    """Tickets for which a stored article would have been shown.

    Attributes
    ----------
    share, answered, offered
        Of the tickets, those that would have been shown an answer or up to three titles, and
        each of the two; None where there is no text.
    helped, low
        Of the tickets, those that this would have helped, as the public questions let expect;
        and the least that they let expect.
    tiers
        What each ticket would have led to, in the order of the tickets.
    """

    share: float | None = None
    low: float | None = None
    helped: float | None = None
    answered: float = 0.0
    offered: float = 0.0
    wrong: float = 0.0
    n: int = 0
    n_articles: int = 0
    by_meaning: bool = False
    why_not: WhyNot | None = None
    tiers: tuple[Tier, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Shelf:
    """The articles that tickets are looked up in, with the limits of showing one."""

    index: Index
    limits: Limits
    before: TierBefore
    language: Language

    def tier(self, text: str) -> Tier:
        """Return what a ticket's words would have led to; none without any."""
        if not text:
            return Tier.TICKET
        early = self.before(text)
        if early is not None:
            return early
        found = self.index.rank(text, detect(text, self.language), 1)
        return self.limits.tier(found.evidence)


def shelf_of(
    knowledge: Path | None,
    now: datetime,
    *,
    target: float,
    before: TierBefore,
    language: Language,
    embed: Embed | None = None,
) -> Shelf:
    """Return the starter's articles, and those of a CSV with id, question and answer.

    Raises
    ------
    InvalidError
        Naming the file, and what is wrong with it.
    """
    articles = _numbered(
        [
            *(from_starter(one, now) for one in starter.articles()),
            *(read_knowledge(knowledge) if knowledge else ()),
        ]
    )
    index = Index(articles, embed, counterexamples=counterexamples_of(articles))
    return Shelf(index, starting_limits(index, target), before, language)


def _numbered(articles: Sequence[Article]) -> list[Article]:
    for number, article in enumerate(articles, start=1):
        article.id = number
    return list(articles)


def answerable(
    past: PastTickets, shelf: Shelf, measured: HelpOnPublicQuestions, progress: Progress
) -> Answerable:
    """Look all tickets up."""
    texts = [words_of(row) for row in past.rows]
    if not any(texts):
        return Answerable(why_not=WhyNot.NO_TEXTS)
    tiers = tuple(_each(texts, shelf, progress))
    n, answered, offered = len(tiers), tiers.count(Tier.ANSWERED), tiers.count(Tier.SUGGESTED)
    shown = answered + offered
    return Answerable(
        share=shown / n,
        low=measured.helped_share_low(shown, n),
        helped=measured.helped_share(shown / n),
        answered=answered / n,
        offered=offered / n,
        wrong=answered / n * measured.wrong_share,
        n=n,
        n_articles=len({(one.document, one.external_id) for one in shelf.index.articles}),
        by_meaning=shelf.index.has_embeddings,
        tiers=tiers,
    )


def _each(texts: Sequence[str], shelf: Shelf, progress: Progress) -> Iterable[Tier]:
    for done, text in enumerate(texts):
        if done % _EVERY == 0:
            progress(done, len(texts))
        yield shelf.tier(text)
    progress(len(texts), len(texts))
