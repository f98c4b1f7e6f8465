"""What Lotsen says and how it says it: catalogues, numbers, dates, markup."""

from models.language.words import LANGUAGES, Language, Person, Words, language_of, noted, words_for

__all__ = ["LANGUAGES", "Language", "Person", "Words", "language_of", "noted", "words_for"]
