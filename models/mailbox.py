"""The post office: a command is accepted once, a post is shown once.

Inbox: a face stores a command before it acknowledges the event; the worker takes it,
handles it, and its outcome and the mark "done" are one transaction.

Outbox: a use case queues posts in that same transaction; the delivery takes them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from models import commands
from models.commands import Command
from models.errors import describe_error
from models.message import File, Message, Note
from models.steps import CONFIDED
from models.store.outbox import lane
from models.store.spool import Spool
from models.store.transaction import Store, UnitOfWork
from models.tables import FileStep, OutboxFile, OutboxRow, PostKind, PostState

HANDLING_LEASE = timedelta(seconds=30)
TRIES = 12
"""As often is a command tried; what took its process down each time is tried for hours."""


Lane = Literal["quick", "slow"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A command in the worker's hands since ``at``; ``attempt`` counts from one.

    ``received_at`` is when it came, or was due.
    """

    command: Command
    attempt: int
    received_at: datetime
    at: datetime


class Mailbox:
    """Accept commands once and hand them out, one of each person in turn, theirs in order."""

    def __init__(
        self,
        store: Store,
        lease: timedelta = HANDLING_LEASE,
        *,
        receives: Spool | None = None,
    ) -> None:
        """Let nobody else take a command within ``lease`` after it was taken.

        Where it ``receives`` for another process, commands are kept there until `collect`.
        """
        self._store = store
        self._lease = lease
        self._receives = receives

    def accept(self, command: Command, now: datetime) -> bool:
        """Store a command; when this returns it is not lost any more.

        Returns
        -------
        bool
            False when a command with this id, or with the same about the same message, is known
            to have been accepted before.

        Raises
        ------
        UnavailableError
            When the database cannot store it: do not acknowledge the event.
        """
        if self._receives is not None:
            payload, key = commands.to_json(command), commands.message_key(command)
            self._receives.add(command.id, command.type, payload, key, now)
            return True
        with self._store.begin(urgent=True) as unit:
            return unit.inbox.accept(
                command_id=command.id,
                kind=command.type,
                payload=commands.to_json(command),
                now=now,
                message_key=commands.message_key(command),
                person=getattr(command, "user", ""),
                slow=commands.SLOW,
            )

    def collect(self, spool: Spool) -> int:
        """Move what another process received into the inbox; return how many commands.

        Raises
        ------
        UnavailableError
            When the database or the spool does not answer; nothing is lost then.
        """
        moved = 0
        while received := spool.waiting():
            with self._store.begin(urgent=True) as unit:
                for one in received:
                    unit.inbox.accept(
                        command_id=one.id,
                        kind=one.kind,
                        payload=one.payload,
                        now=one.received_at,
                        message_key=one.message_key,
                        person=commands.sender(one.payload),
                        slow=commands.SLOW,
                    )
            spool.remove(received[-1].seq)
            moved += len(received)
        return moved

    def take(self, now: datetime, lane: Lane = "quick") -> Taken | None:
        """Take the next waiting command of a lane for a lease; None when there is none."""
        while True:
            with self._store.begin() as unit:
                row = unit.inbox.claim(now, self._lease, commands.SLOW, lane=lane)
                if row is None:
                    return None
                if row.attempts > TRIES:  # it takes the process down with it each time
                    _give_up(unit, row.id, row.kind, "never ended", now)
                    continue
                try:
                    command = commands.from_json(row.payload)
                    return Taken(command, row.attempts, row.received_at, now)
                except ValueError as error:
                    # Written by another version: kept for a person, and out of the way.
                    _give_up(unit, row.id, row.kind, describe_error(error), now)

    def put_back(self, taken: Taken, error: Exception, now: datetime) -> bool:
        """Keep a command whose handling failed, for a later try.

        Returns
        -------
        bool
            True when that was the last try: the command now waits for a person.
        """
        dead = taken.attempt >= TRIES
        command, said = taken.command, describe_error(error)
        with self._store.begin() as unit:
            if dead:
                _give_up(unit, command.id, command.type, said, now)
            else:
                wait = timedelta(seconds=min(2**taken.attempt, 300))
                unit.inbox.put_back(command.id, error=said, not_before=now + wait, dead=False)
        return dead


