"""``lotsen import tickets`` shows how it reads a file before it does so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen, python_path, write_csv

JIRA = ("Issue key", "Issue id", "Issue Type", "Project key", "Summary", "Created", "Labels")


@pytest.fixture
def jira(tmp_path: Path) -> Path:
    rows = [
        (
            f"HELP-{n}",
            str(n),
            "Incident",
            "HELP",
            f"VPN drops on floor {n}",
            "23/Nov/26 9:15 AM",
            "",
        )
        for n in range(1, 8)
    ]
    return write_csv(tmp_path / "jira.csv", rows, JIRA)


def test_the_mapping_is_shown_with_three_values(lotsen: Lotsen, jira: Path) -> None:
    done = lotsen("import", "tickets", str(jira), "--dry-run")

    assert done.code == 0
    assert "This is read as Jira" in done.out
    assert "HELP-1 · HELP-2 · HELP-3" in done.out
    assert "Not used: Issue id, Project key, Labels" in done.out
    assert done.out.index("This is read as Jira") < done.out.index("Would be imported")


def test_json_names_the_format_and_is_the_only_output(lotsen: Lotsen, jira: Path) -> None:
    said = lotsen("import", "tickets", str(jira), "--json").json

    assert (said["format"], said["imported"], said["changed"]) == ("jira", 7, 0)
    assert said["columns"]["id"] == "Issue key"
    assert {"exact_duplicates", "near_duplicates"} < set(said["quality"])


def test_a_format_can_be_said_and_an_unknown_one_is_refused(lotsen: Lotsen, jira: Path) -> None:
    said = lotsen("import", "tickets", str(jira), "--format", "csv", "--json").json
    assert said["format"] == "csv"

    refused = lotsen("import", "tickets", str(jira), "--format", "remedy", "--json")
    assert (refused.code, refused.out) == (2, "")
    assert "the formats are" in refused.err


def test_people_read_what_is_weak_and_what_to_do(lotsen: Lotsen, jira: Path) -> None:
    said = lotsen("import", "tickets", str(jira)).out

    assert "Exact duplicates" in said
    assert "Leave out tickets that a machine wrote" in said


def test_a_later_export_says_that_the_first_was_kept(lotsen: Lotsen, tmp_path: Path) -> None:
    header = ("id", "text", "opened_at", "status")
    rows = [("1", "VPN drops", "2026-11-02", "Open")]
    lotsen("import", "tickets", str(write_csv(tmp_path / "a.csv", rows, header)), "--no-train")
    rows = [("1", "VPN drops", "2026-11-02", "Closed")]

    again = lotsen("import", "tickets", str(write_csv(tmp_path / "b.csv", rows, header)))

    assert "1 known ticket looks different now; it stays as it was imported first." in again.out


def test_too_little_to_train_on_is_said_category_by_category(lotsen: Lotsen, jira: Path) -> None:
    done = lotsen("import", "tickets", str(jira))
    told = "There are: incident 7. Missing: one more category with 2 tickets."
    assert told in " ".join(done.out.split())

    refused = lotsen("train", "--json")
    assert (refused.code, refused.out) == (2, "")
    assert told in refused.err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals on Windows")
@pytest.mark.parametrize(("answer", "imported"), [("n", False), ("", False), ("y", True)])
def test_on_a_terminal_it_asks_first(
    lotsen: Lotsen, home: Path, jira: Path, answer: str, imported: bool
) -> None:
    said = at_a_terminal(["import", "tickets", str(jira), "--no-train"], answer)

    assert said.index("This is read as Jira") < said.index("Import? [y/N]")
    assert ("Nothing was imported" in said) is not imported
    again = lotsen("import", "tickets", str(jira), "--dry-run", "--json").json
    assert again["duplicates"] == (7 if imported else 0)


def at_a_terminal(args: list[str], answer: str) -> str:
    """Call the command line at a terminal of its own; return what stood there in the end."""
    import pty

    ours, theirs = pty.openpty()
    command = subprocess.Popen(
        [sys.executable, "-m", "bot", *args],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "PYTHONPATH": python_path(), "TERM": "dumb", "COLUMNS": "200"},
    )
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    said = bytearray()
    try:
        while block := os.read(ours, 65_536):
            said += block
    except OSError:  # Linux says so when the other end is closed
        pass
    finally:
        os.close(ours)
    assert command.wait(timeout=60) == 0, said.decode()
    return said.decode()
