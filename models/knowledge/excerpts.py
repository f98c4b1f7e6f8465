"""Parts of a stored text, byte for byte: the stretch that a question found, its sentences.

Pure: texts in, slices of them out. Nothing is rewritten, not even white space.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from models.knowledge.vocabulary import fold

LONGEST = 240
"""Characters of an excerpt."""

BETWEEN = "\n…\n"
"""What stands between two sentences that are no neighbours."""

IsFound = Callable[[str], bool]
"""Whether a folded word is one of those that a question looked for."""

_WORD = re.compile(r"\w+")
_LEAD = 60  # characters before the first word found that may be shown with it
# After . ! or ? and a blank a new sentence begins, unless a number or "z. B." stands before.
_SENTENCE_ENDS = re.compile(r"(?<=[^\s\d.][.!?…])[ \t\u00a0]+(?=[^\W\da-zåäöü])|\n+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A slice of a stored text, and whether it is a word that was looked for."""

    text: str
    found: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a stored text: ``text`` is ``whole[begin:end]``."""

    begin: int
    end: int
    text: str


def excerpt(text: str, is_found: IsFound, longest: int = LONGEST) -> tuple[Piece, ...]:
    """Return the stretch of ``text`` that holds most of the words found, cut at words.

    The pieces together are one slice of ``text``; an ellipsis of its own stands where
    something was left out.
    """
    words = [(at.start(), at.end(), fold(at[0])) for at in _WORD.finditer(text)]
    hits = [word for word in words if is_found(word[2])]
    begin, end = _stretch(text, words, hits, longest)
    shown = [(first, last) for first, last, _ in hits if begin <= first and last <= end]
    before = (Piece("… "),) if text[:begin].strip() else ()
    after = (Piece(" …"),) if text[end:].strip() else ()
    return (*before, *_pieces(text, begin, end, shown), *after)


def _stretch(
    text: str, words: list[tuple[int, int, str]], hits: list[tuple[int, int, str]], longest: int
) -> tuple[int, int]:
    begin = _begin(text, words, hits, longest)
    whole = text[begin : begin + longest + 1]
    if len(whole) <= longest:
        return begin, len(text.rstrip())
    blank = max(whole.rfind(" "), whole.rfind("\n"))
    cut = blank if blank > longest // 2 else longest
    return begin, begin + len(whole[:cut].rstrip())


def _begin(
    text: str, words: list[tuple[int, int, str]], hits: list[tuple[int, int, str]], longest: int
) -> int:
    """Return where to begin: with the words found that stand closest together."""
    start = len(text) - len(text.lstrip())
    if not hits or len(text) <= longest:
        return start
    room = longest - _LEAD

    def different(first: int) -> int:
        return len({word for at, last, word in hits if first <= at and last <= first + room})

    first = max((at for at, _, _ in hits), key=lambda at: (different(at), -at))
    if first <= _LEAD:
        return start
    ends = [at.end() for at in _SENTENCE_ENDS.finditer(text, first - _LEAD, first)]
    borders = [at for at, _, _ in words if first - _LEAD <= at <= first]
    return ends[-1] if ends else min(borders, default=first)


def _pieces(text: str, begin: int, end: int, shown: list[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces, at = list[Piece](), begin
    for first, last in shown:
        pieces += [Piece(text[at:first]), Piece(text[first:last], found=True)]
        at = last
    pieces.append(Piece(text[at:end]))
    return tuple(piece for piece in pieces if piece.text)


def sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of ``text``, in order; a line of its own is one too."""
    borders = [0]
    for gap in _SENTENCE_ENDS.finditer(text):
        borders += [gap.start(), gap.end()]
    borders.append(len(text))
    found = []
    for begin, end in pairwise(borders):
        slice_ = text[begin:end]
        if slice_.strip():
            left = begin + len(slice_) - len(slice_.lstrip())
            right = begin + len(slice_.rstrip())
            found.append(Sentence(left, right, text[left:right]))
    return tuple(found)


def joined(text: str, chosen: tuple[Sentence, ...]) -> str:
    """Return sentences of ``text`` in their order; neighbours stay one slice of it.

    Between two that are none stands an ellipsis on a line of its own.
    """
    whole = sentences(text)
    parts, last = list[list[Sentence]](), -2
    for at, sentence in enumerate(whole):
        if sentence not in chosen:
            continue
        if at == last + 1 and parts:
            parts[-1].append(sentence)
        else:
            parts.append([sentence])
        last = at
    return BETWEEN.join(text[part[0].begin : part[-1].end] for part in parts)
