"""Python imports this at its start under `make test-elsewhen`, in the processes of tests too.

Since 3.11 ``time.sleep`` waits until a moment of the monotonic clock. libfaketime, told to leave
that clock alone, moves the moment all the same, and the system refuses it as invalid.
"""

import select
import time


def _sleep(seconds: float, /) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select((), (), (), seconds)


vars(time)["sleep"] = _sleep
