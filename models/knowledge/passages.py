"""Sections → passages short enough to be shown as an answer, each with an address."""

import re
from collections.abc import Iterable, Iterator
from math import ceil
from typing import cast

from models.errors import InvalidError
from models.knowledge.documents import About, Draft, TextSection
from models.tables import ArticleKind

LONGEST = 200
"""Words. A longer section is split at sentence borders."""
_USUAL = 160
"""Words a passage of a split section has, about."""
MAX_ANSWER = 20_000
"""Characters of a stored answer, which is never split."""
MAX_PASSAGES = 20_000
BETWEEN = " › "
"""Stands between the headings of an address."""

_NO_WORD = re.compile(r"[^\w]+")
_NEEDS = "needs the knowledge extra: pip install 'lotsen[knowledge]'"


def needs_extra(error: ImportError) -> InvalidError:
    """Return what to tell somebody whose Lotsen cannot read this kind of file."""
    return InvalidError(f"{_NEEDS} (no module {error.name})")


def words_in(text: str) -> int:
    return len(text.split())


def passages(about: About, sections: Iterable[TextSection], fallback: str) -> tuple[Draft, ...]:
    """Return the passages of a document, in order; each text is a slice of its section.

    A section under a heading that asks something is a stored answer and stays whole.

    Parameters
    ----------
    fallback
        Title where neither the document nor a heading gives one.

    Raises
    ------
    InvalidError
        For an answer, or a document, that is too long to be one.
    """
    seen: dict[str, int] = {}
    found = [
        _draft(about, section, text, fallback, seen)
        for section in sections
        for text in _texts(section)
    ]
    if len(found) > MAX_PASSAGES:
        raise InvalidError(f"has more than {MAX_PASSAGES} passages: split it")
    return tuple(found)


def is_question(heading: str) -> bool:
    return heading.rstrip(" *_").endswith("?")


def slug(title: str) -> str:
    """Return a short name of letters, digits and dashes."""
    return _NO_WORD.sub("-", title.lower()).strip("-")[:80] or "section"


def capped(answer: str) -> str:
    """Return an answer as it is.

    Raises
    ------
    InvalidError
        When it is too long to be shown.
    """
    if len(answer) > MAX_ANSWER:
        raise InvalidError(f"has an answer of more than {MAX_ANSWER} characters: split it")
    return answer


def _texts(section: TextSection) -> Iterator[str]:
    text = section.text.strip("\r\n")
    if not text.strip():
        return
    if _is_answer(section):
        yield capped(text)
    elif words_in(text) <= LONGEST and len(text) <= MAX_ANSWER:
        yield text
    else:
        yield from _split(text)


def _split(text: str) -> Iterator[str]:
    """Yield slices of 100 to 200 words, cut between paragraphs or sentences."""
    try:
        from semchunk.semchunk import chunk
    except ImportError as error:
        raise needs_extra(error) from error
    # The last slice would else be a crumb.
    n = ceil(words_in(text) / _USUAL)
    size = min(LONGEST, ceil(1.15 * words_in(text) / n))
    _, places = chunk(text, size, _cost, offsets=True, memoize=False)
    for begin, end in cast("list[tuple[int, int]]", places):
        slice_ = text[begin:end].strip("\r\n")
        if slice_.strip():
            yield slice_


def _cost(text: str) -> int:
    # A "word" of ten thousand signs would make a passage nobody can read.
    return max(words_in(text), len(text) // 40)


def _is_answer(section: TextSection) -> bool:
    return bool(section.headings) and is_question(section.headings[-1])


def _draft(
    about: About, section: TextSection, text: str, fallback: str, seen: dict[str, int]
) -> Draft:
    top = about.title or (section.headings[0] if section.headings else fallback)
    last = section.headings[-1] if section.headings else top
    name = f"page-{section.page}" if section.page else slug(last)
    seen[name] = seen.get(name, 0) + 1
    return Draft(
        external_id=name if seen[name] == 1 else f"{name}-{seen[name]}",
        title=top if last == top else f"{top}: {last}",
        answer=text,
        questions=() if last == top else (last,),
        kind=ArticleKind.ANSWER if _is_answer(section) else ArticleKind.PASSAGE,
        address=BETWEEN.join(section.headings),
        page=section.page,
        about=about,
    )
