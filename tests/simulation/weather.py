"""What the replicas share and cannot choose: the time, chance, and what fails at the moment."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from tests.simulation.conversations import START

BEGIN = START + timedelta(days=4)
"""A Friday: what is due on Monday falls due in most runs while things fail."""
ModelMode = Literal["answers", "hangs", "errs", "babbles"]


class ProcessDiedError(BaseException):
    """A replica dies here: nothing of it goes on, and nothing catches it."""


@dataclass
class Weather:
    """The true time, and all faults; ``journal`` holds what happened, a line a step."""

    seed: int
    moment: datetime = BEGIN
    slowest_s: float = 0.0
    disk_full: bool = False
    model: ModelMode = "answers"
    journal: list[str] = field(default_factory=list)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"weather {self.seed}")

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def latency(self) -> float:
        """Give how long one way to Slack takes; the client gives up after ten seconds."""
        return self.chance.uniform(0, self.slowest_s / 2) if self.slowest_s else 0.0

    def note(self, line: str) -> None:
        self.journal.append(f"{self.moment:%d %H:%M:%S.%f} {line}")

    def clear(self) -> None:
        """Let everything work again."""
        self.slowest_s, self.disk_full, self.model = 0.0, False, "answers"
