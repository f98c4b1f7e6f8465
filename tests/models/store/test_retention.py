"""Words of posts and commands have their time, however those ended."""

from datetime import datetime, timedelta

import pytest

from models.errors import InvalidError
from models.mailbox import Envelope, Outgoing, post, update
from models.message import NOTHING, File, Message, Paragraph, Picture, Run
from models.settings import Settings
from models.store.transaction import Store
from models.tables import PostState
from models.upkeep import mail
from models.upkeep.nightly import POSTS, Nightly

SECRET = "my password is hunter2"


def words(text: str) -> Message:
    picture = Picture("a.png", "A picture of it", "It")
    return Message(text, (Paragraph((Run(text),)), picture), (File("a.png", b"PNG", "It", "It"),))


def outgoing(store: Store) -> Outgoing:
    return Outgoing(store, lease=timedelta(seconds=30), pause=timedelta())


def queue(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        post(unit, "a", Envelope("C1"), words(SECRET), now)


def test_a_version_that_nobody_will_see_loses_its_words_at_once(
    store: Store, now: datetime
) -> None:
    out = outgoing(store)
    queue(store, now)
    shown = out.take(now)
    assert shown is not None
    out.sent(shown, "C1", "17.5", now)
    with store.begin() as unit:
        update(unit, "a:1", "a", "C1", words(SECRET), now)
        update(unit, "a:2", "a", "C1", words("better"), now)
    on_its_way = out.take(now)
    assert on_its_way is not None
    with store.begin() as unit:
        update(unit, "a:3", "a", "C1", words("best"), now)
    out.retry(on_its_way, "a cold", now)

    with store.snapshot() as unit:
        rows = {row.key: row for row in unit.outbox.listing(tuple(PostState))}
        assert [rows[f"a:{n}"].state.value for n in (1, 2, 3)] == ["dropped", "dropped", "ready"]
        assert rows["a:1"].message == rows["a:2"].message == NOTHING
        assert "best" in rows["a:3"].message
        assert not unit.post_files.of("a:1")
        assert unit.post_files.of("a:3")


@pytest.mark.parametrize("end", ["dead", "doubtful", "dropped"])
def test_a_post_that_was_never_shown_loses_its_words_in_the_same_time(
    store: Store, now: datetime, end: str
) -> None:
    out = outgoing(store)
    queue(store, now)
    if end == "dropped":
        mail.drop(store, 1)
    else:
        taken = out.take(now)
        assert taken is not None
        getattr(out, end)(taken, "channel_not_found")
    nightly = Nightly(Settings.load(_env_file=None), store)

    assert nightly.forget(now + POSTS - timedelta(days=1)).posts == 0
    assert nightly.forget(now + POSTS + timedelta(days=1)).posts == 1
    assert nightly.forget(now + POSTS + timedelta(days=1)).posts == 0

    with store.snapshot() as unit:
        row = unit.outbox.find("a")
        assert row is not None
        assert (row.message, row.error, row.state.value) == (NOTHING, "", end)
        assert not unit.post_files.of("a")
    if end != "dropped":
        with pytest.raises(InvalidError, match="too old"):
            mail.send_again(store, 1, now)


def test_a_command_that_was_given_up_loses_its_words_with_the_texts(
    store: Store, now: datetime
) -> None:
    with store.begin() as unit:
        unit.inbox.accept(command_id="a", kind="ask", payload=SECRET, now=now)
        unit.inbox.put_back("a", error=SECRET, not_before=now, dead=True)
    nightly = Nightly(Settings.load(_env_file=None, lotsen_keep_texts_days=100), store)

    nightly.forget(now + timedelta(days=99))
    (row,) = mail.commands(store)
    assert row.payload == SECRET
    nightly.forget(now + timedelta(days=101))

    (row,) = mail.commands(store)
    assert (row.payload, row.error) == ("", "")
    with pytest.raises(InvalidError, match="too old"):
        mail.handle_again(store, 1, now)
