"""The real core on a database in memory, prepared once a language, and what people do at it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast

from sqlmodel import select

from models.commands import (
    CancelTicket,
    ChooseTitle,
    Command,
    DeleteMessage,
    EditMessage,
    JudgeAnswer,
    MoveOutage,
    MoveTicket,
    Place,
    PostMessage,
    SentFile,
)
from models.desk.setup.first_start import add_categories
from models.language import LANGUAGES, Language
from models.lotsen import Lotsen, open_lotsen
from models.settings import Settings
from models.store.transaction import Store
from models.tables import DONE, Article, OutboxRow, Ticket
from tests.conversations.marks import fits, mark_of
from tests.conversations.script import Script, Step
from tests.databases import copy_into, copy_of

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PEOPLE = {
    "Åsa": "UASA",
    "Ola": "UOLA",
    "Eva": "UEVA",
    "Bo": "UBO",
    "Kim": "UKIM",
    "Lena": "ULENA",
    "Dan": "UDAN",
}
_VERDICTS = {"solved": "solved", "not solved": "not_solved", "person": "human"}
_ONCE = ("outage", "over", "page")
"""What several people read counts once."""
_MOVES = {"claims": "claim", "asks": "pause", "resolves": "resolve"}


@dataclass
class PreparedDesk:
    """A desk with the starter's articles and people, to begin each conversation anew."""

    template: Store
    store: Store
    lotsen: Lotsen
    articles: dict[int, str]

    @classmethod
    def of(cls, empty: Store, language: Language) -> "PreparedDesk":
        template, store = copy_of(empty), copy_of(empty)
        prepared = open_lotsen(_settings(language), migrate=False, store=template)
        prepared.library.import_starter(START)
        add_categories(template)
        for name, user in PEOPLE.items():
            locale = str(LANGUAGES[language].locale).replace("_", "-")
            prepared.introduce(user, name, locale, START)
        with template.snapshot() as unit:
            rows = unit._session.exec(select(Article)).all()
            articles = {row.id or 0: row.external_id for row in rows}
        copy_into(store, template)
        lotsen = open_lotsen(_settings(language), migrate=False, store=store)
        return cls(template, store, lotsen, articles)

    def begin(self) -> "Talk":
        copy_into(self.store, self.template)
        return Talk(self.lotsen, self.articles)


def _settings(language: Language) -> Settings:
    return Settings.load(
        _env_file=None,
        lotsen_database_url="sqlite://",
        lotsen_language=language,
        lotsen_help_channel=("CHELP",),
        lotsen_support_channel="CSUPPORT",
        lotsen_agents=("UKIM",),
        lotsen_duty_group=("UDAN",),
        lotsen_private_group=("ULENA",),
        lotsen_embeddings="none",
    )


