"""How a Web API method is registered: its name, limit, scopes and what it does."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.demo.double.arguments import Arguments
from bot.demo.double.people import Json
from bot.demo.double.slack_platform import Platform

Handler = Callable[[Platform, Arguments], Json]

POSTING = -1
"""The tier of ``chat.postMessage``: about one a second for each channel."""

UNLIMITED = 0


@dataclass(frozen=True, slots=True)
class Method:
    """One method; ``scopes`` are alternatives, ``writes`` says a lost answer leaves a trace."""

    name: str
    handler: Handler
    tier: int
    scopes: tuple[str, ...]
    writes: bool
    app_level: bool


METHODS: dict[str, Method] = {}


def method(
    name: str, *scopes: str, tier: int, writes: bool = False, app_level: bool = False
) -> Callable[[Handler], Handler]:
    """Register the decorated function as a method of the Web API."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = Method(name, handler, tier, scopes, writes, app_level)
        return handler

    return register
