"""A form did not come to anything: whoever wanted to fill it in is told."""

from models.commands import ExplainForm
from models.desk.base.turn import RequestTurn, use_case
from models.language import noted

NOT_OPENED = noted("The form did not open. Please press the button again.")
DECIDED_ALREADY = noted("Somebody decided this already, or it is gone.")
_PROBLEMS = {
    "not_opened": NOT_OPENED,
    "not_read": noted("I could not read the form, and nothing was saved. Please open it again."),
}


@use_case
def explain_form(turn: RequestTurn[ExplainForm]) -> None:
    """Say what happened, for that person's eyes only."""
    turn.reply(turn.words.rich(_PROBLEMS[turn.command.problem]))
