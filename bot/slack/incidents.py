"""The button "Report an error", its form, and the owner's two ways to close an incident."""

import json
from typing import Any, cast

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.click_group import ClickGroup, opened
from bot.slack.forms import back_of, modal, plain, sent
from bot.slack.reading import Body, number, readable
from models.commands import JudgeIncident, ReportIncident
from models.desk.base.report_button import REPORT
from models.desk.incidents.incident_cards import KINDS
from models.language import Translator

INCIDENT_FORM = "incident_form"
MAX_TOLD = 3000


class IncidentClicks(ClickGroup):
    """The button to report an error, its form, and the two ways to close an incident."""

    def register(self, app: App) -> None:
        """Tell Bolt who listens to what."""
        app.action(REPORT)(self.on_report)
        app.view(INCIDENT_FORM)(self.on_form)
        for verdict in ("release", "keep_out"):
            app.action(f"incident_{verdict}")(self.on_verdict)

    def on_report(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """Quick lane: ask what is wrong; whether it may be reported is seen when it is sent."""
        about = about_of(str(action.get("value") or ""))
        words = self._lotsen.words_for(str(body["user"]["id"]))
        if not opened(client, str(body["trigger_id"]), incident_form(about, body, words)):
            click = self._click(body)
            self._accept(ReportIncident(kind="", **about, **click))
        ack()

    def on_form(self, body: Body, view: Body, ack: Ack) -> None:
        back, values = json.loads(view["private_metadata"]), view["state"]["values"]
        chosen = values["kind"]["kind"].get("selected_option") or {}
        told = str(values["told"]["told"].get("value") or "")
        self._accept(
            ReportIncident(
                **sent(body, view),
                kind=cast("Any", str(chosen.get("value") or "other")),
                told=readable(told)[:MAX_TOLD],
                at=self._clock(),
                channel=str(back["channel"]),
                reply_url=str(back["reply_url"]),
                **back["about"],
            )
        )
        ack()

    def on_verdict(self, body: Body, action: Body, ack: Ack) -> None:
        verdict = cast("Any", str(action["action_id"]).removeprefix("incident_"))
        one = number(action.get("value"))
        self._accept(JudgeIncident(incident_id=one, verdict=verdict, **self._click(body)))
        ack()


def about_of(value: str) -> dict[str, Any]:
    """Read what a button is about: ``12:7`` (a case's article) or ``ticket:12``."""
    first, _, second = value.partition(":")
    if first == "ticket":
        return {"ticket_id": number(second)}
    return {"case_id": number(first), "article_id": number(second)}


def incident_form(about: dict[str, Any], click: Body, words: Translator) -> Body:
    """Return the form that asks what is wrong."""
    back = {"about": about, **back_of(click)}
    back["channel"] = back["channel"] or str(click["user"]["id"])
    options = [
        {"text": plain(words.gettext(KINDS[kind]), "option"), "value": kind.value} for kind in KINDS
    ]
    return modal(
        INCIDENT_FORM,
        back,
        words,
        title=words.gettext("Report an error"),
        submit=words.gettext("Report"),
        blocks=[
            {
                "type": "input",
                "block_id": "kind",
                "label": plain(words.gettext("What is wrong with it?"), "label"),
                "element": {"type": "static_select", "action_id": "kind", "options": options},
            },
            {
                "type": "input",
                "block_id": "told",
                "optional": True,
                "label": plain(words.gettext("In your words"), "label"),
                "hint": plain(
                    words.gettext("Only whoever answers for it reads this, with your name."), "hint"
                ),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "told",
                    "multiline": True,
                    "max_length": MAX_TOLD,
                },
            },
        ],
    )
