"""``lotsen kpi``, ``baseline``, ``roi``, ``cost`` and ``assume``."""

from pathlib import Path

import pytest

from models.kpis.definitions import KPIS
from tests.bot.cli.conftest import HEADER, MAPPING, Lotsen, rows, write_csv

RANGE = ("--from", "2026-09-07", "--to", "2026-10-31")
KPI_KEYS = {
    "key", "title", "unit", "better", "n", "value", "low", "high", "baseline", "target", "verdict",
}  # fmt: skip


def test_key_figures_of_named_days(lotsen: Lotsen, history: Path, of_five: None) -> None:
    said = lotsen("kpi", *RANGE, "--json").json
    kpis = {item["key"]: item for item in said["kpis"]}
    assert said["period"] == "2026-09-07/2026-10-31"
    assert set(kpis) == set(KPIS)
    assert all(set(item) == KPI_KEYS for item in said["kpis"])
    assert kpis["handling_time"]["n"] == 45
    assert 20 <= kpis["handling_time"]["value"] <= 26


@pytest.mark.parametrize(
    ("first", "last", "period"),
    [
        ("2026-11-23", "2026-11-23", "2026-11-23"),
        ("2026-11-23", "2026-11-29", "2026-W48"),
        ("2026-11-01", "2026-11-30", "2026-11"),
        ("2026-10-01", "2026-12-31", "2026Q4"),
    ],
)
def test_days_that_have_a_name_are_called_by_it(
    lotsen: Lotsen, of_five: None, first: str, last: str, period: str
) -> None:
    assert lotsen("kpi", "--from", first, "--to", last, "--json").json["period"] == period
    assert lotsen("kpi", "--period", period, "--json").json["first_day"] == first


@pytest.mark.parametrize(
    "command",
    [("kpi", "--by", "category"), ("kpi", "rows", "handling_time")],
)
def test_a_small_desk_cannot_be_taken_apart_day_by_day(
    lotsen: Lotsen, history: Path, command: tuple[str, ...]
) -> None:
    for days in (("--period", "2026-09-07"), ("--from", "2026-09-07", "--to", "2026-09-14")):
        refused = lotsen(*command, *days)
        assert (refused.code, refused.out) == (2, "")
        assert "2026-W37, 2026-09 or 2026Q3" in refused.err
    for long in ("2026-W37", "2026-09", "2026Q3"):
        assert lotsen(*command, "--period", long).code == 0
    assert lotsen(*command).code == 0


@pytest.mark.parametrize(("staff", "value"), [("", 20), ("U1,U2,U3", None)])
def test_a_desk_of_three_tells_how_many_tickets_a_day_had_and_not_how_long_they_took(
    lotsen: Lotsen, history: Path, monkeypatch: pytest.MonkeyPatch, staff: str, value: float | None
) -> None:
    monkeypatch.setenv("LOTSEN_AGENTS", staff)

    said = lotsen("kpi", "--from", "2026-09-07", "--to", "2026-09-07", "--json").json

    handling = next(kpi for kpi in said["kpis"] if kpi["key"] == "handling_time")
    assert (handling["n"], handling["value"]) == (1, value)


def test_a_small_desk_sees_its_last_whole_week_unless_it_names_another(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch, history: Path
) -> None:
    monkeypatch.setenv("LOTSEN_AGENTS", "U1,U2,U3")
    monkeypatch.setenv("LOTSEN_NOW", "2026-09-23T12:00")

    assert lotsen("kpi", "--json").json["period"] == "2026-W38"
    told = lotsen("kpi", "--period", "2026-09-23").out
    assert "fewer than five people work at this desk" in " ".join(told.split())


def test_without_days_the_last_seven_are_shown(lotsen: Lotsen) -> None:
    said = lotsen("kpi", "--json").json
    assert len(said["period"]) == len("2026-11-17/2026-11-23")
    assert "Key figures" in lotsen("kpi").out


