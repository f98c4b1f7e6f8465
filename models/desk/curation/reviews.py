"""An article's owner is asked whether it is still true, before it expires."""

import re
from datetime import date, datetime

from models.commands import ReviewArticle
from models.desk.answers.answering import source_name
from models.desk.base.context import DeskContext, reply_to
from models.desk.curation import curation_cards
from models.errors import NotAllowedError
from models.governance.authorization import Action, Subject, authorize
from models.knowledge import reviews
from models.knowledge.reviews import DueReview
from models.knowledge.visibility import is_private
from models.language import Words
from models.mailbox import Envelope, post, update
from models.message import Message, text_message
from models.store.transaction import UnitOfWork
from models.tables import Article, ArticleReview, Person, ReviewVerdict

_SLACK_ID = re.compile(r"[UW][A-Z0-9]{7,20}")  # none of them is a word such as WIKI
_VERDICTS = {
    "still_true": ReviewVerdict.STILL_TRUE,
    "needs_change": ReviewVerdict.NEEDS_CHANGE,
    "retired": ReviewVerdict.RETIRED,
}


def ask_owners(desk: DeskContext, day: date, notice_days: int, now: datetime) -> int:
    """Ask about the articles that are due, five a day at most; return how many were asked."""
    with desk.store.begin() as unit:
        unit.lock("article_review")
        left = reviews.MOST_A_DAY - unit.feedback.reviews_asked_on(day)
        near = unit.feedback.ageing(*reviews.review_window(day, notice_days))
        due = reviews.due_reviews(near, unit.feedback.reviews(), day)
        asked = 0
        for one in due:
            if asked >= left:
                break
            asked += _ask(desk, unit, one, day, now)
        return asked


def _ask(desk: DeskContext, unit: UnitOfWork, due: DueReview, day: date, now: datetime) -> bool:
    owner = owner_of(unit, due.article, now)
    channel = (owner.slack_id if owner else "") or desk.support_channel
    if not channel or (owner is None and is_private(due.article)):
        return False  # the channel's members need not be among those who may see it
    row = ArticleReview(
        article_id=due.article.id or 0,
        deadline=due.deadline,
        owner=owner.id if owner else "",
        asked_on=day,
        verdict=ReviewVerdict.ASKED,
    )
    number = unit.feedback.add_review(row)
    words = desk.words_of(owner) if owner else desk.words
    message = curation_cards.review(_shown(row, due.article), words)
    post(unit, f"review:{number}", Envelope(channel), message, now)
    return True


def owner_of(unit: UnitOfWork, article: Article, now: datetime) -> Person | None:
    """Return the owner, by Slack id or by name; a private article needs the id."""
    name = article.owner.strip().removeprefix("<@").removesuffix(">")
    found = unit.people.find(name) if name else None
    if found is None and _SLACK_ID.fullmatch(name):
        return unit.people.by_slack_id(name, now)
    if found is not None or not name or is_private(article):
        return found
    called = [person for person in unit.rules.people_called(name) if person.slack_id]
    return called[0] if len(called) == 1 else None


def review_article(desk: DeskContext, command: ReviewArticle, now: datetime) -> None:
    """Take the owner's answer; whoever taps first decides."""
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        words = desk.words_of(person)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        row = unit.feedback.review(command.review_id)
        article = unit.knowledge.get(row.article_id) if row else None
        if row is None or article is None:
            gone = words.rich("Somebody decided this already, or it is gone.")
            reply_to(unit, command.id, to, text_message(gone), now)
            return
        refusal = _refusal(desk, unit, row, person, words)
        if refusal is not None:
            reply_to(unit, command.id, to, refusal, now)
            return
        row.verdict = _VERDICTS[command.verdict]
        row.decided_by, row.decided_at = person.id, now
        unit.feedback.save(row)
        _apply(desk, unit, article, row.verdict, now)
        _show(desk, unit, row, article, command, now)


def _refusal(
    desk: DeskContext, unit: UnitOfWork, row: ArticleReview, person: Person, words: Words
) -> Message | None:
    try:
        subject = Subject("article", str(row.article_id), row.owner)
        authorize(desk.actor(unit, person), Action.REVIEW_ARTICLE, subject)
    except NotAllowedError:
        return text_message(words.rich("Only the owner or the support team can say so."))
    if row.verdict is not ReviewVerdict.ASKED:
        return text_message(words.rich("Somebody decided this already, or it is gone."))
    return None


def _apply(
    desk: DeskContext, unit: UnitOfWork, article: Article, verdict: ReviewVerdict, now: datetime
) -> None:
    today = now.astimezone(desk.calendar.zone).date()
    change = {
        ReviewVerdict.STILL_TRUE: reviews.still_true,
        ReviewVerdict.RETIRED: reviews.retired,
    }.get(verdict)
    if change is not None:
        for one in reviews.of_the_same(article, unit.knowledge.of_document(article.document)):
            change(one, today)
            unit.knowledge.reviewed(one)


def _show(
    desk: DeskContext,
    unit: UnitOfWork,
    row: ArticleReview,
    article: Article,
    command: ReviewArticle,
    now: datetime,
) -> None:
    owner = unit.people.get(row.owner) if row.owner else None
    channel = (owner.slack_id if owner else "") or desk.support_channel
    words = desk.words_of(owner) if owner else desk.words
    message = curation_cards.review(_shown(row, article), words)
    update(unit, f"review:{row.id}:{command.id}", f"review:{row.id}", channel, message, now)


def _shown(row: ArticleReview, article: Article) -> curation_cards.AskedReview:
    return curation_cards.AskedReview(
        id=row.id or 0,
        title=article.title,
        source=source_name(article.document, article.language),
        verified_on=article.verified_on,
        deadline=row.deadline,
        verdict=row.verdict,
    )
