"""Posts are taken down one after the other, at Slack's pace for deletions, after all else."""

from datetime import datetime, timedelta

from models.mailbox import Envelope, Outgoing, OutgoingPost, post
from models.message import Message, Note, Run
from models.store.transaction import Store
from models.tables import PostKind, PostState

SECOND = timedelta(seconds=1)
EXPERIMENT = Note((Run("an experiment"),))


def outgoing(store: Store) -> Outgoing:
    lease = timedelta(seconds=30)
    return Outgoing(store, lease=lease, pause=SECOND, experiment=EXPERIMENT)


def taken(out: Outgoing, now: datetime) -> OutgoingPost:
    parcel = out.take(now)
    assert parcel is not None
    return parcel


def shown(store: Store, out: Outgoing, now: datetime) -> None:
    """Show two posts of the sandbox, each in a channel of its own."""
    with store.sandbox().begin() as unit:
        for number in (1, 2):
            post(unit, f"case:{number}:x", Envelope(f"C{number}"), Message("tried"), now)
    for number in (1, 2):
        out.sent(taken(out, now), f"C{number}", f"17.{number}", now)


def take_down(store: Store, now: datetime) -> None:
    with store.sandbox().begin() as unit:
        for row in unit.sandbox.posts():
            unit.sandbox.take_down(row, now)


def test_a_deletion_names_the_post_and_forgets_its_words_at_once(
    store: Store, now: datetime
) -> None:
    out = outgoing(store)
    shown(store, out, now)
    take_down(store, now + SECOND)
    with store.sandbox().snapshot() as unit:
        assert all("tried" not in row.message for row in unit.sandbox.posts())
    parcel = taken(out, now + SECOND)
    assert (parcel.kind, parcel.target_channel, parcel.target_ts) == (PostKind.DELETE, "C1", "17.1")


def test_fewer_than_fifty_go_in_a_minute_and_posts_go_first(store: Store, now: datetime) -> None:
    out = outgoing(store)
    shown(store, out, now)
    later = now + 2 * SECOND
    take_down(store, later)
    with store.begin() as unit:
        post(unit, "new", Envelope("C9"), Message("new"), later)
    assert taken(out, later).key == "new"
    first = taken(out, later)
    assert first.kind is PostKind.DELETE
    out.sent(first, "C1", "", later)
    assert out.take(later + SECOND) is None  # another channel, and yet it waits
    assert taken(out, later + 1.25 * SECOND).target_channel == "C2"


def test_when_slack_asks_to_wait_all_deletions_wait_and_no_post_does(
    store: Store, now: datetime
) -> None:
    out = outgoing(store)
    shown(store, out, now)
    later = now + 2 * SECOND
    take_down(store, later)
    first = taken(out, later)
    out.throttle(first.lane, later + 30 * SECOND)
    out.later(first, "rate limited", later + 30 * SECOND)
    with store.begin() as unit:
        post(unit, "new", Envelope("C1"), Message("new"), later)
    assert taken(out, later + 5 * SECOND).key == "new"
    assert out.take(later + 29 * SECOND) is None
    assert taken(out, later + 30 * SECOND).kind is PostKind.DELETE


def test_every_post_of_the_sandbox_says_so_and_no_other_does(store: Store, now: datetime) -> None:
    out = outgoing(store)
    with store.sandbox().begin() as unit:
        post(unit, "tried", Envelope("C1"), Message("tried"), now)
    with store.begin() as unit:
        post(unit, "real", Envelope("C2"), Message("real"), now)
    tried, real = taken(out, now), taken(out, now)
    assert tried.message == Message("🧪 tried", (EXPERIMENT,))
    assert real.message == Message("real")


def test_a_sweep_may_die_anywhere_and_goes_on(store: Store, now: datetime) -> None:
    out = outgoing(store)
    shown(store, out, now)
    take_down(store, now + SECOND)
    dying = taken(out, now + SECOND)  # and the answer is lost: its lease ends
    again = out.take_doubtful(now + 40 * SECOND)
    assert again is not None
    assert (again.kind, again.target_ts) == (PostKind.DELETE, dying.target_ts)
    out.retry(again, "no answer", now + 41 * SECOND)
    assert taken(out, now + 42 * SECOND).kind is PostKind.DELETE
    with store.snapshot() as unit:
        assert unit.outbox.listing([PostState.DOUBTFUL, PostState.DEAD]) == []
