"""Every Python of ``make test-elsewhen`` loads this first: libfaketime breaks `time.sleep`.

Where it fakes the monotonic clock too, threads wait for ever; where it does not, `time.sleep`
raises OSError. To wait for an event that never comes works.
"""

import threading
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    threading.Event().wait(float(seconds))


time.sleep = _sleep
