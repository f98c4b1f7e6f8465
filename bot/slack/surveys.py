"""Clicks below the two surveys and a notice, and on what the pilot is to be compared with."""

import re
from typing import Any, cast

from slack_bolt import Ack, App

from bot.slack.click_group import ClickGroup
from bot.slack.reading import Body, number
from models.commands import AnswerPulse, ChooseBaseline, RateTicket, ReadNotice


class SurveyClicks(ClickGroup):
    """Ratings, the pulse, notices that were read, and what the pilot is compared with."""

    def register(self, app: App) -> None:
        """Tell Bolt who listens to what."""
        app.action(re.compile("^csat_[1-5]$"))(self.on_rating)
        app.action(re.compile("^pulse_[1-5]$"))(self.on_pulse)
        app.action("notice_read")(self.on_notice)
        app.action(re.compile("^baseline_(observe|freeze|override)$"))(self.on_baseline)

    def on_rating(self, body: Body, action: Body, ack: Ack) -> None:
        ticket = number(action.get("value"))
        self._accept(RateTicket(ticket_id=ticket, score=_score(action), **self._click(body)))
        ack()

    def on_pulse(self, body: Body, action: Body, ack: Ack) -> None:
        month = str(action.get("value") or "")[:7]
        self._accept(AnswerPulse(month=month, score=_score(action), **self._click(body)))
        ack()

    def on_notice(self, body: Body, action: Body, ack: Ack) -> None:
        notice = number(action.get("value"))
        self._accept(ReadNotice(notice_id=notice, **self._click(body)))
        ack()

    def on_baseline(self, body: Body, action: Body, ack: Ack) -> None:
        step = cast("Any", str(action["action_id"]).removeprefix("baseline_"))
        weeks = number(action.get("value"))
        self._accept(ChooseBaseline(step=step, weeks=weeks, **self._click(body)))
        ack()


def _score(action: Body) -> int:
    return int(str(action["action_id"])[-1])
