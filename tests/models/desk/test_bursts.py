"""Fragments of one person within two minutes are one case, in whatever order they come."""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.commands import Command
from models.store.transaction import Store
from models.tables import CaseState
from tests.models.desk.conftest import at

WORDS = ("Hej!", "min skärm blinkar", "den vid fönstret", "felkod 809", "och musen", "bråttom")


@dataclass(frozen=True)
class Act:
    """What is done about the message of a second: said, edited or deleted."""

    kind: str
    second: int
    text: str = ""
    later: int = 0


@st.composite
def bursts(draw: st.DrawFn) -> list[Act]:
    """One person's messages of two minutes; the first one stays."""
    seconds = draw(st.lists(st.integers(0, 119), min_size=1, max_size=5, unique=True).map(sorted))
    acts = []
    for n, second in enumerate(seconds):
        acts.append(Act("said", second, f"{WORDS[n]} {second}"))
        acts.extend(
            Act("edited", second, f"{WORDS[n]} {second} bättre {times}", 1 + times)
            for times in range(draw(st.integers(0, 2)))
        )
        if n and draw(st.booleans()):
            acts.append(Act("deleted", second, later=9))
    return acts


def outcome(desk: Any) -> list[tuple[str, str]]:
    """The person's cases that stand, with all their words."""
    with desk.lotsen.store.snapshot() as unit:
        standing = [case for case in desk.cases() if case.state is not CaseState.WITHDRAWN]
        return sorted(
            (
                case.state.value,
                "\n".join(row.text for row in unit.tickets.messages_of(case.id) if row.text),
            )
            for case in standing
        )


def command_of(desk: Any, act: Act) -> Command:
    if act.kind == "said":
        return desk.said(act.text, act.second)  # type: ignore[no-any-return]
    if act.kind == "edited":
        return desk.edited(act.second, act.text, act.later)  # type: ignore[no-any-return]
    return desk.deleted(act.second, act.later)  # type: ignore[no-any-return]


@pytest.fixture
def handled(
    tmp_path: Path, migrated_file: Path, new_desk: Callable[[Store], Any]
) -> Callable[..., Any]:
    """Handle acts at a fresh desk, each of them several times, and give what came of it."""

    def run(acts: list[Act], order: list[int]) -> list[tuple[str, str]]:
        file = shutil.copy(migrated_file, tmp_path / "burst.db")
        store = Store(f"sqlite:///{file}")
        desk = new_desk(store)
        commands = [command_of(desk, act) for act in acts]
        for place in order:
            desk.do(commands[place], 130)
        while (taken := desk.lotsen.mailbox.take(at(140))) is not None:  # what was put off
            desk.lotsen.handle(taken.command, at(140))
        found = outcome(desk)
        store.close()
        for leftover in tmp_path.glob("burst.db*"):
            leftover.unlink()
        return found

    return run


@pytest.mark.slow
@given(acts=bursts(), seed=st.integers(0, 2**32))
@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_in_any_order_and_twice_no_word_is_lost_or_in_two_cases(
    handled: Callable[..., Any], acts: list[Act], seed: int
) -> None:
    chance = random.Random(seed)
    order = list(range(len(acts)))
    shuffled = order + chance.choices(order, k=2)
    chance.shuffle(shuffled)
    lines = [
        sorted(line for _, words in handled(acts, one) for line in words.splitlines())
        for one in (order, shuffled)
    ]
    assert lines[0] == lines[1]
    assert len(set(lines[0])) == len(lines[0])


def test_a_third_message_after_two_minutes_is_a_case_of_its_own(desk: Any) -> None:
    desk.say("min skärm blinkar", 0)
    desk.say("den vid fönstret", 100)
    desk.say("en ny mus", 121)
    assert [desk.body(1), desk.body(2)] == [
        "min skärm blinkar\nden vid fönstret",
        "en ny mus",
    ]


def test_two_people_and_two_channels_are_two_cases(desk: Any) -> None:
    desk.say("min skärm blinkar", 0)
    desk.say("min med", 1, "UOLA")
    desk.say("min mus också", 2, channel="CHR")
    assert len(desk.cases()) == 3


def test_a_reply_below_any_message_of_a_burst_belongs_to_its_case(desk: Any) -> None:
    desk.say("Hej!", 0)
    second = desk.say("min skärm blinkar", 10)
    desk.say("sedan i går", 400, thread_ts=second)
    desk.say("Jag tittar på det", 410, "UKIM", thread_ts=second)
    assert desk.body() == "Hej!\nmin skärm blinkar\nsedan i går"
    assert [event.kind.value for event in desk.events()].count("responded") == 1


def test_the_title_of_a_burst_is_not_its_greeting(desk: Any) -> None:
    desk.say("min skärm blinkar", 10)
    desk.say("Hej!", 0)
    with desk.lotsen.store.snapshot() as unit:
        assert unit.tickets.text(1).title == "min skärm blinkar"
