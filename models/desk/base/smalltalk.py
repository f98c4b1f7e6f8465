"""What people write that asks for nothing: greetings and thanks. Pure.

Where it is not clear, a text counts as a question: an answer too many is a smaller
mistake than a person who waits for one.
"""

import re

from models.language import LANGUAGES

MOST = 80
"""Longer texts are no small talk; it also bounds what the patterns have to do."""

_EMOJI_CODE = re.compile(r":[\w+-]+:")
_EMOJI = "👍🙏❤🎉😊✅🙌👌🥳"


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
