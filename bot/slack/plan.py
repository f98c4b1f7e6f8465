"""Clicks on the 90-day plan: open a form, take what it says."""

from pydantic import ValidationError
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.click_group import ClickGroup, opened
from bot.slack.forms import sent
from bot.slack.plan_forms import PLAN_FORM, errors_of, plan_form, read_plan_form
from bot.slack.reading import Body
from models.commands import Ask, ChangePlan
from models.tables import PlanAct

_ACTS = {
    "plan_done": PlanAct.DONE,
    "plan_blocked": PlanAct.BLOCKED,
    "plan_move": PlanAct.MOVED,
    "plan_gate": PlanAct.DONE,
}


class PlanClicks(ClickGroup):
    """What people do with the plan, as commands."""

    def register(self, app: App) -> None:
        """Tell Bolt who listens to what."""
        for action in _ACTS:
            app.action(action)(self.on_open)
        app.view(PLAN_FORM)(self.on_form)

    def on_open(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """Quick lane: open the form of a task or a gate, for whoever may fill it in."""
        key, _, period = str(action.get("value") or "").partition("@")
        user, act = str(body["user"]["id"]), _ACTS[str(action["action_id"])]
        form = self._lotsen.plan_requests.form_for(user, key, act, self._clock())
        view = plan_form(form, period, body) if form else None
        if view is None or not opened(client, str(body["trigger_id"]), view):
            # The week says what may be done now.
            self._accept(Ask(topic="plan", text="", **self._click(body)))
        ack()

    def on_form(self, body: Body, view: Body, ack: Ack) -> None:
        """Point out what is wrong while the form is still open; else take it."""
        now = self._clock()
        try:
            command = ChangePlan(
                **sent(body, view),
                at=now,
                **read_plan_form(view),
            )
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
            self._not_read(body, view, error)
            ack()
            return
        problem, words = self._lotsen.plan_requests.check(command, now)
        if problem:
            ack(response_action="errors", errors=errors_of(problem, view, words))
            return
        self._accept(command)
        ack()
