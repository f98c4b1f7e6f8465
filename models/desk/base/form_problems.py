"""A form did not come to anything: whoever wanted to fill it in is told."""

from datetime import datetime

from models.commands import ExplainForm
from models.desk.base.context import DeskContext, reply_to
from models.language import noted
from models.mailbox import Envelope
from models.message import text_message

NOT_OPENED = noted("The form did not open. Please press the button again.")
_PROBLEMS = {
    "not_opened": NOT_OPENED,
    "not_read": noted("I could not read the form, and nothing was saved. Please open it again."),
}


def explain_form(desk: DeskContext, command: ExplainForm, now: datetime) -> None:
    """Say what happened, for that person's eyes only."""
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        words = desk.words_of(unit.people.find(command.user))
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        said = text_message(words.rich(_PROBLEMS[command.problem]))
        reply_to(unit, command.id, to, said, now)
