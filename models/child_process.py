"""Work in a process of its own: whatever happens to its memory, or to it, costs one answer.

The parent starts a child, asks it, and may kill it at any time. Through the child's standard
input goes a line of JSON, the request with the ``size`` of the bytes that follow; back comes
a line of JSON with the ``result``, or with an ``error`` and whether the input was ``invalid``.
What the child prints goes to standard error. A child ends with its parent.
"""

import json
import os
import resource
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from models.errors import InvalidError, LotsenError, UnavailableError

_MOST = 150_000_000  # bytes of an answer
_ROOT = Path(__file__).resolve().parents[1]
_PATH = "import sys; sys.path.insert(0, sys.argv[1]); "
# The thread that watches the parent would get 64 MB of addresses for itself, and these count
# against a child's limit of them.
_ISOLATED = {"MALLOC_ARENA_MAX": "1"}


class ChildEndedError(UnavailableError):
    """The child gave no answer.

    ``exit_code`` is below 0 for a signal, and None where the answer made no sense; ``is_late``
    says that the deadline passed.
    """

    def __init__(self, exit_code: int | None, *, is_late: bool = False) -> None:
        super().__init__(f"the child process gave no answer (exit code {exit_code})")
        self.exit_code, self.is_late = exit_code, is_late


class ChildProcess:
    """A child as its parent sees it; asked by one thread, killed by any."""

    def __init__(self, start: str, *, isolated: bool = False) -> None:
        """Start it.

        Parameters
        ----------
        start
            Python code that calls `serve` in the child.
        isolated
            Without our environment, so that it knows no token and no proxy, and silent.
        """
        flags = ("-I", "-X", "utf8") if isolated else ()
        # A session of its own: Ctrl-C at a terminal is the parent's to answer.
        self._process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, *flags, "-c", _PATH + start, str(_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if isolated else None,
            env=_ISOLATED if isolated else None,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: Mapping[str, Any], content: bytes = b"", *, deadline_s: float) -> Any:
        """Return the child's result; ``deadline_s`` are seconds until it is killed.

        Raises
        ------
        InvalidError, UnavailableError
            As the child raised them.
        ChildEndedError
            When it died, was killed or too slow, or answered nonsense; it is closed then.
        """
        late = threading.Event()

        def expire() -> None:
            late.set()
            self.kill()

        timer = threading.Timer(deadline_s, expire)
        timer.daemon = True
        timer.start()
        try:
            line = self._exchange({**request, "size": len(content)}, content)
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            self.close()
            raise ChildEndedError(self._process.returncode, is_late=late.is_set())
        try:
            answer = json.loads(line)
            if "error" not in answer:
                return answer["result"]
            error = (InvalidError if answer["invalid"] else UnavailableError)(answer["error"])
        except (ValueError, KeyError, TypeError) as broken:
            self.close()
            raise ChildEndedError(None) from broken
        raise error

    def kill(self) -> None:
        """Kill it; `ask` then says so."""
        self._process.kill()

    def close(self) -> None:
        """Kill it, and free what it took."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()

    def _exchange(self, request: Mapping[str, Any], content: bytes) -> bytes:
        """Return the child's answer, or part of one when it died."""
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            return b""
        try:
            requests.write(json.dumps(request).encode() + b"\n")
            requests.write(content)
            requests.flush()
            return answers.readline(_MOST)
        except (BrokenPipeError, ValueError):
            return b""


def serve(
    handle: Callable[[dict[str, Any], bytes], Any],
    *,
    niceness: int = 0,
    cpu_s: int | None = None,
    limits: Mapping[int, int] | None = None,
) -> None:
    """Answer requests until standard input ends; runs in the child.

    Parameters
    ----------
    handle
        Takes the request and its bytes, and returns what JSON can hold. What it raises on
        purpose the parent raises too; any other error ends the child.
    niceness
        How far the child steps back from the processor.
    cpu_s
        Seconds of computing for a request.
    limits
        `resource.RLIMIT_AS` and the like → the most.
    """
    with suppress(OSError):  # a service manager may forbid even to step back
        os.nice(niceness)
    for what, most in (limits or {}).items():
        with suppress(ValueError, OSError):  # macOS knows no limit of address space
            resource.setrlimit(what, (most, most))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    _log_as_json()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while line := requests.readline(10_000):
        request = json.loads(line)
        if cpu_s is not None:
            _allow_more_time(cpu_s)
        answer = _answer(handle, request, requests.read(request.pop("size")))
        answers.write(json.dumps(answer, default=str).encode() + b"\n")
        answers.flush()


def _log_as_json() -> None:
    """Write the child's log as its parent's is written: an object a line, on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _answer(
    handle: Callable[[dict[str, Any], bytes], Any], request: dict[str, Any], content: bytes
) -> dict[str, Any]:
    try:
        return {"result": handle(request, content)}
    except LotsenError as error:
        return {"error": str(error), "invalid": isinstance(error, InvalidError)}


def _allow_more_time(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard))


def _end_with_parent() -> None:
    hung_up = select.poll()
    hung_up.register(sys.stdin.fileno(), 0)  # no event but that nobody can write any more
    hung_up.poll()
    os._exit(1)
