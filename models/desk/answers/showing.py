"""Show an answer in its case, and end the interim post of a question that was taken back."""

from models.desk.answers import answer_cards
from models.desk.answers.language_notice import with_note
from models.desk.base.answer_posts import interim_key, is_interim, show_answer
from models.desk.base.turn import Turn
from models.desk.tickets.recording import id_of, text_of_case, thread_of, words_of_case
from models.mailbox import Envelope
from models.tables import Case, CaseState


def show_in_case(
    turn: Turn, case: Case, shown: answer_cards.Shown, *, to: Envelope | None = None
) -> None:
    """Show an answer in the case's thread, or in a direct message, and let the case take it."""
    unit, words = turn.unit, words_of_case(turn.desk, case)
    message = answer_cards.answer(id_of(case), shown, words)
    message = with_note(message, text_of_case(unit, case), words)
    show_answer(turn, case, shown.article_id, to or thread_of(unit, case), message)
    case.state, case.article_id = CaseState.ANSWERED, shown.article_id
    unit.tickets.save(case)


def take_back(turn: Turn, case: Case) -> None:
    """End the interim post where the question itself was taken back."""
    if case.state is CaseState.WITHDRAWN and is_interim(turn.unit, case):
        message = answer_cards.taken_back(words_of_case(turn.desk, case))
        turn.update(interim_key(case), thread_of(turn.unit, case).channel, message)
