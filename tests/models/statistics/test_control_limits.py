"""No comment on noise: a week is unusual only outside its natural limits."""

import pytest

from models.statistics.control_limits import control_limits

USUAL = [10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0]


def test_hand_worked_limits() -> None:
    limits = control_limits(USUAL)

    assert limits is not None
    assert (limits.centre, limits.low, limits.high) == pytest.approx((11.0, 5.68, 16.32))


@pytest.mark.parametrize(("value", "far"), [(11.0, 0.0), (16.3, 0.0), (21.64, 2.0), (0.36, 2.0)])
def test_how_far_outside_a_week_is(value: float, far: float) -> None:
    limits = control_limits(USUAL)

    assert limits is not None
    assert limits.distance(value) == pytest.approx(far)


def test_too_few_weeks_have_no_limits() -> None:
    assert control_limits([*USUAL[:7], None]) is None


def test_nothing_is_below_zero() -> None:
    limits = control_limits([0.0, 9.0] * 4)

    assert limits is not None
    assert limits.low == 0.0


def test_a_desk_that_never_varied_is_surprised_by_any_change() -> None:
    limits = control_limits([5.0] * 8)

    assert limits is not None
    assert limits.distance(5.0) == 0.0
    assert limits.distance(6.0) > 1.0
