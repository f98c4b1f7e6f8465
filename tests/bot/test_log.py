"""Log lines: JSON on standard error, and never a token."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.log import configure_for_service, configure_for_terminal, redact

TOKEN = "xoxb-1234567890-abcdefGHIJKL"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers, told = root.level, list(root.handlers), structlog.get_config()
    structlog.reset_defaults()
    yield
    root.setLevel(level)
    root.handlers[:] = handlers
    structlog.configure(**told)


def test_a_line_is_json_with_level_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    configure_for_service("INFO")
    structlog.get_logger("x").info("ready", port=8077, who="Åsa")
    structlog.get_logger("x").debug("too small")
    out, err = capsys.readouterr()
    line = json.loads(err)
    assert (line["event"], line["level"], line["port"], out) == ("ready", "info", 8077, "")
    assert line["timestamp"].endswith("Z")
    assert "Åsa" in err


def test_no_token_is_logged_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    configure_for_service("INFO", ["a-signing-secret"])
    log = structlog.get_logger("x")
    log.info("token", token=TOKEN, other={"deep": [TOKEN]}, secret="a-signing-secret")
    try:
        int(f"Bearer {TOKEN}")
    except ValueError:
        log.exception("failed")
        logging.getLogger("slack_sdk").exception("it says %s", TOKEN)
    err = capsys.readouterr().err
    assert TOKEN not in err
    assert "a-signing-secret" not in err
    lines = [json.loads(line) for line in err.splitlines()]
    assert len(lines) == 3
    assert "ValueError" in lines[1]["exception"]
    assert lines[2]["logger"] == "slack_sdk"


@pytest.mark.parametrize("quoted", [("a message", "UASA")])
def test_what_an_error_quotes_is_not_logged(
    capsys: pytest.CaptureFixture[str], quoted: tuple[str, str]
) -> None:
    configure_for_service("INFO")
    try:
        try:
            int(quoted[0])
        except ValueError as cause:
            raise LookupError(quoted[1]) from cause
    except LookupError:
        structlog.get_logger("x").exception("failed")
        logging.getLogger("bolt").exception("failed")
    err = capsys.readouterr().err
    assert not any(words in err for words in quoted)
    for line in map(json.loads, err.splitlines()):
        assert line["exception"].endswith("LookupError")
        assert "ValueError" in line["exception"]
        assert "in test_what_an_error_quotes_is_not_logged" in line["exception"]


def test_a_second_configuration_does_not_log_twice(capsys: pytest.CaptureFixture[str]) -> None:
    configure_for_service("INFO")
    configure_for_service("INFO")
    logging.getLogger("bolt").warning("once")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_on_a_terminal_warnings_are_one_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_for_terminal()
    log = structlog.get_logger("x")
    log.info("not shown")
    empty: dict[str, str] = {}
    try:
        empty["x"]
    except KeyError:
        log.exception("job failed", job="digest")
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "lotsen: error: job failed job=digest error=KeyError: 'x'\n"


@pytest.mark.slow
@given(st.text(), st.from_regex(r"xox[bpa]-[0-9A-Za-z-]{10,60}", fullmatch=True), st.text())
def test_a_token_is_hidden_whatever_stands_around_it(before: str, token: str, after: str) -> None:
    assert token not in redact(f"{before} {token} {after}")


@pytest.mark.parametrize(
    "text",
    [
        "xapp-1-A012-345-abcdef",
        "sk-proj-abcdefghijklmnopqrstuvwx",
        "Authorization: Bearer abc.def",
        "postgresql://lotsen:geheim@db/lotsen",
        "https://hooks.slack.com/actions/T1/2/abc",
    ],
)
def test_other_secrets_are_hidden_too(text: str) -> None:
    assert "[hidden]" in redact(text)
    assert "geheim" not in redact(text)
