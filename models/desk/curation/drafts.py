"""A resolved ticket's note becomes the draft of an article; a person publishes it, or not."""

from datetime import datetime
from functools import partial

from models.commands import DraftArticle, JudgeDraft
from models.desk.base.context import DeskContext
from models.desk.base.form_problems import DECIDED_ALREADY, NOT_OPENED
from models.desk.base.titles import cut_title
from models.desk.base.turn import CommandTurn, RefusedError, RequestTurn, Turn, take_turn, use_case
from models.desk.curation import curation_cards
from models.desk.curation.candidates import STAFF_ONLY
from models.desk.curation.cleaning import clean_note, clean_question
from models.governance.authorization import Action, Subject
from models.knowledge.articles import SUPPORT
from models.knowledge.candidates import LONGEST, is_there, is_worth_an_article
from models.language import language_of
from models.mailbox import Envelope, post_below
from models.message import text_message
from models.redaction import redact
from models.tables import DONE, Article, ArticleDraft, Offer

_NEAREST = 5


def draft_article(desk: DeskContext, command: DraftArticle, now: datetime) -> None:
    """Draft an article where the note says enough and none like it is there."""
    made = _new_draft(desk, command.ticket_id, now)
    take_turn(desk, command, now, partial(_offer, made=made))


def _offer(turn: CommandTurn[DraftArticle], made: ArticleDraft | None) -> None:
    if made is None or not turn.desk.support_channel:
        return
    unit = turn.unit
    ticket = unit.tickets.get(made.ticket_id)
    row = unit.feedback.draft_of(made.ticket_id) or made
    # What was deleted or erased since it was read must not come back.
    gone = not unit.tickets.text(made.ticket_id).body.strip()
    if gone or ticket.status not in DONE or row.state is not Offer.WAITING:
        return
    row.title, row.question, row.answer = made.title, made.question, made.answer
    unit.feedback.save(row)
    show_draft(turn, row)


def _new_draft(desk: DeskContext, ticket_id: int, now: datetime) -> ArticleDraft | None:
    """Return the draft of a ticket; slow, so outside transactions."""
    with desk.store.snapshot() as unit:
        text, ticket = unit.tickets.text(ticket_id), unit.tickets.find(ticket_id)
        names = unit.people.names()
    if ticket is None or not text.body.strip() or not is_worth_an_article(text.note):
        return None
    note = redact(text.note, names).text
    question, answer = clean_question(redact(text.body, names).text), clean_note(note)
    if not question or not answer:
        return None
    made = ArticleDraft(
        ticket_id=ticket_id,
        language=language_of(ticket.language, desk.language),
        title=cut_title(question),
        question=question[:LONGEST],
        answer=answer,
        state=Offer.WAITING,
        created_at=now,
    )
    return None if _is_there(desk, made, question, note) else made


def _is_there(desk: DeskContext, made: ArticleDraft, question: str, note: str) -> bool:
    """Return whether an article says the same as the whole of a question or a note."""
    today, language = desk.day_of(made.created_at), language_of(made.language, desk.language)
    hits = [
        hit
        for text in (question, note)
        for hit in desk.knowledge.search(text, language, _NEAREST, today=today)
    ]
    with desk.store.snapshot() as unit:
        rows = [unit.knowledge.get(hit.article_id) for hit in hits]
    return is_there(question, note, [row for row in rows if row is not None])


@use_case
def judge_draft(turn: RequestTurn[JudgeDraft]) -> None:
    """Publish a draft as it is, or discard it; edited, it is published by its form."""
    command, words = turn.command, turn.words
    subject = Subject("draft", str(command.draft_id))
    turn.authorize(Action.TEACH_ANSWERS, subject, words.rich(STAFF_ONLY))
    row = turn.unit.feedback.draft(command.draft_id)
    if row is None or row.state is not Offer.WAITING or not row.answer.strip():
        raise RefusedError(words.rich(DECIDED_ALREADY))
    if command.verdict == "edit":
        raise RefusedError(words.rich(NOT_OPENED))
    row.decided_by, row.decided_at = turn.person.id, turn.now
    if command.verdict == "publish":
        _publish(turn, row)
    else:
        row.state = Offer.DECLINED
    turn.unit.feedback.save(row)
    show_draft(turn, row)


def _publish(turn: RequestTurn[JudgeDraft], row: ArticleDraft) -> None:
    person = turn.person
    article = Article(
        document=SUPPORT,
        external_id=f"ticket-{row.ticket_id}",
        language=row.language,
        category=turn.unit.tickets.get(row.ticket_id).category,
        title=row.title,
        questions=[row.question],
        answer=row.answer,
        owner=person.name or person.slack_id or "",
        verified_on=turn.today,
        imported_at=turn.now,
        sha256="",
    )
    turn.unit.knowledge.put([article])
    row.article_id, row.state = article.id, Offer.TAKEN


def show_draft(turn: Turn, row: ArticleDraft) -> None:
    """Post the draft below its ticket's card, or bring that post up to date."""
    by = turn.unit.people.get(row.decided_by) if row.decided_by else None
    message = curation_cards.draft(row, by.name if by else "", turn.desk.words)
    key, card, channel = (
        f"draft:{row.id}",
        f"ticket:{row.ticket_id}:card",
        turn.desk.support_channel,
    )
    outbox = turn.unit.outbox
    if outbox.find(key) is None and outbox.find(card) is not None:
        post_below(turn.unit, key, card, channel, message, turn.now)
    else:
        turn.show(key, Envelope(channel), message)


def forget_draft(turn: Turn, ticket_id: int) -> None:
    """Discard a draft whose asker took words back; what a person published stays."""
    row = turn.unit.feedback.draft_of(ticket_id)
    if row is not None and row.state is Offer.WAITING:
        row.title = row.question = row.answer = ""
        row.state = Offer.DECLINED
        turn.unit.feedback.save(row)
        take_back(turn, row.id or 0)


def take_back(turn: Turn, draft_id: int) -> None:
    """Take a draft's words off Slack, because whoever asked took them back or is forgotten."""
    gone = text_message(turn.desk.words.rich(DECIDED_ALREADY))
    turn.update(f"draft:{draft_id}", turn.desk.support_channel, gone)
