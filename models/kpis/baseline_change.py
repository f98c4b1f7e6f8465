"""What was added to the days of a baseline after it was frozen, as figures and in words."""

from dataclasses import asdict, dataclass
from typing import Any

from models.language import Translator
from models.message import Run, Runs


@dataclass(frozen=True, slots=True)
class BaselineChange:
    """What was added to the days of a baseline after it was frozen: it counts in no figure.

    ``events_then`` were frozen, ``events_now`` are there; ``tickets_added`` are those opened by
    events that came since.
    """

    events_then: int
    events_now: int
    tickets_added: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def change_line(change: BaselineChange, words: Translator) -> Runs:
    """Say what was added, and that it does not count."""
    tickets = words.ngettext(
        "{n} ticket was imported into the baseline's days after it was frozen: not counted.",
        "{n} tickets were imported into the baseline's days after it was frozen: not counted.",
        change.tickets_added,
    )
    events = words.ngettext(
        "{n} event was added to the baseline's days after it was frozen: not counted.",
        "{n} events were added to the baseline's days after it was frozen: not counted.",
        change.events_now - change.events_then,
    )
    return (Run(tickets if change.tickets_added else events),)
