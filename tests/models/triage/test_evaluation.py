"""Figures about classifiers, against worked and published numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.statistics.estimates import wilson
from models.statistics.thresholds import NEVER, lowest_safe_confidence
from models.triage.metrics import accuracy, expected_calibration_error, macro_f1


def test_wilson_agrees_with_the_published_example() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 and 15 of 148.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_wilson_of_nothing_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 500), st.data())
def test_wilson_holds_the_share_and_stays_in_range(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))

    low, high = wilson(successes, n)

    assert 0 <= low <= successes / n + 1e-12
    assert successes / n - 1e-12 <= high <= 1


def test_macro_f1_counts_rare_categories_as_much() -> None:
    right = np.array(["a", "a", "a", "b"])
    predicted = np.array(["a", "a", "a", "a"])

    # F1 of a: 2·3 / (4 + 3); of b: 0.
    assert macro_f1(predicted, right) == pytest.approx((6 / 7 + 0) / 2)
    assert accuracy(predicted, right) == 0.75


def test_without_tickets_the_figures_are_zero() -> None:
    nothing = np.array([], dtype=np.str_)

    assert accuracy(nothing, nothing) == macro_f1(nothing, nothing) == 0.0
    assert expected_calibration_error(np.array([]), np.array([], dtype=bool)) == 0.0


def test_calibration_error_of_a_braggart() -> None:
    confidence = np.full(10, 0.95)
    correct = np.array([True] * 5 + [False] * 5)

    assert expected_calibration_error(confidence, correct) == pytest.approx(0.45)


def test_the_threshold_stands_where_precision_is_still_safe() -> None:
    confidence = np.concatenate([np.linspace(0.99, 0.80, 100), np.linspace(0.79, 0.50, 100)])
    correct = np.array([True] * 100 + [False] * 100)

    threshold = lowest_safe_confidence(confidence, correct, target=0.90)

    taken = confidence >= threshold
    assert wilson(int(correct[taken].sum()), int(taken.sum()))[0] >= 0.90
    assert 0.75 < threshold <= 0.80


def test_few_tickets_are_never_safe() -> None:
    # 20 of 20 right: the lower end of the interval is 0.84.
    assert lowest_safe_confidence(np.full(20, 0.9), np.full(20, True), target=0.9) == NEVER


def test_equal_confidences_are_taken_together() -> None:
    confidence = np.full(200, 0.7)
    correct = np.array([True] * 100 + [False] * 100)

    assert lowest_safe_confidence(confidence, correct, target=0.9) == NEVER
