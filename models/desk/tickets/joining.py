"""Tickets about the same are joined: one is worked on, and all are resolved with it.

A ticket that is joined follows its main one: it leaves the queue, its asker is told who works on
it, and it is resolved with the main one's note. It has no minutes from then on: the main
ticket's clock has them, once. It can be taken apart while it is open; reopened, it goes its own
way.
"""

from collections.abc import Callable
from typing import Any

from models.desk.base.turn import RefusedError, RequestTurn
from models.desk.joining.joining_cards import follows_message
from models.desk.joining.likeness import joining_of, may_be_joined
from models.desk.surveys.survey_answers import with_question
from models.desk.tickets import cards
from models.desk.tickets.recording import (
    asker_of,
    id_of,
    joined_post,
    resolve,
    show,
    show_card,
    thread_of,
    view_of,
    words_of_case,
)
from models.language import Translator
from models.message import Runs
from models.store.transaction import UnitOfWork
from models.tables import DONE, Ticket
from models.tickets.lifecycle import event_of, move


def main_of(unit: UnitOfWork, chosen: Ticket) -> Ticket:
    """Return the ticket that is worked on, locked: the chosen one, or what that follows."""
    main = unit.tickets.find(chosen.joined_to) if chosen.joined_to else None
    return unit.tickets.get(id_of(main)) if main is not None else chosen


def objection_to(unit: UnitOfWork, ticket: Ticket, main: Ticket, words: Translator) -> Runs | None:
    """Return why two open tickets are not joined; None where they may be."""
    numbers = {"number": str(ticket.id), "main": str(ticket.joined_to or main.id)}
    if ticket.joined_to is not None:
        return words.rich("*Ticket {number}* is joined with ticket {main} already.", **numbers)
    if ticket.id == main.id or not all(may_be_joined(unit, one) for one in (ticket, main)):
        return words.rich("*Ticket {number}* and ticket {main} cannot be joined.", **numbers)
    return None


def join(turn: RequestTurn[Any], ticket: Ticket, main: Ticket) -> None:
    """Let a ticket follow another one, and what follows it too; each asker is told."""
    unit, number = turn.unit, id_of(ticket)
    # Each is read again, locked: somebody may have ended it meanwhile.
    followers = [unit.tickets.get(id_of(row)) for row in unit.tickets.joined_to(number)]
    for one in (ticket, *(one for one in followers if one.joined_to == number)):
        if one.status not in DONE:
            _join(turn, one, main)
    show_card(turn, main)


def _join(turn: RequestTurn[Any], ticket: Ticket, main: Ticket) -> None:
    unit = turn.unit
    kind, ticket.status = event_of(ticket.status, "join"), move(ticket.status, "join")
    ticket.joined_to, ticket.assignee_id = main.id, None
    unit.tickets.save(ticket)
    turn.record(kind, turn.at, ticket, actor=turn.person.id, main=main.id)
    _tell_asker(turn, ticket, main)
    show(turn, ticket)


def _tell_asker(turn: RequestTurn[Any], ticket: Ticket, main: Ticket) -> None:
    """Tell whoever asked which ticket theirs follows and who works on it, in one post."""
    unit = turn.unit
    case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
    if case is not None and asker_of(unit, case):
        joining, words = joining_of(unit, ticket), words_of_case(turn.desk, case)
        message = follows_message(id_of(ticket), joining, words)
        turn.show(joined_post(ticket, id_of(main)), thread_of(unit, case), message)


def refuse_joined(ticket: Ticket, words: Translator) -> None:
    """Let nobody work on a ticket that is joined.

    Raises
    ------
    RefusedError
        When it is open and follows another one.
    """
    if ticket.joined_to is not None and ticket.status not in DONE:
        raise RefusedError(
            words.rich(
                "*Ticket {number}* is joined with ticket {main}. Work on that one, or take it apart first.",
                number=str(ticket.id),
                main=str(ticket.joined_to),
            )
        )


def resolve_followers(
    turn: RequestTurn[Any], main: Ticket, note_in: Callable[[Translator], str]
) -> None:
    """Resolve what follows a ticket with its note, and tell each asker once.

    Parameters
    ----------
    note_in
        Returns the note in the language of the asker, whose words it gets.
    """
    unit = turn.unit
    for row in unit.tickets.joined_to(id_of(main)):
        ticket = unit.tickets.get(id_of(row))
        if ticket.status in DONE or ticket.joined_to != main.id:
            continue  # somebody took it apart, or its asker ended it
        resolve(turn, ticket, turn.at, actor=turn.person.id, main=main.id)
        case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
        words = words_of_case(turn.desk, case) if case is not None else turn.desk.words
        tell_resolution(turn, ticket, note_in(words))
        show(turn, ticket)


def show_worker(turn: RequestTurn[Any], main: Ticket) -> None:
    """Tell those whose tickets follow one that somebody works on it now."""
    for row in turn.unit.tickets.joined_to(id_of(main)):
        if row.status not in DONE:
            _tell_asker(turn, row, main)
            show(turn, row)


def tell_resolution(turn: RequestTurn[Any], ticket: Ticket, note: str) -> None:
    """Keep what solved a ticket, and tell whoever asked."""
    unit = turn.unit
    text = unit.tickets.text(id_of(ticket))
    text.note = note
    unit.tickets.save(text)
    case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
    if case is not None:
        words = words_of_case(turn.desk, case)
        message = cards.resolved(view_of(unit, ticket), words)
        message = with_question(message, id_of(ticket), words)
        turn.post(f"ticket:{ticket.id}:resolved:{turn.name}", thread_of(unit, case), message)
