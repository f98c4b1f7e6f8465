"""Inbox and outbox: once in, once out, for any number of replicas."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from models.store.transaction import Store, UnitOfWork
from models.tables import OutboxRow, PostKind, PostState

AtOnce = Callable[..., list[Any]]
LEASE, PAUSE = timedelta(seconds=30), timedelta(seconds=1)


def accept(store: Store, command_id: str, now: datetime) -> bool:
    with store.begin() as unit:
        return unit.inbox.accept(command_id=command_id, kind="ask", payload="{}", now=now)


def test_a_command_is_accepted_once(store: Store, now: datetime, at_once: AtOnce) -> None:
    assert sorted(at_once(8, lambda _: accept(store, "Ev1", now))) == [False] * 7 + [True]


def test_commands_come_out_in_order_and_each_to_one_worker(store: Store, now: datetime) -> None:
    for name in ("a", "b", "c"):
        accept(store, name, now)
    with store.begin() as unit:
        first = unit.inbox.claim(now, LEASE)
        second = unit.inbox.claim(now, LEASE)
    assert first is not None
    assert second is not None
    assert (first.id, second.id, first.attempts) == ("a", "b", 1)
    with store.begin() as unit:
        again = unit.inbox.claim(now + LEASE, LEASE)
    assert again is not None
    assert (again.id, again.attempts) == ("a", 2)


def test_many_workers_take_each_command_once(store: Store, now: datetime, at_once: AtOnce) -> None:
    for n in range(40):
        accept(store, str(n), now)

    def work(_: int) -> list[str]:
        mine = []
        for _n in range(5):
            with store.begin() as unit:
                row = unit.inbox.claim(now, LEASE)
                mine += [row.id] if row else []
        return mine

    taken = [name for mine in at_once(8, work) for name in mine]
    assert len(taken) == len(set(taken)) >= 8
    with store.begin() as unit:
        while (row := unit.inbox.claim(now, LEASE)) is not None:
            taken.append(row.id)
    assert sorted(taken) == sorted(str(n) for n in range(40))


def test_a_command_is_finished_once_and_its_words_go(
    store: Store, now: datetime, at_once: AtOnce
) -> None:
    accept(store, "a", now)

    def finish(_: int) -> bool:
        with store.begin() as unit:
            return unit.inbox.finish("a", now)

    assert sorted(at_once(16, finish)) == [False] * 15 + [True]
    with store.begin() as unit:
        assert unit.inbox.waiting() == 0
        assert not unit.inbox.finish("unknown", now)
        unit.inbox.put_back("a", error="late", not_before=now, dead=True)  # nothing to put back
        assert unit.inbox.dead() == 0


def test_a_command_put_back_waits_for_its_time(store: Store, now: datetime) -> None:
    accept(store, "a", now)
    later = now + timedelta(minutes=1)
    with store.begin() as unit:
        unit.inbox.claim(now, LEASE)
        unit.inbox.put_back("a", error="x" * 900, not_before=later, dead=False)
        assert unit.inbox.claim(now + LEASE, LEASE) is None
        row = unit.inbox.claim(later, LEASE)
        assert row is not None
        assert len(row.error) == 500
        assert unit.inbox.oldest_waiting() == now


def post(unit: UnitOfWork, key: str, now: datetime, **more: Any) -> bool:
    fields: dict[str, Any] = {"kind": PostKind.POST, "channel": "C1", "message": "{}", **more}
    return unit.outbox.add(
        OutboxRow(key=key, state=PostState.READY, not_before=now, created_at=now, **fields)
    )


def take(store: Store, now: datetime) -> str:
    with store.begin() as unit:
        row = unit.outbox.claim(now, LEASE, PAUSE)
        return row.key if row else ""


def done(store: Store, key: str, state: PostState = PostState.SENT) -> None:
    with store.begin() as unit:
        row = unit.outbox.find(key)
        assert row is not None
        row.state = state
        unit.outbox.save(row)


def test_a_key_is_queued_once(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        assert [post(unit, "a", now), post(unit, "a", now)] == [True, False]


def test_a_channel_has_one_post_on_its_way_and_rests_after_it(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        for key, channel in (("a", "C1"), ("b", "C1"), ("c", "C2")):
            post(unit, key, now, channel=channel)
    assert [take(store, now) for _ in range(3)] == ["a", "c", ""]
    assert take(store, now + 5 * PAUSE) == ""  # the first is still on its way
    done(store, "a")
    assert take(store, now) == ""
    assert take(store, now + PAUSE) == "b"


def test_many_replicas_take_each_post_once_and_one_a_channel(
    store: Store, now: datetime, at_once: AtOnce
) -> None:
    with store.begin() as unit:
        for n in range(16):
            post(unit, str(n), now, channel=f"C{n % 4}")
    taken = [key for key in at_once(8, lambda _: take(store, now)) if key]
    while key := take(store, now):  # whoever met a locked row comes again
        taken.append(key)
    assert all(isinstance(key, str) for key in taken), taken
    assert len(taken) == len({int(key) % 4 for key in taken}) == 4


def test_what_one_person_waits_for_goes_first(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        post(unit, "a", now)
        post(unit, "b", now, kind=PostKind.EPHEMERAL, priority=1)
    assert take(store, now) == "b"


def test_a_rest_that_slack_asked_for_is_never_shortened(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        unit.outbox.throttle("C1", now + timedelta(seconds=60))
        unit.outbox.throttle("C1", now + PAUSE)
        post(unit, "a", now)
    assert take(store, now + timedelta(seconds=59)) == ""
    assert take(store, now + timedelta(seconds=60)) == "a"


def test_a_post_in_doubt_is_taken_by_one_after_its_lease(
    store: Store, now: datetime, at_once: AtOnce
) -> None:
    with store.begin() as unit:
        post(unit, "a", now)
    assert take(store, now) == "a"

    def doubtful(moment: datetime) -> str:
        with store.begin() as unit:
            row = unit.outbox.claim_doubtful(moment, LEASE)
            return row.key if row else ""

    assert doubtful(now) == ""
    assert sorted(at_once(6, lambda _: doubtful(now + LEASE))) == [""] * 5 + ["a"]


def test_what_waits_and_what_is_stuck_is_counted(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        for key in "abcd":
            post(unit, key, now, channel=key)
        assert unit.outbox.oldest_waiting() == now
    done(store, "a", PostState.DEAD)
    done(store, "b", PostState.DOUBTFUL)
    done(store, "c")
    with store.snapshot() as unit:
        assert (unit.outbox.waiting(), unit.outbox.stuck()) == (1, 2)
        stuck = unit.outbox.listing((PostState.DEAD, PostState.DOUBTFUL))
        assert [row.key for row in stuck] == ["b", "a"]
