"""Judgements: what was shown of an article, and what its reader said; the limits follow them."""

from collections.abc import Sequence

from models.desk.base.turn import Turn
from models.desk.tickets.recording import id_of
from models.knowledge.knowledge_base import RankMark
from models.tables import Case, Judgement, JudgementOutcome


def remember_answer(turn: Turn, case: Case, article_id: int, mark: RankMark | None) -> None:
    """Remember that an article was shown as the answer; ``mark`` is the look-up's."""
    _remember(turn, case, ((0, article_id),), mark)


def remember_titles(
    turn: Turn, case: Case, article_ids: Sequence[int], mark: RankMark | None
) -> None:
    """Remember which titles were shown, in their order."""
    _remember(turn, case, tuple(enumerate(article_ids, 1)), mark)


def _remember(
    turn: Turn, case: Case, places: Sequence[tuple[int, int]], mark: RankMark | None
) -> None:
    if mark is None:
        return
    turn.unit.judgements.show(
        [
            Judgement(
                case_id=id_of(case),
                article_id=article_id,
                person_id=case.person_id,
                place=place,
                score=mark.score,
                sureness=mark.sureness,
                ranker=mark.ranker,
                outcome=JudgementOutcome.SHOWN,
                at=turn.now,
            )
            for place, article_id in places
        ]
    )


def record_judgement(
    turn: Turn, case: Case, outcome: JudgementOutcome, article_id: int | None = None
) -> None:
    """Remember what was said of an article that was shown; None is of all titles together.

    Of what was never remembered as shown, nothing is.
    """
    turn.unit.judgements.judge(id_of(case), article_id, outcome, turn.now)
