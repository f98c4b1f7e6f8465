"""What one question saves, in minutes: like with like, and questions rather than tickets."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.language import words_for
from models.message import plain
from models.store.figures import CaseStep
from models.tables import EventKind
from models.value.effect.by_chance import by_hold_out
from models.value.effect.by_weeks import by_weeks
from models.value.effect.case_mix import TicketColumns
from models.value.effect.comparison import (
    Comparison,
    Design,
    DesignPlan,
    EffectVerdict,
    VerdictReason,
)
from models.value.effect.effect_report import effect_line
from models.value.effect.questions import AnsweredQuestion, answered_questions, with_answered
from models.value.effect.reduction import Reduction, times
from tests.models.value.made_weeks import side_of
from tests.models.value.test_effect import a_pilot, weeks_of

TODAY = date(2026, 11, 23)
PLAN = DesignPlan(target=0.4, cap=200.0, planned=100)
AT = datetime(2026, 10, 5, 8, tzinfo=UTC)


def together(*parts: TicketColumns) -> TicketColumns:
    return TicketColumns(
        minutes=np.concatenate([part.minutes for part in parts]),
        count=np.concatenate([part.count for part in parts]),
        category=np.concatenate([part.category for part in parts]),
        week=np.concatenate([part.week for part in parts]),
    )


def mixed(vpn: int, mail: int, factor: float = 1.0) -> TicketColumns:
    """Sixteen weeks in which VPN takes 20 minutes and mail 60, twice so many of each a week."""
    return together(
        weeks_of(20 * factor, 16, "vpn", a_week=2 * vpn),
        weeks_of(60 * factor, 16, "mail", a_week=2 * mail),
    )


def weekly(
    before: TicketColumns,
    now: TicketColumns,
    left: frozenset[str] = frozenset(),
    *,
    people: tuple[int | None, int | None] = (100, 100),
) -> Comparison:
    then, since = side_of(before, people=people[0]), side_of(now, people=people[1])
    return by_weeks(then, since, PLAN, today=TODAY, untouched=left)


def minutes(effect: Comparison) -> tuple[float, float, float]:
    """Return minutes without Lotsen, with it, and saved."""
    assert effect.minutes is not None
    return effect.minutes.without, effect.minutes.now, effect.minutes.saved.value


class TestTheHoldOut:
    def test_saves_the_difference_of_the_arms_in_minutes(self) -> None:
        effect = by_hold_out(a_pilot(18.0, 30.0), PLAN, weeks=4, today=TODAY)

        assert effect.design is Design.HOLD_OUT
        assert minutes(effect) == pytest.approx((30.0, 18.0, 12.0))

    def test_counts_a_question_that_an_answer_solved_with_no_minutes(self) -> None:
        cases = a_pilot(30.0, 30.0)
        spared = cases.minutes.copy()
        spared[:100] = 0.0
        effect = by_hold_out(replace(cases, minutes=spared), PLAN, weeks=4, today=TODAY)

        assert minutes(effect)[2] == pytest.approx(15.0)


class TestBeforeAndAfter:
    def test_a_shift_of_the_mix_is_no_saving(self) -> None:
        # Mail takes three times as long; there were many of them, and are few.
        effect = weekly(mixed(5, 15), mixed(15, 5))

        assert effect.design is Design.ASSOCIATION
        assert minutes(effect)[2] == pytest.approx(0.0, abs=1e-9)

    def test_what_every_category_saves_is_worth_it_in_todays_mix(self) -> None:
        effect = weekly(mixed(5, 15), mixed(15, 5, 0.5))

        # Today's mix is 3 to 1: (15·20 + 5·60)/20 = 30 minutes without, 15 with.
        assert minutes(effect) == pytest.approx((30.0, 15.0, 15.0))

    def test_a_category_that_the_baseline_does_not_know_saves_nothing(self) -> None:
        now = together(mixed(10, 10, 0.5), weeks_of(500, 16, "new", a_week=4))

        effect = weekly(mixed(10, 10), now)

        assert effect.counted == frozenset({"vpn", "mail"})
        assert not effect.counts("new")
        assert minutes(effect)[2] == pytest.approx(20.0)

    def test_weeks_that_differ_make_it_less_sure_than_tickets_alone(self) -> None:
        wild = mixed(10, 10)
        luck = np.where(wild.week % 2, 1.3, 0.7)
        shaken = replace(wild, minutes=wild.minutes * luck)

        calm, rough = (weekly(mixed(10, 10), side).minutes for side in (mixed(10, 10), shaken))

        assert calm is not None
        assert rough is not None
        assert rough.saved.error > 1.5 * calm.saved.error

    def test_weeks_that_go_together_are_not_judged(self) -> None:
        before, now = mixed(10, 10), mixed(10, 10, 0.5)
        drift = np.exp(0.2 * np.sin(now.week / 16 * 2 * np.pi))
        effect = weekly(
            replace(before, minutes=before.minutes * drift),
            replace(now, minutes=now.minutes * drift),
        )

        assert (effect.verdict, effect.why) == (
            EffectVerdict.NOT_JUDGED,
            VerdictReason.WEEKS_ALIKE,
        )

    @given(st.integers(1, 12), st.integers(1, 12), st.floats(0.1, 3))
    def test_any_mix_gives_the_saving_of_its_own_tickets(
        self, vpn: int, mail: int, factor: float
    ) -> None:
        effect = weekly(mixed(6, 6), mixed(vpn, mail, factor))

        mean = (20 * vpn + 60 * mail) / (vpn + mail)
        assert effect.minutes is not None
        saved = effect.minutes.saved
        assert saved.value == pytest.approx(mean * (1 - factor), rel=1e-6, abs=1e-6)
        assert saved.low <= saved.value <= saved.high


class TestQuestionsRatherThanTickets:
    """C1: the bot answers the easy ones, and the desk keeps the hard ones."""

    def spared(self, share: float, spared: float = 1.0) -> TicketColumns:
        """Take the easiest tickets of each week away, answered instead."""
        before = mixed(10, 10)
        easy = before.category == "vpn"
        kept = before.chosen(~easy | (np.arange(len(easy)) % 10 >= 10 * share))
        answered = [
            (int(week), AnsweredQuestion(AT, "vpn", spared))
            for week, is_easy, number in zip(before.week, easy, np.arange(len(easy)), strict=True)
            if is_easy and number % 10 < 10 * share
        ]
        return with_answered(kept, answered, {"vpn": 20.0, "mail": 60.0})

    def test_a_bot_that_spares_easy_tickets_is_no_harm(self) -> None:
        effect = weekly(mixed(10, 10), self.spared(0.6))

        # Of 20 questions 6 at 20 minutes are spared: 120 of 800 minutes.
        assert effect.verdict is EffectVerdict.IMPROVED
        assert effect.cut is not None
        assert effect.cut.value == pytest.approx(0.15, abs=0.01)
        assert effect.n == 20 * 2 * 16

    def test_even_where_a_whole_category_is_answered(self) -> None:
        effect = weekly(mixed(10, 10), self.spared(1.0))

        assert effect.cut is not None
        assert effect.cut.value == pytest.approx(0.25, abs=0.01)

    def test_silence_counts_by_what_those_asked_said(self) -> None:
        effect = weekly(mixed(10, 10), self.spared(0.6, spared=0.5))

        assert effect.cut is not None
        assert effect.cut.value == pytest.approx(0.075, abs=0.01)

    def test_more_questions_and_no_less_work_in_all_are_no_success(self) -> None:
        # As many tickets as before, and as many questions again that nobody would have asked.
        before = mixed(10, 10)
        idle = [(int(week), AnsweredQuestion(AT, "", 1.0)) for week in before.week]

        effect = weekly(before, with_answered(mixed(10, 10, 1.02), idle, {}))

        assert effect.cut is not None
        assert effect.cut.value == pytest.approx(0.49)
        assert (effect.verdict, effect.why) == (
            EffectVerdict.NOT_SHOWN,
            VerdictReason.IN_TOTAL,
        )
        assert effect.total_cut == pytest.approx(-0.02)

    def test_a_company_that_grew_has_more_work_in_all_and_not_a_person(self) -> None:
        before, now = mixed(10, 10), mixed(20, 20, 0.6)

        alone, beside = weekly(before, now), weekly(before, now, people=(100, 200))

        assert alone.why is VerdictReason.IN_TOTAL
        assert beside.is_success

    def test_where_nobody_said_how_many_people_work_here_nothing_is_judged(self) -> None:
        effect = weekly(mixed(10, 10), mixed(10, 10, 0.5), people=(None, None))

        assert (effect.verdict, effect.why) == (EffectVerdict.NOT_JUDGED, VerdictReason.NO_PEOPLE)

    def test_what_is_about_nothing_known_is_spread_as_the_tickets_are(self) -> None:
        tickets = mixed(15, 5)
        found = with_answered(tickets, [(3, AnsweredQuestion(AT, "", 1.0))] * 8, {})

        added = found.count[len(tickets.count) :], found.category[len(tickets.count) :]
        assert dict(zip(added[1].tolist(), added[0].tolist(), strict=True)) == pytest.approx(
            {"vpn": 6.0, "mail": 2.0}
        )

    def test_only_what_was_answered_without_a_ticket_is_added(self) -> None:
        def steps(case: int, *kinds: EventKind) -> list[CaseStep]:
            return [CaseStep(case, kind, AT, f"p{case}", 7, "vpn") for kind in kinds]

        asked, answered = EventKind.ASKED, EventKind.ANSWERED
        known = [
            *steps(1, asked, answered, EventKind.ANSWER_SOLVED),
            *steps(2, asked, answered),
            *steps(3, asked, answered, EventKind.ANSWER_NOT_SOLVED, EventKind.OPENED),
            *steps(4, asked, EventKind.OPENED),
            *steps(5, asked, answered, EventKind.WITHDRAWN),
            *steps(6, asked, answered, EventKind.FOLLOWED_UP, EventKind.ANSWER_SOLVED),
            *steps(7, asked, answered, EventKind.FOLLOWED_UP, EventKind.ANSWER_NOT_SOLVED),
        ]

        found = answered_questions(known, AT, AT.replace(hour=9))

        # Solved, silent (one of the two asked said yes), said yes, said no.
        assert [one.spared for one in found] == [1.0, 0.5, 1.0, 0.0]
        assert {one.category for one in found} == {"vpn"}


def test_long_tickets_put_into_a_dear_category_are_no_saving() -> None:
    """Whoever sorts the longest VPN tickets as mail makes both look quicker."""
    before = mixed(10, 10)
    long = (before.category == "vpn") & (before.minutes > 24.0)
    sorted_so = replace(before, category=np.where(long, "mail", before.category))

    effect = weekly(before, sorted_so)

    assert effect.cut is not None
    assert effect.cut.low > 0
    assert effect.verdict is EffectVerdict.NOT_SHOWN
    assert effect.why in (VerdictReason.SORTED_OTHERWISE, VerdictReason.IN_TOTAL)


class TestMissingMinutes:
    """C3: the minutes of the longest are left out."""

    def without_the_longest(self, share: float, factor: float = 1.0) -> TicketColumns:
        now = mixed(10, 10, factor)
        chance = np.random.default_rng(0).random(len(now.minutes))
        rank = np.argsort(np.lexsort((chance, now.minutes)))
        known = rank < (1 - share) * len(rank)
        return replace(
            now,
            count=known.astype(float),
            missing=(~known).astype(float),
            unknown=int((~known).sum()),
        )

    @pytest.mark.parametrize("share", [0.03, 0.09, 0.2])
    def test_forbid_a_success(self, share: float) -> None:
        effect = weekly(mixed(10, 10), self.without_the_longest(share, 0.97))

        assert effect.cut is not None
        assert effect.cut.low > 0
        assert effect.known is not None
        assert effect.known.now == pytest.approx(1 - share, abs=0.02)
        assert (effect.verdict, effect.why) == (
            EffectVerdict.NOT_SHOWN,
            VerdictReason.MINUTES_MISSING,
        )

    def test_unless_even_the_worst_is_less(self) -> None:
        effect = by_weeks(
            side_of(mixed(10, 10)),
            side_of(self.without_the_longest(0.15, 0.3)),
            replace(PLAN, cap=80.0),
            today=TODAY,
        )

        assert effect.verdict is EffectVerdict.MET

    def test_of_the_baselines_short_ones_forbid_it_too(self) -> None:
        short = mixed(10, 10).minutes < 30
        lost = short & (np.arange(len(short)) % 2 == 0)
        before = replace(
            mixed(10, 10),
            count=(~lost).astype(float),
            missing=lost.astype(float),
            unknown=lost.sum(),
        )

        effect = weekly(before, mixed(10, 10, 0.9))

        assert effect.cut is not None
        assert effect.cut.low > 0
        assert effect.why is VerdictReason.MINUTES_MISSING

    def test_are_no_harm_shown_either(self) -> None:
        """The short ones are left out: a question seems to take longer."""
        now = mixed(10, 10)
        lost = (now.minutes < 30) & (np.arange(len(now.minutes)) % 5 < 2)
        left = replace(
            now, count=(~lost).astype(float), missing=lost.astype(float), unknown=lost.sum()
        )

        effect = weekly(mixed(10, 10), as_one(left))

        assert effect.verdict is not EffectVerdict.WORSE


class TestFailures:
    """What is called harm, or rules the goal out, holds against the same guards."""

    def test_minutes_from_elsewhere_say_nothing_of_harm(self) -> None:
        stated, buttons = side_of(mixed(10, 10), ways={"C": 320}), {"A": 320}

        effect = by_weeks(stated, side_of(mixed(10, 10, 1.3), ways=buttons), PLAN, today=TODAY)

        assert (effect.verdict, effect.why) == (
            EffectVerdict.NOT_JUDGED,
            VerdictReason.TIMED_OTHERWISE,
        )

    def test_easy_tickets_that_are_recorded_nowhere_are_no_harm(self) -> None:
        """Half of all questions no longer come, the easy ones, and nothing says why."""
        before = mixed(10, 10)
        hard = before.chosen(before.category == "mail")

        effect = weekly(as_one(before), as_one(hard))

        # 60 minutes a question instead of 40, and three quarters of the work in all.
        assert effect.cut is not None
        assert effect.cut.high < 0
        assert effect.total_cut == pytest.approx(0.25)
        assert effect.verdict is EffectVerdict.GOAL_RULED_OUT
        assert plain(effect_line(effect, words_for("en"))) == (
            "The goal of 40% is ruled out: a question does not take less work."
        )

    def test_nor_do_they_rule_the_goal_out_where_the_sum_may_have_reached_it(self) -> None:
        before = mixed(10, 10)
        few = before.chosen((before.category == "mail") & (np.arange(len(before.week)) % 10 < 6))

        effect = weekly(as_one(before), as_one(few))

        assert (effect.verdict, effect.why) == (EffectVerdict.NOT_JUDGED, VerdictReason.IN_TOTAL)

    def test_harm_in_the_mean_and_in_the_sum_is_harm(self) -> None:
        assert weekly(mixed(10, 10), mixed(10, 10, 1.3)).verdict is EffectVerdict.WORSE

    def test_categories_as_they_are_sorted_now_make_no_harm_alone(self) -> None:
        """Whoever sorts the short mails as VPN makes both look longer."""
        before = mixed(10, 10)
        short = (before.category == "mail") & (before.minutes < 50.0)

        effect = weekly(before, replace(before, category=np.where(short, "vpn", before.category)))

        assert effect.cut is not None
        assert effect.cut.high < 0
        assert effect.verdict is not EffectVerdict.WORSE


def as_one(tickets: TicketColumns) -> TicketColumns:
    """Tickets of which nobody said a category."""
    return replace(tickets, category=np.full(len(tickets.category), ""))


class TestNewCategories:
    """Who gives the long ones a new category leaves them out of what is compared."""

    @staticmethod
    def renamed(factor: float) -> TicketColumns:
        now = mixed(10, 10, factor)
        is_long = now.minutes > np.quantile(now.minutes, 0.8)
        return replace(now, category=np.where(is_long, "complex", now.category))

    def test_for_the_long_ones_forbid_a_success(self) -> None:
        # One per cent less in all, so that the sum agrees.
        effect = weekly(mixed(10, 10), self.renamed(0.99))

        assert effect.cut is not None
        assert effect.cut.low > 0
        assert (effect.verdict, effect.why) == (
            EffectVerdict.NOT_SHOWN,
            VerdictReason.SORTED_OTHERWISE,
        )

    def test_forbid_none_where_all_together_take_less(self) -> None:
        assert weekly(mixed(10, 10), self.renamed(0.5)).is_success


def test_minutes_from_elsewhere_than_before_forbid_a_success() -> None:
    stated, buttons = side_of(mixed(10, 10), ways={"C": 320}), {"A": 320}

    effect = by_weeks(stated, side_of(mixed(10, 10, 0.5), ways=buttons), PLAN, today=TODAY)

    assert (effect.verdict, effect.why) == (
        EffectVerdict.NOT_SHOWN,
        VerdictReason.TIMED_OTHERWISE,
    )


class TestTheUntouched:
    LEFT = frozenset({"payroll"})

    def side(self, factor: float, helped: float = 1.0) -> TicketColumns:
        return together(mixed(6, 6, factor * helped), weeks_of(30 * factor, 16, "payroll"))

    def test_what_changed_there_as_well_is_subtracted(self) -> None:
        effect = weekly(self.side(1.0), self.side(0.8), self.LEFT)

        assert effect.design is Design.DIFFERENCE
        assert minutes(effect)[2] == pytest.approx(0.0, abs=1e-9)

    def test_only_the_others_count(self) -> None:
        effect = weekly(self.side(1.0), self.side(0.8, 0.5), self.LEFT)

        # 40 minutes on average, 32 were to be expected, 16 it is.
        assert minutes(effect) == pytest.approx((32.0, 16.0, 16.0))
        assert effect.counted == frozenset({"vpn", "mail"})
        assert not effect.counts("payroll")

    def test_where_the_baseline_itself_shows_an_effect_no_cause_is_claimed(self) -> None:
        before = self.side(1.0)
        late = (before.week >= 8) & (before.category != "payroll")
        drifted = replace(before, minutes=before.minutes * np.where(late, 0.7, 1.0))

        clear, unclear = (
            weekly(side, self.side(1.0, 0.4), self.LEFT) for side in (before, drifted)
        )

        assert (clear.is_placebo_clear, clear.claims_cause) == (True, True)
        assert (unclear.is_placebo_clear, unclear.claims_cause) == (False, False)

    def test_untouched_ones_that_only_one_side_knows_are_no_control(self) -> None:
        more = frozenset({"payroll", "gone", "new"})
        before = together(self.side(1.0), weeks_of(100, 16, "gone"))
        now = together(self.side(1.0), weeks_of(5, 16, "new"))

        effect = weekly(before, now, more)

        assert effect.design is Design.DIFFERENCE
        assert minutes(effect)[2] == pytest.approx(0.0, abs=1e-9)

    def test_without_any_ticket_of_them_it_is_an_association(self) -> None:
        effect = weekly(mixed(6, 6), mixed(6, 6, 0.5), self.LEFT)

        assert effect.design is Design.ASSOCIATION
        assert effect.is_placebo_clear is None


def test_a_share_becomes_minutes_of_what_would_have_been() -> None:
    found = times(Reduction(0.4, 0.2, 0.5, 0.1, 20.0), 30.0)

    # 30 minutes are left of 50: 20 saved; of 37.5 or 60 at the interval's ends.
    assert (found.value, found.low, found.high) == pytest.approx((20.0, 7.5, 30.0))
    assert found.error == pytest.approx(5.0)
