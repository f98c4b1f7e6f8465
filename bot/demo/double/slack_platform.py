"""The workspace in motion: each change of state is followed by the event Slack would send."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.demo.double import events
from bot.demo.double.conversation import Conversation
from bot.demo.double.event_dispatcher import EVENTS, EventDelivery, EventDispatcher
from bot.demo.double.faults import Faults
from bot.demo.double.identity import EVENT_SCOPES, Identity
from bot.demo.double.interactivity import TriggerRegistry
from bot.demo.double.people import Ack, Clock, Json, StoredMessage, WorkspaceChange
from bot.demo.double.refusal import Refusal
from bot.demo.double.views import ViewStacks
from bot.demo.double.workspace import Workspace

Subscriber = Callable[[WorkspaceChange], None]


@dataclass(slots=True)
class AssistantStatus:
    """What an assistant says it is doing; Slack takes it away after two minutes."""

    text: str
    at: float
    loading_messages: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Platform:
    """What the Web API and the people in the workspace have in common."""

    workspace: Workspace
    views: ViewStacks
    triggers: TriggerRegistry
    faults: Faults
    clock: Clock
    monotonic: Callable[[], float] = time.monotonic
    open_socket: Callable[[], str] = field(default=lambda: "")
    statuses: dict[tuple[str, str], AssistantStatus] = field(default_factory=dict)
    prompts: dict[str, Json] = field(default_factory=dict)
    streams: set[tuple[str, str]] = field(default_factory=set)
    moved: threading.Condition = field(default_factory=threading.Condition)
    last_change: float = 0.0
    _subscribers: list[Subscriber] = field(default_factory=list)
    _courier: EventDispatcher | None = None
    _local: threading.local = field(default_factory=threading.local)

    @property
    def identity(self) -> Identity:
        return self.workspace.identity

    @property
    def dispatcher(self) -> EventDispatcher:
        if self._courier is None:
            raise RuntimeError("the platform has no dispatcher yet")
        return self._courier

    @dispatcher.setter
    def dispatcher(self, dispatcher: EventDispatcher) -> None:
        self._courier = dispatcher

    def seconds(self) -> int:
        return int(self.clock().timestamp())

    def require(self, *scopes: str) -> None:
        """Refuse unless the app has one of the scopes."""
        if scopes and not self.identity.scopes.intersection(scopes):
            provided = ",".join(sorted(self.identity.scopes))
            raise Refusal("missing_scope", needed=",".join(scopes), provided=provided)

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Hold the workspace's lock; watchers are told when it is free again."""
        held: list[WorkspaceChange] = []
        with self.workspace.lock:
            self._local.held = held
            try:
                yield
            finally:
                self._local.held = None
        for change in held:
            self.notify(change)

    def notify(self, change: WorkspaceChange) -> None:
        """Tell whoever watches the screen, never while the workspace's lock is held."""
        held: list[WorkspaceChange] | None = getattr(self._local, "held", None)
        if held is not None:
            held.append(change)
            return
        self.stir()
        for subscriber in list(self._subscribers):
            subscriber(change)

    def stir(self) -> None:
        """Wake whoever waits for something to happen."""
        with self.moved:
            self.last_change = time.monotonic()
            self.moved.notify_all()

    def publish(self, event: Json, where: Conversation | None = None) -> None:
        """Send an event if the app is there to hear it and has the scope for it."""
        if where is not None and self.identity.bot_user_id not in where.members:
            return
        scope = EVENT_SCOPES.get(events.scope_kind(event), "")
        if scope and scope not in self.identity.scopes:
            return
        new_id = self.workspace.new_id
        self.send(events.envelope(self.identity, new_id, event, self.seconds()))

    def send(self, payload: Json) -> None:
        """Send an outer event, a second time where the faults say so."""
        new_id = self.workspace.new_id
        self.dispatcher.offer(EventDelivery(EVENTS, payload, new_id("", 24).lower()))
        if self.faults.strike(self.faults.duplicates):
            envelope_id = new_id("", 24).lower()
            self.dispatcher.offer(EventDelivery(EVENTS, payload, envelope_id, 1, "timeout"))

    def interact(self, kind: str, payload: Json, seconds: float) -> Ack:
        """Deliver a click, form or command and wait for the app's acknowledgement."""
        answer: Future[Ack] = Future()
        envelope_id = self.workspace.new_id("", 24).lower()
        self.dispatcher.offer(EventDelivery(kind, payload, envelope_id, answer=answer))
        return answer.result(seconds)

    def post(self, where: Conversation, *, broadcast: bool = False, **fields: Any) -> StoredMessage:
        """Write a message and send its event."""
        with self.workspace.lock:
            ts = where.next_ts(self.clock())
            writer = self.workspace.people.get(str(fields.get("user", "")))
            team = writer.team if writer is not None else ""
            message = StoredMessage(channel=where.id, ts=ts, team=team, **fields)
            where.add(message, broadcast=broadcast)
            event = events.said(self.identity, where, message)
            self.publish(event, where)
            mention = f"<@{self.identity.bot_user_id}>"
            if not message.bot and where.kind != "im" and mention in message.text:
                self.publish(events.mentioned(event), where)
            self.statuses.pop((where.id, message.thread_ts), None)
        self.notify(WorkspaceChange("message", where.id, message.user, message.ts))
        return message

    def revise(self, where: Conversation, message: StoredMessage, **fields: Any) -> StoredMessage:
        """Change a message and send ``message_changed``."""
        with self.workspace.lock:
            now = where.change(message, **fields)
            event_ts = where.next_ts(self.clock())
            self.publish(events.changed(where, now, message, event_ts), where)
        self.notify(WorkspaceChange("message_changed", where.id, message.user, message.ts))
        return now

    def withdraw(self, where: Conversation, message: StoredMessage) -> None:
        """Delete a message; an answered one becomes a tombstone."""
        with self.workspace.lock:
            where.remove(message)
            event_ts = where.next_ts(self.clock())
            tombstone = where.get(message.ts)
            if tombstone is None:
                event = events.deleted(where, message, event_ts)
            else:
                event = events.changed(where, tombstone, message, event_ts)
            self.publish(event, where)
        self.notify(WorkspaceChange("message_deleted", where.id, message.user, message.ts))

    def whisper(self, where: Conversation, user: str, **fields: Any) -> StoredMessage:
        """Show a message to one person only."""
        with self.workspace.lock:
            ts = where.next_ts(self.clock())
            message = StoredMessage(
                channel=where.id, ts=ts, ephemeral=True, **self.author(), **fields
            )
            self.workspace.ephemerals.setdefault(user, []).append(message)
        self.notify(WorkspaceChange("ephemeral", where.id, user, ts))
        return message

    def author(self) -> dict[str, Any]:
        """Give the fields that say the app wrote it."""
        me = self.identity
        return {"user": me.bot_user_id, "bot_id": me.bot_id, "app_id": me.app_id}
