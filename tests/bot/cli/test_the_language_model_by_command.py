"""``--llm`` on ask, classify and evaluate answers: the bot's own paths, measured."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.cli.conftest import Lotsen
from tests.models.llm.fault_server import FaultServer, Mode


@pytest.fixture
def service() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture
def model(service: FaultServer) -> dict[str, str]:
    return {
        "OPENAI_BASE_URL": service.url,
        "LOTSEN_LLM_MODEL": "fault-1",
        "LOTSEN_LLM_PRICE_IN": "0",
        "LOTSEN_LLM_PRICE_OUT": "0",
        "LOTSEN_ANSWER_PRECISION": "0.99",
    }


@pytest.fixture
def with_model(model: dict[str, str], monkeypatch: pytest.MonkeyPatch, lotsen: Lotsen) -> Lotsen:
    for name, value in model.items():
        monkeypatch.setenv(name, value)
    return lotsen


QUESTION = "Wie komme ich von zuhause ins Netz der Firma?"


def offered(service: FaultServer) -> str:
    return str(service.requests[-1]["messages"][1]["content"])


def test_one_article_is_the_answer_and_several_are_titles(
    with_model: Lotsen, service: FaultServer
) -> None:
    with_model("import", "starter")
    found = with_model("ask", QUESTION, "--llm", "--json").json
    assert found["tier"] == "answered"
    assert found["answer"]
    heard = offered(service)
    assert heard.count("asked as:") > 8
    assert "8.1:" in heard
    assert "9.1:" not in heard

    service.choose = lambda keys: "none"
    without = with_model("ask", QUESTION, "--llm", "--json").json
    assert without == with_model("ask", QUESTION, "--json").json


def test_a_model_that_fails_or_lies_changes_nothing(
    with_model: Lotsen, service: FaultServer
) -> None:
    with_model("import", "starter")
    before = with_model("ask", QUESTION, "--json").json
    for mode in (Mode.UNKNOWN, Mode.ERROR_401, Mode.EXTRA):
        service.mode = mode
        assert with_model("ask", QUESTION, "--llm", "--json").json == before


def test_what_is_for_few_eyes_is_never_sent(with_model: Lotsen, service: FaultServer) -> None:
    with_model("import", "starter")
    found = with_model("ask", "Min chef trakasserar mig", "--llm", "--json").json
    assert found["tier"] == "sensitive"
    with_model("classify", "Min chef trakasserar mig", "--llm", "--json")
    assert service.requests == []


def test_the_category_is_the_model_s_where_nothing_else_decides(
    with_model: Lotsen, service: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.choose = lambda keys: "printing"
    found = with_model("classify", "xyzzy plugh", "--llm", "--json").json
    assert (found["category"], found["decided_by"]) == ("printing", "llm")


def test_answers_are_measured_with_what_the_model_says(
    with_model: Lotsen, service: FaultServer, tmp_path: Path
) -> None:
    knowledge, questions = tmp_path / "knowledge.csv", tmp_path / "questions.csv"
    rows = "".join(f"{n},How is thing {n} done?,Do {n}.\n" for n in range(12))
    knowledge.write_text(f"id,question,answer\n{rows}", "utf-8")
    questions.write_text("question,id\nthing 7 please,7\nsomething else,\n", "utf-8")
    files = ["--knowledge", str(knowledge), "--questions", str(questions)]

    service.choose = lambda keys: _number_of(service, "Do 7.")
    measured: dict[str, Any] = with_model("evaluate", "answers", *files, "--llm", "--json").json
    assert measured["tiers"]["helped"] == 1.0
    assert measured["answered"]["coverage"] > 0
    assert json.dumps(service.requests).count("Do 7.") >= 1


def _number_of(service: FaultServer, text: str) -> str:
    for line in offered(service).splitlines():
        if line.endswith(text):
            return line.strip().partition(".")[0]
    return "none"


def test_without_a_model_it_says_what_to_do(lotsen: Lotsen) -> None:
    done = lotsen("ask", QUESTION, "--llm")
    assert done.code == 2
    assert "lotsen llm status" in done.err
