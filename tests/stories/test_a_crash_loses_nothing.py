"""kill -9 between any two steps: nothing is lost, nothing is posted twice.

A replica in a process of its own dies at the n-th step after a message reached it (a
step is a commit or a call to Slack, before and after it); then another one is started.
This is done for every n until the message needs no more steps than that.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from benchmarks.replica import start_replica, wait_for
from bot.clock import Clock
from bot.demo.double import SlackDouble
from models.settings import Settings
from models.store.migration import upgrade
from models.store.transaction import Store

HELP, SUPPORT, KIM = "CHELP", "CSUPPORT", "UKIM"
STEPS = range(1, 60)
SHARDS = 3
"""The steps are divided, so that two processors share them."""


def keys(double: SlackDouble) -> Counter[str]:
    """How often each post is shown, by the key in its metadata."""
    posts = [*double.messages(HELP), *double.messages(SUPPORT)]
    return Counter(str(post.metadata["event_payload"]["key"]) for post in posts if post.metadata)


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.timeout(280)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_replica_that_dies_anywhere_between_message_and_card_loses_and_doubles_nothing(
    shard: int,
    database_url: str,
    tmp_path: Path,
    make_double: Callable[..., SlackDouble],
    office_settings: Callable[..., dict[str, Any]],
) -> None:
    double = make_double(Clock(), ack_seconds=1.0)
    values = office_settings(double, database_url, tmp_path, lotsen_lease_seconds=0.8)
    store = Store(Settings.load(_env_file=None, **values).database_url)
    upgrade(store)

    def handled(number: int) -> bool:
        with store.snapshot() as unit:
            waits = unit.inbox.waiting() + unit.outbox.waiting()
            return unit.tickets.count() == number and waits == 0

    def over(replica: BaseProcess, number: int) -> bool:
        return not replica.is_alive() or handled(number)

    for number, step in enumerate(STEPS[shard::SHARDS], start=1):
        assert wait_for(lambda: double.connections() == 0, 20)
        doomed = start_replica(values, crash_at=step)
        assert wait_for(lambda: double.connections() == 1, 20)
        double.say(f"UASA{step}", HELP, f"Skärm {step} är svart")
        died = wait_for(partial(over, doomed, number), 20) and (not doomed.is_alive())
        if died:
            survivor = start_replica(values)
            assert wait_for(partial(handled, number), 30), f"step {step}: not handled"
            survivor.kill()  # everything is stored: no need to say goodbye
            survivor.join()
        doomed.kill()
        doomed.join()
        assert set(keys(double).values()) == {1}, f"step {step}: {keys(double)}"
        if not died:
            break

    assert not died, "the message never got through without a crash"
    assert step > 12, f"only {step} steps were found: the crash points do not work"
    posts = keys(double)
    assert len(posts) == 2 * number
    with store.snapshot() as unit:
        assert unit.tickets.count() == number
        assert unit.inbox.dead() + unit.outbox.stuck() == 0
    store.close()
