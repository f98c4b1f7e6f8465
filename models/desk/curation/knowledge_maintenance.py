"""What is done about answers later, by the clock: offer, ask, and note who came back."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import structlog

from models.desk.base.context import DeskContext
from models.desk.base.turn import Turn
from models.desk.curation import (
    candidates,
    champions,
    curation_cards,
    gap_articles,
    gap_home,
    reviews,
)
from models.desk.curation.article_form import ProposedArticle
from models.errors import NotFoundError
from models.governance.authorization import Action, Subject
from models.governance.small_groups import may_list
from models.knowledge.gaps import DAYS, Gap, gaps
from models.knowledge.recent_gaps import RecentGaps
from models.knowledge.returns import returns
from models.kpis.outcomes import WINDOW
from models.message import Message, Part
from models.store.feedback import Tally
from models.tables import Article, EventKind, Offer, QuestionCandidate

log = structlog.get_logger(__name__)

_NIGHT = timedelta(days=1)


class KnowledgeMaintenance:
    """Looks after answers that were given.

    Parameters
    ----------
    notice_days
        So many days before an article expires its owner is asked whether it is still true.
    """

    def __init__(self, desk: DeskContext, notice_days: int) -> None:
        self._desk = desk
        self._notice_days = notice_days
        self.recent_gaps = RecentGaps(desk.store, desk.knowledge)

    def offer_questions(self, day: date, *, dry_run: bool = False) -> Message | None:
        """Return the day's post for the support team; None without anything to offer."""
        store = self._desk.store
        with store.snapshot() if dry_run else store.begin() as unit:
            offered = candidates.offer_candidates(unit, day, remember=not dry_run)
        return curation_cards.questions(offered, self._desk.words) if offered else None

    def ask_owners(self, day: date, now: datetime) -> int:
        """Ask the owners of articles that are due; return how many were asked."""
        return reviews.ask_owners(self._desk, day, self._notice_days, now)

    def tip_champions(self, period: str, now: datetime) -> int:
        """Send the champions the tip of an ISO week; return how many got it."""
        return champions.send_tips(self._desk, period, now)

    def note_returns(self, now: datetime) -> int:
        """Record who asked nearly the same again within a week; return how many, once each."""
        since = now - WINDOW - 2 * _NIGHT
        with self._desk.store.snapshot() as unit:
            asked = unit.feedback.asked_since(since)
        found = returns(asked)
        with self._desk.store.begin() as unit:
            unit.lock("returned")
            known = unit.feedback.returned(since)
            fresh = [pair for pair in found if pair[0].case_id not in known]
            for one, again in fresh:
                case = unit.tickets.find_case(one.case_id)
                turn = Turn(unit, self._desk, f"returned:{one.case_id}:{again.case_id}", now)
                about = [case] if case else []
                turn.record(EventKind.RETURNED, again.asked_at, *about, actor=one.person_id)
        log.info("returns noted", n=len(fresh))
        return len(fresh)

    def gaps(self, now: datetime, *, days: int = DAYS, limit: int = 10) -> tuple[Gap, ...]:
        """Return what people asked and no answer helped with, the most minutes first."""
        desk = self._desk
        return gaps(desk.store, desk.knowledge, now, days=days, limit=limit)

    def verdicts(self) -> list[Tally]:
        """Return how often each judged article helped, the one that failed most often first."""
        with self._desk.store.snapshot() as unit:
            return unit.feedback.tallies()

    def forget_verdicts(self, article_id: int) -> int:
        """Forget the verdicts on an article and return how many there were."""
        with self._desk.store.begin() as unit:
            return unit.feedback.forgive(article_id)

    def waiting_candidates(self) -> Sequence[tuple[QuestionCandidate, Article]]:
        """Return the questions that wait for staff with their articles, the oldest first."""
        with self._desk.store.snapshot() as unit:
            return unit.feedback.waiting()

    def decide_candidate(self, candidate_id: int, *, take: bool, now: datetime) -> str:
        """Decide at the terminal on a question for an article, and return the question.

        Raises
        ------
        NotFoundError
            When there is no such candidate.
        InvalidError
            When it is decided already, or its article is not for everybody any more.
        """
        with self._desk.store.begin() as unit:
            turn = Turn(unit, self._desk, f"candidate:{candidate_id}", now)
            return candidates.decide_candidate(turn, candidate_id, take=take)

    def wordings(self) -> Sequence[tuple[QuestionCandidate, Article]]:
        """Return the questions that articles learned, the oldest first."""
        with self._desk.store.snapshot() as unit:
            return unit.feedback.wordings()

    def forget_wording(self, candidate_id: int, now: datetime) -> str:
        """Let an article forget a question that it learned, and return the question.

        Raises
        ------
        NotFoundError
            When no article learned it.
        """
        with self._desk.store.begin() as unit:
            row = unit.feedback.candidate(candidate_id)
            if row is None or row.state is not Offer.TAKEN:
                raise NotFoundError(
                    f"no article learned {candidate_id}; see: lotsen knowledge wordings"
                )
            row.state, row.decided_at = Offer.DECLINED, now
            unit.feedback.save(row)
            return row.question

    def home_parts(self, slack_id: str, now: datetime) -> Iterator[Part]:
        """Yield the gaps for App Home; nothing for whoever may not fill them."""
        desk = self._desk
        with desk.store.snapshot() as unit:
            principal = desk.principal(unit, slack_id)
            lists = may_list(unit, desk.agents | desk.leads)
        if principal.may(Action.TEACH_ANSWERS, Subject("article")):
            found = self.recent_gaps.get(now, gap_home.MOST)
            yield from gap_home.gap_parts(found, principal.words, may_list=lists)

    def proposed_article(self, slack_id: str, cases: Sequence[int]) -> ProposedArticle | None:
        """Return what the form of a gap begins with where the person may fill it, else None."""
        return gap_articles.propose_for_gap(self._desk, slack_id, cases)

    def editable(self, slack_id: str, draft_id: int, now: datetime) -> ProposedArticle | None:
        """Return what the form needs when the person may edit the draft now, else None."""
        return gap_articles.propose_for_draft(self._desk, slack_id, draft_id, now)
