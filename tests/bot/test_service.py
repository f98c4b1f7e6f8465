"""The whole bot as one object: it starts, says whether it is ready, and stops."""

import http.client
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import cast

import pytest

from bot import cli, main
from bot.clock import MovableClock
from bot.demo.double import SlackDouble
from bot.main import Service
from jobs.runner import Ran, Runner
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
        assert service.stop()


@pytest.mark.slow
def test_a_job_that_does_not_end_does_not_keep_the_bot_from_stopping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ends = Event(), Event()

    def long_job(*_: object, **__: object) -> list[Ran]:
        begun.set()
        ends.wait(60)
        return []

    monkeypatch.setattr(main, "STOP_S", 0.3)
    monkeypatch.setattr(Runner, "tick", long_job)
    with SlackDouble(clock=MovableClock(NOW)) as double:
        service = service_for(double, tmp_path)
        service.start()
        assert begun.wait(30)
        assert not service.stop()
        ends.set()


@pytest.fixture
def _own_signals() -> Iterator[None]:
    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


@pytest.mark.usefixtures("_own_signals")
def test_who_is_asked_to_end_before_the_start_does_not_start() -> None:
    class Never:
        def start(self) -> None:
            raise AssertionError("started")

    stop = Event()
    stop.set()
    assert main.serve(cast("Service", Never()), stop)


@pytest.mark.usefixtures("_own_signals")
def test_a_start_is_broken_off_by_a_signal() -> None:
    class Starting:
        def start(self) -> None:
            signal.raise_signal(signal.SIGTERM)
            raise AssertionError("went on")

    stop = Event()
    assert not main.serve(cast("Service", Starting()), stop)
    assert stop.is_set()


def test_a_wish_to_end_is_kept_where_the_exit_is_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "stopping", Event())
    with pytest.raises(SystemExit) as left:
        cli._end()
    assert left.value.code == 0
    assert cli.stopping.is_set()


def ask(port: int, path: str) -> tuple[int, dict[str, object]]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    line.request("GET", path)
    answer = line.getresponse()
    found = answer.status, json.loads(answer.read())
    line.close()
    return found
