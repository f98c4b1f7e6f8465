"""The table of requirements tells the truth: every number once, every file and test there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "requirements.md"
ATTACKS = ROOT / "docs" / "attacks.md"
STATES = ("done", "in part: ", "in work: ", "not done: ")
_ROW = re.compile(r"^\| (S\d+) \|(.*)\|$", re.MULTILINE)
_QUOTED = re.compile(r"`([^`]+)`")


def rows() -> dict[str, list[str]]:
    """Give the cells of each row: requirement, where, test, state."""
    found: dict[str, list[str]] = {}
    for number, rest in _ROW.findall(TABLE.read_text("utf-8")):
        assert number not in found, f"{number} stands there twice"
        found[number] = [cell.strip() for cell in rest.split("|")]
    return found


@cache
def collected_in(file: str) -> frozenset[str]:
    """Give the tests that pytest collects from a file, by name; read, not run."""
    found: set[str] = set()
    for node in ast.parse((ROOT / file).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            inside = (one.name for one in node.body if isinstance(one, ast.FunctionDef))
            found |= {f"{node.name}::{name}" for name in inside if name.startswith("test")}
        elif isinstance(node, ast.Assign):  # a state machine: TestX = X.TestCase
            made = isinstance(node.value, ast.Attribute) and node.value.attr == "TestCase"
            names = (one.id for one in node.targets if isinstance(one, ast.Name))
            found |= {name for name in names if made and name.startswith("Test")}
    return frozenset(found)


HELD_OFF, _, _ = ATTACKS.read_text("utf-8").partition("\n## ")  # below it what a replay saw


THREATS = (ROOT / "docs" / "security.md").read_text("utf-8")
_ROWS = re.findall(r"^\| (?:[A-Z]\d+|–) \|.*$", HELD_OFF + THREATS, re.MULTILINE)


@pytest.mark.parametrize("row", _ROWS)
def test_every_attack_names_the_tests_that_hold_it_off(row: str) -> None:
    *_, tests = row.strip("| ").split(" | ")
    named = _QUOTED.findall(tests)
    assert named
    for test in named:
        file, _, name = test.partition("::")
        assert name in collected_in(file), test


def test_every_requirement_stands_there_once() -> None:
    assert sorted(rows(), key=lambda key: int(key[1:])) == [f"S{n}" for n in range(1, 73)]


@pytest.mark.parametrize("number", [f"S{n}" for n in range(1, 73)])
def test_what_a_row_names_is_there(number: str) -> None:
    requirement, where, tests, state = rows()[number]
    assert requirement
    assert state.startswith(STATES), state
    files, named = _QUOTED.findall(where), _QUOTED.findall(tests)
    assert files
    assert [file for file in files if not (ROOT / file).is_file()] == []
    for test in named:
        file, _, name = test.partition("::")
        assert (ROOT / file).name.startswith("test_"), test
        assert name in collected_in(file), test
    assert named or state.startswith(("in work: ", "not done: ")), "what is done has a test"
    assert re.fullmatch(r"done(: .+)?", state) or len(state.partition(": ")[2]) > 10
