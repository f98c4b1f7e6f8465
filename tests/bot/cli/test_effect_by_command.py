"""``lotsen effect`` and ``lotsen kpi add``, ``record``, ``list``, ``templates``."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen

COMPLETE = (
    "--unit", "count", "--better", "lower", "--target", "5", "--by", "2027-03-31",
    "--owner", "Lena Falk", "--baseline-from", "2026-09-07", "--baseline-to", "2026-10-31",
)  # fmt: skip


def test_more_efficient_is_refused(lotsen: Lotsen) -> None:
    refused = lotsen("kpi", "add", "More efficient")

    assert refused.code == 2
    assert "--unit" in refused.err
    assert "--owner" in refused.err
    assert lotsen("kpi", "list", "--json").json == {"kpis": []}


def test_a_complete_one_stands_beside_the_others(lotsen: Lotsen) -> None:
    added = lotsen("kpi", "add", "Steps of an onboarding", *COMPLETE, "--json").json
    lotsen("kpi", "record", added["key"], "9", "--on", "2026-09-10")
    lotsen("kpi", "record", added["key"], "4", "--on", "2026-11-10")

    kpis = lotsen("kpi", "--period", "2026-11", "--json").json["kpis"]

    (own,) = [kpi for kpi in kpis if kpi["key"] == "steps_of_an_onboarding"]
    assert (own["value"], own["baseline"], own["target"]) == (4, 9, 5)
    assert (own["title"], own["unit"], own["better"]) == (
        "Steps of an onboarding",
        "count",
        "lower",
    )
    assert "Steps of an onboarding" in lotsen("kpi", "--period", "2026-11").out
    assert "Lena Falk" in lotsen("kpi", "list").out


def test_a_measured_one_counts_its_categories_only(
    lotsen: Lotsen, history: Path, of_five: None
) -> None:
    lotsen("baseline", "freeze")

    added = lotsen(
        "kpi", "add", "--template", "standard_handling", "--category", "vpn",
        "--by", "2027-03-31", "--owner", "Lena Falk", "--json",
    )  # fmt: skip

    assert added.code == 0, added.err
    assert added.json["cut"] == 0.4
    whole, own = (
        kpi
        for kpi in lotsen("kpi", "--from", "2026-09-07", "--to", "2026-10-31", "--json").json[
            "kpis"
        ]
        if kpi["key"] in ("handling_time", "standard_handling")
    )
    assert (whole["n"], own["n"]) == (45, 15)


def test_the_same_twice_is_refused(lotsen: Lotsen) -> None:
    lotsen("kpi", "add", "Steps", *COMPLETE)
    for title, key in (("Steps", ""), ("Other", "handling_time")):
        again = lotsen("kpi", "add", title, "--key", key, *COMPLETE)
        assert (again.code, "--key" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("record", "nothing", "3"), "nothing"),
        (("add", "--template", "magic"), "magic"),
    ],
)
def test_unknown_ones_are_refused(lotsen: Lotsen, words: tuple[str, ...], said: str) -> None:
    refused = lotsen("kpi", *words)

    assert (refused.code, said in refused.err) == (2, True)


def test_a_reading_that_cannot_be_is_refused(lotsen: Lotsen) -> None:
    lotsen("kpi", "add", "Steps", *COMPLETE)

    assert lotsen("kpi", "record", "steps", "-3").code == 2
    assert lotsen("kpi", "record", "steps", "many").code == 2


def test_the_templates_are_the_roadmaps(lotsen: Lotsen) -> None:
    shown = {
        one["key"]: one["target"] for one in lotsen("kpi", "templates", "--json").json["templates"]
    }

    assert shown["standard_handling"] == "-40%"
    assert shown["document_search"] == "3"
    assert len(shown) == 6
    assert "standard_handling" in lotsen("kpi", "templates").out


def test_without_a_baseline_no_effect_is_claimed(lotsen: Lotsen) -> None:
    said = lotsen("effect", "--json").json

    assert (said["verdict"], said["why"]) == ("not_judged", "no baseline")
    assert (said["value"], said["low"], said["high"]) == (None, None, None)
    assert "No effect can be shown" in lotsen("effect").out


def test_a_frozen_baseline_alone_shows_nothing_yet(lotsen: Lotsen, history: Path) -> None:
    lotsen("baseline", "freeze")

    said = lotsen("effect", "--json").json

    assert (said["design"], said["verdict"]) == ("association", "not_judged")


def test_an_unknown_category_is_refused(lotsen: Lotsen) -> None:
    assert lotsen("effect", "--untouched", "fax").code == 2


def test_figures_are_cut_beside_those_that_the_company_added(
    lotsen: Lotsen, history: Path, of_five: None
) -> None:
    lotsen("kpi", "add", "Steps", *COMPLETE)

    for by in ("category", "team", "requester_team"):
        cut = lotsen("kpi", "--by", by, "--period", "2026-09", "--json")
        assert cut.code == 0, cut.err
        assert lotsen("kpi", "--by", by, "--period", "2026-09").code == 0
