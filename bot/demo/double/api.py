"""The Web API as a function: a call comes in, and Slack's answer or its silence goes out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.demo.double import (
    methods_chat,
    methods_conversations,
    methods_files,
    methods_people,
    methods_views,
)
from bot.demo.double.arguments import Arguments
from bot.demo.double.method import METHODS, POSTING, Method
from bot.demo.double.people import Call, Json
from bot.demo.double.rate import RateLimits
from bot.demo.double.refusal import Refusal
from bot.demo.double.slack_platform import Platform

# Importing a module of methods registers them.
MODULES = (methods_chat, methods_conversations, methods_files, methods_people, methods_views)
READ_AS_JSON = ("blocks", "view", "metadata", "files", "attachments", "prompts", "chunks")


@dataclass(slots=True)
class ApiResponse:
    """What goes back; ``lost`` and ``reset`` say that nothing does."""

    status: int
    body: Json
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False
    reset: bool = False


class WebApi:
    """Carries out calls one at a time and remembers them."""

    def __init__(self, slack: Platform, limits: RateLimits) -> None:
        self.calls: list[Call] = []
        self._slack = slack
        self._limits = limits

    def call(self, name: str, token: str, given: Mapping[str, Any]) -> ApiResponse:
        """Answer one call, with faults, limits and refusals in Slack's order."""
        given = {key: value for key, value in given.items() if key != "token"}
        answer = self._fault(name) or self._answer(name, token, given)
        self._remember(name, given, answer)
        self._slack.stir()
        return answer

    def _fault(self, name: str) -> ApiResponse | None:
        faults = self._slack.faults
        if not faults.concern(name):
            return None
        if faults.strike(faults.connection_resets):
            return ApiResponse(0, {"ok": False, "error": "connection reset by a fault"}, reset=True)
        if faults.strike(faults.server_errors):
            return ApiResponse(503, {"ok": False, "error": "service_unavailable"})
        if faults.strike(faults.rate_limited):
            return _too_fast(faults.retry_after)
        return None

    def _answer(self, name: str, token: str, given: Json) -> ApiResponse:
        headers = {"X-OAuth-Scopes": ",".join(sorted(self._slack.identity.scopes))}
        try:
            method = self._authorize(name, token)
            wait = self._limits.wait(name, method.tier, _limited_place(method, given))
            if wait:
                return _too_fast(wait)
            with self._slack.holding():
                body = method.handler(self._slack, Arguments(given))
        except Refusal as refusal:
            return ApiResponse(200, refusal.answer(), headers)
        faults = self._slack.faults
        lost = method.writes and faults.concern(name) and faults.strike(faults.lost_responses)
        return ApiResponse(200, {"ok": True, **body}, headers, lost=lost)

    def _authorize(self, name: str, token: str) -> Method:
        me = self._slack.identity
        method = METHODS.get(name)
        if method is None:
            raise Refusal("unknown_method", req_method=name)
        if not token:
            raise Refusal("not_authed")
        if token not in {me.bot_token, me.app_token}:
            raise Refusal("invalid_auth")
        if me.revoked:
            raise Refusal("token_revoked")
        if (token == me.app_token) != method.app_level and name not in {"auth.test", "api.test"}:
            raise Refusal("not_allowed_token_type")
        self._slack.require(*method.scopes)
        return method

    def _remember(self, name: str, given: Json, answer: ApiResponse) -> None:
        args = {key: _readable(key, value) for key, value in given.items()}
        at = self._slack.clock()
        gone = answer.lost or answer.reset
        self.calls.append(Call(name, args, answer.body, at, answer.status, response_lost=gone))


def _limited_place(method: Method, given: Json) -> str:
    return str(given.get("channel", "")) if method.tier == POSTING else ""


def _too_fast(seconds: int) -> ApiResponse:
    body = {"ok": False, "error": "ratelimited"}
    return ApiResponse(429, body, {"Retry-After": str(seconds)})


def _readable(name: str, value: Any) -> Any:
    """Give JSON that came in a form field as what it stands for."""
    if name not in READ_AS_JSON or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
