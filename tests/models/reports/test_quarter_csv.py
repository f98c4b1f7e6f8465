"""The quarterly statement as CSV: every figure, the same bytes, nothing that a spreadsheet runs."""

import csv
from dataclasses import replace
from io import StringIO

import pytest

from models.reports.quarter_csv import COLUMNS, quarter_csv
from models.value.statement.quarter_statement import DEFAULTS, Statement
from models.value.statement.roi import statement
from tests.models.reports.test_quarter_on_paper import crowded
from tests.models.value.test_roi import BEFORE, evidence


def read(made: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(made.decode("utf-8-sig"), newline="")))


@pytest.fixture
def said() -> Statement:
    return crowded(statement(evidence(cost_eur=200.0)))


def test_holds_every_figure_that_the_json_holds(said: Statement) -> None:
    rows = read(quarter_csv(said))
    told = said.to_json()

    found = {(row["section"], row["key"]): row for row in rows}
    assert len(found) == len(rows)
    assert found["statement", "verdict"]["value"] == told["verdict"]
    benefit = found["statement", "benefit_eur"]
    assert [float(benefit[name]) for name in ("low", "value", "high")] == [
        told["benefit_eur"][name] for name in ("low", "mid", "high")
    ]
    for section in ("hard", "soft"):
        assert {key for kind, key in found if kind == section} == {
            figure["key"] for figure in told[section]
        }
    assert {key for kind, key in found if kind == "gate"} == {one["key"] for one in told["gates"]}
    assert sum(kind == "adjustment" for kind, _ in found) == len(told["adjustments"])
    booked = found["costs", "cloud:booked"]["value"]
    assert float(booked) == 120_000.0


def test_the_same_figures_give_the_same_bytes(said: Statement) -> None:
    assert quarter_csv(said) == quarter_csv(crowded(statement(evidence(cost_eur=200.0))))
    other = crowded(statement(evidence(cost_eur=200.0, before=BEFORE + 1)))
    assert quarter_csv(other) != quarter_csv(said)


@pytest.mark.parametrize("source", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", " =1", "\t=1", "\r=1"])
def test_nothing_that_people_wrote_is_run_by_a_spreadsheet(said: Statement, source: str) -> None:
    decided = (replace(DEFAULTS[0], source=source), *DEFAULTS[1:])

    (row,) = (
        row
        for row in read(quarter_csv(replace(said, assumptions=decided)))
        if row["key"] == "loaded_rate"
    )

    assert row["note"] == f"'{source}"


def test_a_negative_number_stays_a_number() -> None:
    dear = statement(evidence(cost_eur=100_000.0))

    rows = {row["key"]: row for row in read(quarter_csv(dear))}

    assert float(rows["roi"]["value"]) < 0


def test_nothing_known_gives_empty_cells_and_all_columns() -> None:
    bare = statement(evidence(before=BEFORE[:0]))

    rows = read(quarter_csv(bare))

    assert tuple(rows[0]) == COLUMNS
    assert {row["key"]: row["value"] for row in rows}["benefit_eur"] == ""
