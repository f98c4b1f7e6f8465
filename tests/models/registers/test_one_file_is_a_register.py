"""A new register takes one file: here is one, and everything works with it."""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models.language import words_for
from models.registers.catalogue import discover
from models.registers.deciding import LineChange, decide
from models.registers.declaration import CurrentLine, Register
from models.registers.files import csv_text, read_csv
from models.registers.showing import entries_of, table
from tests.conftest import NOW

FILE = '''
"""Plants: who waters which."""

from models.form import Field
from models.registers.declaration import Derived, Register, Rule

REGISTER = Register(
    kind="plants",
    title="Plants",
    about="Green colleagues.",
    name="name",
    own_fields=(
        Field("name", "Plant", required=True),
        Field("litres", "Litres a week", "number", low=0, high=9, listed=True),
        Field("waters", "Waters it", "person"),
    ),
    derived=(Derived("thirsty", "Thirsty", lambda e: "yes" if (e.score("litres") or 0) > 3 else "no",
                     (("yes", "yes"), ("no", "no")), listed=True),),
    rules=(Rule("waters", "A thirsty plant needs somebody.",
                lambda e: (e.score("litres") or 0) <= 3 or e.filled("waters")),),
    review_days=30,
)
'''


@pytest.fixture
def plants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    folder = tmp_path / "test_only_registers"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "plants.py").write_text(FILE)
    monkeypatch.syspath_prepend(tmp_path)
    import importlib

    yield discover(importlib.import_module("test_only_registers"))["plants"]
    for name in [name for name in sys.modules if name.startswith("test_only_registers")]:
        del sys.modules[name]


def test_one_file_is_read_decided_listed_and_exported(plants: Register) -> None:
    def tried(**raw: str) -> set[str]:
        decided = decide(
            plants,
            {},
            None,
            LineChange(0, raw),
            today=date(2026, 11, 23),
            find_person=str,
            actor="",
            approver=False,
        )
        if not decided.problems:
            found.append(CurrentLine("plants", 1, 1, decided.values, False, NOW))
        return {problem.field for problem in decided.problems}

    found: list[CurrentLine] = []
    assert tried(litres="12") == {"name", "litres"}
    assert tried(name="Monstera", litres="5") == {"waters"}
    assert tried(name="Monstera", litres="5", waters="kim") == set()
    assert found[0].values["review_on"] == "2026-12-23"

    drawn = table(plants, entries_of(found, {}), words_for("en"), {})
    assert drawn.rows == (("1", "Monstera", "5", "yes"),)
    (row,) = read_csv(plants, csv_text(plants, found, str))
    assert row.raw["waters"] == "kim"
