"""Forecast beside actual, against cases worked by hand."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tables import CostKind
from models.value.money.outlook import Booked, BudgetStatus, CostLine, Outlook, Planned, outlook

AS_OF = date(2027, 6, 15)


def monthly(cents: int, months: range, kind: CostKind = CostKind.CLOUD) -> list[Booked]:
    return [Booked(kind, cents, date(2027, month, 10)) for month in months]


def line(view: Outlook, kind: CostKind) -> CostLine:
    return next(one for one in view.lines if one.kind is kind)


class TestCents:
    def test_what_meets_its_budget_is_not_over_it(self) -> None:
        planned = [Planned(CostKind.CLOUD, f"2027-{month:02}", 1_234_56) for month in range(1, 13)]
        booked = [Booked(CostKind.CLOUD, 14_814_72, date(2027, 12, 1))]

        view = outlook(date(2027, 12, 31), booked, planned)

        assert line(view, CostKind.CLOUD).course is BudgetStatus.WITHIN
        assert view.total.course is BudgetStatus.WITHIN
        assert (view.total.budget, view.total.booked) == (14_814.72, 14_814.72)

    def test_a_cent_more_is(self) -> None:
        planned = [Planned(CostKind.CLOUD, "2027", 14_814_72)]
        booked = [Booked(CostKind.CLOUD, 14_814_73, date(2027, 12, 1))]

        assert outlook(date(2027, 12, 31), booked, planned).total.course is BudgetStatus.OVER


class TestTheRate:
    def test_goes_on_to_the_end_of_the_year(self) -> None:
        view = outlook(AS_OF, monthly(100_00, range(1, 7)), [])

        # Five whole months and June's own 100; July to December are to come.
        found = line(view, CostKind.CLOUD)
        assert (found.booked, found.rate, found.expected) == (600.0, 100.0, 1200.0)

    def test_fills_the_month_that_is_not_over(self) -> None:
        found = line(outlook(AS_OF, monthly(100_00, range(1, 6)), []), CostKind.CLOUD)

        assert (found.booked, found.expected) == (500.0, 1200.0)

    def test_is_not_known_below_three_whole_months(self) -> None:
        found = line(outlook(AS_OF, monthly(100_00, range(4, 7)), []), CostKind.CLOUD)

        assert (found.rate, found.expected) == (None, 300.0)

    def test_one_yearly_invoice_is_no_rate(self) -> None:
        booked = [Booked(CostKind.LICENCE, 1200_00, date(2027, 1, 5))]

        found = line(outlook(AS_OF, booked, []), CostKind.LICENCE)

        assert (found.rate, found.expected) == (0.0, 1200.0)

    def test_what_comes_once_is_expected_as_planned(self) -> None:
        booked = [Booked(CostKind.TRAINING, 500_00, date(2027, 2, 1))]
        planned = [Planned(CostKind.TRAINING, "2027", 6000_00)]

        assert line(outlook(AS_OF, booked, planned), CostKind.TRAINING).expected == 6000.0

    def test_a_year_that_is_over_expects_nothing_more(self) -> None:
        planned = [Planned(CostKind.TRAINING, "2027", 6000_00)]
        view = outlook(date(2027, 12, 31), monthly(100_00, range(1, 13)), planned)

        assert line(view, CostKind.TRAINING).expected == 0.0
        assert line(view, CostKind.CLOUD).expected == 1200.0


class TestTheBudget:
    def test_a_later_one_replaces_the_earlier_one(self) -> None:
        planned = [Planned(CostKind.CLOUD, "2027", euros * 100) for euros in (900, 2000)]

        found = line(outlook(AS_OF, monthly(100_00, range(1, 7)), planned), CostKind.CLOUD)

        assert (found.budget, found.course) == (2000.0, BudgetStatus.WITHIN)

    def test_months_add_up_and_tell_what_was_planned_so_far(self) -> None:
        planned = [Planned(CostKind.CLOUD, f"2027-{n:02}", 100_00) for n in range(5, 9)]

        found = line(outlook(AS_OF, [], planned), CostKind.CLOUD)

        assert (found.budget, found.planned) == (400.0, 200.0)

    def test_a_year_counts_day_by_day(self) -> None:
        planned = [Planned(CostKind.CLOUD, "2027", 365_00)]

        # 15 June is the 166th of 365 days.
        assert line(outlook(AS_OF, [], planned), CostKind.CLOUD).planned == pytest.approx(166.0)

    @pytest.mark.parametrize(
        ("budget", "course"),
        [(599, BudgetStatus.OVER), (1199, BudgetStatus.HEADING_OVER), (1200, BudgetStatus.WITHIN)],
    )
    def test_says_when_it_is_exceeded_and_when_it_will_be(
        self, budget: int, course: BudgetStatus
    ) -> None:
        planned = [Planned(CostKind.CLOUD, "2027", budget * 100)]

        view = outlook(AS_OF, monthly(100_00, range(1, 7)), planned)

        assert (line(view, CostKind.CLOUD).course, view.total.course) == (course, course)

    def test_what_has_no_budget_of_its_own_is_taken_from_the_whole(self) -> None:
        planned = [Planned(CostKind.LICENCE, "2027", 1000_00)]

        view = outlook(AS_OF, monthly(300_00, range(1, 7)), planned)

        assert line(view, CostKind.CLOUD).course is BudgetStatus.NONE
        assert view.total.course is BudgetStatus.OVER

    def test_another_year_has_its_own(self) -> None:
        view = outlook(AS_OF, [], [Planned(CostKind.CLOUD, "2026", 1_00)])

        assert view.lines == ()


class TestWhatIsUsual:
    BOOKED = (
        Booked(CostKind.CONSULTING, 40_000_00, date(2027, 1, 10)),
        Booked(CostKind.CLOUD, 6_000_00, date(2027, 6, 3)),
    )

    @pytest.mark.parametrize(("inside", "euros"), [(None, 46_000), (True, 46_000), (False, 40_000)])
    def test_running_costs_are_inside_the_first_year_unless_they_stand_apart(
        self, inside: bool | None, euros: float
    ) -> None:
        view = outlook(AS_OF, self.BOOKED, [], inside=inside)

        assert view.first_year is not None
        assert view.first_year.band == (euros, 50_000, 150_000)

    def test_running_costs_are_shared_by_the_systems_in_use(self) -> None:
        view = outlook(AS_OF, self.BOOKED, [], systems=2)

        assert view.system_month is not None
        assert view.system_month.band == (3000.0, 2000, 5000)
        assert outlook(AS_OF, self.BOOKED, []).system_month is None

    def test_changes_of_vendors_count_up_to_the_day(self) -> None:
        days = [date(2025, 1, 1), date(2026, 8, 1), date(2027, 7, 1)]

        assert outlook(AS_OF, [], [], switched_on=days).switches == (2, 1)


entries = st.lists(
    st.builds(
        Booked,
        st.sampled_from(CostKind),
        st.integers(-10_000_00, 10_000_00),
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    ),
    max_size=30,
)


@pytest.mark.slow
@given(entries, st.dates(date(2026, 6, 1), date(2027, 12, 31)))
def test_any_entries_give_figures_that_add_up_whatever_their_order(
    booked: list[Booked], as_of: date
) -> None:
    view = outlook(as_of, booked, [Planned(CostKind.CLOUD, f"{as_of.year}", 5_000_00)])

    json.dumps(view.to_json(), allow_nan=False)
    assert view.total.booked == pytest.approx(sum(one.booked for one in view.lines))
    assert (
        view.to_json()
        == outlook(
            as_of, booked[::-1], [Planned(CostKind.CLOUD, f"{as_of.year}", 5_000_00)]
        ).to_json()
    )


@given(entries, st.integers(1, 1000_00))
def test_an_entry_and_its_correction_of_the_same_day_leave_all_as_it_was(
    booked: list[Booked], cents: int
) -> None:
    day = max((one.on for one in booked), default=AS_OF)
    wrong = Booked(CostKind.CLOUD, cents, day)
    base = [*booked, Booked(CostKind.CLOUD, 1, day)]

    with_both = outlook(AS_OF, [*base, wrong, wrong._replace(cents=-cents)], [])

    assert with_both.to_json() == outlook(AS_OF, base, []).to_json()
