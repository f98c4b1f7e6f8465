"""Every Slack event → a command in the inbox.

The durable lane only stores and returns, so that Slack is acknowledged when, and only
when, nothing can be lost any more. Clicks and sent forms are rows of `bot.slack.actions` and
`bot.slack.submissions`. The quick lane (open a form, draw App Home) reads only, within the
three seconds that a trigger lives; but it asks Slack for the language of whoever opens App
Home for the first time.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import structlog
from pydantic import ValidationError
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.clock import Clock
from bot.slack.actions import ACTIONS, ActionRoute, Click, behind_menu, route_of
from bot.slack.forms import errors_at, modal, read, return_address, sender_of
from bot.slack.hearing import Hearing
from bot.slack.home import show_home
from bot.slack.reading import Body, bot_of, digest, instant, place_of, readable
from bot.slack.submissions import SUBMISSIONS, Submission
from models import steps
from models.commands import (
    Ask,
    Command,
    ExplainTicket,
    MakeTicket,
    Place,
    ReportFormProblem,
)
from models.desk.conversation.slash_command import read_slash
from models.form import Form
from models.lotsen import Lotsen
from models.tables import new_secret

log = structlog.get_logger(__name__)

_TICKET_EMOJI = {"ticket", "admission_tickets"}
# How Slack says nothing, where nothing depends on it.
_SILENT = (SlackApiError, SlackClientError, OSError)
# How a form shows that nobody drew it, or an earlier version did.
_UNREADABLE = (ValidationError, ValueError, LookupError, TypeError, AttributeError)


class Listeners:
    """Slack's events and interactions as commands.

    Parameters
    ----------
    wake
        Called after a command was stored, so that the worker need not wait.
    get_to_know
        Reads a person's name and language in Slack, for App Home is drawn at once.
    road
        How Slack reaches us, for the log: ``socket`` or ``http``.
    """

    def __init__(
        self,
        lotsen: Lotsen,
        clock: Clock,
        wake: Callable[[], None],
        get_to_know: Callable[[str, datetime], None] | None = None,
        road: str = "",
    ) -> None:
        self._lotsen = lotsen
        self._hearing = Hearing(lotsen)
        self._clock = clock
        self._wake = wake
        self._get_to_know = get_to_know
        self._road = road

    def register(self, app: App) -> None:
        """Tell Bolt who listens to what."""
        app.event("message")(self.on_message)
        app.event("app_mention")(self.on_mention)
        app.event("reaction_added")(self.on_reaction)
        app.event("app_home_opened")(self.on_home)
        app.event(re.compile(".*"))(self.on_other_event)
        app.command("/lotsen")(self.on_command)
        app.shortcut("make_ticket")(self.on_shortcut)
        for action in ACTIONS:
            app.action(action.pattern)(self._clicked(action))
        app.action("ticket_more")(self.on_menu)
        for submission in SUBMISSIONS:
            app.view(submission.callback_id)(self._submitted(submission))
        for other in (
            app.command,
            app.shortcut,
            app.view,
            app.view_closed,
            app.action,
            app.options,
        ):
            other(re.compile(".*"))(self.acknowledge)

    def acknowledge(self, ack: Ack) -> None:
        ack()

    def on_other_event(self) -> None:
        """Acknowledge what nobody listens to; else Slack sends it again."""

    def on_message(self, event: Body, body: Body) -> None:
        """Take what people write, edit and delete where Lotsen listens."""
        command = self._hearing.command_of(event, body)
        if command is not None:
            self._accept(command)

    def on_mention(self, event: Body, body: Body) -> None:
        """Take a mention where Lotsen does not hear messages anyway."""
        command = self._hearing.mention_of(event, body)
        if command is not None:
            self._accept(command)

    def on_reaction(self, event: Body, body: Body) -> None:
        """🎫 on a message makes it a ticket."""
        item = event.get("item") or {}
        if event.get("reaction") not in _TICKET_EMOJI or item.get("type") != "message":
            return
        if bot_of(body) in (event.get("item_user"), event.get("user")):
            return  # our own posts are no questions
        self._accept(
            MakeTicket(
                id=str(body["event_id"]),
                user=str(event["user"]),
                text="",  # the worker reads the message; Slack does not send it along
                at=instant(event.get("event_ts") or item["ts"]),
                author=str(event.get("item_user") or ""),
                place=Place(str(item["channel"]), str(item["ts"])),
                channel=str(item["channel"]),
            )
        )

    def on_shortcut(self, body: Body, ack: Ack) -> None:
        """Make a ticket of a message, from its menu."""
        message, channel = body["message"], str(body["channel"]["id"])
        ours = bool(message.get("bot_id")) and message.get("app_id") == body.get("api_app_id")
        self._accept(
            MakeTicket(
                id=f"shortcut:{body['trigger_id']}",
                user=str(body["user"]["id"]),
                text="" if ours else readable(str(message.get("text") or "")),
                at=self._clock(),
                author=str(message.get("user") or ""),
                place=None if ours else place_of({**message, "channel": channel}),
                reply_url=str(body.get("response_url") or ""),
                channel=channel,
            )
        )
        ack()

    def on_command(self, body: Body, ack: Ack) -> None:
        """Take ``/lotsen`` and its words."""
        self._accept(self._command(body, *read_slash(str(body.get("text") or ""))))
        ack()

    def _command(self, body: Body, word: str, rest: str) -> Command:
        common: dict[str, Any] = {
            "id": f"command:{body['trigger_id']}",
            "user": str(body["user_id"]),
            "at": self._clock(),
            "reply_url": str(body.get("response_url") or ""),
            "channel": str(body.get("channel_id") or ""),
        }
        text = readable(rest)
        if word == "ticket":
            return MakeTicket(text=text, **common)
        if word in ("why", "show"):
            return ExplainTicket(ticket=text[:255], **common)
        return Ask(topic=cast("Any", word), text=text, **common)

    def on_home(self, event: Body, client: WebClient) -> None:
        """Quick lane: draw App Home."""
        if event.get("tab", "home") == "home":
            user, now = str(event["user"]), self._clock()
            if self._get_to_know is not None:
                self._get_to_know(user, now)
            show_home(client, self._lotsen, user, now)

    def on_menu(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """Take a choice from a card's menu as a click on the button of that name."""
        click = behind_menu(action)
        row = route_of(click["action_id"])
        if row is None:
            ack()
        else:
            self._clicked(row)(body=body, action=click, client=client, ack=ack)

    def _clicked(self, row: ActionRoute) -> Callable[..., None]:
        """Return the listener to a button or a list."""

        def listen(body: Body, action: Body, client: WebClient, ack: Ack) -> None:
            click, sender = Click(action, str(body["user"]["id"]), self._clock()), _clicker(body)
            form = row.form(self._lotsen, click) if row.form else None
            if form is None or not _opened(client, body, form):
                self._accept(row.command(**sender, at=click.now, **row.arguments(action)))
            ack()

        return listen

    def _submitted(self, row: Submission) -> Callable[..., None]:
        """Return the listener to a form that was sent: it points out what is wrong, or takes it."""

        def listen(body: Body, view: Body, ack: Ack) -> None:
            now = self._clock()
            try:
                sent = read(body, view)
                following = row.next_form(self._lotsen, sent)
                if following:
                    ack(response_action="update", view=modal(following, sent.back))
                    return
                command = row.command(**sent.sender, **sent.back, at=now, **row.arguments(sent))
            except _UNREADABLE as error:
                log.warning("form not understood", form=row.callback_id, error=type(error).__name__)
                sender: dict[str, Any] = sender_of(body, view)
                person = sender["user"]
                self._accept(
                    ReportFormProblem(**sender, channel=person, problem="not_read", at=now)
                )
                ack()
                return
            problems = list(row.problems(self._lotsen, command, now))
            if problems:
                errors = errors_at(problems, view, row.elsewhere)
                ack(response_action="errors", errors=errors)
                return
            self._accept(command)
            ack()

        return listen

    def _accept(self, command: Command) -> None:
        stored = self._lotsen.mailbox.accept(command, self._clock())
        steps.received(command.id, command.type, self._road, stored=stored)
        self._wake()


def _clicker(body: Body) -> dict[str, Any]:
    """Return what every click carries: its own id, who clicked, and the way back."""
    # Slack's random name of this one click. Events keep the command's id for ever, so nobody
    # may find out by trying who clicked what: no digest of person, button and time is enough.
    trigger = str(body.get("trigger_id") or new_secret())
    user = str(body["user"]["id"])
    return {"id": f"click:{digest(trigger)}", "user": user, **return_address(body)}


def _opened(client: WebClient, body: Body, form: Form) -> bool:
    """Open a form; False when Slack did not, such as for a click that is seconds old."""
    try:
        view = modal(form, return_address(body))
        client.views_open(trigger_id=str(body["trigger_id"]), view=view)
    except _SILENT as error:
        log.warning("form not opened", error=str(error))
        return False
    return True
