"""Words that are names as well, and words of titles and tools that are no names.

The lists are hand-written for help desks, one in each language's record; a name that is
missing there is masked once too often, one that stands there once too seldom.
"""

from models.language import LANGUAGES


def is_ordinary(word: str) -> bool:
    """Return whether a word is a name only with a capital, inside a sentence."""
    return word in LANGUAGES.words("function") or word in LANGUAGES.words("ordinary")


def is_never_a_name(word: str) -> bool:
    return word in LANGUAGES.words("never_names")
