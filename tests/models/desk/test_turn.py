"""A turn: one transaction of a command, taken once, though the command comes again."""

from datetime import datetime
from typing import Any

import pytest

from models.commands import MoveTicket
from models.desk.base.turn import answer_request, take_turn
from tests.models.desk.conftest import KIM, at


@pytest.mark.parametrize("take", [take_turn, answer_request])
def test_a_command_that_was_handled_before_takes_no_turn(desk: Any, take: Any) -> None:
    command = MoveTicket(id="Ev1", user=KIM, ticket_id=1, move="claim", at=at(0))
    steps: list[str] = []
    desk.lotsen.mailbox.accept(command, at(0))
    for seconds in (0, 1):
        take(desk.lotsen.desk, command, at(seconds), lambda turn: steps.append(turn.name))
    assert steps == ["Ev1"]


@pytest.mark.parametrize("take", [take_turn, answer_request])
def test_a_turn_that_fails_is_taken_again(desk: Any, take: Any) -> None:
    command = MoveTicket(id="Ev1", user=KIM, ticket_id=1, move="claim", at=at(0))
    desk.lotsen.mailbox.accept(command, at(0))
    with pytest.raises(ZeroDivisionError):
        take(desk.lotsen.desk, command, at(0), lambda turn: 1 / 0)
    steps: list[str] = []
    take(desk.lotsen.desk, command, at(1), lambda turn: steps.append(turn.name))
    assert steps == ["Ev1"]


@pytest.mark.parametrize(
    ("sent", "counts"),
    [(-7200, -7200), (0, 0), (300, 300), (301, 0), (86400, 0)],
    ids=["waited for hours", "at once", "five minutes ahead", "more", "a day ahead"],
)
def test_it_happened_when_it_was_sent_unless_the_senders_clock_is_far_ahead(
    desk: Any, sent: int, counts: int
) -> None:
    command = MoveTicket(id="Ev1", user=KIM, ticket_id=1, move="claim", at=at(sent))
    times: list[datetime] = []
    desk.lotsen.mailbox.accept(command, at(0))
    take_turn(desk.lotsen.desk, command, at(0), lambda turn: times.append(turn.at))
    assert times == [at(counts)]
