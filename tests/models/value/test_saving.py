"""What one case or ticket saves: like with like, and weeks as what was observed."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.value.effect.case_mix import TicketColumns
from models.value.effect.design import Design
from models.value.effect.estimation import DesignPlan, EffectReason, by_hold_out
from models.value.effect.reduction import Reduction, times
from models.value.statement.savings import is_judged, of_hold_out, of_weeks, pending_of
from tests.models.value.test_effect import a_pilot, weeks_of

TODAY = date(2026, 11, 23)
PLAN = DesignPlan(target=0.4, cap=200.0, planned=100)


def together(*parts: TicketColumns) -> TicketColumns:
    return TicketColumns(
        minutes=np.concatenate([part.minutes for part in parts]),
        count=np.concatenate([part.count for part in parts]),
        category=np.concatenate([part.category for part in parts]),
        week=np.concatenate([part.week for part in parts]),
    )


def mixed(vpn: int, mail: int, factor: float = 1.0) -> TicketColumns:
    """Twelve weeks in which VPN takes 20 minutes and mail 60, twice so many of each a week."""
    return together(
        weeks_of(20 * factor, 12, "vpn", a_week=2 * vpn),
        weeks_of(60 * factor, 12, "mail", a_week=2 * mail),
    )


class TestTheHoldOut:
    def test_saves_the_difference_of_the_arms_in_minutes(self) -> None:
        effect = by_hold_out(a_pilot(18.0, 30.0), PLAN, weeks=4, today=TODAY)

        found = of_hold_out(effect)

        assert found.design is Design.HOLD_OUT
        assert found.difference is not None
        assert found.difference.value == pytest.approx(12.0)
        assert (found.without, found.now) == pytest.approx((30.0, 18.0))

    def test_counts_a_question_that_an_answer_solved_with_no_minutes(self) -> None:
        cases = a_pilot(30.0, 30.0)
        minutes = cases.minutes.copy()
        minutes[:100] = 0.0
        effect = by_hold_out(replace(cases, minutes=minutes), PLAN, weeks=4, today=TODAY)

        difference = of_hold_out(effect).difference

        assert difference is not None
        assert difference.value == pytest.approx(15.0)

    def test_has_welchs_interval_within_its_strata(self) -> None:
        effect = by_hold_out(a_pilot(18.0, 30.0), PLAN, weeks=4, today=TODAY)
        difference = of_hold_out(effect).difference

        # 200 cases an arm of ±25 % in two equal strata of 100: within each, the variance of
        # 18 ± 4.5 is 20.25·100/99, of 30 ± 7.5 it is 56.25·100/99; the mean's is that / 200.
        assert difference is not None
        assert difference.error == pytest.approx(np.sqrt((20.25 + 56.25) * 100 / 99 / 200))
        assert difference.low == pytest.approx(12 - 1.967 * difference.error, abs=0.01)

    def test_is_not_judged_below_its_planned_number(self) -> None:
        effect = by_hold_out(a_pilot(18.0, 30.0), replace(PLAN, planned=500), weeks=4, today=TODAY)

        assert effect.why is EffectReason.TOO_EARLY
        assert not is_judged(effect)
        pending = pending_of(effect)
        assert pending is not None
        assert (pending.so_far, pending.planned) == (400, 500)
        with pytest.raises(ValueError, match="no hold-out"):
            of_hold_out(effect)


class TestBeforeAndAfter:
    def test_a_shift_of_the_mix_is_no_saving(self) -> None:
        # Mail takes three times as long; there were many of them, and are few.
        found = of_weeks(mixed(5, 15), mixed(15, 5), weeks_before=12)

        assert found.design is Design.ASSOCIATION
        assert found.difference is not None
        assert found.difference.value == pytest.approx(0.0, abs=1e-9)

    def test_what_every_category_saves_is_found_in_todays_mix(self) -> None:
        found = of_weeks(mixed(5, 15), mixed(15, 5, 0.5), weeks_before=12)

        # Today's mix is 3 to 1: (15·20 + 5·60)/20 = 30 minutes without, 15 with.
        assert (found.without, found.now) == pytest.approx((30.0, 15.0))
        assert (found.n_before, found.n) == (480, 480)

    def test_a_category_that_the_baseline_does_not_know_saves_nothing(self) -> None:
        now = together(mixed(10, 10, 0.5), weeks_of(500, 12, "new", a_week=4))

        found = of_weeks(mixed(10, 10), now, weeks_before=12)

        assert found.counted == frozenset({"vpn", "mail"})
        assert found.n == 480
        assert found.difference is not None
        assert found.difference.value == pytest.approx(20.0)

    def test_categories_are_not_looked_at_where_hardly_any_is_known(self) -> None:
        before = weeks_of(40, 12, "", a_week=10)

        found = of_weeks(before, mixed(5, 5, 0.5), weeks_before=12)

        assert (found.counted, found.n) == (None, 240)
        assert found.without == pytest.approx(40.0)

    def test_categories_are_looked_at_where_both_know_half_of_todays_tickets(self) -> None:
        # Half of the baseline has no category, but the other half is all that there is today.
        before = together(weeks_of(90, 12, "", a_week=10), mixed(3, 2))

        found = of_weeks(before, mixed(3, 2), weeks_before=12)

        assert found.counted == frozenset({"vpn", "mail"})
        assert found.difference is not None
        assert found.difference.value == pytest.approx(0.0, abs=1e-9)

    def test_what_a_category_took_before_is_kept_for_other_months(self) -> None:
        found = of_weeks(mixed(5, 15), mixed(15, 5), weeks_before=12)

        assert found.usual == pytest.approx({"vpn": 20.0, "mail": 60.0})
        assert found.without == pytest.approx(30.0)

    def test_dear_tickets_that_no_longer_come_are_no_saving(self) -> None:
        before = together(weeks_of(10, 12, "mail", a_week=4), weeks_of(100, 12, "vpn", a_week=6))
        now = together(weeks_of(10, 12, "mail", a_week=4), weeks_of(10, 12, "new", a_week=6))

        found = of_weeks(before, now, weeks_before=12)

        assert (found.counted, found.n) == (frozenset({"mail"}), 48)
        assert found.difference is not None
        assert found.difference.value == pytest.approx(0.0, abs=1e-9)

    def test_without_a_category_in_common_there_is_nothing_to_compare(self) -> None:
        found = of_weeks(weeks_of(100, 12, "vpn"), weeks_of(10, 12, "new"), weeks_before=12)

        assert (found.difference, found.is_alike) == (None, False)
        assert (found.n_before, found.n) == (120, 120)

    def test_weeks_that_differ_make_it_less_sure_than_tickets_alone(self) -> None:
        wild = mixed(10, 10)
        luck = np.where(wild.week % 2, 1.3, 0.7)
        shaken = replace(wild, minutes=wild.minutes * luck)
        alone = replace(shaken, week=np.arange(len(shaken.week)))

        by_week = of_weeks(mixed(10, 10), shaken, weeks_before=12).difference
        by_ticket = of_weeks(mixed(10, 10), alone, weeks_before=12).difference

        assert by_week is not None
        assert by_ticket is not None
        assert by_week.error > 1.5 * by_ticket.error

    @given(st.integers(1, 12), st.integers(1, 12), st.floats(0.1, 3))
    def test_any_mix_gives_the_saving_of_its_own_tickets(
        self, vpn: int, mail: int, factor: float
    ) -> None:
        found = of_weeks(mixed(6, 6), mixed(vpn, mail, factor), weeks_before=12)

        mean = (20 * vpn + 60 * mail) / (vpn + mail)
        assert found.difference is not None
        assert found.difference.value == pytest.approx(mean * (1 - factor), rel=1e-6, abs=1e-6)
        assert found.difference.low <= found.difference.value <= found.difference.high


class TestTheUntouched:
    LEFT = frozenset({"payroll"})

    def side(self, factor: float, helped: float = 1.0) -> TicketColumns:
        return together(mixed(6, 6, factor * helped), weeks_of(30 * factor, 12, "payroll"))

    def test_what_changed_there_as_well_is_subtracted(self) -> None:
        found = of_weeks(self.side(1.0), self.side(0.8), weeks_before=12, untouched=self.LEFT)

        assert found.design is Design.DIFFERENCE
        assert found.difference is not None
        assert found.difference.value == pytest.approx(0.0, abs=1e-9)

    def test_only_the_others_count(self) -> None:
        found = of_weeks(self.side(1.0), self.side(0.8, 0.5), weeks_before=12, untouched=self.LEFT)

        # 40 minutes on average, 32 were to be expected, 16 it is; 288 tickets of the others.
        assert (found.without, found.now) == pytest.approx((32.0, 16.0))
        assert (found.n, found.counted) == (288, frozenset({"vpn", "mail"}))

    def test_dear_tickets_that_no_longer_come_are_no_saving(self) -> None:
        gone = weeks_of(100, 12, "gone")

        found = of_weeks(
            together(self.side(1.0), gone), self.side(1.0), weeks_before=12, untouched=self.LEFT
        )

        assert found.design is Design.DIFFERENCE
        assert found.difference is not None
        assert found.difference.value == pytest.approx(0.0, abs=1e-9)
        assert found.counted == frozenset({"vpn", "mail"})

    def test_untouched_ones_that_only_one_side_knows_are_no_control(self) -> None:
        more = frozenset({"payroll", "gone", "new"})
        before = together(self.side(1.0), weeks_of(100, 12, "gone"))
        now = together(self.side(1.0), weeks_of(5, 12, "new"))

        found = of_weeks(before, now, weeks_before=12, untouched=more)

        assert found.design is Design.DIFFERENCE
        assert found.difference is not None
        assert found.difference.value == pytest.approx(0.0, abs=1e-9)

    def test_they_never_count_even_where_the_others_are_compared_as_one(self) -> None:
        left = weeks_of(30, 12, "payroll")
        before = together(weeks_of(40, 12, "", a_week=10), left)

        found = of_weeks(
            before, together(mixed(6, 6, 0.5), left), weeks_before=12, untouched=self.LEFT
        )

        assert (found.design, found.n) == (Design.DIFFERENCE, 288)
        assert not found.counts("payroll")
        assert found.counts("vpn")
        assert found.counts("one that came in another month")

    def test_without_any_ticket_of_them_it_is_an_association(self) -> None:
        found = of_weeks(mixed(6, 6), mixed(6, 6, 0.5), weeks_before=12, untouched=self.LEFT)

        assert found.design is Design.ASSOCIATION


def test_a_share_becomes_minutes_of_what_would_have_been() -> None:
    found = times(Reduction(0.4, 0.2, 0.5, 0.1, 20.0), 30.0)

    # 30 minutes are left of 50: 20 saved; of 37.5 or 60 at the interval's ends.
    assert (found.value, found.low, found.high) == pytest.approx((20.0, 7.5, 30.0))
    assert found.error == pytest.approx(5.0)
