"""The two forms of the duty rota, and what they say when they are sent."""

from dataclasses import replace
from typing import Any

from bot.slack.forms import SentForm
from models.desk.setup.rota_changes import MOST
from models.desk.setup.rota_posts import names_of, week_label
from models.desk.setup.rota_requests import RotaForm
from models.form import Field, Form
from models.language import Translator
from models.tables import DutyAct

WEEK, ORDER = "duty_week_form", "duty_order_form"
_IN_TURN = 30
"""People that an order may name."""
_MOST_A_WEEK = 3


def duty_week_form(form: RotaForm) -> Form:
    """Return the form that sets or swaps a single week."""
    words = form.words
    people = Field(
        "people",
        words.gettext("On duty"),
        "people",
        help=words.gettext("Nobody chosen: the week follows the order again."),
        limit=MOST,
    )
    swap = Field(
        "swap",
        words.gettext("Or swap it with"),
        "choice",
        choices=_weeks(form),
        help=words.gettext("Each takes the other's week; choose nobody above."),
    )
    drawn = _form(WEEK, words, (_week(form, words.gettext("Week")), people, swap))
    return replace(drawn, hidden={"seen": form.seen})


def duty_order_form(form: RotaForm) -> Form:
    """Return the form that sets an order which repeats."""
    words = form.words
    people = Field(
        "people",
        words.gettext("In turn"),
        "people",
        help=words.gettext(
            "In the order in which you choose them, again and again. Weeks that somebody set or swapped stay. Nobody chosen: the order ends."
        ),
        limit=_IN_TURN,
    )
    title = words.gettext("People a week")
    size = Field("size", title, "number", required=True, low=1, high=_MOST_A_WEEK, start=1)
    return _form(ORDER, words, (_week(form, words.gettext("From week")), people, size))


def _form(name: str, words: Translator, fields: tuple[Field, ...]) -> Form:
    return Form(
        name,
        title=words.gettext("On duty"),
        submit=words.gettext("Save"),
        cancel=words.gettext("Cancel"),
        fields=fields,
    )


def _week(form: RotaForm, title: str) -> Field:
    weeks = _weeks(form)
    return Field("week", title, "choice", required=True, choices=weeks, start=weeks[0][0])


def _weeks(form: RotaForm) -> tuple[tuple[str, str], ...]:
    words = form.words
    return tuple(
        (one.week.key, f"{week_label(one.week, words)} · {names_of(one.people, words)}")
        for one in form.weeks
    )


def week_sent(sent: SentForm) -> dict[str, Any]:
    """Return what the form of a week says, as arguments of the command."""
    return {
        "act": DutyAct.WEEK.value,
        "week": sent.values["week"],
        "people": _people(sent),
        "swap": sent.values.get("swap") or None,
        "seen": sent.hidden.get("seen"),
    }


def order_sent(sent: SentForm) -> dict[str, Any]:
    """Return what the form of an order says, as arguments of the command."""
    return {
        "act": DutyAct.ORDER.value,
        "week": sent.values["week"],
        "people": _people(sent),
        "size": int(sent.values["size"]),
    }


def _people(sent: SentForm) -> tuple[str, ...]:
    return tuple(filter(None, sent.values.get("people", "").split(",")))
