"""What a verdict on an answer changes: how the article ranks, and what it may learn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.desk.answers.judgements import record_judgement
from models.desk.base.context import DeskContext
from models.desk.base.turn import Turn
from models.desk.tickets.recording import text_of_case
from models.knowledge.candidates import OfferedWording, candidate, seconded
from models.knowledge.verdicts import answer_sha256
from models.knowledge.visibility import is_private
from models.redaction import Redacted, redact
from models.redaction.names import Names
from models.store.transaction import UnitOfWork
from models.tables import AnswerVerdict, Article, Case, JudgementOutcome, Offer, QuestionCandidate


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A case's words, and the same without personal data."""

    text: str
    names: Names
    question: Redacted

    def now_in(self, unit: UnitOfWork, case: Case) -> Redacted:
        """Return the question as it stands now: what was taken back meanwhile is not kept."""
        text = text_of_case(unit, case)
        return self.question if text == self.text else redact(text, self.names).text


def asked_in(desk: DeskContext, case_id: int) -> AskedQuestion:
    """Return what was asked; slow where many names are known, so outside transactions."""
    with desk.store.snapshot() as unit:
        case = unit.tickets.find_case(case_id)
        text = text_of_case(unit, case) if case else ""
        names = unit.people.names()
    return AskedQuestion(text, names, redact(text, names).text)


def record_feedback(
    turn: Turn, case: Case, question: Redacted, *, solved: bool, at: datetime
) -> None:
    """Remember whether the article that was shown solved the question.

    A solved one is offered to the article as another way to ask; where like words solved
    it for somebody else before, the article learns theirs at once.
    """
    unit = turn.unit
    article = unit.knowledge.get(case.article_id) if case.article_id else None
    if article is not None:
        said = JudgementOutcome.SOLVED if solved else JudgementOutcome.NOT_SOLVED
        record_judgement(turn, case, said, article.id)
    if article is None or article.id is None or case.id is None or not question.strip():
        return
    unit.feedback.withdraw(case.id)
    unit.feedback.put_verdict(
        AnswerVerdict(
            case_id=case.id,
            article_id=article.id,
            question=question,
            solved=solved,
            answer_sha256=answer_sha256(article),
            at=at,
        )
    )
    learned = candidate(question, article, _offered(unit, article)) if solved else ""
    if solved and not is_private(article):
        _learn_what_two_say(turn, case, article.id, question)
    if learned:
        unit.feedback.save(
            QuestionCandidate(
                article_id=article.id,
                case_id=case.id,
                question=learned,
                state=Offer.WAITING,
                created_at=at,
            )
        )


def _learn_what_two_say(turn: Turn, case: Case, article_id: int, question: Redacted) -> None:
    """Let the article learn what solved it for somebody else before, in like words."""
    rows = turn.unit.feedback.wordings_of(article_id)
    offered = [
        OfferedWording(
            id=row.id or 0,
            person_id=person_id,
            question=row.question,
            waits=row.state is Offer.WAITING,
            seconded=row.seconded,
        )
        for row, person_id in rows
    ]
    chosen = seconded(question, case.person_id, offered)
    for row, _ in rows:
        if row.id in chosen:
            row.state, row.seconded, row.decided_at = Offer.TAKEN, True, turn.now
            turn.unit.feedback.save(row)


def _offered(unit: UnitOfWork, article: Article) -> Sequence[str]:
    return unit.feedback.questions_offered(article.id or 0)
