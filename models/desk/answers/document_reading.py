"""The language model's turn at a question: it may point at stored sentences, no more.

Asked where no answer is sure enough but passages are near. It takes seconds, so the thread
first says that I am looking; that post becomes the answer, or the ticket. Should the model
fail, be late or take the process down with it, a person gets the question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from models.commands import ReadPassages
from models.desk.answers import answer_cards, answering
from models.desk.answers.answering import Inquiry, Lookup, look_up, reader_of
from models.desk.answers.judgements import remember_answer
from models.desk.answers.showing import show_in_case, take_back
from models.desk.answers.title_choice import offer_titles
from models.desk.base.answer_posts import interim_key
from models.desk.base.context import DeskContext
from models.desk.base.deferred import defer
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
from models.knowledge.excerpts import Sentence, joined, sentences
from models.knowledge.knowledge_base import Audience, Finding, is_old
from models.knowledge.visibility import is_private
from models.language import Language
from models.llm import LlmPick, Numbered
from models.llm.llm import SWITCH
from models.redaction import redact
from models.store.transaction import UnitOfWork
from models.tables import Article, ArticleKind, Case, CaseState, DecidedBy, EventKind

PATIENCE = timedelta(minutes=2)
"""After it nobody should wait any more: a person gets the question unread."""
_PASSAGES, _SENTENCES = 4, 15  # so many passages, and of each so many sentences, are sent


@dataclass(frozen=True, slots=True)
class Picked:
    """What is shown: sentences of an article, or a stored answer as a whole."""

    article: Article
    text: str


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
    near = _near(desk, inquiry.text, lookup.language, _reading(desk, inquiry, now))
    return replace(lookup, readable=bool(near))


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


def _near(
    desk: DeskContext, text: str, language: Language, reading: _Reading
) -> tuple[Finding, ...]:
    return desk.knowledge.near(
        text,
        language,
        _PASSAGES,
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
    if not defer(turn.unit, ReadPassages(id=name, case_id=id_of(case), at=turn.now), turn.now):
        return False
    message = answer_cards.looking(words_of_case(turn.desk, case))
    turn.post(interim_key(case), thread_of(turn.unit, case), message)
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
    lookup, picked = look_up(desk, inquiry, now), None
    if lookup.answer is None and now - command.at <= PATIENCE:
        near = _near(desk, text, lookup.language, _reading(desk, inquiry, now))
        picked = _picked(desk, command, text, near, now)
    take_turn(desk, command, now, lambda turn: _end(turn, lookup, picked))


def _leave(turn: CommandTurn[ReadPassages]) -> None:
    case = turn.unit.tickets.find_case(turn.command.case_id)
    if case is not None:
        take_back(turn, case)


def _end(turn: CommandTurn[ReadPassages], lookup: Lookup, picked: Picked | None) -> None:
    case = turn.unit.tickets.case(turn.command.case_id)
    at = max(turn.now, case.opened_at)
    if case.state is not CaseState.OPEN:  # answered, a ticket or withdrawn meanwhile
        take_back(turn, case)
    elif lookup.answer is not None:  # somebody stored one meanwhile
        number, sure = lookup.answer.article_id, round(lookup.answer.confidence, 3)
        show_in_case(turn, case, answering.shown(lookup.answer))
        remember_answer(turn, case, number, lookup.answer.mark)
        turn.record(EventKind.ANSWERED, at, case, article=number, confidence=sure)
    elif picked is not None and _is_current(turn.unit, picked.article):
        number, by = picked.article.id or 0, DecidedBy.LLM.value
        show_in_case(turn, case, _shown(picked, turn.today))
        turn.record(EventKind.ANSWERED, at, case, article=number, by=by)
    elif not (lookup.suggested and offer_titles(turn, case, lookup)):
        open_ticket(turn, case, lookup.verdict, at=case.opened_at, via="no_answer")


def _is_current(unit: UnitOfWork, article: Article) -> bool:
    """Return whether the article still says the same to the same readers."""
    row = unit.knowledge.shown(article.id or 0)
    return row is not None and row.sha256 == article.sha256


def _shown(picked: Picked, today: date) -> answer_cards.Shown:
    old = is_old(picked.article.verified_on, today)
    whole = answering.shown_article(picked.article)
    return replace(whole, text=picked.text, old=old, picked=True)


def _picked(
    desk: DeskContext,
    command: ReadPassages,
    text: str,
    near: Sequence[Finding],
    now: datetime,
) -> Picked | None:
    if desk.llm is None or not near:
        return None
    with desk.store.snapshot() as unit:
        names = unit.people.names()
    offered = {
        f"{place}.{number}": (finding.article, sentence)
        for place, finding in enumerate(near, start=1)
        for number, sentence in enumerate(sentences(finding.article.answer)[:_SENTENCES], start=1)
    }
    restricted = any(is_private(finding.article) for finding in near)
    pick = desk.llm.pick(
        redact(text, names).text,
        [Numbered(key, redact(one.text, names).text) for key, (_, one) in offered.items()],
        purpose="answer",
        now=now,
        subject=f"case:{command.case_id}",
        data=DataClass.RESTRICTED if restricted else DataClass.REDACTED,
    )
    return _chosen([offered[key] for key in pick.numbers]) if isinstance(pick, LlmPick) else None


def _chosen(chosen: Sequence[tuple[Article, Sentence]]) -> Picked | None:
    """Return the sentences of the first article among them: an answer has one source."""
    if not chosen:
        return None
    article = chosen[0][0]
    if article.kind is ArticleKind.ANSWER:
        return Picked(article, article.answer)  # somebody wrote it to be read as a whole
    picked = tuple(sentence for row, sentence in chosen if row.id == article.id)
    return Picked(article, joined(article.answer, picked))
