"""Many answers at the same moment: each person counts once, and every person counts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from models.store.surveys import RatedWeek
from models.store.transaction import Store

AtOnce = Callable[..., list[Any]]


def test_a_months_key_is_the_same_for_everybody(store: Store, at_once: AtOnce) -> None:
    def key(_: int) -> str:
        with store.begin() as unit:
            return unit.surveys.key("pulse:2026-11")

    (secret,) = set(at_once(6, key))
    assert len(secret) == 64


@pytest.mark.parametrize(("people", "counted"), [(1, 1), (6, 6)])
def test_votes_at_once_are_counted_once_a_person(
    store: Store, at_once: AtOnce, people: int, counted: int
) -> None:
    def vote(thread: int) -> bool:
        with store.begin() as unit:
            return unit.surveys.vote(f"token {thread % people}", "2026-11", 4)

    won = at_once(6, vote)

    assert sum(map(bool, won)) == counted
    with store.snapshot() as unit:
        assert unit.surveys.tallies() == {"2026-11": {4: counted}}


def test_keys_go_survey_by_survey_and_month_by_month(store: Store) -> None:
    with store.begin() as unit:
        for name in ("csat:2026-10", "csat:2026-11", "pulse:2026-10", "pulse:2026-11"):
            unit.surveys.key(name)
        unit.surveys.vote("old", "2026-10", 1)
        unit.surveys.vote("new", "2026-11", 1)

        unit.surveys.forget_keys("pulse", "2026-11")

        kept = [
            n for n in ("csat:2026-10", "pulse:2026-10", "pulse:2026-11") if unit.surveys.has_key(n)
        ]
        assert kept == ["csat:2026-10", "pulse:2026-11"]
        assert unit.surveys.tallies() == {"2026-10": {1: 1}}  # the open month is not told
        assert unit.surveys.vote("old", "2026-10", 1)  # who voted then is forgotten


def test_a_rating_takes_a_new_score_until_its_week_is_over(store: Store) -> None:
    week = date(2026, 11, 23)
    with store.begin() as unit:
        assert unit.surveys.rate("t", week, 1)
        assert unit.surveys.rate("t", week, 5)
        assert not unit.surveys.rate("t", date(2026, 11, 30), 1)
        assert unit.surveys.rated_weeks(date(2026, 11, 29)) == []  # a Sunday: it goes on
        assert unit.surveys.rated_weeks(date(2026, 11, 30)) == [RatedWeek(week, 1, 1)]
