"""How long one process may hold on to a piece of work before another takes it up."""

from datetime import datetime, timedelta

LONGEST = timedelta(hours=1)
_AT_ONCE = 3


def lease_end(now: datetime, lease: timedelta, attempt: int) -> datetime:
    """Return when work that was taken for the ``attempt``-th time is free again.

    From the fourth time on twice as late each time, within an hour. Work that takes its
    process down does so ever more seldom; work whose process is killed again and again by
    something else is not given up for that.
    """
    doublings = min(max(attempt - _AT_ONCE, 0), 20)
    return now + max(lease, min(lease * (1 << doublings), LONGEST))
