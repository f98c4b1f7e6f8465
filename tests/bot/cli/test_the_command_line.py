"""What holds for every command, in processes of their own: quick help, clean output."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.application import ErrorHandlingGroup, load
from bot.cli.catalogue import COMMANDS
from models.errors import NotAllowedError, UnavailableError
from tests.bot.cli.conftest import Lotsen

HEAVY = {"numpy", "sklearn", "sqlalchemy", "sqlmodel", "slack_bolt", "slack_sdk", "openai"}


def test_help_loads_nothing_heavy(home: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "bot", "--help"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).parents[3], check=True
    )
    loaded = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
    assert "bot.cli" in loaded
    assert not HEAVY & loaded


def test_help_names_every_group_of_commands(process: Lotsen) -> None:
    done = process("--help")
    assert done.code == 0
    for group in ("run", "doctor", "import", "kpi", "baseline", "plan", "jobs", "outbox"):
        assert re.search(rf"^ +{group} ", done.out, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    text = " ".join(load(name).help.split("\n\n")[0].split())
    assert text == COMMANDS[name].help


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


@pytest.mark.slow
def test_wrong_settings_name_the_variable(process: Lotsen) -> None:
    done = process("kpi", "--json", env={"LOTSEN_TIMEZONE": "Mars/Olympus"})
    assert (done.code, done.out) == (2, "")
    assert "LOTSEN_TIMEZONE" in done.err
    assert len(done.err.splitlines()) == 1


@pytest.fixture
def faulty() -> typer.Typer:
    """Make a command line whose commands fail in every way."""
    app = typer.Typer(cls=ErrorHandlingGroup, pretty_exceptions_enable=False)

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
