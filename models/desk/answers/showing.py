"""Show an answer in its case, whoever chose it; end the interim post of what was taken back."""

from models.commands import SendArticle
from models.desk.answers import answer_cards
from models.desk.answers.answer_cards import with_note
from models.desk.answers.answering import shown_article
from models.desk.base.answer_posts import interim_key, is_interim, show_answer
from models.desk.base.turn import RefusedError, RequestTurn, Turn, use_case
from models.desk.tickets.recording import (
    id_of,
    named,
    show,
    text_of_case,
    thread_of,
    words_of_case,
)
from models.desk.tickets.work import impossible, ticket_for_staff
from models.governance.authorization import Action
from models.knowledge.visibility import is_private
from models.mailbox import Envelope
from models.tables import DONE, Case, CaseState, EventKind


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


@use_case
def send_article(turn: RequestTurn[SendArticle]) -> None:
    """Send a stored article to whoever asked, as the answer of the person who sends it."""
    unit, words, command = turn.unit, turn.words, turn.command
    ticket = ticket_for_staff(turn, command.ticket_id, Action.MOVE_TICKET)
    case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
    if ticket.status in DONE or case is None:
        raise RefusedError(impossible(ticket, words))
    article = unit.knowledge.shown(command.article_id)
    if article is None or article.id not in case.nearest or is_private(article):
        raise RefusedError(words.rich("That article is gone. Nothing was sent."))
    sender = named(turn.person)
    message = answer_cards.sent(
        id_of(case), shown_article(article), sender, words_of_case(turn.desk, case)
    )
    turn.post(f"ticket:{ticket.id}:sent:{article.id}", thread_of(unit, case), message)
    turn.record(EventKind.RESPONDED, turn.at, case, ticket, actor=turn.person.id)
    turn.reply(words.rich("“{title}” is sent.", title=article.title))
    show(turn, ticket)
