"""What people do by clicking: buttons, menus, forms, commands and shortcuts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.demo.double import payloads
from bot.demo.double.arguments import Arguments
from bot.demo.double.choices import (
    Control,
    clicked,
    entered,
    find_element,
    find_in_menu,
    missing,
    state_of,
)
from bot.demo.double.conversation import moment_of, time_stamp
from bot.demo.double.interactivity import ResponseAddress
from bot.demo.double.limits import complaints_about_view
from bot.demo.double.people import Ack, Json, StoredMessage, WorkspaceChange
from bot.demo.double.refusal import Refusal
from bot.demo.double.responses import speak
from bot.demo.double.slack_platform import Platform
from bot.demo.double.views import OpenView

INTERACTIVE = "interactive"
COMMANDS = "slash_commands"


class Interactions:
    """Each click is delivered at once and returns the app's acknowledgement."""

    _slack: Platform
    _patience: float

    def click(
        self, user: str, channel: str, ts: str, control: str | Control, value: str | None = None
    ) -> Ack:
        """Click a button on a message by its action id, or an entry of a menu by its value.

        Raises
        ------
        LookupError
            When that button is not on the message.
        """
        message = self._seen(user, channel, ts)
        menu = find_in_menu(message.blocks, control)
        if menu is not None:
            return self._act(user, message, *menu, entered(menu[1], str(control)))
        block, element = find_element(message.blocks, control, value)
        return self._act(user, message, block, element, clicked(element, value))

    def choose(self, user: str, channel: str, ts: str, control: str | Control, value: Any) -> Ack:
        """Choose from a menu on a message, by the option's value."""
        message = self._seen(user, channel, ts)
        block, element = find_element(message.blocks, control)
        return self._act(user, message, block, element, entered(element, value))

    def click_view(
        self, user: str, control: str | Control, value: str | None = None, *, home: bool = False
    ) -> Ack:
        """Click a button in the form that is open, else in App Home."""
        view = self._open_view(user, home=home)
        block, element = find_element(view.content["blocks"], control, value)
        return self._act_in_view(view, block, element, clicked(element, value))

    def choose_view(
        self, user: str, control: str | Control, value: Any, *, home: bool = False
    ) -> Ack:
        """Choose from a menu in the form that is open, else in App Home."""
        view = self._open_view(user, home=home)
        block, element = find_element(view.content["blocks"], control)
        state = entered(element, value)
        view.entered.setdefault(block["block_id"], {})[element["action_id"]] = state
        return self._act_in_view(view, block, element, state)

    def submit(
        self, user: str, values: Mapping[str, Mapping[str, Any]], view_id: str | None = None
    ) -> Ack:
        """Fill in and send the form that is open, or the one with ``view_id``.

        Raises
        ------
        LookupError
            When no form is open, or it has no such field or option.
        ValueError
            When Slack's own client would not send it: a required field is empty.
        """
        view = self._slack.views.find(view_id) if view_id else self._slack.views.top(user)
        if view is None:
            raise LookupError(f"{user!r} has no form open")
        self._fill_in(view, values)
        payload = self._opening(user, "view_submission")
        payload |= {"view": view.as_slack(), "response_urls": []}
        ack = self._interact(payload, user, view.id)
        return self._after_submission(view, ack) if ack.ok else ack

    def close_view(self, user: str) -> Ack | None:
        """Close the form on top; the app is told only if the form asked for it."""
        view = self._slack.views.pop(user)
        if view is None:
            raise LookupError(f"{user!r} has no form open")
        cleared = bool(view.content["clear_on_close"])
        if cleared:
            self._slack.views.clear(user)
        self._slack.notify(WorkspaceChange("view", user=user))
        if not view.content["notify_on_close"]:
            return None
        payload = self._opening(user, "view_closed")
        payload |= {"view": view.as_slack(), "is_cleared": cleared}
        return self._slack.interact(INTERACTIVE, payload, self._patience)

    def command(self, user: str, channel: str, command: str, text: str = "") -> Ack:
        """Type a slash command; what the app puts into the acknowledgement is shown."""
        person = self._slack.workspace.person(user)
        where = self._slack.workspace.place(channel)
        payload = payloads.slash_command(self._slack.identity, person, where, command, text)
        payload["trigger_id"] = self._slack.triggers.trigger(user)
        payload["response_url"] = self._address(user, channel)
        ack = self._slack.interact(COMMANDS, payload, self._patience)
        return self._shown(ack, ResponseAddress(user, channel, 0.0)) if ack.ok else ack

    def shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Ack:
        """Choose a message shortcut."""
        where = self._slack.workspace.place(channel)
        message = self._slack.workspace.message(channel, ts)
        payload = self._opening(user, "message_action") | {
            "callback_id": callback_id,
            "channel": payloads.place(where),
            "message_ts": ts,
            "message": where.as_slack(message, with_metadata=True),
            "action_ts": ts,
            "response_url": self._address(user, channel),
        }
        return self._interact(payload, user)

    def _seen(self, user: str, channel: str, ts: str) -> StoredMessage:
        for shown in self._slack.workspace.ephemerals.get(user, ()):
            if (shown.channel, shown.ts) == (channel, ts):
                return shown
        return self._slack.workspace.message(channel, ts)

    def _open_view(self, user: str, *, home: bool) -> OpenView:
        top = None if home else self._slack.views.top(user)
        view = top or self._slack.views.home(user)
        if view is None:
            raise LookupError(f"{user!r} has neither a form nor App Home open")
        return view

    def _now_ts(self) -> str:
        return time_stamp(moment_of(self._slack.clock()))

    def _action(self, block: Json, element: Json, action: Json) -> Json:
        return action | {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "action_ts": self._now_ts(),
        }

    def _act(
        self, user: str, message: StoredMessage, block: Json, element: Json, action: Json
    ) -> Ack:
        where = self._slack.workspace.place(message.channel)
        payload = self._opening(user, "block_actions")
        payload |= payloads.on_message(where, message, self._action(block, element, action))
        if action["type"] not in {"button", "feedback_buttons", "icon_button"}:
            state = payload["state"]["values"].get(block["block_id"], {})
            if element["action_id"] in state:
                state[element["action_id"]] = action
        payload["response_url"] = self._address(user, message.channel, message)
        return self._interact(payload, user)

    def _act_in_view(self, view: OpenView, block: Json, element: Json, action: Json) -> Ack:
        payload = self._opening(view.user, "block_actions") | {
            "container": {"type": "view", "view_id": view.id},
            "view": view.as_slack(),
            "actions": [self._action(block, element, action)],
        }
        return self._interact(payload, view.user, view.id)

    def _opening(self, user: str, kind: str) -> Json:
        person = self._slack.workspace.person(user)
        return payloads.opening(self._slack.identity, person, kind)

    def _interact(self, payload: Json, user: str, view_id: str = "") -> Ack:
        payload["trigger_id"] = self._slack.triggers.trigger(user, view_id)
        return self._slack.interact(INTERACTIVE, payload, self._patience)

    def _address(self, user: str, channel: str, message: StoredMessage | None = None) -> str:
        name = self._slack.triggers.address(user, channel, message)
        return f"{self._slack.identity.address}response/{name}"

    def _fill_in(self, view: OpenView, values: Mapping[str, Mapping[str, Any]]) -> None:
        blocks = view.content["blocks"]
        for block_id, fields in values.items():
            for action_id, value in fields.items():
                _, element = find_element(blocks, Control(action_id, block_id))
                view.entered.setdefault(block_id, {})[action_id] = entered(element, value)
        complaints = missing(blocks, state_of(blocks, view.entered))
        if complaints:
            raise ValueError(f"Slack's client would not send this form: {complaints}")

    def _after_submission(self, view: OpenView, ack: Ack) -> Ack:
        """Do what the acknowledgement says with the form."""
        answer = ack.body if isinstance(ack.body, dict) else {}
        action = answer.get("response_action")
        complaints = self._complaints(view, action, answer)
        if complaints:
            return replace(ack, refused=complaints)
        now = self._slack.clock()
        with self._slack.workspace.lock:
            if action == "errors":
                view.errors = dict(answer["errors"])
            elif action == "update":
                self._slack.views.update(view.id, "", answer["view"], now)
            elif action == "push":
                self._slack.views.push(view.user, answer["view"], now)
            elif action == "clear":
                self._slack.views.clear(view.user)
            else:
                self._slack.views.pop(view.user)
        self._slack.notify(WorkspaceChange("view", user=view.user))
        return ack

    def _complaints(self, view: OpenView, action: Any, answer: Json) -> tuple[str, ...]:
        if action in {"update", "push"}:
            return complaints_about_view(answer.get("view"))
        if action == "errors":
            known = {block["block_id"] for block in view.content["blocks"]}
            return tuple(
                f"no block {name!r} in the view"
                for name in answer.get("errors") or {"errors": ""}
                if name not in known
            )
        return () if action in {None, "clear"} else (f"unknown response_action {action!r}",)

    def _shown(self, ack: Ack, address: ResponseAddress) -> Ack:
        body = {"text": ack.body} if isinstance(ack.body, str) else ack.body
        if not body:
            return ack
        try:
            with self._slack.holding():
                speak(self._slack, address, Arguments(body))
        except Refusal as refusal:
            return replace(ack, refused=refusal.messages or (refusal.code,))
        return ack
