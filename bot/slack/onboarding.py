"""Getting to know Lotsen, as a form of three screens: the first two go on, the last is a quiz."""

import json
from typing import Any

from pydantic import ValidationError
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.click_group import ClickGroup, opened
from bot.slack.forms import back_of, modal, plain, sent
from bot.slack.reading import Body
from models.commands import FinishOnboarding, ReportFormProblem
from models.desk.registers.onboarding import QUIZ, SCREENS, START, QuizQuestion, wrong_answers
from models.language import Translator

FORM = "onboarding_form"
_INPUT = "value"


class OnboardingClicks(ClickGroup):
    """The button, the way through the screens, and the quiz as a command."""

    def register(self, app: App) -> None:
        """Tell Bolt who listens to what."""
        app.action(START)(self.on_start)
        app.view(FORM)(self.on_form)

    def on_start(self, body: Body, client: WebClient, ack: Ack) -> None:
        """Quick lane: open the first screen."""
        user = str(body["user"]["id"])
        back: dict[str, Any] = {"step": 0, **back_of(body)}
        back["channel"] = back["channel"] or user
        view = screen(back, self._lotsen.words_for(user))
        if not opened(client, str(body["trigger_id"]), view):
            click = self._click(body)
            self._accept(ReportFormProblem(problem="not_opened", **click))
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
                **sent(body, view),
                answers=_answers(view),
                at=self._clock(),
                channel=str(back["channel"]),
                reply_url=str(back["reply_url"]),
            )
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
            self._not_read(body, view, error)
            ack()
            return
        if wrong := wrong_answers(command.answers):
            errors = {question.key: words.gettext(question.hint) for question in wrong}
            ack(response_action="errors", errors=errors)
            return
        self._accept(command)
        ack()


def screen(back: dict[str, Any], words: Translator) -> dict[str, Any]:
    """Return the screen that ``back`` names by its step, from 0."""
    shown = SCREENS[back["step"]]
    last = back["step"] == len(SCREENS) - 1
    head = {"type": "header", "text": plain(words.gettext(shown.title), "header")}
    lines = [
        {"type": "section", "text": plain(words.gettext(line), "section")} for line in shown.lines
    ]
    return modal(
        FORM,
        back,
        words,
        title=f"Lotsen {back['step'] + 1}/{len(SCREENS)}",
        submit=words.gettext("Finish") if last else words.gettext("Next screen"),
        blocks=[head, *lines, *([_question(one, words) for one in QUIZ] if last else [])],
    )


def _question(question: QuizQuestion, words: Translator) -> dict[str, Any]:
    options = [
        {"text": plain(words.gettext(text), "option"), "value": key}
        for key, text in question.options
    ]
    return {
        "type": "input",
        "block_id": question.key,
        "label": plain(words.gettext(question.text), "label"),
        "element": {"type": "radio_buttons", "action_id": _INPUT, "options": options},
    }


def _answers(view: Body) -> dict[str, str]:
    values = view["state"]["values"]
    return {
        question.key: str((values[question.key][_INPUT].get("selected_option") or {}).get("value"))
        for question in QUIZ
    }
