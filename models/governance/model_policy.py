"""Which data may go to a language model, and where it may stand. Pure; asked before each call.

The table is small on purpose: what it does not name is refused.
"""

from enum import StrEnum


class DataClass(StrEnum):
    """How much a text says about people."""

    PUBLIC = "public"  # what anybody may read: product names, published articles
    REDACTED = "redacted"  # somebody's words after `models.redaction.redact`
    PERSONAL = "personal"  # somebody's words as they are
    SPECIAL = "special"  # health, union, belief and the like (GDPR article 9)


class Place(StrEnum):
    """Where a model runs."""

    OWN = "own"  # on this machine or in the company's own network
    PROVIDER = "provider"  # at somebody who works under a contract


_EVERYWHERE = frozenset(Place)
_ALLOWED: dict[DataClass, frozenset[Place]] = {
    DataClass.PUBLIC: _EVERYWHERE,
    DataClass.REDACTED: _EVERYWHERE,
    DataClass.PERSONAL: frozenset({Place.OWN}),
    DataClass.SPECIAL: frozenset(),
}


def may_call(data: DataClass, place: Place) -> bool:
    """Return whether data of this class may go to a model at this place."""
    return place in _ALLOWED.get(data, frozenset())
