"""A help desk without any face: commands in, tickets and posts out."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest

from models.commands import (
    Ask,
    Command,
    DeleteMessage,
    EditMessage,
    ExplainTicket,
    JudgeAnswer,
    MakeTicket,
    MoveTicket,
    Place,
    PostMessage,
    SetCategory,
)
from models.lotsen import Lotsen, open_lotsen
from models.message import Message
from models.settings import Settings
from models.store.transaction import Store
from models.tables import Article, Case, Category, OutboxRow, Ticket, TicketEvent

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ASA, OLA, KIM, LENA = "UASA", "UOLA", "UKIM", "ULENA"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def ts_of(seconds: float) -> str:
    return f"{at(seconds).timestamp():.6f}"


@dataclass
class Desk:
    """The desk, and what people do at it; times are seconds after nine o'clock."""

    lotsen: Lotsen
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def do(self, command: Command, seconds: float = 0) -> None:
        self.lotsen.mailbox.accept(command, at(seconds))
        self.lotsen.handle(command, at(seconds))

    def _id(self) -> str:
        return f"Ev{next(self.numbers)}"

    def said(self, text: str, seconds: float = 0, user: str = ASA, **more: Any) -> PostMessage:
        place = Place(more.pop("channel", "CHELP"), ts_of(seconds), more.pop("thread_ts", ""))
        fields: dict[str, Any] = {"id": self._id(), "user": user, "place": place, "where": "help"}
        return PostMessage(text=text, at=at(seconds), **fields | more)

    def edited(self, seconds: float, text: str, later: float = 1, user: str = ASA) -> EditMessage:
        place = Place("CHELP", ts_of(seconds))
        when = at(seconds + later)
        return EditMessage(id=self._id(), user=user, place=place, text=text, at=when)

    def deleted(self, seconds: float, later: float = 2) -> DeleteMessage:
        place = Place("CHELP", ts_of(seconds))
        return DeleteMessage(id=self._id(), place=place, at=at(seconds + later))

    def say(self, text: str, seconds: float = 0, user: str = ASA, **more: Any) -> str:
        self.do(self.said(text, seconds, user, **more), seconds)
        return ts_of(seconds)

    def edit(self, seconds: float, text: str, user: str = ASA) -> None:
        self.do(self.edited(seconds, text, user=user), seconds + 1)

    def delete(self, seconds: float) -> None:
        self.do(self.deleted(seconds), seconds + 2)

    def react(self, seconds: float, text: str, user: str = KIM, author: str = ASA) -> None:
        self.do(
            MakeTicket(
                id=self._id(),
                user=user,
                text=text,
                author=author,
                place=Place("CHELP", ts_of(seconds)),
                at=at(seconds + 5),
                channel="CHELP",
            ),
            seconds + 5,
        )

    def moved(
        self, ticket: int, move: str, seconds: float, *, user: str = KIM, note: str = ""
    ) -> MoveTicket:
        return MoveTicket(
            id=self._id(),
            user=user,
            ticket_id=ticket,
            move=cast("Any", move),
            note=note,
            at=at(seconds),
            channel="CSUPPORT",
        )

    def move(self, move: str, user: str = KIM, seconds: float = 60, note: str = "") -> None:
        self.do(self.moved(1, move, seconds, user=user, note=note), seconds)

    def chosen(self, ticket: int, category: str, seconds: float, user: str = KIM) -> SetCategory:
        return SetCategory(
            id=self._id(), user=user, ticket_id=ticket, category=category, at=at(seconds)
        )

    def choose(self, category: str, user: str = KIM, seconds: float = 60) -> None:
        self.do(self.chosen(1, category, seconds, user), seconds)

    def judge(self, verdict: str, case: int = 1, user: str = ASA, seconds: float = 30) -> None:
        self.do(
            JudgeAnswer(
                id=self._id(),
                user=user,
                case_id=case,
                verdict=cast("Any", verdict),
                at=at(seconds),
                channel="CHELP",
            ),
            seconds,
        )

    def ask(self, topic: str, text: str = "", user: str = ASA) -> Message:
        """Type ``/lotsen`` and give what only the asker reads."""
        command = Ask(id=self._id(), user=user, topic=cast("Any", topic), text=text, at=START)
        self.do(command)
        return self.reply(command)

    def why(self, ticket: str, user: str = ASA) -> Message:
        command = ExplainTicket(id=self._id(), user=user, ticket=ticket, at=START)
        self.do(command)
        return self.reply(command)

    def reply(self, command: Command) -> Message:
        names = (f"reply:{command.id}", f"confided:{command.id}")
        (row,) = [row for row in self.posts() if row.key in names]
        return Message.from_json(row.message)

    def replies(self) -> list[str]:
        return [
            Message.from_json(row.message).text
            for row in self.posts()
            if row.key.startswith(("reply:", "confided:"))
        ]

    def posts(self) -> list[OutboxRow]:
        return self._all(OutboxRow)

    def cases(self) -> list[Case]:
        return self._all(Case)

    def tickets(self) -> list[Ticket]:
        return self._all(Ticket)

    def events(self) -> list[TicketEvent]:
        return self._all(TicketEvent)

    def body(self, ticket: int = 1) -> str:
        with self.lotsen.store.snapshot() as unit:
            return unit.tickets.text(ticket).body

    def card(self, ticket: int = 1) -> str:
        """The newest card of a ticket, as JSON."""
        rows = [row for row in self.posts() if row.key.startswith(f"ticket:{ticket}:card")]
        return rows[-1].message

    def _all(self, table: Any) -> list[Any]:
        from sqlmodel import select

        with self.lotsen.store.snapshot() as unit:
            return list(
                unit._session.exec(select(table).order_by(*table.__table__.primary_key)).all()
            )


