"""Every post is shown once, whatever the network and Slack do to it."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from structlog.testing import capture_logs

from bot.clock import Clock, MovableClock
from bot.demo.double import Channel, Conditions, Member, SlackDouble
from bot.slack.delivery import TRIES, Delivery, slack_client
from models.mailbox import Envelope, Outgoing, post, post_ephemeral, post_unlogged, update
from models.message import (
    Button,
    Buttons,
    Chart,
    Fields,
    Heading,
    Message,
    Paragraph,
    Run,
    Table,
    Verbatim,
)
from models.store.transaction import Store
from models.tables import OutboxRow, PostState
from tests.conftest import NOW
from tests.waiting import wait_until

LEASE = timedelta(seconds=30)


class Hand(Clock):
    """A clock that moves by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def words(text: str) -> Message:
    return Message(text, (Paragraph((Run(text),)),))


class Bench:
    """The outbox, the delivery and Slack's double on one clock."""

    def __init__(self, double: SlackDouble, store: Store, clock: Hand) -> None:
        self.double, self.store, self.clock = double, store, clock
        self.delivery = self.new_delivery()

    def new_delivery(self, pause: float = 0.0) -> Delivery:
        client = slack_client(self.double.bot_token, self.double.api_url)
        outgoing = Outgoing(self.store, lease=LEASE, pause=timedelta(seconds=pause))
        return Delivery(outgoing, client, self.clock)

    def post(self, key: str, text: str = "", channel: str = "C1", thread_ts: str = "") -> None:
        with self.store.begin() as unit:
            post(unit, key, Envelope(channel, thread_ts), words(text or key), self.clock())

    def update(self, key: str, target: str, text: str) -> None:
        with self.store.begin() as unit:
            update(unit, key, target, "C1", words(text), self.clock())

    def whisper(self, key: str, channel: str = "C1", **more: Any) -> None:
        with self.store.begin() as unit:
            post_ephemeral(
                unit, key, Envelope(channel, person="U1", **more), words(key), self.clock()
            )

    def deliver(self, seconds: float = 0.0, step: float = 0.5) -> None:
        """Deliver what can go, now and in the ``seconds`` to come."""
        until = self.clock() + timedelta(seconds=seconds)
        while True:
            while self.delivery.step():
                pass
            if self.clock() >= until:
                return
            self.clock.move(step)

    def row(self, key: str) -> OutboxRow:
        with self.store.snapshot() as unit:
            found = unit.outbox.find(key)
        assert found is not None
        return found

    def shown(self, channel: str = "C1") -> list[str]:
        return [message.text for message in self.double.messages(channel) if message.bot]

    def calls(self, method: str) -> int:
        return sum(call.method == method for call in self.double.calls)


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def double(clock: Hand) -> Iterator[SlackDouble]:
    people = [Member(id="U1", name="Åsa Lind")]
    channels = [
        Channel(id="C1", name="help", members=("U1",)),
        Channel(id="C2", name="support", members=("U1",)),
        Channel(id="C3", name="left", members=()),
        Channel(id="CPRIVATE", name="board", private=True, members=("U1",), with_bot=False),
    ]
    with SlackDouble(
        clock=clock, people=people, channels=channels, conditions=Conditions(rate_limits=False)
    ) as made:
        yield made


@pytest.fixture
def bench(
    double: SlackDouble, clock: Hand, tmp_path: Path, empty_database: Path
) -> Iterator[Bench]:
    file = tmp_path / "outbox.db"
    file.write_bytes(empty_database.read_bytes())
    store = Store(f"sqlite:///{file}")
    yield Bench(double, store, clock)
    store.close()


def test_a_post_is_shown_with_its_key(bench: Bench) -> None:
    bench.post("a", "Hej <!channel>")
    bench.deliver()
    (message,) = bench.double.messages("C1")
    assert message.text == "Hej &lt;!channel&gt;"
    assert message.metadata == {"event_type": "lotsen_post", "event_payload": {"key": "a"}}
    row = bench.row("a")
    assert (row.state, row.ts, row.posted_channel) == (PostState.SENT, message.ts, "C1")


