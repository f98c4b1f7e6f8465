"""A resolved ticket's note becomes the draft of an article; a person publishes it, or not."""

from dataclasses import dataclass
from datetime import datetime

from models.commands import DraftArticle, JudgeDraft
from models.desk.base.context import DeskContext, reply_to
from models.desk.base.form_problems import NOT_OPENED
from models.desk.base.titles import cut_title
from models.desk.curation import curation_cards
from models.desk.curation.candidates import STAFF_ONLY
from models.errors import InvalidError, NotAllowedError
from models.governance.authorization import Action, Subject, allowed, authorize
from models.knowledge.articles import SUPPORT
from models.knowledge.candidates import LONGEST, is_there, is_worth_an_article
from models.language import Language, Words, language_of
from models.mailbox import Envelope, post, post_below, update
from models.message import text_message
from models.redaction import redact
from models.store.transaction import UnitOfWork
from models.tables import (
    DONE,
    Article,
    ArticleDraft,
    Offer,
    Person,
)

_NEAREST = 5


def draft_article(desk: DeskContext, command: DraftArticle, now: datetime) -> None:
    """Draft an article where the note says enough and none like it is there."""
    made = _made(desk, command.ticket_id, now)
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now) or made is None or not desk.support_channel:
            return
        ticket = unit.tickets.get(command.ticket_id)
        row = unit.feedback.draft_of(command.ticket_id) or made
        # What was deleted or erased since it was read must not come back.
        gone = not unit.tickets.text(command.ticket_id).body.strip()
        if gone or ticket.status not in DONE or row.state is not Offer.WAITING:
            return
        row.title, row.question, row.answer = made.title, made.question, made.answer
        unit.feedback.save(row)
        _show(desk, unit, row, command.id, now)


def _made(desk: DeskContext, ticket_id: int, now: datetime) -> ArticleDraft | None:
    """Return the draft of a ticket; slow, so outside transactions."""
    with desk.store.snapshot() as unit:
        text, ticket = unit.tickets.text(ticket_id), unit.tickets.find(ticket_id)
        names = unit.people.names()
    if ticket is None or not text.body.strip() or not is_worth_an_article(text.note):
        return None
    question, answer = redact(text.body, names).text, redact(text.note.strip(), names).text
    language = language_of(ticket.language, desk.language)
    if _is_there(desk, question, answer, language, now):
        return None
    return ArticleDraft(
        ticket_id=ticket_id,
        language=language,
        title=cut_title(question),
        question=" ".join(question.split())[:LONGEST],
        answer=answer,
        state=Offer.WAITING,
        created_at=now,
    )


def _is_there(
    desk: DeskContext, question: str, answer: str, language: Language, now: datetime
) -> bool:
    today = now.astimezone(desk.calendar.zone).date()
    hits = [
        hit
        for text in (question, answer)
        for hit in desk.knowledge.search(text, language, _NEAREST, today=today)
    ]
    with desk.store.snapshot() as unit:
        rows = [unit.knowledge.get(hit.article_id) for hit in hits]
    return is_there(question, answer, [row for row in rows if row is not None])


def judge_draft(desk: DeskContext, command: JudgeDraft, now: datetime) -> None:
    """Publish a draft as it is or as it was edited, or discard it."""
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        words = desk.words_of(person)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        try:
            row = _open_draft(desk, unit, person, command.draft_id)
        except NotAllowedError:
            reply_to(unit, command.id, to, text_message(words.rich(STAFF_ONLY)), now)
            return
        except InvalidError:
            gone = words.rich("Somebody decided this already, or it is gone.")
            reply_to(unit, command.id, to, text_message(gone), now)
            return
        if command.verdict == "edit":
            reply_to(unit, command.id, to, text_message(words.rich(NOT_OPENED)), now)
            return
        row.decided_by, row.decided_at = person.id, now
        if command.verdict == "publish":
            _publish(desk, unit, row, command, person, now)
        else:
            row.state = Offer.DECLINED
        unit.feedback.save(row)
        _show(desk, unit, row, command.id, now)


