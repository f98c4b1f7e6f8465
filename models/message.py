"""A message before any face has drawn it.

The core composes a `Message`; Slack draws it as Block Kit, the terminal as text.
Markup comes only from the catalogues (`Translator.rich`); whatever a person, a ticket or a
model wrote travels as plain `Run` text, so that it can never become markup or a mention.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import Discriminator, TypeAdapter

Style = Literal["plain", "bold", "italic", "code"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style.

    ``link`` makes it a link; ``person`` is a Slack user id that the face may show as a
    name (it must not notify anybody in a channel they do not read); ``post`` is the key of
    an earlier post that the face may link to; ``place`` is a channel, or a message in one as
    ``CHANNEL/TIMESTAMP``, which the face may name or link to.
    """

    text: str
    style: Style = "plain"
    link: str = ""
    person: str = ""
    post: str = ""
    place: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title line."""

    text: str
    type: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    runs: Runs
    type: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, shown exactly as written and capped by the face."""

    text: str
    type: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Stored text shown byte for byte, line breaks and all; nothing in it is markup."""

    text: str
    type: Literal["verbatim"] = "verbatim"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a stored text, byte for byte as `Verbatim`, with the words found in bold."""

    runs: Runs
    type: Literal["excerpt"] = "excerpt"


@dataclass(frozen=True, slots=True)
class Note:
    """Small print below or between other parts."""

    runs: Runs
    type: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class Fields:
    """Pairs of a label and a value, at most ten."""

    pairs: tuple[tuple[str, Runs], ...]
    type: Literal["fields"] = "fields"


@dataclass(frozen=True, slots=True)
class Divider:
    """A line across."""

    type: Literal["divider"] = "divider"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a header; at most 100 rows and 20 columns."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    type: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over the same points, at most 20; each line is (name, a value a point)."""

    title: str
    labels: tuple[str, ...]
    lines: tuple[tuple[str, tuple[float, ...]], ...]
    type: Literal["chart"] = "chart"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, and in ``alt`` the same in words, for whoever does not see it.

    ``name`` is that of one of the message's files. ``stored`` is the id under which the face
    keeps the picture already: then no file needs to travel.
    """

    name: str
    alt: str
    title: str = ""
    stored: str = ""
    type: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press; ``value`` travels back with the click."""

    action: str
    label: str
    value: str
    style: Literal["", "primary", "danger"] = ""


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons; ``subject`` (such as ``ticket:7``) names what they act on.

    ``more`` are those behind a menu at the row's end, at most five; ``menu`` is its action.
    """

    subject: str
    buttons: tuple[Button, ...]
    more: tuple[Button, ...] = ()
    menu: str = ""
    type: Literal["buttons"] = "buttons"


@dataclass(frozen=True, slots=True)
class Select:
    """One choice out of ``options`` (value, label); ``chosen`` is a value or empty."""

    subject: str
    action: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""
    type: Literal["select"] = "select"


Part = Annotated[
    Heading
    | Paragraph
    | Quote
    | Verbatim
    | Excerpt
    | Note
    | Fields
    | Divider
    | Table
    | Chart
    | Picture
    | Buttons
    | Select,
    Discriminator("type"),
]


@dataclass(frozen=True, slots=True)
class File:
    """A file that travels with a message: a picture that a part shows, or else a document.

    ``name`` has an ending that says its kind, and is the message's only one of that name.
    """

    name: str
    content: bytes = field(repr=False)
    title: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What a post says: ``text`` for notifications and screen readers, ``parts`` for the eye.

    ``files`` go along with it; they are no part of its JSON.
    """

    text: str
    parts: tuple[Part, ...] = field(default_factory=tuple)
    files: tuple[File, ...] = ()

    @property
    def pictures(self) -> tuple[File, ...]:
        """The files that a part shows."""
        shown = {part.name for part in self.parts if isinstance(part, Picture)}
        return tuple(file for file in self.files if file.name in shown)

    @property
    def documents(self) -> tuple[File, ...]:
        """The files that no part shows: they stand below the message."""
        return tuple(file for file in self.files if file not in self.pictures)

    def to_json(self) -> str:
        return _ADAPTER.dump_json(self, exclude={"files"}).decode()

    @staticmethod
    def from_json(raw: str) -> "Message":
        return _ADAPTER.validate_json(raw)


_ADAPTER: TypeAdapter[Message] = TypeAdapter(Message)


def plain(runs: Sequence[Run]) -> str:
    """Return the text of ``runs`` without any style."""
    return "".join(run.text for run in runs)


def text_message(runs: Runs) -> Message:
    """Return a message of one paragraph."""
    return Message(plain(runs), (Paragraph(runs),))


def sparkline(values: Sequence[float]) -> str:
    """Return a line of a chart as eight heights from zero, for a face that draws no charts."""
    top = max(values, default=0.0)
    return "".join(_HEIGHTS[round(7 * max(0.0, value) / top) if top > 0 else 0] for value in values)


_HEIGHTS = "▁▂▃▄▅▆▇█"


NOTHING: Final = Message("").to_json()
"""What is stored of a message whose words are gone."""
