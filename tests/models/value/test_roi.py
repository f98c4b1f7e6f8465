"""The arithmetic of the quarterly statement, against cases worked by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.language import words_for
from models.message import plain
from models.reports.quarter_csv import quarter_csv
from models.value.effect.comparison import (
    Comparison,
    Design,
    EffectVerdict,
    VerdictReason,
    judge,
    minutes_of,
)
from models.value.effect.reduction import Floats, mean_of, reduction
from models.value.statement.quarter_statement import (
    DEFAULTS,
    AssumedValue,
    Month,
    StatementEvidence,
    StatementVerdict,
)
from models.value.statement.roi import (
    net_flows,
    net_present_value,
    payback_month,
    recapture_quantile,
    statement,
)
from models.value.statement.statement_report import lead_parts, roi_message

RATES = {assumed.key: assumed.value for assumed in DEFAULTS}


def halves(low: float, high: float, n: int = 40) -> Floats:
    return np.array([low, high] * (n // 2), dtype=np.float64)


# Before: mean 60, now: mean 40, so 20 minutes a question; 40 of them free 13 h 20 min, which
# at 45 EUR/h are 600 EUR, of which 0.3, 0.5, 0.8 are put to use: 180, 300, 480 EUR.
BEFORE, NOW = halves(50, 70), halves(30, 50)


def compared(
    before: Floats, now: Floats, cannot: VerdictReason | None, design: Design
) -> Comparison:
    """Compare questions that share nothing with each other."""
    means = mean_of(before), mean_of(now)
    cut = reduction(means[1], means[0]) if means[0] and means[1] else None
    verdict, why = judge(cut, 0.4, cannot)
    return Comparison(
        design=design,
        verdict=verdict,
        why=why,
        target=0.4,
        cut=cut,
        n=len(now),
        n_before=len(before),
        minutes=minutes_of(cut, means[1]),
    )


def evidence(
    *,
    before: Floats = BEFORE,
    now: Floats = NOW,
    cannot: VerdictReason | None = None,
    design: Design = Design.HOLD_OUT,
    cost_eur: float = 100.0,
    months: tuple[Month, ...] = (Month("2026-11", 40, 100.0),),
    worse: tuple[str, ...] = (),
) -> StatementEvidence:
    effect = compared(before, now, cannot, design)
    return StatementEvidence("2026Q4", effect, len(now), len(now), cost_eur, months, worse=worse)


def test_the_minutes_and_their_interval_are_those_of_the_share() -> None:
    said = statement(evidence())

    # A third of 60 minutes. Variance 40·100/39 each side; of the logarithm that is
    # 102.5641/40 · (1/60² + 1/40²) = 0.0023148, its root 0.0481126; t(75) = 1.99210.
    assert said.difference is not None
    assert said.difference.value == pytest.approx(20.0)
    assert said.difference.error == pytest.approx(60 * 0.0481126, rel=1e-4)
    low, high = (40 * (1.5 * np.exp(sign * 1.9921 * 0.0481126) - 1) for sign in (-1, 1))
    assert (said.difference.low, said.difference.high) == pytest.approx((low, high), rel=1e-3)


class TestTheMoney:
    def test_equals_the_case_worked_by_hand(self) -> None:
        said = statement(evidence(cost_eur=200.0))

        assert said.benefit == pytest.approx((180.0, 300.0, 480.0))
        assert said.roi == pytest.approx(0.5)
        hours = next(figure for figure in said.hard if figure.key == "hours_freed")
        assert hours.value == pytest.approx(40 * 20 / 60)
        assert said.difference is not None
        ends = said.difference.low, said.difference.high
        assert (hours.low, hours.high) == pytest.approx([40 / 60 * one for one in ends])

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

    def test_no_month_of_payback_stands_below_not_paid_back_yet(self) -> None:
        guarded = statement(evidence(worse=("reopened",)))
        assert guarded.payback_month is not None
        assert guarded.verdict is StatementVerdict.NOT_YET
        fields = dict(lead_parts(guarded, words_for("en"))[2].pairs)
        assert plain(fields["All costs earned back"]) == "not yet"
        assert plain(fields["Chance that all costs so far are covered"]) == ">\N{NO-BREAK SPACE}99%"

    def test_payback_is_the_first_month_in_which_benefit_covered_all_costs(self) -> None:
        months = [Month(f"2026-1{n}", 0, cost) for n, cost in enumerate((300.0, 0.0, 0.0))]

        assert payback_month(months, [-300.0, 200.0, 100.0]) == "2026-12"
        assert payback_month(months, [-300.0, 200.0, 99.0]) is None

    def test_what_later_costs_undo_was_not_paid_back(self) -> None:
        months = [Month(f"2026-1{n}", 0, cost) for n, cost in enumerate((100.0, 0.0, 900.0))]

        assert payback_month(months, [-100.0, 150.0, -900.0]) is None
        assert payback_month([*months, Month("2027-01", 9, 0.0)], [-100, 150, -900, 850]) == (
            "2027-01"
        )

    def test_months_before_any_cost_pay_nothing_back(self) -> None:
        months = [Month("2026-10", 5, 0.0), Month("2026-11", 5, 100.0)]

        assert payback_month(months, [50.0, -60.0]) is None
        assert payback_month(months, [50.0, -40.0]) == "2026-11"

    def test_each_month_counts_its_own_questions(self) -> None:
        # 10 questions that save 20 minutes each: 3 h 20 min, 75 EUR at mid recapture;
        # then 30: 225 EUR. Costs 250 EUR first: −175, then +225.
        months = (Month("2026-10", 10, 250.0), Month("2026-11", 30, 0.0))

        said = statement(evidence(cost_eur=250.0, months=months))

        assert net_flows(months, said.difference, RATES) == pytest.approx([-175.0, 225.0])
        assert said.payback_month == "2026-11"
        assert said.npv_eur == pytest.approx(-175 + 225 / 1.1 ** (1 / 12))

    def test_costs_of_earlier_months_are_covered_only_as_surely_as_they_are(self) -> None:
        # 300 EUR at the middle share of time put to use; 290 EUR are more likely covered than
        # not, and far from surely.
        months = (Month("2026-07", 0, 190.0), Month("2026-11", 40, 100.0))

        said = statement(evidence(months=months))

        assert said.p_positive is not None
        assert said.p_covered is not None
        assert said.p_positive > 0.99
        assert 0.5 < said.p_covered < 0.6
        assert (said.verdict, said.reason) == (
            StatementVerdict.NOT_YET,
            VerdictReason.NOT_PAID_BACK,
        )

    def test_in_the_first_quarter_both_chances_are_one(self) -> None:
        said = statement(evidence(cost_eur=240.0, months=(Month("2026-11", 40, 240.0),)))

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

        assert (said.verdict, said.reason) == (StatementVerdict.PAID, VerdictReason.EARNED)

    def test_a_good_quarter_after_a_large_cost_has_not_paid_yet(self) -> None:
        months = (Month("2026-07", 0, 5000.0), Month("2026-11", 40, 100.0))

        said = statement(evidence(months=months))

        assert (said.verdict, said.reason) == (
            StatementVerdict.NOT_YET,
            VerdictReason.NOT_PAID_BACK,
        )

    def test_a_guardrail_that_got_worse_forbids_paid(self) -> None:
        said = statement(evidence(worse=("reopened_share",)))

        assert (said.verdict, said.reason) == (StatementVerdict.NOT_YET, VerdictReason.GUARDRAIL)

    def test_handling_that_takes_longer_means_stop(self) -> None:
        said = statement(evidence(before=NOW, now=BEFORE))

        assert (said.verdict, said.reason) == (StatementVerdict.STOP, VerdictReason.WORSE)
        assert said.benefit == pytest.approx((-480, -300, -180))
        assert said.payback_month is None

    def test_a_baseline_that_could_have_been_chosen_forbids_paid(self) -> None:
        case = evidence()

        said = statement(replace(case, effect=replace(case.effect, is_exploratory=True)))

        assert (said.verdict, said.reason) == (StatementVerdict.NOT_YET, VerdictReason.EXPLORATORY)

    def test_costs_that_cannot_be_all_forbid_paid(self) -> None:
        said = statement(replace(evidence(), has_gaps_in_costs=True))

        assert (said.verdict, said.reason) == (
            StatementVerdict.NOT_YET,
            VerdictReason.COSTS_INCOMPLETE,
        )
        told = said.to_json()  # nor do they praise
        assert {told[key] for key in (*said.money, "payback_month")} == {None}
        shown = dict(lead_parts(said, words_for("en"))[2].pairs)
        assert set(shown) == {"Costs of the quarter", "Benefit"}

    def test_a_result_that_something_forbids_to_claim_is_not_written_as_one(self) -> None:
        case = evidence()
        doubtful = replace(
            case.effect, verdict=EffectVerdict.NOT_SHOWN, why=VerdictReason.MINUTES_MISSING
        )

        told = str(
            roi_message(statement(replace(case, effect=doubtful)), words_for("en")).to_json()
        )

        assert "Hours freed (not shown)" in told
        assert "Saved a question (not shown)" in told
        assert "(not shown)" not in str(roi_message(statement(case), words_for("en")).to_json())

    @pytest.mark.parametrize(
        ("case", "reason"),
        [
            *(
                (evidence(cannot=why), why)
                for why in (
                    VerdictReason.NO_BASELINE,
                    VerdictReason.NO_TIMES,
                    VerdictReason.TOO_FEW,
                    VerdictReason.TOO_SHORT,
                    VerdictReason.TOO_EARLY,
                    VerdictReason.NO_PEOPLE,
                )
            ),
            (evidence(now=np.array([30.0])), VerdictReason.TOO_FEW),
            (evidence(before=NOW), VerdictReason.NO_DIFFERENCE),
            (evidence(cost_eur=0.0, months=()), VerdictReason.NO_COSTS),
        ],
    )
    def test_nothing_is_claimed_where_nothing_can_be(
        self, case: StatementEvidence, reason: VerdictReason
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

    def test_the_reason_is_said_in_the_words_of_the_effect(self) -> None:
        said = statement(evidence(cannot=VerdictReason.NOTHING_SHARED))

        assert "no category in common" in roi_message(said, words_for("en")).text

    def test_without_a_baseline_there_is_no_benefit_to_name(self) -> None:
        said = statement(evidence(before=np.zeros(0), cannot=VerdictReason.NO_BASELINE))

        assert said.to_json()["benefit_eur"] == {"low": None, "mid": None, "high": None}
        assert (said.roi, said.npv_eur, said.payback_month, said.p_positive) == (None,) * 4
        assert said.cost_eur == 100.0


minutes = st.lists(st.floats(0, 10_000), max_size=60).map(lambda values: np.array(values))


@example(before=np.full(30, 60.0), now=np.full(30, 90.0), cost=1.1e-308)
@given(before=minutes, now=minutes, cost=st.floats(0, 1e6))
@settings(max_examples=60, deadline=None)
def test_any_figures_give_a_statement_with_ordered_amounts(
    before: Floats, now: Floats, cost: float
) -> None:
    months = (Month("2026-11", len(now), cost),)
    case = evidence(before=before, now=now, cost_eur=cost, months=months)

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
        months = (Month("2026-11", 60, 1.0),)
        case = evidence(before=before, now=now, cost_eur=1.0, months=months)
        claimed += statement(case).verdict in (StatementVerdict.PAID, StatementVerdict.NOT_YET)

    assert claimed <= 400 * 0.04