@pytest.mark.parametrize(("charts", "drawn"), [(2, 2), (3, 0)])
def test_charts_that_slack_refuses_become_lines(bench: Bench, charts: int, drawn: int) -> None:
    line = ("Median", (22.0, 20.0, 11.0))
    parts = tuple(Chart(f"Chart {n}", ("45", "46", "47"), (line,)) for n in range(charts))
    with bench.store.begin() as unit:
        post(unit, "a", Envelope("C1"), Message("Week 47", parts), bench.clock())

    bench.deliver()

    (message,) = bench.double.messages("C1")
    blocks = list(message.blocks or ())
    assert [block["type"] for block in blocks].count("data_visualization") == drawn
    assert str(blocks).count("█▇▅") == charts - drawn
    assert bench.row("a").state is PostState.SENT


ANSWER = Message(
    "Reset your password",
    (
        Heading("Reset your password"),
        Paragraph((Run("Open <the portal> & choose "), Run("Forgot", "bold"))),
        Verbatim("1. Log in\n2. *Not* bold"),
        Fields((("Source", (Run("IT handbook", link="https://wiki.example/it"),)),)),
        Table(("Step", "Who"), (("Reset", "you"),)),
        Buttons("answer:1", (Button("solved", "Solved", "1"),)),
    ),
)
EVERY_BLOCK = frozenset({"header", "section", "context", "rich_text", "table", "actions"})


@pytest.mark.parametrize("unexplained", [False, True])
def test_blocks_that_slack_refuses_never_lose_the_answer(bench: Bench, unexplained: bool) -> None:
    bench.double.faults.refused_blocks = EVERY_BLOCK
    bench.double.faults.unexplained = unexplained
    with bench.store.begin() as unit:
        post(unit, "a", Envelope("C1"), ANSWER, bench.clock())
        post_ephemeral(unit, "psst", Envelope("C1", person="U1"), ANSWER, bench.clock())

    with capture_logs() as lines:
        bench.deliver()

    (message,) = bench.double.messages("C1")
    (whisper,) = bench.double.ephemerals("U1")
    assert message.text == whisper.text
    assert message.text.splitlines() == [
        "*Reset your password*",
        "Open &lt;the portal&gt; &amp; choose *Forgot*",
        "1. Log in",
        "2. *Not* bold",
        "*Source* <https://wiki.example/it|IT handbook>",
        "*Reset* · Who: you",
    ]
    assert not message.blocks
    assert bench.row("a").state is PostState.SENT
    said = next(one for one in lines if "blocks" in one["event"])
    assert "/0/type" in said["where"][0]


def test_a_post_whose_answer_was_lost_is_found_and_not_posted_again(bench: Bench) -> None:
    bench.double.faults.lost_responses = 1.0
    bench.post("a")
    bench.deliver()
    assert bench.row("a").state is PostState.SENDING
    bench.double.faults.clear()
    bench.deliver(5)
    assert bench.shown() == ["a"]
    assert bench.row("a").ts == bench.double.messages("C1")[0].ts
    assert bench.calls("chat.postMessage") == 1


def test_a_lost_answer_in_a_thread_is_found_there(bench: Bench) -> None:
    root = bench.double.say("U1", "C1", "VPN är nere")
    for n in range(250):  # more than a page
        bench.double.say("U1", "C1", str(n), thread_ts=root)
    bench.double.faults.lost_responses = 1.0
    bench.post("a", thread_ts=root)
    bench.deliver()
    bench.double.faults.clear()
    bench.deliver(5)
    assert bench.shown() == ["a"]


def test_a_question_that_is_deleted_during_the_look_up_leaves_nothing_in_doubt(
    bench: Bench,
) -> None:
    root = bench.double.say("U1", "C1", "VPN är nere")
    bench.double.faults.server_errors = 1.0
    bench.post("a", thread_ts=root)
    bench.deliver()
    assert bench.row("a").state is PostState.SENDING

    bench.double.faults.clear()
    bench.double.delete("U1", "C1", root)
    bench.deliver(60)

    assert bench.row("a").state is PostState.DROPPED
    assert bench.shown() == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["server_errors", "connection_resets"])
