"""In which language somebody wrote.

Norwegian and Danish are recognised as their own and stored with the ticket; nobody has
written Lotsen's answers in them, so they are answered in the closest language that there
is, Swedish, and the answer says so (`closest`).

A message in several languages is in the one that most of its words are in: each sentence
is recognised, and its words are its votes. What is quoted (lines that begin with ``>``,
code, words in quotation marks) is not the writer's own and has a vote only where nothing
else is left: an English error message does not make a Swedish question English.
"""

import re
from collections import Counter
from functools import cache
from typing import Any, Literal

from models.language.function_words import FUNCTION_WORDS
from models.language.words import LANGUAGES, Language


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_KNOWN = ("sv", "en", "de", "no", "nn", "da")
Recognised = Literal["sv", "en", "de", "no", "da", ""]
_NEIGHBOURS = frozenset({"no", "da"})
_QUOTED = re.compile(
    r"^[ \t]*>[^\n]*|```.*?```|`[^`\n]*`|\"[^\"\n]*\"|[“”„«»][^“”„«»\n]*[“”«»]", re.M | re.S
)
_SENTENCE = re.compile(r"[.!?;:]+\s|\s[–—-]\s|\n+")
# Words that one of the three Scandinavian languages has and the others have not.
_MARKS: dict[Recognised, frozenset[str]] = {
    "sv": _set("och att är för inte jag från hur vad vem ner något någon också sedan när åt"),
    "no": _set(
        """av meg deg seg noe noen hva blir passord ikkje eg skjer fått fikk uten vært gjøre veldig
        jobber etter dere hei pålogging innlogging tilgang ødelagt lønn brukernavn hjelpe skjermen
        skjerm skriveren"""
    ),
    "da": _set(
        """af mig dig sig noget nogen hvad bliver adgangskode kodeord blevet ud op sker meget
        arbejder efter uden jeres lige hej brugernavn printeren skærmen skærm adgang løn computeren
        tilbage hjælpe hjælp virker nulstille"""
    ),
}
_LETTERS: dict[str, Language] = {"å": "sv", "ß": "de", "ü": "de"}
_TYPICAL: dict[Language, frozenset[str]] = {
    "sv": frozenset(
        {
            "lösenord",
            "lösenordet",
            "skrivare",
            "skrivaren",
            "dator",
            "datorn",
            "kontot",
            "skärm",
            "skärmen",
            "inloggning",
            "semester",
            "glömt",
            "trasig",
            "låst",
            "lön",
        }
    ),
    "en": frozenset(
        {
            "password",
            "printer",
            "account",
            "locked",
            "screen",
            "forgot",
            "forgotten",
            "broken",
            "laptop",
            "keyboard",
            "vacation",
            "payslip",
            "salary",
            "slow",
        }
    ),
    "de": frozenset(
        {
            "passwort",
            "kennwort",
            "drucker",
            "rechner",
            "bildschirm",
            "vergessen",
            "kaputt",
            "gesperrt",
            "urlaub",
            "gehalt",
            "tastatur",
            "anmeldung",
            "langsam",
        }
    ),
}
_LONG_ENOUGH = 3
_SAMPLE = 2_000  # characters: more tell nothing new


def detect(text: str, fallback: Language) -> Language:
    """Return the language to answer ``text`` in, or ``fallback`` where the text does not tell."""
    return closest(recognise(text), fallback)


def closest(recognised: str, fallback: Language) -> Language:
    """Return the language of ours that readers of ``recognised`` follow best."""
    if recognised in _NEIGHBOURS:
        return "sv"
    return next((language for language in LANGUAGES if language == recognised), fallback)


def recognise(text: str) -> Recognised:
    """Return the language most of ``text`` is in; empty where it does not tell.

    A text of fewer than three words tells only by a typical word or letter.
    """
    sample = text[:_SAMPLE]
    own = _QUOTED.sub("\n", sample)
    return _of_most_words(own) or (_of_most_words(sample) if own != sample else "")


def _of_most_words(text: str) -> Recognised:
    words = _words(text)
    if len(words) < _LONG_ENOUGH:
        return _by_typical_words(words) or ""
    votes: Counter[Recognised] = Counter()
    for sentence in _SENTENCE.split(text):
        spoken = _words(sentence)
        if len(spoken) >= _LONG_ENOUGH:
            votes[_identified(spoken)] += len(spoken)
    return votes.most_common(1)[0][0] if votes else _identified(words)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _identified(words: list[str]) -> Recognised:
    found: str = _identifier().classify(" ".join(words))[0]
    if found in ("no", "nn", "da"):
        return _nordic(words, "da" if found == "da" else "no")
    return next((language for language in LANGUAGES if language == found), "")


def _nordic(words: list[str], guess: Recognised) -> Recognised:
    """Tell Norwegian, Danish and Swedish apart by words that only one of them has."""
    signs = {language: sum(word in _MARKS[language] for word in words) for language in _MARKS}
    best = max(signs, key=lambda language: (signs[language], language == guess))
    return best if signs[best] else guess


def _by_typical_words(words: list[str]) -> Language | None:
    """Return the one language whose typical words or letters are there."""
    told: set[Language] = {_LETTERS[sign] for word in words for sign in word if sign in _LETTERS}
    for word in words:
        speakers = [
            language
            for language in LANGUAGES
            if word in FUNCTION_WORDS[language] | _TYPICAL[language]
        ]
        if len(speakers) == 1:
            told.add(speakers[0])
    return told.pop() if len(told) == 1 else None


@cache
def _identifier() -> Any:
    # Lazy: the model takes a second to read.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(_KNOWN))
    return identifier
