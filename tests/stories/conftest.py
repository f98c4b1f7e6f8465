"""A small office: Slack's double and the running bot, as in production but in one process."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from bot.clock import Clock, MovableClock
from bot.demo.double import Channel, Conditions, Member, SlackDouble
from bot.main import Mode, Service
from bot.slack import socket
from bot.slack.inbound_watch import InboundWatch
from models.lotsen import Lotsen, open_lotsen
from models.settings import Settings
from models.store.scope import ScopedSession
from models.store.transaction import UnitOfWork
from tests.conftest import NOW
from tests.trainings import remembered

HELP, SUPPORT, LEAD, SANDBOX = "CHELP", "CSUPPORT", "CLEAD", "CSANDBOX"
ASA, KIM, LENA, OLA = "UASA", "UKIM", "ULENA", "UOLA"
CROWD = tuple(Member(id=f"UASA{number}", name=f"Person {number}") for number in range(60))
PEOPLE = (
    *CROWD,
    Member(id=ASA, name="Åsa Lind", locale="sv-SE"),
    Member(id=OLA, name="Ola Berg", locale="sv-SE"),
    Member(id=KIM, name="Kim Ek", locale="en-GB"),
    Member(id=LENA, name="Lena Falk", locale="sv-SE"),
)
EVERYBODY = tuple(person.id for person in PEOPLE)
CHANNELS = (
    Channel(id=HELP, name="help-it", members=EVERYBODY),
    Channel(id=SANDBOX, name="sandbox", members=EVERYBODY),
    Channel(id=SUPPORT, name="support", private=True, members=(KIM, LENA)),
    Channel(id=LEAD, name="lead", private=True, members=(LENA,)),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the stories as slow: each opens an office, and all of them take minutes."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _remembered_trainings(shared_folder: Path) -> Iterator[None]:
    with remembered(shared_folder):
        yield


class Nowhere:
    """No HTTP server: in Socket Mode nobody of a story asks it anything."""

    port = 0

    def start(self) -> None: ...

    def stop(self) -> None: ...


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin and end without what takes time and changes nothing: `test_service` has all of it."""
    received = Service._received_here

    def where_slack_posts_to_it(service: Service) -> Any:
        return received(service) if service._mode == "http" else Nowhere()

    monkeypatch.setattr(Service, "_received_here", where_slack_posts_to_it)
    monkeypatch.setattr(socket, "GOODBYE_S", 0.0)
    monkeypatch.setattr(Lotsen, "warm_up", lambda *_: None)
    # Stories move the clock by days: `test_a_blackout` looks at history when it wants to.
    monkeypatch.setattr(InboundWatch, "run", lambda *_: None)


@dataclass
class Office:
    """The double, the bot, and what a test asks of them."""

    double: SlackDouble
    service: Service
    clock: MovableClock
    lotsen: Lotsen = field(init=False)

    def __post_init__(self) -> None:
        self.lotsen = self.service.lotsen

    def settle(self, timeout: float = 60.0) -> None:
        """Wait until every event is handled and every post that can go is shown."""

        def quiet() -> bool:
            if self.double.pending_events():
                return False
            with self.lotsen.store.snapshot() as unit:
                return not (unit.inbox.waiting(self.clock()) or unit.outbox.waiting())

        with self._written():
            self.double.wait_until(quiet, timeout)

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Let whoever waits look again when something was written, not at the next look only."""

        def look(session: Session) -> None:
            if session.get_bind() is self.lotsen.store.engine:
                self.double.stir()

        event.listen(ScopedSession, "after_commit", look)
        try:
            yield
        finally:
            event.remove(ScopedSession, "after_commit", look)

    def posts(self, channel: str) -> list[Any]:
        bot = self.double.bot_user_id
        return [message for message in self.double.messages(channel) if message.user == bot]

    def cards(self) -> list[Any]:
        """Give the support channel's posts, without what stands in their threads."""
        return [post for post in self.posts(SUPPORT) if post.thread_ts in ("", post.ts)]

    def read(self, ask: Callable[[UnitOfWork], Any]) -> Any:
        with self.lotsen.store.snapshot() as unit:
            return ask(unit)


def values_for(double: SlackDouble, url: str, home: Path, **more: Any) -> dict[str, Any]:
    """The settings of the office, as plain values that another process can take."""
    return {
        "lotsen_home": home,
        "lotsen_database_url": url,
        "lotsen_http_port": 0,
        "slack_bot_token": double.bot_token,
        "slack_app_token": double.app_token,
        "slack_signing_secret": double.signing_secret,
        "slack_api_url": double.api_url,
        "lotsen_help_channel": (HELP,),
        "lotsen_support_channel": SUPPORT,
        "lotsen_lead_channel": LEAD,
        "lotsen_agents": ("SAGENTS",),
        "lotsen_leads": (LENA,),
        "lotsen_channel_interval_seconds": 0.0,
        "lotsen_lease_seconds": 2.0,
        **more,
    }


def settings_for(double: SlackDouble, url: str, home: Path, **more: Any) -> Settings:
    return Settings.load(_env_file=None, **values_for(double, url, home, **more))


@pytest.fixture
def office_settings() -> Callable[..., dict[str, Any]]:
    return values_for


@pytest.fixture
def make_double() -> Iterator[Callable[..., SlackDouble]]:
    with ExitStack() as stack:

        def make(clock: Clock, **more: Any) -> SlackDouble:
            options: dict[str, Any] = {"rate_limits": False, "seed": 1, **more}
            double = SlackDouble(
                clock=clock,
                people=PEOPLE,
                channels=CHANNELS,
                user_groups={"SAGENTS": (KIM,)},
                conditions=Conditions(**options),
            )
            return stack.enter_context(double)

        yield make


@pytest.fixture
def open_office(
    tmp_path: Path, make_double: Callable[..., SlackDouble], migrated_file: Path
) -> Iterator[Callable[..., Office]]:
    """Open an office; ``prepare(lotsen)`` may fill the store before the bot starts."""
    started: list[Service] = []

    def open_(
        url: str = "",
        mode: Mode = "socket",
        prepare: Callable[[Lotsen], None] = lambda _: None,
        double_options: dict[str, Any] | None = None,
        start: datetime = NOW,
        **settings: Any,
    ) -> Office:
        clock = MovableClock(start)
        double = make_double(clock, **(double_options or {}))
        if not url:
            shutil.copy(migrated_file, tmp_path / "lotsen.db")
        lotsen = open_lotsen(settings_for(double, url, tmp_path, **settings))
        prepare(lotsen)
        service = Service(lotsen, clock, mode)
        service.start()
        started.append(service)
        if mode == "http":
            double.deliver_to(f"http://127.0.0.1:{service.port}/slack/events")
        return Office(double, service, clock)

    yield open_
    for service in started:
        service.stop()
