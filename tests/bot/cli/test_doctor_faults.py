"""What ``lotsen doctor`` is for: each fault by itself is named, with what to do and how bad it is."""

import os
import re
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.demo.double import SlackDouble
from bot.slack.scopes import NEEDED
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    HistoryWatch,
    InboxRow,
    InboxState,
    JobRun,
    ModelVersion,
    RunState,
    TriageMode,
)
from tests.bot.cli.conftest import Lotsen, MakeDouble
from tests.conftest import NOW
from tests.models.llm.fault_server import FaultServer, Mode


@dataclass
class Office:
    """A company where all is well, until a fault is made."""

    home: Path
    slack: SlackDouble
    patch: pytest.MonkeyPatch
    model: FaultServer
    lotsen: Lotsen
    kept: list[socket.socket] = field(default_factory=list)

    @contextmanager
    def database(self) -> Iterator[UnitOfWork]:
        with (
            closing(Store(f"sqlite:///{self.home / 'lotsen.db'}")) as store,
            store.begin() as unit,
        ):
            yield unit

    def sql(self, statement: str) -> None:
        with closing(sqlite3.connect(self.home / "lotsen.db")) as database, database:
            database.execute(statement)

    def add(self, *rows: Any) -> None:
        with self.database() as unit:
            unit._session.add_all(rows)

    def asks_a_model(self, mode: Mode = Mode.HEALTHY, *, registered: bool = True) -> None:
        for name, value in {
            "OPENAI_BASE_URL": self.model.url,
            "LOTSEN_LLM_MODEL": "fault-1",
            "LOTSEN_LLM_PRICE_IN": "0",
            "LOTSEN_LLM_PRICE_OUT": "0",
            "LOTSEN_LLM_DEADLINE_SECONDS": "5",
        }.items():
            self.patch.setenv(name, value)
        self.model.mode = mode
        if registered:
            given = ("--set", "name=fault-1", "--set", "model=fault-1")
            self.lotsen("register", "add", "ai_systems", *given)


Make = Callable[[Office], object]


class Fault(NamedTuple):
    """What goes wrong, the check that names it, a part of what to do, and the exit code."""

    name: str
    make: Make
    check: str
    fix: str
    code: int


def setting(variable: str, value: str) -> Make:
    return lambda office: office.patch.setenv(variable, value)


def unset(*variables: str) -> Make:
    def make(office: Office) -> None:
        for one in variables:
            office.patch.delenv(one, raising=False)

    return make


def damage(office: Office) -> None:
    file = office.home / "lotsen.db"
    content = bytearray(file.read_bytes())
    content[8192:12288] = b"\xa5" * 4096
    file.write_bytes(content)


def flip_a_bit_of_the_model(office: Office) -> None:
    with office.database() as unit:
        row = unit.model_versions.champion()
        assert isinstance(row, ModelVersion)
        row.content = bytes([row.content[0] ^ 1]) + row.content[1:]


def fail_a_job(office: Office) -> None:
    office.add(
        JobRun(
            job="backup",
            period="2026-11-22",
            due_at=NOW - timedelta(days=1),
            started_at=NOW - timedelta(days=1),
            lease_until=NOW - timedelta(days=1),
            state=RunState.FAILED,
            error="No space left on device",
        )
    )


def leave_a_command(state: InboxState, age: timedelta) -> Make:
    at = NOW - age
    row = InboxRow(
        id="Ev1",
        kind="PostMessage",
        payload="{}",
        received_at=at,
        not_before=at,
        state=state,
    )
    return lambda office: office.add(row)


def take_the_port(office: Office) -> None:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    office.kept.append(taken)
    office.patch.setenv("LOTSEN_HTTP_PORT", str(taken.getsockname()[1]))


def make_an_old_copy(office: Office) -> None:
    folder = office.home / "backups"
    folder.mkdir(exist_ok=True)
    copy = folder / "lotsen-2026-11-20.db"
    copy.write_bytes(b"")
    copy.chmod(0o600)
    then = (NOW - timedelta(days=3)).timestamp()
    os.utime(copy, (then, then))


def fill_the_disk(office: Office) -> None:
    office.patch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 9))


