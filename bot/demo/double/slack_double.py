"""The Slack double: one object that starts, listens, acts for people and shows what they see."""

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from bot.demo.double.acts import Acts
from bot.demo.double.api import WebApi
from bot.demo.double.event_dispatcher import SLACK_RETRIES, EventDispatcher
from bot.demo.double.faults import Faults
from bot.demo.double.http_delivery import SignedHttp
from bot.demo.double.identity import MANIFEST_SCOPES, Identity, IdGenerator
from bot.demo.double.inspection import Inspection
from bot.demo.double.interactions import Interactions
from bot.demo.double.interactivity import TriggerRegistry
from bot.demo.double.loopback import HOST, Loopback, listen
from bot.demo.double.people import Channel, Clock, Member
from bot.demo.double.rate import RateLimits
from bot.demo.double.server import Doors, Lines, line_protocol
from bot.demo.double.slack_platform import Platform
from bot.demo.double.socket_mode import SocketMode
from bot.demo.double.views import ViewStacks
from bot.demo.double.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """How the double behaves.

    Attributes
    ----------
    seed : ids, tokens and faults are drawn from it
    scopes : what the app may do; None means all that the manifest asks for
    rate_limits : whether too many calls are answered 429
    retries : seconds before each further attempt to deliver an event; Slack's own by default
    ack_seconds : how long the app may take to acknowledge; Slack gives 3 s
    monotonic : the time that rate limits, trigger ids and response addresses run by
    """

    seed: int = 0
    scopes: Collection[str] | None = None
    rate_limits: bool = True
    retries: Sequence[float] = SLACK_RETRIES
    ack_seconds: float = 3.0
    monotonic: Callable[[], float] = time.monotonic


_AS_SLACK = Conditions()


class SlackDouble(Acts, Interactions, Inspection):
    """A strict stand-in for one Slack workspace with one app installed.

    Parameters
    ----------
    clock
        Gives the workspace's time, aware; time stamps follow it.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> double = SlackDouble(
    ...     clock=lambda: datetime(2026, 11, 23, 8, tzinfo=UTC),
    ...     people=[Member(id="U1", name="Åsa Lind")],
    ...     channels=[Channel(id="C1", name="help-it", members=("U1",))],
    ... )
    >>> double.say("U1", "C1", "Min skrivare är trasig")
    '1795420800.000100'
    """

    def __init__(
        self,
        *,
        clock: Clock,
        people: Iterable[Member] = (),
        channels: Iterable[Channel] = (),
        user_groups: Mapping[str, tuple[str, ...]] | None = None,
        conditions: Conditions = _AS_SLACK,
    ) -> None:
        new_id = self._new_id = IdGenerator(conditions.seed)
        scopes = conditions.scopes
        granted = MANIFEST_SCOPES if scopes is None else frozenset(scopes)
        self.faults = Faults(seed=conditions.seed)
        workspace = Workspace(
            identity=Identity.from_seed(new_id, granted),
            new_id=new_id,
            people=people,
            channels=channels,
            user_groups=user_groups or {},
        )
        self._slack = Platform(
            workspace=workspace,
            views=ViewStacks(workspace),
            triggers=TriggerRegistry(new_id, conditions.monotonic),
            faults=self.faults,
            clock=clock,
            monotonic=conditions.monotonic,
        )
        self._api = WebApi(
            self._slack, RateLimits(conditions.monotonic, enforced=conditions.rate_limits)
        )
        me = workspace.identity
        self.bot_token, self.app_token = me.bot_token, me.app_token
        self.signing_secret = me.signing_secret
        self.bot_user_id, self.bot_id, self.team_id = me.bot_user_id, me.bot_id, me.team_id
        self.app_id = me.app_id
        self._ack_seconds = conditions.ack_seconds
        self._patience = 2 * conditions.ack_seconds + 10.0
        self._connect(conditions.retries)

    def _connect(self, retries: Sequence[float]) -> None:
        """Lay the ways to the app; none leads anywhere before ``start``."""
        self._request_url: str | None = None
        self._https: list[SignedHttp] = []
        self._loopback: Loopback | None = None
        self._sockets = self._new_sockets()
        self._slack.open_socket = lambda: self._sockets.open()
        self._slack.dispatcher = EventDispatcher(
            faults=self.faults,
            transport=self._sockets,
            retries=retries,
            on_change=self._slack.stir,
        )

    def _new_sockets(self) -> SocketMode:
        identity = self._slack.identity
        return SocketMode(identity, self._new_id, ack_seconds=self._ack_seconds)

    @property
    def api_url(self) -> str:
        return f"{self._slack.identity.address}api/"

    @property
    def people(self) -> dict[str, Member]:
        return dict(self._slack.workspace.people)

    @property
    def channels(self) -> list[Channel]:
        places = self._slack.workspace.conversations.values()
        return [where.channel for where in places if where.kind != "im"]

    def start(self, port: int = 0) -> Self:
        """Listen; what happened before is delivered now. Port 0 means any free one."""
        if self._loopback is not None:
            raise RuntimeError("the double is already running")
        line = listen(port)
        identity = self._slack.identity
        identity.address = f"http://{HOST}:{line.getsockname()[1]}/"
        self._sockets = self._new_sockets()
        self._route()
        lines: Lines = {}
        doors = Doors(self._slack, self._api, self._sockets, lines)
        self._loopback = Loopback(
            doors.app(),
            line_protocol(lines),
            line,
            began=self._slack.dispatcher.attach,
            ending=self._end,
        )
        self._loopback.start()
        return self

    def stop(self) -> None:
        """Stop listening. The workspace stays as it is, and unacknowledged events wait."""
        if self._loopback is None:
            return
        self._loopback.stop()
        self._loopback = None
        for https in self._https:
            https.close()
        self._https.clear()

    def __enter__(self) -> Self:
        return self if self._loopback else self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def deliver_to(self, url: str | None) -> None:
        """Deliver to a request URL by signed HTTP; None means Socket Mode."""
        self._request_url = url
        self._route()

    def connections(self) -> int:
        """Count the open sockets."""
        return len(self._sockets.connections)

    def _route(self) -> None:
        """Point the dispatcher at the app."""
        loop = self._loopback.loop if self._loopback else None
        if self._request_url is None:
            self._sockets.retired = False
            self._slack.dispatcher.transport = self._sockets
            return
        https = SignedHttp(
            self._request_url,
            self._slack.identity,
            clock=self._slack.clock,
            ack_seconds=self._ack_seconds,
        )
        self._https.append(https)
        self._slack.dispatcher.transport = https
        if loop is not None:  # events that still wait for a socket go the new way
            loop.call_soon_threadsafe(self._sockets.retire)

    async def _end(self) -> None:
        await self._sockets.drop()
        await self._slack.dispatcher.detach()

    def _in_loop(self, work: Coroutine[Any, Any, Any]) -> Any:
        if self._loopback is None or self._loopback.loop is None:
            work.close()
            raise RuntimeError("start the double first")
        return asyncio.run_coroutine_threadsafe(work, self._loopback.loop).result(self._patience)
