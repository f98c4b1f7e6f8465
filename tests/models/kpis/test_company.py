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
    company_figure,
    company_kpi,
    from_template,
    key_of,
)
from models.kpis.definitions import KPIS
from models.kpis.figure import MEDIAN, Frame
from models.kpis.periods import Period
from models.kpis.rows import FigureReader, in_categories

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NOBODY: FigureReader = None  # type: ignore[assignment]  # nothing is read
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
    assert company_figure(row).target(20.0) == pytest.approx(14.0)


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
    frame = Frame(
        {
            "value": np.array([10.0, 90.0, 20.0]),
            "category": np.array(["vpn", "mail", "vpn"], dtype=object),
        }
    )

    assert in_categories(lambda _reader: frame, ["vpn"])(NOBODY)["value"].tolist() == [10.0, 20.0]


@pytest.mark.parametrize(
    ("measure", "is_narrowed"), [("handling_time", True), ("search_time", False)]
)
def test_a_figure_of_no_tickets_is_not_narrowed(measure: str, *, is_narrowed: bool) -> None:
    wanted = replace(COMPLETE, measure=measure, target="3", categories=("vpn",))

    figure = company_figure(company_kpi(wanted, "", KNOWN, NOW))

    assert (figure.read is not KPIS[measure].read) == is_narrowed
    assert (figure.aggregate, figure.formula) == (MEDIAN, KPIS[measure].formula)
    assert figure.window == Period.between(date(2026, 8, 1), date(2026, 10, 31))


@given(st.text(max_size=200))
def test_a_key_is_short_and_plain(title: str) -> None:
    key = key_of(title)

    assert len(key) <= 40
    assert key == "" or key.replace("_", "").isalnum()
    assert key.isascii()
