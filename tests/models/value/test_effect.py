"""What the pilot changed: only what chance cannot explain is claimed, and never too early."""

from dataclasses import replace
from datetime import date, timedelta
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.desk.programme.baseline_posts import hold_out_line
from models.kpis.handling import Cell, Handling, Moments
from models.language import words_for
from models.message import plain
from models.statistics.looks import ERROR, Look, first_look, latest_look, look_after
from models.value.effect.by_chance import Cases, by_hold_out, some_cases
from models.value.effect.by_weeks import by_weeks
from models.value.effect.case_mix import TicketColumns, mix_weights
from models.value.effect.comparison import (
    Comparison,
    Design,
    DesignPlan,
    EffectVerdict,
    VerdictReason,
    judge,
)
from models.value.effect.forecast import planned_cases
from models.value.effect.guardrails import GuardrailColumns, worse_than_held
from models.value.effect.reduction import (
    Floats,
    Mean,
    Reduction,
    clustered_mean,
    pooled_strata,
    reduction,
    shares_of,
    stratified_mean,
)
from tests.models.value.made_weeks import side_of

TODAY = date(2026, 11, 23)
PLAN = DesignPlan(target=0.4, cap=200.0)
NOTHING = np.zeros(0)


def spread_about(mean: float, n: int) -> Floats:
    """Minutes with a known mean, half of them a quarter above it and half below."""
    return mean * np.where(np.arange(n) % 2, 1.25, 0.75)


def guarded(n: int, **columns: Floats) -> GuardrailColumns:
    quiet = {name: np.zeros(n) for name in ("reopened", "reassigned", "came_back", "to_human")}
    return GuardrailColumns(**{**quiet, **columns})


