"""A home folder of its own for each test, and the command line to be called in it."""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli.application import app
from bot.demo.double import Channel, Conditions, Member, SlackDouble
from tests.conftest import NOW
from tests.trainings import remembered

TEXTS = {
    "Printer": "the printer on floor {n} is out of toner and prints nothing",
    "VPN": "my vpn connection drops {n} times when I work from home",
    "Payroll": "my payslip for month {n} shows the wrong salary",
}
HEADER = ("Number", "Description", "Kind", "Opened", "Solved", "Minutes")


class Outcome:
    """What a command printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        """The one JSON object on standard output; anything else there is an error."""
        return json.loads(self.out)


Lotsen = Callable[..., Outcome]
MakeCsv = Callable[..., Path]
MakeDouble = Callable[..., SlackDouble]


def python_path() -> str:
    """Where a process of a test finds the code, and what `make test-elsewhen` adds."""
    more = os.environ.get("PYTHONPATH")
    return os.pathsep.join(filter(None, (str(Path(__file__).parents[3]), more)))


def environment(home: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LOTSEN_", "SLACK_", "OPENAI_"))
    }
    moment = NOW.isoformat()
    return {
        **kept,
        "LOTSEN_HOME": str(home),
        "LOTSEN_LANGUAGE": "en",
        "LOTSEN_NOW": moment,
        "LOTSEN_HTTP_PORT": "0",  # any free one
        "LOTSEN_EMBEDDINGS": "none",
    }


def rows(n: int = 45) -> list[tuple[str, ...]]:
    """Make tickets of three categories, one a day at 09:00, each solved 90 minutes later."""
    kinds = list(TEXTS)
    made: list[tuple[str, ...]] = []
    for at in range(n):
        kind = kinds[at % len(kinds)]
        day = date(2026, 9, 7) + timedelta(days=at)
        made.append(
            (
                f"INC{at:04}",
                TEXTS[kind].format(n=at),
                kind,
                f"{day}T09:00:00",
                f"{day}T10:30:00",
                str(20 + at % 7),
            )
        )
    return made


def write_csv(file: Path, made: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(made)
    return file


MAPPING = (
    "--map=id=Number",
    "--map=text=Description",
    "--map=category=Kind",
    "--map=opened_at=Opened",
    "--map=resolved_at=Solved",
    "--map=handling_minutes=Minutes",
)


@pytest.fixture(autouse=True)
def _remembered_trainings(shared_folder: Path) -> Iterator[None]:
    with remembered(shared_folder):
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a home without any setting of this computer."""
    here = tmp_path / "home"
    wanted = environment(here)
    for name in list(os.environ):
        if name not in wanted:
            monkeypatch.delenv(name)
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return here


@pytest.fixture
def lotsen(home: Path) -> Lotsen:
    """Call the command line in this process."""

    def call(*args: str, stdin: str | bytes | None = None) -> Outcome:
        result = CliRunner().invoke(app, list(args), input=stdin)
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture
def of_five(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Let five people work at the desk, which then shows any days."""
    monkeypatch.setenv("LOTSEN_AGENTS", "U01,U02,U03,U04,U05")


@pytest.fixture
def process(home: Path) -> Lotsen:
    """Call the command line in a process of its own."""

    def call(*args: str, stdin: str = "", env: Mapping[str, str] | None = None) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *args],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, **(env or {}), "PYTHONPATH": python_path()},
            timeout=60,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def tickets(tmp_path: Path) -> Path:
    """Write 45 tickets in 3 categories."""
    return write_csv(tmp_path / "tickets.csv", rows())


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with imported tickets and a trained model, once for all tests."""
    folder = tmp_path_factory.mktemp("filled")
    file = write_csv(folder / "tickets.csv", rows())
    done = CliRunner(env=environment(folder / "home")).invoke(
        app, ["import", "tickets", str(file), *MAPPING, "--json"]
    )
    assert done.exit_code == 0, done.stderr
    return folder / "home"


@pytest.fixture
def history(home: Path, filled: Path) -> Path:
    """Put the imported tickets and the model into this test's home."""
    shutil.copytree(filled, home)
    return home


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[MakeDouble]:
    """Start a workspace and point the settings at it."""
    started: list[SlackDouble] = []

    def start(**options: Any) -> SlackDouble:
        double = SlackDouble(
            clock=lambda: NOW,
            people=[Member(id="U1", name="Åsa Lind"), Member(id="U2", name="Bo Ek")],
            channels=[
                Channel(id="C1", name="help-it", members=("U1", "U2")),
                Channel(id="C2", name="support", private=True, members=("U2",)),
                Channel(id="C3", name="general", members=("U1",), with_bot=False),
                Channel(id="C4", name="old", archived=True),
                Channel(id="C5", name="partners", members=("U1",), shared=True),
            ],
            user_groups={
                "SFEW": ("U1", "U2"),
                "SEMPTY": (),
                "SMANY": tuple(f"U{number}" for number in range(11)),
            },
            conditions=Conditions(rate_limits=False, **options),
        ).start()
        started.append(double)
        for name, value in {
            "SLACK_BOT_TOKEN": double.bot_token,
            "SLACK_APP_TOKEN": double.app_token,
            "SLACK_API_URL": double.api_url,
            "LOTSEN_HELP_CHANNEL": "C1",
            "LOTSEN_SUPPORT_CHANNEL": "C2",
            "LOTSEN_LEAD_CHANNEL": "C2",
            "LOTSEN_MANAGEMENT_CHANNEL": "C2",
            "LOTSEN_AGENTS": "U2",
            "LOTSEN_LEADS": "U2",
            "LOTSEN_HTTP_PORT": "0",
        }.items():
            monkeypatch.setenv(name, value)
        return double

    yield start
    for double in started:
        double.stop()
