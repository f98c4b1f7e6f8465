"""The state of the workspace: people, conversations, files. It sends nothing and asks no clock."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.demo.double.conversation import Conversation
from bot.demo.double.identity import Identity, IdGenerator
from bot.demo.double.people import Channel, Json, Member, StoredFile, StoredMessage
from bot.demo.double.refusal import Refusal


@dataclass(slots=True)
class Upload:
    """A file announced by ``files.getUploadURLExternal``; ``content`` follows by POST."""

    id: str
    name: str
    length: int
    alt_txt: str = ""
    content: bytes | None = None


class Workspace:
    """Everything Slack would remember. Whoever changes it holds ``lock``."""

    def __init__(
        self,
        *,
        identity: Identity,
        new_id: IdGenerator,
        people: Iterable[Member],
        channels: Iterable[Channel],
        user_groups: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.lock = threading.RLock()
        self.identity = identity
        self.new_id = new_id
        self.people = {person.id: person for person in people}
        self.people[identity.bot_user_id] = Member(
            id=identity.bot_user_id, name=identity.bot_name, role="app", is_bot=True
        )
        self.user_groups = dict(user_groups)
        self.conversations: dict[str, Conversation] = {}
        for channel in channels:
            self.add_channel(channel)
        self.ephemerals: dict[str, list[StoredMessage]] = {}
        self.files: dict[str, StoredFile] = {}
        self.uploads: dict[str, Upload] = {}
        self._ims: dict[str, str] = {}

    def add_channel(self, channel: Channel) -> Conversation:
        conversation = Conversation(channel)
        if channel.with_bot:
            conversation.join([self.identity.bot_user_id])
        self.conversations[channel.id] = conversation
        return conversation

    def person(self, user: str) -> Member:
        """Give a person, for what people do; an unknown one is the test's mistake."""
        if user not in self.people:
            raise LookupError(f"no person {user!r} in this workspace")
        return self.people[user]

    def place(self, channel: str) -> Conversation:
        """Give a conversation, for what people do and see."""
        if channel not in self.conversations:
            raise LookupError(f"no channel {channel!r} in this workspace")
        return self.conversations[channel]

    def im(self, user: str, now: datetime) -> Conversation:
        """Give the direct message between the bot and a person, opened when needed."""
        if user not in self._ims:
            channel = Channel(
                id=self.new_id("D"), name="directmessage", members=(user,), with_bot=True
            )
            conversation = self.add_channel(channel)
            conversation.im_with = user
            conversation.created = int(now.timestamp())
            self._ims[user] = conversation.id
        return self.conversations[self._ims[user]]

    def im_id(self, user: str) -> str:
        return self._ims.get(user, "")

    def message(self, channel: str, ts: str) -> StoredMessage:
        found = self.place(channel).get(ts)
        if found is None:
            raise LookupError(f"no message {ts!r} in {channel!r}")
        return found

    def visible(self, channel: str) -> Conversation:
        """Give a conversation the app can see, else refuse with ``channel_not_found``."""
        conversation = self.conversations.get(channel)
        hidden = conversation is None or (
            conversation.kind == "group" and self.identity.bot_user_id not in conversation.members
        )
        if conversation is None or hidden:
            raise Refusal("channel_not_found")
        return conversation

    def joined(self, channel: str) -> Conversation:
        """Give a conversation the app is a member of, else refuse with ``not_in_channel``."""
        conversation = self.visible(channel)
        if self.identity.bot_user_id not in conversation.members:
            raise Refusal("not_in_channel")
        return conversation

    def writable(self, channel: str) -> Conversation:
        conversation = self.joined(channel)
        if conversation.archived:
            raise Refusal("is_archived")
        return conversation

    def with_block_ids(self, blocks: Iterable[Json]) -> tuple[Json, ...]:
        """Fill in the ids that Slack makes up where the app gave none."""
        return tuple(self._identified(block) for block in blocks)

    def _identified(self, block: Json) -> Json:
        filled = dict(block)
        filled.setdefault("block_id", self.new_id("", 5).lower())
        for name in ("accessory", "element"):
            if isinstance(block.get(name), dict):
                filled[name] = self._acting(block[name])
        if block.get("type") in {"actions", "context_actions"}:
            filled["elements"] = [self._acting(one) for one in block["elements"]]
        return filled

    def _acting(self, element: Json) -> Json:
        if element.get("type") == "image":
            return element
        return {"action_id": self.new_id("", 5).lower(), **element}
