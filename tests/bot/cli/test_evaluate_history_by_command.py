"""``lotsen evaluate history``: what a file of past tickets says, and no database."""

from pathlib import Path

from tests.bot.cli.conftest import MAPPING, Lotsen, rows, write_csv

KEYS = (
    "rows",
    "sortable",
    "answerable",
    "work_saved_per_100",
    "first_articles",
    "break_even",
    "provable_on",
)


def test_one_file_tells_the_contract_s_keys_and_stores_nothing(
    lotsen: Lotsen, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "past.csv", rows(75))

    found = lotsen("evaluate", "history", str(file), *MAPPING, "--json").json

    assert set(found) > set(KEYS)
    assert found["rows"] == 75
    assert found["sortable"]["share"] is not None
    assert found["sortable"]["low"] < found["sortable"]["share"]
    assert found["answerable"]["low"] <= found["answerable"]["share"]
    assert found["break_even"]["can_pay"] is False
    assert found["provable_on"]["hold_out_50"]["on"] is not None
    assert not list(tmp_path.rglob("*.db"))


def test_a_column_that_is_not_there_is_named(lotsen: Lotsen, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "past.csv", rows(5))

    failed = lotsen("evaluate", "history", str(file), "--map=text=Nowhere")

    assert failed.code == 2
    assert "no column 'Nowhere'" in failed.err


def test_a_start_that_is_no_day_is_refused(lotsen: Lotsen, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "past.csv", rows(5))

    failed = lotsen("evaluate", "history", str(file), *MAPPING, "--start", "soon")

    assert failed.code == 2
    assert "--start" in failed.err
