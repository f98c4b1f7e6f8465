"""One process of several over the same database: it may die between any two transactions."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.clock import SteadyClock
from bot.demo.double import SlackDouble
from bot.slack.delivery import Delivery
from bot.slack.slack_time import SlackTime
from bot.worker import Worker
from jobs.runner import Runner
from jobs.timetable import discover
from models.commands import Command
from models.errors import InvalidError, UnavailableError
from models.llm import Llm, RefusalReason, endpoint_from
from models.llm.client import CompletionRequest, Exchange, Failure
from models.llm.endpoint import Endpoint
from models.llm.response_parsing import Usage
from models.lotsen import Lotsen, open_lotsen
from models.mailbox import Outgoing
from models.settings import Settings
from models.store.transaction import Store, UnitOfWork
from tests.simulation.direct_slack import DirectClient
from tests.simulation.weather import BEGIN, ProcessDiedError, Weather

LEASE = timedelta(seconds=60)
JOBS = ("weekly_digest", "duty_week", "plan_gates", "answer_returns", "register_reviews")


class SteppedStore(Store):
    """A store that says before and after each transaction that it gets there."""

    def __init__(self, shared: Store, step: Callable[[str], None]) -> None:
        self.__dict__.update(shared.__dict__)
        self._step = step

    @contextmanager
    def begin(self, *, urgent: bool = False) -> Iterator[UnitOfWork]:
        self._step("before a transaction")
        with super().begin(urgent=urgent) as unit:
            yield unit
        self._step("after a transaction")


class FullDisk:
    """Lets no transaction of a database end well while the disk is full, as SQLite does."""

    def __init__(self, store: Store) -> None:
        self.weather = Weather(0)
        event.listen(store.engine, "commit", self._refuse)

    def _refuse(self, connection: Any) -> None:
        if self.weather.disk_full and not connection.get_execution_options().get("lotsen_reads"):
            full = sqlite3.OperationalError("database or disk is full")
            raise OperationalError("COMMIT", {}, full)


class WeatheredModel(Llm):
    """A language model that answers, hangs until the deadline, errs or says something else."""

    def __init__(self, lotsen: Lotsen, weather: Weather) -> None:
        super().__init__(lotsen.store, endpoint_from(lotsen.settings), lotsen.settings.zone)
        self._weather = weather

    def _ask(self, endpoint: Endpoint, question: CompletionRequest, seconds: float) -> Exchange:
        mode = self._weather.model
        self._weather.note(f"model {mode}")
        if mode == "hangs":
            self._weather.wait(endpoint.deadline_s)
            return Exchange(Failure(RefusalReason.TIMEOUT, "no answer before the deadline"))
        if mode == "errs":
            return Exchange(Failure(RefusalReason.ERROR, "status 500"), free=True)
        content = "{}" if mode == "babbles" else _chosen(question)
        message = SimpleNamespace(content=content)
        completion = SimpleNamespace(choices=[SimpleNamespace(message=message)])
        try:
            return Exchange(question.read(completion, question.choices), Usage(900, 20))
        except InvalidError as error:
            return Exchange(Failure(RefusalReason.INVALID, str(error)), Usage(900, 20))


def _chosen(question: CompletionRequest) -> str:
    return f'{{"choice": "{question.choices[0].key}", "confidence": "high"}}'


class Replica:
    """A process with all that the bot runs in its threads, here a step at a time."""

    def __init__(
        self, name: str, settings: Settings, shared: Store, weather: Weather, double: SlackDouble
    ) -> None:
        self.name, self.weather = name, weather
        self._settings, self._shared, self._double = settings, shared, double
        self.ahead = timedelta(0)
        self._dies_in: int | None = None
        self.start()

    def start(self) -> None:
        """Begin as a new process: nothing is left of the one before but the database."""
        self._dies_in = None
        store = SteppedStore(self._shared, self._step)
        self.lotsen = open_lotsen(self._settings, migrate=False, store=store)
        object.__setattr__(self.lotsen.desk, "llm", WeatheredModel(self.lotsen, self.weather))
        self.clock = SteadyClock(lambda: self.weather.moment + self.ahead, self._since_boot)
        client = DirectClient(self._double, self.weather, self._step)
        self._time = SlackTime(client, self.clock)
        self.clock.confirm(self.weather.moment)  # as `lotsen run` does before it begins
        outgoing = Outgoing(store, lease=LEASE, pause=timedelta(seconds=1))
        self._delivery = Delivery(outgoing, client, self.clock)
        self._workers = [
            Worker(self.lotsen, self.clock, lambda command, _: command, lambda: None, lane)
            for lane in ("quick", "slow")
        ]
        self._runner = Runner(self.lotsen, [job for job in discover() if job.name in JOBS])

    def die_in(self, steps: int) -> None:
        """Let the process die at a step to come."""
        self._dies_in = steps

    def live_on(self) -> None:
        """Let the process not die after all."""
        self._dies_in = None

    def accept(self, command: Command) -> bool:
        """Store an event; False where it may not be acknowledged."""
        return self._alive(lambda: self.lotsen.mailbox.accept(command, self.clock()) or True)

    def work(self) -> bool:
        return self._alive(lambda: sum(worker.step() for worker in self._workers) > 0)

    def post(self) -> bool:
        return self._alive(self._delivery.step)

    def tick(self) -> None:
        """Ring the alarm clock, as `bot.main` does every half minute."""

        def due() -> bool:
            if self._time.is_settled():
                for one in self._runner.tick(self.clock()):
                    self.weather.note(f"{self.name} job {one.job} {one.period} {one.state}")
            return True

        self._alive(due)

    def _alive(self, act: Callable[[], bool]) -> bool:
        try:
            return act()
        except UnavailableError:
            return False
        except ProcessDiedError:
            self.start()
            return False

    def _step(self, where: str) -> None:
        self.weather.note(f"{self.name} {where}")
        if self._dies_in is not None:
            self._dies_in -= 1
            if self._dies_in < 0:
                self.weather.note(f"{self.name} dies")
                raise ProcessDiedError

    def _since_boot(self) -> float:
        return (self.weather.moment - BEGIN).total_seconds()
