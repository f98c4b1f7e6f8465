"""What one person wrote to another, as everybody may read it: the words of an article. Pure.

Taken out are greetings, thanks and signatures at the ends, and each sentence that names
somebody or tells how to reach them: half a sentence with a placeholder in it helps nobody.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from models.desk.base.smalltalk import is_greeting, is_thanks
from models.language import LANGUAGES
from models.redaction import PLACEHOLDERS, Redacted

_MARK = "|".join(re.escape(mark) for mark in PLACEHOLDERS.values())
_NAME = rf"(?:{_MARK}|[^\W\d_a-z][\w.-]*)"
"""A placeholder, or a word with a capital: a name that stands in no list."""
_HAS_MARK = re.compile(_MARK)
_ONLY_NAMES = re.compile(rf"\W*(?:(?:{_MARK})\W*)+")
_SLASHED = re.compile(
    rf"(?:^|(?<=[\s.!?]))(?:/+|--|–)[ ]?(?:{_MARK})\W*$|(?<=[.!?]\s)/[^\W\d_]\w+\W*$"
)
_SENTENCES = re.compile(r"(?<=[.!?])(?<!^\d\.)(?<!^\d\d\.)[ \t]+")  # "1." begins a line
_CLAUSES = re.compile(r"(?<=[^\d\s][.!?])\s+|[,;\n]\s*")


def clean_note(text: Redacted) -> str:
    """Return a resolution note as an article says it: its lines, without what is one person's."""
    lines = _body(text)
    kept = [" ".join(_unnamed(_SENTENCES.split(line))) for line in lines]
    whole = [line for line, old in zip(kept, lines, strict=True) if line or not old]
    return _with_capital("\n".join(whole).strip())


def clean_question(text: Redacted) -> str:
    """Return a question as others would ask it, on one line.

    Where every part of it names somebody the placeholders stay.
    """
    said = "\n".join(line for line in _body(text) if line)
    parts = [part for part in _CLAUSES.split(said) if part.strip()]
    kept = said if len(_unnamed(parts)) == len(parts) else ", ".join(_unnamed(parts)) or said
    return " ".join(kept.split())


def _unnamed(parts: Sequence[str]) -> list[str]:
    return [part for part in parts if part.strip() and not _HAS_MARK.search(part)]


def _body(text: Redacted) -> list[str]:
    """Return the lines between the greeting and the signature."""
    lines = [line.strip() for line in text.strip().splitlines()]
    while lines and (not lines[0] or is_greeting(lines[0])):
        lines.pop(0)
    if lines:
        lines[0] = _greeting().sub("", lines[0])
    lines = _unsigned(lines)
    while lines and _is_ending(lines[-1]):
        lines.pop()
    if lines:
        lines[-1] = _without_tail(lines[-1])
    return lines


def _unsigned(lines: list[str]) -> list[str]:
    """Cut the signature off: from the line on that says so, unless it is the first."""
    for at, line in enumerate(lines[1:], 1):
        if _signature().fullmatch(line):
            return lines[:at]
    return lines


def _is_ending(line: str) -> bool:
    return not line or is_thanks(line) or bool(_ONLY_NAMES.fullmatch(line))


def _without_tail(line: str) -> str:
    """Take off what ends the last line: a name, thanks."""
    shorter = _SLASHED.sub("", _tail().sub("", line)).rstrip()
    sentences = _SENTENCES.split(shorter)
    while len(sentences) > 1 and is_thanks(sentences[-1]):
        sentences.pop()
    return " ".join(sentences).strip()


def _with_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=4)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _greeting() -> re.Pattern[str]:
    hello, everybody = LANGUAGES.pattern("greetings"), LANGUAGES.pattern("greeted")
    greeted = rf"(?i:{everybody})\b|{_MARK}|[^\W\d_a-z][\w-]*(?=[ ]*[,!.:])"
    return _compiled(rf"^\W*(?i:{hello})\b(?:[ ,]+(?:{greeted}))*[\s,!.:;–-]*")


def _signature() -> re.Pattern[str]:
    sign_offs = LANGUAGES.pattern("sign_offs")
    return _compiled(rf"\W*(?i:{sign_offs})\b[\s,.!]*(?:{_NAME}[\s,/|]*)*|/+[ ]?{_NAME}")


def _tail() -> re.Pattern[str]:
    sign_offs = LANGUAGES.pattern("sign_offs")
    return _compiled(rf"[\s,.–-]*\b(?i:{sign_offs})[\s,]+{_NAME}(?:[ ,]+{_NAME}){{0,3}}\W*$")
