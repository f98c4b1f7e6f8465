"""Read documents in a child process that is limited, and that may die.

A document comes from anywhere, and the libraries that read it are large. Whatever it
does to them costs one child; the file is left out with a reason, and the bot lives.
"""

import signal
from typing import Self

from pydantic import TypeAdapter, ValidationError

from models.child_process import ChildEndedError, ChildProcess
from models.errors import InvalidError
from models.knowledge.document_child import CPU_S
from models.knowledge.documents import Draft

WALL_S = 60.0
"""Seconds until a child is killed."""
_START = "from models.knowledge.document_child import serve; serve()"
_NO_ANSWER = "cannot be read: its reader gave no proper answer"
_DRAFTS = TypeAdapter(tuple[Draft, ...])


class DocumentReader:
    """Reads files one after the other; use it in a ``with`` block, by one thread."""

    def __init__(self, wall_s: float = WALL_S, start: str = _START) -> None:
        """``start`` is the Python code that the child runs."""
        self._wall_s, self._start = wall_s, start
        self._child: ChildProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, name: str, content: bytes) -> tuple[Draft, ...]:
        """Return the articles in a file of this name.

        Raises
        ------
        InvalidError
            Saying why nothing can be read from it.
        """
        try:
            answer = self._running().ask({"name": name}, content, deadline_s=self._wall_s)
            return _DRAFTS.validate_python(answer)
        except ChildEndedError as error:
            raise InvalidError(self._reason(error)) from error
        except ValidationError as error:
            self._end()
            raise InvalidError(_NO_ANSWER) from error

    def _running(self) -> ChildProcess:
        if self._child is None or not self._child.is_running:
            self._end()
            self._child = ChildProcess(self._start, isolated=True)
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.close()

    def _reason(self, error: ChildEndedError) -> str:
        if error.is_late:
            return f"takes longer than {self._wall_s:g} s to be read: split it"
        if error.exit_code == -signal.SIGXCPU:
            return f"needs more than {CPU_S} s of computing to be read: split it"
        if error.exit_code is None:
            return _NO_ANSWER
        return "cannot be read: its reader crashed; the file is damaged or hostile"