def test_a_post_that_slack_never_saw_is_posted_once_when_slack_is_back(
    bench: Bench, fault: str
) -> None:
    setattr(bench.double.faults, fault, 1.0)
    bench.post("a")
    bench.deliver(40, step=2)
    assert bench.shown() == []
    bench.double.faults.clear()
    bench.deliver(15)
    assert bench.shown() == ["a"]


@pytest.mark.slow
def test_an_outage_of_hours_leaves_nothing_in_doubt(bench: Bench) -> None:
    bench.post("a")
    bench.double.faults.server_errors = 1.0
    bench.deliver(3 * 3600, step=60)
    bench.double.faults.clear()
    bench.deliver(400, step=5)
    assert bench.shown() == ["a"]
    assert bench.row("a").state is PostState.SENT


@pytest.mark.slow
def test_hours_in_which_slack_takes_no_posts_but_shows_its_history_lose_nothing(
    bench: Bench,
) -> None:
    # Seeds 2109 and 2170 of the simulation: ten tries took a minute, then a person was to look.
    bench.double.faults.server_errors = 1.0
    bench.double.faults.methods = frozenset({"chat.postMessage"})
    bench.post("a")
    bench.deliver(2 * 3600, step=30)
    assert bench.row("a").state in (PostState.READY, PostState.SENDING)
    assert bench.calls("chat.postMessage") < 60, "it is no burden either"
    bench.deliver(20 * 3600, step=150)
    assert bench.row("a").state in (PostState.READY, PostState.SENDING)

    bench.double.faults.clear()
    bench.deliver(400, step=5)

    assert bench.shown() == ["a"]
    assert bench.row("a").state is PostState.SENT


@pytest.mark.slow
def test_being_told_to_wait_is_no_failed_attempt(bench: Bench) -> None:
    bench.double.faults.rate_limited, bench.double.faults.retry_after = 1.0, 7
    bench.post("a")
    bench.post("b")
    bench.deliver(6.5)
    assert bench.calls("chat.postMessage") == 1
    assert bench.row("a").attempts == 0
    bench.deliver(7 * 20, step=1)
    assert bench.row("a").state is PostState.READY
    bench.double.faults.clear()
    bench.deliver(8)
    assert bench.shown() == ["a", "b"]


def test_what_slack_refuses_for_good_waits_for_a_person(bench: Bench) -> None:
    bench.post("a", channel="C404")
    bench.post("b")
    bench.deliver(5)
    row = bench.row("a")
    assert row.state is PostState.DEAD
    assert row.error
    assert bench.shown() == ["b"]
    with bench.store.snapshot() as unit:
        assert [one.key for one in unit.outbox.listing((PostState.DEAD,))] == ["a"]
        assert unit.outbox.stuck() == 1


def test_a_post_to_somebody_who_was_erased_is_not_sent(bench: Bench) -> None:
    bench.post("a", channel="")
    bench.post("b")
    bench.deliver(5)
    assert bench.shown() == ["b"]
    with bench.store.snapshot() as unit:
        assert (unit.outbox.find("a"), unit.outbox.stuck()) == (None, 0)


@pytest.mark.slow
def test_a_post_that_cannot_be_looked_up_is_left_to_a_person_after_the_tries(
    bench: Bench, clock: Hand, tmp_path: Path, empty_database: Path
) -> None:
    scopes = {"chat:write", "commands"}
    channels = [Channel(id="C1", name="help")]
    with SlackDouble(
        clock=clock, channels=channels, conditions=Conditions(scopes=scopes, rate_limits=False)
    ) as double:
        blind = Bench(double, bench.store, clock)
        blind.double.faults.lost_responses = 1.0
        blind.post("a")
        blind.deliver(120, step=1)
        assert blind.calls("conversations.history") == TRIES - 1
        row = blind.row("a")
        assert (row.state, "missing_scope" in row.error) == (PostState.DOUBTFUL, True)
        assert blind.shown() == ["a"]