@pytest.mark.parametrize(
    "options",
    [
        ["--from", "2026-02-30"],
        ["--from", "soon"],
        ["--from", "1492-01-01"],
        ["--to", "11/23/2026"],
        ["--from", "2026-11-23", "--to", "2026-11-01"],
        ["--period", "2026-W60"],
        ["--period", "2026Q4", "--from", "2026-10-01"],
    ],
)
def test_wrong_days_are_refused(lotsen: Lotsen, options: list[str]) -> None:
    done = lotsen("kpi", *options, "--json")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1


def test_a_baseline_is_frozen_and_shown(lotsen: Lotsen, history: Path, of_five: None) -> None:
    frozen = lotsen("baseline", "freeze", "--json").json
    assert frozen.pop("unchanged") is False
    assert set(frozen) >= {"id", "sha256", "frozen_at", "kpis"}
    shown = lotsen("baseline", "show", "--json").json
    assert shown.pop("baseline_changed") is None
    assert shown == frozen
    # 45 days of tickets, the last one solved on the day it was opened.
    days = ("--from", "2026-09-07", "--to", "2026-10-21")
    assert lotsen("baseline", "show", *days, "--json").json == {**frozen, "baseline_changed": None}
    assert frozen["sha256"] in lotsen("baseline", "show").out
    kpis = {item["key"]: item for item in lotsen("kpi", *RANGE, "--json").json["kpis"]}
    assert kpis["handling_time"]["baseline"] == kpis["handling_time"]["value"]


def test_without_history_there_is_no_baseline(lotsen: Lotsen) -> None:
    for command in ("freeze", "show"):
        done = lotsen("baseline", command, "--json")
        assert (done.code, done.out) == (2, "")
        assert "import" in done.err


def test_a_baseline_without_handling_times_says_so_everywhere(
    lotsen: Lotsen, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "old.csv", [row[:-1] for row in rows()], HEADER[:-1])
    lotsen("import", "tickets", str(file), *MAPPING[:-1], "--no-train")

    frozen = lotsen("baseline", "freeze")
    told = lotsen("roi", "--quarter", "2026Q4")
    effect = lotsen("effect", "--json").json

    assert "handling_minutes" in frozen.err
    assert "the baseline has no handling times" in told.out
    assert "No baseline is frozen" not in told.out
    assert effect["why"] == "no handling times in the baseline"


def test_the_same_is_not_frozen_twice_and_other_figures_need_a_word(
    lotsen: Lotsen, history: Path
) -> None:
    first = lotsen("baseline", "freeze", "--json").json
    same = lotsen("baseline", "freeze", "--json").json
    days = ("--from", "2026-09-07", "--to", "2026-10-10")

    refused = lotsen("baseline", "freeze", *days, "--json")
    again = lotsen("baseline", "freeze", *days, "--again", "--json").json

    assert same == {**first, "unchanged": True}
    assert "Unchanged: number 2 stays." in lotsen("baseline", "freeze", *days).out
    assert (refused.code, refused.out) == (2, "")
    assert "--again" in refused.err
    assert again["sha256"] != first["sha256"]


def test_a_baseline_of_other_days_is_not_shown(lotsen: Lotsen, history: Path) -> None:
    lotsen("baseline", "freeze")
    done = lotsen("baseline", "show", "--from", "2020-01-01", "--json")
    assert done.code == 2
    assert "these days" in done.err


def test_the_return_of_a_quarter(lotsen: Lotsen, history: Path) -> None:
    said = lotsen("roi", "--quarter", "2026Q4", "--json").json
    assert set(said) >= {
        "quarter", "benefit_eur", "cost_eur", "roi", "payback_month", "npv_eur", "p_positive",
        "verdict", "hard", "soft", "assumptions",
    }  # fmt: skip
    assert (said["quarter"], said["verdict"]) == ("2026Q4", "not shown")
    assert set(said["benefit_eur"]) == {"low", "mid", "high"}
    assert "no baseline" in lotsen("roi", "--quarter", "2026Q4").out


@pytest.mark.parametrize("quarter", ["2026Q5", "2026-W40", "2026-11", "Q4"])
def test_what_is_no_quarter_is_refused(lotsen: Lotsen, quarter: str) -> None:
    done = lotsen("roi", "--quarter", quarter, "--json")
    assert (done.code, done.out) == (2, "")
    assert "2026Q4" in done.err


