"""When an article's owner is asked whether it is still true. Pure: days in, days out."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.tables import Article, ArticleKind

MOST_A_DAY = 5
_YEAR = 12
_BEFORE_A_YEAR = 11


@dataclass(frozen=True, slots=True)
class DueReview:
    """An article to ask about; ``deadline`` is the day after which it is doubtful."""

    article: Article
    deadline: date


def review_window(day: date, notice_days: int) -> tuple[date, date]:
    """Return until when an article expires, and was verified last, to be asked about today."""
    return day + timedelta(days=notice_days), months_after(day, -_BEFORE_A_YEAR)


def deadline_of(article: Article) -> date | None:
    """Return when an article expires, or a year after it was verified: what is earlier.

    None for one that cannot expire, and for one that somebody retired.
    """
    if article.reviewed_on and article.expires_on and article.expires_on < article.reviewed_on:
        return None
    verified = article.verified_on
    ends = (article.expires_on, months_after(verified, _YEAR) if verified else None)
    return min((end for end in ends if end is not None), default=None)


def due_reviews(
    articles: Sequence[Article], asked: Collection[tuple[int, date]], today: date
) -> list[DueReview]:
    """Return what to ask about, the next to expire first, and then what is past.

    The passages of a document are one, and so are an answer's versions in other languages.

    Parameters
    ----------
    articles
        Those near their deadline, by number.
    asked
        Article and deadline of what was asked before: nothing is asked twice.
    """
    first: dict[tuple[str, str], Article] = {}
    for article in articles:
        first.setdefault(_whole(article), article)
    found = [
        DueReview(article, deadline)
        for article in first.values()
        if (deadline := deadline_of(article)) and (article.id or 0, deadline) not in asked
    ]
    return sorted(found, key=lambda one: (one.deadline < today, abs(one.deadline - today)))


def of_the_same(article: Article, others: Iterable[Article]) -> list[Article]:
    """Return those of ``others`` that a verdict on ``article`` is about too."""
    return [one for one in others if _whole(one) == _whole(article)]


def still_true(article: Article, today: date) -> None:
    """Move the days of an article that somebody has just verified."""
    if article.expires_on is not None:
        article.expires_on = _valid_until(article, today)
    article.verified_on = article.reviewed_on = today


def retired(article: Article, today: date) -> None:
    """Let an article expire: it is not shown any more, and stays for who asks why."""
    article.expires_on, article.reviewed_on = today - timedelta(days=1), today


def months_after(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _valid_until(article: Article, today: date) -> date:
    verified, expires = article.verified_on, article.expires_on
    if verified is None or expires is None or expires <= verified:
        return months_after(today, _YEAR)
    return today + (expires - verified)


def _whole(article: Article) -> tuple[str, str]:
    passage = article.kind is ArticleKind.PASSAGE
    return article.document, "" if passage else article.external_id
