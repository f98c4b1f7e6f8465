"""The ledger: budgets, changes of vendor, the model's metered calls. Nothing is amended."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from models.errors import InvalidError, NotFoundError
from models.store.llm_calls import Settlement
from models.store.transaction import Store
from models.tables import CostKind, LlmCall, LlmOutcome
from models.value.money.costs import APART, INSIDE, RUNNING_COSTS, Budget, Ledger, VendorSwitch

NOW = datetime(2027, 3, 15, 9, tzinfo=UTC)
TODAY = date(2027, 3, 15)


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return Ledger(store, llm_cap_eur=50.0)


def switch(euros: str = "500", **changed: str) -> VendorSwitch:
    said = {"purpose": "chat", "before": "Alpha", "after": "Beta", "reason": "price", **changed}
    return VendorSwitch(**said, euros=Decimal(euros), on=TODAY)


def booked(store: Store) -> list[tuple[CostKind, int]]:
    with store.snapshot() as unit:
        return [(row.kind, row.cents) for row in unit.figures.all_costs()]


class TestBudgets:
    def test_a_new_one_is_in_force_and_the_old_one_stays_on_record(
        self, store: Store, ledger: Ledger
    ) -> None:
        for euros in ("1000", "2400.50"):
            ledger.plan(Budget(CostKind.CLOUD, "2027", Decimal(euros)), NOW)

        assert ledger.outlook(TODAY).lines[0].budget == 2400.5
        with store.snapshot() as unit:
            assert [row.cents for row in unit.money.budgets()] == [1000_00, 2400_50]

    @pytest.mark.parametrize("euros", ["2000", "5000"])
    def test_training_within_what_is_usual_needs_no_reason(
        self, ledger: Ledger, euros: str
    ) -> None:
        budget = Budget(CostKind.TRAINING, "2027", Decimal(euros) * 4, people=4)

        assert ledger.plan(budget, NOW).people == 4

    @pytest.mark.parametrize("euros", ["1999.99", "5000.01"])
    def test_training_outside_of_it_does(self, ledger: Ledger, euros: str) -> None:
        with pytest.raises(InvalidError, match="usual are 2000 to 5000: say why"):
            ledger.plan(Budget(CostKind.TRAINING, "2027", Decimal(euros), people=1), NOW)

        budget = Budget(CostKind.TRAINING, "2027", Decimal(euros), people=1, reason="certificate")
        assert ledger.plan(budget, NOW).reason == "certificate"

    @pytest.mark.parametrize(
        "budget",
        [
            Budget(CostKind.CLOUD, "2027Q1", Decimal(5)),
            Budget(CostKind.CLOUD, "2027-13", Decimal(5)),
            Budget(CostKind.CLOUD, "9999", Decimal(5)),
            Budget(CostKind.CLOUD, "2027-W01", Decimal(5)),
            Budget(CostKind.CLOUD, "2027", Decimal(-5)),
            Budget(CostKind.CLOUD, "2027", Decimal("NaN")),
            Budget(CostKind.CLOUD, "2027", Decimal("1e12")),
            Budget(CostKind.CLOUD, "2027", Decimal(5), people=2),
            Budget(CostKind.TRAINING, "2027", Decimal(5), people=0),
        ],
    )
    def test_what_cannot_be_is_refused(self, ledger: Ledger, budget: Budget) -> None:
        with pytest.raises(InvalidError):
            ledger.plan(budget, NOW)


class TestChangesOfVendor:
    def test_come_with_their_cost(self, store: Store, ledger: Ledger) -> None:
        change = ledger.switch(switch(), NOW)

        assert booked(store) == [(CostKind.ONE_OFF, 500_00)]
        assert change.entry_id is not None
        assert ledger.outlook(TODAY).switches == (1, 1)

    def test_without_a_cost_book_nothing(self, store: Store, ledger: Ledger) -> None:
        assert ledger.switch(switch("0"), NOW).entry_id is None
        assert booked(store) == []

    @pytest.mark.parametrize(
        "changed",
        [{"reason": " "}, {"purpose": ""}, {"after": "ALPHA "}, {"before": ""}, {"euros": "-5"}],
    )
    def test_need_a_reason_and_a_change(
        self, store: Store, ledger: Ledger, changed: dict[str, str]
    ) -> None:
        with pytest.raises(InvalidError):
            ledger.switch(switch(**changed), NOW)
        assert booked(store) == []

    def test_are_withdrawn_by_a_new_entry(self, store: Store, ledger: Ledger) -> None:
        number = ledger.switch(switch(), NOW).id or 0

        ledger.withdraw(number, "never happened", TODAY, NOW)

        assert booked(store) == [(CostKind.ONE_OFF, 500_00), (CostKind.ONE_OFF, -500_00)]
        assert ledger.changes() == []
        assert ledger.outlook(TODAY).switches == (0, 0)
        with store.snapshot() as unit:
            assert len(unit.money.changes()) == 2

    def test_are_withdrawn_once(self, store: Store, ledger: Ledger) -> None:
        number = ledger.switch(switch(), NOW).id or 0
        undone = ledger.withdraw(number, "never happened", TODAY, NOW).id or 0

        for again in (number, undone):
            with pytest.raises(InvalidError, match="withdrawn already"):
                ledger.withdraw(again, "once more", TODAY, NOW)
        with pytest.raises(NotFoundError):
            ledger.withdraw(99, "what", TODAY, NOW)
        with pytest.raises(InvalidError, match="say why"):
            ledger.withdraw(number, " ", TODAY, NOW)
        assert sum(cents for _, cents in booked(store)) == 0


def test_whether_running_costs_are_inside_is_said_once_and_may_be_said_anew(
    ledger: Ledger,
) -> None:
    ledger.book(CostKind.CLOUD, "server", Decimal(100), TODAY, NOW)
    inside = []
    for where in ("", INSIDE, APART):
        if where:
            ledger.choose(RUNNING_COSTS, where, "agreed", NOW)
        first = ledger.outlook(TODAY).first_year
        assert first is not None
        inside.append((first.inside, first.band.eur))

    assert inside == [(None, 100.0), (True, 100.0), (False, 0.0)]


def test_metered_calls_are_in_the_ledger_by_themselves_and_once(
    store: Store, ledger: Ledger
) -> None:
    for _ in range(2):
        call(store, 1_234_000)
    call(store, 1)

    view = ledger.outlook(TODAY)

    # 2.468001 EUR: whole cents, rounded up, in one entry.
    assert view.metered is not None
    assert (view.metered.month, view.metered.cap_eur) == ("2027-03", 50.0)
    assert view.metered.month_eur == view.metered.year_eur == pytest.approx(2.468001)
    assert view.metered.booked == 2.47
    assert booked(store) == [(CostKind.CLOUD, 247)]
    assert view.total.booked == 2.47


def test_a_later_month_is_not_in_an_earlier_days_figures(store: Store, ledger: Ledger) -> None:
    call(store, 1_000_000)

    earlier = ledger.outlook(date(2027, 2, 28)).metered

    assert earlier is not None
    assert (earlier.month_eur, earlier.year_eur, earlier.booked) == (0.0, 0.0, 0.0)


def call(store: Store, micros: int) -> None:
    made = LlmCall(
        at=NOW, month="2027-03", purpose="triage", model="m", prompt_version="1",
        outcome=LlmOutcome.PENDING, reserved_micros=micros, lease_until=NOW,
    )  # fmt: skip
    with store.begin() as unit:
        assert unit.llm_calls.reserve(made, 50_000_000, day=TODAY, now=NOW)
        settled = Settlement(LlmOutcome.ANSWERED, "", "", 1, 1, micros, 1.0)
        unit.llm_calls.settle(made.id or 0, settled, day=TODAY, now=NOW)
