"""A form did not come to anything: whoever wanted to fill it in is told."""

from models.commands import ReportFormProblem
from models.desk.base.turn import RequestTurn, use_case
from models.language import N_

NOT_OPENED = N_("The form did not open. Please press the button again.")
DECIDED_ALREADY = N_("Somebody decided this already, or it is gone.")
_PROBLEMS = {
    "not_opened": NOT_OPENED,
    "not_read": N_("I could not read the form, and nothing was saved. Please open it again."),
}


@use_case
def explain_form(turn: RequestTurn[ReportFormProblem]) -> None:
    """Say what happened, for that person's eyes only."""
    turn.reply(turn.words.rich(_PROBLEMS[turn.command.problem]))
