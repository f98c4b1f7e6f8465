"""What Lotsen says and how it says it: catalogues, numbers, dates, markup."""

from models.language.records import LANGUAGES, Language, in_language
from models.language.words import N_, Mention, Translator, language_of, words_for

__all__ = [
    "LANGUAGES",
    "N_",
    "Language",
    "Mention",
    "Translator",
    "in_language",
    "language_of",
    "words_for",
]
