"""A call that Slack answers with ``ok: false``."""

from collections.abc import Sequence
from typing import Any


class Refusal(Exception):  # noqa: N818 - it is an answer of Slack, not a fault of the double
    """Slack's own error code, with the messages it puts into ``response_metadata``."""

    def __init__(self, code: str, messages: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(code, *messages)
        self.code = code
        self.messages = tuple(messages)
        self.extra = extra

    def answer(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": list(self.messages)}
        return body
