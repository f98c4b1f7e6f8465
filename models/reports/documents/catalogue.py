"""Which documents there are: a file in `models.reports.documents.kinds` is one."""

from collections.abc import Mapping
from functools import cache

from models.declared import declared
from models.errors import NotFoundError
from models.reports.documents import kinds
from models.reports.documents.declaration import DocumentTemplate


@cache
def documents() -> Mapping[str, DocumentTemplate]:
    """Return the documents, by kind."""
    found = sorted(declared(kinds, DocumentTemplate), key=lambda item: item.kind)
    return {item.kind: item for item in found}


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
