"""What a document is: a text with holes for facts, its date and its sources, declared. Pure.

Texts are English, marked by `N_`, and said in the reader's language. A hole is
`{name}`; which names there are, `models.reports.documents.facts` says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.language import Translator
from models.reports.documents.sources import LegalSource


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """A heading within a document."""

    text: str


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A paragraph; ``**bold**`` counts as in Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A point of a list."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A fact that is more than a line, such as a table; ``name`` is its name."""

    name: str


Block = DocumentSection | DocumentText | Item | Slot


@dataclass(frozen=True, slots=True)
class Cited:
    """A source, and which articles of it the document rests on."""

    source: LegalSource
    numbers: str


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
    blocks: tuple[Block, ...]
    cited: tuple[Cited, ...]


def template(document: DocumentTemplate, words: Translator) -> str:
    """Return the text as Markdown with its holes, to be edited and kept as one's own."""
    lines = [f"# {words.gettext(document.title)}", *_lines(document, words)]
    return "\n".join(lines) + "\n"


def _lines(document: DocumentTemplate, words: Translator) -> Iterator[str]:
    before: Block | None = None
    for block in document.blocks:
        if not (isinstance(block, Item) and isinstance(before, Item)):
            yield ""
        if isinstance(block, DocumentSection):
            yield f"## {words.gettext(block.text)}"
        elif isinstance(block, Item):
            yield f"- {words.gettext(block.text)}"
        elif isinstance(block, Slot):
            yield f"{{{block.name}}}"
        else:
            yield words.gettext(block.text)
        before = block
