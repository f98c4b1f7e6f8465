"""The arguments of a Web API call, which come as JSON or as form fields."""

from collections.abc import Mapping
from typing import Any

from bot.demo.double.conversation import microseconds
from bot.demo.double.limits import parse
from bot.demo.double.refusal import Refusal


def invalid(complaint: str) -> Refusal:
    """Give the refusal of a wrong argument."""
    return Refusal("invalid_arguments", [f"[ERROR] {complaint}"])


class Arguments:
    """Reads what was sent; a wrong or missing argument is refused in Slack's words."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = {name: value for name, value in given.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def raw(self, name: str) -> Any:
        return self.given.get(name)

    def text(self, name: str) -> str:
        value = self.given.get(name, "")
        return value if isinstance(value, str) else str(value)

    def required(self, name: str) -> str:
        if not self.text(name):
            raise invalid(f"missing required field: {name}")
        return self.text(name)

    def flag(self, name: str) -> bool:
        return str(self.given.get(name, "")).lower() in {"true", "1", "t", "yes"}

    def whole(self, name: str, default: int) -> int:
        try:
            return int(self.given.get(name, default))
        except (TypeError, ValueError):
            raise invalid(f"must be an integer: {name}") from None

    def limit(self, default: int = 100, most: int = 999) -> int:
        limit = self.whole("limit", default)
        if not 1 <= limit <= 1000:
            raise Refusal("invalid_limit")
        return min(limit, most)

    def moment(self, name: str, default: int) -> int:
        """Read a time stamp argument as microseconds."""
        if not self.text(name):
            return default
        try:
            return microseconds(self.text(name))
        except ValueError:
            raise Refusal(f"invalid_ts_{name}") from None

    def ts(self, name: str) -> str:
        """Read the time stamp of a message; a malformed one names no message."""
        try:
            microseconds(self.required(name))
        except ValueError:
            raise Refusal("message_not_found") from None
        return self.text(name)

    def json(self, name: str) -> Any:
        return parse(self.raw(name), lambda: invalid(f"invalid JSON for `{name}`"))

    def items(self, name: str) -> list[str]:
        """Read a list given as JSON, or as text with commas."""
        value = self.raw(name)
        if isinstance(value, str) and not value.startswith("["):
            return [part for part in value.split(",") if part]
        return [str(one) for one in self.json(name) or ()]
