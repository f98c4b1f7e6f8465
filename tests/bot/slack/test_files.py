"""Pictures and documents reach Slack once, wherever the process dies and whatever Slack answers."""

import contextlib
import itertools
import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.demo.double import Channel, Conditions, Member, SlackDouble, StoredMessage
from bot.slack.delivery import PICTURE_TRIES, Delivery
from models.mailbox import (
    Attachment,
    Envelope,
    Outgoing,
    OutgoingPost,
    post,
    post_ephemeral,
    update,
)
from models.message import Chart, File, Paragraph, Picture, Run
from models.message import Message as Words
from models.reports.chart_picture import draw_chart
from models.store.transaction import Store
from models.tables import FileStep, PostState
from models.upkeep import mail
from tests.bot.slack.test_delivery import LEASE, Hand
from tests.bot.slack.test_delivery import Bench as Plain

PDF = b"%PDF-1.7 a statement"
ALT = "Risk 1 stands at likelihood 4, impact 5."


def png(red: int = 200) -> bytes:
    """A picture of one dot."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    dot = zlib.compress(bytes([0, red, 30, 30]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")


def statement() -> Words:
    """A message with a picture in it and a document below it."""
    parts = (Paragraph((Run("Statement"),)), Picture("risks.png", ALT, "Risks"))
    files = (
        File("risks.png", png(), "Risks", ALT),
        File("2026Q4.pdf", PDF, "Return on the pilot"),
    )
    return Words("Statement", parts, files)


class DiedError(BaseException):
    """The process is gone."""


class Mortal(WebClient):
    """A client whose process may die right before or right after a call."""

    def __init__(self, fate: Callable[[str, str], None], double: SlackDouble) -> None:
        super().__init__(double.bot_token, base_url=double.api_url, retry_handlers=[])
        self._fate = fate

    def api_call(self, api_method: str, **more: Any) -> Any:
        self._fate("before", api_method)
        answer = super().api_call(api_method, **more)
        self._fate("after", api_method)
        return answer


class MortalPen(Outgoing):
    """The outbox of a process that may die before or after it writes something down."""

    fate: Callable[[str, str], None]

    def file_went(self, parcel: OutgoingPost, file: Attachment, now: datetime) -> bool:
        self.fate("before", f"write {file.step}")
        done = super().file_went(parcel, file, now)
        self.fate("after", f"write {file.step}")
        return done

    def sent(self, parcel: OutgoingPost, channel: str, ts: str, now: datetime) -> None:
        self.fate("before", "write sent")
        super().sent(parcel, channel, ts, now)
        self.fate("after", "write sent")


class Bench(Plain):
    """The outbox, the delivery and Slack's double on one clock, with files."""

    def __init__(self, double: SlackDouble, store: Store, clock: Hand) -> None:
        super().__init__(double, store, clock)
        self.delivery = self.born(lambda when, what: None)

    def born(self, fate: Callable[[str, str], None], draw: Any = draw_chart) -> Delivery:
        """Start another process, with what will become of it."""
        pen = MortalPen(self.store, lease=LEASE, pause=timedelta())
        pen.fate = fate
        return Delivery(pen, Mortal(fate, self.double), self.clock, draw)

    def send(self, key: str, message: Words, channel: str = "C1", thread_ts: str = "") -> None:
        with self.store.begin() as unit:
            post(unit, key, Envelope(channel, thread_ts), message, self.clock())

    def contents(self, key: str) -> list[bytes]:
        with self.store.snapshot() as unit:
            return [file.content for file in unit.post_files.of(key)]

    def own(self, channel: str = "C1") -> list[StoredMessage]:
        return [message for message in self.double.messages(channel) if message.bot]


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def double(clock: Hand) -> Iterator[SlackDouble]:
    people = [Member(id="U1", name="Åsa Lind")]
    channels = [Channel(id="C1", name="lead", members=("U1",))]
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


@pytest.fixture
def either(double: SlackDouble, clock: Hand, migrated_url: str) -> Iterator[Bench]:
    """The same on SQLite and on PostgreSQL."""
    store = Store(migrated_url)
    yield Bench(double, store, clock)
    store.close()


