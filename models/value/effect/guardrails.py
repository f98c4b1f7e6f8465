"""What must not get worse while handling gets faster. Pure."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.language import N_
from models.statistics.estimates import share
from models.value.effect.reduction import Floats, mean_of

_ROUNDING = 1e-9
GUARDRAILS = {
    "reopened": N_("reopened"),
    "reassigned": N_("reassigned"),
    "came_back": N_("asked again within a week"),
    "to_human": N_("time to a person"),
}


@dataclass(frozen=True, slots=True)
class GuardrailColumns:
    """Guardrails of cases, as columns of shape (n,); NaN where a case has none.

    Attributes
    ----------
    reopened, reassigned, came_back
        0 or 1: of its ticket, and whether the same person began another case in a week.
    to_human
        Minutes from the question to a person's first public sign.
    """

    reopened: Floats
    reassigned: Floats
    came_back: Floats
    to_human: Floats


def worse_than_held(guarded: GuardrailColumns, is_held: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    """Return the guardrails that are worse with Lotsen than without, beyond chance."""
    shares = ("reopened", "reassigned", "came_back")
    worse = [key for key in shares if _more_often(getattr(guarded, key), is_held)]
    return (*worse, *(["to_human"] if _later(guarded.to_human, is_held) else []))


def _more_often(happened: Floats, is_held: npt.NDArray[np.bool_]) -> bool:
    """Return whether the whole interval of the difference of two shares is above 0.

    References
    ----------
    Newcombe, Interval estimation for the difference between independent proportions,
    Statistics in Medicine 17 (1998) 873–890, method 10.
    """
    known = ~np.isnan(happened)
    ours, held = happened[known & ~is_held], happened[known & is_held]
    now, then = (share(int(side.sum()), len(side)) for side in (ours, held))
    if now.value is None or then.value is None or now.low is None or then.high is None:
        return False
    below = np.hypot(now.value - now.low, then.high - then.value)
    return bool(now.value - then.value - below > 0)


def _later(minutes: Floats, is_held: npt.NDArray[np.bool_]) -> bool:
    """Return whether the mean of the logarithms is higher, by Welch's interval."""
    from scipy.special import stdtrit

    known = ~np.isnan(minutes)
    # From one minute on: whether it took seconds is nobody's guardrail.
    logs = np.log(np.maximum(minutes, 1.0))
    now, then = mean_of(logs[known & ~is_held]), mean_of(logs[known & is_held])
    if now is None or then is None:
        return False
    freedom = min(now.freedom, then.freedom)
    half = float(stdtrit(freedom, 0.975)) * float(np.sqrt(now.variance + then.variance))
    # Beyond rounding: equal times are not later.
    return now.value - then.value - half > _ROUNDING
