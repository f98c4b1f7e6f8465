"""The break-even: what covers the costs of a month, by hand and by its own definition."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.language import LANGUAGES, Language, words_for
from models.message import plain
from models.tables import CostKind, Source
from models.value.ledger import Value
from models.value.money.break_even import BreakEvenInputs, break_even, cost_of_a_month
from models.value.money.break_even_words import break_even_line
from models.value.money.outlook import Booked
from tests.models.value.conftest import AddTicket

# 2,000 EUR at 45 EUR an hour, half of it put to use: 5,333 minutes.
USUAL = BreakEvenInputs(
    questions_a_month=400,
    cost_a_month=2_000,
    handling_minutes=25,
    loaded_rate=45,
    recapture=0.5,
    employee_rate=45,
)
AS_OF = date(2027, 6, 15)
amounts = st.floats(0.1, 10_000)


def said(inputs: BreakEvenInputs) -> str:
    return plain(break_even_line(break_even(inputs), words_for("en")))


class TestWhatCoversTheCosts:
    def test_minutes_of_each_question_or_some_questions_answered(self) -> None:
        found = break_even(USUAL)

        assert found.minutes_a_question == pytest.approx(13.333, abs=0.001)
        assert found.answered_a_month == 214  # 213.3 of 25 minutes
        assert found.can_pay is True

    def test_a_small_desk_can_never_pay_by_handling_time_alone(self) -> None:
        found = break_even(replace(USUAL, questions_a_month=100))

        assert found.minutes_a_question == pytest.approx(53.333, abs=0.001)
        assert (found.answered_a_month, found.can_pay) == (214, False)
        assert "can never pay" in said(found.inputs)
        assert "apart from this sum" in said(found.inputs)

    def test_what_employees_wait_stands_apart(self) -> None:
        found = break_even(replace(USUAL, employee_rate=90))

        assert found.waiting_minutes_a_question == pytest.approx(3.333, abs=0.001)
        assert found.minutes_a_question == break_even(USUAL).minutes_a_question

    def test_a_program_reads_results_and_inputs_side_by_side(self) -> None:
        told = break_even(USUAL).to_json()

        assert list(told)[:3] == ["minutes_a_question", "answered_a_month", "can_pay"]
        assert (told["answered_a_month"], told["cost_a_month"]) == (214, 2_000)
        assert "inputs" not in told

    def test_without_handling_times_the_minutes_are_known_all_the_same(self) -> None:
        found = break_even(replace(USUAL, handling_minutes=None))

        assert found.minutes_a_question == pytest.approx(13.333, abs=0.001)
        assert (found.answered_a_month, found.can_pay) == (None, None)

    @pytest.mark.parametrize(
        "inputs", [replace(USUAL, questions_a_month=None), replace(USUAL, cost_a_month=None)]
    )
    def test_nothing_is_said_of_what_nobody_knows(self, inputs: BreakEvenInputs) -> None:
        found = break_even(inputs)

        assert (found.minutes_a_question, found.answered_a_month, found.can_pay) == (None,) * 3
        assert "not known yet" in said(found.inputs)

    @pytest.mark.parametrize("gone", ["loaded_rate", "recapture"])
    def test_time_that_is_worth_nothing_never_pays(self, gone: str) -> None:
        found = break_even(replace(USUAL, **{gone: 0.0}))

        assert (found.minutes_a_question, found.can_pay) == (None, False)
        assert "Break-even: none." in said(found.inputs)

    @given(amounts, amounts, amounts, amounts, st.floats(0.01, 1))
    def test_both_ways_earn_the_costs_and_agree_whether_they_can(
        self, questions: float, cost: float, handling: float, rate: float, recapture: float
    ) -> None:
        found = break_even(BreakEvenInputs(questions, cost, handling, rate, recapture, rate))

        a_minute = rate / 60 * recapture
        minutes, answered = found.minutes_a_question, found.answered_a_month
        assert minutes is not None
        assert answered is not None
        assert minutes * questions * a_minute == pytest.approx(cost)
        assert answered * handling * a_minute >= cost * (1 - 1e-6)
        assert (answered - 1) * handling * a_minute < cost
        assert found.can_pay is (minutes <= handling) or minutes == pytest.approx(handling)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_each_ending_is_said_without_a_hole_left(self, language: Language) -> None:
        words = words_for(language)
        for inputs in (
            USUAL,
            replace(USUAL, questions_a_month=100),
            replace(USUAL, handling_minutes=None),
            replace(USUAL, recapture=0.0),
            replace(USUAL, cost_a_month=None, questions_a_month=None),
        ):
            assert "{" not in plain(break_even_line(break_even(inputs), words))


class TestWhatAMonthCosts:
    def test_is_unknown_without_bookings_and_budgets(self) -> None:
        assert cost_of_a_month(AS_OF, [], {}) is None

    def test_what_comes_once_is_spread_over_a_year(self) -> None:
        booked = [Booked(CostKind.TRAINING, 12_000_00, AS_OF)]

        assert cost_of_a_month(AS_OF, booked, {}) == 1_000.0

    def test_what_goes_on_is_spread_over_the_months_since_it_began(self) -> None:
        booked = [Booked(CostKind.CLOUD, 300_00, date(2027, month, 10)) for month in (4, 5, 6)]

        assert cost_of_a_month(AS_OF, booked, {}) == 300.0
        assert cost_of_a_month(date(2027, 4, 30), booked, {}) == 300.0

    def test_a_yearly_invoice_needs_its_budget_to_be_a_twelfth(self) -> None:
        booked = [Booked(CostKind.LICENCE, 12_000_00, AS_OF)]

        assert cost_of_a_month(AS_OF, booked, {}) == 12_000.0
        assert cost_of_a_month(AS_OF, booked, {CostKind.LICENCE: 12_000.0}) == 1_000.0

    def test_a_budget_that_is_passed_does_not_hide_what_was_booked(self) -> None:
        booked = [Booked(CostKind.LICENCE, 24_000_00, AS_OF)]

        assert cost_of_a_month(AS_OF, booked, {CostKind.LICENCE: 12_000.0}) == 2_000.0

    def test_what_is_older_than_a_year_or_to_come_does_not_count(self) -> None:
        booked = [
            Booked(CostKind.TRAINING, 50_000_00, date(2026, 6, 15)),
            Booked(CostKind.TRAINING, 50_000_00, date(2027, 6, 16)),
        ]

        assert cost_of_a_month(AS_OF, booked, {}) is None


class TestOfTheDesk:
    def test_the_baseline_tells_questions_and_minutes(
        self, value: Value, add_ticket: AddTicket
    ) -> None:
        monday = datetime(2026, 9, 7, 8, tzinfo=UTC)
        for day in range(8 * 7):
            add_ticket(monday + timedelta(days=day), 20.0, source=Source.IMPORT)
        end, now = date(2026, 11, 1), datetime(2026, 11, 2, 8, tzinfo=UTC)
        value._kpis.freeze(monday.date(), end, now)
        value.costs.book(CostKind.CLOUD, "server", Decimal(100), end, now)

        found = value.break_even(now.date())

        assert found.inputs.questions_a_month == pytest.approx(365 / 12)
        assert found.inputs.handling_minutes == pytest.approx(20.0)
        # Half of 45 EUR an hour is .375 a minute.
        assert found.inputs.cost_a_month == 100.0
        assert found.minutes_a_question == pytest.approx(100 / 0.375 / (365 / 12))
        assert (found.answered_a_month, found.can_pay) == (14, True)

    def test_without_a_baseline_nothing_is_known(self, value: Value) -> None:
        found = value.break_even(date(2026, 11, 2))

        assert (found.inputs.questions_a_month, found.minutes_a_question) == (None, None)
