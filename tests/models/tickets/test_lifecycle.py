"""What a ticket may do, from every state."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import NotAllowedError
from models.tables import EventKind, Status
from models.tickets.lifecycle import Move, event_of, move, moves_from

LEGAL = {
    Status.NEW: {"claim": Status.CLAIMED, "resolve": Status.SOLVED, "join": Status.NEW},
    Status.CLAIMED: {
        "claim": Status.CLAIMED,
        "pause": Status.PAUSED,
        "resolve": Status.SOLVED,
        "join": Status.NEW,
    },
    Status.PAUSED: {"resume": Status.CLAIMED, "resolve": Status.SOLVED, "join": Status.NEW},
    Status.SOLVED: {"reopen": Status.NEW},
    Status.CLOSED: {"reopen": Status.NEW},
}
MOVES: tuple[Move, ...] = get_args(Move)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("name", MOVES)
def test_every_move_from_every_state_is_allowed_or_refused(status: Status, name: Move) -> None:
    wanted = LEGAL[status].get(name)

    if wanted is None:
        with pytest.raises(NotAllowedError, match=f"cannot {name} a ticket that is {status}: "):
            move(status, name)
    else:
        assert move(status, name) is wanted


@pytest.mark.parametrize("status", Status)
def test_the_offered_moves_are_the_legal_ones(status: Status) -> None:
    assert set(moves_from(status)) == set(LEGAL[status])


def test_a_second_claim_reassigns() -> None:
    assert event_of(Status.NEW, "claim") is EventKind.CLAIMED
    assert event_of(Status.CLAIMED, "claim") is EventKind.REASSIGNED


@given(st.lists(st.sampled_from(MOVES), max_size=40))
def test_any_sequence_of_clicks_leaves_a_ticket_in_order(clicks: list[Move]) -> None:
    status, kinds = Status.NEW, list[EventKind]()
    for click in clicks:
        try:
            kind = event_of(status, click)
            status = move(status, click)
        except NotAllowedError:
            continue
        kinds.append(kind)

    resolved, reopened = kinds.count(EventKind.RESOLVED), kinds.count(EventKind.REOPENED)
    done = status in (Status.SOLVED, Status.CLOSED)
    assert resolved - reopened == (1 if done else 0)
    paused, resumed = kinds.count(EventKind.PAUSED), kinds.count(EventKind.RESUMED)
    assert resumed <= paused
    if status is Status.PAUSED:
        assert EventKind.CLAIMED in kinds
