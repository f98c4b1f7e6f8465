"""How chance draws the arm of a case, and whether the draws that were made can be believed.

The key is a secret of 256 bits that the database alone holds; its SHA-256 is published with the
baseline, before anybody knows what it draws. Nobody can foresee an arm by the case's number,
and whoever has the secret can repeat each draw.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from models.statistics.half_days import evenness_p, half_days_beside
from models.statistics.sample_ratio import ratio_p
from models.store.effect import Draw
from models.store.transaction import Store
from models.tables import Arm
from models.triage.sampling import keyed_share

TOO_UNLIKELY = 0.001
"""Arms of a size that chance brings more seldom say that something but chance drew them."""

_SIGNS = 16


def published(secret: str) -> str:
    """Return the SHA-256 of a secret, which everybody may read."""
    return hashlib.sha256(bytes.fromhex(secret)).hexdigest()


def fingerprint(secret: str) -> str:
    """Return the beginning of the published hash: it stands with each draw."""
    return published(secret)[:_SIGNS]


def drawn_arm(secret: str, case_id: int, share: float) -> Arm:
    """Return the arm of a case; the same for ever."""
    drawn = keyed_share(bytes.fromhex(secret), f"case {case_id}") < share
    return Arm.HELD_OUT if drawn else Arm.HELPED


def share_of_half_days(half_day: str, share: float) -> float:
    """Return the share that is held out of a half-day's block: a whole number of half-days."""
    block = len(half_days_beside(half_day))
    return max(1, round(share * block)) / block


def half_day_arm(secret: str, half_day: str, share: float) -> Arm:
    """Return the arm of all questions of a half-day; the same for ever.

    A fixed number of each block is held out, those that the secret puts first.
    """
    key, block = bytes.fromhex(secret), half_days_beside(half_day)
    drawn = sorted(block, key=lambda one: keyed_share(key, f"half-day {one}"))
    held = drawn[: round(share_of_half_days(half_day, share) * len(block))]
    return Arm.HELD_OUT if half_day in held else Arm.HELPED


@dataclass(frozen=True, slots=True)
class DrawCheck:
    """What was found of the draws.

    Attributes
    ----------
    n, held_out
        Cases that chance put into an arm, and those of them without help; exempt ones are in
        neither.
    repeated
        Those whose draw the secret gives again; the rest was drawn before there was one, or is
        in ``wrong``.
    wrong
        Numbers of cases that stand in another arm than the one that was drawn.
    p
        How likely arms at least as uneven are by chance: the smallest of the shares that were
        in force, times their number.
    """

    n: int = 0
    held_out: int = 0
    repeated: int = 0
    wrong: tuple[int, ...] = field(default_factory=tuple)
    p: float = 1.0

    @property
    def ok(self) -> bool:
        return not self.wrong and self.p >= TOO_UNLIKELY


def published_key(store: Store) -> str | None:
    """Return the SHA-256 of the secret by which arms are drawn; None before the first draw."""
    with store.snapshot() as unit:
        secret = unit.effects.known_draw_key()
    return published(secret) if secret else None


def checked_draws(store: Store) -> DrawCheck:
    """Return what `check_draws` finds of all draws that were made."""
    with store.snapshot() as unit:
        return check_draws(unit.effects.draws(), unit.effects.known_draw_key())


def check_draws(draws: Iterable[Draw], secret: str | None) -> DrawCheck:
    """Repeat every draw that the secret made, and compare the sizes of the arms. Pure."""
    sizes: Counter[tuple[float, Arm]] = Counter()
    by_half_day = list[tuple[str, bool, float]]()
    held_out, repeated, wrong = 0, 0, list[int]()
    key = fingerprint(secret) if secret else ""
    for draw in draws:
        if draw.arm is Arm.EXEMPT:
            continue
        held_out += draw.arm is Arm.HELD_OUT
        if draw.half_day:
            by_half_day.append((draw.half_day, draw.arm is Arm.HELD_OUT, draw.share))
        else:
            sizes[draw.share, draw.arm] += 1
        if not secret or draw.key != key:
            continue
        if _drawn(secret, draw) is draw.arm:
            repeated += 1
        else:
            wrong.append(draw.case_id)
    shares = {share for share, _ in sizes}
    held = {share: sizes[share, Arm.HELD_OUT] for share in shares}
    chances = [
        ratio_p(held[share], held[share] + sizes[share, Arm.HELPED], share)
        for share in shares
        if 0 < share < 1
    ]
    if by_half_day:
        chances.append(evenness_p(by_half_day))
    return DrawCheck(
        n=sizes.total() + len(by_half_day),
        held_out=held_out,
        repeated=repeated,
        wrong=tuple(wrong),
        p=min([1.0, *(len(chances) * chance for chance in chances)]),
    )


def _drawn(secret: str, draw: Draw) -> Arm:
    if draw.half_day:
        return half_day_arm(secret, draw.half_day, draw.share)
    return drawn_arm(secret, draw.case_id, draw.share)
