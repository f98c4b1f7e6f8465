"""The language model's turn at a question: it reads what is stored and points at it, no more.

Asked where no answer is sure enough. It takes seconds, so the thread first says that I am
looking; that post becomes the answer, titles to choose from, or the ticket. Should the model
fail, be late or take the process down with it, it is as if there were none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from models.commands import ReadPassages
from models.desk.answers import answer_cards, answering
from models.desk.answers.answering import Inquiry, Lookup, look_up, reader_of
from models.desk.answers.clarification import ask_back
from models.desk.answers.judgements import remember_answer
from models.desk.answers.showing import show_in_case, take_back
from models.desk.answers.title_choice import offer_titles
from models.desk.base.answer_posts import interim_key
from models.desk.base.context import DeskContext
from models.desk.base.deferred import defer_for
from models.desk.base.door import gets_answers
from models.desk.base.turn import CommandTurn, Turn, take_turn
from models.desk.tickets.recording import (
    asker_of,
    id_of,
    open_ticket,
    text_of_case,
    thread_of,
    words_of_case,
)
from models.governance.model_policy import DataClass
from models.knowledge.candidates_to_read import ToRead
from models.knowledge.colleague import Errand, Opinion, read
from models.knowledge.knowledge_base import Audience, hit_of, is_old
from models.knowledge.visibility import is_private
from models.language import Language
from models.llm import Caller
from models.llm.llm import SWITCH
from models.redaction.sensitivity import sensitivity
from models.store.transaction import UnitOfWork
from models.tables import Article, Case, CaseState, DecidedBy, EventKind

PATIENCE = timedelta(minutes=2)
"""After it nobody should wait any more: a person gets the question unread."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """For whom passages are read, on which day, and whether private ones may be."""

    reader: Audience | None
    today: date
    private_too: bool


def with_passages(desk: DeskContext, lookup: Lookup, inquiry: Inquiry, now: datetime) -> Lookup:
    """Return the lookup with whether the model may read further; outside transactions."""
    if desk.llm is None or lookup.answer is not None or lookup.greeting:
        return lookup
    if not gets_answers(desk, inquiry.asker, inquiry.channel):
        return lookup
    if sensitivity(inquiry.text):  # for few eyes, and no model's
        return lookup
    found = _to_read(desk, [inquiry.text], lookup.language, _reading(desk, inquiry, now))
    return replace(lookup, readable=bool(found))


def _reading(desk: DeskContext, inquiry: Inquiry, now: datetime) -> _Reading:
    """Return what may be read.

    A document that is not for everybody may be only where nobody but its reader sees the
    answer, and the policy lets such data go to where the model runs.
    """
    accepted = desk.llm is not None and desk.llm.accepts(DataClass.RESTRICTED)
    return _Reading(
        reader=reader_of(desk, inquiry.asker) if inquiry.alone else None,
        today=desk.day_of(now),
        private_too=inquiry.alone and accepted,
    )


def _to_read(
    desk: DeskContext, searches: Sequence[str], language: Language, reading: _Reading
) -> tuple[ToRead, ...]:
    return desk.knowledge.to_read(
        searches,
        language,
        reader=reading.reader,
        today=reading.today,
        only=lambda article: reading.private_too or not is_private(article),
    )


def begin_reading(turn: Turn, case: Case) -> bool:
    """Say in the thread that I am looking, and queue the question.

    Returns
    -------
    bool
        False where nobody will read it: a person must get the question.
    """
    if turn.desk.llm is None or not turn.unit.switches.is_on(SWITCH):
        return False
    name = f"read:{case.id}:{turn.name}"[:255]
    reading = ReadPassages(id=name, case_id=id_of(case), at=turn.now)
    if not defer_for(turn.unit, asker_of(turn.unit, case), reading, turn.now):
        return False
    message = answer_cards.looking(words_of_case(turn.desk, case))
    turn.show(interim_key(case), thread_of(turn.unit, case), message)
    return True


def read_passages(desk: DeskContext, command: ReadPassages, now: datetime) -> None:
    """Let the model look for sentences that answer; whatever comes of it, the case goes on."""
    with desk.store.snapshot() as unit:
        case = unit.tickets.find_case(command.case_id)
        text = text_of_case(unit, case) if case else ""
        asker = asker_of(unit, case) if case else ""
    if case is None or case.state is not CaseState.OPEN or not text:
        take_turn(desk, command, now, _leave)
        return
    inquiry = Inquiry(text, case.language, asker, case.entrance == "direct", case.channel)
    lookup, opinion = look_up(desk, inquiry, now), Opinion()
    if lookup.answer is None and now - command.at <= PATIENCE:
        opinion = _opinion(desk, case, inquiry, lookup.language, now)
    if len(opinion.articles) > 1:
        # What a model chose teaches the ranker's limits nothing: no mark.
        titles = tuple(hit_of(one.hit) for one in opinion.articles)
        lookup = replace(lookup, suggested=titles, mark=None)
    take_turn(desk, command, now, lambda turn: _end(turn, lookup, opinion))


def _leave(turn: CommandTurn[ReadPassages]) -> None:
    case = turn.unit.tickets.find_case(turn.command.case_id)
    if case is not None:
        take_back(turn, case)


def _end(turn: CommandTurn[ReadPassages], lookup: Lookup, opinion: Opinion) -> None:
    case = turn.unit.tickets.case(turn.command.case_id)
    at = max(turn.now, case.opened_at)
    if case.state is not CaseState.OPEN:  # answered, a ticket or withdrawn meanwhile
        take_back(turn, case)
    elif lookup.answer is not None:  # somebody stored one meanwhile
        number, sure = lookup.answer.article_id, round(lookup.answer.confidence, 3)
        show_in_case(turn, case, answering.shown(lookup.answer))
        remember_answer(turn, case, number, lookup.answer.mark)
        turn.record(EventKind.ANSWERED, at, case, article=number, confidence=sure)
    elif opinion.is_answer and _is_current(turn.unit, opinion.articles[0].article):
        number, by = opinion.articles[0].article.id or 0, DecidedBy.LLM.value
        show_in_case(turn, case, _shown(opinion, turn.today))
        turn.record(EventKind.ANSWERED, at, case, article=number, by=by)
    elif not _offered(turn, case, lookup, opinion):
        open_ticket(turn, case, lookup.verdict, at=case.opened_at, via="no_answer")


def _offered(turn: Turn, case: Case, lookup: Lookup, opinion: Opinion) -> bool:
    """Ask back what the model proposed, or offer titles; return whether anything is offered."""
    if ask_back(turn, case, opinion.question):
        return True
    return bool(lookup.suggested) and offer_titles(turn, case, lookup)


def _is_current(unit: UnitOfWork, article: Article) -> bool:
    """Return whether the article still says the same to the same readers."""
    row = unit.knowledge.shown(article.id or 0)
    return row is not None and row.sha256 == article.sha256


def _shown(opinion: Opinion, today: date) -> answer_cards.Shown:
    article = opinion.articles[0].article
    whole = answering.shown_article(article)
    old = is_old(article.verified_on, today)
    return replace(whole, text=opinion.text, old=old, picked=True)


def _opinion(
    desk: DeskContext, case: Case, inquiry: Inquiry, language: Language, now: datetime
) -> Opinion:
    if desk.llm is None:
        return Opinion()
    reading = _reading(desk, inquiry, now)
    with desk.store.snapshot() as unit:
        errand = Errand(
            subject=f"case:{case.id}",
            now=now,
            names=unit.people.names(),
            caller=Caller(case.person_id, unit.in_sandbox),
            may_ask=desk.suggestion_minutes > 0,
        )
    said = read(
        desk.llm, inquiry.text, lambda texts: _to_read(desk, texts, language, reading), errand
    )
    return said if isinstance(said, Opinion) else Opinion()
