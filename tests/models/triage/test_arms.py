"""The arms of the hold-out: foreseen by nobody, repeated by whoever has the secret."""

import hashlib

import pytest
from scipy.stats import binomtest

from models.statistics.sample_ratio import ratio_p
from models.store.effect import Draw
from models.tables import Arm
from models.triage.arms import check_draws, drawn_arm, fingerprint, published

SECRET, OTHER = "5e" * 32, "c7" * 32


def draws(n: int, share: float = 0.2, secret: str = SECRET) -> list[Draw]:
    return [
        Draw(case, drawn_arm(secret, case, share), share, fingerprint(secret))
        for case in range(1, n + 1)
    ]


@pytest.mark.parametrize(
    ("k", "n", "share"), [(20, 100, 0.2), (0, 30, 0.2), (45, 100, 0.5), (30, 30, 0.5), (9, 99, 0.2)]
)
def test_the_p_value_is_exact_and_two_sided(k: int, n: int, share: float) -> None:
    sides = [binomtest(k, n, share, alternative=side).pvalue for side in ("less", "greater")]

    assert ratio_p(k, n, share) == pytest.approx(min(1.0, 2 * min(sides)))


def test_chance_draws_the_share_that_was_asked_for() -> None:
    found = check_draws(draws(5000), SECRET)

    assert found.ok
    assert (found.n, found.repeated) == (5000, 5000)
    assert 920 <= found.held_out <= 1080  # 1,000 ± 2.8 standard errors


def test_another_secret_draws_otherwise() -> None:
    one, other = draws(1000, 0.5), draws(1000, 0.5, OTHER)

    alike = sum(a.arm is b.arm for a, b in zip(one, other, strict=True))
    assert 440 <= alike <= 560


def test_what_is_published_is_the_hash_of_the_secrets_bytes() -> None:
    assert published(SECRET) == hashlib.sha256(b"\x5e" * 32).hexdigest()
    assert published(SECRET).startswith(fingerprint(SECRET))


def test_a_case_that_was_moved_to_the_other_arm_is_named() -> None:
    made = draws(100)
    moved = next(draw for draw in made if draw.arm is Arm.HELD_OUT)
    made[moved.case_id - 1] = moved._replace(arm=Arm.HELPED)

    found = check_draws(made, SECRET)

    assert found.wrong == (moved.case_id,)
    assert not found.ok


def test_arms_that_chance_does_not_bring_are_not_believed() -> None:
    made = [draw for draw in draws(500) if draw.arm is Arm.HELPED or draw.case_id % 2]

    found = check_draws(made, SECRET)

    assert not found.wrong
    assert found.p < 0.001
    assert not found.ok


def test_each_share_is_judged_by_itself_and_exempt_cases_by_none() -> None:
    exempt = [Draw(9000 + n, Arm.EXEMPT, 0.5, fingerprint(SECRET)) for n in range(500)]

    found = check_draws([*draws(400, 0.2), *draws(400, 0.5), *exempt], SECRET)

    assert found.ok
    assert found.n == 800


def test_what_was_drawn_before_there_was_a_secret_cannot_be_repeated_and_is_not_wrong() -> None:
    found = check_draws([draw._replace(key="") for draw in draws(200)], SECRET)

    assert (found.n, found.repeated, found.wrong) == (200, 0, ())
    assert check_draws([], None).ok