def a_pilot(ours: float, held: float, n: int = 200) -> Cases:
    """As many cases with Lotsen as without, in two categories."""
    is_held = np.arange(2 * n) >= n
    minutes = np.concatenate([spread_about(ours, n), spread_about(held, n)])
    stratum = np.where(np.arange(2 * n) // 2 % 2, "vpn", "mail")
    return Cases(is_held, stratum, minutes, guarded(2 * n))


def weeks_of(mean: float, weeks: int, category: str = "vpn", a_week: int = 10) -> TicketColumns:
    """Weeks that differ a little from each other."""
    n = weeks * a_week
    week = np.repeat(np.arange(weeks), a_week)
    minutes = spread_about(mean, n) * np.where(week % 2, 1.05, 0.95)
    return TicketColumns(minutes, np.ones(n), np.full(n, category), week)


def weekly(
    before: TicketColumns, now: TicketColumns, untouched: frozenset[str] = frozenset()
) -> Comparison:
    return by_weeks(side_of(before), side_of(now), PLAN, today=TODAY, untouched=untouched)


class TestHoldOut:
    @pytest.mark.parametrize(
        ("ours", "verdict", "why"),
        [
            (10.0, EffectVerdict.MET, VerdictReason.SHOWN),
            (24.0, EffectVerdict.IMPROVED, VerdictReason.SHOWN),
            (30.0, EffectVerdict.NO_EFFECT, VerdictReason.NO_DIFFERENCE),
            (36.0, EffectVerdict.WORSE, VerdictReason.SHOWN),
        ],
    )
    def test_is_judged_by_its_interval(
        self, ours: float, verdict: EffectVerdict, why: VerdictReason
    ) -> None:
        effect = by_hold_out(a_pilot(ours, 30.0), PLAN, weeks=4, today=TODAY)

        assert (effect.verdict, effect.why) == (verdict, why)
        assert effect.design is Design.HOLD_OUT
        assert effect.cut is not None
        assert effect.cut.value == pytest.approx(1 - ours / 30)

    def test_a_case_that_needed_nobody_counts_with_no_minutes(self) -> None:
        cases = a_pilot(30.0, 30.0)
        minutes = cases.minutes.copy()
        minutes[:100] = 0.0

        effect = by_hold_out(replace(cases, minutes=minutes), PLAN, weeks=4, today=TODAY)

        assert effect.cut is not None
        assert effect.cut.value == pytest.approx(0.5)

    def test_says_nothing_below_thirty_a_side(self) -> None:
        effect = by_hold_out(a_pilot(5.0, 30.0, n=29), PLAN, weeks=4, today=TODAY)

        assert (effect.verdict, effect.why) == (EffectVerdict.NOT_JUDGED, VerdictReason.TOO_FEW)

    def test_waits_for_its_first_look_so_that_nobody_stops_at_a_lucky_week(self) -> None:
        plan = replace(PLAN, planned=900)

        effect = by_hold_out(a_pilot(5.0, 30.0), plan, weeks=4, today=TODAY)

        assert (effect.verdict, effect.why) == (EffectVerdict.NOT_JUDGED, VerdictReason.TOO_EARLY)
        assert effect.first_look == 450

    def test_is_judged_anew_only_when_the_cases_have_doubled(self) -> None:
        cases = a_pilot(10.0, 30.0)
        order = np.argsort(np.arange(400) % 200, kind="stable")  # both arms all along
        mixed = Cases(
            cases.is_held[order], cases.stratum[order], cases.minutes[order], cases.guarded
        )

        effect = by_hold_out(mixed, replace(PLAN, planned=180), weeks=4, today=TODAY)

        # First at 90, then at 180 and 360.
        assert (effect.n, effect.n_before, effect.later) == (180, 180, 40)
        assert effect.cut is not None
        assert effect.cut.interval_error == pytest.approx(0.05 / 8)

    def test_a_guardrail_forbids_any_success(self) -> None:
        cases = a_pilot(10.0, 30.0)
        reopened = np.where(cases.is_held, 0.0, np.arange(400) % 3 == 0)

        effect = by_hold_out(
            replace(cases, guarded=guarded(400, reopened=reopened)), PLAN, weeks=4, today=TODAY
        )

        assert (effect.verdict, effect.why) == (EffectVerdict.NOT_SHOWN, VerdictReason.GUARDRAIL)
        assert effect.worse == ("reopened",)

    def test_cases_whose_minutes_are_not_known_yet_are_counted_apart(self) -> None:
        cases = a_pilot(20.0, 30.0)
        minutes = np.where(np.arange(400) % 4 == 0, np.nan, cases.minutes)

        effect = by_hold_out(replace(cases, minutes=minutes), PLAN, weeks=4, today=TODAY)

        assert (effect.n, effect.n_before, effect.unknown) == (150, 150, 100)

    @pytest.mark.parametrize("n", [0, 1])
    def test_next_to_nothing_is_no_crash(self, n: int) -> None:
        effect = by_hold_out(a_pilot(10.0, 30.0, n=n), PLAN, weeks=0, today=TODAY)

        assert (effect.cut, effect.verdict) == (None, EffectVerdict.NOT_JUDGED)

    def test_one_odd_ticket_does_not_decide(self) -> None:
        cases = a_pilot(20.0, 30.0)
        minutes = cases.minutes.copy()
        minutes[0] = 1_000_000.0

        effect = by_hold_out(replace(cases, minutes=minutes), PLAN, weeks=4, today=TODAY)

        assert effect.verdict is EffectVerdict.IMPROVED

    def test_says_by_how_much_the_goal_is_missed_at_most(self) -> None:
        effect = by_hold_out(a_pilot(29.5, 30.0), PLAN, weeks=4, today=TODAY)

        assert effect.verdict is EffectVerdict.NO_EFFECT

    def test_minutes_that_are_missing_in_one_arm_forbid_a_success(self) -> None:
        cases = a_pilot(20.0, 30.0)
        long = ~cases.is_held & (np.arange(400) % 4 == 0)
        left_out = replace(cases, minutes=np.where(long, np.nan, cases.minutes))

        effect = by_hold_out(left_out, PLAN, weeks=4, today=TODAY)

        assert effect.known == (1.0, 0.75)
        assert (effect.verdict, effect.why) == (
            EffectVerdict.NOT_SHOWN,
            VerdictReason.MINUTES_MISSING,
        )

    def test_unless_even_the_worst_that_could_be_is_less(self) -> None:
        cases = a_pilot(5.0, 30.0)
        missing = ~cases.is_held & (np.arange(400) % 8 == 0)
        left_out = replace(cases, minutes=np.where(missing, np.nan, cases.minutes))

        effect = by_hold_out(left_out, replace(PLAN, cap=60.0), weeks=4, today=TODAY)

        assert effect.verdict is EffectVerdict.MET


class TestHalfDays:
    """Chance draws half-days: what varies are they, not their questions."""

    @staticmethod
    def switched(ours: float, held: float, weeks: int, luck: float = 0.0) -> Cases:
        """Four questions a half-day; ``luck`` is how much a half-day's are alike."""
        monday = date(2026, 3, 2)
        days = [monday + timedelta(7 * week + day) for week in range(weeks) for day in range(5)]
        half_day = np.repeat([f"{day} {half}" for day in days for half in ("am", "pm")], 4)
        n = len(half_day)
        is_held = np.tile(np.repeat([True, False, False, True], 4), n // 16 + 1)[:n]
        good = np.repeat(np.where(np.arange(n // 4) // 2 % 2, 1 + luck, 1 - luck), 4)
        minutes = np.where(is_held, held, ours) * np.tile([0.5, 1.5, 0.8, 1.2], n // 4) * good
        return Cases(is_held, np.full(n, "vpn"), minutes, guarded(n), half_day)

    def test_are_a_design_of_their_own(self) -> None:
        effect = by_hold_out(self.switched(15, 30, 4), PLAN, weeks=4, today=TODAY)

        assert (effect.design, effect.half_days) == (Design.SWITCHBACK, (20, 20))
        assert effect.is_success
        assert effect.claims_cause
        assert effect.cut is not None
        assert effect.cut.value == pytest.approx(0.5)

    def test_are_too_few_below_ten_in_each_arm_however_many_questions(self) -> None:
        effect = by_hold_out(self.switched(15, 30, 1), PLAN, weeks=1, today=TODAY)

        assert (effect.verdict, effect.why) == (EffectVerdict.NOT_JUDGED, VerdictReason.TOO_FEW)
        cases = self.switched(15, 30, 1)
        twice = some_cases(cases, np.tile(np.arange(40), 2))
        effect = by_hold_out(twice, replace(PLAN, planned=0), weeks=1, today=TODAY)
        assert effect.why is VerdictReason.TOO_FEW_HALF_DAYS

    def test_that_differ_widen_the_interval(self) -> None:
        calm, wild = (
            by_hold_out(self.switched(25, 30, 8, luck), PLAN, weeks=8, today=TODAY).cut
            for luck in (0.0, 0.5)
        )

        assert calm is not None
        assert wild is not None
        assert wild.error > 2 * calm.error


class TestLooks:
    def test_each_look_may_err_half_as_often_as_the_one_before(self) -> None:
        looks = [latest_look(known, 90) for known in (89, 90, 179, 180, 1000)]

        assert looks == [
            None,
            Look(90, 0.025),
            Look(90, 0.025),
            Look(180, 0.0125),
            Look(720, 0.05 / 16),
        ]

    def test_the_second_is_at_the_planned_number(self) -> None:
        assert (first_look(150), first_look(151), first_look(0)) == (75, 76, 0)

    def test_a_forecast_is_of_a_look_to_come_that_is_sure_enough(self) -> None:
        def needed(error: float) -> int | None:
            return 100 if error >= 0.025 else 150

        assert [look_after(at, 90, needed) for at in (0, 90, 180, 360)] == [180, 180, 360, 720]
        assert look_after(0, 90, lambda _: None) is None
        assert look_after(0, 0, needed) == 100

    @given(st.integers(1, 10**6), st.integers(1, 10**5))
    def test_never_more_is_judged_than_there_is(self, known: int, first: int) -> None:
        look = latest_look(known, first)

        assert (look is None) == (known < first)
        assert look is None or known / 2 < look.at <= known

    @given(st.integers(2, 60))
    def test_all_looks_together_err_no_more_than_one(self, looks: int) -> None:
        errors = [latest_look(10 << at, 10) for at in range(looks)]

        assert sum(look.error for look in errors if look) <= ERROR


class TestForecast:
    def test_names_the_day_at_the_present_rate(self) -> None:
        chance = np.random.default_rng(1)
        cases = a_pilot(28.0, 30.0, n=40)
        wild = replace(cases, minutes=cases.minutes * np.exp(chance.standard_normal(80)))

        effect = by_hold_out(wild, PLAN, weeks=8, today=TODAY)

        assert effect.improved is not None
        assert effect.improved.so_far == 80
        assert effect.improved.needed is not None
        missing = effect.improved.needed - 80
        assert missing > 0
        assert effect.improved.on == TODAY + timedelta(days=-(-7 * missing // 10))

    def test_met_takes_more_than_improved(self) -> None:
        effect = by_hold_out(a_pilot(16.5, 30.0), PLAN, weeks=8, today=TODAY)

        assert effect.improved is not None
        assert effect.met is not None
        assert (effect.met.needed or 0) > (effect.improved.needed or 0)

    def test_never_is_an_answer(self) -> None:
        effect = by_hold_out(a_pilot(25.0, 30.0), PLAN, weeks=8, today=TODAY)

        assert effect.met is not None
        assert (effect.met.needed, effect.met.on) == (None, None)

    def test_the_planned_number_rests_on_the_baseline_and_the_share(self) -> None:
        as_is, cut, small = Moments(20.0, 400.0), Moments(12.0, 144.0), Moments(16.0, 256.0)

        # 1/0.5 + 1/0.5 = 4 at 40 %: 4 · ((2.50 + 1.04) / ln(20/12))² = 191.5
        assert planned_cases(as_is, cut, 0.5) == 192
        assert planned_cases(as_is, cut, 0.5, by_half_days=True) == 230
        assert planned_cases(as_is, cut, 0.2) == 300
        assert planned_cases(as_is, small, 0.5) == 1004
        # However alike tickets are, thirty are held out.
        assert planned_cases(Moments(20.0, 0.1), Moments(12.0, 0.1), 0.2) == 205


@pytest.mark.parametrize(
    ("a_week", "share", "said"),
    [
        (
            23,
            "0.5",
            "at 100 a month the goal is judged first after 6 weeks, with a fifth only after 8",
        ),
        (115, "0.2", "at 500 a month the goal is judged first after 3 weeks, with half after 2"),
    ],
)
def test_a_small_desk_is_told_to_hold_out_half_and_what_that_saves(
    a_week: int, share: str, said: str
) -> None:
    # Minutes of a coefficient of variation of 1: 4 and 6.25 relative variances.
    as_is, with_cut = Moments(20.0, 400.0), Moments(12.0, 144.0)
    cells = tuple(Cell(week, "vpn", a_week, 20.0) for week in range(13))
    frozen = Handling(100.0, as_is, with_cut, 13, cells, 0)

    line = plain(hold_out_line(frozen, 8, words_for("en")))

    assert said in line
    assert f"LOTSEN_HOLD_OUT_SHARE={share}" in line


@pytest.mark.parametrize(("staff", "by_half_days"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_desk_of_one_to_three_is_told_to_draw_half_days(staff: int, by_half_days: bool) -> None:
    as_is, with_cut = Moments(20.0, 400.0), Moments(12.0, 144.0)
    cells = tuple(Cell(week, "vpn", 23, 20.0) for week in range(13))

    line = plain(
        hold_out_line(Handling(100.0, as_is, with_cut, 13, cells, 0), staff, words_for("en"))
    )

    assert ("LOTSEN_HOLD_OUT_UNIT=half_day" in line) is by_half_days
    assert "LOTSEN_HOLD_OUT_SHARE=0.5" in line


def test_nobody_is_told_to_hold_out_where_it_would_take_years() -> None:
    rare = Handling(
        100.0, Moments(20.0, 400.0), Moments(12.0, 144.0), 200, (Cell(0, "", 1, 9.0),), 0
    )

    assert hold_out_line(rare, 0, words_for("en")) == ()


class TestBeforeAndAfter:
    def test_says_nothing_below_eight_weeks_a_side(self) -> None:
        effect = weekly(weeks_of(30.0, 8), weeks_of(10.0, 7))

        assert (effect.verdict, effect.why) == (EffectVerdict.NOT_JUDGED, VerdictReason.TOO_SHORT)

    def test_is_an_association_whatever_it_shows(self) -> None:
        effect = weekly(weeks_of(30.0, 8), weeks_of(10.0, 8))

        assert (effect.design, effect.verdict) == (Design.ASSOCIATION, EffectVerdict.MET)
        assert (effect.weeks, effect.weeks_before) == (8, 8)

    def test_a_shift_to_easy_tickets_is_no_improvement(self) -> None:
        easy, hard = weeks_of(10.0, 10, "mail"), weeks_of(50.0, 10, "vpn")
        many = weeks_of(10.0, 10, "mail", a_week=90)

        effect = weekly(both(easy, hard), both(many, hard))

        assert effect.cut is not None
        assert effect.cut.value == pytest.approx(0.0, abs=0.001)
        # All questions as one take less, so that nothing is ruled out either.
        assert (effect.verdict, effect.why) == (
            EffectVerdict.NOT_JUDGED,
            VerdictReason.SORTED_OTHERWISE,
        )

    def test_what_changed_everywhere_is_subtracted(self) -> None:
        before = both(weeks_of(30.0, 10, "vpn"), weeks_of(30.0, 10, "mail"))
        after = both(weeks_of(15.0, 10, "vpn"), weeks_of(15.0, 10, "mail"))

        alone = weekly(before, after)
        beside = weekly(before, after, untouched=frozenset({"mail"}))

        assert alone.cut is not None
        assert beside.cut is not None
        assert alone.cut.value == pytest.approx(0.5)
        assert (beside.design, beside.verdict) == (Design.DIFFERENCE, EffectVerdict.NO_EFFECT)
        assert beside.cut.value == pytest.approx(0.0, abs=1e-9)

    def test_categories_that_the_baseline_did_not_know_weigh_nothing(self) -> None:
        now = TicketColumns(
            np.ones(3), np.array([2.0, 1.0, 1.0]), np.array(["vpn", "mail", "new"]), np.zeros(3)
        )
        before = TicketColumns(
            np.ones(2), np.array([1.0, 3.0]), np.array(["vpn", "mail"]), np.zeros(2)
        )

        assert mix_weights(now, before).tolist() == [1.0, 3.0, 0.0]

    def test_dear_tickets_that_no_longer_come_are_no_time_saved(self) -> None:
        easy, hard = weeks_of(10.0, 10, "mail"), weeks_of(100.0, 10, "vpn")
        left = weeks_of(20.0, 10, "payroll")
        before, after = both(both(easy, hard), left), both(easy, left)

        alone = weekly(before, after)
        beside = weekly(before, after, untouched=frozenset({"payroll"}))

        for effect in (alone, beside):
            assert effect.cut is not None
            assert effect.cut.value == pytest.approx(0.0, abs=1e-9)
            # Nor is the goal ruled out: in all it is far less work.
            assert (effect.verdict, effect.why) == (
                EffectVerdict.NOT_JUDGED,
                VerdictReason.IN_TOTAL,
            )
        assert (beside.design, beside.n_before, beside.n) == (Design.DIFFERENCE, 100, 80)

    def test_nor_are_those_that_hardly_come_any_more(self) -> None:
        easy, hard = weeks_of(10.0, 10, "mail"), weeks_of(100.0, 10, "vpn")
        once = TicketColumns(np.array([5.0]), np.ones(1), np.array(["vpn"]), np.array([3]))

        effect = weekly(both(easy, hard), both(easy, once))

        assert effect.cut is not None
        assert effect.cut.value == pytest.approx(0.0, abs=1e-9)

    def test_without_a_category_in_common_nothing_is_said(self) -> None:
        effect = weekly(weeks_of(30.0, 9, "old"), weeks_of(10.0, 9, "new"))

        assert (effect.verdict, effect.why) == (
            EffectVerdict.NOT_JUDGED,
            VerdictReason.NOTHING_SHARED,
        )
        assert (effect.cut, effect.n_before, effect.n) == (None, 90, 80)

    def test_the_weeks_are_those_with_a_ticket_that_is_compared(self) -> None:
        before = both(weeks_of(30.0, 10, "gone"), weeks_of(30.0, 5, "vpn"))

        effect = weekly(before, weeks_of(10.0, 10, "vpn"))

        assert (effect.weeks_before, effect.why) == (5, VerdictReason.TOO_SHORT)

    def test_says_nothing_below_thirty_tickets_a_side(self) -> None:
        few = weeks_of(10.0, 9, a_week=3)

        effect = weekly(weeks_of(30.0, 9), few)

        assert (effect.verdict, effect.why) == (EffectVerdict.NOT_JUDGED, VerdictReason.TOO_FEW)

    @given(
        st.dictionaries(st.sampled_from("abcdef"), st.integers(6, 20), min_size=1),
        st.dictionaries(st.sampled_from("abcdef"), st.integers(6, 20), min_size=1),
        st.sampled_from(["", "a", "f"]),
    )
    @settings(max_examples=40, deadline=None)
    def test_no_shift_of_categories_is_an_effect(
        self, mix: dict[str, int], later: dict[str, int], left: str
    ) -> None:
        before, after = a_desk(mix), a_desk(later)

        effect = weekly(before, after, untouched=frozenset(left))

        assert effect.cut is None or effect.cut.value == pytest.approx(0.0, abs=1e-6)

    def test_tickets_of_a_week_and_category_may_come_together(self) -> None:
        single = weeks_of(30.0, 10)
        together = TicketColumns(
            single.minutes.reshape(10, 10).mean(axis=1),
            np.full(10, 10.0),
            np.full(10, "vpn"),
            np.arange(10),
        )

        one, other = (weekly(side, weeks_of(20.0, 9)) for side in (single, together))

        assert one.cut is not None
        assert other.cut is not None
        assert other.n_before == one.n_before == 100
        assert (other.cut.low, other.cut.high) == pytest.approx((one.cut.low, one.cut.high))

    def test_no_ticket_is_no_crash(self) -> None:
        nothing = TicketColumns(NOTHING, NOTHING, NOTHING.astype(str), NOTHING)

        effect = weekly(nothing, nothing, untouched=frozenset({"vpn"}))

        assert (effect.verdict, effect.cut) == (EffectVerdict.NOT_JUDGED, None)


def both(one: TicketColumns, other: TicketColumns) -> TicketColumns:
    return TicketColumns(
        np.concatenate([one.minutes, other.minutes]),
        np.concatenate([one.count, other.count]),
        np.concatenate([one.category, other.category]),
        np.concatenate([one.week, other.week]),
    )


def a_desk(mix: dict[str, int]) -> TicketColumns:
    """Return ten weeks in which each category always takes the same, and each its own."""
    parts = [
        TicketColumns(np.full(10, 10.0 * ord(key)), np.full(10, n), np.full(10, key), np.arange(10))
        for key, n in mix.items()
    ]
    return reduce(both, parts)


class TestArithmetic:
    def test_a_hand_worked_reduction(self) -> None:
        # ln(20/30) = −0.405465; its variance 1/400 + 2.25/900 = 0.005, error 0.0707107;
        # Welch's freedom 0.005² / (0.0025²/24 + 0.0025²/24) = 48, t = 2.010635.
        found = reduction(Mean(20.0, 1.0, 24.0), Mean(30.0, 2.25, 24.0))

        assert found is not None
        assert found.value == pytest.approx(1 / 3)
        assert found.error == pytest.approx(0.0707107, abs=1e-6)
        assert found.low == pytest.approx(1 - np.exp(-0.405465 + 0.142173), abs=1e-5)
        assert found.high == pytest.approx(1 - np.exp(-0.405465 - 0.142173), abs=1e-5)

    def test_strata_weigh_as_told(self) -> None:
        values, strata = np.array([1.0, 3.0, 10.0, 14.0]), np.array(["a", "a", "b", "b"])

        mean = stratified_mean(values, strata, {"a": 0.75, "b": 0.25})

        assert mean is not None
        assert mean.value == pytest.approx(0.75 * 2 + 0.25 * 12)
        assert mean.variance == pytest.approx(0.75**2 * 1 + 0.25**2 * 4)

    def test_small_strata_are_put_together(self) -> None:
        strata = np.array(["a"] * 20 + ["b"] * 6 + ["c"] * 6)
        is_held = np.arange(32) % 2 == 0

        assert set(pooled_strata(strata, is_held)) == {"a", ""}
        assert set(pooled_strata(strata[:26], is_held[:26])) == {""}

    def test_weeks_that_differ_widen_the_interval(self) -> None:
        values = np.repeat([10.0, 30.0], 50)

        apart, mixed = (
            clustered_mean(values, np.ones(100), weeks)
            for weeks in (np.repeat(np.arange(10), 10), np.tile(np.arange(10), 10))
        )

        assert apart is not None
        assert mixed is not None
        assert apart.value == mixed.value == 20.0
        assert apart.variance > 10 * mixed.variance

    @given(st.floats(0.01, 1e4), st.floats(0.01, 1e4), st.floats(0, 1e3), st.floats(0, 1e3))
    def test_the_interval_holds_its_value(
        self, now: float, before: float, one: float, other: float
    ) -> None:
        found = reduction(Mean(now, one, 9.0), Mean(before, other, 9.0))

        assert found is not None
        assert found.low <= found.value + 1e-12
        assert found.value <= found.high + 1e-12
        assert found.high <= 1

    @given(st.lists(st.sampled_from("abc"), min_size=1, max_size=40))
    def test_shares_add_up_to_one(self, keys: list[str]) -> None:
        assert sum(shares_of(np.array(keys)).values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.40, 0.6, EffectVerdict.MET),
        (0.39, 0.6, EffectVerdict.IMPROVED),
        (0.01, 0.2, EffectVerdict.IMPROVED),
        (0.0, 0.6, EffectVerdict.NOT_SHOWN),
        (-0.07, 0.11, EffectVerdict.GOAL_RULED_OUT),
        (-0.2, 0.09, EffectVerdict.NO_EFFECT),
        (-0.2, -0.0, EffectVerdict.NO_EFFECT),
        (-0.2, -0.1, EffectVerdict.WORSE),
    ],
)
def test_the_whole_interval_must_reach_the_target(
    low: float, high: float, verdict: EffectVerdict
) -> None:
    assert judge(Reduction(0.0, low, high, 0.1), 0.4, None)[0] is verdict


@pytest.mark.parametrize("name", ["reopened", "reassigned", "came_back"])
def test_a_share_that_rises_beyond_chance_is_a_broken_guardrail(name: str) -> None:
    is_held = np.arange(400) >= 200
    often = np.where(is_held, np.arange(400) % 20 == 0, np.arange(400) % 4 == 0).astype(float)
    rarely = np.where(is_held, np.arange(400) % 4 == 0, np.arange(400) % 20 == 0).astype(float)

    assert worse_than_held(guarded(400, **{name: often}), is_held) == (name,)
    assert worse_than_held(guarded(400, **{name: rarely}), is_held) == ()


def test_a_person_who_comes_later_is_a_broken_guardrail() -> None:
    is_held = np.arange(200) >= 100
    later = np.where(is_held, spread_about(10, 200), spread_about(15, 200))

    assert worse_than_held(guarded(200, to_human=later), is_held) == ("to_human",)
    assert worse_than_held(guarded(200, to_human=later[::-1].copy()), is_held) == ()


@pytest.mark.slow
def test_chance_alone_is_called_an_improvement_in_one_pilot_of_forty_at_most() -> None:
    claimed = 0
    for seed in range(400):
        chance = np.random.default_rng(seed)
        n = 300
        minutes = 20 * np.exp(0.9 * chance.standard_normal(n))
        cases = Cases(chance.random(n) < 0.2, chance.choice(["a", "b"], n), minutes, guarded(n))
        effect = by_hold_out(cases, DesignPlan(0.4, 80.0), weeks=5, today=TODAY)
        claimed += effect.verdict in (EffectVerdict.IMPROVED, EffectVerdict.MET)
    # 2.5 % of 400 are 10; 19 would happen by chance once in two hundred such tests.
    assert claimed < 19
