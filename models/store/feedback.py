"""What people said of answers: verdicts, candidates, drafts, reviews."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, case, delete
from sqlalchemy import select as select_columns
from sqlmodel import and_, col, exists, func, or_, select

from models.errors import NotFoundError
from models.store.repository import Repository
from models.tables import (
    AnswerVerdict,
    Article,
    ArticleDraft,
    ArticleReview,
    Case,
    CaseMessage,
    CaseState,
    Category,
    EventKind,
    Judgement,
    Offer,
    QuestionCandidate,
    Ticket,
    TicketEvent,
    TicketText,
    TicketTimes,
)

MOST_VERDICTS = 2_000
"""Newest verdicts that are looked at when answers are ranked."""


@dataclass(frozen=True, slots=True)
class ArticleVerdict:
    """A verdict on an article, with the question and who asked it."""

    article_id: int
    question: str
    person_id: str
    solved: bool
    answer_sha256: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many questions an article solved, and how many it did not."""

    article_id: int
    document: str
    title: str
    solved: int
    not_solved: int


@dataclass(frozen=True, slots=True)
class AskedText:
    """A question in its asker's words.

    ``minutes`` is the handling time of its ticket, 0 where nobody worked on it yet, ``note``
    what solved that; ``article_id`` the article that was shown last.
    """

    case_id: int
    person_id: str
    language: str
    text: str
    asked_at: datetime
    minutes: float = 0.0
    article_id: int | None = None
    ticket_id: int | None = None
    note: str = ""


# Asked for each question, so built once.
_TAKEN_VERSION: Final = select_columns(
    func.count(),
    func.max(QuestionCandidate.decided_at),
    func.sum(col(QuestionCandidate.article_id)),
    func.sum(func.length(QuestionCandidate.question)),
).where(col(QuestionCandidate.state) == Offer.TAKEN)
_VERDICTS_VERSION: Final = select_columns(
    func.count(),
    func.max(AnswerVerdict.at),
    func.sum(col(AnswerVerdict.article_id)),
    func.sum(case((col(AnswerVerdict.solved), 1), else_=0)),
    func.sum(func.length(AnswerVerdict.question)),
)


