"""What a document is made of: what it says of itself, its sections, its passages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from models.errors import InvalidError
from models.language import LANGUAGES, Language
from models.tables import ArticleKind

MAX_BYTES = 20_000_000
"""A larger file is a data dump, not something that answers a question."""

_PERSON_OR_GROUP = re.compile(r"[UWS][A-Z0-9]{2,20}")
_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class About:
    """What holds for a whole document; empty where nobody said.

    Attributes
    ----------
    audience : tuple of str
        Slack user ids and user-group ids that may see it; empty means everybody.
    """

    title: str = ""
    language: Language | None = None
    url: str = ""
    owner: str = ""
    audience: tuple[str, ...] = ()
    verified_on: date | None = None
    expires_on: date | None = None

    def completed_by(self, other: "About") -> "About":
        """Return this with what it leaves open taken from ``other``."""
        return About(
            title=self.title or other.title,
            language=self.language or other.language,
            url=self.url or other.url,
            owner=self.owner or other.owner,
            audience=self.audience or other.audience,
            verified_on=self.verified_on or other.verified_on,
            expires_on=self.expires_on or other.expires_on,
        )


@dataclass(frozen=True, slots=True)
class TextSection:
    """A stretch of text with the headings above it, outermost first, or its page."""

    text: str
    headings: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as a file has it; ``answer`` is its text byte for byte.

    Attributes
    ----------
    address : str
        The headings above it, as they are cited; empty where there are none.
    """

    external_id: str
    title: str
    answer: str
    questions: tuple[str, ...] = ()
    kind: ArticleKind = ArticleKind.ANSWER
    address: str = ""
    page: int | None = None
    about: About = field(default_factory=About)


def about_of(fields: Mapping[str, str]) -> About:
    """Return what the fields ``title``, ``language``, ``audience`` and so on say.

    Raises
    ------
    InvalidError
        For a day or an audience that is written wrongly: nothing is guessed there.
    """
    return About(
        title=fields.get("title", "").strip(),
        language=_language(fields.get("language", "")),
        url=fields.get("url", "").strip(),
        owner=fields.get("owner", "").strip(),
        audience=audience_of(fields.get("audience", "")),
        verified_on=_day("verified_on", fields.get("verified_on", "")),
        expires_on=_day("expires_on", fields.get("expires_on", "")),
    )


def audience_of(text: str) -> tuple[str, ...]:
    """Return the ids in a list such as ``S012345, U067890``; empty for an empty text.

    Raises
    ------
    InvalidError
        When one is no id of Slack: a group that is misread would let everybody see.
    """
    ids = [part for part in _BETWEEN.split(text.strip(" \t[]")) if part]
    for one in ids:
        if not _PERSON_OR_GROUP.fullmatch(one.strip("\"'")):
            raise InvalidError(
                f"the audience {one!r} is no id of Slack: write user ids (U…) or group ids (S…)"
            )
    return tuple(dict.fromkeys(one.strip("\"'") for one in ids))


def _language(word: str) -> Language | None:
    short = word.strip().lower()[:2]
    return next((language for language in LANGUAGES if language == short), None)


def _day(name: str, word: str) -> date | None:
    if not word.strip():
        return None
    try:
        return date.fromisoformat(word.strip())
    except ValueError as error:
        raise InvalidError(f"{name} {word!r} is no date: write it as 2026-03-01") from error
