"""How somebody is received who writes to the desk: colleagues, guests, people of elsewhere. Pure."""

from enum import StrEnum

from models.tables import Membership


class Reception(StrEnum):
    """What somebody gets who writes."""

    ANSWERED = "answered"
    TICKET = "ticket"  # a person reads it; nothing of the company's is shown
    TURNED_AWAY = "turned_away"  # a short word
    IGNORED = "ignored"


def reception(membership: Membership, *, at_desk: bool, welcome: bool) -> Reception:
    """Return what somebody gets.

    Parameters
    ----------
    at_desk
        They wrote in a help channel, where the company let them in.
    welcome
        The company lets guests be answered there.
    """
    if membership in (Membership.BOT, Membership.GONE):
        return Reception.IGNORED
    if membership is Membership.MEMBER or welcome:
        return Reception.ANSWERED
    if membership is Membership.GUEST or at_desk:
        return Reception.TICKET
    return Reception.TURNED_AWAY