def test_an_update_waits_for_its_post_and_the_newest_words_win(bench: Bench) -> None:
    bench.post("card", "one")
    bench.update("card:1", "card", "two")
    bench.deliver()
    assert bench.shown() == ["two"]  # it had not left yet: no update is needed
    assert bench.calls("chat.update") == 0
    bench.update("card:2", "card", "three")
    bench.update("card:3", "card", "four")
    bench.deliver()
    assert bench.shown() == ["four"]
    assert bench.calls("chat.update") == 1
    assert bench.row("card:2").state is PostState.DROPPED


@pytest.mark.slow
def test_an_update_never_overtakes_a_newer_one(bench: Bench) -> None:
    bench.post("card", "one")
    bench.deliver()
    bench.update("card:1", "card", "old")
    bench.double.faults.server_errors = 1.0
    bench.deliver()
    bench.double.faults.clear()
    bench.update("card:2", "card", "new")
    bench.deliver(60)
    assert bench.shown() == ["new"]


def test_an_update_on_its_way_holds_back_the_newer_one_and_gives_way_to_it(bench: Bench) -> None:
    bench.post("card", "one")
    bench.deliver()
    bench.update("card:1", "card", "old")
    outgoing = Outgoing(bench.store, lease=LEASE, pause=timedelta())
    on_its_way = outgoing.take(bench.clock())
    assert on_its_way is not None
    bench.update("card:2", "card", "new")
    assert outgoing.take(bench.clock()) is None
    bench.clock.move(31)  # the process died; its lease ends
    bench.deliver(10)
    assert bench.row("card:1").state is PostState.DROPPED
    assert bench.shown() == ["new"]


@pytest.mark.slow
def test_updates_of_dead_posts_keep_no_other_post_back(bench: Bench) -> None:
    for n in range(25):
        bench.post(f"card{n}", channel="C404")
    outgoing = Outgoing(bench.store, lease=LEASE, pause=timedelta())
    on_their_way = [outgoing.take(bench.clock()) for _ in range(1)]
    assert on_their_way[0] is not None
    bench.update("card0:1", "card0", "newest words")
    outgoing.dead(on_their_way[0], "channel_not_found")
    bench.deliver()
    for n in range(1, 25):
        bench.update(f"card{n}:1", f"card{n}", "newer")
    bench.post("b")
    bench.deliver()
    assert bench.shown() == ["b"]
    with bench.store.snapshot() as unit:
        assert unit.outbox.waiting() == 0
    assert "newest words" in bench.row("card0").message


def test_what_only_one_person_sees_is_never_sent_twice(bench: Bench) -> None:
    bench.double.faults.lost_responses = 1.0
    bench.whisper("psst")
    bench.deliver()
    bench.double.faults.clear()
    bench.deliver(300, step=5)
    assert [message.text for message in bench.double.ephemerals("U1")] == ["psst"]
    assert bench.row("psst").state is PostState.DOUBTFUL


def test_a_reply_address_is_used_and_a_dead_one_falls_back(bench: Bench) -> None:
    bench.whisper("psst", reply_url=f"{bench.double.api_url.removesuffix('api/')}response/expired")
    bench.deliver()
    assert [message.text for message in bench.double.ephemerals("U1")] == ["psst"]
    assert bench.calls("chat.postEphemeral") == 1


def test_what_only_one_person_sees_reaches_them_where_the_bot_is_no_member(bench: Bench) -> None:
    bench.whisper("psst", channel="CPRIVATE")
    bench.whisper("psst to whoever left", channel="C3")
    bench.deliver()
    assert bench.shown(bench.double.im("U1")) == ["psst", "psst to whoever left"]


def test_a_post_to_a_thread_where_the_bot_is_no_member_goes_to_the_person_it_is_for(
    bench: Bench,
) -> None:
    with bench.store.begin() as unit:
        to = Envelope("CPRIVATE", "17.5", person="U1")
        post(unit, "case:1:ticket", to, words("Ticket 1"), bench.clock())
    bench.update("case:1:ticket:2", "case:1:ticket", "Ticket 1, claimed")
    bench.deliver(2)
    bench.update("case:1:ticket:3", "case:1:ticket", "Ticket 1, solved")
    bench.deliver(2)

    assert bench.shown(bench.double.im("U1")) == ["Ticket 1, solved"]
    assert bench.row("case:1:ticket").state is PostState.SENT


