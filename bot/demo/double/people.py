"""The values of the Slack double: who is there, where they talk, what was said and called."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Json = dict[str, Any]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of the workspace; ``role`` is free text, shown as the title in the profile."""

    id: str
    name: str
    locale: str = "sv-SE"
    role: str = "employee"
    email: str = ""
    tz: str = "Europe/Stockholm"
    tz_offset: int = 3600
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    guest: Literal["", "one_channel", "channels"] = ""
    team: str = ""
    """Another company's workspace, from which they write through Slack Connect."""

    def as_slack(self, team_id: str, *, with_locale: bool) -> Json:
        first, _, last = self.name.partition(" ")
        profile: Json = {
            "real_name": self.name,
            "display_name": first.lower(),
            "first_name": first,
            "last_name": last,
            "title": self.role,
            "email": self.email,
        }
        user: Json = {
            "id": self.id,
            "team_id": self.team or team_id,
            "name": self.name.lower().replace(" ", "."),
            "real_name": self.name,
            "deleted": self.deleted,
            "tz": self.tz,
            "tz_offset": self.tz_offset,
            "is_admin": self.is_admin,
            "is_bot": self.is_bot,
            "is_restricted": bool(self.guest),
            "is_ultra_restricted": self.guest == "one_channel",
            "is_stranger": bool(self.team),
            "is_app_user": False,
            "profile": profile,
        }
        return user | {"locale": self.locale} if with_locale else user


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel as the workspace begins; ``with_bot`` says whether the app was invited."""

    id: str
    name: str
    private: bool = False
    members: tuple[str, ...] = ()
    with_bot: bool = True
    archived: bool = False
    shared: bool = False
    """Whether another company is in it, through Slack Connect."""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """One emoji under a message and who chose it."""

    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A message as it stands now; an edit makes a new value under the same ``ts``."""

    channel: str
    ts: str
    text: str
    user: str = ""
    bot_id: str = ""
    app_id: str = ""
    username: str = ""
    thread_ts: str = ""
    subtype: str = ""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    metadata: Json | None = None
    edited: Json | None = None
    files: tuple[Json, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    client_msg_id: str = ""
    team: str = ""
    """The workspace of somebody of another company."""
    ephemeral: bool = False

    @property
    def bot(self) -> bool:
        return bool(self.bot_id)

    @property
    def is_reply(self) -> bool:
        return bool(self.thread_ts) and self.thread_ts != self.ts

    def as_slack(self, *, with_metadata: bool = False) -> Json:
        """Give the message object of events and of ``conversations.history``."""
        shown: Json = {"type": "message", "ts": self.ts, "text": self.text}
        words = ("user", "bot_id", "app_id", "username", "thread_ts", "subtype", "client_msg_id")
        optional: Json = {
            **{name: getattr(self, name) for name in words},
            **{name: list(getattr(self, name)) for name in ("blocks", "attachments", "files")},
            "edited": self.edited,
            "reactions": [
                {"name": one.name, "users": list(one.users), "count": len(one.users)}
                for one in self.reactions
            ],
            "metadata": self.metadata if with_metadata else None,
            **dict.fromkeys(("team", "user_team", "source_team"), self.team),
        }
        return shown | {name: value for name, value in optional.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """An uploaded file with its bytes."""

    id: str
    name: str
    title: str
    content: bytes = field(repr=False)
    channels: tuple[str, ...] = ()
    alt_txt: str = ""
    mimetype: str = "application/octet-stream"
    ready_at: datetime | None = None

    def is_ready(self, now: datetime) -> bool:
        """Whether Slack has worked on it; before that it knows neither kind nor size of it."""
        return self.ready_at is None or self.ready_at <= now

    def as_slack(self, address: str, *, ready: bool = True) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype if ready else "",
            "size": len(self.content),
            "alt_txt": self.alt_txt,
            "channels": list(self.channels),
            "permalink": f"https://hamnen.slack.com/files/{self.id}",
            "url_private": f"{address}files/{self.id}",
            "url_private_download": f"{address}files/{self.id}",
        }


@dataclass(frozen=True, slots=True)
class Ack:
    """How the app acknowledged; ``status`` 0 means nobody answered in time.

    ``refused`` holds what Slack found wrong with a view or message in the acknowledgement: Slack
    shows the person an error and keeps the form as it was.
    """

    status: int
    body: Any = None
    seconds: float = 0.0
    reason: str = ""
    no_retry: bool = False
    refused: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300 and not self.refused


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API, its arguments without the token, and what was answered."""

    method: str
    args: Json
    answer: Json
    at: datetime
    status: int = 200
    response_lost: bool = False


@dataclass(frozen=True, slots=True)
class WorkspaceChange:
    """Something that a person looking at the screen would see change."""

    kind: str
    channel: str = ""
    user: str = ""
    ts: str = ""
