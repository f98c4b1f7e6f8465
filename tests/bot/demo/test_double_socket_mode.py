"""Socket Mode against the SDK's own client: acknowledged once, sent again when it was not."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.demo.double import SlackDouble
from tests.bot.demo.doubled import drop_sockets, given_up, refresh_sockets

Company = Callable[..., SlackDouble]


Part = Callable[[SlackDouble, SocketModeClient], None]


class Listener:
    """A socket that notes what arrives and acknowledges when it is told to."""

    def __init__(self, double: SlackDouble, *, acknowledges: bool = True) -> None:
        self.heard: list[SocketModeRequest] = []
        self.acknowledges = acknowledges
        web = WebClient(double.bot_token, base_url=double.api_url, retry_handlers=[])
        self.client = SocketModeClient(
            double.app_token, web_client=web, concurrency=4, ping_interval=0.3
        )
        self.client.socket_mode_request_listeners.append(self._hear)
        self.client.connect()

    def texts(self) -> list[str]:
        return [one.payload["event"].get("text", "") for one in list(self.heard)]

    def _hear(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(request)
        if self.acknowledges:
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id))


@pytest.fixture
def listen(double: SlackDouble, parting: Part) -> Iterator[Callable[..., Listener]]:
    """Open sockets to ``double`` that are closed at the end."""
    opened: list[Listener] = []

    def make(**options: bool) -> Listener:
        opened.append(Listener(double, **options))
        return opened[-1]

    yield make
    for one in opened:
        one.client.auto_reconnect_enabled = one.client.default_auto_reconnect_enabled = False
    for one in opened:
        if not one.client.closed:
            parting(double, one.client)


def test_a_bolt_app_hears_a_mention_twice_and_acknowledges(double: SlackDouble, bolt: App) -> None:
    heard: list[Any] = []
    bolt.event("message")(lambda event: heard.append(event))
    bolt.event("app_mention")(lambda event: heard.append(event))

    ts = double.say("U1", "C1", "<@BOT> hjälp")
    double.wait_until(lambda: double.pending_events() == 0)

    assert sorted(one["type"] for one in heard) == ["app_mention", "message"]
    assert {one["ts"] for one in heard} == {ts}


def test_an_event_whose_listener_fails_comes_again(company: Company, parting: Part) -> None:
    failures = iter([True, False])
    heard: list[int] = []
    with company(ack_seconds=0.3, retries=(0.0, 0.0)) as double:
        web = WebClient(double.bot_token, base_url=double.api_url, retry_handlers=[])
        app = App(client=web, process_before_response=True)
        app.error(lambda error: None)

        @app.event("message")
        def hear() -> None:
            heard.append(1)
            if next(failures):
                raise RuntimeError("the database is locked")

        handler = SocketModeHandler(app, double.app_token)
        handler.client.connect()
        double.say("U1", "C1", "hej")
        double.wait_until(lambda: double.pending_events() == 0)
        parting(double, handler.client)

    assert len(heard) == 2


def test_what_was_not_acknowledged_in_time_comes_again_and_is_marked(
    company: Company, parting: Part
) -> None:
    with company(ack_seconds=0.2, retries=(0.0, 0.1)) as double:
        silent = Listener(double, acknowledges=False)
        double.say("U1", "C1", "hej")
        double.wait_until(lambda: given_up(double))

        marks = [(one.retry_attempt, one.retry_reason) for one in silent.heard]
        assert marks == [(0, ""), (1, "timeout"), (2, "timeout")]
        assert len({one.payload["event_id"] for one in silent.heard}) == 1
        assert double.pending_events() == 0
        parting(double, silent.client)


def test_an_event_outlives_the_app_that_died_with_it(
    double: SlackDouble, listen: Callable[..., Listener], parting: Part
) -> None:
    dying = listen(acknowledges=False)
    double.say("U1", "C1", "hej")
    double.wait_until(lambda: dying.heard)
    parting(double, dying.client)
    double.say("U1", "C1", "ingen hemma")

    reborn = listen()
    double.wait_until(lambda: double.pending_events() == 0)

    assert sorted(reborn.texts()) == ["hej", "ingen hemma"]
    first = next(one for one in reborn.heard if one.payload["event"]["text"] == "hej")
    assert first.retry_attempt == 1


@pytest.mark.slow
def test_the_client_comes_back_after_its_socket_was_cut(
    double: SlackDouble, listen: Callable[..., Listener]
) -> None:
    there = listen()

    drop_sockets(double)
    double.say("U1", "C1", "är du där?")
    double.wait_until(lambda: double.pending_events() == 0)

    assert there.texts() == ["är du där?"]


def test_a_refresh_loses_nothing(double: SlackDouble, listen: Callable[..., Listener]) -> None:
    there = listen()

    refresh_sockets(double)
    for n in range(20):
        double.say("U1", "C1", str(n))
    double.wait_until(lambda: double.pending_events() == 0)

    assert sorted(map(int, there.texts())) == list(range(20))


def test_each_event_goes_to_one_of_several_connections(
    double: SlackDouble, listen: Callable[..., Listener]
) -> None:
    one, two = listen(), listen()

    for n in range(20):
        double.say("U1", "C1", str(n))
    double.wait_until(lambda: double.pending_events() == 0)

    assert sorted(map(int, one.texts() + two.texts())) == list(range(20))
    assert one.texts()
    assert two.texts()


def test_events_that_happened_while_the_double_was_stopped_are_delivered(
    company: Company, parting: Part
) -> None:
    double = company()
    double.say("U1", "C1", "före")
    double.start()
    first = Listener(double)
    double.wait_until(lambda: double.pending_events() == 0)
    parting(double, first.client)
    double.stop()
    double.say("U1", "C1", "under")
    double.start()
    second = Listener(double)
    double.wait_until(lambda: double.pending_events() == 0)
    parting(double, second.client)
    double.stop()

    assert (first.texts(), second.texts()) == (["före"], ["under"])


@pytest.mark.slow
def test_a_thousand_events_in_a_burst_all_arrive(
    double: SlackDouble, listen: Callable[..., Listener]
) -> None:
    there = listen()

    for n in range(1000):
        double.say("U1", "C1", str(n))
    double.wait_until(lambda: double.pending_events() == 0, 60)  # 0.4 s on an idle machine

    assert sorted(map(int, there.texts())) == list(range(1000))


def test_a_click_is_delivered_beside_many_slow_events(company: Company, parting: Part) -> None:
    release = threading.Event()
    with company() as double:
        web = WebClient(double.bot_token, base_url=double.api_url, retry_handlers=[])
        client = SocketModeClient(double.app_token, web_client=web, concurrency=200)

        def hear(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
            if request.type == "events_api":
                release.wait(5)
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

        client.socket_mode_request_listeners.append(hear)
        client.connect()
        for n in range(100):
            double.say("U1", "C1", str(n))

        ack = double.command("U1", "C1", "/lotsen", "status")
        release.set()
        double.wait_until(lambda: double.pending_events() == 0)
        parting(double, client)

    assert ack.ok
    assert ack.seconds < 1.0


def test_a_ticket_for_a_socket_works_once(double: SlackDouble) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    app = WebClient(double.app_token, base_url=double.api_url, retry_handlers=[])
    url = app.apps_connections_open(app_token=double.app_token)["url"]

    with connect(url, proxy=None) as socket:
        assert '"type": "hello"' in str(socket.recv(timeout=5)).replace('":"', '": "')
    with pytest.raises(InvalidStatus), connect(url, proxy=None):
        pass


def test_the_eleventh_connection_is_turned_away(double: SlackDouble) -> None:
    from contextlib import ExitStack

    from websockets.sync.client import connect

    app = WebClient(double.app_token, base_url=double.api_url, retry_handlers=[])
    with ExitStack() as open_sockets:
        answers = []
        for _ in range(11):
            url = app.apps_connections_open(app_token=double.app_token)["url"]
            socket = open_sockets.enter_context(connect(url, proxy=None))
            answers.append(str(socket.recv(timeout=5)))

        assert double.connections() == 10
    assert "too_many_websockets" in answers[-1]
    assert sum("hello" in one for one in answers) == 10
