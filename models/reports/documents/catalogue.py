"""Which documents there are: a file in `models.reports.documents.kinds` is one."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from models.errors import NotFoundError
from models.reports.documents import kinds
from models.reports.documents.declaration import DocumentTemplate


@cache
def documents() -> Mapping[str, DocumentTemplate]:
    """Return the documents, by kind."""
    found = [
        item
        for info in pkgutil.iter_modules(kinds.__path__)
        for item in vars(importlib.import_module(f"{kinds.__name__}.{info.name}")).values()
        if isinstance(item, DocumentTemplate)
    ]
    return {item.kind: item for item in sorted(found, key=lambda item: item.kind)}


def document_of(kind: str) -> DocumentTemplate:
    """Return one document.

    Raises
    ------
    NotFoundError
        Naming those there are.
    """
    found = documents().get(kind.strip().lower().replace("-", "_"))
    if found is None:
        raise NotFoundError(f"no document {kind!r}; there are: {', '.join(documents())}")
    return found
