"""Which registers there are: a file in `models.registers.kinds` is one."""

import importlib
from collections.abc import Mapping
from functools import cache
from types import ModuleType

from models.declared import declared
from models.errors import NotFoundError
from models.registers.declaration import Register

# The order in which they are listed: the roadmap's. Others follow by name.
_ORDER = (
    "use_cases", "systems", "data_sources", "skills", "risks", "ai_systems", "roles", "costs",
)  # fmt: skip


def discover(package: ModuleType) -> dict[str, Register]:
    """Return the registers of the files in a folder, by kind."""
    place = {kind: at for at, kind in enumerate(_ORDER)}
    found = declared(package, Register)
    found.sort(key=lambda item: (place.get(item.kind, len(_ORDER)), item.kind))
    return {item.kind: item for item in found}


@cache
def registers() -> Mapping[str, Register]:
    """Return Lotsen's registers, by kind."""
    return discover(importlib.import_module("models.registers.kinds"))


def register_of(kind: str) -> Register:
    """Return one register.

    Raises
    ------
    NotFoundError
        Naming those there are.
    """
    found = registers().get(kind.strip().lower().replace("-", "_"))
    if found is None:
        raise NotFoundError(f"no register {kind!r}; there are: {', '.join(registers())}")
    return found