def test_blocks_that_the_reply_address_refuses_are_shown_plainer_at_that_address(
    bench: Bench,
) -> None:
    bench.double.faults.refused_blocks = frozenset({"data_visualization"})
    chart = Chart("Tickets", ("45", "46"), (("All", (1.0, 2.0)),))
    name = bench.double._slack.triggers.address("U1", "CPRIVATE")
    address = f"{bench.double.api_url.removesuffix('api/')}response/{name}"
    with bench.store.begin() as unit:
        to = Envelope("CPRIVATE", person="U1", reply_url=address)
        post_ephemeral(unit, "psst", to, Message("Figures", (chart,)), bench.clock())
    bench.deliver()
    (shown,) = bench.double.ephemerals("U1")
    assert shown.text == "Figures"
    assert bench.calls("chat.postEphemeral") == bench.calls("chat.postMessage") == 0
    assert bench.row("psst").state is PostState.SENT


def test_a_person_who_is_in_no_channel_reads_it_in_a_direct_message(bench: Bench) -> None:
    bench.whisper("psst", channel="U1")
    bench.post("dm", channel="U1")
    bench.deliver()
    assert bench.shown(bench.double.im("U1")) == ["psst", "dm"]


@pytest.mark.slow
def test_a_channel_gets_one_post_a_pause_however_slow_slack_answers(bench: Bench) -> None:
    pause = 0.25
    clock = MovableClock(NOW)
    client = slack_client(bench.double.bot_token, bench.double.api_url)
    outgoing = Outgoing(bench.store, lease=LEASE, pause=timedelta(seconds=pause))
    delivery = Delivery(outgoing, client, clock)
    arrived: list[float] = []
    bench.double.subscribe(lambda change: arrived.append(time.monotonic()))
    with bench.store.begin() as unit:
        for n in range(6):
            post(unit, f"p{n}", Envelope("C1"), words(f"p{n}"), NOW - timedelta(1))
    until = time.monotonic() + 10
    while len(arrived) < 6 and time.monotonic() < until:
        bench.double.faults.delay_seconds = 0.0 if len(arrived) % 2 else 0.2
        delivery.step()
        time.sleep(0.01)
    gaps = [b - a for a, b in pairwise(arrived)]
    assert len(gaps) == 5
    assert min(gaps) >= pause - 0.01


def test_a_post_that_nobody_can_read_does_not_stop_the_others(bench: Bench) -> None:
    bench.post("bad")
    with bench.store.begin() as unit:
        row = unit.outbox.find("bad")
        assert row is not None
        row.message = '{"written": "by another version"}'
        unit.outbox.save(row)
    bench.post("good")
    stop, wake = threading.Event(), threading.Event()
    runner = threading.Thread(target=bench.delivery.run, args=(stop, wake), daemon=True)
    runner.start()
    assert wait_until(lambda: bench.shown() == ["good"], 5)
    stop.set()
    wake.set()
    runner.join(5)
    assert bench.row("bad").state is PostState.DEAD


@pytest.mark.parametrize("header", ["", "soon", "-1", "1.5"])
def test_a_wait_that_is_no_number_is_a_second(bench: Bench, header: str) -> None:
    bench.double.faults.rate_limited = 1.0
    bench.double.faults.retry_after = header  # type: ignore[assignment]  # what a proxy may say
    bench.post("a")
    bench.deliver()
    bench.double.faults.clear()
    bench.deliver(1.5)
    assert bench.shown() == ["a"]


def keep_delivering(bench: Bench, stop: threading.Event, failures: list[BaseException]) -> None:
    try:
        while not stop.is_set():
            bench.delivery.step()
    except BaseException as error:
        failures.append(error)
        raise