FAULTS = (
    # The settings
    Fault("a misspelt variable", setting("LOTSEN_SUPORT_CHANNEL", "C2"), "variables", "LOTSEN_SUPPORT_CHANNEL", 1),
    Fault("a variable that nothing reads", setting("LOTSEN_XYZZY", "1"), "variables", "Take LOTSEN_XYZZY out", 1),
    Fault("a time zone that is none", setting("LOTSEN_TIMEZONE", "Mars/Base"), "settings", "lotsen.env", 2),
    # Slack
    Fault("another workspace's bot token", setting("SLACK_BOT_TOKEN", "xoxb-wrong"), "slack_bot_token", "Copy the token", 2),
    Fault("no bot token", unset("SLACK_BOT_TOKEN"), "slack_bot_token", "Set SLACK_BOT_TOKEN", 2),
    Fault("an app token of the past", setting("SLACK_APP_TOKEN", "xapp-wrong"), "slack_events", "Copy the token", 2),
    Fault("neither socket nor secret", unset("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"), "slack_events", "Set SLACK_APP_TOKEN", 2),
    Fault("Slack away", setting("SLACK_API_URL", "http://127.0.0.1:9/api/"), "slack_bot_token", "Check the network", 2),
    Fault("a channel's name for its id", setting("LOTSEN_HELP_CHANNEL", "help-it"), "help_channel", "Copy the id into LOTSEN_HELP_CHANNEL", 2),
    Fault("a channel without the bot", setting("LOTSEN_SUPPORT_CHANNEL", "C3"), "support_channel", "/invite", 2),
    Fault("a channel that is not there", setting("LOTSEN_HELP_CHANNEL", "C404"), "help_channel", "Check the id", 2),
    Fault("an archived channel", setting("LOTSEN_LEAD_CHANNEL", "C4"), "lead_channel", "Name another", 1),
    Fault("a lead channel of two companies", setting("LOTSEN_LEAD_CHANNEL", "C5"), "lead_channel", "only your company", 1),
    Fault("questions where leads read", setting("LOTSEN_LEAD_CHANNEL", "C1"), "same_channel", "Name another channel in LOTSEN_LEAD_CHANNEL", 1),
    Fault("nobody in the support", unset("LOTSEN_AGENTS"), "agents", "Set LOTSEN_AGENTS", 1),
    Fault("a colleague who left", setting("LOTSEN_AGENTS", "U99"), "agents", "Take the id out of LOTSEN_AGENTS", 1),
    Fault("a name for an id", setting("LOTSEN_LEADS", "Bo Ek"), "leads", "Copy the id again", 1),
    Fault("a user group that is gone", setting("LOTSEN_LEADS", "SGONE"), "leads", "Copy the id again", 1),
    Fault("an empty group", setting("LOTSEN_PRIVATE_GROUP", "SEMPTY"), "private_group", "Add people", 1),
    Fault("a group too large", setting("LOTSEN_DUTY_GROUP", "SMANY"), "duty_group", "at most", 1),
    # The database and what is in it
    Fault("a damaged database", damage, "database_file", "Restore", 2),
    Fault("a full disk", fill_the_disk, "disk", "Free twice", 1),
    Fault("no model", lambda office: office.sql("DELETE FROM model_version"), "model", "lotsen train", 1),
    Fault("a bit of the model flipped", flip_a_bit_of_the_model, "model", "lotsen train", 1),
    Fault("a model that was wrong too often", lambda office: office.add(TriageMode(at=NOW, suggest_only=True, reason="")), "model", "lotsen model resume", 1),
    Fault("other hours than the baseline's", setting("LOTSEN_OFFICE_CLOSES", "16:00"), "calendar", "baseline freeze --again", 1),
    Fault("a job that failed", fail_a_job, "jobs", "lotsen jobs run backup", 1),
    Fault("a command that nobody could handle", leave_a_command(InboxState.DEAD, timedelta()), "inbox", "lotsen inbox list", 1),
    Fault("a command that waits for an hour", leave_a_command(InboxState.WAITING, timedelta(hours=1)), "inbox", "lotsen run is running", 1),
    Fault("a history that nobody reads", lambda office: office.add(HistoryWatch(since=NOW, checked_at=NOW - timedelta(days=1))), "slack_delivery", "lotsen run is running", 1),
    # This computer
    Fault("a port that is taken", take_the_port, "port", "LOTSEN_HTTP_PORT", 2),
    Fault("a database that everybody reads", lambda office: (office.home / "lotsen.db").chmod(0o644), "private_files", "chmod o=", 1),
    Fault("a copy of last week", make_an_old_copy, "backup", "lotsen jobs list", 1),
    # The language model
    Fault("a model without a key or address", setting("LOTSEN_LLM_MODEL", "fault-1"), "language_model", "OPENAI_BASE_URL", 1),
    Fault("a model that is in no register", lambda office: office.asks_a_model(registered=False), "language_model", "lotsen register add", 1),
    Fault("a wrong key", lambda office: office.asks_a_model(Mode.ERROR_401), "language_model", "OPENAI_API_KEY", 1),
    Fault("a model that writes prose", lambda office: office.asks_a_model(Mode.PROSE), "language_model", "JSON", 1),
)  # fmt: skip


