"""In which language somebody wrote.

A neighbour of a language (`LanguageRecord.neighbours`), such as Norwegian, is recognised
and stored with the ticket; nobody has written Lotsen's answers in it, so it is answered in
the closest language that there is, and the answer says so (`closest`).

A message in several languages is in the one that most of its words are in: each sentence
is recognised, and its words are its votes. What is quoted (lines that begin with ``>``,
code, words in quotation marks) is not the writer's own and has a vote only where nothing
else is left: an English error message does not make a Swedish question English.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import Any

from models.language.records import LANGUAGES, Language, LanguageRecord

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_QUOTED = re.compile(
    r"^[ \t]*>[^\n]*|```.*?```|`[^`\n]*`|\"[^\"\n]*\"|[“”„«»][^“”„«»\n]*[“”«»]", re.M | re.S
)
_SENTENCE = re.compile(r"(?<![\d.])\.+\s|[!?;:]+\s|\s[–—-]\s|\n+")
"""Where a sentence ends; a number with a full stop is an ordinal: *2. Stock*."""
_LONG_ENOUGH = 3
_SAMPLE = 2_000  # characters: more tell nothing new


def detect(text: str, fallback: Language) -> Language:
    """Return the language to answer ``text`` in, or ``fallback`` where the text does not tell."""
    return closest(recognise(text), fallback)


def closest(recognised: str, fallback: Language) -> Language:
    """Return the language of ours that readers of ``recognised`` follow best."""
    ours = _ours(recognised)
    if ours in LANGUAGES:
        return ours
    for code, record in LANGUAGES.items():
        if any(one.code == ours for one in record.neighbours):
            return code
    return fallback


def recognise(text: str) -> str:
    """Return the code of the language most of ``text`` is in; empty where it does not tell.

    A text of fewer than three words tells only by a typical word or letter.
    """
    sample = text[:_SAMPLE]
    own = _QUOTED.sub("\n", sample)
    return _of_most_words(own) or (_of_most_words(sample) if own != sample else "")


def _of_most_words(text: str) -> str:
    words = _words(text)
    if len(words) < _LONG_ENOUGH:
        return _by_typical_words(words) or ""
    votes: Counter[str] = Counter()
    for sentence in _SENTENCE.split(text):
        spoken = _words(sentence)
        if len(spoken) >= _LONG_ENOUGH:
            votes[_identified(spoken)] += len(spoken)
    return votes.most_common(1)[0][0] if votes else _identified(words)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _identified(words: list[str]) -> str:
    codes = {code for record in LANGUAGES.values() for code in _codes(record)}
    found: str = _identifier(frozenset(codes)).classify(" ".join(words))[0]
    for record in LANGUAGES.values():
        for neighbour in record.neighbours:
            if found == neighbour.code or found in neighbour.also:
                return _ours(_told_apart(words, record, neighbour.code)) or found
    return _ours(found)


def _codes(record: LanguageRecord) -> set[str]:
    """Return the recogniser's codes of a language and its neighbours."""
    near = {code for one in record.neighbours for code in (one.code, *one.also)}
    return near.union(record.recognised_as)


def _ours(code: str) -> str:
    """Return the code of our language that the recogniser calls ``code``, else of a neighbour."""
    if code in LANGUAGES:
        return code
    for record in LANGUAGES.values():
        if code in record.recognised_as:
            return record.code
    near = {one.code for record in LANGUAGES.values() for one in record.neighbours}
    return code if code in near else ""


def _told_apart(words: list[str], record: LanguageRecord, guess: str) -> str:
    """Tell a language from its neighbours by words that only one of them has."""
    distinct = {record.code: record.words["distinct"]}
    distinct |= {one.code: one.distinct for one in record.neighbours}
    signs = {code: sum(word in known for word in words) for code, known in distinct.items()}
    best = max(signs, key=lambda code: (signs[code], code == guess))
    return best if signs[best] else guess


def _by_typical_words(words: list[str]) -> Language | None:
    """Return the one language whose typical words or letters are there."""
    speakers = [
        [code for code, one in LANGUAGES.items() if letter in one.letters]
        for letter in set("".join(words))
    ]
    speakers += [
        [
            code
            for code, one in LANGUAGES.items()
            if word in one.words["function"] or word in one.words["typical"]
        ]
        for word in words
    ]
    betrayed = {codes[0] for codes in speakers if len(codes) == 1}
    return betrayed.pop() if len(betrayed) == 1 else None


@lru_cache(maxsize=4)
def _identifier(codes: frozenset[str]) -> Any:
    # Lazy: the model takes a second to read.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(sorted(codes.intersection(identifier.nb_classes)))
    return identifier
