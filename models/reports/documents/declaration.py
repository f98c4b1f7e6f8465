"""What a document is: a text with holes for facts, its date and its sources, declared. Pure.

Texts are English, marked by their function or by `N_`, and said in the reader's language. A
hole is `{name}`; which names there are, `models.reports.documents.facts` says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from models.language import Translator
from models.reports.documents.sources import Cited

ITEM = "- "


class DocumentLine(NamedTuple):
    """A paragraph, heading or point, with its mark of Markdown; ``**bold**`` counts as there."""

    text: str
    mark: str = ""


def section(text: str) -> DocumentLine:
    """Return a heading within a document."""
    return DocumentLine(text, "## ")


def paragraph(text: str) -> DocumentLine:
    return DocumentLine(text)


def item(text: str) -> DocumentLine:
    """Return a point of a list."""
    return DocumentLine(text, ITEM)


def fact(line: str) -> DocumentLine:
    """Return what is nothing but facts, such as a table: there is nothing to translate."""
    return DocumentLine(line.removeprefix(ITEM), ITEM if line.startswith(ITEM) else "")


@dataclass(frozen=True, slots=True)
class DocumentTemplate:
    """A document.

    Attributes
    ----------
    about : for whom it is and when, in a sentence
    dated : the day of our text; a company's own wording has its own
    """

    kind: str
    title: str
    about: str
    dated: date
    lines: tuple[DocumentLine, ...]
    cited: tuple[Cited, ...]


def template(document: DocumentTemplate, words: Translator) -> str:
    """Return the text as Markdown with its holes, to be edited and kept as one's own."""
    lines = [f"# {words.gettext(document.title)}", *_lines(document, words)]
    return "\n".join(lines) + "\n"


def _lines(document: DocumentTemplate, words: Translator) -> Iterator[str]:
    before = ""
    for text, mark in document.lines:
        if not mark == before == ITEM:
            yield ""
        yield f"{mark}{words.gettext(text)}"
        before = mark
