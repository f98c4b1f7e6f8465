"""HTML: its running text as Markdown, and a section for each heading.

Scripts, styles, form controls, navigation, frames, pictures and text that a browser
would not show are left out; an address that is no web or mail address becomes plain text.
"""

from typing import Any, cast

from models.errors import InvalidError
from models.knowledge.documents import Draft, about_of
from models.knowledge.hidden_html import marked
from models.knowledge.passages import needs_extra, passages
from models.knowledge.readers.markdown import sections
from models.knowledge.readers.text import decoded

SUFFIXES = (".html", ".htm")

_SHOWN = ("https://", "http://", "mailto:", "tel:")
_LEFT_OUT = (
    *("nav", "script", "style", "template", "noscript", "iframe", "object", "embed", "svg"),
    *("canvas", "audio", "video", "button", "input", "select", "textarea", "[hidden]"),
    '[aria-hidden="true"]',
)
_CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


class _OnlyPlainLinks:
    """Keeps the words of a link, and its address where that is one to be shown."""

    def visit_link(self, _context: object, address: str, words: str, _title: str | None) -> Any:
        if address.strip().lower().startswith(_SHOWN):
            return "continue"
        return {"custom": words}


def read(content: bytes, name: str) -> tuple[Draft, ...]:
    """Return the passages of a page."""
    return from_markup(decoded(content), name)


def from_markup(markup: str, name: str) -> tuple[Draft, ...]:
    """Return the passages in HTML of any origin.

    Raises
    ------
    InvalidError
        When it cannot be read.
    """
    try:
        import html_to_markdown as library
    except ImportError as error:
        raise needs_extra(error) from error
    # With metadata the text would begin with front matter that the page itself wrote.
    bare = library.ConversionOptions(
        extract_metadata=False,
        skip_images=True,
        autolinks=False,
        compact_tables=True,
        exclude_selectors=list(_LEFT_OUT),
        # Whole pages stand inside one form on some intranets: only the controls go.
        preprocessing=library.PreprocessingOptions(remove_forms=False),
    )
    try:
        metadata = library.convert(markup).metadata
        text = library.convert(marked(markup), bare, cast("Any", _OnlyPlainLinks())).content
    except library.ConversionError as error:
        raise InvalidError(f"cannot be read as HTML: {error}") from error
    head = metadata.document if metadata else None
    fields = {"title": head.title or "", "language": head.language or ""} if head else {}
    body = (text or "").translate(_CONTROL)
    return passages(about_of(fields), sections(body), name)
