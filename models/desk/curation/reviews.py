"""An article's owner is asked whether it is still true, before it expires."""

import re
from datetime import date, datetime

from models.commands import ReviewArticle
from models.desk.base.context import DeskContext
from models.desk.base.form_problems import DECIDED_ALREADY
from models.desk.base.turn import RefusedError, RequestTurn, Turn, use_case
from models.desk.curation import curation_cards
from models.governance.authorization import Action, Subject
from models.knowledge import reviews
from models.knowledge.reviews import DueReview
from models.knowledge.visibility import is_private
from models.mailbox import Envelope
from models.message import Message
from models.store.transaction import UnitOfWork
from models.tables import Article, ArticleReview, Person, ReviewVerdict

_SLACK_ID = re.compile(r"[UW][A-Z0-9]{7,20}")  # none of them is a word such as WIKI
_VERDICTS = {
    "still_true": ReviewVerdict.STILL_TRUE,
    "needs_change": ReviewVerdict.NEEDS_CHANGE,
    "retired": ReviewVerdict.RETIRED,
}
_CHANGES = {
    ReviewVerdict.STILL_TRUE: reviews.still_true,
    ReviewVerdict.RETIRED: reviews.retired,
}


def ask_owners(desk: DeskContext, day: date, notice_days: int, now: datetime) -> int:
    """Ask about the articles that are due, five a day at most; return how many were asked."""
    with desk.store.begin() as unit:
        unit.lock("article_review")
        left = reviews.MOST_A_DAY - unit.feedback.reviews_asked_on(day)
        near = unit.feedback.ageing(*reviews.review_window(day, notice_days))
        due = reviews.due_reviews(near, unit.feedback.reviews(), day)
        turn, asked = Turn(unit, desk, f"still_true:{day}", now), 0
        for one in due:
            if asked >= left:
                break
            asked += _ask(turn, one, day)
        return asked


def _ask(turn: Turn, due: DueReview, day: date) -> bool:
    owner = owner_of(turn.unit, due.article, turn.now)
    channel = (owner.slack_id if owner else "") or turn.desk.support_channel
    if not channel or (owner is None and is_private(due.article)):
        return False  # the channel's members need not be among those who may see it
    row = ArticleReview(
        article_id=due.article.id or 0,
        deadline=due.deadline,
        owner=owner.id if owner else "",
        asked_on=day,
        verdict=ReviewVerdict.ASKED,
    )
    number = turn.unit.feedback.add_review(row)
    turn.post(f"review:{number}", Envelope(channel), _message(turn, row, due.article, owner))
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


@use_case
def review_article(turn: RequestTurn[ReviewArticle]) -> None:
    """Take the owner's answer; whoever taps first decides."""
    unit, words = turn.unit, turn.words
    row = unit.feedback.review(turn.command.review_id)
    article = unit.knowledge.get(row.article_id) if row else None
    if row is None or article is None:
        raise RefusedError(words.rich(DECIDED_ALREADY))
    turn.authorize(
        Action.REVIEW_ARTICLE,
        Subject("article", str(row.article_id), row.owner),
        otherwise=words.rich("Only the owner or the support team can say so."),
    )
    if row.verdict is not ReviewVerdict.ASKED:
        raise RefusedError(words.rich(DECIDED_ALREADY))
    row.verdict = _VERDICTS[turn.command.verdict]
    row.decided_by, row.decided_at = turn.person.id, turn.now
    unit.feedback.save(row)
    change = _CHANGES.get(row.verdict)
    if change is not None:
        for one in reviews.of_the_same(article, unit.knowledge.of_document(article.document)):
            change(one, turn.today)
            unit.knowledge.reviewed(one)
    owner = unit.people.get(row.owner) if row.owner else None
    channel = (owner.slack_id if owner else "") or turn.desk.support_channel
    turn.update(f"review:{row.id}", channel, _message(turn, row, article, owner))


def _message(turn: Turn, row: ArticleReview, article: Article, owner: Person | None) -> Message:
    words = turn.desk.words_of(owner) if owner else turn.desk.words
    return curation_cards.review(row, article, words)
