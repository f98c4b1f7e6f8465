"""Every key figure of the contract, on columns small enough to work by hand."""

import math
from datetime import date
from typing import Any

import numpy as np
import pytest

from models.kpis.comparison import KpiVerdict, verdict_of
from models.kpis.definitions import KPIS, OF_TICKETS, Sample
from models.kpis.drilldown import FigureRow, RowKind, Sum, estimate_of
from models.language.words import words_for
from models.statistics.estimates import Estimate, share

NAN = math.nan
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
    "llm_cost": ("EUR", "lower"),
}


def columns(**some: list[float]) -> dict[str, Any]:
    names = (
        "ack_minutes",
        "first_response_minutes",
        "triage_minutes",
        "handling_minutes",
        "resolution_minutes",
        "resolution_business_minutes",
        "automatic",
        "reopened",
        "reassigned",
    )
    n = len(next(iter(some.values()), []))
    return {name: np.array(some.get(name, [NAN] * n), dtype=float) for name in names}


def sample(**changes: Any) -> Sample:
    plain: dict[str, Any] = {"opened": columns(), "resolved": columns()}
    return Sample(**{**plain, **changes})


def estimate(key: str, **changes: Any) -> Estimate:
    return KPIS[key].estimate(sample(**changes))


def test_the_contract_is_complete() -> None:
    assert {key: (kpi.unit, kpi.better) for key, kpi in KPIS.items()} == CONTRACT


@pytest.mark.parametrize("kpi", KPIS.values(), ids=lambda kpi: kpi.key)
def test_every_figure_has_a_formula_and_a_name_in_every_language(kpi: Any) -> None:
    assert kpi.formula.endswith(".")
    assert "  " not in kpi.formula
    names = {words_for(language).gettext(kpi.title) for language in ("sv", "en", "de")}
    assert len(names) == 3


@pytest.mark.parametrize("key", sorted(OF_TICKETS))
def test_without_data_there_is_no_value(key: str) -> None:
    assert estimate(key) == Estimate(0, None)


@pytest.mark.parametrize("how", [Sum.MEDIAN, Sum.SHARE, Sum.TOTAL, Sum.MEDIAN_WITH_OPEN])
def test_without_rows_there_is_no_value(how: Sum) -> None:
    assert estimate_of((), how) == Estimate(0, None)


@pytest.mark.parametrize("key", sorted(set(CONTRACT) - OF_TICKETS))
def test_any_other_figure_is_what_its_rows_come_to_whatever_the_tickets(key: str) -> None:
    full, found = columns(handling_minutes=[1.0, 2.0], automatic=[1, 1]), Estimate(3, 0.5)

    assert estimate(key, opened=full, resolved=full, others={key: found}) is found


def test_times_of_opened_tickets() -> None:
    opened = columns(
        ack_minutes=[1, 2, 9], first_response_minutes=[10, NAN, 30], triage_minutes=[NAN, 4, NAN]
    )

    assert estimate("ack_time", opened=opened) == Estimate(3, 2.0)
    assert estimate("first_response_time", opened=opened) == Estimate(2, 20.0)
    assert estimate("triage_time", opened=opened) == Estimate(1, 4.0)


def test_times_of_resolved_tickets() -> None:
    resolved = columns(
        handling_minutes=[10, 20, NAN],
        resolution_minutes=[100, 200, 600],
        resolution_business_minutes=[50, 60, 70],
    )

    assert estimate("handling_time", resolved=resolved) == Estimate(2, 15.0)
    assert estimate("resolution_time", resolved=resolved) == Estimate(3, 200.0)
    assert estimate("resolution_time_business", resolved=resolved) == Estimate(3, 60.0)


def test_shares() -> None:
    opened = columns(automatic=[1, 0, 1, 1])
    resolved = columns(reopened=[0, 2, 0], reassigned=[1, 3, 0])

    assert estimate("automatic_share", opened=opened) == share(3, 4)
    assert estimate("reopened_share", resolved=resolved) == share(1, 3)
    assert estimate("reassigned_share", resolved=resolved) == share(2, 3)


def rows(*values: float, **more: Any) -> list[FigureRow]:
    return [FigureRow(RowKind.TICKET, value, date(2026, 11, 2), **more) for value in values]


def test_rows_come_to_a_share_or_a_median_with_its_interval() -> None:
    assert estimate_of(rows(1, 1, 0, 1), Sum.SHARE) == share(3, 4)
    assert estimate_of([*rows(1, count=6), *rows(0, count=2)], Sum.SHARE) == share(6, 8)
    assert estimate_of(rows(3, 9, 4), Sum.MEDIAN) == Estimate(3, 4.0)


def test_counts_and_money_have_no_interval() -> None:
    assert estimate_of(rows(1, 1, 1, 1), Sum.COUNT) == Estimate(4, 4.0)
    assert estimate_of((), Sum.COUNT) == Estimate(0, 0.0)
    assert estimate_of(rows(12.4, 0.1), Sum.TOTAL) == Estimate(1, 12.5)
    assert estimate_of(rows(*[0.1] * 10), Sum.TOTAL) == Estimate(1, 1.0)
    assert estimate_of(rows(4, -4), Sum.TOTAL).value == 0.0


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
