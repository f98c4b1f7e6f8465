"""What runs in the child process that reads documents: little memory, no network.

Started by `models.knowledge.reading`. A request on standard input is a line of JSON with
the file's ``name`` and ``size``, then its bytes; the answer is a line of JSON with
``drafts`` or with the ``reason`` why there are none.
"""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from models.errors import InvalidError
from models.knowledge.readers import read

MEMORY = 1 << 30
"""Bytes of address space."""
CPU_S = 30
"""Seconds of computing a file."""

_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "ctypes.",
)
_WRITING = 0o3 | 0o100  # O_WRONLY, O_RDWR, O_CREAT


def serve() -> None:
    """Answer requests until standard input ends."""
    _limit()
    sys.addaudithook(_guard)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while line := requests.readline(10_000):
        asked = json.loads(line)
        _allow_more_time()
        answers.write(json.dumps(_answer(asked, requests), default=str).encode() + b"\n")
        answers.flush()


def _answer(asked: dict[str, Any], requests: BinaryIO) -> dict[str, Any]:
    try:
        drafts = read(asked["name"], requests.read(asked["size"]))
        return {"drafts": [asdict(draft) for draft in drafts]}
    except InvalidError as error:
        return {"reason": str(error)}
    except MemoryError:
        return {"reason": "needs more than 1 GB of memory to be read: split it"}
    except (Exception, RecursionError) as error:  # noqa: BLE001 - one file must not end the rest
        return {"reason": f"cannot be read: it is damaged ({type(error).__name__}: {error})"[:300]}


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # macOS knows no limit of address space
            continue


def _allow_more_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_S, hard))


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse network, other processes, and every file but Python's own.

    It binds the libraries' Python code, which is what follows links inside documents.
    """
    if event.startswith(_REFUSED):
        raise PermissionError(f"a document may not use {event}")
    if event == "open":
        path, _mode, flags = arguments
        if (isinstance(flags, int) and flags & _WRITING) or not _own(path):
            raise PermissionError(f"a document may not open {path}")


def _own(path: object) -> bool:
    if not isinstance(path, (str, bytes)):
        return False
    wanted = Path(path.decode() if isinstance(path, bytes) else path)
    places = {*sys.path, sys.prefix, sys.base_prefix} - {""}
    return ".." not in wanted.parts and any(wanted.is_relative_to(place) for place in places)
