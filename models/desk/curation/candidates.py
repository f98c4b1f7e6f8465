"""Questions that an article may learn: offered to the staff, who decide."""

from datetime import date, datetime, timedelta

from models.commands import JudgeCandidate
from models.desk.base.context import DeskContext, reply_to
from models.desk.curation import curation_cards
from models.errors import InvalidError, NotAllowedError, NotFoundError
from models.governance.authorization import Action, Subject, authorize
from models.knowledge.visibility import is_private
from models.language import Words, noted
from models.mailbox import Envelope, update
from models.message import Message, text_message
from models.store.transaction import UnitOfWork
from models.tables import Article, Offer, QuestionCandidate

MOST_A_DAY = 5
AGAIN_AFTER = timedelta(days=14)
"""A question that nobody decided on is offered again after this."""
JOB = "question_candidates"
"""Name of the job that offers; its post's key begins with it."""

STAFF_ONLY = noted("Only the support team can change what is answered.")


def offer(unit: UnitOfWork, day: date, *, remember: bool) -> list[curation_cards.OfferedQuestion]:
    """Choose what is offered on a day; asked again on that day, it is the same."""
    chosen = [
        (row, article)
        for row, article in unit.feedback.waiting()
        if not is_private(article) and _is_due(row, day)
    ]
    chosen.sort(key=lambda pair: (pair[0].offered_on != day, pair[0].id))
    if remember:
        for row, _ in chosen[:MOST_A_DAY]:
            row.offered_on = day
            unit.feedback.save(row)
    return [_shown(row, article) for row, article in chosen[:MOST_A_DAY]]


def _is_due(row: QuestionCandidate, day: date) -> bool:
    before = row.offered_on
    return before is None or before == day or before + AGAIN_AFTER <= day


def _shown(row: QuestionCandidate, article: Article) -> curation_cards.OfferedQuestion:
    return curation_cards.OfferedQuestion(row.id or 0, row.question, article.title, row.state)


def judge_candidate(desk: DeskContext, command: JudgeCandidate, now: datetime) -> None:
    """Let an article learn a question, or not; whoever taps first decides."""
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        words = desk.words_of(person)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        subject = Subject("candidate", str(command.candidate_id))
        try:
            authorize(desk.actor(unit, person), Action.TEACH_ANSWERS, subject)
            decide(
                unit, command.candidate_id, take=command.verdict == "approve", by=person.id, now=now
            )
        except NotAllowedError:
            reply_to(unit, command.id, to, text_message(words.rich(STAFF_ONLY)), now)
        except (NotFoundError, InvalidError):
            reply_to(unit, command.id, to, _too_late(words), now)
        _refresh(desk, unit, command.candidate_id, command.id, now)


def _too_late(words: Words) -> Message:
    return text_message(words.rich("Somebody decided this already, or it is gone."))


def decide(unit: UnitOfWork, candidate_id: int, *, take: bool, by: str, now: datetime) -> str:
    """Decide on a candidate and return its question; ``by`` is a pseudonym, or empty.

    Raises
    ------
    NotFoundError
        When there is no such candidate.
    InvalidError
        When it is decided already, or its article is not for everybody any more.
    """
    row = unit.feedback.candidate(candidate_id)
    article = unit.knowledge.get(row.article_id) if row else None
    if row is None or article is None or not row.question:
        raise NotFoundError(
            f"there is no candidate {candidate_id}; see: lotsen knowledge candidates list"
        )
    if row.state is not Offer.WAITING:
        raise InvalidError(f"candidate {candidate_id} is {row.state.value} already")
    if take and is_private(article):
        raise InvalidError(f"the article of candidate {candidate_id} is not for everybody")
    row.state = Offer.TAKEN if take else Offer.DECLINED
    row.decided_by, row.decided_at = by, now
    unit.feedback.save(row)
    return row.question


def _refresh(
    desk: DeskContext, unit: UnitOfWork, candidate_id: int, command_id: str, now: datetime
) -> None:
    """Bring the post up to date in which the candidate was offered."""
    row = unit.feedback.candidate(candidate_id)
    if row is not None and row.offered_on is not None:
        refresh_day(desk, unit, row.offered_on, command_id, now)


def refresh_day(
    desk: DeskContext, unit: UnitOfWork, day: date, command_id: str, now: datetime
) -> None:
    """Bring a day's post up to date: what was decided, and what is gone."""
    key = f"{JOB}:{day}:{desk.support_channel}"
    if unit.outbox.find(key) is None:
        return
    shown = [
        _shown(row, article)
        for row, article in unit.feedback.offered_on(day)
        if not is_private(article)
    ]
    message = curation_cards.questions(shown, desk.words)
    update(unit, f"{key}:{command_id}", key, desk.support_channel, message, now)
