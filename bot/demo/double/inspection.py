"""What people see, and what a test may ask about."""

import time
from collections.abc import Callable

from bot.demo.double.api import WebApi
from bot.demo.double.people import Call, Json, StoredFile, StoredMessage, WorkspaceChange
from bot.demo.double.slack_platform import Platform

STATUS_SECONDS = 120.0


class Inspection:
    """Reads the workspace; everything given out is a value that no longer changes."""

    _slack: Platform
    _api: WebApi

    @property
    def calls(self) -> list[Call]:
        return list(self._api.calls)

    @property
    def files(self) -> list[StoredFile]:
        return list(self._slack.workspace.files.values())

    def calls_of(self, method: str) -> list[Call]:
        """Give the calls of one method that were answered ``ok``."""
        return [one for one in self.calls if one.method == method and one.answer.get("ok")]

    def messages(self, channel: str) -> list[StoredMessage]:
        """Give everything that stands in a channel, thread replies too, in order."""
        with self._slack.workspace.lock:
            return self._slack.workspace.place(channel).everything()

    def thread(self, channel: str, ts: str) -> list[StoredMessage]:
        """Give a message and its replies."""
        with self._slack.workspace.lock:
            return self._slack.workspace.place(channel).thread(ts)

    def ephemerals(self, user: str) -> list[StoredMessage]:
        """Give the messages only this person sees."""
        with self._slack.workspace.lock:
            return list(self._slack.workspace.ephemerals.get(user, ()))

    def view(self, user: str) -> Json | None:
        """Give the form on top, or None when none is open."""
        with self._slack.workspace.lock:
            top = self._slack.views.top(user)
            return top.as_slack() if top else None

    def view_errors(self, user: str) -> dict[str, str]:
        """Give the complaints shown in the form on top, by block id."""
        with self._slack.workspace.lock:
            top = self._slack.views.top(user)
            return dict(top.errors) if top else {}

    def home(self, user: str) -> Json | None:
        """Give a person's App Home, or None when nothing was published."""
        with self._slack.workspace.lock:
            home = self._slack.views.home(user)
            return home.as_slack() if home else None

    def im(self, user: str) -> str:
        """Give the id of the direct message between the app and a person."""
        self._slack.workspace.person(user)
        with self._slack.workspace.lock:
            return self._slack.workspace.im(user, self._slack.clock()).id

    def status(self, channel: str, thread_ts: str) -> str:
        """Give what the assistant says it is doing in a thread."""
        status = self._slack.statuses.get((channel, thread_ts))
        if status is None or self._slack.monotonic() - status.at > STATUS_SECONDS:
            return ""
        return status.text

    def prompts(self, user: str) -> list[Json]:
        """Give the prompts offered in a person's direct message."""
        return list(self._slack.prompts.get(self.im(user), {}).get("prompts", ()))

    def pending_events(self) -> int:
        """Count the events that the app has not acknowledged yet."""
        return self._slack.dispatcher.pending()

    def failed_attempts(self) -> int:
        """Count the attempts to deliver an event that brought no acknowledgement in time."""
        return self._slack.dispatcher.failed

    def subscribe(self, callback: Callable[[WorkspaceChange], None]) -> Callable[[], None]:
        """Call back on each change of what people see; gives what ends it."""
        return self._slack.subscribe(callback)

    def wait_until(self, predicate: Callable[[], object], timeout: float = 10.0) -> None:
        """Wait until something holds.

        Raises
        ------
        TimeoutError
            When it still does not after ``timeout`` seconds.
        """
        deadline = time.monotonic() + timeout
        while not predicate():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"it still did not hold after {timeout} s")
            with self._slack.moved:
                self._slack.moved.wait(min(left, 0.02))

    def stir(self) -> None:
        """Let whoever waits in `wait_until` look at once."""
        self._slack.stir()

    def settle(self, timeout: float = 10.0, quiet: float = 0.15) -> None:
        """Wait until every event is acknowledged and nothing has happened for ``quiet`` seconds."""

        def still() -> bool:
            idle = time.monotonic() - self._slack.last_change
            return self.pending_events() == 0 and idle >= quiet

        self.wait_until(still, timeout)
