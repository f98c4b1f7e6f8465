"""The articles worth writing first: like tickets for which nothing is stored, by their minutes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from textwrap import shorten

from models.history.past_tickets import PastTickets, words_of
from models.knowledge.gaps import Cluster, clusters, may_be_shown
from models.knowledge.tiers import Tier
from models.redaction import redact
from models.store.feedback import AskedText

MOST = 5
FEWEST_TICKETS = 3
"""Below, no article is worth its writing yet."""
FEWEST_PEOPLE = 3
"""Below, an example would show what one or two people asked."""
_EXAMPLE = 120
_ROWS = 5
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FirstArticle:
    """An article worth writing.

    Attributes
    ----------
    size : int
        Tickets that ask for it.
    minutes : float or None
        Their handling time; None where nobody knows it.
    people : int or None
        How many different people asked; None where the file names nobody.
    category : str
        The most frequent one of these tickets; empty without any.
    example : str
        The most typical one, masked; empty where fewer than three people asked.
    rows : tuple of int
        Rows of the file in which to read the most typical ones.
    """

    size: int
    minutes: float | None
    people: int | None
    category: str
    example: str
    rows: tuple[int, ...]


def first_articles(
    past: PastTickets, tiers: tuple[Tier, ...], usual_minutes: float | None
) -> tuple[FirstArticle, ...]:
    """Return the articles worth writing first, the most minutes first.

    Parameters
    ----------
    tiers
        What each ticket would have led to.
    usual_minutes
        Of a ticket whose handling time is not known; None where none is.
    """
    asked = list(_unanswered(past, tiers, usual_minutes))
    worth = (one for one in clusters(asked) if len(one.asked) >= FEWEST_TICKETS)
    shown = (one for one in worth if may_be_shown(one))
    return tuple(_article(one, past, usual_minutes is not None) for one in islice(shown, MOST))


def _unanswered(
    past: PastTickets, tiers: tuple[Tier, ...], usual_minutes: float | None
) -> Iterator[AskedText]:
    for at, (row, tier) in enumerate(zip(past.rows, tiers, strict=True)):
        text = words_of(row)
        if tier is Tier.TICKET and text:
            minutes = usual_minutes if row.handling_minutes is None else row.handling_minutes
            yield AskedText(
                case_id=at,
                person_id=row.requester,
                language="",
                text=text,
                asked_at=row.opened_at or _UNKNOWN_TIME,
                minutes=minutes or 0.0,
            )


def _article(cluster: Cluster, past: PastTickets, knows_minutes: bool) -> FirstArticle:
    rows = [past.rows[one.case_id] for one in cluster.asked]
    people = {one.person_id for one in cluster.asked if one.person_id}
    categories = Counter(row.category for row in rows if row.category)
    may_show = len(people) >= FEWEST_PEOPLE
    return FirstArticle(
        size=len(rows),
        minutes=cluster.minutes if knows_minutes else None,
        people=len(people) if past.requesters else None,
        category=categories.most_common(1)[0][0] if categories else "",
        example=_masked(cluster.asked[0].text, past.requesters) if may_show else "",
        rows=tuple(row.row for row in rows[:_ROWS]),
    )


def _masked(text: str, names: frozenset[str]) -> str:
    return shorten(redact(text, names).text, _EXAMPLE, placeholder=" …")
