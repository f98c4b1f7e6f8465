"""The form in which somebody says what became of a task, or decides at a gate."""

import json
from datetime import date
from typing import Any

from bot.slack.forms import back_of, modal, plain
from bot.slack.markup import cut
from models.desk.programme.plan_requests import PlanForm
from models.language import Translator
from models.programme.change_requests import MAX_TOLD, PlanProblem
from models.tables import PlanAct

PLAN_FORM = "plan_form"
_FIELD = "value"
_DECISIONS = (PlanAct.DONE, PlanAct.MOVED, PlanAct.STOPPED)


def plan_form(form: PlanForm, period: str, click: dict[str, Any]) -> dict[str, Any]:
    """Return the form for evidence, a reason with or without a new day, or a decision."""
    words = form.words
    back = {
        "key": form.key,
        "act": form.act.value,
        "period": period,
        **back_of(click),
    }
    return modal(
        PLAN_FORM,
        back,
        words,
        title=words.gettext("90-day plan"),
        submit=words.gettext("Save"),
        blocks=[_head(form), *_inputs(form)],
    )


def read_plan_form(view: dict[str, Any]) -> dict[str, Any]:
    """Return what a submitted form says, as the arguments of `ChangePlan`."""
    back = json.loads(view["private_metadata"])
    values = {key: block.get(_FIELD) or {} for key, block in view["state"]["values"].items()}
    day = (values.get("day") or {}).get("selected_date")
    act = ((values.get("decision") or {}).get("selected_option") or {}).get("value")
    return {
        "key": str(back["key"]),
        "act": str(act or back["act"]),
        "told": str((values.get("told") or {}).get("value") or "").strip(),
        "day": date.fromisoformat(day) if day else None,
        "owner": str((values.get("owner") or {}).get("selected_user") or ""),
        "period": str(back["period"]),
        "channel": str(back["channel"]),
        "reply_url": str(back["reply_url"]),
    }


def errors_of(problem: PlanProblem, view: dict[str, Any], words: Translator) -> dict[str, str]:
    """Return the problem under its field; under the reason where it has none in the form."""
    shown = {block.get("block_id") for block in view["blocks"]}
    place = problem.field if problem.field in shown else "told"
    return {place: cut(problem.said(words), 150)}


def _head(form: PlanForm) -> dict[str, Any]:
    return {"type": "section", "text": plain(form.title, "section")}


def _inputs(form: PlanForm) -> list[dict[str, Any]]:
    words = form.words
    if form.is_gate:
        return [_decision(words), _why(words), _day(form, optional=True)]
    if form.act is PlanAct.DONE:
        hint = words.gettext("Wanted: {needs}. A link or a sentence, no names.", needs=form.needs)
        return [_told(words.gettext("What shows that it is done?"), hint)]
    if form.act is PlanAct.BLOCKED:
        return [_told(words.gettext("What blocks it?"), words.gettext("No names, please."))]
    return [_day(form, optional=False), _why(words), _owner(words)]


def _why(words: Translator) -> dict[str, Any]:
    return _told(words.gettext("Why?"), words.gettext("No names, please."))


def _told(label: str, hint: str) -> dict[str, Any]:
    element = {
        "type": "plain_text_input",
        "action_id": _FIELD,
        "multiline": True,
        "max_length": MAX_TOLD,
    }
    return _input("told", label, element, hint=hint)


def _day(form: PlanForm, *, optional: bool) -> dict[str, Any]:
    words = form.words
    label = (
        words.gettext("When it waits: decide again on")
        if form.is_gate
        else words.gettext("New day")
    )
    element = {"type": "datepicker", "action_id": _FIELD}
    return _input("day", label, element, optional=optional)


def _owner(words: Translator) -> dict[str, Any]:
    element = {"type": "users_select", "action_id": _FIELD}
    return _input("owner", words.gettext("Who does it from now on?"), element, optional=True)


def _decision(words: Translator) -> dict[str, Any]:
    labels = (words.gettext("Go on"), words.gettext("Wait"), words.gettext("End the plan"))
    options = [
        {"text": plain(label, "option"), "value": act.value}
        for act, label in zip(_DECISIONS, labels, strict=True)
    ]
    element = {"type": "radio_buttons", "action_id": _FIELD, "options": options}
    return _input("decision", words.gettext("Does the plan go on?"), element)


def _input(
    block: str, label: str, element: dict[str, Any], *, optional: bool = False, hint: str = ""
) -> dict[str, Any]:
    drawn = {
        "type": "input",
        "block_id": block,
        "optional": optional,
        "label": plain(label, "label"),
        "element": element,
    }
    return {**drawn, "hint": plain(hint, "hint")} if hint else drawn
