"""Every click and form → a command in the inbox; opening a form is the quick lane."""

import re
from typing import Any, Literal, cast

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack import modals
from bot.slack.click_group import ClickGroup, opened
from bot.slack.forms import sent
from bot.slack.incidents import IncidentClicks
from bot.slack.offers import OfferClicks
from bot.slack.reading import Body, number
from bot.slack.surveys import SurveyClicks
from models.commands import (
    AcceptHint,
    ExplainTicket,
    JudgeAnswer,
    MarkFound,
    MoveTicket,
    SearchAgain,
    SetCategory,
    ShowDrilldown,
)


class Clicks(ClickGroup):
    """The ticket's card, answers, searches and figures."""

    def register(self, app: App) -> None:
        """Tell Bolt who listens to what."""
        app.view(modals.RESOLVE_FORM)(self.on_resolve_form)
        for verdict in ("solved", "not_solved", "human"):
            app.action(f"answer_{verdict}")(self.on_judgement)
        app.action("ticket_category")(self.on_category)
        app.action(re.compile(r"ticket_suggestion_\d"))(self.on_category)
        app.action(re.compile(r"ticket_(priority|team)"))(self.on_hint)
        for move in ("claim", "pause", "resume"):
            app.action(f"ticket_{move}")(self.on_move)
        app.action(re.compile(r"ticket_wait_(requester|third)"))(self.on_wait)
        app.action("ticket_resolve")(self.on_resolve)
        app.action("ticket_why")(self.on_why)
        for group in (OfferClicks, SurveyClicks, IncidentClicks):
            group(self._lotsen, self._clock, self._accept).register(app)
        app.action("figure_behind")(self.on_figure)
        app.action("search_found")(self.on_found)
        app.action(re.compile("search_(source|language|age)"))(self.on_filter)

    def on_judgement(self, body: Body, action: Body, ack: Ack) -> None:
        verdict = str(action["action_id"]).removeprefix("answer_")
        self._accept(
            JudgeAnswer(
                case_id=number(action.get("value")),
                verdict=cast("Any", verdict),
                **self._click(body),
            )
        )
        ack()

    def on_category(self, body: Body, action: Body, ack: Ack) -> None:
        chosen = (action.get("selected_option") or action).get("value") or ""
        ticket = number(str(action.get("block_id")).partition(":")[2].partition(":")[0])
        self._accept(SetCategory(ticket_id=ticket, category=str(chosen), **self._click(body)))
        ack()

    def on_hint(self, body: Body, action: Body, ack: Ack) -> None:
        ticket = number(str(action.get("block_id")).partition(":")[2].partition(":")[0])
        kind = cast("Literal['priority']", str(action["action_id"]).removeprefix("ticket_"))
        self._accept(
            AcceptHint(
                ticket_id=ticket,
                kind=kind,
                value=str(action.get("value") or ""),
                **self._click(body),
            )
        )
        ack()

    def on_move(self, body: Body, action: Body, ack: Ack) -> None:
        move = cast("Literal['claim']", str(action["action_id"]).removeprefix("ticket_"))
        self._accept(
            MoveTicket(ticket_id=number(action.get("value")), move=move, **self._click(body))
        )
        ack()

    def on_why(self, body: Body, action: Body, ack: Ack) -> None:
        click = self._click(body)
        self._accept(ExplainTicket(ticket=str(action.get("value") or "?")[:255], **click))
        ack()

    def on_wait(self, body: Body, action: Body, ack: Ack) -> None:
        """Pause a ticket that waits for somebody outside the desk."""
        whom = cast("Literal['third']", str(action["action_id"]).removeprefix("ticket_wait_"))
        self._accept(
            MoveTicket(
                ticket_id=number(action.get("value")),
                move="pause",
                waiting=whom,
                **self._click(body),
            )
        )
        ack()

    def on_resolve(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """Quick lane: ask for the resolution note, if the ticket can be resolved."""
        ticket = number(action.get("value"))
        form = self._lotsen.may_resolve(str(body["user"]["id"]), ticket)
        if form is not None:
            view = modals.resolve_form(ticket, body, form.words, unclaimed=form.unclaimed)
        if form is None or not opened(client, str(body["trigger_id"]), view):
            # The durable lane knows what to do now, and tells it.
            click = self._click(body)
            self._accept(MoveTicket(ticket_id=ticket, move="resolve", **click))
        ack()

    def on_resolve_form(self, body: Body, view: Body, ack: Ack) -> None:
        form = modals.read_resolve_form(view)
        if not form.note:
            language = self._lotsen.words_for(str(body["user"]["id"]))
            ack(response_action="errors", errors={"note": modals.note_missing(language)})
            return
        self._accept(
            MoveTicket(
                **sent(body, view),
                ticket_id=form.ticket,
                move="resolve",
                note=form.note,
                stated_minutes=form.stated_minutes,
                at=self._clock(),
                channel=form.channel,
                reply_url=form.reply_url,
            )
        )
        ack()

    def on_filter(self, body: Body, action: Body, ack: Ack) -> None:
        chosen = (action.get("selected_option") or {}).get("value") or ""
        case = number(str(action.get("block_id")).partition(":")[2].partition(":")[0])
        self._accept(SearchAgain(case_id=case, filters=str(chosen)[:75], **self._click(body)))
        ack()

    def on_figure(self, body: Body, action: Body, ack: Ack) -> None:
        chosen = (action.get("selected_option") or {}).get("value") or ""
        self._accept(ShowDrilldown(figure=str(chosen)[:75], **self._click(body)))
        ack()

    def on_found(self, body: Body, action: Body, ack: Ack) -> None:
        case, _, article = str(action.get("value")).partition(":")
        self._accept(
            MarkFound(case_id=number(case), article_id=number(article), **self._click(body))
        )
        ack()