@cache
def _settings() -> Settings:
    return Settings.load(
        _env_file=None,
        lotsen_help_channel=("CHELP",),
        lotsen_support_channel="CSUPPORT",
        lotsen_agents=(KIM,),
        lotsen_leads=(LENA,),
    )


def settings_of(url: str) -> Settings:
    return _settings().model_copy(update={"lotsen_database_url": url})


def open_desk(store: Store) -> Desk:
    """Open the desk over an empty store, with its categories and people."""
    lotsen = open_lotsen(settings_of(store.url), migrate=False, store=store)
    with store.begin() as unit:
        unit.tickets.put_categories(
            [
                Category(key="vpn", titles={"sv": "VPN", "en": "VPN"}, position=1),
                Category(key="mail", titles={"sv": "E-post", "en": "Mail"}, position=2),
            ]
        )
    for user, name in ((ASA, "Åsa Lind"), (OLA, "Ola Berg"), (KIM, "Kim Ek"), (LENA, "Lena Falk")):
        lotsen.introduce(user, name, "en-GB" if user == KIM else "sv-SE", START)
    return Desk(lotsen)


@pytest.fixture(scope="session")
def peopled_file(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """A SQLite file with the desk's categories and people, to be copied."""
    file = Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("desk") / "desk.db"))
    store = Store(f"sqlite:///{file}")
    open_desk(store)
    store.close()
    return file


@pytest.fixture
def desk(tmp_path: Path, peopled_file: Path) -> Iterator[Desk]:
    file = shutil.copy(peopled_file, tmp_path / "desk.db")
    store = Store(f"sqlite:///{file}")
    yield Desk(open_lotsen(settings_of(store.url), migrate=False, store=store))
    store.close()


@pytest.fixture
def article(desk: Desk) -> Article:
    """The one stored answer: how to get the VPN up."""
    row = Article(
        document="handbook",
        external_id="vpn",
        language="sv",
        title="VPN kopplar inte upp",
        questions=["VPN kopplar inte upp felkod 809", "Jag kommer inte in på VPN"],
        answer="Byt till port 443 och försök igen.",
        sha256="",
    )
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.replace("handbook", [row])
    return row


@pytest.fixture
def new_desk() -> Callable[[Store], Desk]:
    return open_desk