def images(message: StoredMessage) -> list[dict[str, Any]]:
    return [block for block in message.blocks if block["type"] == "image"]


def stands_once(bench: Bench) -> None:
    """The statement with its picture, and below it the document: both once."""
    first, below = bench.own()
    (image,) = images(first)
    assert (image["alt_text"], image["title"]["text"]) == (ALT, "Risks")
    stored = {file.id: file for file in bench.double.files}
    assert stored[image["slack_file"]["id"]].content == png()
    assert below.thread_ts == first.ts
    (shared,) = below.files
    assert (stored[shared["id"]].content, shared["title"]) == (PDF, "Return on the pilot")
    assert {bench.row(key).state for key in ("a", "a:2026Q4.pdf")} == {PostState.SENT}
    assert bench.contents("a") + bench.contents("a:2026Q4.pdf") == [b"", b""]


def test_a_picture_stands_in_its_post_and_a_document_below_it(either: Bench) -> None:
    either.send("a", statement())
    either.deliver()
    stands_once(either)
    assert either.calls("files.completeUploadExternal") == 2


def test_files_are_stored_with_their_post_or_not_at_all(either: Bench) -> None:
    with contextlib.suppress(RuntimeError), either.store.begin() as unit:
        post(unit, "a", Envelope("C1"), statement(), either.clock())
        raise RuntimeError
    assert either.contents("a") == []
    either.send("a", statement())
    either.send("a", statement())  # the event came twice
    assert either.contents("a") == [png()]
    assert either.contents("a:2026Q4.pdf") == [PDF]


def keep_stepping(delivery: Delivery) -> None:
    for _ in range(20):
        delivery.step()


STEPS = (
    "files.getUploadURLExternal",
    "write announced",
    "write sent",
    "files.completeUploadExternal",
    "write kept",
    "chat.postMessage",
)


@pytest.mark.faults
@pytest.mark.parametrize(
    ("when", "what", "nth"),
    [*itertools.product(("before", "after"), STEPS[:-1], (1, 2)), ("before", STEPS[-1], 1), ("after", STEPS[-1], 1), ("before", "write sent", 5)],
)  # fmt: skip
def test_a_process_may_die_anywhere(bench: Bench, when: str, what: str, nth: int) -> None:
    seen = itertools.count(1)

    def fate(at: str, done: str) -> None:
        if (at, done) == (when, what) and next(seen) == nth:
            raise DiedError

    bench.send("a", statement())
    with contextlib.suppress(DiedError):
        keep_stepping(bench.born(fate))
    bench.clock.move(31)
    bench.deliver(90, step=1)
    stands_once(bench)


@pytest.mark.slow
def test_a_process_may_die_after_sharing_a_document_on_either_database(either: Bench) -> None:
    seen = itertools.count(1)

    def fate(at: str, done: str) -> None:
        if (at, done) == ("after", "files.completeUploadExternal") and next(seen) == 2:
            raise DiedError

    either.send("a", statement())
    with pytest.raises(DiedError):
        keep_stepping(either.born(fate))
    either.clock.move(31)
    either.deliver(30)
    stands_once(either)


CALLS = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal", "chat.postMessage")


@pytest.mark.faults
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "fault", ["lost_responses", "server_errors", "connection_resets", "rate_limited"]
)
def test_lost_answers_and_refusals_show_nothing_twice(bench: Bench, call: str, fault: str) -> None:
    bench.double.faults.methods = frozenset({call})
    setattr(bench.double.faults, fault, 1.0)
    bench.send("a", statement())
    bench.deliver()
    bench.double.faults.clear()
    bench.deliver(120, step=1)
    stands_once(bench)


@pytest.mark.slow
def test_another_process_that_took_the_post_over_is_left_alone(either: Bench) -> None:
    either.send("a", statement())

    def overtaken(at: str, done: str) -> None:
        if (at, done) == ("after", "files.getUploadURLExternal"):
            either.clock.move(31)  # this process slept; its lease is over
            either.deliver(5)

    either.born(overtaken).step()
    either.deliver(60, step=1)
    stands_once(either)


