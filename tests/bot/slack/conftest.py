"""The door to Slack alone: Bolt's app and the HTTP edge on a real database, nobody behind them."""

import hmac
import http.client
import json
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import uvicorn
from prometheus_client import generate_latest
from slack_bolt import App, BoltRequest, BoltResponse
from sqlmodel import col, select

from bot.clock import MovableClock
from bot.demo.double.loopback import PromptServer
from bot.meters import acknowledgement_times
from bot.metrics import registry
from bot.slack.app import bolt_app
from bot.slack.delivery import slack_client
from bot.slack.http import Edge, Health
from bot.slack.listeners import Listeners
from bot.web import PatientProtocol
from models import commands
from models.lotsen import Lotsen, open_lotsen
from models.settings import Settings
from models.tables import InboxRow
from tests.conftest import NOW
from tests.waiting import wait_until

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"
BOT = "UBOT"
NOWHERE = "http://127.0.0.1:9/api/"


def settings_of(url: str, **more: Any) -> Settings:
    values: dict[str, Any] = {
        "lotsen_database_url": url,
        "lotsen_help_channel": ("CHELP",),
        "lotsen_support_channel": "CSUPPORT",
        "lotsen_agents": ("UKIM",),
        "slack_bot_token": "xoxb-1",
        "slack_api_url": NOWHERE,
        **more,
    }
    return Settings.load(_env_file=None, **values)


def accepted(lotsen: Lotsen) -> list[commands.Command]:
    """The commands in the inbox, the oldest first."""
    with lotsen.store.snapshot() as unit:
        rows = unit._session.exec(select(InboxRow).order_by(col(InboxRow.seq))).all()
        return [commands.from_json(row.payload) for row in rows]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "empty.db"
    open_lotsen(settings_of(f"sqlite:///{file}")).close()
    return file


@pytest.fixture
def lotsen(tmp_path: Path, empty_database: Path) -> Iterator[Lotsen]:
    file = shutil.copy(empty_database, tmp_path / "door.db")
    settings = settings_of(f"sqlite:///{file}", lotsen_home=tmp_path)
    opened = open_lotsen(settings, migrate=False)
    yield opened
    opened.close()


@dataclass
class Ears:
    """Bolt's app with Lotsen's listeners, fed as Socket Mode feeds it."""

    app: App
    lotsen: Lotsen
    clock: MovableClock

    def hears(self, event: dict[str, Any], event_id: str = "Ev1") -> BoltResponse:
        return self.takes(outer(event, event_id))

    def takes(self, body: dict[str, Any]) -> BoltResponse:
        return self.app.dispatch(BoltRequest(mode="socket_mode", body=body))

    def commands(self) -> list[commands.Command]:
        return accepted(self.lotsen)


@pytest.fixture
def ears(lotsen: Lotsen) -> Ears:
    clock = MovableClock(NOW)
    client = slack_client("xoxb-1", NOWHERE)
    return Ears(bolt_app(client, Listeners(lotsen, clock, lambda: None)), lotsen, clock)


def outer(event: dict[str, Any], event_id: str = "Ev1") -> dict[str, Any]:
    """Wrap an event as Slack does."""
    return {
        "type": "event_callback",
        "team_id": "T1",
        "api_app_id": "A1",
        "event_id": event_id,
        "event_time": 1795420800,
        "event": event,
        "authorizations": [{"team_id": "T1", "user_id": BOT, "is_bot": True}],
    }


def form_sent(
    callback_id: str, carried: Mapping[str, Any], values: Mapping[str, Any], keys: Iterable[str]
) -> dict[str, Any]:
    """Wrap what somebody filled into a form as Slack does."""
    return {
        "type": "view_submission",
        "user": {"id": "UKIM"},
        "api_app_id": "A1",
        "view": {
            "id": "V1",
            "hash": "h",
            "type": "modal",
            "callback_id": callback_id,
            "private_metadata": json.dumps(carried),
            "state": {"values": values},
            "blocks": [{"block_id": key} for key in keys],
        },
    }


@dataclass
class Door:
    """The HTTP server, and a Slack that signs or does not."""

    port: int
    lotsen: Lotsen
    clock: Callable[[], datetime]

    def signed(self, body: bytes, *, at: str | None = None) -> dict[str, str]:
        stamp = str(int(self.clock().timestamp())) if at is None else at
        text = b"v0:" + stamp.encode() + b":" + body
        made = hmac.new(SECRET.encode(), text, sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}"}

    def post(
        self, body: bytes, headers: dict[str, str] | None = None, kind: str = "application/json"
    ) -> tuple[int, str]:
        """Post as Slack would; without headers they are made for the body."""
        given = self.signed(body) if headers is None else headers
        return self.ask("POST", "/slack/events", body, {"Content-Type": kind, **given})

    def event(self, event: dict[str, Any], event_id: str = "Ev1") -> tuple[int, str]:
        return self.post(json.dumps(outer(event, event_id)).encode())

    def form(self, **fields: str) -> tuple[int, str]:
        return self.post(urlencode(fields).encode(), kind=FORM)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request(method, path, body, headers or {}, **more)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()


@pytest.fixture
def door(lotsen: Lotsen, ears: Ears) -> Iterator[Door]:
    clock = ears.clock  # what was accepted at a later moment than now does not wait yet

    def ready() -> dict[str, object]:
        lotsen.store.check()
        return {"ready": True}

    shown = registry(lotsen, clock)[0]
    health = Health(ready, lambda: generate_latest(shown))
    edge = Edge(ears.app, SECRET, clock, health, acknowledgement_times(), body_timeout_s=1.0)
    server = PromptServer(
        uvicorn.Config(
            edge.starlette(),
            host="127.0.0.1",
            port=0,
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=1,
            http=PatientProtocol,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert wait_until(lambda: server.started)
    yield Door(server.servers[0].sockets[0].getsockname()[1], lotsen, clock)
    server.leave()
    thread.join(timeout=10)


@pytest.fixture
def message() -> Callable[..., dict[str, Any]]:
    """Make a message event of Åsa's in the help channel."""

    def make(text: str = "VPN kopplar inte upp", ts: str = "1795420800.000100", **more: Any) -> Any:
        event = {
            "type": "message",
            "channel": "CHELP",
            "channel_type": "channel",
            "user": "UASA",
            "text": text,
            "ts": ts,
            "event_ts": ts,
        }
        return event | more

    return make
