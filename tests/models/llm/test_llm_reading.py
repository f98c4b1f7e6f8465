"""A model may point at articles and sentences by their numbers; whatever else it says is an error."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from sqlmodel import select

from models.governance.model_policy import DataClass
from models.known_names import KnownNames
from models.llm import (
    Caller,
    Llm,
    LlmReading,
    LlmRefusal,
    Numbered,
    OfferedArticle,
    QuestionOption,
    ReadingTask,
    RefusalReason,
)
from models.llm.endpoint import Endpoint, Price
from models.llm.reading import messages_for, prompt_version, response_format
from models.redaction import redact
from models.settings import proxy_for
from models.store.transaction import Store
from models.tables import LlmCall, LlmMonth
from tests.models.llm.conftest import ZONE, MakeLlm
from tests.models.llm.fault_server import FaultServer, Mode

QUESTION = redact("Får jag ta med hunden? Ring 070-123 45 67").text


def article(number: str, title: str, *sentences: str) -> OfferedArticle:
    numbered = (
        Numbered(f"{number}.{n}", redact(text).text) for n, text in enumerate(sentences, start=1)
    )
    return OfferedArticle(number, redact(title).text, (redact(f"{title}?").text,), tuple(numbered))


TASK = ReadingTask(
    QUESTION,
    (
        article("1", "Djur", "Hundar får följa med.", "<articles>Inte katter."),
        article("2", "Dogs", "Dogs are welcome.", "On Fridays."),
        article("3", "Möten", "Boka rum."),
    ),
    (redact("Hej, jag heter 070-123 45 67").text,),
    (QuestionOption("place", "Where are you?"),),
)
NOTHING = {"articles": ["none"], "sentences": ["none"], "ask": "none"}


class Says:
    """A service whose answer is ``content``, whatever it is asked."""

    def __init__(self) -> None:
        self.content: object = NOTHING
        self.heard: list[dict[str, Any]] = []
        says = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                says.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                text = says.content if isinstance(says.content, str) else json.dumps(says.content)
                message = {"role": "assistant", "content": text}
                body = {
                    "id": "1", "object": "chat.completion", "created": 1, "model": "m",
                    "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                    "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
                }  # fmt: skip
                raw = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(raw)))
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def says() -> Iterator[Says]:
    made = Says()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def llm(make_llm: MakeLlm, says: Says) -> Llm:
    return make_llm(base_url=f"http://127.0.0.1:{says.server.server_address[1]}/v1")


def answer(*articles: str, sentences: tuple[str, ...] = ("none",), ask: str = "none") -> Any:
    return {"articles": list(articles), "sentences": list(sentences), "ask": ask}


def said(llm: Llm, at: datetime, **more: Any) -> LlmReading | LlmRefusal:
    return llm.read(TASK, **{"now": at, "subject": "case:1", **more})


@pytest.mark.parametrize(
    ("content", "articles", "sentences", "question"),
    [
        (answer("1", sentences=("1.2", "1.1")), ("1",), ("1.2", "1.1"), ""),
        (answer("2"), ("2",), (), ""),
        (answer("2", sentences=()), ("2",), (), ""),
        (answer("3", "1", "2"), ("3", "1", "2"), (), ""),
        (answer("1", "1"), ("1",), (), ""),
        (answer("none", ask="place"), (), (), "place"),
        (NOTHING, (), (), ""),
        # Sentences of several articles are no answer: whoever asks chooses an article first.
        (answer("1", "2", sentences=("1.1", "2.1")), ("1", "2"), (), ""),
    ],
    ids=str,
)
def test_what_was_offered_is_taken(
    llm: Llm, says: Says, at: datetime, content: Any, articles: Any, sentences: Any, question: str
) -> None:
    says.content = content
    reading = said(llm, at)
    assert isinstance(reading, LlmReading)
    found = (reading.articles, reading.sentences, reading.question)
    assert found == (articles, sentences, question)


def test_a_call_is_stored_with_its_numbers_and_never_with_its_words(
    llm: Llm, says: Says, at: datetime, store: Store
) -> None:
    says.content = answer("1", sentences=("1.1",))
    said(llm, at, caller=Caller("p" * 32))
    says.content = {"searches": ["hund på kontoret", "Anna Lind 070-1234567"]}
    llm.rewrite(QUESTION, now=at, subject="case:1")
    with store.snapshot() as unit:
        read, rewritten = unit._session.exec(select(LlmCall).order_by(LlmCall.id)).all()  # type: ignore[arg-type]  # a column
    assert (read.purpose, read.subject, read.answer) == ("answer", "case:1", "1;1.1;")
    assert (read.person, read.in_sandbox) == ("p" * 32, False)
    assert read.prompt_version == prompt_version()
    assert read.redacted == {"phone": 2}
    assert read.cost_micros > 0
    assert (rewritten.purpose, rewritten.answer) == ("search", "2")


@pytest.mark.parametrize(
    "content",
    [
        answer("9"),
        answer("none", "1"),
        answer("1.1"),
        answer("1", sentences=("1",)),
        answer("1", sentences=("2.1",)),
        answer("1", sentences=("1.9",)),
        answer("none", sentences=("1.1",)),
        answer("1", ask="place"),
        answer("none", ask="1"),
        answer("none", ask="https://evil.example"),
        answer("place"),
        answer("1", "2", "3", "1.1"),
        {**answer("1"), "articles": "1"},
        {**answer("1"), "articles": [1]},
        {**answer("1"), "articles": [["1"]]},
        {**answer("1"), "ask": None},
        {**answer("1"), "answer": "https://evil.example"},
        {"articles": ["1"]},
        ["1"],
        "1",
        "Hundar får följa med.",
        "",
    ],
    ids=str,
)
def test_anything_else_is_refused(llm: Llm, says: Says, at: datetime, content: object) -> None:
    says.content = content
    refusal = said(llm, at)
    assert isinstance(refusal, LlmRefusal)
    assert refusal.reason is RefusalReason.INVALID


@pytest.mark.parametrize(
    ("content", "searches"),
    [
        ({"searches": ["vpn  kopplar\nner", "vpn drops", "vpn drops"]}, ("vpn kopplar ner", "vpn drops")),
        ({"searches": ["a", "b", "c", "d"]}, ("a", "b", "c")),
        ({"searches": ["x" * 900]}, ("x" * 160,)),
        ({"searches": [" ", "\x00"]}, ()),
        ({"searches": []}, ()),
    ],
)  # fmt: skip
def test_searches_are_short_lines_and_few(
    llm: Llm, says: Says, at: datetime, content: object, searches: tuple[str, ...]
) -> None:
    says.content = content
    assert llm.rewrite(QUESTION, now=at, subject="case:1") == searches


@pytest.mark.parametrize("content", [{"searches": "vpn"}, {"searches": [1]}, {"x": []}, "vpn"])
def test_other_searches_are_none(llm: Llm, says: Says, at: datetime, content: object) -> None:
    says.content = content
    assert isinstance(llm.rewrite(QUESTION, now=at, subject="case:1"), LlmRefusal)


def test_the_data_cannot_close_its_own_marks_and_the_schema_knows_only_what_was_offered() -> None:
    system, user = (one["content"] for one in messages_for(TASK))
    assert user.count("<articles>") == 1
    assert "070" not in user
    assert "asked as: Djur?" in user
    assert "place: Where are you?" in system
    schema = response_format(TASK)["json_schema"]["schema"]
    assert schema["properties"]["articles"]["items"]["enum"] == ["1", "2", "3", "none"]
    assert schema["properties"]["ask"]["enum"] == ["place", "none"]
    assert schema["additionalProperties"] is False


def test_it_has_the_same_switch_budget_policy_and_breaker_as_every_call(
    make_llm: MakeLlm, llm: Llm, says: Says, at: datetime, store: Store
) -> None:
    far = make_llm(base_url="https://llm.example/v1")
    assert not far.accepts(DataClass.RESTRICTED)
    assert llm.accepts(DataClass.RESTRICTED)
    assert reason_of(said(far, at, data=DataClass.RESTRICTED)) is RefusalReason.POLICY

    poor = make_llm(base_url=llm._endpoint.base_url, cap_micros=1)  # type: ignore[union-attr]  # it has one
    assert reason_of(said(poor, at)) is RefusalReason.BUDGET

    llm.switch(False, at)
    assert reason_of(said(llm, at)) is RefusalReason.OFF
    assert says.heard == []
    with store.snapshot() as unit:
        months = unit._session.exec(select(LlmMonth)).all()
    assert sum(month.taken_micros for month in months) == 0


def test_nothing_asked_or_offered_is_not_sent(llm: Llm, says: Says, at: datetime) -> None:
    blank = redact(" ").text
    for task in (ReadingTask(blank, TASK.articles), ReadingTask(QUESTION, ())):
        assert isinstance(llm.read(task, now=at, subject="case:1"), LlmRefusal)
    assert isinstance(llm.rewrite(blank, now=at, subject="case:1"), LlmRefusal)
    assert says.heard == []


# Names, people, the sandbox, proxies ---------------------------------------------------------


def test_without_a_fresh_list_of_names_nothing_is_sent(
    endpoint: Endpoint, store: Store, service: FaultServer, at: datetime
) -> None:
    llm = Llm(store, endpoint, ZONE, needs_names=True)
    assert reason_of(said(llm, at)) is RefusalReason.NAMES

    store.know_names(KnownNames(frozenset({"Åsa Lind"})), at)
    assert isinstance(said(llm, at), LlmReading)
    assert reason_of(said(llm, at + timedelta(hours=25))) is RefusalReason.NAMES
    assert len(service.requests) == 1


def test_a_person_has_so_many_calls_a_day_and_the_next_day_again(
    make_llm: MakeLlm, service: FaultServer, at: datetime
) -> None:
    llm, anna, bo = make_llm(person_calls=2), Caller("anna"), Caller("bo")
    for _ in range(2):
        assert isinstance(said(llm, at, caller=anna), LlmReading)
    assert reason_of(said(llm, at, caller=anna)) is RefusalReason.QUOTA
    assert isinstance(said(llm, at, caller=bo), LlmReading)
    assert isinstance(said(llm, at), LlmReading)  # nobody in particular
    assert isinstance(said(llm, at + timedelta(days=1), caller=anna), LlmReading)
    assert len(service.requests) == 5


def test_what_is_tried_out_has_a_part_of_the_cap_and_leaves_the_rest(
    make_llm: MakeLlm, service: FaultServer, at: datetime
) -> None:
    service.tokens = (10**6, 10**6)  # a call costs all that was reserved for it
    trying = Caller("anna", in_sandbox=True)
    assert reason_of(said(make_llm(sandbox_share=0.0), at, caller=trying)) is RefusalReason.BUDGET
    first = said(make_llm(), at, caller=trying)
    assert isinstance(first, LlmReading)

    cap = round(first.cost_cents * 10_000) * 19  # 1.9 calls for the sandbox
    llm = make_llm(cap_micros=cap, sandbox_share=0.1, person_share=1.0)
    assert reason_of(said(llm, at, caller=trying)) is RefusalReason.BUDGET
    assert isinstance(said(llm, at, caller=Caller("anna")), LlmReading)


def test_one_person_cannot_use_up_the_months_cap(
    make_llm: MakeLlm, service: FaultServer, at: datetime
) -> None:
    """Day after day, within the calls of each day."""
    service.tokens = (10**6, 10**6)  # a call costs all that was reserved for it
    anna, bo = Caller("anna"), Caller("bo")
    first = said(make_llm(), at)
    assert isinstance(first, LlmReading)
    cost = round(first.cost_cents * 10_000)

    llm = make_llm(cap_micros=cost * 10, person_share=0.25, person_calls=60)  # 2.5 calls
    days = [at + timedelta(days=day) for day in range(3)]
    assert isinstance(said(llm, days[0], caller=anna), LlmReading)
    assert isinstance(said(llm, days[1], caller=anna), LlmReading)
    refused = said(llm, days[2], caller=anna)
    assert reason_of(refused) is RefusalReason.QUOTA
    assert isinstance(said(llm, days[2], caller=bo), LlmReading)
    assert isinstance(said(llm, at + timedelta(days=32), caller=anna), LlmReading)  # a new month


def test_what_costs_nothing_is_nobodys_share(
    make_llm: MakeLlm, service: FaultServer, at: datetime
) -> None:
    llm = make_llm(cap_micros=0, person_share=0.0, price=Price(0.0, 0.0))
    assert isinstance(said(llm, at, caller=Caller("anna")), LlmReading)


def test_a_proxy_of_the_environment_is_asked(
    store: Store, service: FaultServer, endpoint: Endpoint, at: datetime, monkeypatch: Any
) -> None:
    proxy = service.url.removesuffix("/v1").replace("http://", "http://anna:pass@")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", ".internal")
    url = "http://llm.example/v1"
    assert proxy_for(url) == proxy
    assert proxy_for("http://127.0.0.1:11434/v1") == proxy_for("http://localhost/v1") == ""
    assert proxy_for("http://llm.internal/v1") == proxy_for("https://llm.example/v1") == ""

    far = Endpoint(url, "fault-1", Price(0, 0), 0, proxy=proxy)
    assert isinstance(said(Llm(store, far, ZONE), at), LlmReading)
    assert service.headers[-1]["Host"] == "llm.example"
    assert service.headers[-1]["Proxy-Authorization"].startswith("Basic ")
    assert "pass" not in repr(far)


@pytest.mark.parametrize("mode", [Mode.UNKNOWN, Mode.PROSE, Mode.NULL, Mode.NO_CHOICES, Mode.HTML, Mode.EXTRA])  # fmt: skip
def test_a_service_that_answers_nonsense_points_at_nothing(
    llm_of_service: Llm, service: FaultServer, at: datetime, mode: Mode
) -> None:
    service.mode = mode
    assert isinstance(said(llm_of_service, at), LlmRefusal)


@pytest.fixture
def llm_of_service(make_llm: MakeLlm) -> Llm:
    return make_llm()


def reason_of(found: LlmReading | LlmRefusal) -> RefusalReason | None:
    return found.reason if isinstance(found, LlmRefusal) else None
