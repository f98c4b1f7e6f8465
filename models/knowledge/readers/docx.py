"""Word: its headings and text by way of HTML; tables stay, pictures, macros and hidden text not."""

from io import BytesIO

from models.errors import InvalidError
from models.knowledge.archives import check_archive
from models.knowledge.documents import Draft
from models.knowledge.hidden_word import without_hidden
from models.knowledge.passages import needs_extra
from models.knowledge.readers.html import from_markup
from models.language import LANGUAGES

SUFFIXES = (".docx",)

_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
_DEEPEST = 6


def read(content: bytes, name: str) -> tuple[Draft, ...]:
    """Return the passages of a Word document."""
    if content.startswith(_OLD_OR_LOCKED):
        raise InvalidError("has a password, or is of old Word: save it as .docx without password")
    check_archive(content)
    try:
        import mammoth
    except ImportError as error:
        raise needs_extra(error) from error
    try:
        markup = mammoth.convert_to_html(
            BytesIO(without_hidden(content)),
            style_map=_style_map(),
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=_nothing,
        ).value
    except (KeyError, ValueError, AttributeError, TypeError, RecursionError) as error:
        raise InvalidError(f"is no Word document, or is damaged ({error!r})") from error
    return from_markup(f"<body>{markup}</body>", name)


def _style_map() -> str:
    """Return which styles are headings, in whatever language Word named them."""
    lines = [
        f"p[style-name='{word} {level}'] => h{level}:fresh"
        for record in LANGUAGES.values()
        for word in record.word_headings
        for level in range(1, _DEEPEST + 1)
    ]
    lines += [
        f"p[style-name='{word}'] => h1:fresh"
        for record in LANGUAGES.values()
        for word in record.word_titles
    ]
    return "\n".join(lines)


def _nothing(_image: object) -> list[object]:
    return []
