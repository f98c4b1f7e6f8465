"""Embed what is new in the starter, and write the file that a fresh start reads.

No benchmark, but it needs desk and engine at once.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from models import starter
from models.desk.setup.first_start import add_categories
from models.knowledge.counterexamples import counterexamples_of
from models.knowledge.embedding_index import MAX_CHARACTERS
from models.knowledge.index import Index
from models.knowledge.library import Library
from models.meaning.embedder import Vectors, key_of
from models.meaning.engine import NAME, LocalEngine
from models.meaning.shipped import FILE, packed, shipped, short_key
from models.store.migration import upgrade
from models.store.transaction import Store
from models.triage.ticket_text import as_text
from models.triage.training import training_set

AT_ONCE = 16
ENGINES = 2
"""That run beside each other: one uses one core."""


def texts() -> list[str]:
    """Return every text of the starter as search and training ask about it."""
    store = Store("sqlite://")
    upgrade(store)
    add_categories(store)
    Library(store, "sv").import_starter(datetime(2026, 1, 1, tzinfo=UTC))
    with store.snapshot() as unit:
        articles = unit.knowledge.may_be_shown()
        index = Index(articles, counterexamples=counterexamples_of(articles))
        lessons = training_set(unit)
    store.close()
    found = {text[:MAX_CHARACTERS] for text in index.asked}
    found |= {row.answer[:MAX_CHARACTERS] for row in index.articles}
    found |= {one.text[:MAX_CHARACTERS] for one in index.counterexamples}
    found |= {as_text(text).words for text, _ in (*lessons.tickets, *lessons.lessons)}
    return sorted(found)


def _embedded(texts: Sequence[str]) -> dict[str, Vectors]:
    """Return each text's vector, by an engine of its own."""
    engine, found = LocalEngine(), dict[str, Vectors]()
    for at in range(0, len(texts), AT_ONCE):
        batch = texts[at : at + AT_ONCE]
        found.update(zip(batch, engine.embed_now(batch), strict=True))
    engine.close()
    return found


def main() -> None:
    wanted, known = texts(), shipped(NAME)
    vectors = {text: known[key] for text in wanted if (key := short_key(key_of(text))) in known}
    new = [text for text in wanted if text not in vectors]
    with ThreadPoolExecutor(ENGINES) as pool:
        for part in pool.map(_embedded, [new[at::ENGINES] for at in range(ENGINES)]):
            vectors.update(part)
    file = Path(starter.__file__).parent / FILE
    with file.open("wb") as out:
        np.savez(out, **packed(NAME, vectors))
    print(f"{file}: {len(wanted)} texts, {len(new)} new, {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
