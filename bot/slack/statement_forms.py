"""The two forms below a quarter's statement: what freed time was used for, and a refusal."""

from typing import Any

from bot.slack.forms import SentForm
from models.desk.programme.statement_requests import FreedForm
from models.form import Field, Form
from models.language import Translator
from models.tables import FreedUse, MoneyAct
from models.value.freed.declaration import MAX_NOTE, WHOLE
from models.value.freed.words import USES
from models.value.statement.statement_report import quarter_words

FREED, REFUSAL = "freed_form", "money_refusal_form"


def freed_form(form: FreedForm) -> Form:
    """Return the form with a share for each use, beginning with what was declared last."""
    words = form.words
    before = dict(form.said.uses.shares) if form.said else {}
    shares = tuple(
        Field(
            use.value,
            words.gettext("{use}, per cent", use=words.gettext(USES[use])),
            "number",
            high=WHOLE,
            start=before.get(use),
        )
        for use in FreedUse
    )
    note = Field(
        "note",
        words.gettext("In your words"),
        "long",
        help=words.gettext("No names, please."),
        limit=MAX_NOTE,
        start=(form.said.note if form.said else "") or None,
    )
    return Form(
        FREED,
        title=words.gettext("Freed time, {quarter}", quarter=quarter_words(form.quarter)),
        submit=words.gettext("Save"),
        cancel=words.gettext("Cancel"),
        lines=(
            words.gettext(
                "What was the freed time used for? Shares of it in per cent, 100 together at most. "
                "What can be seen of it is measured, before and after."
            ),
        ),
        fields=(*shares, note),
        hidden={"quarter": form.quarter},
    )


def freed_sent(sent: SentForm) -> dict[str, Any]:
    """Return what the form says, as arguments of the command."""
    typed = {use.value: sent.values.get(use.value, "") for use in FreedUse}
    return {
        "quarter": str(sent.hidden["quarter"]),
        "shares": {use: int(float(share)) for use, share in typed.items() if share},
        "note": sent.text("note", MAX_NOTE),
    }


def refusal_form(value: str, words: Translator) -> Form:
    """Return the form that asks why the money is not confirmed."""
    quarter, _, digest = value.partition(":")
    reason = Field("reason", words.gettext("Why?"), "long", required=True, limit=MAX_NOTE)
    return Form(
        REFUSAL,
        title=words.gettext("Money, {quarter}", quarter=quarter_words(quarter)),
        submit=words.gettext("Refuse"),
        cancel=words.gettext("Cancel"),
        fields=(reason,),
        hidden={"quarter": quarter, "digest": digest},
    )


def refusal_sent(sent: SentForm) -> dict[str, Any]:
    """Return what the form says, as arguments of the command."""
    return {
        "quarter": str(sent.hidden["quarter"]),
        "digest": str(sent.hidden["digest"]),
        "act": MoneyAct.REFUSED.value,
        "reason": sent.text("reason", MAX_NOTE),
    }