@pytest.mark.slow
def test_a_picture_that_slack_still_works_on_is_waited_for(bench: Bench) -> None:
    bench.double.faults.file_seconds = 5
    bench.send("a", statement())
    bench.deliver()
    assert bench.own() == []
    bench.deliver(30)
    stands_once(bench)


@pytest.mark.slow
def test_a_picture_that_never_gets_ready_is_said_in_words(bench: Bench) -> None:
    bench.double.faults.file_seconds = 1e9
    bench.send("a", statement())
    bench.deliver(900, step=5)
    first = bench.own()[0]
    assert images(first) == []
    assert ALT in str(first.blocks)
    assert bench.calls("chat.postMessage") == PICTURE_TRIES + 1


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["server_errors", "lost_responses"])
def test_a_picture_whose_bytes_slack_never_takes_holds_up_no_post(bench: Bench, fault: str) -> None:
    bench.double.faults.methods = frozenset({"upload"})
    setattr(bench.double.faults, fault, 1.0)
    bench.send("a", statement())
    bench.deliver(600, step=5)
    assert ALT in str(bench.own()[0].blocks)
    assert bench.row("a").state is PostState.SENT
    assert bench.row("a:2026Q4.pdf").state is PostState.DOUBTFUL
    assert bench.contents("a:2026Q4.pdf") == [PDF]


def test_without_the_scope_the_post_goes_in_words_and_the_document_waits_for_a_person(
    clock: Hand, bench: Bench
) -> None:
    scopes = {"chat:write", "channels:history"}
    channels = [Channel(id="C1", name="lead")]
    with SlackDouble(
        clock=clock, channels=channels, conditions=Conditions(scopes=scopes, rate_limits=False)
    ) as double:
        poor = Bench(double, bench.store, clock)
        poor.send("a", statement())
        poor.deliver(30)
        (first,) = poor.own()
        assert ALT in str(first.blocks)
        document = poor.row("a:2026Q4.pdf")
        assert (document.state, document.error) == (PostState.DEAD, "missing_scope")


@pytest.mark.slow
def test_a_document_that_a_person_sends_again_is_shared_once(bench: Bench) -> None:
    bench.double.faults.methods = frozenset({"upload"})
    bench.double.faults.server_errors = 1.0
    bench.send("a", statement())
    bench.deliver(600, step=5)
    bench.double.faults.clear()
    row = bench.row("a:2026Q4.pdf")
    mail.send_again(bench.store, row.id or 0, bench.clock())
    bench.deliver(30)
    assert len(bench.own()) == 2
    assert bench.row("a:2026Q4.pdf").state is PostState.SENT


@pytest.mark.slow
def test_an_upload_that_slack_forgot_begins_anew(bench: Bench) -> None:
    bench.double.faults.methods = frozenset({"files.completeUploadExternal"})
    bench.double.faults.server_errors = 1.0
    bench.send("a", Words("x", (), (File("2026Q4.pdf", PDF, "Return on the pilot"),)))
    bench.deliver()
    bench.double._slack.workspace.uploads.clear()
    bench.double.faults.clear()
    bench.deliver(60, step=1)
    assert [len(message.files) for message in bench.own()] == [0, 1]


def test_a_document_of_a_post_in_a_thread_goes_into_that_thread(bench: Bench) -> None:
    root = bench.double.say("U1", "C1", "Wie lief das Quartal?")
    bench.send("a", statement(), thread_ts=root)
    bench.deliver()
    assert [message.thread_ts for message in bench.own()] == [root, root]


def test_a_direct_message_has_its_document_too(bench: Bench) -> None:
    bench.send("a", statement(), channel="U1")
    bench.deliver()
    first, below = bench.own(bench.double.im("U1"))
    assert images(first)
    assert below.thread_ts == first.ts


def test_what_one_person_sees_in_a_channel_says_the_picture_in_words(bench: Bench) -> None:
    message = Words("x", (Picture("risks.png", ALT, "Risks", stored=""),))
    with bench.store.begin() as unit:
        post_ephemeral(unit, "w", Envelope("C1", person="U1"), message, bench.clock())
    bench.deliver()
    (seen,) = bench.double.ephemerals("U1")
    assert ALT in str(seen.blocks)


