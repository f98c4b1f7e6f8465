"""A limit follows what people say of what is shown above it, slowly at first."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.statistics.beta_limit import STEP, WORTH, followed, share_expected

START, TARGET = 0.4, 0.95
Judged = list[tuple[float, bool]]


def limit(judged: Judged, target: float = TARGET) -> float:
    values = np.array([value for value, _ in judged], np.float64)
    return followed(START, values, np.array([right for _, right in judged], bool), target)


def test_before_anybody_judged_it_stays_where_it_was_measured() -> None:
    assert limit([]) == START
    assert limit([(0.39, True)] * 10) < START


def test_right_answers_further_down_than_it_looks_are_not_jumped_to() -> None:
    assert limit([(0.1, True)] * 500) >= 0.1 - STEP


def test_one_wrong_answer_among_many_right_ones_changes_nothing_much() -> None:
    right = [(0.4 + n / 200, True) for n in range(40)]

    assert limit([*right, (0.5, False)]) <= START


def test_wrong_answers_raise_it_above_them() -> None:
    assert limit([(0.45, False)] * 5) > 0.45


def test_many_right_answers_below_it_lower_it() -> None:
    found = limit([(0.30 + n / 1000, True) for n in range(100)])

    assert 0.30 - STEP <= found < 0.32


def test_it_goes_no_further_than_a_step_below_what_was_ever_judged() -> None:
    assert limit([(0.9, True)] * 500, target=0.5) >= START - STEP


def test_the_prior_is_worth_twenty_judgements() -> None:
    """At the start the prior says 95 of 100: one mistake needs as many right ones to pay for it."""
    judged = [(0.5, False)]
    few, enough = int(WORTH) // 4, int(WORTH)

    assert limit([*judged, *[(0.41, True)] * few]) > limit([*judged, *[(0.41, True)] * enough])


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=80),
    st.sampled_from([0.5, 0.8, 0.95]),
)
def test_above_the_limit_the_posterior_mean_reaches_the_target(
    judged: Judged, target: float
) -> None:
    found = limit(judged, target)

    above = [right for value, right in judged if value >= found]
    prior = float(share_expected(np.array([found]), START, target)[0])
    assert (WORTH * prior + sum(above)) / (WORTH + len(above)) >= target - 1e-6


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_a_further_wrong_answer_at_the_top_never_lowers_it(judged: Judged) -> None:
    assert limit([*judged, (1.0, False)]) >= limit(judged) - 1e-9
