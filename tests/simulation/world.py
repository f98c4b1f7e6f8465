"""The real core and the real delivery on a database in memory, with all around them handed in."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlmodel import select

from bot.clock import Clock
from bot.slack.delivery import Delivery
from models.commands import Command
from models.lotsen import Lotsen, open_lotsen
from models.mailbox import Outgoing
from models.settings import Settings
from models.store.transaction import Store
from models.tables import DONE, Article, Case, CaseMessage, CaseState, InboxRow, OutboxRow, Ticket
from tests.databases import copy_into, copy_of
from tests.simulation.conversations import ASA, KIM, OLA, START
from tests.simulation.slack import ShownSlack

LEASE = timedelta(seconds=60)
_ARTICLES = (
    ("vpn", "VPN kopplar inte upp", "VPN kopplar inte upp felkod 809", "Byt till port 443."),
    (
        "away",
        "Frånvaromeddelande i Outlook",
        "Hur ställer jag in frånvaromeddelande i Outlook?",
        "Välj Arkiv. Klicka på Autosvar. Skriv texten och spara.",
    ),
    (
        "away-phone",
        "Frånvaromeddelande i Outlook på mobilen",
        "Hur ställer jag in frånvaromeddelande i Outlook på mobilen?",
        "Öppna inställningar i appen och tryck på Automatiska svar.",
    ),
)


class WorldClock(Clock):
    """A clock that goes on when it is told to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class World:
    """A help desk and its Slack; ``crashes`` is how often its process dies at a step."""

    lotsen: Lotsen
    slack: ShownSlack
    chance: random.Random
    crashes: float = 0.0
    clock: WorldClock = field(default_factory=lambda: WorldClock(START + timedelta(hours=1)))
    delivery: Delivery = field(init=False)

    def __post_init__(self) -> None:
        outgoing = Outgoing(self.lotsen.store, lease=LEASE, pause=timedelta(0))
        self.delivery = Delivery(outgoing, cast("Any", self.slack), self.clock)

    def deliver(self, commands: Iterable[Command]) -> None:
        """Let Slack deliver events, and everything settle."""
        for command in commands:
            self.lotsen.mailbox.accept(command, self.clock())
            if self.chance.random() < 0.6:
                self._work(1)
        self.settle()

    def settle(self) -> None:
        """Go on until nothing is left to do, as time goes by."""
        for _ in range(40):
            self._work(50)
            self.clock.moment += LEASE
            with self.lotsen.store.snapshot() as unit:
                if not unit.inbox.waiting() and not unit.outbox.waiting():
                    return
        raise AssertionError("it never came to rest")

    def _work(self, most: int) -> None:
        for _ in range(most):
            self.clock.moment += timedelta(seconds=1)
            if not (self._handle() | self.delivery.step()):
                return

    def _handle(self) -> bool:
        taken = self.lotsen.mailbox.take(self.clock())
        if taken is None:
            return False
        if self.chance.random() < self.crashes:
            return True  # the process died: the lease ends, then it is taken again
        self.lotsen.handle(taken.command, self.clock())
        if self.chance.random() < self.crashes:
            self.lotsen.handle(
                taken.command, self.clock()
            )  # it died before it knew that it had done it
        return True

    def rows(self, table: Any) -> list[Any]:
        with self.lotsen.store.snapshot() as unit:
            return list(unit._session.exec(select(table)).all())

    def state(self) -> list[tuple[Any, ...]]:
        """Give what stands: each matter with its words, and whether somebody works on it."""
        messages, tickets = self.rows(CaseMessage), {one.id: one for one in self.rows(Ticket)}
        found = []
        for case in self.rows(Case):
            mine = (one for one in messages if one.case_id == case.id and one.text)
            words = sorted((one.ts, one.text) for one in mine)
            if case.state is not CaseState.WITHDRAWN and words:
                found.append((words[0][0], words, self._outcome(case, tickets)))
        return sorted(found)

    def _outcome(self, case: Case, tickets: dict[int | None, Ticket]) -> str:
        ticket = tickets.get(case.ticket_id)
        if ticket is None or ticket.status in DONE:
            return "nobody works on it"
        with self.lotsen.store.snapshot() as unit:
            body = unit.tickets.text(ticket.id or 0).body
        return f"ticket: {body}"

    def marked(self) -> set[str]:
        """Give the time stamps of messages at which something shows."""
        posts = {one.thread_ts for one in self.slack.posts.values()}
        return posts | {ts for ts, _ in self.slack.reactions}

    def commands_left(self) -> list[InboxRow]:
        return [one for one in self.rows(InboxRow) if one.payload]

    def stuck(self) -> list[OutboxRow]:
        return [one for one in self.rows(OutboxRow) if one.state.value in ("dead", "doubtful")]


@dataclass
class Worlds:
    """Worlds that begin alike; the index of the articles is made once."""

    template: Store
    store: Store
    lotsen: Lotsen

    @classmethod
    def begin(cls, empty: Store) -> "Worlds":
        template, store = copy_of(empty), copy_of(empty)
        settings = Settings.load(
            _env_file=None,
            lotsen_database_url="sqlite://",
            lotsen_help_channel=("CHELP",),
            lotsen_support_channel="CSUPPORT",
            lotsen_agents=(KIM,),
            lotsen_embeddings="none",
        )
        with template.begin() as unit:
            unit.knowledge.replace("handbook", [_article(*one) for one in _ARTICLES])
            for user in (ASA, OLA, KIM):
                person = unit.people.by_slack_id(user, START)
                person.name, person.locale, person.seen_at = user.title(), "sv-SE", START
                unit.people.save(person)
        copy_into(store, template)
        return cls(template, store, open_lotsen(settings, migrate=False, store=store))

    def anew(self, seed: int, *, crashes: float = 0.0, silent: float = 0.0) -> World:
        copy_into(self.store, self.template)
        chance = random.Random(seed)
        return World(self.lotsen, ShownSlack(chance, silent), chance, crashes)


def _article(name: str, title: str, question: str, answer: str) -> Article:
    return Article(
        document="handbook",
        external_id=name,
        language="sv",
        title=title,
        questions=[question],
        answer=answer,
        sha256=name,
    )
