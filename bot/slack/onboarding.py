"""Getting to know Lotsen, as a form of three screens: the first two go on, the last is a quiz."""

import json
from collections.abc import Callable
from typing import Any

import structlog
from pydantic import ValidationError
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.clock import Clock
from bot.slack.click_group import opened
from bot.slack.markup import cut
from bot.slack.reading import Body
from models.commands import Command, FinishOnboarding
from models.desk.onboarding import QUIZ, SCREENS, START, Question, wrong_answers
from models.language import Words
from models.lotsen import Lotsen

log = structlog.get_logger(__name__)

FORM = "onboarding_form"
_INPUT = "value"


class OnboardingClicks:
    """The button, the way through the screens, and the quiz as a command.

    Parameters
    ----------
    accept
        Stores a command.
    """

    def __init__(self, lotsen: Lotsen, clock: Clock, accept: Callable[[Command], None]) -> None:
        self._lotsen, self._clock, self._accept = lotsen, clock, accept

    def register(self, app: App) -> None:
        """Tell Bolt who listens to what."""
        app.action(START)(self.on_start)
        app.view(FORM)(self.on_form)

    def on_start(self, body: Body, client: WebClient, ack: Ack) -> None:
        """Quick lane: open the first screen."""
        user = str(body["user"]["id"])
        back = {
            "step": 0,
            "channel": str((body.get("channel") or {}).get("id") or user),
            "reply_url": str(body.get("response_url") or ""),
        }
        opened(client, str(body["trigger_id"]), screen(back, self._lotsen.words_for(user)))
        ack()

    def on_form(self, body: Body, view: Body, ack: Ack) -> None:
        """Show the next screen; of the quiz point out what is wrong, else take it."""
        user = str(body["user"]["id"])
        words = self._lotsen.words_for(user)
        try:
            back = json.loads(view["private_metadata"])
            if back["step"] < len(SCREENS) - 1:
                shown = screen({**back, "step": back["step"] + 1}, words)
                ack(response_action="update", view=shown)
                return
            command = FinishOnboarding(
                id=f"form:{view['id']}:{view.get('hash', '')}",
                user=user,
                answers=_answers(view),
                asked_at=self._clock(),
                channel=str(back["channel"]),
                reply_url=str(back["reply_url"]),
            )
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("onboarding not understood", error=type(error).__name__)
            ack()
            return
        if wrong := wrong_answers(command.answers):
            errors = {question.key: words.say(question.hint) for question in wrong}
            ack(response_action="errors", errors=errors)
            return
        self._accept(command)
        ack()


def screen(back: dict[str, Any], words: Words) -> dict[str, Any]:
    """Return the screen that ``back`` names by its step, from 0."""
    shown = SCREENS[back["step"]]
    last = back["step"] == len(SCREENS) - 1
    lines = [
        {"type": "section", "text": _plain(words.say(line), 3000)}
        for line in (shown.title, *shown.lines)
    ]
    lines[0] = {"type": "header", "text": _plain(words.say(shown.title), 150)}
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": json.dumps(back),
        "title": _plain(f"Lotsen {back['step'] + 1}/{len(SCREENS)}", 24),
        "submit": _plain(words.say("Finish") if last else words.say("Next screen"), 24),
        "close": _plain(words.say("Cancel"), 24),
        "blocks": [*lines, *([_question(one, words) for one in QUIZ] if last else [])],
    }


def _question(question: Question, words: Words) -> dict[str, Any]:
    options = [
        {"text": _plain(words.say(text), 75), "value": key} for key, text in question.options
    ]
    return {
        "type": "input",
        "block_id": question.key,
        "label": _plain(words.say(question.text), 150),
        "element": {"type": "radio_buttons", "action_id": _INPUT, "options": options},
    }


def _answers(view: Body) -> dict[str, str]:
    values = view["state"]["values"]
    return {
        question.key: str((values[question.key][_INPUT].get("selected_option") or {}).get("value"))
        for question in QUIZ
    }


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(text, limit).strip() or "–"}
