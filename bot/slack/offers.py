"""Clicks of those who keep the answers: questions, drafts, "still true?"; and a draft's form."""

import json
from typing import Any, cast

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.click_group import ClickGroup, opened
from bot.slack.forms import back_of, modal, plain, sent
from bot.slack.reading import Body, number
from models.commands import JudgeCandidate, JudgeDraft, ReviewArticle
from models.desk.curation.drafts import Editable

DRAFT_FORM = "article_draft_form"
_FIELDS = {"title": 150, "question": 300, "answer": 3000}


class OfferClicks(ClickGroup):
    """Questions that solved something, drafts, and articles to be looked at again."""

    def register(self, app: App) -> None:
        """Tell Bolt who listens to what."""
        for verdict in ("approve", "reject"):
            app.action(f"candidate_{verdict}")(self.on_candidate)
        for verdict in ("publish", "discard"):
            app.action(f"draft_{verdict}")(self.on_draft)
        for verdict in ("still_true", "needs_change", "retired"):
            app.action(f"article_{verdict}")(self.on_review)
        app.action("draft_edit")(self.on_edit)
        app.view(DRAFT_FORM)(self.on_form)

    def on_candidate(self, body: Body, action: Body, ack: Ack) -> None:
        verdict = cast("Any", str(action["action_id"]).removeprefix("candidate_"))
        one = number(action.get("value"))
        self._accept(JudgeCandidate(candidate_id=one, verdict=verdict, **self._click(body)))
        ack()

    def on_draft(self, body: Body, action: Body, ack: Ack) -> None:
        verdict = cast("Any", str(action["action_id"]).removeprefix("draft_"))
        one = number(action.get("value"))
        self._accept(JudgeDraft(draft_id=one, verdict=verdict, **self._click(body)))
        ack()

    def on_review(self, body: Body, action: Body, ack: Ack) -> None:
        verdict = cast("Any", str(action["action_id"]).removeprefix("article_"))
        one = number(action.get("value"))
        self._accept(ReviewArticle(review_id=one, verdict=verdict, **self._click(body)))
        ack()

    def on_edit(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """Quick lane: open the draft in a form, for whoever may publish it."""
        draft = self._lotsen.knowledge_maintenance.editable(
            str(body["user"]["id"]), number(action.get("value"))
        )
        view = draft_form(draft, body) if draft is not None else None
        if view is None or not opened(client, str(body["trigger_id"]), view):
            # The durable lane knows why, and tells it.
            one = number(action.get("value"))
            self._accept(JudgeDraft(draft_id=one, verdict="edit", **self._click(body)))
        ack()

    def on_form(self, body: Body, view: Body, ack: Ack) -> None:
        values = {name: _written(view, name) for name in _FIELDS}
        missing = [name for name in ("title", "answer") if not values[name]]
        if missing:
            words = self._lotsen.words_for(str(body["user"]["id"]))
            line = words.gettext("Write something here.")
            ack(response_action="errors", errors=dict.fromkeys(missing, line))
            return
        back = json.loads(view["private_metadata"])
        self._accept(
            JudgeDraft(
                **sent(body, view),
                draft_id=int(back["draft"]),
                verdict="publish",
                at=self._clock(),
                channel=str(back["channel"]),
                reply_url=str(back["reply_url"]),
                title=values["title"],
                question=values["question"],
                answer=values["answer"],
            )
        )
        ack()


def draft_form(draft: Editable, click: Body) -> Body:
    """Return the form in which a draft is edited and published."""
    words = draft.words
    return modal(
        DRAFT_FORM,
        {"draft": draft.id, **back_of(click)},
        words,
        title=words.gettext("Edit the draft"),
        submit=words.gettext("Publish"),
        blocks=[
            _input("title", words.gettext("Title"), draft.title),
            _input("question", words.gettext("Question"), draft.question, optional=True),
            _input("answer", words.gettext("Answer"), draft.answer, multiline=True),
        ],
    )


def _input(
    name: str, label: str, value: str, *, multiline: bool = False, optional: bool = False
) -> Body:
    return {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": plain(label, "label"),
        "element": {
            "type": "plain_text_input",
            "action_id": name,
            "multiline": multiline,
            "max_length": _FIELDS[name],
            "initial_value": value[: _FIELDS[name]],
        },
    }


def _written(view: Body, name: str) -> str:
    return str(view["state"]["values"][name][name].get("value") or "").strip()[: _FIELDS[name]]
