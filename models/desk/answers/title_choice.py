"""Titles to choose from, where no answer is sure: "is it one of these?".

The post with the titles is the case's interim post: it becomes the article that is chosen, or
the line that follows the ticket. Whoever chooses nothing gets a ticket after some office minutes.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from models.commands import AnswerClarification, ChooseTitle, EndSuggestions
from models.desk.answers import answering, choice_cards
from models.desk.answers.answering import Inquiry, Lookup, look_up, reader_of
from models.desk.answers.judgements import record_judgement, remember_titles
from models.desk.answers.showing import show_in_case
from models.desk.base.answer_posts import interim_key
from models.desk.base.context import DeskContext
from models.desk.base.deferred import defer
from models.desk.base.turn import (
    CommandTurn,
    RefusedError,
    RequestTurn,
    Turn,
    answer_request,
    take_turn,
)
from models.desk.tickets.recording import (
    asker_of,
    id_of,
    open_ticket,
    text_of_case,
    thread_of,
    words_of_case,
)
from models.governance.authorization import Action, Subject
from models.knowledge.knowledge_base import Audience
from models.knowledge.visibility import visible_to
from models.message import Message
from models.tables import Article, Case, CaseState, EventKind, JudgementOutcome


def offer_titles(turn: Turn, case: Case, lookup: Lookup) -> bool:
    """Show titles to choose from, and see to it that the case becomes a ticket without a choice.

    Returns
    -------
    bool
        False where none of them is stored any more, or none are offered here: a person must
        get the question.
    """
    unit, desk = turn.unit, turn.desk
    words = words_of_case(desk, case)
    suggested = lookup.suggested[: choice_cards.TITLES]
    articles = [unit.knowledge.shown(hit.article_id) for hit in suggested]
    options = [choice_cards.option(row, words) for row in articles if row is not None]
    if not options:
        return False

    def drawn(until: str) -> Message:
        return choice_cards.titles(id_of(case), options, words, until)

    shown = [one.article_id for one in options]
    if not offer(turn, case, drawn, articles=shown, category=lookup.verdict.category):
        return False
    by_rank = [hit.article_id for hit in lookup.nearest if hit.article_id in shown]
    remember_titles(turn, case, by_rank, lookup.mark)
    return True


def offer(turn: Turn, case: Case, drawn: Callable[[str], Message], **detail: Any) -> bool:
    """Show something to choose from in the case's interim post, for some office minutes.

    Returns
    -------
    bool
        False where nothing is offered here: a person must get the question.
    """
    unit, desk = turn.unit, turn.desk
    if not desk.suggestion_minutes:
        return False
    due = desk.calendar.after(turn.now, desk.suggestion_minutes)
    until = words_of_case(desk, case).soon(due, turn.now, desk.calendar.zone)
    turn.show(interim_key(case), thread_of(unit, case), drawn(until))
    case.state = CaseState.SUGGESTED
    unit.tickets.save(case)
    turn.record(EventKind.SUGGESTED, max(turn.now, case.opened_at), case, **detail)
    name = f"end_suggestions:{case.id}:{turn.name}"[:255]
    defer(unit, EndSuggestions(id=name, case_id=id_of(case), at=turn.now), turn.now, due=due)
    return True


def choose_title(desk: DeskContext, command: ChooseTitle, now: datetime) -> None:
    """Show the article that the asker chose, in place; with none of them a person takes over."""
    lookup = None if command.article_id else _lookup(desk, command.case_id, now)
    reader = reader_of(desk, command.user)
    answer_request(desk, command, now, lambda turn: _choose(turn, lookup, reader))


def _lookup(desk: DeskContext, case_id: int, now: datetime) -> Lookup | None:
    with desk.store.snapshot() as unit:
        case = unit.tickets.find_case(case_id)
        if case is None:
            return None
        inquiry = Inquiry(
            text=text_of_case(unit, case),
            locale=case.language,
            asker=asker_of(unit, case),
            alone=case.entrance == "direct",
            channel=case.channel,
        )
    return look_up(desk, inquiry, now)


def _choose(turn: RequestTurn[ChooseTitle], lookup: Lookup | None, reader: Audience) -> None:
    case = case_to_choose(turn)
    if lookup is not None:
        record_judgement(turn, case, JudgementOutcome.NONE_OF_THESE)
        open_ticket(turn, case, lookup.verdict, at=case.opened_at, via="none_of_these")
        return
    article = _offered(turn, case, reader)
    show_in_case(turn, case, answering.shown_article(article))
    number = article.id or 0
    record_judgement(turn, case, JudgementOutcome.TAKEN, number)
    turn.record(EventKind.ANSWERED, turn.at, case, article=number, by="choice")


def case_to_choose(
    turn: RequestTurn[ChooseTitle] | RequestTurn[AnswerClarification],
) -> Case:
    """Return the case where this person may still choose, locked."""
    words = turn.words
    case = turn.unit.tickets.locked_case(turn.command.case_id)
    if case is None or case.state is CaseState.WITHDRAWN:
        raise RefusedError(words.rich("This question is gone. Please ask it again."))
    turn.authorize(
        Action.JUDGE_ANSWER,
        Subject("case", str(case.id), case.person_id),
        words.rich("Only the person who asked can choose here."),
    )
    if case.state is CaseState.TICKET:
        number = str(case.ticket_id)
        raise RefusedError(
            words.rich("This is *ticket {number}* already; a person has it.", number=number)
        )
    if case.state is not CaseState.SUGGESTED:
        raise RefusedError(words.rich("You have chosen already."))
    return case


def _offered(turn: RequestTurn[ChooseTitle], case: Case, reader: Audience) -> Article:
    """Return the article if it was offered, and if the person may still read it."""
    unit, number = turn.unit, turn.command.article_id
    events = unit.tickets.events_of_case(id_of(case))
    offered = {
        article
        for event in events
        if event.kind is EventKind.SUGGESTED
        for article in event.detail.get("articles", ())
    }
    article = unit.knowledge.shown(number) if number in offered else None
    if article is None or not visible_to(article, reader.slack_id, reader.groups):
        gone = turn.words.rich("That article is gone. Choose another one, or none of these.")
        raise RefusedError(gone)
    return article


def end_suggestions(desk: DeskContext, command: EndSuggestions, now: datetime) -> None:
    """Make a ticket of a question whose asker chose none of the titles in time."""
    lookup = _lookup(desk, command.case_id, now)
    take_turn(desk, command, now, lambda turn: _end(turn, lookup))


def _end(turn: CommandTurn[EndSuggestions], lookup: Lookup | None) -> None:
    case = turn.unit.tickets.locked_case(turn.command.case_id)
    if case is None or lookup is None or case.state is not CaseState.SUGGESTED:
        return  # chosen, a ticket, or taken back meanwhile
    newest = [
        event
        for event in turn.unit.tickets.events_of_case(id_of(case))
        if event.kind is EventKind.SUGGESTED
    ][-1:]
    if newest and newest[0].at > turn.command.at:
        return  # other titles were offered since, with a time of their own
    record_judgement(turn, case, JudgementOutcome.NO_CHOICE)
    open_ticket(turn, case, lookup.verdict, at=case.opened_at, via="no_choice")
