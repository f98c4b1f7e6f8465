"""Sides of a comparison by weeks, made of tickets, where a hundred people work."""

from collections.abc import Mapping

import numpy as np

from models.value.effect.case_mix import TicketColumns, WeeksSide


def side_of(
    tickets: TicketColumns,
    *,
    people: int | None = 100,
    ways: Mapping[str, int] | None = None,
) -> WeeksSide:
    """Return a side whose weeks go from the first to the last with a ticket."""
    week = tickets.week.astype(np.int64)
    n = int(week.max()) + 1 if len(week) else 0
    minutes = np.bincount(week, weights=tickets.minutes * tickets.count, minlength=n)
    known = tickets.n or 1
    return WeeksSide(
        tickets,
        minutes * (known + tickets.unknown) / known,
        None if people is None else np.full(n, float(people)),
        ways or {},
    )
