"""Content for day one: categories, example tickets, articles.

Written for Lotsen; it stands in each language's folder, which may lack any of it. The
company's own categories and articles take its place as they come in.
"""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import StringIO
from typing import Any

from models.language import LANGUAGES, Language
from models.language.records import LanguageRecord

DOCUMENT = "starter"
"""Name of the document that the starter articles stand in."""

CATEGORIES = (
    "account_login",
    "network_vpn",
    "email_calendar",
    "computer_hardware",
    "printing",
    "software",
    "permissions",
    "security",
    "hr_time_pay",
    "onboarding",
)
"""Keys of the categories of day one, in the order they are shown; their names stand in
``categories.toml`` of each language."""

ARTICLES, EXAMPLES, NAMES = "articles.toml", "examples.csv", "categories.toml"
COUNTEREXAMPLES = "counterexamples.csv"
"""Files of a language's folder."""

TEACHING = "starter_articles_teach"
"""Name of the switch that is off once that document was removed."""


@dataclass(frozen=True, slots=True)
class StarterCategory:
    """A category of day one; ``titles`` and ``descriptions`` have one text a language."""

    key: str
    titles: dict[str, str]
    descriptions: dict[str, str]


@dataclass(frozen=True, slots=True)
class StarterExample:
    """A ticket as somebody might write it in chat, and the key of its category."""

    text: str
    category: str
    language: Language


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A message in an article's words that the article does not answer, nor does another.

    ``article`` is the id of that starter article; empty where it is about none of them.
    """

    text: str
    article: str
    language: Language


@dataclass(frozen=True, slots=True)
class StarterArticle:
    """A stored answer with the questions it answers; the same id in each language."""

    id: str
    language: Language
    category: str
    title: str
    questions: tuple[str, ...]
    answer: str
    owner: str
    verified_on: date


def categories() -> tuple[StarterCategory, ...]:
    """Return the categories of day one, in the order they are shown."""
    named = {code: _toml(record, NAMES) for code, record in LANGUAGES.items()}
    return tuple(
        StarterCategory(
            key=key, titles=_of(named, key, "title"), descriptions=_of(named, key, "description")
        )
        for key in CATEGORIES
    )


def examples() -> tuple[StarterExample, ...]:
    """Return the example tickets of all languages."""
    return tuple(one for record in LANGUAGES.values() for one in _examples_of(record))


def counterexamples() -> tuple[Counterexample, ...]:
    """Return the counterexamples of all languages."""
    return tuple(one for record in LANGUAGES.values() for one in _counterexamples_of(record))


def articles() -> tuple[StarterArticle, ...]:
    """Return the articles of all languages."""
    return tuple(one for record in LANGUAGES.values() for one in _articles_of(record))


def lacking(name: str) -> tuple[Language, ...]:
    """Return the languages whose folder has no file ``name``."""
    return tuple(code for code, record in LANGUAGES.items() if not record.text(name))


def _of(named: dict[Language, dict[str, Any]], key: str, part: str) -> dict[str, str]:
    return {code: names[key][part] for code, names in named.items() if part in names.get(key, {})}


@cache
def _examples_of(record: LanguageRecord) -> tuple[StarterExample, ...]:
    rows = csv.DictReader(StringIO(record.text(EXAMPLES), newline=""))
    return tuple(StarterExample(row["text"], row["category"], record.code) for row in rows)


@cache
def _counterexamples_of(record: LanguageRecord) -> tuple[Counterexample, ...]:
    rows = csv.DictReader(StringIO(record.text(COUNTEREXAMPLES), newline=""))
    return tuple(Counterexample(row["text"], row["article"], record.code) for row in rows)


@cache
def _articles_of(record: LanguageRecord) -> tuple[StarterArticle, ...]:
    rows = _toml(record, ARTICLES).get("article", [])
    return tuple(_article(row, record.code) for row in rows)


@cache
def _toml(record: LanguageRecord, name: str) -> dict[str, Any]:
    return tomllib.loads(record.text(name))


def _article(row: dict[str, Any], language: Language) -> StarterArticle:
    return StarterArticle(
        id=row["id"],
        language=language,
        category=row["category"],
        title=row["title"],
        questions=tuple(row["questions"]),
        answer=row["answer"],
        owner=row["owner"],
        verified_on=row["verified_on"],
    )
