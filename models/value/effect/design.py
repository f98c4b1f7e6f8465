"""By what a change is told, the strongest first."""

from enum import StrEnum

LEAST_CASES = 30
"""Cases in each arm below which nothing is said."""
LEAST_WEEKS = 8
"""Weeks on each side below which nothing is said without a hold-out."""


class Design(StrEnum):
    """What an effect is told by; only an association says nothing of causes."""

    HOLD_OUT = "hold-out"
    DIFFERENCE = "difference in differences"
    ASSOCIATION = "association"

    @property
    def is_causal(self) -> bool:
        return self is not Design.ASSOCIATION
