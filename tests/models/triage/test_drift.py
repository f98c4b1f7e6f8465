"""Drift: a large change that is no chance."""

from collections import Counter
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.store.oversight import Guess
from models.triage.drift import FEWEST, compare, drift_by_week

EXPECTED = {"vpn": 0.5, "mail": 0.3, "printing": 0.18, "rare": 0.02}


def guesses(now: datetime, shares: dict[str, float], n: int, seed: int = 1) -> list[Guess]:
    chance = np.random.default_rng(seed)
    keys = chance.choice(list(shares), size=n, p=list(shares.values()))
    return [Guess(now + timedelta(minutes=place), str(key), 0.8) for place, key in enumerate(keys)]


def test_tickets_as_before_do_not_drift_and_others_do(now: datetime) -> None:
    other = {"vpn": 0.1, "mail": 0.2, "printing": 0.2, "rare": 0.5}
    later = now + timedelta(days=7)

    same, new = drift_by_week(guesses(now, EXPECTED, 200) + guesses(later, other, 200), EXPECTED)

    assert (same.week, new.week) == ("2026-W48", "2026-W49")
    assert not same.drifts
    assert new.drifts
    assert new.mean_confidence == pytest.approx(0.8)


def test_few_tickets_say_nothing(now: datetime) -> None:
    (week,) = drift_by_week(guesses(now, {"new": 1.0}, FEWEST - 1), EXPECTED)
    (unknown,) = drift_by_week(guesses(now, {"new": 1.0}, 100), {})

    assert (week.psi, week.drifts) == (None, False)
    assert (unknown.psi, unknown.drifts) == (None, False)


def test_a_quiet_desk_raises_few_false_alarms(now: datetime) -> None:
    alarms = sum(
        drift_by_week(guesses(now, EXPECTED, 40, seed), EXPECTED)[0].drifts for seed in range(200)
    )

    assert alarms <= 6


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 50), min_size=1))
def test_the_index_is_never_negative_and_p_is_a_chance(counts: dict[str, int]) -> None:
    psi, p = compare(Counter(counts), {"a": 0.4, "b": 0.3, "c": 0.3})

    assert psi >= -1e-12
    assert 0 <= p <= 1
