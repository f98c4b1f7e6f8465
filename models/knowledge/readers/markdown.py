"""Markdown: a section for each heading; what stands above them tells about the document.

Between two lines ``---`` at the top stand ``title``, ``owner``, ``language``, ``url``,
``audience``, ``verified_on`` and ``expires_on``, each as ``key: value``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from models.errors import InvalidError
from models.knowledge.documents import About, Draft, TextSection, about_of
from models.knowledge.passages import LONGEST, is_question, passages, words_in
from models.knowledge.readers.text import decoded

SUFFIXES = (".md", ".markdown")

_DEEPEST = 6
_SIGNS_A_WORD = 40


@dataclass(frozen=True, slots=True)
class _Mark:
    """A heading: where its line begins, and where the text under it begins."""

    level: int
    title: str
    begin: int
    body: int


def read(content: bytes, name: str) -> tuple[Draft, ...]:
    """Return the passages of a Markdown file."""
    about, body = _front_matter(decoded(content))
    return passages(about, sections(body), name)


def sections(body: str) -> Iterator[TextSection]:
    """Yield the text under each heading, each a slice of ``body``.

    Below a second-level heading a small part stays in one piece with its subsections: a
    step of an instruction says little alone. Headings that ask something stand alone.
    """
    marks = [*_marks(body), _Mark(1, "", len(body), len(body))]
    yield TextSection(body[: marks[0].begin])
    path: list[_Mark] = []
    at = 0
    while at < len(marks) - 1:
        mark = marks[at]
        path = [above for above in path if above.level < mark.level] + [mark]
        after = _after(body, marks, at)
        yield TextSection(
            body[mark.body : marks[after].begin], tuple(above.title for above in path)
        )
        at = after


def _after(body: str, marks: list[_Mark], at: int) -> int:
    """Return the place of the heading at which the section of heading ``at`` ends."""
    mark, after = marks[at], at + 1
    if mark.level == 1:
        return after
    furthest = mark.body + LONGEST * _SIGNS_A_WORD
    while marks[after].level > mark.level and marks[after].begin <= furthest:
        if is_question(marks[after].title):
            return at + 1
        after += 1
    complete = marks[after].level <= mark.level
    fits = complete and words_in(body[mark.body : marks[after].begin]) <= LONGEST
    return after if fits else at + 1


def _marks(body: str) -> Iterator[_Mark]:
    begin, fence = 0, ""
    for line in body.splitlines(keepends=True):
        stripped = line.lstrip(" ")
        opens = stripped[:3] if stripped[:3] in ("```", "~~~") else ""
        if fence:
            fence = "" if opens == fence else fence
        elif opens:
            fence = opens
        elif line.startswith("#"):
            level, title = _heading(line)
            if level:
                yield _Mark(level, title, begin, begin + len(line))
        begin += len(line)


def _heading(line: str) -> tuple[int, str]:
    """Return a heading's level and words; level 0 for a line that is none."""
    title = line.lstrip("#")
    level = len(line) - len(title)
    if level > _DEEPEST or title[:1] not in (" ", "\t"):
        return 0, ""
    words = title.strip()
    closed = words.rstrip("#")
    if closed != words and (not closed or closed[-1] in " \t"):
        words = closed.strip()
    return (level, words) if words else (0, "")


def _front_matter(text: str) -> tuple[About, str]:
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].strip() != "---":
        return About(), text
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        # Its audience would be lost, and everybody could see it.
        if len(lines) > 1 and ":" in lines[1]:
            raise InvalidError("begins with --- and key: value, but no second --- ends that part")
        return About(), text
    return about_of(_fields(lines[1:end])), "".join(lines[end + 1 :])


def _fields(lines: list[str]) -> dict[str, str]:
    """Return ``key: value`` pairs; lines ``- item`` belong to the key above them."""
    fields: dict[str, str] = {}
    key = ""
    for line in lines:
        word = line.strip()
        if word.startswith("- ") and key:
            fields[key] = f"{fields[key]} {word[2:].strip()}".strip()
        elif ":" in word and not word.startswith("#"):
            name, _, value = word.partition(":")
            key = name.strip().lower()
            fields[key] = value.strip().strip("\"'")
    if "audience" in fields and not fields["audience"].strip(" []"):
        raise InvalidError("its audience is empty: name somebody, or leave the line out")
    return fields
