"""The three horizons, and what to adjust: rules over facts."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models.kpis.periods import months_after
from models.language import LANGUAGES, Language, words_for
from models.tables import CostKind
from models.value.effect.comparison import Design, EffectVerdict, Need, VerdictReason
from models.value.money.outlook import Booked, Metered, Outlook, Planned, outlook
from models.value.statement.adjustments import StatementContext, adjustments
from models.value.statement.gates import PILOT_EFFECT, RETURN, SIX_MONTHS, gates
from models.value.statement.quarter_statement import (
    Adjustment,
    Advice,
    GateState,
    Statement,
    StatementEvidence,
    StatementVerdict,
)
from models.value.statement.roi import statement
from models.value.statement.statement_context import advice_line
from models.value.statement.statement_report import roi_message
from tests.models.value.test_roi import BEFORE, NOW
from tests.models.value.test_roi import evidence as made

STARTED = date(2026, 11, 23)
QUIET = outlook(date(2027, 3, 31), [], [])


def evidence(**given: Any) -> StatementEvidence:
    """Return what before and after come to."""
    return made(design=Design.ASSOCIATION, **given)


def proven(said: Statement) -> Statement:
    return replace(said, effect=replace(said.effect, design=Design.HOLD_OUT))


def found(verdict: EffectVerdict) -> Statement:
    """Return a statement of a comparison that held no change, with its verdict."""
    said = statement(evidence(now=BEFORE))
    return replace(said, effect=replace(said.effect, verdict=verdict))


PAID = proven(statement(evidence()))
STATES = (PILOT_EFFECT, SIX_MONTHS, RETURN)


def states(said: Statement, as_of: date, *better: str) -> list[GateState]:
    found = {gate.key: gate.state for gate in gates(said, STARTED, as_of, better)}
    return [found[key] for key in STATES]


WAITING, REACHED, ASSOCIATED, NOT_SHOWN = (
    GateState.WAITING, GateState.REACHED, GateState.ASSOCIATED, GateState.NOT_SHOWN,
)  # fmt: skip


class TestTheHorizons:
    @pytest.mark.parametrize(
        ("as_of", "expected"),
        [
            (date(2027, 2, 6), [WAITING, WAITING, WAITING]),
            (date(2027, 2, 7), [REACHED, WAITING, WAITING]),  # day 77
            (date(2027, 5, 23), [REACHED, REACHED, WAITING]),
            (date(2027, 11, 22), [REACHED, REACHED, WAITING]),
            (date(2027, 11, 23), [REACHED, REACHED, REACHED]),
        ],
    )
    def test_are_three_and_each_has_its_day(self, as_of: date, expected: list[GateState]) -> None:
        assert states(PAID, as_of) == expected

    def test_an_association_reaches_none(self) -> None:
        told = statement(evidence())

        assert told.verdict is StatementVerdict.PAID
        assert states(told, date(2028, 1, 1)) == [ASSOCIATED] * 3

    def test_better_key_figures_are_an_association_too(self) -> None:
        early = proven(statement(evidence(cannot=VerdictReason.TOO_EARLY)))

        said = states(early, date(2027, 6, 1), "handling_time")

        assert said == [NOT_SHOWN, ASSOCIATED, WAITING]

    def test_they_do_not_outweigh_a_judgement_that_found_nothing(self) -> None:
        nothing = proven(statement(evidence(now=BEFORE)))

        said = states(nothing, date(2027, 6, 1), "handling_time")

        assert said == [NOT_SHOWN, NOT_SHOWN, WAITING]

    def test_the_return_is_missed_after_eighteen_months(self) -> None:
        months = evidence(cost_eur=1e6)
        dear = proven(statement(months))

        assert states(dear, date(2028, 5, 23))[2] is NOT_SHOWN
        assert states(dear, date(2028, 5, 24))[2] is GateState.MISSED

    def test_longer_handling_is_worse_at_each(self) -> None:
        slower = proven(statement(evidence(before=NOW, now=BEFORE)))

        assert states(slower, date(2028, 6, 1)) == [GateState.WORSE] * 3

    def test_longer_handling_than_before_names_no_cause(self) -> None:
        slower = statement(evidence(before=NOW, now=BEFORE))

        assert states(slower, date(2028, 6, 1)) == [GateState.WORSE_ASSOCIATED] * 3

    def test_a_better_figure_does_not_outweigh_a_guardrail_that_got_worse(self) -> None:
        guarded = statement(evidence(worse=("reopened_share",)))

        found = gates(guarded, STARTED, date(2028, 1, 1), ["first_response_time"])

        assert found[1].state is GateState.NOT_SHOWN

    def test_a_guardrail_that_got_worse_forbids_them(self) -> None:
        guarded = proven(statement(evidence(worse=("reopened_share",))))

        assert REACHED not in states(guarded, date(2028, 1, 1))

    def test_there_is_none_before_a_pilot(self) -> None:
        assert gates(PAID, None, STARTED) == ()

    @pytest.mark.parametrize(
        ("day", "number", "later"),
        [
            (date(2026, 8, 31), 6, date(2027, 2, 28)),
            (date(2027, 8, 31), 6, date(2028, 2, 29)),
            (date(2026, 11, 30), 18, date(2028, 5, 30)),
        ],
    )
    def test_months_end_where_the_month_does(self, day: date, number: int, later: date) -> None:
        assert months_after(day, number) == later


def test_paid_is_said_only_after_a_year() -> None:
    words = words_for("en")
    young, old = (
        replace(PAID, gates=gates(PAID, STARTED, day))
        for day in (date(2027, 6, 1), date(2027, 12, 1))
    )

    assert "Costs covered so far." in roi_message(young, words).text
    assert "Return (ROI), estimate" in roi_message(young, words).to_json()
    assert "Paid." in roi_message(old, words).text
    assert "estimate" not in roi_message(old, words).to_json()


def advised(said: Statement, view: Outlook = QUIET, need: Need | None = None) -> list[Advice]:
    return [one.advice for one in adjustments(said, StatementContext(view, need))]


class TestWhatToAdjust:
    def test_the_most_urgent_comes_first(self) -> None:
        slower = statement(evidence(before=NOW, now=BEFORE, worse=("csat",)))

        assert advised(slower)[:2] == [Advice.STOP, Advice.GUARDRAILS]

    def test_too_few_weeks_say_when(self) -> None:
        short = statement(evidence(cannot=VerdictReason.TOO_SHORT))

        (wait, *_) = adjustments(short, StatementContext(QUIET, Need(3, 9, date(2027, 5, 3))))

        assert (wait.advice, wait.on) == (Advice.WAIT, date(2027, 5, 3))

    def test_a_day_that_has_passed_is_not_waited_for(self) -> None:
        passed = Need(9, 9, QUIET.as_of)
        nothing, short = (
            statement(evidence(now=BEFORE)),
            statement(evidence(cannot=VerdictReason.TOO_SHORT)),
        )

        assert advised(nothing, need=passed)[0] is Advice.NO_EFFECT
        assert not {Advice.WAIT, Advice.NO_EFFECT} & set(advised(short, need=passed))

    def test_a_goal_that_is_ruled_out_is_not_waited_for(self) -> None:
        later = Need(8, 16, date(2027, 5, 3))

        assert advised(found(EffectVerdict.GOAL_RULED_OUT), need=later)[0] is Advice.NO_EFFECT
        assert advised(found(EffectVerdict.NOT_SHOWN), need=later)[0] is Advice.WAIT

    def test_what_can_never_be_shown_is_not_waited_for(self) -> None:
        nothing = found(EffectVerdict.NOT_SHOWN)

        assert advised(nothing, need=Need(3, None, None))[0] is Advice.WIDEN
        assert advised(nothing, need=Need(3, 9000, None))[0] is Advice.WIDEN

    def test_an_association_asks_for_a_hold_out_and_a_proof_does_not(self) -> None:
        assert Advice.HOLD_OUT in advised(statement(evidence()))
        assert Advice.HOLD_OUT not in advised(PAID)

    def test_no_baseline_comes_before_a_hold_out(self) -> None:
        bare = statement(evidence(cannot=VerdictReason.NO_BASELINE))

        assert advised(bare)[0] is Advice.BASELINE
        assert Advice.HOLD_OUT not in advised(bare)

    def test_a_baseline_without_times_asks_for_times(self) -> None:
        bare = statement(evidence(cannot=VerdictReason.NO_TIMES))

        assert advised(bare)[0] is Advice.TIMES
        assert Advice.HOLD_OUT not in advised(bare)

    def test_no_costs_are_booked(self) -> None:
        assert Advice.COSTS in advised(statement(evidence(cost_eur=0.0)))

    @pytest.mark.parametrize(("spent", "near"), [(39.9, False), (40.0, True)])
    def test_the_language_model_is_near_its_cap(self, spent: float, near: bool) -> None:
        metered = Metered("2027-03", spent, 50.0, spent, spent)
        view = outlook(date(2027, 3, 31), [], [], metered=metered)

        assert (Advice.MODEL_CAP in advised(PAID, view)) == near

    def test_budgets_and_usual_sums_are_exceeded(self) -> None:
        booked = [Booked(CostKind.CLOUD, 60_000_00, date(2027, month, 1)) for month in (1, 2, 3)]
        planned = [Planned(CostKind.CLOUD, "2027", 170_000_00)]
        view = outlook(date(2027, 3, 31), booked, planned, systems=1)

        found = advised(PAID, view)

        assert found[:3] == [Advice.OVER_BUDGET, Advice.FIRST_YEAR, Advice.SYSTEM_MONTH]
        assert Advice.RUNNING in found

    def test_vendors_are_changed_often(self) -> None:
        twice = outlook(date(2027, 3, 31), [], [], switched_on=[date(2027, 1, 1)] * 2)

        assert Advice.SWITCHES in advised(PAID, twice)
        assert Advice.SWITCHES not in advised(PAID)

    def test_a_decided_hour_is_not_asked_for_again(self) -> None:
        decided = tuple(replace(one, source="payroll") for one in PAID.assumptions)

        assert Advice.RATE in advised(PAID)
        assert Advice.RATE not in advised(replace(PAID, assumptions=decided))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("advice", Advice)
def test_every_adjustment_can_be_said(advice: Advice, language: Language) -> None:
    budgets = (Advice.OVER_BUDGET, Advice.HEADING_OVER)
    keys = ("cloud", "training") if advice in budgets else ("reopened", "csat")
    one = Adjustment(advice, keys, 2, 40.0, 50.0, date(2027, 2, 3), "2027-03")

    said = advice_line(one, words_for(language))

    assert said
    assert "{" not in said