def _give_up(unit: UnitOfWork, command_id: str, kind: str, error: str, now: datetime) -> None:
    """Leave a command to a person; one that nobody may trace is gone instead."""
    if kind in commands.UNTRACED:
        unit.inbox.remove(command_id)
    else:
        unit.inbox.put_back(command_id, error=error, not_before=now, dead=True)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in the delivery's hands; ``stored`` is its id in Slack once that is known.

    ``address`` takes the bytes, as long as they are not there.
    """

    row_id: int
    file: File
    step: FileStep
    stored: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingPost:
    """A post in the delivery's hands.

    ``target_channel`` and ``target_ts`` are the place of the post that an update changes.
    ``replaces`` says that a post for one person's eyes takes the place of the one that was
    clicked. ``attempt`` counts from one. Until ``held_until`` nobody else takes the post up.
    """

    row_id: int
    key: str
    kind: PostKind
    to: "Envelope"
    message: Message
    attempt: int
    created_at: datetime
    target_channel: str = ""
    target_ts: str = ""
    replaces: bool = False
    held_until: datetime | None = None
    files: tuple[Attachment, ...] = ()

    @property
    def lane(self) -> str:
        """What rests when Slack asks to wait."""
        return lane(self.kind, self.to.channel)


class Outgoing:
    """Hand out posts once and write down what became of them."""

    def __init__(
        self, store: Store, *, lease: timedelta, pause: timedelta, experiment: Note | None = None
    ) -> None:
        """Take ``lease`` until a post in doubt is looked up, ``pause`` between two in a channel.

        ``experiment`` is what each post of the sandbox says below.
        """
        self._experiment = experiment
        self._store = store
        self._lease = lease
        self._pause = pause

    def take(self, now: datetime) -> OutgoingPost | None:
        """Take the next post that may be sent now."""
        with self._store.snapshot() as unit:
            due = unit.outbox.next_due()
        if due is None or due > now:
            return None
        with self._store.begin() as unit:
            row = unit.outbox.claim(now, self._lease, self._pause)
            return self._opened(unit, row) if row else None

    def take_doubtful(self, now: datetime) -> OutgoingPost | None:
        """Take a post whose sender vanished while it was being sent."""
        with self._store.begin() as unit:
            row = unit.outbox.claim_doubtful(now, self._lease)
            return self._opened(unit, row) if row else None

    def _opened(self, unit: UnitOfWork, row: OutboxRow) -> OutgoingPost | None:
        post = _opened(unit, row)
        if post is None or self._experiment is None or not row.sandbox:
            return post
        if post.kind is PostKind.REACTION:
            return post  # an emoji says no more than itself
        return replace(post, message=_marked(post.message, self._experiment))

    def sent(self, post: OutgoingPost, channel: str, ts: str, now: datetime) -> None:
        """Write where Slack shows the post; its channel rests from now on.

        Where another process has taken the post over, its word counts.
        """
        with self._store.begin() as unit:
            row = unit.outbox.get(post.row_id)
            if row is not None and _ours(row, post):
                row.state, row.posted_channel, row.ts = PostState.SENT, channel, ts
                row.sent_at, row.lease_until, row.error = now, None, ""
                unit.post_files.shown(row.key)
                _keep_or_forget(unit, row)
                if row.kind in (PostKind.POST, PostKind.FILE):
                    # From the answer on, not from the claim: a slow call ends late.
                    unit.outbox.throttle(row.channel, now + self._pause)

    def renew_lease(self, post: OutgoingPost, now: datetime) -> bool:
        """Make sure that nobody else takes the post up for half a lease at least.

        Returns
        -------
        bool
            False when another process has taken the post over: leave it alone.
        """
        if post.held_until is not None and now + self._lease / 2 <= post.held_until:
            return True  # what came before was quick
        with self._store.begin() as unit:
            row = unit.outbox.get(post.row_id)
            if row is None or not _ours(row, post):
                return False
            row.lease_until = now + self._lease
            unit.outbox.save(row)
            return True

    def file_went(self, post: OutgoingPost, file: Attachment, now: datetime) -> bool:
        """Write how far a file is, and hold the post for as long again.

        Returns
        -------
        bool
            False when another process has taken the post over: leave it alone.
        """
        with self._store.begin() as unit:
            row = unit.outbox.get(post.row_id)
            kept = unit.post_files.get(file.row_id)
            if row is None or kept is None or not _ours(row, post):
                return False
            kept.step, kept.slack_id, kept.address = file.step, file.stored, file.address
            unit.post_files.save(kept)
            row.lease_until = now + self._lease
            unit.outbox.save(row)
            return True

    def redrawn(self, post: OutgoingPost, message: Message, now: datetime) -> None:
        """Send other parts with the files of ``message`` instead; this was no failed attempt."""
        with self._store.begin() as unit:
            row = unit.outbox.get(post.row_id)
            if row is None or not _ours(row, post):
                return
            row.message, row.state, row.lease_until = message.to_json(), PostState.READY, None
            row.attempts, row.not_before = post.attempt - 1, now
            unit.outbox.save(row)
            unit.post_files.put(row.key, message.pictures)

    def place_of(self, key: str) -> tuple[str, str]:
        """Return the channel and the time stamp of a post; empty where it is not shown."""
        with self._store.snapshot() as unit:
            row = unit.outbox.find(key)
            return (row.posted_channel, row.ts) if row is not None else ("", "")

    def retry(self, post: OutgoingPost, error: str, at: datetime) -> None:
        """Send the post again at ``at``; Slack certainly does not show it."""
        self._end(post, PostState.READY, error, at)

    def later(self, post: OutgoingPost, error: str, at: datetime) -> None:
        """Send the post at ``at``; being told to wait is no failed attempt."""
        self._end(post, PostState.READY, error, at, attempts=post.attempt - 1)

    def to_the_person(self, post: OutgoingPost, now: datetime) -> bool:
        """Send the post to whom it is for, because Slack does not let us into its channel.

        Returns
        -------
        bool
            False where it is for nobody in particular, or goes to them already.
        """
        person = post.to.person
        if post.kind is not PostKind.POST or person in ("", post.to.channel):
            return False
        with self._store.begin() as unit:
            row = unit.outbox.get(post.row_id)
            if row is not None and _ours(row, post):
                row.channel, row.thread_ts = person, ""
                row.state, row.lease_until = PostState.READY, None
                row.attempts, row.not_before = post.attempt - 1, now
                unit.outbox.save(row)
        return True

    def look_up(self, post: OutgoingPost, error: str, at: datetime, *, counts: bool = True) -> None:
        """Look in Slack from ``at`` on whether the post is there.

        A look that Slack did not answer need not count as an attempt.
        """
        with self._store.begin() as unit:
            row = unit.outbox.get(post.row_id)
            if row is not None and _ours(row, post):
                row.state, row.lease_until, row.error = PostState.SENDING, at, error[:500]
                row.attempts = post.attempt - (not counts)
                unit.outbox.save(row)

    def doubtful(self, post: OutgoingPost, error: str) -> None:
        """Leave it to a person: the post may or may not be there."""
        self._end(post, PostState.DOUBTFUL, error)

    def dead(self, post: OutgoingPost, error: str) -> None:
        """Leave it to a person: Slack refuses the post for good."""
        self._end(post, PostState.DEAD, error)

    def drop(self, post: OutgoingPost, error: str) -> None:
        """Let a post go that has no place any more: its question was deleted."""
        self._end(post, PostState.DROPPED, error)

    def post_again(self, post: OutgoingPost, now: datetime) -> bool:
        """Post anew what an update was to change and somebody deleted; False where it may not."""
        with self._store.begin() as unit:
            row = unit.outbox.get(post.row_id)
            if row is None or not _ours(row, post):
                return False
            row.not_before = now
            again = unit.outbox.post_again(row)
            row.state, row.lease_until = PostState.DROPPED, None
            _keep_or_forget(unit, row)
            return again

    def throttle(self, channel: str, until: datetime) -> None:
        """Let nobody post in ``channel`` before ``until``."""
        with self._store.begin() as unit:
            unit.outbox.throttle(channel, until)

    def _end(
        self,
        post: OutgoingPost,
        state: PostState,
        error: str,
        not_before: datetime | None = None,
        attempts: int | None = None,
    ) -> None:
        with self._store.begin() as unit:
            row = unit.outbox.get(post.row_id)
            if row is not None and _ours(row, post):
                row.state, row.error, row.lease_until = state, error[:500], None
                row.not_before = not_before or row.not_before
                row.attempts = row.attempts if attempts is None else attempts
                if state is not PostState.READY:
                    unit.outbox.absorb(row)
                else:
                    unit.outbox.give_way(row)
                _keep_or_forget(unit, row)


def _opened(unit: UnitOfWork, row: OutboxRow) -> OutgoingPost | None:
    """Return the post; one that another version wrote is kept for a person."""
    try:
        return _outgoing_post(unit, row)
    except ValueError as error:
        row.state, row.error, row.lease_until = PostState.DEAD, describe_error(error), None
        _keep_or_forget(unit, row)
        return None


def _marked(message: Message, experiment: Note) -> Message:
    return Message(f"🧪 {message.text}", (*message.parts, experiment))


def _outgoing_post(unit: UnitOfWork, row: OutboxRow) -> OutgoingPost:
    target = unit.outbox.find(row.target_key) if row.target_key else None
    is_post = row.kind in (PostKind.POST, PostKind.FILE)
    below = _thread_of(unit, target) if target is not None and is_post else ""
    return OutgoingPost(
        row_id=row.id or 0,
        key=row.key,
        kind=row.kind,
        to=Envelope(row.channel, row.thread_ts or below, row.slack_user, row.reply_url),
        message=Message.from_json(row.message),
        attempt=row.attempts,
        created_at=row.created_at,
        target_channel=target.posted_channel if target else "",
        target_ts=target.ts if target else "",
        replaces=row.kind is PostKind.EPHEMERAL and bool(row.target_key),
        held_until=row.lease_until,
        files=tuple(_attachment(file) for file in unit.post_files.of(row.key)),
    )


def _thread_of(unit: UnitOfWork, row: OutboxRow) -> str:
    """Return the thread that a post stands in, or begins: never a reply's own time stamp."""
    above = unit.outbox.find(row.target_key) if row.target_key else None
    return _thread_of(unit, above) if above is not None else row.thread_ts or row.ts


