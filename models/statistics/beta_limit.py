"""A limit that follows what people said of what was shown above it. Pure."""

from math import inf, log

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WORTH = 20.0
"""How many judgements the prior is worth."""
STEEPNESS = 20.0
"""How fast the share that is right grows with the limit before anybody judged, in log-odds."""
STEP = 0.02
"""So far below the lowest judged value a limit may go: what lies there is tried, not jumped to."""
_GRID = 0.005


def log_odds(share: float) -> float:
    """Return the logarithm of the odds; infinite for a share of 1."""
    return log(share / (1 - share)) if share < 1 else inf


def share_expected(limit: Floats, start: float, target: float) -> Floats:
    """Return what share is right above a limit by the prior: ``target`` at ``start``."""
    odds = log_odds(target) + STEEPNESS * (limit - start)
    found: Floats = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
    return found


def followed(start: float, values: Floats, right: Bools, target: float) -> float:
    """Return the lowest limit above which the posterior mean of the share right reaches a target.

    Above each limit the share right has a Beta distribution: a prior of `WORTH` judgements
    that expects ``target`` at ``start``, more above it and less below, and the judgements of
    what was shown above that limit.

    Parameters
    ----------
    start
        The limit before anybody judged.
    values, right : shape (n,)
        Where each judged one stood, and whether it was right.
    """
    if not len(values) or not np.isfinite(start):
        return start
    below = int((start - min(start, float(values.min())) + STEP) / _GRID)
    above = int((max(start, float(values.max())) - start + STEP) / _GRID) + 1
    limits = start + _GRID * np.arange(-below, above + 1).astype(np.float64)
    order = np.argsort(values)
    hits = np.append(np.cumsum(right[order][::-1])[::-1], 0)
    first = np.searchsorted(values[order], limits, side="left")
    n, found = len(values) - first, hits[first]
    mean = (WORTH * share_expected(limits, start, target) + found) / (WORTH + n)
    fits = limits[mean >= target - 1e-9]
    return float(fits[0]) if len(fits) else float(limits[-1])
