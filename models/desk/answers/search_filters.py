"""What the results of `/lotsen ask` are narrowed down to. Pure.

Each entry of a filter's list carries all filters at once, as they are when it is chosen:
a click says everything, and no state is kept between two of them.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Self

from models.language import LANGUAGES
from models.tables import Article


@dataclass(frozen=True, slots=True)
class Filters:
    """What lets a result pass; empty lets everything.

    Attributes
    ----------
    source
        `digest_of` the folder or document it stands in.
    language
        Such as ``sv``.
    this_year
        Whether somebody verified it in the year that it is asked in.
    """

    source: str = ""
    language: str = ""
    this_year: bool = False

    @property
    def key(self) -> str:
        """The filters as an entry of a list carries them: at most 13 characters."""
        return f"{self.source}.{self.language}.{'y' if self.this_year else ''}"

    @classmethod
    def read(cls, key: str) -> Self:
        """Return the filters of a click; whatever cannot be read filters nothing."""
        source, language, year = [*key.split("."), "", "", ""][:3]
        known = language if language in LANGUAGES else ""
        return cls(source if len(source) == _DIGITS else "", known, this_year=year == "y")

    def let_pass(self, article: Article, today: date) -> bool:
        """Return whether a result is among those that are wanted."""
        verified = article.verified_on
        return (
            self.source in ("", digest_of(source_of(article)))
            and self.language in ("", article.language)
            and not (self.this_year and (verified is None or verified.year != today.year))
        )


_DIGITS = 8


def source_of(article: Article) -> str:
    """Return the folder that an article's document stands in, or the document itself."""
    return article.document.rpartition("/")[0] or article.document


@lru_cache(maxsize=10_000)
def digest_of(source: str) -> str:
    """Return a short name for a source: names of documents are longer than an entry may be."""
    return sha256(source.encode("utf-8", "replace")).hexdigest()[:_DIGITS]
