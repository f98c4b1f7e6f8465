"""In HTTP mode requests arrive in a process of their own, and are handled in another."""

import http.client
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.demo.double import Channel, Member, SlackDouble
from bot.main import Service
from models.lotsen import open_lotsen
from models.settings import Settings
from tests.waiting import wait_until

pytestmark = pytest.mark.slow
ASA, HELP = "UASA", "CHELP"


@pytest.fixture
def double() -> Iterator[SlackDouble]:
    people = (Member(id=ASA, name="Åsa Lind", locale="sv-SE"),)
    channels = (
        Channel(id=HELP, name="help", members=(ASA,)),
        Channel(id="CSUPPORT", name="support"),
    )
    with SlackDouble(clock=Clock(), people=people, channels=channels) as double:
        yield double


@pytest.fixture
def service(double: SlackDouble, tmp_path: Path) -> Iterator[Service]:
    settings = settings_for(double, tmp_path)
    service = Service(open_lotsen(settings), Clock(), "http", apart=True)
    service.start()
    yield service
    service.stop()


def settings_for(double: SlackDouble, home: Path) -> Settings:
    return Settings.load(
        _env_file=None,
        lotsen_home=home,
        lotsen_http_port=0,
        slack_bot_token=double.bot_token,
        slack_signing_secret=double.signing_secret,
        slack_api_url=double.api_url,
        lotsen_help_channel=(HELP,),
        lotsen_support_channel="CSUPPORT",
        lotsen_half_days=("12-23",),
        lotsen_channel_interval_seconds=0.0,
    )


def ask(port: int, path: str) -> tuple[int, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


def answers(port: int, path: str) -> bool:
    try:
        return ask(port, path)[0] == 200
    except OSError:
        return False


def test_a_question_becomes_a_card_and_the_receiver_shows_the_figures_of_both(
    double: SlackDouble, service: Service
) -> None:
    double.deliver_to(f"http://127.0.0.1:{service.port}/slack/events")
    double.say(ASA, HELP, "min skärm är svart")
    double.wait_until(lambda: bool(double.messages("CSUPPORT")), 60)
    assert wait_until(lambda: answers(service.port, "/readyz"))
    status, figures = ask(service.port, "/metrics")
    assert status == 200
    assert "lotsen_acknowledgement_seconds_count" in figures
    assert "lotsen_acknowledgement_seconds_count 0.0" not in figures
    assert figures.count("# TYPE lotsen_acknowledgement_seconds histogram") == 1
    assert wait_until(lambda: "lotsen_build_info" in ask(service.port, "/metrics")[1])


def test_a_receiver_that_dies_is_started_again_and_hears(
    double: SlackDouble, service: Service
) -> None:
    os.kill(service.receiver, signal.SIGKILL)
    dead = service.receiver
    assert wait_until(
        lambda: service.receiver not in (0, dead) and answers(service.port, "/healthz")
    )
    double.deliver_to(f"http://127.0.0.1:{service.port}/slack/events")
    double.say(ASA, HELP, "min skärm är svart")
    double.wait_until(lambda: bool(double.messages("CSUPPORT")), 60)


def test_settings_reach_the_receiver_as_they_are(double: SlackDouble, tmp_path: Path) -> None:
    settings = settings_for(double, tmp_path)
    assert Settings.load(_env_file=None, **settings.as_values()) == settings
    assert set(settings.secrets) == {double.bot_token, double.signing_secret}
