"""What people do in the workspace by writing: say, edit, delete, react, join, open App Home."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.demo.double import events
from bot.demo.double.conversation import Conversation
from bot.demo.double.methods_conversations import add_reaction
from bot.demo.double.people import Member, StoredFile, StoredMessage
from bot.demo.double.slack_platform import Platform
from bot.demo.double.wording import emoji_name, rich_text, typed


class Acts:
    """Each act changes the workspace and returns when its event is queued."""

    _slack: Platform

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[str | StoredFile] = (),
    ) -> str:
        """Write a message as a person and give its ``ts``.

        ``<@BOT>`` in the text mentions the app. A person who is not yet in a
        public channel joins it silently; a private one must list them.
        """
        where = self._slack.workspace.place(channel)
        self._slack.workspace.person(user)
        self._enter(where, user)
        return self._write(where, user, text, thread_ts, files)

    def direct_message(
        self, user: str, text: str, thread_ts: str | None = None, files: Sequence[str] = ()
    ) -> str:
        """Write to the app directly and give the message's ``ts``."""
        self._slack.workspace.person(user)
        where = self._slack.workspace.im(user, self._slack.clock())
        return self._write(where, user, text, thread_ts, files)

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change one's own message."""
        where, message = self._own(user, channel, ts)
        text = typed(text, self._slack.identity.bot_user_id)
        blocks = (rich_text(text, self._slack.workspace.new_id("", 5).lower()),)
        edited = {"user": user, "ts": where.next_ts(self._slack.clock())}
        self._slack.revise(where, message, text=text, blocks=blocks, edited=edited)

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete one's own message."""
        where, message = self._own(user, channel, ts)
        self._slack.withdraw(where, message)

    def react(self, user: str, channel: str, ts: str, emoji: str) -> None:
        """Put an emoji under a message; ``ticket``, ``:ticket:`` and 🎫 are the same."""
        self._slack.workspace.person(user)
        message = self._slack.workspace.message(channel, ts)
        where = self._slack.workspace.place(channel)
        add_reaction(self._slack, where, message, user, emoji_name(emoji))

    def join(self, user: str, channel: str) -> str:
        """Join a channel, which posts Slack's ``channel_join`` message."""
        person = self._slack.workspace.person(user)
        where = self._slack.workspace.place(channel)
        where.join([user])
        text = f"<@{person.id}> has joined the channel"
        return self._slack.post(where, user=user, text=text, subtype="channel_join").ts

    def open_home(self, user: str, tab: str = "home") -> None:
        """Open the app's Home tab, or its Messages tab."""
        self._slack.workspace.person(user)
        with self._slack.workspace.lock:
            where = self._slack.workspace.im(user, self._slack.clock())
            home = self._slack.views.home(user)
            shown = home.as_slack() if home else None
            event_ts = where.next_ts(self._slack.clock())
            self._slack.publish(events.home_opened(user, where.id, tab, shown, event_ts))

    def change_person(self, user: str, **fields: Any) -> Member:
        """Change somebody's profile, such as ``locale``; Slack sends ``user_change``."""
        person = replace(self._slack.workspace.person(user), **fields)
        self._slack.workspace.people[user] = person
        shown = person.as_slack(self._slack.identity.team_id, with_locale=True)
        event = {"type": "user_change", "user": shown, "cache_ts": self._slack.seconds()}
        self._slack.publish(event)
        return person

    def _enter(self, where: Conversation, user: str) -> None:
        if user in where.members:
            return
        if where.kind != "channel":
            raise LookupError(f"{user!r} is not in {where.id!r}")
        where.join([user])

    def _own(self, user: str, channel: str, ts: str) -> tuple[Conversation, StoredMessage]:
        message = self._slack.workspace.message(channel, ts)
        if message.user != user:
            raise PermissionError(f"{user!r} did not write {ts!r}")
        return self._slack.workspace.place(channel), message

    def _write(
        self,
        where: Conversation,
        user: str,
        text: str,
        thread_ts: str | None,
        files: Sequence[str | StoredFile],
    ) -> str:
        if where.archived:
            raise PermissionError(f"{where.id!r} is archived")
        new_id, address = self._slack.workspace.new_id, self._slack.identity.address
        content = typed(text, self._slack.identity.bot_user_id)
        stored = [
            one
            if isinstance(one, StoredFile)
            else StoredFile(id=new_id("F"), name=one, title=one, content=b"")
            for one in files
        ]
        message = self._slack.post(
            where,
            user=user,
            text=content,
            thread_ts=thread_ts or "",
            subtype="file_share" if stored else "",
            blocks=(rich_text(content, new_id("", 5).lower()),) if content else (),
            files=tuple(one.as_slack(address) for one in stored),
            client_msg_id=new_id("", 32).lower(),
        )
        return message.ts
