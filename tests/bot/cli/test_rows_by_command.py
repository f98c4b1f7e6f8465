"""``lotsen kpi rows``, ``kpi --by`` and ``kpi formulas``."""

import csv
import json
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen

RANGE = ("--from", "2026-09-07", "--to", "2026-10-31")


def test_the_rows_of_a_figure_are_listed_where_five_people_work(
    lotsen: Lotsen, history: Path, tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"

    said = lotsen("kpi", "rows", "handling_time", *RANGE, "--tickets", "--csv", str(file), "--json")

    told = said.json
    assert (told["n"], told["total"], len(told["rows"])) == (45, 45, 45)
    values = sorted(row["value"] for row in told["rows"])
    assert told["value"] == values[22], "the median of 45 is the 23rd"
    assert told["rows"][0]["value"] == values[-1], "the largest first"
    assert told["evidence"] == {"A": 0, "B": 0, "C": 45}
    assert "45" in said.err
    with file.open(encoding="utf-8-sig", newline="") as read:
        rows = list(csv.DictReader(read))
    assert [float(row["value"]) for row in rows] == [row["value"] for row in told["rows"]]


def test_a_small_desk_gets_sums_of_weeks(lotsen: Lotsen, history: Path) -> None:
    month = ("--period", "2026-09")
    told = lotsen("kpi", "rows", "handling_time", *month, "--json").json

    assert told["withheld"] is True
    assert told["rows"] == []
    assert sum(week["n"] for week in told["weeks"]) == told["n"] == 24
    assert "Sums of weeks" in lotsen("kpi", "rows", "handling_time", *month).out


def test_a_category_that_a_spreadsheet_would_run_is_harmless(
    lotsen: Lotsen, tmp_path: Path
) -> None:
    source, file = tmp_path / "evil.csv", tmp_path / "rows.csv"
    lines = ["id,text,category,opened_at,resolved_at,handling_minutes"]
    lines += [
        f"{n},some words,=cmd|' /C calc'!A0,2026-10-{n + 1:02}T09:00,2026-10-{n + 1:02}T10:00,5"
        for n in range(9)
    ]
    source.write_text("\n".join(lines), "utf-8")
    assert lotsen("import", "tickets", str(source)).code == 0

    lotsen("kpi", "rows", "handling_time", "--period", "2026-10", "--tickets", "--csv", str(file))

    text = file.read_text("utf-8-sig")
    assert text.count("\n") == 10
    cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]


def test_figures_of_a_statement_default_to_the_quarter(lotsen: Lotsen) -> None:
    lotsen("cost", "add", "licence", "1200.50", "Of Anna's team", "--on", "2026-11-02")

    told = lotsen("kpi", "rows", "roi.cost", "--period", "2026Q4", "--json").json

    assert (told["value"], told["n"]) == (1200.5, 1)
    assert told["rows"][0]["category"] == "licence"
    assert "Anna" not in json.dumps(told)
    assert "Q" in lotsen("kpi", "rows", "roi.cost", "--json").json["period"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rows", "speed"], "there are: ack_time"),
        (["rows", "roi.cost", "--period", "2026-W48"], "is no quarter"),
        (["rows", "csat", "--period", "2026Q4", "--from", "2026-10-01"], "either --period"),
        (["--by", "person"], "category, team, requester_team"),
        (["--by", "team", "--period", "2026-W40"], "whole months"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(
    lotsen: Lotsen, words: list[str], said: str
) -> None:
    ended = lotsen("kpi", *words, "--json")

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_a_file_that_cannot_be_written_is_bad_input(lotsen: Lotsen, tmp_path: Path) -> None:
    assert lotsen("kpi", "rows", "csat", "--csv", str(tmp_path / "no" / "rows.csv")).code == 2


def test_categories_are_shown_and_imported_teams_are_not(
    lotsen: Lotsen, history: Path, of_five: None
) -> None:
    cut = lotsen("kpi", "--by", "category", *RANGE, "--json").json
    team = lotsen("kpi", "--by", "team", "--period", "2026-09", "--json").json

    assert len(cut["groups"]) == 3
    assert sum(group["resolved"] for group in cut["groups"]) == 45
    assert (team["groups"], team["hidden"]) == ([], 1)
    assert "Not shown: 1." in lotsen("kpi", "--by", "team", "--period", "2026-09").out


def test_the_page_of_formulas_comes_from_the_code(lotsen: Lotsen) -> None:
    assert len(lotsen("kpi", "formulas", "--json").json["figures"]) > 25
    page = Path(__file__).parents[3] / "docs" / "reference" / "figures.md"
    assert lotsen("kpi", "formulas").out == page.read_text("utf-8"), "not a line is wrapped"


def test_lines_of_json_need_no_pyarrow(lotsen: Lotsen, history: Path, tmp_path: Path) -> None:
    said = lotsen("export", str(tmp_path), "--format", "jsonl", "--json").json

    assert {"name": "weeks.jsonl", "rows": 7} in said["files"]
    lines = (tmp_path / "weeks.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 7
    assert json.loads(lines[0])["week"] == "2026-09-07"
