"""A post that goes below another one waits for it and lands in its thread."""

from datetime import datetime, timedelta

import pytest

from models.mailbox import (
    Envelope,
    Outgoing,
    OutgoingPost,
    post,
    post_below,
    post_ephemeral,
    update,
)
from models.message import Message, Paragraph, Run
from models.store.transaction import Store
from models.tables import PostState
from models.upkeep import mail

LATER = timedelta(seconds=5)


def words(text: str) -> Message:
    return Message(text, (Paragraph((Run(text),)),))


def outgoing(store: Store) -> Outgoing:
    return Outgoing(store, lease=timedelta(seconds=30), pause=timedelta())


def taken(out: Outgoing, now: datetime) -> OutgoingPost:
    parcel = out.take(now)
    assert parcel is not None
    return parcel


def test_it_waits_for_the_other_and_is_sent_to_its_thread(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        post(unit, "card", Envelope("C1"), words("card"), now)
        post_below(unit, "below", "card", "C1", words("below"), now)
    out = outgoing(store)
    card = taken(out, now)
    assert card.key == "card"
    assert out.take(now) is None
    out.sent(card, "C1", "17.5", now)
    below = taken(out, now)
    assert (below.key, below.to.channel, below.to.thread_ts) == ("below", "C1", "17.5")


def test_it_makes_no_update_of_the_other_look_old(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        post(unit, "card", Envelope("C1"), words("card"), now)
    out = outgoing(store)
    out.sent(taken(out, now), "C1", "17.5", now)
    with store.begin() as unit:
        update(unit, "card:2", "card", "C1", words("card, newer"), now)
        post_below(unit, "below", "card", "C1", words("below"), now)
    newer = taken(out, now)
    assert newer.key == "card:2"
    out.retry(newer, "a cold", now + LATER)
    again = taken(out, now + LATER)
    assert again.key == "card:2"
    out.sent(again, "C1", "17.5", now + LATER)
    assert taken(out, now + LATER).key == "below"


def test_what_waits_below_a_post_that_is_dropped_is_dropped_too(
    store: Store, now: datetime
) -> None:
    with store.begin() as unit:
        post(unit, "card", Envelope("C1"), words("card"), now)
        post_below(unit, "below", "card", "C1", words("below"), now)
        row = unit.outbox.find("card")
        assert row is not None
    mail.drop(store, row.id or 0)
    with store.snapshot() as unit:
        below = unit.outbox.find("below")
        assert below is not None
        assert below.state is PostState.DROPPED
        assert unit.outbox.waiting() == 0


def test_a_whispered_post_says_whether_it_takes_the_place_of_another(
    store: Store, now: datetime
) -> None:
    to = Envelope("C1", person="U1", reply_url="https://hooks.slack.example/1")
    with store.begin() as unit:
        post_ephemeral(unit, "reply:1", to, words("new"), now)
        post_ephemeral(unit, "reply:2", to, words("instead"), now, instead="case:1:search")
    out = outgoing(store)
    assert {parcel.key: parcel.replaces for parcel in (taken(out, now), taken(out, now))} == {
        "reply:1": False,
        "reply:2": True,
    }


@pytest.mark.parametrize("fate", ["never there", "dropped"])
def test_what_is_meant_for_a_post_that_nobody_will_see_does_not_wait_for_ever(
    store: Store, now: datetime, fate: str
) -> None:
    if fate == "dropped":
        with store.begin() as unit:
            post(unit, "card", Envelope("C1"), words("card"), now)
        mail.drop(store, 1)
    with store.begin() as unit:
        update(unit, "card:2", "card", "C1", words("newer card"), now)
        post_below(unit, "below", "card", "C1", words("below"), now)
        post_below(unit, "nobody", "card", "", words("to whoever was erased"), now)

    out = outgoing(store)
    below = taken(out, now)
    assert (below.key, below.to.thread_ts) == ("below", "")
    out.sent(below, "C1", "17.5", now)

    with store.snapshot() as unit:
        assert unit.outbox.waiting() == 0
        assert unit.outbox.find("card:2") is None
        card = unit.outbox.find("card")
        assert card is None or "newer" not in card.message


def test_a_command_that_draws_a_post_twice_leaves_the_last_drawing(
    store: Store, now: datetime
) -> None:
    """Seeds 18, 22 and 53 of the simulation: cards that never said what the ticket was."""
    with store.begin() as unit:
        post(unit, "card", Envelope("C1"), words("new"), now)
    out = outgoing(store)
    out.sent(taken(out, now), "C1", "17.5", now)
    with store.begin() as unit:
        update(unit, "card:1", "card", "C1", words("reopened"), now)
        update(unit, "card:1", "card", "C1", words("new again"), now)
    assert taken(out, now).message == words("new again")


def test_an_update_from_while_the_post_was_in_doubt_never_covers_a_newer_one(
    store: Store, now: datetime
) -> None:
    """Seed 68 of the simulation: a card that went back from solved to claimed."""
    with store.begin() as unit:
        post(unit, "card", Envelope("C1"), words("new"), now)
    out = outgoing(store)
    first = taken(out, now)
    with store.begin() as unit:
        update(unit, "card:1", "card", "C1", words("claimed"), now)
    out.retry(first, "not in the history", now)
    with store.begin() as unit:
        update(unit, "card:2", "card", "C1", words("solved"), now)
    again = taken(out, now)
    assert again.message == words("solved")
    out.sent(again, "C1", "17.5", now)
    assert out.take(now) is None