def _attachment(row: OutboxFile) -> Attachment:
    file = File(row.name, row.content, row.title, row.alt)
    return Attachment(row.id or 0, file, row.step, row.slack_id, row.address)


def _ours(row: OutboxRow, post: OutgoingPost) -> bool:
    """Return whether nobody has taken the post over since; a removed row's number may be another's."""
    same = row.key == post.key and row.attempts == post.attempt
    return same and row.state is PostState.SENDING


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a post goes: a channel (or a person's id for a direct message), a thread.

    ``person`` alone reads an ephemeral post; another one is for them, and reaches them directly
    where the bot may not write in the channel. ``reply_url`` is Slack's own way back to
    the place of a click or a slash command, where the bot may be no member.
    """

    channel: str
    thread_ts: str = ""
    person: str = ""
    reply_url: str = ""


def post(unit: UnitOfWork, key: str, to: Envelope, message: Message, now: datetime) -> None:
    """Queue a post; a second call with the same key changes nothing.

    Without a channel there is nobody to tell: the person was erased.
    """
    if to.channel:
        unit.outbox.add(_row(key, PostKind.POST, to, message, now), message)


def update(
    unit: UnitOfWork, key: str, target: str, channel: str, message: Message, now: datetime
) -> None:
    """Queue a new version of the post with the key ``target``; without a channel, nothing."""
    if not channel:
        return
    row = _row(key, PostKind.UPDATE, Envelope(channel), message, now)
    row.target_key = target
    unit.outbox.replace(row, message)


def post_below(
    unit: UnitOfWork, key: str, target: str, channel: str, message: Message, now: datetime
) -> None:
    """Queue a post in the thread of the post with the key ``target``, once that is shown.

    Without a channel, nothing; without that post, it stands by itself.
    """
    if not channel:
        return
    row = _row(key, PostKind.POST, Envelope(channel), message, now)
    row.target_key = target
    unit.outbox.add_below(row, message)


def post_ephemeral(
    unit: UnitOfWork, key: str, to: Envelope, message: Message, now: datetime, *, instead: str = ""
) -> None:
    """Queue a post for one person's eyes; it is tried once, and goes first.

    ``instead`` is the name of an earlier one that was clicked: it takes its place, as far
    as Slack's address for answers still serves.
    """
    row = _row(key, PostKind.EPHEMERAL, to, message, now)
    row.priority, row.target_key = 1, instead
    unit.outbox.add(row)


def post_unlogged(
    unit: UnitOfWork, command_id: str, to: Envelope, message: Message, now: datetime
) -> None:
    """Queue an ephemeral post that is kept no longer than it takes to hand it over.

    Once Slack has it, or has refused it, nothing is left here: not even that it was there.
    """
    post_ephemeral(unit, f"{CONFIDED}{command_id}", to, message, now)


def react(unit: UnitOfWork, key: str, to: Envelope, message: Message, now: datetime) -> None:
    """Queue an emoji at the message whose time stamp is the envelope's ``thread_ts``.

    The text of ``message`` begins with the emoji; all of it is said in the thread where Slack
    does not let us react.
    """
    if to.channel:
        unit.outbox.add(_row(key, PostKind.REACTION, to, message, now))


def _keep_or_forget(unit: UnitOfWork, row: OutboxRow) -> None:
    """Write down how a post stands; an unlogged one is gone once it has ended."""
    under_way = row.state in (PostState.READY, PostState.SENDING)
    if row.key.startswith(CONFIDED) and not under_way:
        unit.outbox.remove(row)
    else:
        unit.outbox.save(row)


def _row(key: str, kind: PostKind, to: Envelope, message: Message, now: datetime) -> OutboxRow:
    return OutboxRow(
        key=key,
        kind=kind,
        channel=to.channel,
        slack_user=to.person,
        thread_ts=to.thread_ts,
        reply_url=to.reply_url,
        message=message.to_json(),
        state=PostState.READY,
        not_before=now,
        created_at=now,
    )
