"""A key figure is one declaration: add one while everything runs, and it is everywhere."""

import csv
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.session import Session
from models.kpis.definitions import KPIS
from models.kpis.figure import MEDIAN, KeyFigure
from models.kpis.periods import Period
from models.kpis.rows import minutes_of
from models.message import Message, Select, Table
from models.value.drilldown.choices import asked_about
from tests.bot.cli.conftest import Lotsen

MONTH = ("--period", "2026-09")
KEY, TITLE = "first_to_last", "From opening to resolution"


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Declare a figure that nobody has heard of, and nothing else."""
    figure = KeyFigure(
        key=KEY,
        unit="minutes",
        better="lower",
        title=TITLE,
        formula="Median minutes that nobody has heard of.",
        read=minutes_of("resolved", "resolution_minutes"),
        aggregate=MEDIAN,
        columns=(("resolved", "resolution_minutes"),),
        place=5,
        watched=True,
    )
    monkeypatch.setitem(KPIS, KEY, figure)


@pytest.fixture
def digest(history: Path, declared: None) -> Message:
    """The digest of a week with tickets."""
    with closing(Session()) as session:
        return session.lotsen.value.digest(Period.parse("2026-W38"), (), session.now, "en")


@pytest.mark.usefixtures("history", "declared", "of_five")
class TestAFigureThatIsDeclared:
    def test_is_in_the_table_and_its_json(self, lotsen: Lotsen) -> None:
        told = {kpi["key"]: kpi for kpi in lotsen("kpi", *MONTH, "--json").json["kpis"]}

        assert TITLE in lotsen("kpi", *MONTH).out
        assert (told[KEY]["n"], told[KEY]["value"]) == (24, 90.0)
        assert (told[KEY]["unit"], told[KEY]["better"]) == ("minutes", "lower")

    def test_is_frozen_with_the_next_baseline_and_compared_with_it(self, lotsen: Lotsen) -> None:
        days = ("--from", "2026-09-07", "--to", "2026-10-21")
        frozen = lotsen("baseline", "freeze", *days, "--again", "--json").json

        assert KEY in {kpi["key"] for kpi in frozen["kpis"]}
        told = {kpi["key"]: kpi for kpi in lotsen("kpi", *MONTH, "--json").json["kpis"]}
        assert (told[KEY]["baseline"], told[KEY]["verdict"]) == (90.0, "not_shown")

    def test_is_cut_by_category(self, lotsen: Lotsen) -> None:
        told = lotsen("kpi", "--by", "category", *MONTH, "--json").json

        assert (
            sum(kpi["n"] for group in told["groups"] for kpi in group["kpis"] if kpi["key"] == KEY)
            == 24
        )
        assert TITLE in lotsen("kpi", "--by", "category", *MONTH).out

    def test_has_its_rows_as_text_json_and_csv(self, lotsen: Lotsen, tmp_path: Path) -> None:
        file = tmp_path / "rows.csv"

        told = lotsen("kpi", "rows", KEY, *MONTH, "--csv", str(file), "--json").json

        assert [row["value"] for row in told["rows"]] == [90.0] * 24
        assert "Median minutes that nobody has heard of." in lotsen("kpi", "rows", KEY, *MONTH).out
        with file.open(encoding="utf-8-sig", newline="") as read:
            assert [float(row["value"]) for row in csv.DictReader(read)] == [90.0] * 24

    def test_is_on_the_page_of_all_figures(self, lotsen: Lotsen) -> None:
        (row,) = (
            row for row in lotsen("kpi", "formulas", "--json").json["figures"] if row["key"] == KEY
        )

        assert (row["n"], row["rows"]) == ("rows", "tickets, largest first")
        assert f"| `{KEY}` | Median minutes" in lotsen("kpi", "formulas").out

    def test_can_be_measured_by_a_figure_of_the_company(self, lotsen: Lotsen) -> None:
        added = lotsen(
            *("kpi", "add", "Printers", "--measure", KEY, "--category", "printer"),
            *("--target=-10%", "--by", "2027-03-31", "--owner", "Lena"),
            *("--baseline-from", "2026-09-07", "--baseline-to", "2026-09-20", "--json"),
        )

        assert added.code == 0, added.err
        told = {kpi["key"]: kpi for kpi in lotsen("kpi", *MONTH, "--json").json["kpis"]}
        assert (told["printers"]["n"], told["printers"]["baseline"]) == (8, 90.0)

    def test_stands_in_the_digest_and_in_the_list_below_it(self, digest: Message) -> None:
        (select,) = (part for part in digest.parts if isinstance(part, Select))
        (table,) = (part for part in digest.parts if isinstance(part, Table))

        assert (KEY, TITLE) in {(asked_about(option)[0], title) for option, title in select.options}
        (row,) = (row for row in table.rows if row[0] == TITLE)
        assert row[1].startswith("1 h 30 min")
