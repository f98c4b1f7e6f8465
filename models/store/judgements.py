"""What people said of the articles and titles that they were shown; no text stands there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import case, delete
from sqlalchemy import select as select_columns
from sqlmodel import col, func, select

from models.store.repository import Repository
from models.tables import Case, CaseMessage, Judgement, JudgementOutcome

MOST_JUDGEMENTS = 3_000
"""Newest rows that limits follow."""


@dataclass(frozen=True, slots=True)
class JudgedArticle:
    """A judgement with the language of its case."""

    case_id: int
    person_id: str
    language: str
    place: int
    score: float
    sureness: float
    ranker: str
    outcome: JudgementOutcome


# Asked for each question, so built once.
_VERSION: Final = select_columns(
    func.count(),
    func.max(Judgement.at),
    *(
        func.sum(case((col(Judgement.outcome) == outcome, 1), else_=0))
        for outcome in (JudgementOutcome.SOLVED, JudgementOutcome.TAKEN)
    ),
).where(col(Judgement.outcome) != JudgementOutcome.SHOWN)


class JudgementRepository(Repository):
    """The table judgement."""

    def show(self, rows: Sequence[Judgement]) -> None:
        """Store what a case was shown; shown again, what was said of it stays."""
        for row in rows:
            if self._of(row.case_id, row.article_id) is None:
                self.save(row)

    def judge(
        self, case_id: int, article_id: int | None, outcome: JudgementOutcome, at: datetime
    ) -> None:
        """Store what was said of an article, or of all titles; the last word counts."""
        query = select(Judgement).where(Judgement.case_id == case_id)
        if article_id is None:
            query = query.where(Judgement.place > 0)
        else:
            query = query.where(Judgement.article_id == article_id)
        for row in self._session.exec(query).all():
            row.outcome, row.at = outcome, at
            self.save(row)

    def forget_titles(self, case_id: int) -> None:
        """Forget the titles that a case was shown and of which nobody said anything."""
        self._session.execute(
            delete(Judgement).where(
                col(Judgement.case_id) == case_id,
                col(Judgement.place) > 0,
                col(Judgement.outcome) == JudgementOutcome.SHOWN,
            )
        )

    def all(self) -> list[JudgedArticle]:
        """Return the newest judgements, the newest first."""
        query = (
            select(Judgement, Case.language)
            .join(Case, col(Case.id) == col(Judgement.case_id))
            .where(Judgement.outcome != JudgementOutcome.SHOWN)
            .order_by(col(Judgement.at).desc(), col(Judgement.id).desc())
            .limit(MOST_JUDGEMENTS)
        )
        return [
            JudgedArticle(
                case_id=row.case_id,
                person_id=row.person_id,
                language=language,
                place=row.place,
                score=row.score,
                sureness=row.sureness,
                ranker=row.ranker,
                outcome=row.outcome,
            )
            for row, language in self._session.exec(query).all()
        ]

    def words_of(self, case_id: int) -> str:
        """Return the words of a case, as far as they are kept."""
        query = select(CaseMessage.text).where(CaseMessage.case_id == case_id)
        texts = self._session.exec(query.order_by(col(CaseMessage.ts))).all()
        return "\n".join(text for text in texts if text)

    def version(self) -> str:
        """Return a text that differs whenever somebody judged."""
        return str(tuple(self._session.execute(_VERSION).one()))

    def _of(self, case_id: int, article_id: int) -> Judgement | None:
        query = select(Judgement).where(
            Judgement.case_id == case_id, Judgement.article_id == article_id
        )
        return self._session.exec(query).first()
