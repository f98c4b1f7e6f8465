"""``lotsen cost``: budgets, how the year stands, changes of vendor; ``lotsen roi --csv``."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen

KINDS = {"kind", "budget", "planned", "booked", "rate", "expected", "course"}


def test_a_budget_is_set_and_stands_beside_what_was_booked(lotsen: Lotsen) -> None:
    set_to = lotsen("cost", "budget", "cloud", "1200,50", "--for", "2026", "--json").json
    assert (set_to["kind"], set_to["period"], set_to["eur"]) == ("cloud", "2026", 1200.5)
    lotsen("cost", "add", "cloud", "1300", "server", "--on", "2026-05-02")

    said = lotsen("cost", "status", "--on", "2026-06-30", "--json").json

    (cloud,) = said["kinds"]
    assert set(cloud) == KINDS
    assert (cloud["budget"], cloud["booked"], cloud["course"]) == (1200.5, 1300.0, "over budget")
    assert said["first_year"]["eur"] == 1300.0
    shown = lotsen("cost", "status", "--on", "2026-06-30")
    assert "over budget" in shown.out
    assert "running costs" in shown.err  # asked until somebody says


@pytest.mark.parametrize("amount", ["1.200", "1,200"])
def test_an_amount_with_two_readings_is_refused_with_both(lotsen: Lotsen, amount: str) -> None:
    for command in (
        ("cost", "add", "cloud", amount, "server"),
        ("cost", "budget", "cloud", amount, "--for", "2026"),
        ("register", "add", "costs", "-s", "description=x", "-s", "kind=cloud", "-s",
         f"eur={amount}", "-s", "booked_on=2026-05-02"),
    ):  # fmt: skip
        refused = lotsen(*command)
        assert refused.code == 2
        assert "1200" in refused.err
    assert lotsen("cost", "list", "--json").json["costs"] == []
    assert lotsen("cost", "add", "cloud", "1\N{NO-BREAK SPACE}200,50", "server").code == 0


def test_whether_running_costs_are_inside_is_asked_until_it_is_said(lotsen: Lotsen) -> None:
    lotsen("cost", "add", "cloud", "1300", "server")
    assert lotsen("cost", "running", "apart", "--json").json == {"running_costs": "apart"}

    said = lotsen("cost", "status", "--json").json

    assert (said["first_year"]["running_costs"], said["first_year"]["eur"]) == ("apart", 0.0)
    assert lotsen("cost", "status").err == ""
    assert lotsen("cost", "running", "maybe").code == 2


def test_a_change_of_vendor_is_recorded_counted_and_withdrawn(lotsen: Lotsen) -> None:
    made = lotsen(
        "cost", "switch", "Alpha", "Beta", "--for", "chat", "--reason", "price", "--cost", "500",
        "--json",
    ).json  # fmt: skip
    said = lotsen("cost", "status", "--json").json
    assert (said["vendor_switches"], said["total"]["booked"]) == ({"ever": 1, "lately": 1}, 500.0)
    assert [change["reason"] for change in said["changes"]] == ["price"]
    assert "Alpha → Beta" in lotsen("cost", "status").out

    gone = lotsen("cost", "withdraw", str(made["id"]), "--reason", "a test", "--json").json

    assert gone["withdraws"] == made["id"]
    said = lotsen("cost", "status", "--json").json
    assert (said["changes"], said["total"]["booked"]) == ([], 0.0)
    assert len(lotsen("cost", "list", "--json").json["costs"]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["budget", "beer", "5", "--for", "2027"],
        ["budget", "cloud", "5", "--for", "2027Q1"],
        ["budget", "cloud", "-5", "--for", "2027"],
        ["budget", "cloud", "5"],
        ["budget", "training", "900", "--for", "2027", "--people", "1"],
        ["switch", "A", "B", "--for", "chat", "--cost", "5"],
        ["switch", "A", "B", "--for", "chat", "--cost", "5", "--reason", " "],
        ["switch", "A", "a", "--for", "chat", "--cost", "5", "--reason", "x"],
        ["switch", "A", "B", "--for", "chat", "--cost", "much", "--reason", "x"],
        ["withdraw", "7", "--reason", "x"],
        ["status", "--on", "soon"],
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_booked(
    lotsen: Lotsen, arguments: list[str]
) -> None:
    done = lotsen("cost", *arguments, "--json")
    assert (done.code, done.out) == (2, "")
    said = lotsen("cost", "status", "--json").json
    assert (said["kinds"], said["changes"]) == ([], [])


def test_untouched_categories_are_named_beforehand(lotsen: Lotsen, history: Path) -> None:
    done = lotsen("baseline", "untouched", "payroll", "--reason", "no access", "--json")
    assert done.json["untouched"] == ["payroll"]
    assert lotsen("baseline", "untouched", "moon", "--reason", "x").code == 2
    assert lotsen("baseline", "untouched", "payroll").code == 2
    assert (
        lotsen("baseline", "untouched", "-", "--reason", "over", "--json").json["untouched"] == []
    )


def test_the_statement_is_written_as_csv(lotsen: Lotsen, tmp_path: Path) -> None:
    file = tmp_path / "roi.csv"
    done = lotsen("roi", "--quarter", "2026Q4", "--csv", str(file), "--json")
    assert done.json["quarter"] == "2026Q4"
    first = file.read_bytes()
    assert first.decode("utf-8-sig").startswith("section,key,n,value,low,high,unit,note")
    lotsen("roi", "--quarter", "2026Q4", "--csv", str(file))
    assert file.read_bytes() == first
    assert lotsen("roi", "--csv", str(tmp_path / "no" / "roi.csv")).code == 2


def test_an_assumption_that_always_held_names_no_day(lotsen: Lotsen) -> None:
    set_before = ("60", "--source", "payroll", "--from", "2000-01-01")

    said = lotsen("assume", "loaded_rate", *set_before).out
    told = lotsen("assume", "--json").json["history"][0]

    assert "Always: loaded_rate €60.00 (payroll)" in said
    assert (told["since"], told["before"]) == (None, None)


def test_the_first_sum_fixes_the_currency_and_doctor_says_what_to_set(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSEN_CURRENCY", "SEK")
    made = lotsen("cost", "add", "cloud", "1200", "server", "--json")
    assert (made.json["eur"], made.json["currency"]) == (1200.0, "SEK")
    monkeypatch.setenv("LOTSEN_CURRENCY", "EUR")
    refused = lotsen("cost", "add", "cloud", "100", "server")
    assert (refused.code, "set it to SEK" in refused.err) == (2, True)
    checks = {one["name"]: one for one in lotsen("doctor", "--json").json["checks"]}
    assert checks["currency"]["ok"] is False
    assert checks["currency"]["fix"] == "Set LOTSEN_CURRENCY=SEK: nothing is converted."


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LOTSEN_CURRENCY", "USD", "there are: EUR, SEK"),
        ("LOTSEN_EURO_RATE", "11.2", "name LOTSEN_CURRENCY too"),
    ],
)
def test_a_currency_that_cannot_be_is_refused(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv("LOTSEN_LANGUAGE", "en")
    monkeypatch.setenv(name, value)
    assert said in lotsen("cost", "list").err


def test_an_explanation_says_from_which_quarter_it_counts(lotsen: Lotsen) -> None:
    said = lotsen("cost", "explain", "two hours a month, no licence")

    assert "Written down: two hours a month, no licence" in said.out
    assert "Statements take it from Q" in said.err
