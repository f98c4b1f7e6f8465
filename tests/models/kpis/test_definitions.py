"""Every key figure of the contract, on rows few enough to work by hand."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from models.kpis.comparison import KpiVerdict, verdict_of
from models.kpis.definitions import KPIS
from models.kpis.figure import (
    COUNT,
    MEAN,
    MEDIAN,
    MEDIAN_WITH_OPEN,
    OPEN,
    SHARE,
    TOTAL,
    Aggregate,
    FigureRow,
    Frame,
    RowKind,
)
from models.language.words import words_for
from models.statistics.estimates import Estimate, share

CONTRACT = {
    "ack_time": ("minutes", "lower"),
    "first_response_time": ("minutes", "lower"),
    "triage_time": ("minutes", "lower"),
    "handling_time": ("minutes", "lower"),
    "resolution_time": ("minutes", "lower"),
    "resolution_time_business": ("minutes", "lower"),
    "wait_time": ("minutes", "lower"),
    "search_time": ("minutes", "lower"),
    "automatic_share": ("share", "higher"),
    "triage_precision": ("share", "higher"),
    "confirmed_answers": ("share", "higher"),
    "helped_share": ("share", "higher"),
    "reopened_share": ("share", "lower"),
    "reassigned_share": ("share", "lower"),
    "csat": ("share", "higher"),
    "open_tickets": ("count", "lower"),
    "llm_cost": ("money", "lower"),
}


def rows(*values: float, **more: Any) -> Frame:
    return Frame.of(FigureRow(RowKind.TICKET, value, date(2026, 11, 2), **more) for value in values)


def test_the_contract_is_complete() -> None:
    declared = {key: (kpi.unit, kpi.better) for key, kpi in KPIS.items()}

    assert CONTRACT.items() <= declared.items()


@pytest.mark.parametrize("kpi", KPIS.values(), ids=lambda kpi: kpi.key)
def test_every_figure_has_a_formula_and_a_name_in_every_language(kpi: Any) -> None:
    assert kpi.formula.endswith(".")
    assert "  " not in kpi.formula
    names = {words_for(language).gettext(kpi.title) for language in ("sv", "en", "de")}
    assert len(names) == 3


@pytest.mark.parametrize("how", [SHARE, MEDIAN, MEDIAN_WITH_OPEN, MEAN, TOTAL])
def test_without_rows_there_is_no_value(how: Aggregate) -> None:
    assert how.of(Frame.of(())) == Estimate(0, None)


def test_rows_are_columns_and_columns_rows() -> None:
    some = [
        FigureRow(RowKind.TICKET, 1.5, date(2026, 11, 2), number=7, group=OPEN),
        FigureRow(RowKind.QUESTION, 2.0, date(2026, 11, 3), category="vpn", count=3),
    ]

    frame = Frame.of(some)

    assert frame.rows() == some
    assert (len(frame), frame.n) == (2, 4)
    assert frame.only(frame["value"] > 1.6).rows() == some[1:]
    assert Frame.of(some[:1]).followed_by(Frame.of(some[1:])).rows() == some


def test_a_column_that_is_left_out_is_as_a_row_leaves_it_out() -> None:
    bare = Frame({"value": np.array([3.0, 9.0, 4.0])})

    assert MEDIAN.of(bare) == Estimate(3, 4.0)
    assert MEDIAN_WITH_OPEN.of(bare).value == 4.0
    assert bare["group"].tolist() == ["", "", ""]
    assert bare.n == 3


def test_rows_come_to_a_share_or_a_median_with_its_interval() -> None:
    counted = rows(1, count=6).followed_by(rows(0, count=2))

    assert SHARE.of(rows(1, 1, 0, 1)) == share(3, 4)
    assert SHARE.of(counted) == share(6, 8)
    assert MEDIAN.of(rows(3, 9, 4)) == Estimate(3, 4.0)


def test_counts_and_money_have_no_interval() -> None:
    assert COUNT.of(rows(1, 1, 1, 1)) == Estimate(4, 4.0)
    assert COUNT.of(rows()) == Estimate(0, 0.0)
    assert TOTAL.of(rows(12.4, 0.1)) == Estimate(1, 12.5)
    assert TOTAL.of(rows(*[0.1] * 10)) == Estimate(1, 1.0)
    assert TOTAL.of(rows(4, -4)).value == 0.0


def test_the_roadmaps_targets() -> None:
    assert KPIS["handling_time"].target(30.0) == pytest.approx(18.0)  # −40 %
    assert KPIS["handling_time"].target(None) is None
    assert KPIS["search_time"].target(None) == 3.0
    assert KPIS["resolution_time"].target(30.0) is None


BASELINE = Estimate(200, 30.0, 28.0, 32.0)  # handling time; the target is 18


@pytest.mark.parametrize(
    ("now", "baseline", "verdict"),
    [
        (Estimate(0, None), BASELINE, KpiVerdict.NO_DATA),
        (Estimate(0, None), None, KpiVerdict.NO_DATA),
        (Estimate(50, 20.0, 18.0, 22.0), None, KpiVerdict.NO_BASELINE),
        (Estimate(50, 20.0, 18.0, 22.0), Estimate(0, None), KpiVerdict.NO_BASELINE),
        (Estimate(50, 16.0, 15.0, 18.0), BASELINE, KpiVerdict.MET),
        (Estimate(50, 17.0, 15.0, 19.0), BASELINE, KpiVerdict.IMPROVED),  # not all below 18
        (Estimate(50, 25.0, 22.0, 27.0), BASELINE, KpiVerdict.IMPROVED),
        (Estimate(50, 25.0, 22.0, 28.0), BASELINE, KpiVerdict.NOT_SHOWN),  # they touch
        (Estimate(50, 31.0, 29.0, 33.0), BASELINE, KpiVerdict.NOT_SHOWN),
        (Estimate(50, 40.0, 33.0, 47.0), BASELINE, KpiVerdict.WORSE),
        (Estimate(5, 1.0), BASELINE, KpiVerdict.NOT_SHOWN),  # five tickets show nothing
        (Estimate(50, 1.0, 0.5, 2.0), Estimate(5, 30.0), KpiVerdict.NOT_SHOWN),
    ],
)
def test_what_may_be_said_of_the_handling_time(
    now: Estimate, baseline: Estimate | None, verdict: KpiVerdict
) -> None:
    assert verdict_of(KPIS["handling_time"], now, baseline) is verdict


def test_higher_is_better_for_shares() -> None:
    kpi, before = KPIS["automatic_share"], share(20, 100)

    assert verdict_of(kpi, share(60, 100), before) is KpiVerdict.IMPROVED
    assert verdict_of(kpi, share(2, 100), before) is KpiVerdict.WORSE
    assert verdict_of(kpi, share(25, 100), before) is KpiVerdict.NOT_SHOWN


def test_counts_are_never_better_or_worse() -> None:
    verdict = verdict_of(KPIS["open_tickets"], Estimate(1, 1.0), Estimate(90, 90.0))

    assert verdict is KpiVerdict.NOT_SHOWN


def test_an_absolute_goal_needs_no_baseline() -> None:
    found = verdict_of(KPIS["search_time"], Estimate(20, 2.0, 1.5, 2.8), None)

    assert found is KpiVerdict.MET
