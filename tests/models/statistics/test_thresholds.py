"""A threshold holds what it promises on what it was chosen on, with room for chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.statistics.thresholds import NEVER, lowest_safe_confidence


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60),
    st.sampled_from([0.6, 0.8, 0.9]),
)
def test_what_is_above_a_threshold_reaches_the_target(
    rows: list[tuple[float, bool]], target: float
) -> None:
    sure = np.array([value for value, _ in rows], np.float64)
    right = np.array([value for _, value in rows], bool)

    threshold = lowest_safe_confidence(sure, right, target, 1.64)

    shown = sure >= threshold
    assert threshold == NEVER or right[shown].mean() >= target


def test_one_lucky_answer_is_not_enough() -> None:
    assert lowest_safe_confidence(np.array([0.9]), np.array([True]), 0.9, 1.64) == NEVER
    assert lowest_safe_confidence(np.full(30, 0.9), np.ones(30, bool), 0.9, 1.64) == pytest.approx(
        0.9
    )
