"""``lotsen llm``: the kill switch, and what the language model cost."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen


@pytest.fixture
def configured(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-1234567890abcdef")
    monkeypatch.setenv("LOTSEN_LLM_MODEL", "small-1")
    monkeypatch.setenv("LOTSEN_LLM_MONTHLY_CAP", "5")


def test_without_settings_it_says_what_is_missing(lotsen: Lotsen) -> None:
    status = lotsen("llm", "status", "--json").json

    assert (status["on"], status["switched_on"], status["cap_eur"]) == (False, True, 0)
    assert "LOTSEN_LLM_MODEL" in status["missing"]
    assert "LOTSEN_LLM_MODEL" in lotsen("llm", "status").out


@pytest.mark.usefixtures("configured")
class TestWithSettings:
    def test_it_is_switched_off_and_on(self, lotsen: Lotsen) -> None:
        before = lotsen("llm", "status", "--json").json
        off = lotsen("llm", "off", "--json").json
        still = lotsen("llm", "status", "--json").json
        on = lotsen("llm", "on", "--json").json

        assert [state["on"] for state in (before, off, still, on)] == [True, False, False, True]
        assert (on["model"], on["cap_eur"], on["spent_eur"], on["calls"]) == ("small-1", 5, 0, {})

    def test_people_read_it_in_words_and_never_the_key(self, lotsen: Lotsen) -> None:
        assert "small-1 is on" in lotsen("llm", "status").out
        off = lotsen("llm", "off")
        assert "lotsen llm on" in off.out
        assert "canary" not in off.out + lotsen("llm", "status", "--json").out

    def test_without_its_line_in_the_register_it_is_off_and_says_so(self, lotsen: Lotsen) -> None:
        lines = lotsen("register", "list", "ai_systems", "--json").json["lines"]
        (line,) = [one for one in lines if one["models"] == "small-1"]
        assert lotsen("llm", "status", "--json").json["on"] is True

        lotsen("register", "retire", "ai_systems", str(line["number"]))

        assert lotsen("llm", "status", "--json").json["on"] is False
        assert "small-1 (lotsen register list ai_systems)" in lotsen("llm", "status").out


def test_what_is_no_command_is_said(lotsen: Lotsen) -> None:
    done = lotsen("llm", "maybe")
    assert (done.code, done.out) == (2, "")
