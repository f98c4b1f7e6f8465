"""Pages of message parts as PDF, set by Typst (extra `report`).

Words travel as data, never as markup: Typst reads them from JSON. The same input gives
the same bytes, since the file carries no date of its making.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files as resources
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from models.errors import InvalidError, UnavailableError
from models.message import File, Message, Part

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from ``low`` to ``high``, with what stands at its ends."""

    label: str
    low: float
    high: float
    at_low: str
    at_high: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars under one another around a middle; zero is on the axis too."""

    title: str
    rows: tuple[Bar, ...]
    middle: float
    middle_words: str

    @property
    def bounds(self) -> tuple[float, float]:
        values = [0.0, self.middle, *(end for row in self.rows for end in (row.low, row.high))]
        return min(values), max(values)


@dataclass(frozen=True, slots=True)
class PdfPage:
    """What stands on a page: parts of a message (buttons are left out), then a chart."""

    parts: tuple[Part, ...]
    bars: Bars | None = None
    small: tuple[Part, ...] = ()


def can_print() -> bool:
    """Return whether a PDF can be made here: the extra `report` is installed."""
    return find_spec("typst") is not None


def paper(name: str, title: str, make: Callable[[], bytes]) -> File | None:
    """Return the PDF that ``make`` sets, to go with a post.

    None without the extra `report`, and where the pages cannot be set: the post itself must
    not wait for that.
    """
    if not can_print():
        return None
    try:
        return File(name, make(), title)
    except UnavailableError:
        log.exception("a PDF is left out", name=name)
        return None


def pdf(
    pages: Sequence[PdfPage],
    title: str,
    language: str,
    foot: str = "",
    *,
    files: Sequence[File] = (),
    landscape: bool = False,
) -> bytes:
    """Return the pages as a PDF; each begins on a new sheet.

    ``files`` are the pictures that parts show.

    Raises
    ------
    InvalidError
        Without the extra `report`, saying how to install it.
    UnavailableError
        When Typst cannot set the pages.
    """
    try:
        import typst
    except ImportError as error:
        raise InvalidError("a PDF needs the report extra: pip install 'lotsen[report]'") from error
    data = {"title": title, "language": language, "foot": foot, "pages": [*map(_page, pages)]}
    inputs = {"data": json.dumps({**data, "landscape": landscape})}
    template = resources("models.reports").joinpath("report.typ").read_bytes()
    # Typst reads pictures from files only.
    with TemporaryDirectory() as folder:
        main = Path(folder) / "report.typ"
        main.write_bytes(template)
        for file in files:
            (Path(folder) / file.name).write_bytes(file.content)
        try:
            made = typst.compile(main, format="pdf", sys_inputs=inputs)
        except typst.TypstError as error:
            raise UnavailableError(f"Typst cannot set the pages: {error}") from error
    if not isinstance(made, bytes):
        raise TypeError("one document gives one file")
    return made


def _page(page: PdfPage) -> dict[str, object]:
    bars = None
    if page.bars is not None and page.bars.rows:
        low, high = page.bars.bounds
        bars = {**asdict(page.bars), "start": low, "end": high}
    return {"parts": _parts(page.parts), "bars": bars, "small": _parts(page.small)}


def _parts(parts: Sequence[Part]) -> list[object]:
    found: list[object] = json.loads(Message("", tuple(parts)).to_json())["parts"]
    return found
