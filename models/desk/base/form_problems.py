"""A form did not come to anything: whoever wanted to fill it in is told."""

from models.commands import ReportFormProblem
from models.desk.base.turn import RequestTurn, use_case
from models.errors import InvalidError
from models.language import N_, Translator, words_for

NOT_OPENED = N_("The form did not open. Please press the button again.")
DECIDED_ALREADY = N_("Somebody decided this already, or it is gone.")
_PROBLEMS = {
    "not_opened": NOT_OPENED,
    "not_read": N_("I could not read the form, and nothing was saved. Please open it again."),
}


class FieldRefusedError(InvalidError):
    """What a form asks for cannot be done; ``field`` of the form is where it is mended."""

    def __init__(self, place: str, template: str, **values: str) -> None:
        super().__init__(words_for("en").gettext(template, **values))
        self.field, self._template, self._values = place, template, values

    def explain(self, words: Translator) -> str:
        """Return why, in a person's language."""
        return words.gettext(self._template, **self._values)


@use_case
def explain_form(turn: RequestTurn[ReportFormProblem]) -> None:
    """Say what happened, for that person's eyes only."""
    turn.reply(turn.words.rich(_PROBLEMS[turn.command.problem]))
