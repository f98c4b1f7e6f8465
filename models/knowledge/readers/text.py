"""Plain text: a passage, or several where it is long."""

from io import BytesIO

from models.errors import InvalidError
from models.knowledge.documents import About, Draft, TextSection
from models.knowledge.passages import passages
from models.language.encoding import encoding_in

SUFFIXES = (".txt",)


def read(content: bytes, name: str) -> tuple[Draft, ...]:
    """Return the text as one passage, or several."""
    body = decoded(content).strip("\r\n")
    return passages(About(), (TextSection(body),), name)


def decoded(content: bytes) -> str:
    """Return the text of a file in any usual encoding; line ends stay as they are.

    Raises
    ------
    InvalidError
        When it is no text.
    """
    encoding = encoding_in(BytesIO(content))
    text = content.decode(encoding, "replace")
    if "\0" in text:
        raise InvalidError("holds zero bytes: it is no text file, or it is damaged")
    return text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
