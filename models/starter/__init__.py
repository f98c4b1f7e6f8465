"""Content for day one: categories, example tickets, articles.

Written for Lotsen, in Swedish, English and German. The company's own categories and
articles take its place as they come in.
"""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

from models.language import LANGUAGES, Language

DOCUMENT = "starter"
"""Name of the document that the starter articles stand in."""

TEACHING = "starter_articles_teach"
"""Name of the switch that is off once that document was removed."""


@dataclass(frozen=True, slots=True)
class StarterCategory:
    """A category of day one; ``titles`` and ``descriptions`` have one text a language."""

    key: str
    titles: dict[str, str]
    descriptions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A ticket as somebody might write it in chat, and the key of its category."""

    text: str
    category: str
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


@cache
def categories() -> tuple[StarterCategory, ...]:
    """Return the categories of day one, in the order they are shown."""
    return tuple(
        StarterCategory(key=row["key"], titles=row["title"], descriptions=row["description"])
        for row in _toml("categories.toml")["category"]
    )


@cache
def examples() -> tuple[Example, ...]:
    """Return the example tickets of all languages."""
    return tuple(
        Example(text=row["text"], category=row["category"], language=language)
        for language in LANGUAGES
        for row in csv.DictReader(StringIO(_read(f"examples/{language}.csv"), newline=""))
    )


@cache
def articles() -> tuple[StarterArticle, ...]:
    """Return the articles of all languages."""
    return tuple(
        _article(row, language)
        for language in LANGUAGES
        for row in _toml(f"articles/{language}.toml")["article"]
    )


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


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(_read(name))


def _read(name: str) -> str:
    return (files("models.starter") / name).read_text(encoding="utf-8")
