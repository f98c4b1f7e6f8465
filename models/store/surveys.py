"""Ratings, the monthly pulse with its keys, and the steps towards a baseline."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import case, col, delete, func, select

from models.store.repository import Repository
from models.tables import (
    BaselineChoice,
    PulseBallot,
    PulseTally,
    SurveyKey,
    TicketRating,
    new_secret,
)

SATISFIED = 4
"""The lowest score that counts as satisfied."""
CSAT, PULSE, NOTICE = "csat", "pulse", "notice"


class RatedWeek(NamedTuple):
    """The ratings of a week, by its Monday: how many there are, and how many are 4 or 5."""

    week: date
    satisfied: int
    n: int


class SurveyRepository(Repository):
    """The tables survey_key, ticket_rating, pulse_ballot, pulse_tally and baseline_choice."""

    # Keys ----------------------------------------------------------------------------------

    def key(self, name: str) -> str:
        """Return a survey's key of a month, made on first use by whoever comes first."""
        self._insert_once(SurveyKey, name=name, secret=new_secret())
        return self._session.exec(select(SurveyKey.secret).where(SurveyKey.name == name)).one()

    def has_key(self, name: str) -> bool:
        return self._session.get(SurveyKey, name) is not None

    def forget_keys(self, survey: str, before: str) -> None:
        """Throw away a survey's keys of the months before ``before``, and who voted then."""
        old = (col(SurveyKey.name) >= f"{survey}:", col(SurveyKey.name) < f"{survey}:{before}")
        self._session.exec(delete(SurveyKey).where(*old))
        if survey == PULSE:
            self._session.exec(delete(PulseBallot).where(col(PulseBallot.month) < before))

    # Ratings -------------------------------------------------------------------------------

    def rate(self, token: str, week: date, score: int) -> bool:
        """Write a rating, or another score in its place within the week that began on ``week``.

        False for one of an earlier week: it may have been told in a sum, and a sum that
        changes by one rating tells that rating.
        """
        row = self._session.get(TicketRating, token)
        if row is not None and row.week < week:
            return False
        row = row or TicketRating(token=token, week=week, score=score)
        row.score = score
        self.save(row)
        return True

    def rated_weeks(self, today: date) -> list[RatedWeek]:
        """Return the weeks with ratings that are over on a day, the oldest first.

        They are not for showing: `models.kpis.ratings.published_ratings` says what may be.
        """
        week = col(TicketRating.week)
        satisfied = func.sum(case((col(TicketRating.score) >= SATISFIED, 1), else_=0))
        query = (
            select(week, satisfied, func.count())
            .where(week <= today - timedelta(days=7))
            .group_by(week)
            .order_by(week)
        )
        return [RatedWeek(*row) for row in self._session.exec(query)]

    # The pulse -----------------------------------------------------------------------------

    def vote(self, token: str, month: str, score: int) -> bool:
        """Count an answer; False when there is one by this token already."""
        if not self._insert_once(PulseBallot, token=token, month=month):
            return False
        tally = self._insert(PulseTally, month=month, score=score, n=1)
        grown = tally.on_conflict_do_update(
            index_elements=["month", "score"], set_={"n": col(PulseTally.n) + 1}
        )
        self._session.execute(grown)
        return True

    def tallies(self, last: int = 2) -> dict[str, dict[int, int]]:
        """Return the answers of the last months that are over: month → score → people."""
        open_months = select(func.substr(SurveyKey.name, len(PULSE) + 2)).where(
            col(SurveyKey.name).like(f"{PULSE}:%")
        )
        query = select(PulseTally).where(col(PulseTally.month).not_in(open_months))
        months: dict[str, dict[int, int]] = {}
        for row in self._session.exec(query.order_by(col(PulseTally.month), col(PulseTally.score))):
            months.setdefault(row.month, {})[row.score] = row.n
        return {month: months[month] for month in sorted(months)[-last:]}

    # Towards a baseline ----------------------------------------------------------------------

    def choices(self) -> Sequence[BaselineChoice]:
        """Return the steps towards a baseline, in their order."""
        return self._session.exec(select(BaselineChoice).order_by(col(BaselineChoice.id))).all()
