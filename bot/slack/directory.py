"""What Slack knows and a command needs: who somebody is, what a message says.

The worker asks here before it hands a command to the core, outside any transaction.
Nothing here is needed for a ticket: where Slack is silent, the desk's own language and
the words at hand serve.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.reading import readable
from models.commands import Command, MakeTicket
from models.errors import UnavailableError
from models.lotsen import Lotsen
from models.tables import Membership

log = structlog.get_logger(__name__)

QUICK_S = 3
_FRESH = timedelta(days=1)
_REST = timedelta(minutes=1)
_EVERYBODY = ""
_NAMED = 10
"""So many people get a private matter at most."""
_SILENT = (SlackApiError, SlackClientError, OSError, HTTPException)


class Directory:
    """Slack's people, user groups and messages, read on demand.

    Parameters
    ----------
    quick
        A client that waits less long, for what a command can go without.
    """

    def __init__(self, lotsen: Lotsen, client: WebClient, quick: WebClient | None = None) -> None:
        self._lotsen = lotsen
        self._client = client
        self._quick = quick or client
        self._resting: dict[str, datetime] = {}
        self.team = ""
        """Our workspace's id, once Slack has said it."""
        self.app = ""
        """Our app's id, the same; in HTTP mode no token tells it."""

    def prepare(self, command: Command, now: datetime) -> Command:
        """Return the command with what Slack did not send along."""
        user = getattr(command, "user", "")
        named = (getattr(command, "author", ""), getattr(command, "owner", ""))
        others = {*named, *getattr(command, "people", ())} - {"", user}
        if others and not self._lotsen.may_act_for_others(command):
            others = set()  # it will be refused: nobody is stored for that
        for slack_id in sorted({user, *others} - {""}):
            self.get_to_know(slack_id, now)
        if isinstance(command, MakeTicket) and command.place is not None and not command.text:
            return self._with_words(command)
        return command

    def refresh_team(self) -> None:
        """Read which workspace is ours, and which app we are."""
        if self.team:
            return
        try:
            answer = self._quick.auth_test()
            self.team = str(answer.get("team_id") or "")
            bot = self._quick.bots_info(bot=str(answer.get("bot_id") or "")).get("bot") or {}
            self.app = str(bot.get("app_id") or "")
        except _SILENT as error:
            log.warning("our workspace or app not read", error=type(error).__name__)

    def refresh_groups(self, now: datetime) -> None:
        """Read the members of the user groups that the settings name.

        Whoever gets private matters is read too: the person who wrote one reads their names.
        """
        private = self._lotsen.settings.lotsen_private_group
        readers = set(private) - self._lotsen.settings.groups
        for group in sorted(self._lotsen.settings.groups):
            try:
                answer = self._client.usergroups_users_list(usergroup=group)
                members = [str(user) for user in answer.get("users") or ()]
                self._lotsen.set_group(group, members)
            except (*_SILENT, UnavailableError) as error:
                log.warning("user group not read", group=group, error=str(error))
                continue
            readers.update(members if group in private else ())
        with suppress(UnavailableError):  # read again within the hour
            for slack_id in sorted(readers)[:_NAMED]:
                self.get_to_know(slack_id, now)

    def refresh_names(self, now: datetime) -> bool:
        """Read everybody's name, so that none of them reaches a model outside.

        Returns
        -------
        bool
            Whether they were read; until then no language model is asked.
        """
        names: set[str] = set()
        try:
            for page in self._client.users_list(limit=200):
                for user in page.get("members") or ():
                    names |= _names_of(user)
        except (*_SILENT, UnavailableError) as error:
            log.warning("names not read: no language model is asked", error=str(error))
            return False
        try:
            self._lotsen.know_names(frozenset(names), now)
        except UnavailableError as error:
            log.warning("names not kept for the next start", error=str(error))
        return True

    def get_to_know(self, slack_id: str, now: datetime) -> None:
        """Read a person's name and language, where that was not done within a day."""
        if self._rests(slack_id, now) or self._lotsen.knows(slack_id, since=now - _FRESH):
            return
        try:
            answer = self._quick.users_info(user=slack_id, include_locale=True)
        except _SILENT as error:
            # What Slack says of one person is about them; its silence is about everybody.
            about = slack_id if isinstance(error, SlackApiError) else _EVERYBODY
            self._resting[about] = now + _REST
            log.info("person not read", error=type(error).__name__)
            return
        user: dict[str, Any] = answer.get("user") or {}
        name = next(iter(_real_names(user)), "") or user.get("name") or ""
        locale = str(user.get("locale") or "")
        self._lotsen.introduce(slack_id, str(name), locale, now, self._membership(user))

    def _membership(self, user: dict[str, Any]) -> Membership:
        """Return what Slack says that somebody is."""
        elsewhere = self.team and str(user.get("team_id") or self.team) != self.team
        facts = (
            (user.get("is_bot"), Membership.BOT),
            (
                user.get("is_stranger") or (elsewhere and not _is_of_the_company(user)),
                Membership.OUTSIDER,
            ),
            (user.get("deleted"), Membership.GONE),
            (user.get("is_ultra_restricted"), Membership.GUEST),
        )
        return next((membership for fact, membership in facts if fact), Membership.MEMBER)

    def _rests(self, slack_id: str, now: datetime) -> bool:
        """Return whether asking was of no use a moment ago: somebody waits for the command."""
        return any(self._resting.get(who, now) > now for who in (slack_id, _EVERYBODY))

    def _with_words(self, command: MakeTicket) -> MakeTicket:
        place = command.place
        if place is None:
            return command
        try:
            answer = self._client.conversations_replies(
                channel=place.channel, ts=place.ts, limit=1, inclusive=True
            )
        except _SILENT as error:
            log.info("message not read", error=str(error))
            return command
        for message in answer.get("messages") or ():
            if message.get("ts") == place.ts:
                return replace(
                    command,
                    text=readable(str(message.get("text") or "")),
                    author=str(message.get("user") or command.author),
                    # Slack names a reply by its own time stamp; we answer in its thread.
                    place=replace(place, thread_ts=str(message.get("thread_ts") or "")),
                )
        return command


def _is_of_the_company(user: dict[str, Any]) -> bool:
    """Return whether somebody of another workspace belongs to the same Enterprise Grid."""
    return bool((user.get("enterprise_user") or {}).get("id"))


def _real_names(user: dict[str, Any]) -> list[str]:
    profile = user.get("profile") or {}
    return [str(name) for name in (profile.get("real_name"), user.get("real_name")) if name]


def _names_of(user: dict[str, Any]) -> set[str]:
    """Return how a member is called; bots and those who left are named in no ticket."""
    if user.get("is_bot") or user.get("deleted"):
        return set()
    shown = str((user.get("profile") or {}).get("display_name") or "")
    return {name for name in (*_real_names(user), shown) if name}