class FeedbackRepository(Repository):
    """The tables answer_verdict, question_candidate, article_draft and article_review."""

    # Verdicts -------------------------------------------------------------------------------

    def put_verdict(self, verdict: AnswerVerdict) -> None:
        """Store what the asker says of an article; the last word of a case counts."""
        query = select(AnswerVerdict).where(
            AnswerVerdict.case_id == verdict.case_id,
            AnswerVerdict.article_id == verdict.article_id,
        )
        found = self._session.exec(query).first() or verdict
        found.solved, found.at = verdict.solved, verdict.at
        found.question, found.answer_sha256 = verdict.question, verdict.answer_sha256
        self.save(found)

    def verdicts(self) -> list[ArticleVerdict]:
        """Return the newest verdicts, the oldest of them first; erased questions are left out."""
        query = (
            select(AnswerVerdict, Case.person_id)
            .join(Case, col(Case.id) == col(AnswerVerdict.case_id))
            .where(AnswerVerdict.question != "")
            .order_by(col(AnswerVerdict.at).desc(), col(AnswerVerdict.id).desc())
            .limit(MOST_VERDICTS)
        )
        rows = self._session.exec(query).all()
        return [
            ArticleVerdict(row.article_id, row.question, person, row.solved, row.answer_sha256)
            for row, person in reversed(rows)
        ]

    def tallies(self) -> list[Tally]:
        """Return each judged article, the one that failed most often first."""
        query = (
            select(AnswerVerdict, Article)
            .join(Article, col(Article.id) == col(AnswerVerdict.article_id))
            .order_by(col(AnswerVerdict.article_id))
        )
        solved: dict[tuple[int, str, str], list[bool]] = defaultdict(list)
        for row, article in self._session.exec(query).all():
            solved[row.article_id, article.document, article.title].append(row.solved)
        found = [Tally(*key, sum(ones), len(ones) - sum(ones)) for key, ones in solved.items()]
        return sorted(found, key=lambda one: (-one.not_solved, one.article_id))

    def forgive(self, article_id: int) -> int:
        """Forget all verdicts on an article and return how many there were."""
        query = select(AnswerVerdict).where(AnswerVerdict.article_id == article_id)
        rows = self._session.exec(query).all()
        for row in rows:
            self._session.delete(row)
        self._session.flush()
        return len(rows)

    def forget_case(self, case_id: int) -> list[date]:
        """Remove what a question taught that its asker took back; what staff took stays.

        Returns
        -------
        list of date
            Days whose post offers such a question.
        """
        open_offer = and_(
            col(QuestionCandidate.case_id) == case_id,
            col(QuestionCandidate.state) != Offer.TAKEN,
        )
        days = select_columns(col(QuestionCandidate.offered_on)).where(open_offer)
        offered = {day for day in self._session.execute(days).scalars() if day is not None}
        self._session.execute(delete(QuestionCandidate).where(open_offer))
        for table in (AnswerVerdict, Judgement):
            self._session.execute(delete(table).where(col(table.case_id) == case_id))
        return sorted(offered)

    def withdraw(self, case_id: int) -> None:
        """Remove what waits for staff of a question whose asker judges again."""
        waiting = and_(
            col(QuestionCandidate.case_id) == case_id,
            col(QuestionCandidate.state) == Offer.WAITING,
        )
        self._session.execute(delete(QuestionCandidate).where(waiting))

    # What the index learns ------------------------------------------------------------------

    def taken_questions(self) -> dict[int, tuple[str, ...]]:
        """Return the questions that staff gave to articles, by the article's id."""
        found: dict[int, list[str]] = defaultdict(list)
        query = select(QuestionCandidate).where(QuestionCandidate.state == Offer.TAKEN)
        for row in self._session.exec(query.order_by(col(QuestionCandidate.id))).all():
            if row.question:
                found[row.article_id].append(row.question)
        return {article_id: tuple(questions) for article_id, questions in found.items()}

    def taken_version(self) -> str:
        """Return a text that differs whenever an article got or lost such a question."""
        return str(tuple(self._session.execute(_TAKEN_VERSION).one()))

    def verdicts_version(self) -> str:
        """Return a text that differs whenever somebody judged an answer."""
        return str(tuple(self._session.execute(_VERDICTS_VERSION).one()))

    # Candidates -----------------------------------------------------------------------------

    def questions_offered(self, article_id: int) -> Sequence[str]:
        """Return all that was ever offered for an article, whatever became of it."""
        query = select(QuestionCandidate.question)
        query = query.where(QuestionCandidate.article_id == article_id)
        return self._session.exec(query.order_by(col(QuestionCandidate.id))).all()

    def wordings_of(self, article_id: int) -> list[tuple[QuestionCandidate, str]]:
        """Return all questions that were offered to an article, with whose they are."""
        query = (
            select(QuestionCandidate, Case.person_id)
            .join(Case, col(Case.id) == col(QuestionCandidate.case_id))
            .where(QuestionCandidate.article_id == article_id)
            .order_by(col(QuestionCandidate.id))
        )
        return list(self._session.exec(query).all())

    def wordings(self) -> Sequence[tuple[QuestionCandidate, Article]]:
        """Return the questions that articles learned, the oldest first."""
        return self._offered(col(QuestionCandidate.state) == Offer.TAKEN)

    def candidate(self, candidate_id: int) -> QuestionCandidate | None:
        """Return a candidate, locked until the transaction ends."""
        return self._locked(QuestionCandidate, candidate_id)

    def waiting(self) -> Sequence[tuple[QuestionCandidate, Article]]:
        """Return the candidates that wait for staff with their articles, the oldest first."""
        return self._offered(col(QuestionCandidate.state) == Offer.WAITING)

    def offered_on(self, day: date) -> Sequence[tuple[QuestionCandidate, Article]]:
        """Return the candidates that were offered that day, decided or not."""
        return self._offered(col(QuestionCandidate.offered_on) == day)

    def _offered(
        self, condition: ColumnElement[bool]
    ) -> Sequence[tuple[QuestionCandidate, Article]]:
        query = (
            select(QuestionCandidate, Article)
            .join(Article, col(Article.id) == col(QuestionCandidate.article_id))
            .where(condition, QuestionCandidate.question != "")
            .order_by(col(QuestionCandidate.id))
        )
        return self._session.exec(query).all()

    # Drafts ---------------------------------------------------------------------------------

    def draft(self, draft_id: int) -> ArticleDraft | None:
        """Return a draft, locked until the transaction ends."""
        return self._locked(ArticleDraft, draft_id)

    def draft_of(self, ticket_id: int) -> ArticleDraft | None:
        query = select(ArticleDraft).where(ArticleDraft.ticket_id == ticket_id)
        return self._session.exec(query).first()

    # Reviews --------------------------------------------------------------------------------

    def ageing(self, expires_until: date, verified_until: date) -> Sequence[Article]:
        """Return the articles that expire by a day, or that nobody verified after another."""
        query = select(Article).where(
            or_(
                col(Article.expires_on) <= expires_until,
                col(Article.verified_on) <= verified_until,
            )
        )
        return self._session.exec(query.order_by(col(Article.id))).all()

    def reviews(self) -> set[tuple[int, date]]:
        """Return article and deadline of everything that was asked."""
        query = select_columns(col(ArticleReview.article_id), col(ArticleReview.deadline))
        return {(one, other) for one, other in self._session.execute(query)}

    def reviews_asked_on(self, day: date) -> int:
        query = select(func.count()).select_from(ArticleReview)
        return self._session.exec(query.where(ArticleReview.asked_on == day)).one()

    def add_review(self, review: ArticleReview) -> int:
        """Store that somebody was asked and return the question's number."""
        self.save(review)
        if review.id is None:
            raise NotFoundError("the review has no number after it is stored")
        return review.id

    def review(self, review_id: int) -> ArticleReview | None:
        """Return a review, locked until the transaction ends."""
        return self._locked(ArticleReview, review_id)

    # Questions ------------------------------------------------------------------------------

    def unanswered(self, since: datetime, most: int) -> list[AskedText]:
        """Return the newest questions since then that no answer helped with, by number."""
        said_no = exists().where(
            col(TicketEvent.case_id) == col(Case.id),
            col(TicketEvent.kind) == EventKind.ANSWER_NOT_SOLVED,
        )
        alone = and_(col(Case.article_id).is_(None), col(Case.state) == CaseState.TICKET)
        return self._worked_on(most, col(Case.opened_at) >= since, or_(alone, said_no))

    def asked_in(self, cases: Sequence[int]) -> list[AskedText]:
        """Return the questions of these cases that were not taken back, by number."""
        return self._worked_on(len(cases), col(Case.id).in_(cases))

    def _worked_on(self, most: int, *asked: Any) -> list[AskedText]:
        """Return the newest of some questions with what became of their tickets."""
        query = (
            select(Case, TicketTimes.handling_minutes, TicketText.note)
            .outerjoin(TicketTimes, col(TicketTimes.ticket_id) == col(Case.ticket_id))
            .outerjoin(TicketText, col(TicketText.ticket_id) == col(Case.ticket_id))
            .where(*asked, Case.state != CaseState.WITHDRAWN)
            .order_by(col(Case.id).desc())
            .limit(most)
        )
        rows = list(reversed(self._session.exec(query).all()))
        notes = {row.id: note or "" for row, _, note in rows}
        found = self._with_words([(row, minutes or 0.0) for row, minutes, _ in rows])
        return [replace(one, note=notes.get(one.case_id, "")) for one in found]

    def category_of(self, cases: Sequence[int]) -> dict[str, str]:
        """Return the titles of the category that most of these cases' tickets have, if any."""
        query = (
            select(Category.titles)
            .join(Ticket, col(Ticket.category) == col(Category.key))
            .join(Case, col(Case.ticket_id) == col(Ticket.id))
            .where(col(Case.id).in_(cases))
            .order_by(col(Category.key))
        )
        found = [dict(titles) for titles in self._session.exec(query).all()]
        return max(found, key=found.count, default={})

    def asked_since(self, since: datetime) -> list[AskedText]:
        """Return the questions since then of people who asked more than one, by number."""
        often = (
            select_columns(col(Case.person_id))
            .where(col(Case.opened_at) >= since)
            .group_by(col(Case.person_id))
            .having(func.count() > 1)
        )
        query = select(Case).where(Case.opened_at >= since, Case.state != CaseState.WITHDRAWN)
        rows = self._session.exec(
            query.where(col(Case.person_id).in_(often)).order_by(col(Case.id))
        ).all()
        return self._with_words([(row, 0.0) for row in rows])

    def silent_between(self, start: datetime, end: datetime) -> Sequence[Case]:
        """Return the questions asked in [start, end) that got an answer and no verdict."""
        query = select(Case).where(
            Case.state == CaseState.ANSWERED, Case.opened_at >= start, Case.opened_at < end
        )
        return self._session.exec(query.order_by(col(Case.id))).all()

    def followed_up_since(self, since: datetime) -> set[str]:
        """Return the people who were asked since then whether an answer helped."""
        query = select(TicketEvent.actor).where(
            TicketEvent.kind == EventKind.FOLLOWED_UP, TicketEvent.at >= since
        )
        return set(self._session.exec(query).all())

    def returned(self, since: datetime) -> set[int]:
        """Return the cases that are known since then to have come back."""
        query = select(TicketEvent.case_id).where(
            TicketEvent.kind == EventKind.RETURNED, TicketEvent.at >= since
        )
        return {case_id for case_id in self._session.exec(query).all() if case_id is not None}

    def _with_words(self, cases: Sequence[tuple[Case, float]]) -> list[AskedText]:
        texts: dict[int, list[str]] = defaultdict(list)
        numbers = [row.id or 0 for row, _ in cases]
        for at in range(0, len(numbers), 500):
            query = (
                select(CaseMessage.case_id, CaseMessage.text)
                .where(col(CaseMessage.case_id).in_(numbers[at : at + 500]))
                .where(CaseMessage.text != "")
                .order_by(col(CaseMessage.ts))
            )
            for case_id, text in self._session.exec(query).all():
                texts[case_id or 0].append(text)
        return [
            AskedText(
                case_id=row.id or 0,
                person_id=row.person_id,
                language=row.language,
                text="\n".join(texts[row.id or 0]),
                asked_at=row.opened_at,
                minutes=minutes,
                article_id=row.article_id,
                ticket_id=row.ticket_id,
            )
            for row, minutes in cases
            if texts[row.id or 0]
        ]
