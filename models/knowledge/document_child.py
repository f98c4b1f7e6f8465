"""What runs in the child process that reads documents: little memory, no network, no files."""

import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models import child_process
from models.errors import InvalidError
from models.knowledge.readers import read

MEMORY = 1 << 30
"""Bytes of address space."""
CPU_S = 30
"""Seconds of computing a file."""

_LIMITS = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 64,
}
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
    """Read documents until standard input ends."""
    sys.addaudithook(_guard)
    child_process.serve(_drafts, cpu_s=CPU_S, limits=_LIMITS)


def _drafts(request: dict[str, Any], content: bytes) -> list[dict[str, Any]]:
    try:
        return [asdict(draft) for draft in read(request["name"], content)]
    except InvalidError:
        raise
    except MemoryError:
        reason = "needs more than 1 GB of memory to be read: split it"
    except (Exception, RecursionError) as error:  # noqa: BLE001 - one file must not end the rest
        reason = f"cannot be read: it is damaged ({type(error).__name__}: {error})"[:300]
    raise InvalidError(reason)


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse network, other processes, and every file but Python's own.

    It binds the libraries' Python code, which is what follows links inside documents.
    """
    if event.startswith(_REFUSED):
        raise PermissionError(f"a document may not use {event}")
    if event == "open":
        path, _mode, flags = arguments
        if (isinstance(flags, int) and flags & _WRITING) or not _is_pythons_own(path):
            raise PermissionError(f"a document may not open {path}")


def _is_pythons_own(path: object) -> bool:
    if not isinstance(path, (str, bytes)):
        return False
    wanted = Path(path.decode() if isinstance(path, bytes) else path)
    places = {*sys.path, sys.prefix, sys.base_prefix} - {""}
    return ".." not in wanted.parts and any(wanted.is_relative_to(place) for place in places)
