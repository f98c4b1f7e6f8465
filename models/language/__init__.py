"""What Lotsen says and how it says it: catalogues, numbers, dates, markup."""

from models.language.records import LANGUAGES, Language, in_language
from models.language.words import Person, Words, language_of, noted, words_for

__all__ = [
    "LANGUAGES",
    "Language",
    "Person",
    "Words",
    "in_language",
    "language_of",
    "noted",
    "words_for",
]
