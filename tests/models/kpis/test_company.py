"""Key figures that a company adds: complete, or refused with what is missing."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidError
from models.kpis.company import (
    TEMPLATES,
    Wanted,
    as_kpi,
    company_kpi,
    from_template,
    key_of,
    of_readings,
    within,
)
from models.kpis.definitions import KPIS, Sample
from models.tables import KpiReading

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KNOWN = frozenset({"vpn", "mail"})
COMPLETE = Wanted(
    title="Minutes for a contract",
    unit="minutes",
    better="lower",
    target="-30%",
    baseline_first=date(2026, 8, 1),
    baseline_last=date(2026, 10, 31),
    due_on=date(2027, 3, 31),
    owner="Lena Falk",
)


def test_more_efficient_is_refused_with_all_that_is_missing() -> None:
    with pytest.raises(InvalidError) as refused:
        company_kpi(Wanted(title="More efficient"), "", KNOWN, NOW)

    said = str(refused.value)
    assert said.startswith("'More efficient' is no key figure yet: ")
    for option in ("--unit", "--better", "--target", "--by", "--owner", "--baseline-from"):
        assert option in said


def test_a_complete_one_is_kept_as_it_is() -> None:
    row = company_kpi(COMPLETE, "", KNOWN, NOW)

    assert (row.key, row.title, row.unit, row.better) == (
        "minutes_for_a_contract",
        "Minutes for a contract",
        "minutes",
        "lower",
    )
    assert (row.cut, row.goal, row.owner) == (0.3, None, "Lena Falk")
    assert as_kpi(row).target(20.0) == pytest.approx(14.0)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": " "}, "no name"),
        ({"title": "!?"}, "no letters"),
        ({"unit": "happiness"}, "no unit 'happiness'"),
        ({"better": "different"}, "--better 'different'"),
        ({"target": "a lot"}, "neither a number nor a cut"),
        ({"target": "-140%"}, "neither a number nor a cut"),
        ({"better": "higher"}, "a cut is no target where more is better"),
        ({"unit": "share", "better": "higher", "target": "80"}, "a share is written 0.8"),
        ({"baseline_last": date(2026, 7, 1)}, "ends before it begins"),
        ({"due_on": date(2026, 10, 31)}, "due before its baseline ends"),
        ({"measure": "magic"}, "no figure 'magic'"),
        ({"categories": ("vpn",)}, "--measure"),
        ({"measure": "handling_time", "categories": ("fax",)}, "no category fax"),
        ({"owner": ""}, "--owner"),
        ({"title": "x" * 121}, "too long"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        company_kpi(replace(COMPLETE, **changed), "", KNOWN, NOW)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("text", "goal", "cut"),
    [("3", 3.0, None), ("0,8", 0.8, None), ("-40%", None, 0.4), ("−12,5 %", None, 0.125)],
)
def test_a_target_is_a_number_or_a_cut(text: str, goal: float | None, cut: float | None) -> None:
    row = company_kpi(replace(COMPLETE, target=text), "", KNOWN, NOW)

    assert (row.goal, row.cut) == (goal, cut)


def test_a_measured_figure_brings_its_unit_and_direction() -> None:
    wanted = replace(COMPLETE, unit="", better="", measure="reopened_share", target="0.02")

    row = company_kpi(wanted, "", KNOWN, NOW)

    assert (row.unit, row.better) == ("share", "lower")


@pytest.mark.parametrize("key", TEMPLATES)
def test_every_template_becomes_a_key_figure_once_the_company_says_the_rest(key: str) -> None:
    open_ = replace(COMPLETE, title="", unit="", better="", target="0.9", categories=())
    template = TEMPLATES[key]
    if template.needs_categories:
        with pytest.raises(InvalidError, match="--category"):
            from_template(template, open_)
        open_ = replace(open_, categories=("vpn",))

    row = company_kpi(from_template(template, open_), key, KNOWN, NOW)

    assert (row.key, row.unit, row.measure) == (key, template.unit, template.measure)
    assert not row.measure or row.measure in KPIS


def test_the_roadmaps_targets_are_in_the_templates() -> None:
    silent = replace(COMPLETE, target="", title="")
    standard = from_template(TEMPLATES["standard_handling"], replace(silent, categories=("vpn",)))
    search = from_template(TEMPLATES["document_search"], silent)

    assert company_kpi(standard, "", KNOWN, NOW).cut == 0.4
    assert company_kpi(search, "", KNOWN, NOW).goal == 3.0


def test_only_the_named_categories_count() -> None:
    columns = {
        "category": np.array(["vpn", "mail", "vpn"], dtype=object),
        "handling_minutes": np.array([10.0, 90.0, 20.0]),
    }
    sample = Sample(columns, columns)

    assert KPIS["handling_time"].estimate(within(sample, ["vpn"])).value == 15.0
    assert within(sample, []) is sample


def read(*values: float) -> list[KpiReading]:
    return [
        KpiReading(kpi_key="x", on_day=NOW.date(), value=value, recorded_at=NOW) for value in values
    ]


def test_readings_are_a_median_without_an_interval_until_there_are_six() -> None:
    assert of_readings(read(3.0, 9.0, 4.0)).value == 4.0
    assert of_readings(read(3.0, 9.0, 4.0)).low is None
    assert of_readings(read(1.0, 2.0, 3.0, 4.0, 5.0, 6.0)).low == 1.0
    assert of_readings([]).value is None


@given(st.text(max_size=200))
def test_a_key_is_short_and_plain(title: str) -> None:
    key = key_of(title)

    assert len(key) <= 40
    assert key == "" or key.replace("_", "").isalnum()
    assert key.isascii()
