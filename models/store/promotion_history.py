"""Which model versions may serve, after promotions and roll-backs. Pure."""

from collections.abc import Sequence

from models.tables import ModelRollback


def serving_versions(promoted: Sequence[int], rollbacks: Sequence[ModelRollback]) -> list[int]:
    """Return the versions that may serve, the champion first.

    A roll-back puts aside what was promoted after the version it returned to; what is
    promoted later stands above it.

    Parameters
    ----------
    promoted : ids, ascending
    rollbacks : in the order in which they happened
    """
    stack: list[int] = []
    waiting = list(rollbacks)
    for version in promoted:
        while waiting and waiting[0].newest_version < version:
            _put_aside(stack, waiting.pop(0))
        stack.append(version)
    for rollback in waiting:
        _put_aside(stack, rollback)
    return stack[::-1]


def _put_aside(stack: list[int], rollback: ModelRollback) -> None:
    while stack and stack[-1] > rollback.to_version:
        stack.pop()
