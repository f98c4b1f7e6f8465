"""The arithmetic of the quarterly statement, against cases worked by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.language import words_for
from models.reports.quarter_csv import quarter_csv
from models.value.effect.case_mix import TicketColumns
from models.value.effect.reduction import Floats, MinutesSaved
from models.value.statement.quarter_statement import (
    DEFAULTS,
    AssumedValue,
    Month,
    Pending,
    StatementEvidence,
    StatementReason,
    StatementVerdict,
)
from models.value.statement.roi import (
    net_flows,
    net_present_value,
    payback_month,
    recapture_quantile,
    statement,
)
from models.value.statement.savings import of_weeks
from models.value.statement.statement_report import roi_message

RATES = {assumed.key: assumed.value for assumed in DEFAULTS}


def halves(low: float, high: float, n: int = 40) -> Floats:
    return np.array([low, high] * (n // 2), dtype=np.float64)


def one_by_one(minutes: Floats) -> TicketColumns:
    """Return tickets that share nothing with each other, each in a week of its own."""
    n = len(minutes)
    return TicketColumns(minutes, np.ones(n), np.full(n, "vpn"), np.arange(n))


def mean_difference(before: Floats, now: Floats) -> MinutesSaved | None:
    return of_weeks(one_by_one(before), one_by_one(now), weeks_before=12).difference


# Before: mean 60, now: mean 40, so 20 minutes a ticket; 40 tickets free 13 h 20 min, which
# at 45 EUR/h are 600 EUR, of which 0.3, 0.5, 0.8 are put to use: 180, 300, 480 EUR.
BEFORE, NOW = halves(50, 70), halves(30, 50)


def evidence(
    *,
    before: Floats = BEFORE,
    now: Floats = NOW,
    weeks_before: float = 12,
    weeks_now: int = 12,
    cost_eur: float = 100.0,
    months: tuple[Month, ...] = (Month("2026-11", 40, 1600.0, 100.0),),
    worse: tuple[str, ...] = (),
) -> StatementEvidence:
    found = of_weeks(one_by_one(before), one_by_one(now), weeks_before=weeks_before)
    saving = replace(found, weeks=weeks_now)
    return StatementEvidence("2026Q4", saving, len(now), len(now), cost_eur, months, worse=worse)


class TestTheDifference:
    def test_equals_welchs_interval_worked_by_hand(self) -> None:
        found = mean_difference(BEFORE, NOW)

        # Variance 40·100/39 each side; error √(2·102.5641/40) = 2.26455; with 78 degrees of
        # freedom t is 1.990847, so the half width is 4.50838.
        assert found is not None
        assert found.value == pytest.approx(20.0)
        assert found.error == pytest.approx(2.26455, abs=1e-5)
        assert found.freedom == pytest.approx(78.0)
        assert (found.low, found.high) == pytest.approx((15.49162, 24.50838), abs=1e-4)

    def test_equals_scipys_with_unequal_groups(self) -> None:
        from scipy.stats import ttest_ind

        chance = np.random.default_rng(1)
        before, now = chance.lognormal(3, 1, 50), chance.lognormal(2.5, 0.8, 200)
        theirs = ttest_ind(before, now, equal_var=False).confidence_interval()

        ours = mean_difference(before, now)

        assert ours is not None
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))

    def test_is_nothing_below_two_a_side(self) -> None:
        assert mean_difference(BEFORE, np.array([10.0])) is None

    def test_of_constant_times_is_exact(self) -> None:
        found = mean_difference(np.full(30, 20.0), np.full(30, 15.0))

        assert found is not None
        assert (found.value, found.low, found.high) == (5.0, 5.0, 5.0)


class TestTheMoney:
    def test_equals_the_case_worked_by_hand(self) -> None:
        said = statement(evidence(cost_eur=200.0))

        assert said.benefit == pytest.approx((180.0, 300.0, 480.0))
        assert said.roi == pytest.approx(0.5)
        hours = next(figure for figure in said.hard if figure.key == "hours_freed")
        assert hours.value == pytest.approx(40 * 20 / 60)
        assert (hours.low, hours.high) == pytest.approx((10.32775, 16.33892), abs=1e-4)

    def test_the_chance_follows_from_the_quantiles_of_recapture(self) -> None:
        constant = evidence(before=np.full(40, 60.0), now=np.full(40, 40.0), cost_eur=240.0)

        said = statement(constant)

        # Without scatter the benefit is 600 EUR · recapture: it exceeds 240 EUR where
        # recapture exceeds 0.4, the 30 % quantile; P10, P50, P90 are 180, 300, 480 EUR.
        assert said.p_positive == pytest.approx(0.7, abs=0.02)
        assert said.quantiles == pytest.approx((180, 300, 480), rel=0.02)

    def test_another_rate_and_recapture_change_it_in_proportion(self) -> None:
        changed = {"loaded_rate": 90.0, "recapture_mid": 0.4}
        assumptions = [
            AssumedValue(a.key, changed.get(a.key, a.value), a.unit, "finance") for a in DEFAULTS
        ]

        said = statement(evidence(), assumptions)

        assert said.benefit is not None
        assert said.benefit.mid == pytest.approx(1200 * 0.4)

    def test_the_same_seed_gives_the_same_statement(self) -> None:
        assert statement(evidence()) == statement(evidence())

    def test_payback_is_the_first_month_in_which_benefit_covered_all_costs(self) -> None:
        months = [Month(f"2026-1{n}", 0, 0.0, cost) for n, cost in enumerate((300.0, 0.0, 0.0))]

        assert payback_month(months, [-300.0, 200.0, 100.0]) == "2026-12"
        assert payback_month(months, [-300.0, 200.0, 99.0]) is None

    def test_what_later_costs_undo_was_not_paid_back(self) -> None:
        months = [Month(f"2026-1{n}", 0, 0.0, cost) for n, cost in enumerate((100.0, 0.0, 900.0))]

        assert payback_month(months, [-100.0, 150.0, -900.0]) is None
        assert payback_month([*months, Month("2027-01", 9, 0.0, 0.0)], [-100, 150, -900, 850]) == (
            "2027-01"
        )

    def test_months_before_any_cost_pay_nothing_back(self) -> None:
        months = [Month("2026-10", 5, 0.0, 0.0), Month("2026-11", 5, 0.0, 100.0)]

        assert payback_month(months, [50.0, -60.0]) is None
        assert payback_month(months, [50.0, -40.0]) == "2026-11"

    def test_each_month_counts_its_own_tickets(self) -> None:
        # 10 tickets of 40 min against 60: 200 min = 3 h 20 min, 75 EUR at mid recapture;
        # then 30 of 40: 225 EUR. Costs 250 EUR first: −175, then +225.
        months = (Month("2026-10", 10, 400.0, 250.0), Month("2026-11", 30, 1200.0, 0.0))

        said = statement(evidence(cost_eur=250.0, months=months))

        assert said.payback_month == "2026-11"
        assert said.npv_eur == pytest.approx(-175 + 225 / 1.1 ** (1 / 12))

    def test_a_month_is_worth_what_its_own_tickets_would_have_taken(self) -> None:
        # Easy tickets before the quarter, 10 minutes as ever; hard ones in it, 3 minutes less.
        easy = Month("2026-07", 300, 3000.0, 0.0, without=3000.0)
        hard = Month("2026-11", 40, 1600.0, 100.0, without=40 * 60.0)

        said = statement(evidence(months=(easy, hard)))

        flows = net_flows(said.months, said.saving, RATES)
        assert flows == pytest.approx([0.0, 40 * 20 / 60 * 22.5 - 100])

    def test_costs_of_earlier_months_are_covered_only_as_surely_as_they_are(self) -> None:
        # 300 EUR at the middle share of time put to use; 290 EUR are more likely covered than
        # not, and far from surely.
        months = (Month("2026-07", 0, 0.0, 190.0), Month("2026-11", 40, 1600.0, 100.0))

        said = statement(evidence(months=months))

        assert said.p_positive is not None
        assert said.p_covered is not None
        assert said.p_positive > 0.99
        assert 0.5 < said.p_covered < 0.6
        assert (said.verdict, said.reason) == (
            StatementVerdict.NOT_YET,
            StatementReason.NOT_PAID_BACK,
        )

    def test_in_the_first_quarter_both_chances_are_one(self) -> None:
        said = statement(evidence(cost_eur=240.0, months=(Month("2026-11", 40, 1600.0, 240.0),)))

        assert said.p_covered == pytest.approx(said.p_positive)

    def test_npv_discounts_by_the_month(self) -> None:
        flows = [-1000.0, *[0.0] * 11, 1100.0]

        assert net_present_value(flows, 0.10) == pytest.approx(0.0)


def test_recapture_passes_through_its_three_quantiles_and_stays_a_share() -> None:
    shares = recapture_quantile(np.array([0.1, 0.5, 0.9]), RATES)

    assert shares == pytest.approx([0.3, 0.5, 0.8])
    wide = {"recapture_low": 0.0, "recapture_mid": 0.5, "recapture_high": 1.0}
    assert recapture_quantile(np.array([0.0, 1.0]), wide).tolist() == [0.0, 1.0]


class TestTheVerdict:
    def test_paid_needs_certainty_and_all_costs_earned_back(self) -> None:
        said = statement(evidence(cost_eur=100.0))

        assert (said.verdict, said.reason) == (StatementVerdict.PAID, StatementReason.EARNED)

    def test_a_good_quarter_after_a_large_cost_has_not_paid_yet(self) -> None:
        months = (Month("2026-07", 0, 0.0, 5000.0), Month("2026-11", 40, 1600.0, 100.0))

        said = statement(evidence(months=months))

        assert (said.verdict, said.reason) == (
            StatementVerdict.NOT_YET,
            StatementReason.NOT_PAID_BACK,
        )

    def test_a_guardrail_that_got_worse_forbids_paid(self) -> None:
        said = statement(evidence(worse=("reopened_share",)))

        assert (said.verdict, said.reason) == (StatementVerdict.NOT_YET, StatementReason.GUARDRAIL)

    def test_handling_that_takes_longer_means_stop(self) -> None:
        said = statement(evidence(before=NOW, now=BEFORE))

        assert (said.verdict, said.reason) == (StatementVerdict.STOP, StatementReason.WORSE)
        assert said.benefit == pytest.approx((-480, -300, -180))
        assert said.payback_month is None

    @pytest.mark.parametrize(("before", "now"), [(BEFORE, NOW), (NOW, BEFORE)])
    def test_what_the_shares_interval_does_not_confirm_is_not_shown(
        self, before: Floats, now: Floats
    ) -> None:
        case = evidence(before=before, now=now)

        said = statement(replace(case, saving=replace(case.saving, confirmed=False)))

        assert (said.verdict, said.reason) == (
            StatementVerdict.NOT_SHOWN,
            StatementReason.NO_DIFFERENCE,
        )

    def test_a_hold_out_that_cannot_be_judged_yet_forbids_paid(self) -> None:
        said = statement(replace(evidence(), pending=Pending(40, 82, None)))

        assert (said.verdict, said.reason) == (StatementVerdict.NOT_YET, StatementReason.PENDING)

    @pytest.mark.parametrize(
        ("case", "reason"),
        [
            (evidence(before=np.zeros(0), weeks_before=0), StatementReason.NO_BASELINE),
            (evidence(before=np.zeros(0)), StatementReason.NO_TIMES),
            (evidence(now=np.zeros(0), weeks_now=0), StatementReason.NO_TICKETS),
            (evidence(now=NOW[:28]), StatementReason.TOO_FEW),
            (evidence(before=BEFORE[:28]), StatementReason.TOO_FEW),
            (evidence(now=np.array([30.0])), StatementReason.TOO_FEW),
            (evidence(weeks_now=7), StatementReason.TOO_SHORT),
            (evidence(weeks_before=7.9), StatementReason.TOO_SHORT),
            (evidence(before=NOW), StatementReason.NO_DIFFERENCE),
            (evidence(cost_eur=0.0, months=()), StatementReason.NO_COSTS),
        ],
    )
    def test_nothing_is_claimed_where_nothing_can_be(
        self, case: StatementEvidence, reason: StatementReason
    ) -> None:
        said = statement(case)

        assert (said.verdict, said.reason) == (StatementVerdict.NOT_SHOWN, reason)
        told = said.to_json()
        json.dumps(told, allow_nan=False)
        assert set(told["benefit_eur"].values()) == {None}
        assert set(told["benefit_quantiles_eur"].values()) == {None}
        hidden = ("roi", "payback_month", "npv_eur", "p_positive", "p_covered")
        assert [told[key] for key in hidden] == [None] * 5
        rows = {row.split(",")[1]: row for row in quarter_csv(said).decode().splitlines()}
        for key in ("benefit_eur", "benefit_quantiles_eur", *hidden):
            assert rows[key].startswith(f"statement,{key},,,,,"), rows[key]

    def test_fifty_five_days_are_not_said_to_be_the_eight_weeks_that_are_needed(self) -> None:
        said = roi_message(statement(evidence(weeks_before=55 / 7)), words_for("en"))

        assert "12 this quarter, 7 in the baseline; at least 8 are needed" in said.text

    def test_without_a_category_in_common_it_says_so(self) -> None:
        case = evidence()
        unlike = replace(case, saving=replace(case.saving, difference=None, is_alike=False))

        said = statement(unlike)

        assert said.reason is StatementReason.NOTHING_SHARED
        assert "no category in common" in roi_message(said, words_for("en")).text

    def test_without_a_baseline_there_is_no_benefit_to_name(self) -> None:
        said = statement(evidence(before=np.zeros(0)))

        assert said.to_json()["benefit_eur"] == {"low": None, "mid": None, "high": None}
        assert (said.roi, said.npv_eur, said.payback_month, said.p_positive) == (None,) * 4
        assert said.cost_eur == 100.0


minutes = st.lists(st.floats(0, 10_000), max_size=60).map(lambda values: np.array(values))


@example(before=np.full(30, 60.0), now=np.full(30, 90.0), cost=1.1e-308, weeks=8)
@given(before=minutes, now=minutes, cost=st.floats(0, 1e6), weeks=st.integers(0, 13))
@settings(max_examples=60, deadline=None)
def test_any_figures_give_a_statement_with_ordered_amounts(
    before: Floats, now: Floats, cost: float, weeks: int
) -> None:
    months = (Month("2026-11", len(now), float(now.sum()), cost),)
    case = evidence(before=before, now=now, cost_eur=cost, weeks_now=weeks, months=months)

    said = statement(case)

    json.dumps(said.to_json(), allow_nan=False)
    if said.benefit:
        assert said.benefit.low <= said.benefit.mid <= said.benefit.high
    if said.verdict is StatementVerdict.PAID:
        assert said.p_positive is not None
        assert said.difference is not None
        assert said.p_positive >= 0.9
        assert said.difference.low > 0


@pytest.mark.slow
def test_no_effect_is_called_paid_in_at_most_one_pilot_in_forty() -> None:
    chance = np.random.default_rng(7)
    claimed = 0
    for _ in range(400):
        before, now = chance.lognormal(3, 1, (2, 60))
        months = (Month("2026-11", 60, float(now.sum()), 1.0),)
        case = evidence(before=before, now=now, cost_eur=1.0, months=months)
        claimed += statement(case).verdict in (StatementVerdict.PAID, StatementVerdict.NOT_YET)

    assert claimed <= 400 * 0.04
