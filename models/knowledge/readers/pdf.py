"""PDF: its text page by page; the page is the address."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from models.errors import InvalidError
from models.knowledge.documents import About, Draft, TextSection
from models.knowledge.passages import needs_extra, passages

if TYPE_CHECKING:
    from pypdf import PdfReader

SUFFIXES = (".pdf",)
MAX_PAGES = 2_000
MAX_TEXT = 20_000_000
"""Characters."""


def read(content: bytes, name: str) -> tuple[Draft, ...]:
    """Return the passages of a PDF."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise needs_extra(error) from error
    try:
        pdf = PdfReader(BytesIO(content))
        _unlock(pdf)
        about = About(title=_title(pdf))
        found = passages(about, _pages(pdf), name)
    except PyPdfError as error:
        raise InvalidError(f"is damaged: {error}") from error
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise InvalidError(f"is no PDF, or is damaged ({error!r})") from error
    if not found:
        raise InvalidError("has no text: it is scanned pictures; run OCR on it first")
    return found


def _unlock(pdf: "PdfReader") -> None:
    """Open a PDF that is locked against changes only; others stay locked."""
    from pypdf.errors import DependencyError

    if not pdf.is_encrypted:
        return
    try:
        opened = bool(pdf.decrypt(""))
    except (DependencyError, NotImplementedError):
        opened = False
    if not opened:
        raise InvalidError("is encrypted: save it without a password")


def _title(pdf: "PdfReader") -> str:
    title = pdf.metadata.title if pdf.metadata else None
    return " ".join((title or "").split())[:200]


def _pages(pdf: "PdfReader") -> Iterator[TextSection]:
    if len(pdf.pages) > MAX_PAGES:
        raise InvalidError(f"has {len(pdf.pages)} pages; {MAX_PAGES} are allowed: split it")
    size = 0
    for number, page in enumerate(pdf.pages, start=1):
        text = _storable(page.extract_text())
        size += len(text)
        if size > MAX_TEXT:
            raise InvalidError("holds more than 20 million letters: split it")
        yield TextSection(text, page=number)


def _storable(text: str) -> str:
    # Broken fonts give zero bytes and halves of letters, which no database takes.
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
