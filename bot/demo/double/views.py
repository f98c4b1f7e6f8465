"""The forms people have open, one on top of the other, and their App Home."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.demo.double.choices import State, state_of
from bot.demo.double.identity import Identity
from bot.demo.double.people import Json
from bot.demo.double.refusal import Refusal
from bot.demo.double.workspace import Workspace

MOST_ON_TOP = 3
_KEPT = (
    "type", "title", "submit", "close", "private_metadata", "callback_id", "external_id",
    "clear_on_close", "notify_on_close", "submit_disabled",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class OpenView:
    """A view as one person sees it, with what they have entered so far."""

    user: str
    content: Json
    entered: State = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.content["id"])

    def as_slack(self) -> Json:
        values = state_of(self.content["blocks"], self.entered)
        return self.content | {"state": {"values": values}}


class ViewStacks:
    """All open views; whoever changes them holds the workspace's lock."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._identity: Identity = workspace.identity
        self._stacks: dict[str, list[OpenView]] = {}
        self._homes: dict[str, OpenView] = {}

    def top(self, user: str) -> OpenView | None:
        stack = self._stacks.get(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> OpenView | None:
        return self._homes.get(user)

    def open(self, user: str, view: Json, now: datetime) -> OpenView:
        made = self._make(user, view, now)
        self._stacks[user] = [made]
        return made

    def push(self, user: str, view: Json, now: datetime) -> OpenView:
        stack = self._stacks.setdefault(user, [])
        if not stack:
            raise Refusal("not_found")
        if len(stack) >= MOST_ON_TOP:
            raise Refusal("push_limit_reached")
        made = self._make(user, view, now)
        made.content |= {
            "previous_view_id": stack[-1].id,
            "root_view_id": stack[0].content["root_view_id"],
        }
        stack.append(made)
        return made

    def update(self, view_id: str, external_id: str, view: Json, now: datetime) -> OpenView:
        """Replace what a view shows; it keeps its id and what was entered in the same fields."""
        standing = self.find(view_id, external_id)
        fresh = self._make(standing.user, view, now, standing)
        kept = ("id", "root_view_id", "previous_view_id")
        standing.content = fresh.content | {name: standing.content[name] for name in kept}
        standing.errors = {}
        return standing

    def publish(self, user: str, view: Json, now: datetime) -> OpenView:
        standing = self._homes.get(user)
        made = self._make(user, view, now, standing)
        if standing is not None:
            made.content |= {"id": standing.id, "root_view_id": standing.id}
        self._homes[user] = made
        return made

    def pop(self, user: str) -> OpenView | None:
        stack = self._stacks.get(user)
        return stack.pop() if stack else None

    def clear(self, user: str) -> list[OpenView]:
        return self._stacks.pop(user, [])

    def find(self, view_id: str, external_id: str = "") -> OpenView:
        for view in self._everything():
            if view_id and view.id == view_id:
                return view
            if external_id and view.content["external_id"] == external_id:
                return view
        raise Refusal("not_found")

    def check_hash(self, view: OpenView | None, expected: str) -> None:
        if expected and view is not None and view.content["hash"] != expected:
            raise Refusal("hash_conflict")

    def _everything(self) -> list[OpenView]:
        stacked = [view for stack in self._stacks.values() for view in stack]
        return [*stacked, *self._homes.values()]

    def _make(
        self, user: str, view: Json, now: datetime, standing: OpenView | None = None
    ) -> OpenView:
        external = view.get("external_id")
        for other in self._everything():
            if external and other is not standing and other.content["external_id"] == external:
                raise Refusal("duplicate_external_id")
        new_id = self._workspace.new_id
        view_id = new_id("V")
        content: dict[str, Any] = {
            "id": view_id,
            "team_id": self._identity.team_id,
            "app_id": self._identity.app_id,
            "app_installed_team_id": self._identity.team_id,
            "bot_id": self._identity.bot_id,
            "root_view_id": view_id,
            "previous_view_id": None,
            "hash": f"{int(now.timestamp())}.{new_id('', 8)}",
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "title": None,
            "submit": None,
            "close": None,
        }
        content |= {name: view[name] for name in _KEPT if view.get(name) is not None}
        content["blocks"] = list(self._workspace.with_block_ids(view["blocks"]))
        return OpenView(user, content, dict(standing.entered) if standing else {})
