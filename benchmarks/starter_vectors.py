"""Embed what the starter holds, and write the file that ships with the program.

No benchmark, but it needs the engine that only `make bench` installs for certain.
"""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from models import starter
from models.desk.setup.first_start import add_categories
from models.knowledge.embedding_index import MAX_CHARACTERS
from models.knowledge.index import Index
from models.knowledge.library import Library
from models.meaning.engine import NAME, LocalEngine
from models.meaning.shipped import FILE, packed
from models.store.migration import upgrade
from models.store.transaction import Store
from models.triage.ticket_text import as_text
from models.triage.training import training_set


def texts() -> list[str]:
    """Return every text of the starter as search and training ask about it."""
    store = Store("sqlite://")
    upgrade(store)
    add_categories(store)
    Library(store, "sv").import_starter(datetime(2026, 1, 1, tzinfo=UTC))
    with store.snapshot() as unit:
        index = Index(unit.knowledge.may_be_shown())
        lessons = training_set(unit)
    store.close()
    found = {text[:MAX_CHARACTERS] for text in index.asked}
    found |= {row.answer[:MAX_CHARACTERS] for row in index.articles}
    found |= {as_text(text).words for text, _ in (*lessons.tickets, *lessons.lessons)}
    return sorted(found)


def main() -> None:
    wanted = texts()
    vectors = LocalEngine().embed(wanted)
    file = Path(starter.__file__).parent / FILE
    with file.open("wb") as out:
        np.savez(out, **packed(NAME, dict(zip(wanted, vectors, strict=True))))
    print(f"{file}: {len(wanted)} texts, {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