def test_an_update_can_bring_a_picture(bench: Bench) -> None:
    bench.send("a", Words("one"))
    bench.deliver()
    with bench.store.begin() as unit:
        update(unit, "a:1", "a", "C1", statement(), bench.clock())
    bench.deliver()
    (message,) = bench.own()
    assert images(message)


def test_an_update_of_a_post_that_has_not_left_gives_it_its_picture(either: Bench) -> None:
    either.send("a", Words("one"))
    with either.store.begin() as unit:
        update(unit, "a:1", "a", "C1", statement(), either.clock())
    either.deliver()
    (message,) = either.own()
    assert images(message)
    assert either.calls("chat.update") == 0


CHART = Chart("Handling time", ("45", "46", "47"), (("Median", (22.0, 20.0, 11.0)),))


def test_a_chart_that_slack_refuses_becomes_a_picture(bench: Bench) -> None:
    bench.double.faults.refused_blocks = frozenset({"data_visualization"})
    bench.send("a", Words("Week 47", (Paragraph((Run("Week 47"),)), CHART)))
    bench.deliver()
    (message,) = bench.own()
    (image,) = images(message)
    assert image["alt_text"] == "Handling time. Median: 45 22, 46 20, 47 11"
    (stored,) = bench.double.files
    assert stored.content.startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.parametrize("what", ["files.getUploadURLExternal", "write kept", "chat.postMessage"])
def test_a_redrawn_chart_survives_the_death_of_its_process(bench: Bench, what: str) -> None:
    bench.double.faults.refused_blocks = frozenset({"data_visualization"})
    bench.send("a", Words("Week 47", (CHART,)))

    def fate(at: str, done: str) -> None:
        if (at, done) == ("after", what):
            raise DiedError

    mortal = bench.born(fate)
    with pytest.raises(DiedError):
        keep_stepping(mortal)
    bench.clock.move(31)
    bench.deliver(30)
    (message,) = bench.own()
    assert len(images(message)) == 1


def test_a_chart_is_a_line_where_no_picture_can_be_drawn(bench: Bench) -> None:
    bench.double.faults.refused_blocks = frozenset({"data_visualization"})
    bench.delivery = bench.born(lambda when, what: None, lambda chart, name: None)
    bench.send("a", Words("Week 47", (CHART,)))
    bench.deliver()
    assert "█▇▅" in str(bench.own()[0].blocks)


def test_a_chart_for_one_person_in_a_channel_is_a_line(bench: Bench) -> None:
    bench.double.faults.refused_blocks = frozenset({"data_visualization"})
    with bench.store.begin() as unit:
        message = Words("Week 47", (CHART,))
        post_ephemeral(unit, "w", Envelope("C1", person="U1"), message, bench.clock())
    bench.deliver()
    assert "█▇▅" in str(bench.double.ephemerals("U1")[0].blocks)
    assert bench.double.files == []


def test_where_slack_keeps_a_picture_stays_known_for_who_got_it(either: Bench) -> None:
    either.send("a", statement(), channel="U1")
    either.deliver()
    with either.store.snapshot() as unit:
        kept = unit.post_files.seen_by("U1", "risks.png")
        assert unit.post_files.seen_by("U2", "risks.png") is None
    assert kept is not None
    file, at = kept
    assert (file.step, file.content, at) == (FileStep.KEPT, b"", either.clock())
    assert file.slack_id in {file.id for file in either.double.files}


@pytest.mark.slow
def test_the_bytes_of_a_post_that_a_person_dropped_go_in_the_night(either: Bench) -> None:
    either.send("a", statement(), channel="C404")
    either.deliver(5)
    assert either.contents("a") == [png()]
    mail.drop(either.store, either.row("a").id or 0)
    with either.store.begin() as unit:
        assert unit.post_files.sweep() == 2
    assert either.contents("a") + either.contents("a:2026Q4.pdf") == [b"", b""]
