"""What Lotsen logs, and how: lines of JSON on standard error, never with a token in them."""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from models.errors import describe_error

_SECRETS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|\bsk-[\w-]{16,}|(?i:bearer) [\w.~+/=-]+"
    r"|https://hooks\.slack\.com/[^\s\"']+|://[^:/@\s\"]+:[^@/\s\"]+@"
)
_HIDDEN = "[hidden]"


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return ``text`` without anything that looks like a token, and without ``secrets``."""
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return _SECRETS.sub(_HIDDEN, text)


def configure_for_service(level: str, secrets: Iterable[str] = ()) -> None:
    """Log lines of JSON: our own and those of the libraries.

    Parameters
    ----------
    level
        The lowest level that is logged, such as ``INFO``; of libraries warnings at the least.
    secrets
        Values that no line may hold, beyond everything that looks like a token.
    """
    hidden = tuple(secret for secret in secrets if len(secret) > 5)
    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_traceback,
        structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
        lambda _logger, _method, line: redact(str(line), hidden),
    ]
    number = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=chain,
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_StandardError,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, _OfLibraries)]:
        root.removeHandler(old)
    root.addHandler(_OfLibraries(hidden))
    # Their warnings are worth a line. Below, they log whole requests: what people wrote, and
    # tokens. The handler holds back what a library lets through by a level of its own.
    root.setLevel(max(number, logging.WARNING))


def configure_for_terminal(level: str = "WARNING") -> None:
    """Log warnings only, a plain line each, so that a command's own words stand out."""
    number = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[structlog.processors.add_log_level, _as_line],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_StandardError,
        cache_logger_on_first_use=False,
    )


def _as_line(_logger: Any, _method: str, event: EventDict) -> str:
    level, said = event.pop("level", "warning"), event.pop("event", "")
    error = event.pop("exc_info", None)
    found = sys.exception() if error is True else error
    if isinstance(found, BaseException):
        event["error"] = f"{type(found).__name__}: {found}"
    more = " ".join(f"{key}={value}" for key, value in event.items())
    return redact(f"lotsen: {level}: {said} {more}".rstrip())


def _with_traceback(_logger: Any, _method: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    found = sys.exception() if error is True else error
    if isinstance(found, BaseException):
        event["exception"] = _traced(found)
    return event


def _traced(error: BaseException) -> str:
    """Return where an error and its causes come from, without the words that they quote."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{_traced(cause)}\n" if cause is not None else ""
    return f"{before}{''.join(traceback.format_tb(error.__traceback__))}{describe_error(error)}"


def _write(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


class _StandardError:
    """Writes lines to standard error as it is at that moment: tests exchange it."""

    def __init__(self, *_: object) -> None:
        pass

    def msg(self, line: str) -> None:
        _write(line)

    debug = info = warning = warn = error = exception = critical = fatal = log = msg


class _OfLibraries(logging.Handler):
    """Turns what libraries log into the same lines."""

    def __init__(self, hidden: tuple[str, ...]) -> None:
        super().__init__(logging.WARNING)
        self._hidden = hidden

    def emit(self, record: logging.LogRecord) -> None:
        line: dict[str, object] = {
            "logger": record.name,
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = _traced(record.exc_info[1])
        text = json.dumps(line, ensure_ascii=False, default=str)
        _write(redact(text, self._hidden))
