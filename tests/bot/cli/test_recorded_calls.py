"""What every command says on fixed data at a fixed moment, to the letter.

After a change that is meant: ``pytest tests/bot/cli/test_recorded_calls.py --record``, and read
the difference in ``recorded_calls.json`` before it is committed.
"""

import json
import os
import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli.application import app
from models.lotsen import open_lotsen
from models.settings import Settings
from tests.bot.cli.calls import FIRST, SETTINGS, THEN, let_people_work, write_files

RECORDED = Path(__file__).with_name("recorded_calls.json")
MEASURED = {"answer_ms", "bytes", "latency_ms", "model_bytes", "predict_ms", "train_seconds"}
"""Fields of JSON that are measured anew each time."""
IN_TEXT = re.compile(
    r"[\d,]+ MB free, the database has [\d.,]+ MB *| [\d.]+ (ms|s|MB)\b|(?<=SHA-256: )[0-9a-f]{64}"
)
"""The same in what people read; a model's SHA-256 depends on the processor."""

Recording = dict[str, dict[str, Any]]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),  # the first of them makes all the calls
]


def named(calls: str) -> dict[str, str]:
    """Return name → call; the second of two that are the same is marked."""
    found: dict[str, str] = {}
    for call in filter(None, calls.splitlines()):
        found[f"{call} (again)" if call in found else call] = call
    return found


CALLS = named(FIRST + THEN)


@pytest.fixture(scope="module")
def recorded() -> Any:
    return json.loads(RECORDED.read_text("utf-8"))


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Recording:
    """Make every call, in one home; with ``--record``, write what they said."""
    folder = tmp_path_factory.mktemp("calls")
    write_files(folder)
    said: Recording = {}
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("LOTSEN_", "SLACK_", "OPENAI_")):
                patch.delenv(name)
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        patch.chdir(folder)
        command = typer.main.get_command(app)
        for at, (name, call) in enumerate(CALLS.items()):
            if at == len(named(FIRST)):
                lotsen = open_lotsen(Settings.load())
                let_people_work(lotsen)
                lotsen.close()
            said[name] = made(command, call)
    if pytestconfig.getoption("--record"):
        RECORDED.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return said


def made(command: Any, call: str) -> dict[str, Any]:
    """Call the command line, and return its exit code and what it printed."""
    words = shlex.split(call)
    given = Path(words.pop()).read_bytes() if "<" in words else b""
    out, err = (TextIOWrapper(BytesIO(), "utf-8") for _ in range(2))
    code = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr("sys.stdin", TextIOWrapper(BytesIO(given), "utf-8"))
        while re.match(r"[A-Z_]+=", words[0]):
            patch.setenv(*words.pop(0).split("=", 1))
        try:
            command([word for word in words if word != "<"], prog_name="lotsen")
        except SystemExit as end:
            code = int(end.code or 0)
    said: dict[str, Any] = {"code": code}
    for name, stream in (("out", out), ("err", err)):
        stream.seek(0)
        if text := stream.read():
            said[name] = readable(text)
    return said


def readable(text: str) -> Any:
    """Return JSON as its object, and anything else as its lines."""
    text = IN_TEXT.sub(" … ", text)
    try:
        value = json.loads(text)
    except ValueError:
        return text.splitlines()
    return settled(value)


def settled(value: Any, name: str = "") -> Any:
    """Replace what another run or another processor measures or rounds otherwise."""
    if name in MEASURED:
        return "measured"
    if isinstance(value, dict):
        return {key: settled(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [settled(inner) for inner in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


def test_every_call_is_recorded_and_no_other(recorded: Recording) -> None:
    assert list(recorded) == list(CALLS)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_says_what_was_recorded(call: str, replayed: Recording, recorded: Recording) -> None:
    # As text, so that the order of the fields counts too.
    now, then = (json.dumps(of[call], ensure_ascii=False, indent=1) for of in (replayed, recorded))
    assert now == then
