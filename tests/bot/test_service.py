"""The whole bot as one object: it starts, says whether it is ready, and stops."""

import http.client
import json
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.demo.double import SlackDouble
from bot.main import Service
from models.lotsen import open_lotsen
from models.settings import Settings
from tests.conftest import NOW


def service_for(double: SlackDouble, home: Path) -> Service:
    settings = Settings.load(
        _env_file=None,
        lotsen_home=home,
        lotsen_http_port=0,
        slack_bot_token=double.bot_token,
        slack_signing_secret=double.signing_secret,
        slack_api_url=double.api_url,
        lotsen_support_channel="CSUPPORT",
    )
    return Service(open_lotsen(settings), MovableClock(NOW), "http")


@pytest.mark.slow
def test_a_bot_whose_database_goes_away_says_so_and_can_still_be_stopped(tmp_path: Path) -> None:
    with SlackDouble(clock=MovableClock(NOW)) as double:
        service = service_for(double, tmp_path)
        service.start()
        assert ask(service.port, "/readyz")[0] == 200
        with service.lotsen.store.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE inbox")
        service.stop()


def ask(port: int, path: str) -> tuple[int, dict[str, object]]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    line.request("GET", path)
    answer = line.getresponse()
    found = answer.status, json.loads(answer.read())
    line.close()
    return found
