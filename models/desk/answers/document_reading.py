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
from models.desk.answers.answering import Found, find, reader_of
from models.desk.answers.language_notice import with_note
from models.desk.base.answer_posts import is_looking, looking_key, show_answer
from models.desk.base.context import DeskContext
from models.desk.base.deferred import defer
from models.desk.tickets.recording import (
    asker_of,
    event,
    id_of,
    open_ticket,
    text_of_case,
    thread_of,
    words_of_case,
)
from models.governance.model_policy import DataClass
from models.knowledge.excerpts import Sentence, joined, sentences
from models.knowledge.knowledge_base import Finding, Viewer, is_old
from models.knowledge.visibility import is_private
from models.language import Language
from models.llm import LlmPick, Numbered
from models.llm.llm import SWITCH
from models.mailbox import post, update
from models.redaction import redact
from models.store.transaction import Unit
from models.tables import Article, ArticleKind, Case, CaseState, DecidedBy, EventKind

PATIENCE = timedelta(minutes=2)
"""After it nobody should wait any more: a person gets the question unread."""
_PASSAGES, _SENTENCES = 4, 15  # so many passages, and of each so many sentences, are sent


@dataclass(frozen=True, slots=True)
class Picked:
    """What is shown: sentences of an article, or a stored answer as a whole."""

    article: Article
    text: str


def with_passages(
    desk: DeskContext, found: Found, text: str, slack_id: str, now: datetime, *, alone: bool
) -> Found:
    """Return what was found, with whether the model may look further; outside transactions."""
    if desk.llm is None or found.answer is not None or found.greeting:
        return found
    near = _near(desk, text, found.language, _reading(desk, slack_id, now, alone=alone))
    return replace(found, readable=bool(near))


@dataclass(frozen=True, slots=True)
class _Reading:
    """For whom passages are read, on which day, and whether private ones may be."""

    reader: Viewer | None
    today: date
    private_too: bool


def _reading(desk: DeskContext, slack_id: str, now: datetime, *, alone: bool) -> _Reading:
    """Return what may be read.

    A document that is not for everybody may be only where nobody but its reader sees the
    answer, and the policy lets such data go to where the model stands.
    """
    accepted = desk.llm is not None and desk.llm.accepts(DataClass.RESTRICTED)
    return _Reading(
        reader=reader_of(desk, slack_id) if alone else None,
        today=now.astimezone(desk.calendar.zone).date(),
        private_too=alone and accepted,
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


def begin_reading(
    desk: DeskContext, unit: Unit, case: Case, command_id: str, now: datetime
) -> bool:
    """Say in the thread that I am looking, and queue the question.

    Returns
    -------
    bool
        False where nobody will read it: a person must get the question.
    """
    if desk.llm is None or not unit.switches.is_on(SWITCH):
        return False
    name = f"read:{case.id}:{command_id}"[:255]
    command = ReadPassages(id=name, case_id=id_of(case), at=now)
    if not defer(unit, command, now):
        return False
    message = answer_cards.looking(words_of_case(desk, case))
    post(unit, looking_key(case), thread_of(unit, case), message, now)
    return True


def read_passages(desk: DeskContext, command: ReadPassages, now: datetime) -> None:
    """Let the model look for sentences that answer; whatever comes of it, the case goes on."""
    with desk.store.snapshot() as unit:
        case = unit.tickets.find_case(command.case_id)
        text = text_of_case(unit, case) if case else ""
        asker = asker_of(unit, case) if case else ""
    if case is None or case.state is not CaseState.OPEN or not text:
        _leave(desk, command, now)
        return
    alone = case.entrance == "direct"
    found = find(desk, text, case.language, asker, now=now, alone=alone, channel=case.channel)
    picked = None
    if found.answer is None and now - command.at <= PATIENCE:
        reading = _reading(desk, asker, now, alone=alone)
        picked = _picked(desk, command, text, found.language, reading, now)
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        case = unit.tickets.case(command.case_id)
        if case.state is not CaseState.OPEN:  # answered, a ticket or withdrawn meanwhile
            _take_back(desk, unit, case, now)
        else:
            _end(desk, unit, command, case, found, picked, now)


def _leave(desk: DeskContext, command: ReadPassages, now: datetime) -> None:
    with desk.store.begin() as unit:
        if unit.inbox.finish(command.id, now):
            case = unit.tickets.find_case(command.case_id)
            if case is not None:
                _take_back(desk, unit, case, now)


def _end(
    desk: DeskContext,
    unit: Unit,
    command: ReadPassages,
    case: Case,
    found: Found,
    picked: Picked | None,
    now: datetime,
) -> None:
    at = max(now, case.opened_at)
    if found.answer is not None:  # somebody stored one meanwhile
        number, sure = found.answer.article_id, round(found.answer.confidence, 3)
        _show(desk, unit, case, number, answering.shown(found.answer), now)
        unit.tickets.record(
            event(EventKind.ANSWERED, at, command.id, case=case, article=number, confidence=sure)
        )
    elif picked is not None and _stands(unit, picked.article):
        number, by = picked.article.id or 0, DecidedBy.LLM.value
        _show(desk, unit, case, number, _shown(desk, picked, now), now)
        unit.tickets.record(
            event(EventKind.ANSWERED, at, command.id, case=case, article=number, by=by)
        )
    else:
        open_ticket(
            desk,
            unit,
            case,
            found.verdict,
            command_id=command.id,
            at=case.opened_at,
            now=now,
            via="no_answer",
        )


def _stands(unit: Unit, article: Article) -> bool:
    """Return whether the article still says the same to the same readers."""
    row = unit.knowledge.shown(article.id or 0)
    return row is not None and row.sha256 == article.sha256


def _shown(desk: DeskContext, picked: Picked, now: datetime) -> answer_cards.Shown:
    today = now.astimezone(desk.calendar.zone).date()
    old = is_old(picked.article.verified_on, today)
    whole = answering.shown_article(picked.article)
    return replace(whole, text=picked.text, old=old, picked=True)


def _show(
    desk: DeskContext,
    unit: Unit,
    case: Case,
    article_id: int,
    shown: answer_cards.Shown,
    now: datetime,
) -> None:
    words = words_of_case(desk, case)
    message = answer_cards.answer(id_of(case), shown, words)
    message = with_note(message, text_of_case(unit, case), words)
    show_answer(unit, case, article_id, thread_of(unit, case), message, now)
    case.state, case.article_id = CaseState.ANSWERED, article_id
    unit.tickets.save(case)


def _take_back(desk: DeskContext, unit: Unit, case: Case, now: datetime) -> None:
    """End a post that says that I am looking where the question itself was taken back."""
    if case.state is CaseState.WITHDRAWN and is_looking(unit, case):
        message = answer_cards.taken_back(words_of_case(desk, case))
        to, key = thread_of(unit, case), looking_key(case)
        update(unit, f"{key}:taken_back", key, to.channel, message, now)


def _picked(
    desk: DeskContext,
    command: ReadPassages,
    text: str,
    language: Language,
    reading: _Reading,
    now: datetime,
) -> Picked | None:
    near = _near(desk, text, language, reading)
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
