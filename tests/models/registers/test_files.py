"""A register as CSV comes back as it went, and no spreadsheet takes a cell for a formula."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidError
from models.language import words_for
from models.registers.catalogue import register_of
from models.registers.deciding import read
from models.registers.declaration import CurrentLine
from models.registers.files import as_json, csv_text, json_text, markdown_text, read_csv
from models.registers.showing import entries_of
from models.spreadsheet import escape_formula

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RISKS = register_of("risks")


def line(number: int = 1, **values: str | int) -> CurrentLine:
    return CurrentLine("risks", number, 2, values, False, NOW)


# What a stored text can be: `read` cleans and strips before anything is stored.
stored = st.text(max_size=60).map(lambda text: read_text(text)).filter(bool)


def read_text(text: str) -> str:
    item = RISKS.field("action")
    assert item is not None
    return str(read(item, text, {}, lambda _: "") or "")


@given(stored)
def test_a_text_comes_back_as_it_went(text: str) -> None:
    (row,) = read_csv(RISKS, csv_text(RISKS, [line(7, action=text)], str))
    assert (row.number, row.version) == (7, 2)
    assert read_text(row.raw["action"]) == text


SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"]
BLANKS = ["", " ", "  ", "\t", "\r", "\n", "\u00a0", "\u3000", "\u200b", " \u200b "]


BEGINNINGS = [blank + sign for blank in BLANKS for sign in SIGNS] + ["'=", "''@"]


@given(st.sampled_from(BEGINNINGS), st.text(max_size=20))
def test_no_cell_begins_a_formula(beginning: str, rest: str) -> None:
    text = csv_text(RISKS, [line(action=f"{beginning}x{rest}", name=f"{beginning}x")], str)
    (_, cells) = csv.reader(io.StringIO(text, newline=""))
    assert [cell[:1] for cell in cells[2:] if "x" in cell] == ["'", "'"]


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("sign", SIGNS)
def test_the_other_files_take_the_same_for_a_formula(blank: str, sign: str) -> None:
    assert escape_formula(f"{blank}{sign}1+1") == f"'{blank}{sign}1+1"
    assert escape_formula(-1.5) == -1.5
    assert escape_formula("-1.5") == "-1.5"


def test_a_number_below_zero_stays_a_number() -> None:
    register = register_of("costs")
    entry = CurrentLine("costs", 1, 1, {"description": "x", "eur": -12.5}, False, NOW)
    assert ",-12.5," in csv_text(register, [entry], str)


def test_semicolons_of_a_swedish_spreadsheet_are_read() -> None:
    (row,) = read_csv(RISKS, "\ufeffNumber;Name;Impact\n\n3;Avbrott, långt;4\n")
    assert row.raw == {"name": "Avbrott, långt", "impact": "4"}
    assert (row.row, row.number, row.version) == (3, 3, None)


@pytest.mark.parametrize(
    "text", ["", "name,colour\nx,y\n", "name,name\nx,y\n", 'name\n"never closed\n' + "x" * 200_000]
)
def test_a_file_without_a_usable_header_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        list(read_csv(RISKS, text))


def test_a_number_that_is_none_is_no_new_line() -> None:
    rows = read_csv(RISKS, "number,name\nabc,x\n-1,y\n,z\n")
    assert [row.number for row in rows] == [-1, -1, 0]


def test_json_has_fields_and_what_follows_from_them() -> None:
    lines = [line(1, name="Outage", likelihood=4, impact=5, owner="p1")]
    made = as_json(RISKS, lines, entries_of(lines, {}), lambda one: f"name of {one}")
    told = json.loads(json_text("risks", made))
    assert told["kind"] == "risks"
    (found,) = told["lines"]
    assert (found["number"], found["version"], found["severity"]) == (1, 2, 20)
    assert (found["level"], found["owner"]) == ("critical", "name of p1")


def test_markdown_cannot_be_broken_out_of() -> None:
    lines = [line(1, name="a | b [x](https://evil.example) <b>", impact=1)]
    drawn = markdown_text(RISKS, entries_of(lines, {}), words_for("en"), {})
    row = drawn.splitlines()[-1]
    assert r"a \| b \[x\]" in row
    assert row.replace(r"\|", "").count("|") == drawn.splitlines()[2].count("|")
    assert r"\<b\>" in row
