"""Clicks on the 90-day plan: open a form, take what it says."""

from collections.abc import Callable
from typing import Any

import structlog
from pydantic import ValidationError
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.clock import Clock
from bot.slack.click_group import opened
from bot.slack.plan_forms import PLAN_FORM, errors_of, plan_form, read_plan_form
from bot.slack.reading import Body, digest
from models.commands import Ask, ChangePlan, Command
from models.lotsen import Lotsen
from models.tables import PlanAct

log = structlog.get_logger(__name__)

_ACTS = {
    "plan_done": PlanAct.DONE,
    "plan_blocked": PlanAct.BLOCKED,
    "plan_move": PlanAct.MOVED,
    "plan_gate": PlanAct.DONE,
}


class PlanClicks:
    """What people do with the plan, as commands.

    Parameters
    ----------
    accept
        Stores a command.
    """

    def __init__(self, lotsen: Lotsen, clock: Clock, accept: Callable[[Command], None]) -> None:
        self._lotsen, self._clock, self._accept = lotsen, clock, accept

    def register(self, app: App) -> None:
        """Tell Bolt who listens to what."""
        for action in _ACTS:
            app.action(action)(self.on_open)
        app.view(PLAN_FORM)(self.on_form)

    def on_open(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """Quick lane: open the form of a task or a gate, for whoever may fill it in."""
        key, _, period = str(action.get("value") or "").partition("@")
        user, act = str(body["user"]["id"]), _ACTS[str(action["action_id"])]
        form = self._lotsen.plan_desk.form_for(user, key, act, self._clock())
        view = plan_form(form, period, body) if form else None
        if view is None or not opened(client, str(body["trigger_id"]), view):
            self._show(body, action)  # the week says what may be done now
        ack()

    def on_form(self, body: Body, view: Body, ack: Ack) -> None:
        """Point out what is wrong while the form is still open; else take it."""
        now = self._clock()
        try:
            command = ChangePlan(
                id=f"form:{view['id']}:{view.get('hash', '')}",
                user=str(body["user"]["id"]),
                asked_at=now,
                **read_plan_form(view),
            )
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("plan form not understood", error=type(error).__name__)
            ack()
            return
        problem, words = self._lotsen.plan_desk.check(command, now)
        if problem:
            ack(response_action="errors", errors=errors_of(problem, view, words))
            return
        self._accept(command)
        ack()

    def _show(self, body: Body, action: Body) -> None:
        user = str(body["user"]["id"])
        channel = str((body.get("channel") or {}).get("id") or user)
        stamp = str(action.get("action_ts") or body.get("trigger_id"))
        asked: dict[str, Any] = {
            "id": f"click:{digest(user, channel, str(action['action_id']), stamp)}",
            "user": user,
            "asked_at": self._clock(),
            "channel": channel,
            "reply_url": str(body.get("response_url") or ""),
        }
        self._accept(Ask(topic="plan", text="", **asked))
