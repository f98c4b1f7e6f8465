"""``lotsen evaluate tickets``: the contract's keys, a report to read, and no database."""

import sys
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen, write_csv

KINDS = {
    "Printer": "the printer on floor {n} is out of toner",
    "VPN | home": "my vpn drops {n} times when I work from home",
    "Payroll": "my payslip for month {n} shows the wrong salary",
}


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    made = [(words.format(n=n), kind) for n in range(60) for kind, words in KINDS.items()]
    train = write_csv(tmp_path / "train.csv", made[:120], ("Description", "Kind of it"))
    test = write_csv(tmp_path / "test.csv", made[120:], ("Description", "Kind of it"))
    return ["--train", str(train), "--test", str(test), "--label", "Kind of it"]


def test_the_figures_have_the_names_of_the_contract(
    lotsen: Lotsen, files: list[str], tmp_path: Path
) -> None:
    strange = write_csv(tmp_path / "strange.csv", [("who won",), ("xyzzy",)], ("text",))
    more = ("--out-of-scope", str(strange), "--target-precision", "0.9", "--seed", "3")

    found = lotsen("evaluate", "tickets", *files, *more, "--json").json

    assert list(found) == [
        "n_train",
        "n_test",
        "accuracy",
        "macro_f1",
        "ece",
        "automatic",
        "out_of_scope",
        "train_seconds",
        "predict_ms",
        "model_bytes",
        "recipe",
    ]
    assert (found["n_train"], found["n_test"], found["accuracy"]) == (120, 60, 1.0)
    assert list(found["automatic"]) == [
        "target_precision",
        "coverage",
        "precision",
        "precision_low",
    ]
    assert found["automatic"]["target_precision"] == 0.9
    assert found["automatic"]["precision"] == 1.0
    assert found["automatic"]["precision_low"] < 1.0
    assert found["out_of_scope"] == {"auroc": 1.0, "recall_at_95": 1.0}
    assert set(found["predict_ms"]) == {"p50", "p95"}
    assert found["predict_ms"]["p50"] <= found["predict_ms"]["p95"]
    assert not list(tmp_path.rglob("*.db"))


def test_without_strange_texts_nothing_is_said_of_them(lotsen: Lotsen, files: list[str]) -> None:
    found = lotsen("evaluate", "tickets", *files, "--json").json

    assert found["out_of_scope"] == {"auroc": None, "recall_at_95": None}
    assert found["automatic"]["target_precision"] == 0.95


@pytest.mark.slow
def test_the_report_has_the_tables_and_the_picture(
    lotsen: Lotsen, files: list[str], tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")

    done = lotsen("evaluate", "tickets", *files, "--report", str(tmp_path / "report"))

    assert done.code == 0
    assert "Right: 100.0%" in done.out
    page = (tmp_path / "report" / "report.md").read_text("utf-8")
    for said in ("## By category", "| VPN \\| home | 20 |", "risk-coverage.png", "at its word"):
        assert said in page
    picture = (tmp_path / "report" / "risk-coverage.png").read_bytes()
    assert picture.startswith(b"\x89PNG")


def test_without_matplotlib_the_page_is_written_and_the_rest_is_said(
    lotsen: Lotsen, files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)

    done = lotsen("evaluate", "tickets", *files, "--report", str(tmp_path / "report"))

    assert done.code == 2
    assert "lotsen[report]" in done.err
    assert (tmp_path / "report" / "report.md").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--train", "nothing.csv"), "cannot be read"),
        (("--label", "Topic"), "there is no column 'Topic'"),
        (("--label", ""), "no column tells the category"),
        (("--label", "Description"), "too few|at least 2|needs? 5"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_trained(
    lotsen: Lotsen, files: list[str], options: tuple[str, str], told: str
) -> None:
    import re

    done = lotsen("evaluate", "tickets", *files, *options)

    assert done.code == 2
    assert re.search(told, done.err)