@pytest.mark.parametrize("word", ["sent", "retry", "later", "look_up", "dead", "doubtful"])
def test_the_word_of_a_sender_that_comes_too_late_changes_nothing(bench: Bench, word: str) -> None:
    bench.post("a")
    outgoing = Outgoing(bench.store, lease=LEASE, pause=timedelta())
    late = outgoing.take(bench.clock())
    assert late is not None
    bench.clock.move(31)
    found = outgoing.take_doubtful(bench.clock())
    assert found is not None
    outgoing.sent(found, "C1", "17.5", bench.clock())

    said: dict[str, tuple[Any, ...]] = {
        "sent": ("C1", "17.6", bench.clock()),
        "retry": ("a cold", bench.clock()),
        "later": ("a cold", bench.clock()),
        "look_up": ("a cold", bench.clock()),
        "dead": ("a cold",),
        "doubtful": ("a cold",),
    }
    getattr(outgoing, word)(late, *said[word])

    row = bench.row("a")
    assert (row.state, row.ts, row.error) == (PostState.SENT, "17.5", "")


def test_a_sender_never_ends_another_post_that_got_the_number_of_a_removed_one(
    bench: Bench,
) -> None:
    outgoing = Outgoing(bench.store, lease=LEASE, pause=timedelta())
    with bench.store.begin() as unit:
        post_unlogged(unit, "1", Envelope("C1", person="U1"), words("psst"), bench.clock())
    first = outgoing.take(bench.clock())
    assert first is not None
    outgoing.dead(first, "no")
    bench.post("a")
    second = outgoing.take(bench.clock())
    assert second is not None
    assert second.row_id == first.row_id

    outgoing.sent(first, "C1", "17.5", bench.clock())

    assert bench.row("a").state is PostState.SENDING


class Slow(WebClient):
    """A client that takes long to open a conversation, while others work."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def conversations_open(self, **more: Any) -> Any:
        answer = super().conversations_open(**more)
        self.meanwhile()
        return answer


def test_who_comes_too_late_to_the_post_itself_does_not_post(bench: Bench) -> None:
    def others() -> None:
        bench.clock.move(31)
        bench.deliver(30)

    client = Slow(token=bench.double.bot_token, base_url=bench.double.api_url, retry_handlers=[])
    client.meanwhile = others
    slow = Delivery(Outgoing(bench.store, lease=LEASE, pause=timedelta()), client, bench.clock)
    bench.post("a", channel="U1")

    slow.step()

    assert bench.shown(bench.double.im("U1")) == ["a"]
    assert bench.calls("chat.postMessage") == 1
    assert bench.row("a").state is PostState.SENT


def test_who_is_slow_but_not_too_late_holds_the_post_for_as_long_again(bench: Bench) -> None:
    outgoing = Outgoing(bench.store, lease=LEASE, pause=timedelta())
    bench.post("a")
    parcel = outgoing.take(bench.clock())
    assert parcel is not None

    bench.clock.move(20)
    assert outgoing.renew_lease(parcel, bench.clock())
    bench.clock.move(20)
    assert outgoing.take_doubtful(bench.clock()) is None


@pytest.mark.slow
def test_replicas_post_once(database_url: str, double: SlackDouble, clock: Hand) -> None:
    store = Store(database_url)
    bench = Bench(double, store, clock)
    for n in range(20):
        bench.post(f"p{n}", channel=f"C{1 + n % 2}")
        bench.whisper(f"w{n}")
    stop, failures = threading.Event(), list[BaseException]()
    replicas = [Bench(double, Store(database_url), clock) for _ in range(3)]
    threads = [
        threading.Thread(target=keep_delivering, args=(one, stop, failures), daemon=True)
        for one in replicas
    ]
    for thread in threads:
        thread.start()
    double.wait_until(lambda: failures or not waiting(store), 30)
    stop.set()
    for thread in threads:
        thread.join(10)
    for one in (*replicas, bench):
        one.store.close()
    assert failures == []
    assert sorted(bench.shown("C1") + bench.shown("C2")) == sorted(f"p{n}" for n in range(20))
    assert len(double.ephemerals("U1")) == 20


def waiting(store: Store) -> int:
    with store.snapshot() as unit:
        return unit.outbox.waiting()
