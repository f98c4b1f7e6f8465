"""What the files of a folder declare: a register, a document, a job, a source of tickets."""

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

Declared = TypeVar("Declared")


def declared(package: ModuleType, kind: type[Declared]) -> list[Declared]:
    """Return what the modules of a folder have of a kind, in the order of their names."""
    modules = (
        importlib.import_module(f"{package.__name__}.{info.name}")
        for info in pkgutil.iter_modules(package.__path__)
    )
    return [item for module in modules for item in vars(module).values() if isinstance(item, kind)]
