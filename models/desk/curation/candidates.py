"""Questions that an article may learn: offered to the staff, who decide."""

from datetime import date, timedelta

from models.commands import JudgeCandidate
from models.desk.base.form_problems import DECIDED_ALREADY
from models.desk.base.turn import RequestTurn, Turn, use_case
from models.desk.curation import curation_cards
from models.errors import InvalidError, NotAllowedError, NotFoundError
from models.governance.authorization import Action, Subject, authorize
from models.knowledge.visibility import is_private
from models.language import N_
from models.store.transaction import UnitOfWork
from models.tables import Offer, QuestionCandidate

MOST_A_DAY = 5
AGAIN_AFTER = timedelta(days=14)
"""A question that nobody decided on is offered again after this."""
JOB = "question_candidates"
"""Name of the job that offers; its post's key begins with it."""

STAFF_ONLY = N_("Only the support team can change what is answered.")


def offer_candidates(
    unit: UnitOfWork, day: date, *, remember: bool
) -> list[curation_cards.OfferedQuestion]:
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
    return chosen[:MOST_A_DAY]


def _is_due(row: QuestionCandidate, day: date) -> bool:
    before = row.offered_on
    return before is None or before == day or before + AGAIN_AFTER <= day


@use_case
def judge_candidate(turn: RequestTurn[JudgeCandidate]) -> None:
    """Let an article learn a question, or not; whoever taps first decides."""
    command, number = turn.command, turn.command.candidate_id
    try:
        authorize(turn.actor, Action.TEACH_ANSWERS, Subject("candidate", str(number)))
        decide_candidate(turn, number, take=command.verdict == "approve", by=turn.person.id)
    except NotAllowedError:
        turn.reply(turn.words.rich(STAFF_ONLY))
    except (NotFoundError, InvalidError):
        turn.reply(turn.words.rich(DECIDED_ALREADY))
    row = turn.unit.feedback.candidate(number)
    if row is not None and row.offered_on is not None:
        refresh_day(turn, row.offered_on)


def decide_candidate(turn: Turn, candidate_id: int, *, take: bool, by: str = "") -> str:
    """Decide on a candidate and return its question; ``by`` is a pseudonym, or empty.

    Raises
    ------
    NotFoundError
        When there is no such candidate.
    InvalidError
        When it is decided already, or its article is not for everybody any more.
    """
    unit = turn.unit
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
    row.decided_by, row.decided_at = by, turn.now
    unit.feedback.save(row)
    return row.question


def refresh_day(turn: Turn, day: date) -> None:
    """Bring a day's post up to date: what was decided, and what is gone."""
    channel = turn.desk.support_channel
    offered = turn.unit.feedback.offered_on(day)
    shown = [(row, article) for row, article in offered if not is_private(article)]
    message = curation_cards.questions(shown, turn.desk.words)
    turn.update(f"{JOB}:{day}:{channel}", channel, message)
