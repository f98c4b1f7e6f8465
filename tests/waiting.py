"""Wait for what another thread or process does: for a condition, never for a while."""

import time
from collections.abc import Callable


def wait_until(true: Callable[[], object], seconds: float = 30) -> bool:
    """Return whether ``true`` came true in time; it is asked again every hundredth of a second."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.01)
    return bool(true())
