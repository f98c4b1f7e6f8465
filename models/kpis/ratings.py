"""Which ratings a period tells: blocks of weeks that hold five or more. Pure."""

from collections.abc import Iterable

from models.kpis.periods import Period
from models.kpis.satisfaction import FEWEST
from models.store.surveys import RatedWeek


def published_ratings(weeks: Iterable[RatedWeek], period: Period) -> tuple[int, int]:
    """Return (satisfied, all) of the ratings that a period tells.

    Ratings are told in blocks only: from the first week on weeks are gathered until they
    hold five ratings, and a block counts where the Monday of its last week lies in the
    period. A block is told whole or not at all, so whatever periods are subtracted from each
    other, what is left is made of whole blocks. Of the block that is still open nothing is
    told, not even how many ratings it holds.

    Parameters
    ----------
    weeks
        All weeks that are over, from the first one on, whatever the period: with another
        beginning the blocks would be others.
    """
    closed = [
        block for block in _blocks(weeks) if period.first_day <= block.week <= period.last_day
    ]
    return sum(block.satisfied for block in closed), sum(block.n for block in closed)


def _blocks(weeks: Iterable[RatedWeek]) -> list[RatedWeek]:
    """Gather weeks into blocks of five ratings or more, each by its last week."""
    closed: list[RatedWeek] = []
    satisfied = n = 0
    for week in weeks:
        satisfied, n = satisfied + week.satisfied, n + week.n
        if n >= FEWEST:
            closed.append(RatedWeek(week.week, satisfied, n))
            satisfied = n = 0
    return closed
