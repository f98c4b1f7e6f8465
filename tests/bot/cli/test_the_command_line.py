"""What holds for every command, in processes of their own: quick help, clean output."""

import json
import re
import time
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.application import Door
from models.errors import NotAllowedError, UnavailableError
from tests.bot.cli.conftest import Lotsen

HELP_S = 1.5
"""Far above what help takes (about 0.15 s): the computer of a test may be busy."""


def test_help_is_quick_and_loads_nothing_heavy(process: Lotsen) -> None:
    began = time.monotonic()
    done = process("--help")
    assert time.monotonic() - began < HELP_S
    assert done.code == 0
    for group in ("run", "doctor", "import", "kpi", "baseline", "plan", "jobs", "outbox"):
        assert re.search(rf"^ +{group} ", done.out, re.MULTILINE)


def test_a_command_that_does_not_exist_is_refused(process: Lotsen) -> None:
    done = process("dance", "list")
    assert (done.code, done.out) == (2, "")


@pytest.mark.parametrize(
    "arguments", [["kpi"], ["plan", "status"], ["jobs", "list"], ["outbox", "list"], ["roi"]]
)
def test_with_json_there_is_one_object_and_nothing_else(
    lotsen: Lotsen, arguments: list[str]
) -> None:
    done = lotsen(*arguments, "--json")
    assert done.code == 0, done.err
    assert isinstance(done.json, dict)
    assert len(done.out.splitlines()) == 1
    assert done.err == ""


@pytest.mark.slow
def test_training_logs_nothing_on_standard_output(process: Lotsen, history: Path) -> None:
    done = process("train", "--json")
    assert done.json["n"] == 45
    assert done.err == ""


@pytest.mark.slow
def test_lines_come_back_as_lines(process: Lotsen, history: Path) -> None:
    done = process("classify", "--json", stdin="vpn drops\nmin lön är fel åäö\n")
    assert [json.loads(line)["language"] for line in done.out.splitlines()] == ["en", "sv"]


@pytest.mark.slow
def test_a_computer_without_utf8_still_gets_json(process: Lotsen) -> None:
    process("cost", "add", "cloud", "5", "smörgåsar")
    done = process("cost", "list", "--json", env={"PYTHONIOENCODING": "ascii"})
    assert done.json["costs"][0]["description"] == "smörgåsar"


def test_wrong_settings_name_the_variable(process: Lotsen) -> None:
    done = process("kpi", "--json", env={"LOTSEN_TIMEZONE": "Mars/Olympus"})
    assert (done.code, done.out) == (2, "")
    assert "LOTSEN_TIMEZONE" in done.err
    assert len(done.err.splitlines()) == 1


@pytest.fixture
def faulty() -> typer.Typer:
    """Make a command line whose commands fail in every way."""
    app = typer.Typer(cls=Door, pretty_exceptions_enable=False)

    @app.callback()
    def options(debug: Annotated[bool, typer.Option("--debug")] = False) -> None:
        return None

    @app.command()
    def surprise() -> None:
        raise ZeroDivisionError("by\nzero")

    @app.command()
    def silence() -> None:
        raise UnavailableError("the database is away")

    @app.command()
    def refuse() -> None:
        raise NotAllowedError("no")

    return app


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("surprise", 1, "unexpected ZeroDivisionError: by zero; run it again with --debug"),
        ("silence", 1, "the database is away"),
        ("refuse", 2, "no"),
    ],
)
def test_an_error_is_one_line_and_its_traceback_comes_on_demand(
    faulty: typer.Typer, command: str, code: int, told: str
) -> None:
    done = CliRunner().invoke(faulty, [command])
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr.startswith(f"lotsen: {told}")
    assert len(done.stderr.splitlines()) == 1
    debug = CliRunner().invoke(faulty, [command, "--debug"])
    assert debug.exit_code == code
    assert "Traceback" in debug.stderr


@pytest.mark.parametrize("language", ["sv", "en", "de"])
def test_people_read_their_own_language(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LOTSEN_LANGUAGE", language)
    said = {"sv": "Inget väntar.", "en": "Nothing waits.", "de": "Nichts wartet."}
    assert lotsen("outbox", "list").out.strip() == said[language]
