"""Whether the events that a baseline was frozen from are still the same, and what came since."""

from models.kpis.baseline import FrozenBaseline, events_hash
from models.kpis.baseline_change import BaselineChange
from models.store.baseline_events import EventRange
from models.store.transaction import UnitOfWork


def changed_since(unit: UnitOfWork, frozen: FrozenBaseline | None) -> BaselineChange | None:
    """Return what was added since; None where nothing was, or a baseline did not note it.

    Counts only what is newer, so a statement may ask each time.
    """
    events = frozen.events if frozen else None
    if events is None:
        return None
    days = EventRange(events.start, events.end, events.sources)
    added, tickets = unit.baseline_events.added(days, events.last)
    if not added:
        return None
    return BaselineChange(events.count, events.count + added, tickets)


def is_as_frozen(unit: UnitOfWork, frozen: FrozenBaseline) -> bool:
    """Return whether the events that were frozen are all there and unchanged.

    Reads and hashes each of them: some seconds a million.
    """
    events = frozen.events
    if events is None:
        return True
    days = EventRange(events.start, events.end, events.sources)
    found = events_hash(unit.baseline_events.lines(days, events.last))
    return found == (events.count, events.sha256)