@dataclass
class Talk:
    """A conversation under way."""

    lotsen: Lotsen
    articles: dict[int, str]
    now: datetime = START
    written: list[PostMessage] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def run(self, script: Script) -> list[str]:
        """Run a conversation; return where people see something else than they should."""
        wrong = []
        for step in script.steps:
            seen = self.take(step)
            if not _right(step.seen, seen):
                wanted = [" / ".join(sorted(one)) for one in step.seen] or ["nothing"]
                wrong.append(f"{step.line}\n  should show {', '.join(wanted)}\n  shows {seen}")
        if self.tickets() != script.end:
            wrong.append(f"at the end (open, closed): {self.tickets()} instead of {script.end}")
        return wrong

    def take(self, step: Step) -> list[str]:
        """Take a step; return the marks that people see of it."""
        before = self._posts()
        self.now += timedelta(seconds=step.seconds)
        command = self._command(step)
        if command is not None:
            self.lotsen.mailbox.accept(command, self.now)
        self._settle()
        place = self._place(command, step)
        changed = [
            row for row in self._posts().values() if row.message != _words(before.get(row.key))
        ]
        marks: list[str] = []
        for row in changed:
            mark = mark_of(row, _words(before.get(row.key)), self.articles)
            shown = mark if _is_at(row, place) else f"{mark} elsewhere"
            if mark and shown not in marks[len(marks) * (mark not in _ONCE) :]:
                marks.append(shown)
        return marks

    def tickets(self) -> tuple[int, int]:
        done = [row.status in DONE for row in self._all(Ticket)]
        return done.count(False), done.count(True)

    def _settle(self) -> None:
        for _ in range(50):
            taken = self.lotsen.mailbox.take(self.now)
            if taken is None:
                return
            self.lotsen.handle(taken.command, self.now)
        raise AssertionError("it never came to rest")

    def _command(self, step: Step) -> Command | None:
        if step.act == "passes":
            return None
        name, user = f"Ev{next(self.numbers)}", PEOPLE[step.who]
        if step.act == "says":
            return self._said(step, name, user)
        if step.act in ("edits", "deletes"):
            place = self._message(step).place
            if step.act == "deletes":
                return DeleteMessage(id=name, place=place, at=self.now)
            return EditMessage(id=name, user=user, place=place, text=step.text, at=self.now)
        click: dict[str, Any] = {"id": name, "user": user, "at": self.now, "channel": "CHELP"}
        return self._tapped(step, click) if step.act == "taps" else _moved(step, click)

    def _said(self, step: Step, name: str, user: str) -> PostMessage:
        root = self.written[step.below - 1].place if step.below else None
        channel = root.channel if root else f"D{user}" if step.direct else "CHELP"
        place = Place(channel, f"{self.now.timestamp():.6f}", root.ts if root else "")
        message = PostMessage(
            id=name,
            user=user,
            place=place,
            text=step.text,
            where="direct" if channel.startswith("D") else "help",
            files=tuple(SentFile(f"{n}.png") for n in range(step.files)),
            at=self.now,
        )
        self.written.append(message)
        return message

    def _tapped(self, step: Step, click: dict[str, Any]) -> Command:
        if step.text == "me too":
            return MoveOutage(outage_id=1, move="me_too", **click)
        place = self._message(step).place
        with self.lotsen.store.snapshot() as unit:
            row = unit.tickets.message_at(place.channel, place.ts)
            case_id = (row.case_id if row else None) or 0
        if step.text in _VERDICTS:
            verdict = cast("Any", _VERDICTS[step.text])
            return JudgeAnswer(case_id=case_id, verdict=verdict, **click)
        if step.text == "not needed":
            return CancelTicket(case_id=case_id, **click)
        return ChooseTitle(case_id=case_id, article_id=self._offered(case_id, step.text), **click)

    def _offered(self, case_id: int, name: str) -> int:
        """Return the number of an article among the titles that a case shows; 0 for none of them."""
        if name == "none":
            return 0
        shown = self._posts()[f"case:{case_id}:looking"].message
        named = (number for number, key in self.articles.items() if key == name)
        return next(number for number in named if f'"value":"{number}"' in shown)

    def _message(self, step: Step) -> PostMessage:
        if step.number:
            return self.written[step.number - 1]
        return next(one for one in reversed(self.written) if one.user == PEOPLE[step.who])

    def _place(self, command: Command | None, step: Step) -> Place | None:
        if isinstance(command, PostMessage):
            return command.place
        known = isinstance(command, EditMessage | DeleteMessage)
        return self._message(step).place if known else None

    def _posts(self) -> dict[str, OutboxRow]:
        return {row.key: row for row in self._all(OutboxRow)}

    def _all(self, table: Any) -> list[Any]:
        with self.lotsen.store.snapshot() as unit:
            return list(unit._session.exec(select(table)).all())


def _moved(step: Step, click: dict[str, Any]) -> Command:
    click = {**click, "channel": "CSUPPORT"}
    if step.act in ("confirms", "ends"):
        move = "confirm" if step.act == "confirms" else "over"
        return MoveOutage(outage_id=step.number, move=cast("Any", move), **click)
    return MoveTicket(
        ticket_id=step.number,
        move=cast("Any", _MOVES[step.act]),
        note=step.text,
        waiting="requester" if step.act == "asks" else "",
        **click,
    )


def _words(row: OutboxRow | None) -> str:
    return row.message if row is not None else ""


def _is_at(row: OutboxRow, place: Place | None) -> bool:
    """Return whether a post stands at a message, or is for one person directly."""
    if place is None or not row.thread_ts or row.channel != place.channel:
        return True
    return row.thread_ts in (place.ts, place.thread_ts)


def _right(expected: tuple[frozenset[str], ...], seen: list[str]) -> bool:
    if len(expected) != len(seen):
        return False
    left = list(seen)
    for wanted in expected:
        found = next((one for one in left if fits(wanted, one)), None)
        if found is None:
            return False
        left.remove(found)
    return True