def _open_draft(desk: DeskContext, unit: UnitOfWork, person: Person, draft_id: int) -> ArticleDraft:
    authorize(desk.actor(unit, person), Action.TEACH_ANSWERS, Subject("draft", str(draft_id)))
    row = unit.feedback.draft(draft_id)
    if row is None or row.state is not Offer.WAITING or not row.answer.strip():
        raise InvalidError(f"draft {draft_id} is decided or gone")
    return row


def _publish(
    desk: DeskContext,
    unit: UnitOfWork,
    row: ArticleDraft,
    command: JudgeDraft,
    person: Person,
    now: datetime,
) -> None:
    row.title = command.title.strip() or row.title
    row.question = command.question.strip() or row.question
    row.answer = command.answer.strip() or row.answer
    article = Article(
        document=SUPPORT,
        external_id=f"ticket-{row.ticket_id}",
        language=row.language,
        category=unit.tickets.get(row.ticket_id).category,
        title=row.title,
        questions=[row.question],
        answer=row.answer,
        owner=person.name or person.slack_id or "",
        verified_on=now.astimezone(desk.calendar.zone).date(),
        imported_at=now,
        sha256="",
    )
    unit.knowledge.put([article])
    row.article_id, row.state = article.id, Offer.TAKEN


def _show(
    desk: DeskContext, unit: UnitOfWork, row: ArticleDraft, command_id: str, now: datetime
) -> None:
    """Post the draft below its ticket's card, or bring that post up to date."""
    by = unit.people.get(row.decided_by) if row.decided_by else None
    message = curation_cards.draft(row, by.name if by else "", desk.words)
    key, card, channel = f"draft:{row.id}", f"ticket:{row.ticket_id}:card", desk.support_channel
    if unit.outbox.find(key) is not None:
        update(unit, f"{key}:{command_id}", key, channel, message, now)
    elif unit.outbox.find(card) is not None:
        post_below(unit, key, card, channel, message, now)
    else:
        post(unit, key, Envelope(channel), message, now)


def forget_draft(
    desk: DeskContext, unit: UnitOfWork, ticket_id: int, command_id: str, now: datetime
) -> None:
    """Discard a draft whose asker took words back; what a person published stays."""
    row = unit.feedback.draft_of(ticket_id)
    if row is not None and row.state is Offer.WAITING:
        row.title = row.question = row.answer = ""
        row.state = Offer.DECLINED
        unit.feedback.save(row)
        take_back(desk, unit, row.id or 0, command_id, now)


def take_back(
    desk: DeskContext, unit: UnitOfWork, draft_id: int, command_id: str, now: datetime
) -> None:
    """Take a draft's words off Slack, because whoever asked took them back or is forgotten."""
    key = f"draft:{draft_id}"
    if unit.outbox.find(key) is not None:
        gone = text_message(desk.words.rich("Somebody decided this already, or it is gone."))
        update(unit, f"{key}:{command_id}", key, desk.support_channel, gone, now)


@dataclass(frozen=True, slots=True)
class Editable:
    """What the form of a draft begins with."""

    id: int
    title: str
    question: str
    answer: str
    words: Words


def editable(desk: DeskContext, slack_id: str, draft_id: int) -> Editable | None:
    """Return what the form needs when the person may edit the draft now, else None."""
    with desk.store.snapshot() as unit:
        person = unit.people.find(slack_id) or Person(slack_id=slack_id)
        row = unit.feedback.draft(draft_id)
        subject = Subject("draft", str(draft_id))
        may = allowed(desk.actor(unit, person), Action.TEACH_ANSWERS, subject)
    if row is None or row.state is not Offer.WAITING or not may:
        return None
    return Editable(draft_id, row.title, row.question, row.answer, desk.words_of(person))
