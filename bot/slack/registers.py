"""Clicks on a register: show another one, open a form, take what the form says."""

import re

from pydantic import ValidationError
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.click_group import ClickGroup, opened
from bot.slack.forms import sent
from bot.slack.reading import Body, number
from bot.slack.register_forms import REGISTER_FORM, errors_of, read_register_form, register_form
from models.commands import Ask, ChangeRegister
from models.desk.registers.register_requests import check_form, form_for


class RegisterClicks(ClickGroup):
    """What people do with the registers, as commands."""

    def register(self, app: App) -> None:
        """Tell Bolt who listens to what."""
        app.action("register_show")(self.on_show)
        app.action(re.compile(r"register_open_\w+"))(self.on_show)
        app.action("register_add")(self.on_open)
        app.action("register_amend")(self.on_open)
        app.view(REGISTER_FORM)(self.on_form)

    def on_show(self, body: Body, action: Body, ack: Ack) -> None:
        self._show(body, _chosen(action))
        ack()

    def on_open(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """Quick lane: open the form of a line, or of a new one."""
        kind, _, line = _chosen(action).partition(":")
        wanted = number(line) if line else 0
        form = form_for(self._lotsen.desk, str(body["user"]["id"]), kind, wanted)
        view = register_form(form, body) if form else None
        if view is None or not opened(client, str(body["trigger_id"]), view):
            self._show(body, kind)  # the list says what may be done now
        ack()

    def on_form(self, body: Body, view: Body, ack: Ack) -> None:
        """Point out what is wrong while the form is still open; else take it."""
        try:
            command = ChangeRegister(
                **sent(body, view),
                at=self._clock(),
                **read_register_form(view),
            )
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
            self._not_read(body, view, error)
            ack()
            return
        today = self._clock().astimezone(self._lotsen.calendar.zone).date()
        problems, words = check_form(self._lotsen.desk, command, today)
        if problems:
            ack(response_action="errors", errors=errors_of(problems, view, words))
            return
        self._accept(command)
        ack()

    def _show(self, body: Body, kind: str) -> None:
        self._accept(Ask(topic="register", text=kind[:32], **self._click(body)))


def _chosen(action: Body) -> str:
    return str((action.get("selected_option") or action).get("value") or "")