def test_a_quarter_that_has_not_begun_has_no_statement(lotsen: Lotsen) -> None:
    done = lotsen("roi", "--quarter", "2199Q4", "--json")

    assert (done.code, done.out) == (2, "")
    assert "2199Q4 has not begun" in done.err


def test_the_report_is_written_as_pdf(lotsen: Lotsen, tmp_path: Path) -> None:
    file = tmp_path / "roi.pdf"
    done = lotsen("roi", "--quarter", "2026Q4", "--pdf", str(file), "--json")
    assert done.json["quarter"] == "2026Q4"
    assert file.read_bytes().startswith(b"%PDF-")
    assert lotsen("roi", "--pdf", str(tmp_path / "no" / "roi.pdf")).code == 2


def test_costs_are_booked_corrected_and_listed(lotsen: Lotsen) -> None:
    booked = lotsen("cost", "add", "cloud", "120,50", "server", "--on", "2026-11-02", "--json")
    assert booked.json["eur"] == 120.5
    corrected = lotsen("cost", "add", "cloud", "-20.5", "credit", "--on", "2026-11-03", "--json")
    assert corrected.code == 0, corrected.err
    said = lotsen("cost", "list", "--json").json
    assert (said["total_eur"], len(said["costs"])) == (100.0, 2)
    assert "server" in lotsen("cost", "list").out
    figures = lotsen("kpi", "--period", "2026-11", "--json").json["kpis"]
    assert next(item["value"] for item in figures if item["key"] == "llm_cost") == 100.0


@pytest.mark.parametrize(
    "arguments",
    [
        ["beer", "5", "for all"],
        ["cloud", "much", "server"],
        ["cloud", "0", "server"],
        ["cloud", "1.005", "server"],
        ["cloud", "NaN", "server"],
        ["cloud", "5", "  "],
        ["cloud", "5", "server", "--on", "2026-13-01"],
    ],
)
def test_a_wrong_cost_is_refused(lotsen: Lotsen, arguments: list[str]) -> None:
    done = lotsen("cost", "add", *arguments, "--json")
    assert (done.code, done.out) == (2, "")
    assert lotsen("cost", "list", "--json").json["costs"] == []


def test_an_assumption_is_decided_with_its_source(lotsen: Lotsen) -> None:
    done = lotsen("assume", "loaded_rate", "52,5", "--source", "payroll 2026", "--json")
    decided = {item["key"]: item for item in done.json["assumptions"]}
    assert decided["loaded_rate"]["value"] == 52.5
    assert decided["loaded_rate"]["source"] == "payroll 2026"
    assert "payroll 2026" in lotsen("assume", "loaded_rate", "52", "--source", "payroll 2026").out


def test_earlier_values_of_an_assumption_stay_on_record(lotsen: Lotsen) -> None:
    lotsen("assume", "loaded_rate", "60", "--source", "payroll 2026", "--from", "2026-01-01")
    lotsen("assume", "loaded_rate", "65", "--source", "payroll 2027", "--from", "2027-01-01")

    told = lotsen("assume", "--json").json

    assert [(one["since"], one["before"], one["value"]) for one in told["history"]] == [
        ("2026-01-01", 45.0, 60.0),
        ("2027-01-01", 60.0, 65.0),
    ]
    assert "€45.00 → €60.00 (payroll 2026" in lotsen("assume").out


@pytest.mark.parametrize(
    "arguments",
    [
        ["hope", "1", "--source", "me"],
        ["loaded_rate", "-1", "--source", "me"],
        ["loaded_rate", "inf", "--source", "me"],
        ["recapture_low", "0.9", "--source", "me"],
        ["loaded_rate", "40", "--source", " "],
        ["loaded_rate", "40"],
        ["loaded_rate", "--source", "me"],
        ["loaded_rate", "40", "--source", "me", "--from", "soon"],
    ],
)
def test_a_wrong_assumption_is_refused(lotsen: Lotsen, arguments: list[str]) -> None:
    done = lotsen("assume", *arguments, "--json")
    assert (done.code, done.out) == (2, "")
