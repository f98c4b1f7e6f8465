"""At DEBUG as at INFO no word of anybody and no token stands in the log, whoever logs."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from bot.log import configure_for_service
from tests.stories.test_the_cascade_decides import Service, desk, with_model

HELP, SUPPORT, ASA, KIM = "CHELP", "CSUPPORT", "UASA", "UKIM"
ASKED, DIRECT, NOTE, EDITED = "zebrafinken", "ugglefjädern", "burkaktuset", "grodspelet"
CANARIES = (ASKED, DIRECT, NOTE, EDITED, "Åsa Lind", "Kim Ek")
Open = Callable[..., Any]


class Everything(logging.Handler):
    """Keeps each record that reaches the root, as any handler could write it."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {record.getMessage()}")


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture
def everything() -> Iterator[Everything]:
    root = logging.getLogger()
    level, handlers, told = root.level, list(root.handlers), structlog.get_config()
    structlog.reset_defaults()
    configure_for_service("DEBUG")
    heard = Everything()
    root.addHandler(heard)
    yield heard
    root.setLevel(level)
    root.handlers[:] = handlers
    structlog.configure(**told)


LIBRARIES = ("openai", "slack_sdk", "slack_bolt", "sqlalchemy.engine", "httpx2", "urllib3")


@pytest.mark.parametrize(
    ("mode", "talkative"), [("socket", False), ("http", False), ("socket", True)]
)
def test_a_conversation_leaves_no_word_in_the_log(
    open_office: Open,
    everything: Everything,
    service: Service,
    capfd: pytest.CaptureFixture[str],
    mode: str,
    *,
    talkative: bool,
) -> None:
    """``talkative``: a library has a level of its own, as by OPENAI_LOG=debug."""
    levels = [(logging.getLogger(name), logging.getLogger(name).level) for name in LIBRARIES]
    for logger, _ in levels if talkative else ():
        logger.setLevel(logging.DEBUG)
    office = open_office(mode=mode, prepare=desk, **with_model(service))
    double = office.double
    secrets = [double.bot_token, double.app_token, double.signing_secret]

    ts = double.say(ASA, HELP, f"min {ASKED} startar inte")
    double.say(ASA, HELP, f"och {DIRECT} är borta", thread_ts=ts)
    office.settle()
    double.edit(ASA, HELP, ts, f"min {EDITED} startar inte")
    double.faults.server_errors = 0.3
    double.faults.lost_responses = 0.3
    (card,) = office.cards()
    double.click(KIM, SUPPORT, card.ts, "ticket_claim")
    double.wait_until(lambda: not double.pending_events(), 20)
    double.faults.clear()
    office.settle()
    logging.getLogger("slack_sdk").error("the log is heard")

    for logger, level in levels:
        logger.setLevel(level)
    err = capfd.readouterr().err
    heard = everything.lines
    assert service.heard
    assert "the log is heard" in err
    assert any("the log is heard" in line for line in heard)
    assert len(heard) > 50 or not talkative
    for word in (*CANARIES, *secrets):
        assert word not in err, word
        assert [line[:300] for line in heard if word in line and not talkative] == [], word
