"""What people write, as far as the words alone tell: greetings, thanks, small talk. Pure.

Where it is not clear, a text counts as a question: an answer too many is a smaller
mistake than a person who waits for one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from models.language import LANGUAGES
from models.language.phrases import begins_with, fold, places_of, words_of

MOST = 80
"""Longer texts are no small talk; it also bounds what the patterns have to do."""

_EMOJI_CODE = re.compile(r":[\w+-]+:")
_EMOJI = "👍🙏❤🎉😊✅🙌👌🥳"


class Reads(StrEnum):
    """What a text is by its words."""

    GREETING = "greeting"
    ACKNOWLEDGEMENT = "acknowledgement"  # "ok", 👍, "have a nice weekend": read, no more than that
    THANKS = "thanks"
    CLOSING = "closing"  # it is solved, or not needed any more
    SMALL_TALK = "small_talk"
    NOT_FOR_DESK = "not_for_desk"
    COMPLAINT = "complaint"  # the rest tell nothing without what was said before
    HOW = "how"
    MEANT = "meant"
    NUDGE = "nudge"
    CANNOT_FIND = "cannot_find"  # the name of what is not there, after what was said before
    WORDS = "words"


IN_CONTEXT = frozenset({Reads.COMPLAINT, Reads.HOW, Reads.MEANT, Reads.NUDGE})
"""What tells nothing by itself."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text by its words.

    Attributes
    ----------
    topic
        Its own folded words: without function words, thanks and what the phrase says.
    opens
        It begins as a sentence goes on.
    with_pronoun
        It begins with "it" or "there": as one goes on, and as one about anything begins. Not so
        where it says since when something is wrong.
    asks
        It begins as a question or a wish, or says that something does not work.
    length
        Number of its words.
    """

    kind: Reads
    topic: frozenset[str] = frozenset()
    opens: bool = False
    with_pronoun: bool = False
    asks: bool = False
    length: int = 0


def read(text: str) -> Reading:
    """Return what a text is by its words."""
    words = words_of(text)
    began = begins_with("began", words)
    asks, opens = _asks(text, words), began or begins_with("opening", words)
    kind, said = _kind(text, words)
    topic = frozenset(_own(words, said))
    with_pronoun = not began and begins_with("pronouns", words)
    return Reading(kind, topic, opens, with_pronoun, asks, len(words))


def _kind(text: str, words: Sequence[str]) -> tuple[Reads, frozenset[int]]:
    if is_greeting(text):
        return Reads.GREETING, frozenset(range(len(words)))
    if is_closing(text):
        return Reads.CLOSING, places_of("closing", words)
    if is_thanks(text):
        return _thanks(text, words), frozenset()
    if text.strip() and not re.search(r"\w", _EMOJI_CODE.sub("", text)):
        return Reads.NUDGE, frozenset()  # "??" or a sad face
    for name, kind, most, others in _SHORT:
        said = places_of(name, words)
        if said and len(words) <= most and len(_own(words, said)) <= others:
            return kind, said
    if begins_with("meant", words):
        return Reads.MEANT, places_of("meant", words)
    return (Reads.CANNOT_FIND if _names_one(words) else Reads.WORDS), frozenset()


# A list of phrases, what it makes of a text, the most words of it, the most words besides.
_SHORT = (
    ("wishes", Reads.ACKNOWLEDGEMENT, 8, 1),
    ("small_talk", Reads.SMALL_TALK, 12, 1),
    ("not_for_desk", Reads.NOT_FOR_DESK, 16, 2),
    ("nudge", Reads.NUDGE, 8, 0),
    ("complaint", Reads.COMPLAINT, 10, 0),
    ("how", Reads.HOW, 8, 0),
)


def _names_one(words: Sequence[str]) -> bool:
    said = places_of("cannot_find", words)
    return bool(said) and 1 <= len(_own(words, said)) <= 3


def _asks(text: str, words: Sequence[str]) -> bool:
    trouble = places_of("trouble", words)
    if "?" in text or (trouble and _own(words, trouble)):
        return True
    joins = _folded("conjunctions")
    start = next((at for at, word in enumerate(words) if word not in joins), len(words))
    return begins_with("question", words[start:])


def _own(words: Sequence[str], said: frozenset[int]) -> list[str]:
    empty = _folded("function") | _folded("thanks") | _folded("with_thanks") | _objections(words)
    return [word for at, word in enumerate(words) if at not in said and word not in empty]


def _objections(words: Sequence[str]) -> frozenset[str]:
    pattern = fold(LANGUAGES.pattern("objections"))
    return frozenset(word for word in words if re.fullmatch(pattern, word))


@lru_cache(maxsize=16)
def _fold_all(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


def _folded(name: str) -> frozenset[str]:
    return _fold_all(LANGUAGES.words(name))


def is_greeting(text: str) -> bool:
    """Return whether ``text`` only says hello."""
    words = text.strip()
    hello, everybody = LANGUAGES.pattern("greetings"), LANGUAGES.pattern("greeted")
    greeting = rf"\W*{hello}(?: {everybody})*\W*"
    return len(words) <= MOST and re.fullmatch(greeting, words, re.IGNORECASE) is not None


def is_thanks(text: str) -> bool:
    """Return whether ``text`` only says thanks, or that all is well."""
    objection = rf"\?|\b{LANGUAGES.pattern('objections')}\b"
    if len(text.strip()) > MOST or re.search(objection, text, re.IGNORECASE):
        return False
    bare = _EMOJI_CODE.sub(_EMOJI[0], text)
    words = re.findall(r"\w+", bare.lower())
    if not words:
        return any(sign in _EMOJI for sign in bare)
    thanks, with_thanks = LANGUAGES.words("thanks"), LANGUAGES.words("with_thanks")
    # One other word, such as a name, may stand among them.
    others = [word for word in words if word not in with_thanks and word not in thanks]
    return any(word in thanks for word in words) and len(others) <= 1


def is_closing(text: str) -> bool:
    """Return whether ``text`` says that it is solved, or not needed any more."""
    words = words_of(text)
    said = places_of("closing", words)
    # "It worked yesterday" says that it does not work now.
    if not said or len(text.strip()) > MOST or "?" in text or begins_with("began", words):
        return False
    besides = [word for at, word in enumerate(words) if at not in said]
    return not _objections(besides) and len(_own(words, said)) <= 2


def _thanks(text: str, words: Sequence[str]) -> Reads:
    """Tell thanks from a mere "ok" or thumb."""
    thanked = [word for word in words if word in _folded("thanks")]
    meant = any(word not in _folded("acknowledgements") for word in thanked)
    return Reads.THANKS if meant else Reads.ACKNOWLEDGEMENT
