"""Half-days are drawn where one to three people work at a desk: all questions of one go one way."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.lotsen import open_lotsen
from models.settings import Settings
from models.statistics.half_days import half_day_at, half_days_beside
from models.tables import Arm, EventKind
from models.triage.arms import checked_draws, half_day_arm, share_of_half_days
from tests.models.desk.test_hold_out import SURE, frozen, sharing

SECRET = "5e" * 32


@pytest.fixture
def switching(desk: Any) -> Any:
    """A desk that leaves half of the half-days alone."""
    frozen(desk.lotsen.store)
    sharing(desk, 0.5, replace(SURE, category=""))
    drawn_so = replace(desk.lotsen.desk, hold_out_unit="half_day", new_secret=lambda: SECRET)
    desk.lotsen = replace(desk.lotsen, desk=drawn_so)
    return desk


def test_all_questions_of_a_half_day_go_one_way(switching: Any, article: Any) -> None:
    for number in range(40):
        switching.say(f"VPN {number} kopplar inte upp", number * 5 * 3600.0, user=f"U{number}")

    zone = switching.lotsen.desk.calendar.zone
    arms = defaultdict[str, set[str]](set)
    for event in switching.events():
        if event.kind is EventKind.RANDOMISED and event.detail["mode"] != Arm.EXEMPT:
            assert event.detail["half_day"] == half_day_at(event.at.astimezone(zone))
            arms[event.detail["half_day"]].add(event.detail["mode"])
    assert {len(modes) for modes in arms.values()} == {1}
    assert {mode for modes in arms.values() for mode in modes} == {"held_out", "helped"}
    found = checked_draws(switching.lotsen.store)
    assert (found.wrong, found.ok) == ((), True)
    assert found.repeated == found.n > 30


def test_of_each_week_half_are_left_alone_and_which_ones_chance_decides() -> None:
    weeks = [half_days_beside(f"2026-11-{day:02} am") for day in (2, 9, 16, 23)]
    weekend = half_days_beside("2026-11-07 am")

    left = [
        {one[11:] + str(at // 2) for at, one in enumerate(week) if _is_held(one)} for week in weeks
    ]

    assert [len(found) for found in left] == [5, 5, 5, 5]
    assert len({frozenset(found) for found in left}) > 1
    assert sum(map(_is_held, weekend)) == 2
    assert [share_of_half_days(one, 0.2) for one in (weeks[0][0], weekend[0])] == [0.2, 0.25]


def _is_held(half_day: str) -> bool:
    return half_day_arm(SECRET, half_day, 0.5) is Arm.HELD_OUT


def test_a_question_that_is_handled_later_belongs_to_when_it_was_asked(switching: Any) -> None:
    switching.say("VPN kopplar inte upp")
    (case,) = switching.cases()
    (drawn,) = [one for one in switching.events() if one.kind is EventKind.RANDOMISED]

    zone = switching.lotsen.desk.calendar.zone
    assert drawn.detail["half_day"] == half_day_at(case.opened_at.astimezone(zone))
    assert drawn.detail["share"] == 0.5
    assert drawn.at - case.opened_at < timedelta(hours=1)


def test_the_setting_reaches_the_desk(tmp_path: Path) -> None:
    settings = Settings.load(_env_file=None, lotsen_home=tmp_path, lotsen_hold_out_unit="half_day")
    lotsen = open_lotsen(settings)

    assert lotsen.desk.hold_out_unit == "half_day"
    lotsen.close()
