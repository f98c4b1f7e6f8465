"""Run a command under the system call filter of the systemd unit, without systemd.

``python tests/deploy/system_call_filter.py deploy/lotsen.service COMMAND…``

What each set of calls holds is asked of ``systemd-analyze``; the filter is libseccomp's. Beside
``SystemCallFilter=`` it refuses memory that is written and run (``MemoryDenyWriteExecute=``) and
other families of sockets (``RestrictAddressFamilies=``), as systemd.exec(5) describes them.
"""

import ctypes
import mmap
import os
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ALLOW, ERRNO = 0x7FFF0000, 0x00050000
_EQUAL, _MASKED_EQUAL = 4, 7
_EPERM = 1
_SHM_EXEC = 0o100000
LIBRARY = "libseccomp.so.2"


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("one", ctypes.c_uint64),
        ("other", ctypes.c_uint64),
    )


def values_of(unit: Path, key: str) -> list[str]:
    """Return what a unit says for a key, a line each."""
    lines = unit.read_text("utf-8").splitlines()
    return [line.removeprefix(f"{key}=") for line in lines if line.startswith(f"{key}=")]


def calls_of(names: Iterable[str]) -> set[str]:
    """Return the system calls of names and of ``@sets``, whose sets may hold others."""
    calls: set[str] = set()
    for name in names:
        if not name.startswith("@"):
            calls.add(name)
            continue
        lines = subprocess.run(
            ["systemd-analyze", "syscall-filter", "--no-pager", name],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.splitlines()
        members = [line.strip() for line in lines if line.startswith(" ") and "#" not in line]
        calls |= calls_of(members)
    return calls


def allowed(unit: Path) -> set[str]:
    """Return the calls that a unit leaves; systemd itself always adds those of ``@default``."""
    calls = {"execve", *calls_of(["@default"])}
    for value in values_of(unit, "SystemCallFilter"):
        names = calls_of(value.lstrip("~").split())
        calls = calls - names if value.startswith("~") else calls | names
    return calls


def install(unit: Path) -> None:
    """Put this process, and all that it starts, under a unit's filter; there is no way back."""
    seccomp = ctypes.CDLL(LIBRARY)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(ERRNO | _EPERM))

    def add(action: int, call: str, *comparisons: _Comparison) -> None:
        number = seccomp.seccomp_syscall_resolve_name(call.encode())
        if number < 0:  # of another processor
            return
        array = (_Comparison * len(comparisons))(*comparisons)
        assert seccomp.seccomp_rule_add_array(context, action, number, len(comparisons), array) in (
            0,
            -_EPERM,
        )  # what is refused by default needs no rule

    calls = allowed(unit)
    for call in sorted(calls - {"mmap", "mprotect", "pkey_mprotect", "shmat", "socket"}):
        add(ALLOW, call)
    # Of two rules for one call libseccomp takes either: so these calls are allowed by what they
    # may do, not refused by what they may not.
    written, run = mmap.PROT_WRITE, mmap.PROT_EXEC
    for bits in (0, written, run):
        add(ALLOW, "mmap", _Comparison(2, _MASKED_EQUAL, written | run, bits))
    for call in ("mprotect", "pkey_mprotect"):
        add(ALLOW, call, _Comparison(2, _MASKED_EQUAL, run, 0))
    add(ALLOW, "shmat", _Comparison(2, _MASKED_EQUAL, _SHM_EXEC, 0))
    for family in " ".join(values_of(unit, "RestrictAddressFamilies")).split():
        add(ALLOW, "socket", _Comparison(0, _EQUAL, getattr(socket, family), 0))
    assert seccomp.seccomp_load(context) == 0
    seccomp.seccomp_release(context)


if __name__ == "__main__":
    install(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the test's own command