@pytest.fixture
def office(
    lotsen: Lotsen, history: Path, slack: MakeDouble, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    double = slack()
    lotsen("baseline", "freeze")
    with FaultServer() as model:
        office = Office(history, double, monkeypatch, model, lotsen)
        yield office
        for one in office.kept:
            one.close()


def wrong(checks: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in checks if not check["ok"]}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_is_named_with_what_to_do(office: Office, fault: Fault) -> None:
    fault.make(office)

    done = office.lotsen("doctor", "--json")

    named = wrong(done.json["checks"])
    assert fault.check in named
    assert fault.fix in named[fault.check]["fix"]
    assert done.code == fault.code
    assert done.json["checks"][0]["ok"] is False  # the worst come first


def test_a_language_model_that_answers_is_well(office: Office) -> None:
    office.asks_a_model()
    done = office.lotsen("doctor", "--json")
    (line,) = (one for one in done.json["checks"] if one["name"] == "language_model")
    assert (line["ok"], done.code) == (True, 0)
    assert len(office.model.requests) == 1


def test_socket_mode_that_is_switched_off_is_named(office: Office) -> None:
    office.slack.faults.server_errors = 1.0
    office.slack.faults.methods = frozenset({"apps.connections.open"})
    done = office.lotsen("doctor", "--json")
    assert "Switch Socket Mode on" in wrong(done.json["checks"])["slack_events"]["fix"]
    assert done.code == 2


@pytest.mark.parametrize(
    ("host", "answers_at"),
    [("127.0.0.1",) * 2, ("127.0.0.2",) * 2, (str(ip_address(0)), "127.0.0.1")],
)
def test_the_port_of_a_running_lotsen_is_no_fault(
    office: Office, host: str, answers_at: str
) -> None:
    class Metrics(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"lotsen_build_info 1.0")

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer((answers_at, 0), Metrics) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        office.patch.setenv("LOTSEN_HTTP_HOST", host)
        office.patch.setenv("LOTSEN_HTTP_PORT", str(server.server_address[1]))
        done = office.lotsen("doctor", "--json")
        server.shutdown()
        thread.join()
    (line,) = (one for one in done.json["checks"] if one["name"] == "port")
    assert line["ok"]
    assert "answers" in line["detail"]


def test_missing_scopes_are_named(lotsen: Lotsen, history: Path, slack: MakeDouble) -> None:
    slack(scopes=frozenset(NEEDED.keys() - {"chat:write"}))
    done = lotsen("doctor", "--json")
    assert "reinstall" in wrong(done.json["checks"])["slack_scopes"]["fix"]
    assert done.code == 2


def test_live_posts_edits_and_deletes_and_leaves_nothing(office: Office) -> None:
    done = office.lotsen("doctor", "--live", "--json")
    (line,) = (one for one in done.json["checks"] if one["name"] == "live")
    assert line["ok"]
    assert [word in line["detail"] for word in ("post", "edit", "delete")] == [True] * 3
    assert office.slack.messages("C2") == []


def test_live_names_the_step_that_slack_refuses(office: Office) -> None:
    office.patch.setenv("LOTSEN_SUPPORT_CHANNEL", "C3")
    done = office.lotsen("doctor", "--live", "--json")
    line = wrong(done.json["checks"])["live"]
    assert line["detail"].startswith("post: ")
    assert "Invite the bot" in line["fix"]


def test_the_page_of_troubles_names_each_check_and_no_other() -> None:
    root = Path(__file__).resolve().parents[3]
    page = (root / "docs" / "how-to" / "troubleshooting.md").read_text("utf-8")
    sources = "".join(file.read_text("utf-8") for file in (root / "bot" / "cli").glob("*check*.py"))
    sources += (root / "bot" / "cli" / "doctor.py").read_text("utf-8")
    explained = {
        name
        for line in page.partition("## Each finding")[2].splitlines()
        for name in re.findall(r"`([a-z_]+)`", line.split("|")[1] if "|" in line else "")
    }
    assert {fault.check for fault in FAULTS} <= explained
    assert {name for name in explained if f'"{name}"' not in sources} == set()
    first = r'(?:Check|self\._(?:wrong|fine|hint|failed))\(\s*"([a-z_]+)"'
    assert set(re.findall(first, sources)) - explained == set()
