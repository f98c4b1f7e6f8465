"""An office with several replicas over one database, and the double of Slack: one run of deeds."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlmodel import select

from bot.demo.double import Channel, Member, SlackDouble
from bot.demo.double.slack_double import Conditions
from models.commands import Command, DeleteMessage, EditMessage, MoveTicket, Place, PostMessage
from models.settings import Settings
from models.store.transaction import Store
from models.tables import Category, JobRun, RunState
from tests.databases import copy_into, copy_of
from tests.models.llm.registered import register_models
from tests.simulation.conversations import ASA, BETTER, CHANNEL, KIM, OLA, REPLIED, SAID
from tests.simulation.deeds import PEOPLE, Deed
from tests.simulation.replica import FullDisk, Replica
from tests.simulation.weather import BEGIN, ModelMode, Weather
from tests.simulation.world import Worlds

Move = Literal["claim", "pause", "resume", "resolve"]
SUPPORT, LEAD = "CSUPPORT", "CLEAD"
CAP_EUROS = 0.02
_MODES: tuple[ModelMode, ...] = ("answers", "hangs", "errs", "babbles")
_FAULTS: tuple[dict[str, Any], ...] = (
    {},
    {"lost_responses": 0.4},
    {"server_errors": 0.4},
    {"connection_resets": 0.4},
    {"rate_limited": 0.4, "retry_after": 7},
    {"lost_responses": 0.2, "server_errors": 0.2, "rate_limited": 0.2, "connection_resets": 0.2},
    {"server_errors": 1.0},
)
_HOURS_AHEAD = (0, 0, 3, 8 * 24, -3, -8 * 24)
_PEOPLE = frozenset(kind for kind, _ in PEOPLE)
_WEATHER = frozenset({"wait", "slack", "slow", "disk", "model"})
_MOVES: tuple[Move, ...] = ("claim", "pause", "resume", "resolve")
_WAITS_S = (1, 1, 5, 5, 30, 70, 70, 300, 3600, 8 * 3600, 3 * 86400)


@dataclass
class Offices:
    """Offices that begin alike."""

    template: Store
    shared: Store
    disk: FullDisk
    settings: Settings

    @classmethod
    def begin(cls, empty: Store) -> "Offices":
        worlds = Worlds.begin(empty)
        with worlds.template.begin() as unit:
            titles = {"sv": "Skrivare"}
            unit.tickets.put_categories([Category(key="printing", titles=titles)])
        register_models(worlds.template, "small")
        shared = copy_of(worlds.template)
        settings = Settings.load(
            _env_file=None,
            lotsen_database_url="sqlite://",
            lotsen_help_channel=(CHANNEL,),
            lotsen_support_channel=SUPPORT,
            lotsen_lead_channel=LEAD,
            lotsen_agents=(KIM,),
            lotsen_embeddings="none",
            openai_base_url="http://127.0.0.1:9/v1",
            lotsen_llm_model="small",
            lotsen_llm_price_in=1.0,
            lotsen_llm_price_out=4.0,
            lotsen_llm_monthly_cap=CAP_EUROS,
        )
        return cls(worlds.template, shared, FullDisk(shared), settings)

    def run(self, seed: int, deeds: Sequence[Deed]) -> "Office":
        """Do all deeds in a new office, and let it settle."""
        copy_into(self.shared, self.template)
        office = Office(self, seed)
        for deed in deeds:
            office.do(deed)
        office.settle()
        return office


class Office:
    """One run."""

    def __init__(self, offices: Offices, seed: int) -> None:
        self.weather = offices.disk.weather = Weather(seed)
        self.store = offices.shared
        channels = ((CHANNEL, "help"), (SUPPORT, "support"), (LEAD, "lead"))
        self.double = SlackDouble(
            clock=lambda: self.weather.moment,
            people=[Member(id=user, name=user.title()) for user in (ASA, OLA, KIM)],
            channels=[
                Channel(id=id_, name=name, members=(ASA, OLA, KIM)) for id_, name in channels
            ],
            conditions=Conditions(
                seed=seed, monotonic=lambda: (self.weather.moment - BEGIN).total_seconds()
            ),
        )
        self.replicas = [
            Replica(f"r{number}", offices.settings, offices.shared, self.weather, self.double)
            for number in range(self.weather.chance.choice((2, 3)))
        ]
        for replica in self.replicas:
            replica.tick()
        self.said: dict[str, PostMessage] = {}
        self.events: list[Command] = []
        self.waiting: list[Command] = []

    # Deeds ---------------------------------------------------------------------------------

    def do(self, deed: Deed) -> None:
        """Let something happen, and a second pass."""
        chance = deed.chance()
        replica = chance.choice(self.replicas)
        self.weather.note(f"{deed.kind} {replica.name}")
        if deed.kind in _PEOPLE:
            self._people(deed)
        elif deed.kind in _WEATHER:
            self._change_weather(deed.kind, chance)
        else:
            self._run(deed.kind, chance, replica)
        self.weather.wait(1)

    def _run(self, kind: str, chance: random.Random, replica: Replica) -> None:
        if kind in ("work", "post"):
            for _ in range(chance.randint(1, 6)):
                getattr(replica, kind)()
        elif kind == "tick":
            replica.tick()
        elif kind == "die":
            replica.die_in(chance.randint(0, 12))
        elif kind == "jump":
            replica.ahead = timedelta(hours=chance.choice(_HOURS_AHEAD))
        elif events := self.waiting if kind == "deliver" else self.events:
            self._deliver(chance.choice(events), replica)

    def _change_weather(self, kind: str, chance: random.Random) -> None:
        if kind == "wait":
            self.weather.wait(chance.choice(_WAITS_S))
        elif kind == "slack":
            self._fail(chance.choice(_FAULTS))
        elif kind == "slow":
            self.weather.slowest_s = chance.choice((0.0, 9.0))
        elif kind == "disk":
            self.weather.disk_full = chance.random() < 0.5
        else:
            self.weather.model = chance.choice(_MODES)

    def _fail(self, faults: dict[str, Any]) -> None:
        self.double.faults.clear()
        for name, share in faults.items():
            setattr(self.double.faults, name, share)

    def _deliver(self, event: Command, replica: Replica) -> None:
        if replica.accept(event) and event in self.waiting:
            self.waiting.remove(event)

    def _people(self, deed: Deed) -> None:
        """Let somebody do something that Slack tells us of."""
        self.weather.wait(3)
        chance, name = deed.chance(), f"Ev{deed.draw}.{len(self.events)}"
        chance.random()  # apart from the draw of the replica
        kind = deed.kind
        if kind == "move":
            self._move(deed, name)
        elif kind == "say" or (not self.said and kind == "reply"):
            self.say(name, chance.choice((ASA, ASA, OLA)), chance.choice(SAID), "")
        elif self.said:
            one = self.said[chance.choice(sorted(self.said))]
            root = one.place.thread_ts or one.place.ts
            if kind == "reply" and root in self.said:
                asker = self.said[root].user
                user = chance.choice((asker, asker, KIM))
                text = "jag tittar på det" if user == KIM else chance.choice(REPLIED)
                self.say(name, user, text, root)
            elif kind == "edit":
                text, at = chance.choice(BETTER), self.weather.moment
                self.double.edit(one.user, CHANNEL, one.place.ts, text)
                self._tell(EditMessage(id=name, user=one.user, place=one.place, text=text, at=at))
            elif kind == "delete":
                self.double.delete(one.user, CHANNEL, one.place.ts)
                del self.said[one.place.ts]
                self._tell(DeleteMessage(id=name, place=one.place, at=self.weather.moment))

    def say(self, name: str, user: str, text: str, thread_ts: str) -> None:
        """Let somebody write, and Slack keep the event until it is delivered."""
        ts = self.double.say(user, CHANNEL, text, thread_ts or None)
        place, at = Place(CHANNEL, ts, thread_ts), self.weather.moment
        command = PostMessage(id=name, user=user, place=place, text=text, where="help", at=at)
        self.said[ts] = command
        self._tell(command)

    def _move(self, deed: Deed, name: str) -> None:
        chance = deed.chance()
        with self.store.snapshot() as unit:
            tickets = unit.tickets.count()
        if tickets:
            number = chance.randint(1, tickets)
            move = chance.choice(_MOVES)
            at, note = self.weather.moment, "bytte kabel" if move == "resolve" else ""
            self._tell(MoveTicket(id=name, user=KIM, at=at, ticket_id=number, move=move, note=note))

    def _tell(self, event: Command) -> None:
        self.events.append(event)
        self.waiting.append(event)

    # Afterwards ----------------------------------------------------------------------------

    def settle(self) -> None:
        """Let all faults end but wrong clocks, and go on until nothing is left to do."""
        self.weather.clear()
        self.double.faults.clear()
        self.weather.note("all works again")
        for replica in self.replicas:
            replica.live_on()
        for event in tuple(self.waiting):
            self._deliver(event, self.replicas[0])
        for until in (BEGIN, self.weather.moment + timedelta(hours=1), BEGIN + timedelta(days=4)):
            self.weather.moment = max(self.weather.moment, until)
            self._rest()

    def _rest(self) -> None:
        for number in range(120):
            for replica in self.replicas:
                replica.tick()
            for _ in range(200):
                if not sum(one.work() | one.post() for one in self.replicas):
                    break
                self.weather.wait(1)
            if self._is_quiet():
                return
            self.weather.wait(30 if number < 20 else 600)

    def _is_quiet(self) -> bool:
        load = self.replicas[0].lotsen.load(self.weather.moment)
        runs = [run for run in self.rows(JobRun) if run.state is not RunState.SKIPPED]
        return not (
            load.inbox_waiting
            or load.outbox_waiting
            or any(run.state is not RunState.DONE for run in runs)
        )

    def rows(self, table: Any) -> list[Any]:
        with self.store.snapshot() as unit:
            return list(unit._session.exec(select(table)).all())
