"""A small harbour company in the Slack double, and the real Slack SDK as its peer."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient

from bot.demo.double import Channel, Conditions, Member, SlackDouble
from tests.bot.demo.doubled import drop_sockets

Refused = Callable[[Callable[[], object]], Any]


def part(double: SlackDouble, client: SocketModeClient) -> None:
    """Close a socket at once; left alone, the SDK sits in its reads for some seconds."""
    client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False

    def wake() -> None:
        drop_sockets(double)
        client.enqueue_message("")

    cut = threading.Timer(0.02, wake)
    cut.start()
    try:
        client.close()
    except AttributeError:  # its reader closed the socket first, which close() does not expect
        client.close()
    cut.join()


@pytest.fixture
def bolt(double: SlackDouble, web: WebClient) -> Iterator[App]:
    """Connect a Bolt app as the product does: it acknowledges after its listeners."""
    app = App(client=web, process_before_response=True)
    handler = SocketModeHandler(app, double.app_token)
    handler.client.connect()
    yield app
    part(double, handler.client)


@pytest.fixture
def parting() -> Callable[[SlackDouble, SocketModeClient], None]:
    return part


class MovingClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class Stopwatch:
    """The monotonic time of rate limits and trigger ids, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def company() -> Callable[..., SlackDouble]:
    """Make a workspace; options go to the double."""

    def make(**options: Any) -> SlackDouble:
        people = [
            Member(id="U1", name="Åsa Lind", locale="sv-SE"),
            Member(id="U2", name="Bo Ek", locale="en-GB", role="agent"),
            Member(id="U3", name="Cleo Voss", locale="de-DE", role="lead"),
        ]
        channels = [
            Channel(id="C1", name="help-it", members=("U1", "U2")),
            Channel(id="C2", name="support", private=True, members=("U2", "U3")),
            Channel(id="C3", name="general", members=("U1",), with_bot=False),
            Channel(id="C4", name="old", archived=True),
            Channel(id="C5", name="board", private=True, members=("U3",), with_bot=False),
        ]
        settings: dict[str, Any] = {
            "clock": MovingClock(),
            "people": people,
            "channels": channels,
            "user_groups": {"S1": ("U2", "U3")},
        }
        given = {key: options.pop(key) for key in list(options) if key not in settings}
        conditions = Conditions(**{"seed": 1, "rate_limits": False, **given})
        return SlackDouble(**settings | options, conditions=conditions)

    return make


@pytest.fixture
def double(
    company: Callable[..., SlackDouble], clock: MovingClock, stopwatch: Stopwatch
) -> Iterator[SlackDouble]:
    with company(clock=clock, monotonic=stopwatch) as started:
        yield started


@pytest.fixture
def web(double: SlackDouble) -> WebClient:
    return WebClient(double.bot_token, base_url=double.api_url, retry_handlers=[])


@pytest.fixture
def refused() -> Refused:
    """Give the answer of a call that Slack refuses."""

    def answer(call: Callable[[], object]) -> Any:
        with pytest.raises(SlackApiError) as caught:
            call()
        return caught.value.response

    return answer


def button(action_id: str = "go", **fields: Any) -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Go"}
    return {"type": "button", "action_id": action_id, "text": label, **fields}


@pytest.fixture
def actions() -> Callable[..., list[dict[str, Any]]]:
    """Make the blocks of a message with buttons."""

    def make(*action_ids: str, **fields: Any) -> list[dict[str, Any]]:
        elements = [button(action_id, **fields) for action_id in action_ids]
        return [{"type": "actions", "block_id": "row", "elements": elements}]

    return make


@pytest.fixture
def form() -> Callable[..., dict[str, Any]]:
    """Make a form with a required note and a menu."""

    def make(**fields: Any) -> dict[str, Any]:
        options = [
            {"text": {"type": "plain_text", "text": name}, "value": name}
            for name in ("vpn", "mail")
        ]
        note = {"type": "plain_text_input", "action_id": "note", "max_length": 20}
        menu = {"type": "static_select", "action_id": "category", "options": options}
        view: dict[str, Any] = {
            "type": "modal",
            "callback_id": "resolve",
            "title": {"type": "plain_text", "text": "Resolve"},
            "submit": {"type": "plain_text", "text": "OK"},
            "blocks": [
                {"type": "input", "block_id": "note", "element": note,
                 "label": {"type": "plain_text", "text": "Note"}},
                {"type": "input", "block_id": "menu", "element": menu, "optional": True,
                 "label": {"type": "plain_text", "text": "Category"}},
            ],
        }  # fmt: skip
        return view | fields

    return make
