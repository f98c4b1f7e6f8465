"""A module for each kind of file; it is known by being here.

A module has ``SUFFIXES``, such as ``(".md",)``, and ``read(content, name)``: the bytes
and the file's name without its suffix → drafts. It raises `InvalidError` with a reason
that a person can act on. It is called in a process of its own: see `models.knowledge.document_child`.
"""

from functools import cache
from importlib import import_module
from pathlib import PurePath
from pkgutil import iter_modules
from typing import Protocol

from models.errors import InvalidError
from models.knowledge.documents import Draft

VERSION = 2
"""Raise it when readers read otherwise than before: documents are then read again."""


class FileReader(Protocol):
    """What a module in here offers."""

    SUFFIXES: tuple[str, ...]

    def read(self, content: bytes, name: str, /) -> tuple[Draft, ...]: ...


@cache
def readers() -> dict[str, FileReader]:
    """Return the readers by the suffix of the files that they read."""
    modules = (import_module(f"{__name__}.{item.name}") for item in iter_modules(__path__))
    return {suffix: module for module in modules for suffix in module.SUFFIXES}


def readable(name: str) -> bool:
    """Return whether there is a reader for a file of this name."""
    return PurePath(name).suffix.lower() in readers()


def read(name: str, content: bytes) -> tuple[Draft, ...]:
    """Return the articles in a file.

    Raises
    ------
    InvalidError
        Saying why nothing can be read from it.
    """
    path = PurePath(name)
    reader = readers().get(path.suffix.lower())
    if reader is None:
        raise InvalidError(f"not a kind of file that can be read: give {', '.join(readers())}")
    found = reader.read(content, path.stem)
    if not found:
        raise InvalidError("has no text to answer with")
    return found
