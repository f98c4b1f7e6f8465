"""The page as a Starlette application: what is shown, and who may change it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.demo.page.acts import ACTS, Visit
from bot.demo.page.change_stream import ChangeStream
from bot.demo.page.charts import line_chart
from bot.demo.page.fields import field_name
from bot.demo.page.guard import Guard
from bot.demo.page.guide import steps
from bot.demo.page.location import Location
from bot.demo.page.markup import markdown, rich_inline, text_object, typed_again
from bot.demo.page.moves import mondays_between, target
from bot.demo.page.past import LookBack, PastPage
from bot.demo.page.read_marks import ReadMarks
from bot.demo.page.screen import ScreenReader, Stage
from bot.demo.page.wording import clock_news, page_words, refusal_of, replies_of
from models.language import LANGUAGES, Language, Translator, words_for

_LANGUAGE, _GUIDE = "lotsen_demo_language", "lotsen_demo_guide"
_REFUSALS = (LookupError, PermissionError, ValueError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Happened:
    """A scheduled post that went out when the clock moved; ``channel`` is its id."""

    job: str
    channel: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A line at the top of the page; ``bad`` when something was refused."""

    text: str
    bad: bool = False


class Site:
    """The page over one double.

    Parameters
    ----------
    tick
        Called after the clock moved; runs what is due and says what was posted.
    speak
        Called with the language that the page is read in, where that has changed: a
        visitor's Slack speaks it too.
    look_back
        Says what a file of past tickets tells; without it there is no page for one.
    """

    def __init__(
        self,
        stage: Stage,
        tick: Callable[[datetime], Sequence[Happened]],
        language: Language = "sv",
        speak: Callable[[Language], None] | None = None,
        look_back: LookBack | None = None,
    ) -> None:
        self._double, self._company = stage.double, stage.company
        self._clock, self._zone = stage.clock, stage.zone
        self._tick = tick
        self._language = self._spoken = language
        self._speak = speak
        self._reading = ReadMarks(stage.double)
        self._screens = ScreenReader(stage, self._reading)
        self._changes = ChangeStream()
        self._unsubscribe = stage.double.subscribe(self._changes.ring)
        self._templates = environment()
        self._past = look_back and PastPage(self._templates, self._words, look_back)

    def starlette(self) -> Starlette:
        static = StaticFiles(directory=Path(str(files("bot.demo.page") / "static")))
        return Starlette(
            routes=[
                Route("/", self.start),
                Mount("/static", static),
                Route("/changes", self.changes),
                Route("/file/{file_id}", self.file),
                Route("/clock", self.move_clock, methods=["POST"]),
                Route("/language", self.set_language, methods=["POST"]),
                Route("/guide", self.set_guide, methods=["POST"]),
                *(self._past.routes if self._past else ()),
                Route("/{person}/{act}", self.act, methods=["POST"]),
                Route("/{person}/{room}", self.show, methods=["GET"]),
            ],
            middleware=[Middleware(Guard)],
        )

    def close(self) -> None:
        """End the streams and leave the double alone."""
        self._unsubscribe()
        self._changes.end()

    async def start(self, _request: Request) -> Response:
        return RedirectResponse(self._first_place().url)

    async def show(self, request: Request) -> Response:
        params = request.path_params
        place = Location.read(params["person"], params["room"], request.query_params)
        try:
            return await run_in_threadpool(self._page, request, place)
        except LookupError as error:
            notice = Notice(refusal_of(self._words(request), error), bad=True)
            return await run_in_threadpool(self._page, request, self._first_place(), notice, 404)

    async def changes(self, _request: Request) -> Response:
        return StreamingResponse(
            self._changes.stream(),
            media_type="text/event-stream",
            headers={"cache-control": "no-store"},
        )

    async def file(self, request: Request) -> Response:
        """Give an uploaded file; only pictures are shown, everything else is saved."""
        wanted = request.path_params["file_id"]
        stored = next((one for one in self._double.files if one.id == wanted), None)
        if stored is None:
            return PlainTextResponse("no such file", 404)
        shown = stored.mimetype in {"image/png", "image/jpeg", "image/gif"}
        return Response(
            stored.content,
            media_type=stored.mimetype if shown else "application/octet-stream",
            headers={"content-disposition": "inline" if shown else "attachment"},
        )

    async def act(self, request: Request) -> Response:
        """Do something as a person, then show the place again."""
        act = ACTS.get(request.path_params["act"])
        if act is None:
            return PlainTextResponse("no such act", 404)
        form = await request.form()
        person = request.path_params["person"]
        try:
            back = Location.parse(_text(form, "back"))
            self._screens.check(Location(person=person, room=back.room))
        except LookupError as error:
            return PlainTextResponse(str(error), 404)
        words = self._words(request)
        visit = Visit(
            self._double, self._company, self._reading, words, person, back, _fields(form)
        )
        try:
            there = await run_in_threadpool(act, visit)
        except _REFUSALS as error:
            notice = Notice(refusal_of(words, error), bad=True)
            return await run_in_threadpool(self._page, request, back, notice, 409)
        self._changes.ring()
        return RedirectResponse(there.url, 303)

    async def move_clock(self, request: Request) -> Response:
        """Move the clock forward, run what falls due, and say what that was."""
        form = await request.form()
        words = self._words(request)
        back = self._back(form)
        try:
            news = await run_in_threadpool(self._move, form, words)
        except ValueError as error:
            notice = Notice(refusal_of(words, error), bad=True)
            return await run_in_threadpool(self._page, request, back, notice, 409)
        self._changes.ring()
        return await run_in_threadpool(self._page, request, back, Notice(news))

    def _move(self, form: FormData, words: Translator) -> str:
        before = self._clock()
        day = _text(form, "day")
        there = target(
            _text(form, "move"),
            datetime.fromisoformat(day).date() if day else None,
            before,
            self._zone,
        )
        now = self._clock.forward(there - before)
        channels = self._screens.names.channels
        posts = [(one.job, channels.get(one.channel, one.channel)) for one in self._tick(now)]
        mondays = mondays_between(before, now, self._zone)
        when = words.day(now.astimezone(self._zone).date(), "EEEE d MMMM")
        return clock_news(words, f"{when}, {now.astimezone(self._zone):%H:%M}", posts, mondays)

    async def set_language(self, request: Request) -> Response:
        form = await request.form()
        chosen = _text(form, "language")
        return self._remembering(form, _LANGUAGE, chosen if chosen in LANGUAGES else "")

    async def set_guide(self, request: Request) -> Response:
        form = await request.form()
        chosen = "open" if _text(form, "guide") == "open" else "closed"
        return self._remembering(form, _GUIDE, chosen)

    def _remembering(self, form: FormData, name: str, value: str) -> Response:
        answer = RedirectResponse(self._back(form).url, 303)
        if value:
            answer.set_cookie(name, value, max_age=30_000_000, httponly=True, samesite="strict")
        return answer

    def _page(
        self, request: Request, place: Location, notice: Notice | None = None, status: int = 200
    ) -> Response:
        words = self._words(request)
        screen = self._screens.of(place, words)
        html = self._templates.get_template("page.html").render(
            s=screen,
            t=page_words(words),
            language=words.language,
            languages=LANGUAGES,
            notice=notice,
            guide=steps(self._company, screen),
            guide_open=request.cookies.get(_GUIDE) != "closed",
            company=self._company.name,
            has_past=self._past is not None,
            names=self._screens.names,
            raw=typed_again,
            replies=lambda n: replies_of(words, n),
            back=place.url,
            first_day=screen.now.astimezone(self._zone).date().isoformat(),
        )
        return HTMLResponse(html, status, headers={"cache-control": "no-store"})

    def _words(self, request: Request) -> Translator:
        chosen = request.cookies.get(_LANGUAGE, "")
        language = chosen if chosen in LANGUAGES else self._language
        if self._speak is not None and language != self._spoken:
            self._spoken = language
            self._speak(language)
        return words_for(language)

    def _first_place(self) -> Location:
        part = self._company.part("employee")
        return Location(person=part.person.id, room=part.channel)

    def _back(self, form: FormData) -> Location:
        try:
            place = Location.parse(_text(form, "back"))
            self._screens.check(place)
        except LookupError:
            return self._first_place()
        return place


def environment() -> Environment:
    """Return the templates with what they draw by."""
    made = Environment(
        loader=PackageLoader("bot.demo.page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "text_object": text_object,
        "rich": rich_inline,
        "markdown": markdown,
        "field_name": field_name,
        "line_chart": line_chart,
    }
    return made


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _fields(form: FormData) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found
