"""What happens in a run, drawn by a seed: people write, replicas work, things fail.

Each deed holds its own draw, so that a run can be made shorter without changing the rest.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

PEOPLE = (("say", 13), ("reply", 6), ("edit", 2), ("delete", 1), ("move", 4))
MACHINES = (
    ("deliver", 24),
    ("again", 4),
    ("work", 24),
    ("post", 24),
    ("tick", 10),
    ("wait", 16),
    ("die", 8),
    ("jump", 5),
    ("slack", 7),
    ("slow", 3),
    ("disk", 4),
    ("model", 3),
)


@dataclass(frozen=True)
class Deed:
    """One thing that happens; ``draw`` decides how."""

    kind: str
    draw: int

    def chance(self) -> random.Random:
        return random.Random(self.draw)


def deeds(seed: int) -> tuple[Deed, ...]:
    """Draw a run: 28 to 34 acts of people, and what goes on around them."""
    chance = random.Random(f"deeds {seed}")
    people = chance.choices(*_weighted(PEOPLE), k=chance.randint(28, 34))
    machines = chance.choices(*_weighted(MACHINES), k=chance.randint(90, 130))
    kinds = [*people, *machines]
    chance.shuffle(kinds)
    return tuple(Deed(kind, chance.getrandbits(32)) for kind in kinds)


def shortened(run: Sequence[Deed], fails: Callable[[Sequence[Deed]], bool]) -> tuple[Deed, ...]:
    """Leave out what a failing run fails without."""
    size = len(run) // 2
    while size:
        start = 0
        while start < len(run):
            shorter = (*run[:start], *run[start + size :])
            if fails(shorter):
                run = shorter
            else:
                start += size
        size //= 2
    return tuple(run)


def _weighted(kinds: Sequence[tuple[str, int]]) -> tuple[list[str], list[int]]:
    return [kind for kind, _ in kinds], [weight for _, weight in kinds]
