"""A page to which somebody hands a file of past tickets, to read what they say of a pilot."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.demo.page.wording import page_words, refusal_of
from models.errors import LotsenError
from models.language import Translator
from models.message import Message

LookBack = Callable[[Path, str, Translator], Message]
"""Says what a file of past tickets tells; its columns are named one a line, field=column."""

PATH = "/history"
MOST_BYTES = 30_000_000
"""Of a request: some 5,000 long tickets, and more."""
_CHUNK = 1_000_000


class PastPage:
    """The form, and below it what the file that was handed in tells."""

    def __init__(
        self,
        templates: Environment,
        words_of: Callable[[Request], Translator],
        look_back: LookBack,
    ) -> None:
        self._templates, self._words_of, self._look_back = templates, words_of, look_back

    @property
    def routes(self) -> list[Route]:
        return [
            Route(PATH, self.show, methods=["GET"]),
            Route(PATH, self.take, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        return self._page(self._words_of(request))

    async def take(self, request: Request) -> Response:
        """Read the file, and forget it."""
        words = self._words_of(request)
        if not 0 < int(request.headers.get("content-length", 0)) <= MOST_BYTES:
            return self._page(words, bad=words.gettext("The file is too large for this page."))
        async with request.form(max_files=1, max_fields=4) as form:
            file, columns = form.get("file"), form.get("columns")
            if not isinstance(file, UploadFile) or not file.filename:
                return self._page(words, bad=words.gettext("Choose a file first."))
            with TemporaryDirectory() as folder:
                place = Path(folder) / "tickets"
                with place.open("wb") as out:
                    while chunk := await file.read(_CHUNK):
                        out.write(chunk)
                lines = columns if isinstance(columns, str) else ""
                try:
                    said = await run_in_threadpool(self._look_back, place, lines, words)
                except LotsenError as error:
                    named = ValueError(str(error).replace(str(place), file.filename))
                    return self._page(words, bad=refusal_of(words, named))
        return self._page(words, said)

    def _page(self, words: Translator, said: Message | None = None, bad: str = "") -> Response:
        html = self._templates.get_template("history.html").render(
            t=page_words(words),
            language=words.language,
            parts=said.parts if said else (),
            bad=bad,
        )
        return HTMLResponse(html, 422 if bad else 200, headers={"cache-control": "no-store"})
