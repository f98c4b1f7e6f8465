"""What a help desk needs before its first ticket: categories, and a model that knows them."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from models import starter
from models.errors import InvalidError
from models.store.transaction import Store
from models.tables import Category
from models.triage.training import BY_WORDS_ALONE, TrainingReport, TrainingSetup, train

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was missing and is there now; ``model`` is None where nothing was trained."""

    categories: int
    model: TrainingReport | None


def prepare(
    store: Store,
    now: datetime,
    seed: int,
    setup: TrainingSetup = BY_WORDS_ALONE,
) -> Prepared:
    """Give an empty desk the starter's categories and a first model; otherwise do nothing.

    Without enough to learn from there is no model, and a person sets each category. A triage
    that looked before finds the model at its next `Triage.refresh`.
    """
    added = add_categories(store)
    if added:
        log.info("starter categories added", n=added)
    with store.snapshot() as unit:
        if unit.model_versions.newest_promoted() is not None:
            return Prepared(added, None)
    log.info("no model yet: training the first one")
    try:
        report = train(store, now, seed, setup=setup)
    except InvalidError as error:
        log.warning("no first model", reason=str(error))
        return Prepared(added, None)
    return Prepared(added, report)


def add_categories(store: Store) -> int:
    """Give a desk without categories the starter's; return how many were added."""
    rows = [
        Category(key=item.key, titles=dict(item.titles), source="starter", position=position)
        for position, item in enumerate(starter.categories())
    ]
    with store.begin() as unit:
        unit.lock("first-start")
        # A company may have retired the starter's categories: they stay retired.
        if unit.tickets.categories() or any(unit.tickets.category(row.key) for row in rows):
            return 0
        unit.tickets.put_categories(rows)
    return len(rows)
