"""Made-up conversations through the real core: nothing is lost, and any order ends alike.

A seed that fails is replayed by its number: ``pytest tests/simulation -k "seed-17"``; one from
130 on needs ``--orders`` above it, too. ``make orders`` runs more than three hundred.
"""

from collections.abc import Iterator

import pytest

from models.commands import DeleteMessage, PostMessage
from models.desk.base.smalltalk import Reads, read
from models.store.transaction import Store
from tests.simulation.conversations import Conversation, converse, disorder
from tests.simulation.world import World, Worlds

SEEDS = range(30)
NO_CASE = frozenset({Reads.THANKS, Reads.ACKNOWLEDGEMENT, Reads.CLOSING, Reads.GREETING})


@pytest.fixture(scope="module")
def worlds(empty: Store) -> Iterator[Worlds]:
    begun = Worlds.begin(empty)
    yield begun
    begun.store.close()
    begun.template.close()


def ours(conversation: Conversation) -> list[PostMessage]:
    """Give the messages outside of threads that nobody took back."""
    gone = {act.place.ts for act in conversation.acts if isinstance(act, DeleteMessage)}
    said = [act for act in conversation.acts if isinstance(act, PostMessage)]
    return [act for act in said if not act.place.thread_ts and act.place.ts not in gone]


def check(world: World, conversation: Conversation) -> None:
    """Hold what must be true whatever the order was."""
    marked, state = world.marked(), world.state()
    unmarked = [act.text for act in ours(conversation) if act.place.ts not in marked]
    assert not unmarked, f"no mark at {unmarked}"
    stamps = [ts for _, words, _ in state for ts, _ in words]
    assert len(stamps) == len(set(stamps)), "a message is in two cases"
    homeless = [
        act.text
        for act in ours(conversation)
        if act.place.ts not in stamps and read(act.text).kind not in NO_CASE
    ]
    assert not homeless, f"in no case: {homeless}"
    assert not world.stuck()


def both_ways(worlds: Worlds, seed: int) -> None:
    conversation = converse(seed)
    world = worlds.anew(seed)
    world.deliver(conversation.acts)
    check(world, conversation)
    in_order = world.state()
    world = worlds.anew(seed, crashes=0.1, silent=0.1)
    world.deliver(disorder(conversation, seed))
    check(world, conversation)
    assert world.state() == in_order, f"seed {seed}: the order made a difference"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    seeds = SEEDS
    if metafunc.function is test_many_more_orders_end_alike:
        seeds = range(len(SEEDS), metafunc.config.getoption("--orders"))
    metafunc.parametrize("seed", seeds, ids=lambda seed: f"seed-{seed}")


def test_any_order_ends_alike(worlds: Worlds, seed: int) -> None:
    both_ways(worlds, seed)


@pytest.mark.long
def test_many_more_orders_end_alike(worlds: Worlds, seed: int) -> None:
    both_ways(worlds, seed)
