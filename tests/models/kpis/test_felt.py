"""Felt beside measured: both trends, and silence where fewer than five answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kpis.felt import FEWEST, Felt, felt_line, pulse_line, pulse_of, satisfaction
from models.kpis.statistics import share
from models.language import words_for
from models.message import plain

EN = words_for("en")


def felt(before: int, now: int, minutes_before: float | None, minutes_now: float | None) -> Felt:
    """Answers of ten people before and now, of whom so many were satisfied."""
    return Felt(satisfaction(before, 10), satisfaction(now, 10), minutes_before, minutes_now)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (felt(5, 8, 20, 12), "agree"),  # better, and faster
        (felt(8, 5, 12, 20), "agree"),  # worse, and slower
        (felt(5, 5, 20, 20), "agree"),  # neither
        (felt(5, 8, 12, 20), "differ"),  # felt better, was slower
        (felt(8, 5, 20, 12), "differ"),  # felt worse, was faster
        (felt(5, 5, 20, 12), "differ"),  # faster, and nobody felt it
    ],
)
def test_two_trends_agree_or_differ(facts: Felt, said: str) -> None:
    line = felt_line(facts, EN)
    assert line is not None
    assert plain(line).startswith(f"Felt and measured {said}")
    assert "n = 10" in plain(line)


@pytest.mark.parametrize(
    "facts",
    [
        Felt(satisfaction(3, 4), satisfaction(9, 10), 20, 12),
        Felt(satisfaction(9, 10), satisfaction(3, 4), 20, 12),
        felt(5, 8, None, 12),
        felt(5, 8, 20, None),
        felt(5, 8, 0, 12),
    ],
)
def test_without_all_four_figures_nothing_is_said(facts: Felt) -> None:
    assert felt_line(facts, EN) is None


@given(st.integers(0, 40), st.integers(0, 40))
def test_below_five_answers_only_their_number_is_known(satisfied: int, more: int) -> None:
    n = satisfied + more
    made = satisfaction(satisfied, n)

    assert made.n == n
    assert made == share(satisfied, n) if n >= FEWEST else made.value is None


def test_a_pulse_counts_four_and_five_as_satisfied() -> None:
    assert pulse_of({1: 1, 3: 1, 4: 1, 5: 2}) == share(3, 5)
    assert pulse_of({5: 4}).value is None


def test_the_latest_month_is_shown_or_nothing() -> None:
    line = pulse_line({"2026-10": {5: 9}, "2026-11": {4: 6, 1: 4}}, EN)
    assert line is not None
    assert plain(line).startswith("Pulse 2026-11: 60% satisfied (31% to 83%, n = 10)")
    assert pulse_line({"2026-10": {5: 9}, "2026-11": {4: 4}}, EN) is None
    assert pulse_line({}, EN) is None
