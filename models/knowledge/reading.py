"""Read documents in a child process that is limited, and that may die.

A document comes from anywhere, and the libraries that read it are large. Whatever it
does to them costs one child; the file is left out with a reason, and the bot lives.
"""

import json
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Timer
from types import TracebackType
from typing import IO, Self

from pydantic import TypeAdapter, ValidationError

from models.errors import InvalidError
from models.knowledge.child import CPU_S
from models.knowledge.documents import Draft

WALL_S = 60.0
"""Seconds until a child is killed."""
_MOST = 150_000_000  # bytes of an answer
_ROOT = Path(__file__).resolve().parents[2]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from models.knowledge.child import serve; serve()"
)
_DRAFTS = TypeAdapter(tuple[Draft, ...])


class Reading:
    """Reads files one after the other; use it in a ``with`` block, by one thread."""

    def __init__(self, wall_s: float = WALL_S, start: str = _START) -> None:
        """``start`` is the Python code that the child runs."""
        self._wall_s, self._start = wall_s, start
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def read(self, name: str, content: bytes) -> tuple[Draft, ...]:
        """Return the articles in a file of this name.

        Raises
        ------
        InvalidError
            Saying why nothing can be read from it.
        """
        answer = self._asked(name, content)
        try:
            told = json.loads(answer)
            if "reason" in told:
                raise InvalidError(str(told["reason"]))
            return _DRAFTS.validate_python(told["drafts"])
        except (json.JSONDecodeError, ValidationError, KeyError) as error:
            self._end()
            raise InvalidError("cannot be read: its reader gave no proper answer") from error

    def _asked(self, name: str, content: bytes) -> bytes:
        child = self._running()
        late = Event()
        timer = Timer(self._wall_s, _kill, (child, late))
        timer.start()
        try:
            answer = _exchange(child, name, content)
        finally:
            timer.cancel()
        if not answer.endswith(b"\n"):
            self._end()
            raise InvalidError(_why(child.returncode, late=late.is_set(), wall_s=self._wall_s))
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            # No environment: a reader needs no token and no address of a proxy.
            self._child = subprocess.Popen(  # noqa: S603 - our own code
                [sys.executable, "-I", "-X", "utf8", "-c", self._start, str(_ROOT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                start_new_session=True,
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                _close(pipe)
        child.wait()


def _exchange(child: subprocess.Popen[bytes], name: str, content: bytes) -> bytes:
    """Return the child's answer, or part of one when it died."""
    if child.stdin is None or child.stdout is None:
        return b""
    try:
        child.stdin.write(json.dumps({"name": name, "size": len(content)}).encode() + b"\n")
        child.stdin.write(content)
        child.stdin.flush()
        return child.stdout.readline(_MOST)
    except (BrokenPipeError, ValueError):
        return b""


def _kill(child: subprocess.Popen[bytes], late: Event) -> None:
    late.set()
    child.kill()


def _close(pipe: IO[bytes]) -> None:
    with suppress(BrokenPipeError):
        pipe.close()


def _why(returncode: int, *, late: bool, wall_s: float) -> str:
    if late:
        return f"takes longer than {wall_s:g} s to be read: split it"
    if returncode == -signal.SIGXCPU:
        return f"needs more than {CPU_S} s of computing to be read: split it"
    return "cannot be read: its reader crashed; the file is damaged or hostile"
