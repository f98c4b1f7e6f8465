"""Which data may go to a language model, and where it may stand. Pure; asked before each call.

The table is small on purpose: what it does not name is refused. So is a model that no line
in the register of AI systems names.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any

_BETWEEN_NAMES = re.compile(r"[,;\n]")


class DataClass(StrEnum):
    """How much a text says about people."""

    PUBLIC = "public"  # what anybody may read: product names, published articles
    REDACTED = "redacted"  # somebody's words after `models.redaction.redact`
    RESTRICTED = "restricted"  # documents that are not for everybody, redacted or not
    PERSONAL = "personal"  # somebody's words as they are
    SPECIAL = "special"  # health, union, belief and the like (GDPR article 9)


class ModelLocation(StrEnum):
    """Where a model runs."""

    OWN = "own"  # on this machine or in the company's own network
    PROVIDER = "provider"  # at somebody who works under a contract


_EVERYWHERE = frozenset(ModelLocation)
_ALLOWED: dict[DataClass, frozenset[ModelLocation]] = {
    DataClass.PUBLIC: _EVERYWHERE,
    DataClass.REDACTED: _EVERYWHERE,
    DataClass.RESTRICTED: frozenset({ModelLocation.OWN}),
    DataClass.PERSONAL: frozenset({ModelLocation.OWN}),
    DataClass.SPECIAL: frozenset(),
}


def policy_version() -> str:
    """Return which rules these are: the same as long as no rule changes."""
    rules = sorted(f"{data}:{','.join(sorted(places))}" for data, places in _ALLOWED.items())
    return f"policy-{sha256(';'.join(rules).encode()).hexdigest()[:12]}"


def may_call(data: DataClass, place: ModelLocation) -> bool:
    """Return whether data of this class may go to a model at this place."""
    return place in _ALLOWED.get(data, frozenset())


def named_models(systems: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the names of the models that may be called.

    Parameters
    ----------
    systems
        The lines in use of the register of AI systems, as field → value.
    """
    return frozenset(
        name.strip()
        for system in systems
        if system.get("status") != "out_of_use" and system.get("risk_class") != "prohibited"
        for name in _BETWEEN_NAMES.split(str(system.get("models") or ""))
        if name.strip()
    )
