"""The double of Slack, called in the same thread: its faults, and no network in between."""

from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.demo.double import SlackDouble
from tests.simulation.weather import Weather


class DirectClient(WebClient):
    """Slack's own client, whose calls go to the double; ``step`` is where its process may die."""

    def __init__(self, double: SlackDouble, weather: Weather, step: Callable[[str], None]) -> None:
        super().__init__(token=double.bot_token, base_url=double.api_url, retry_handlers=[])
        self._double, self._weather, self._step = double, weather, step

    def _sync_send(self, api_url: str, req_args: dict[str, Any]) -> SlackResponse:
        name = api_url.rsplit("/", 1)[1]
        parts = (req_args.get(part) or {} for part in ("params", "data", "json"))
        given = {key: value for part in parts for key, value in part.items() if value is not None}
        self._step(f"before {name}")
        self._weather.wait(self._weather.latency())
        answer = self._double._api.call(name, self._double.bot_token, given)
        key = str(_key(given))
        self._weather.note(f"slack {name} {key} {answer.status} {answer.lost or answer.reset}")
        self._weather.wait(self._weather.latency())
        self._step(f"after {name}")
        if answer.lost or answer.reset:
            raise OSError("no answer")
        date = format_datetime(self._weather.moment, usegmt=True)
        shown = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=api_url,
            req_args={},
            data=answer.body,
            headers={**answer.headers, "Date": date},
            status_code=answer.status,
        )
        shown.validate()  # type: ignore[no-untyped-call]
        return shown


def _key(given: dict[str, Any]) -> str:
    metadata = given.get("metadata")
    return str(metadata["event_payload"]["key"]) if isinstance(metadata, dict) else ""
