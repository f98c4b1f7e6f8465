"""Messages that no stored answer answers, though they sound like it: a ranker's counterexamples.

Likeness alone takes "my entry card is blocked" for a blocked account. The language folders
hold such messages: about the starter articles, and about what no help desk article is about.
A question that is nearer to one of them than to any stored question is doubted
(`models.knowledge.tiers.doubt`).
"""

from collections.abc import Iterable

from models import starter
from models.starter import Counterexample
from models.tables import Article


def counterexamples_of(articles: Iterable[Article]) -> tuple[Counterexample, ...]:
    """Return the counterexamples that go with these articles.

    Those about a starter article are left out where it is not stored, since what took its
    place may well answer them.
    """
    answers = {(row.external_id, row.answer.strip()) for row in articles}
    stored = {one.id for one in starter.articles() if (one.id, one.answer.strip()) in answers}
    return tuple(one for one in starter.counterexamples() if one.article in stored | {""})
