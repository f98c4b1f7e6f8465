"""The thirteen ways a service fails, and some more: no ticket waits, nothing foreign gets in."""

import csv
import io
import json
import logging
import threading
import time
import traceback
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidError
from models.llm import Llm, LlmAnswer, LlmRefusal, RefusalReason
from models.llm.deadline import BusyError, DeadlineExecutor
from models.llm.response_parsing import read_choice, read_usage
from models.redaction import redact
from models.store.transaction import Store
from models.tables import LlmOutcome
from tests.models.llm.conftest import CHOICES, MakeLlm
from tests.models.llm.fault_server import KEY, THIRTEEN, FaultServer, Mode
from tests.models.test_redaction import NAMES
from tests.waiting import wait_until

DEADLINE_S = 0.8
LATE_S = 2.0  # for which a busy machine may let a thread wait; the faults go on for much longer
REASONS = {
    Mode.SILENT: RefusalReason.TIMEOUT,
    Mode.DRIP: RefusalReason.TIMEOUT,
    Mode.RETRY_1: RefusalReason.ERROR,
    Mode.RETRY_3600: RefusalReason.ERROR,
    Mode.ERROR_500: RefusalReason.ERROR,
    Mode.ERROR_401: RefusalReason.ERROR,
    Mode.HTML: RefusalReason.INVALID,
    Mode.NO_CHOICES: RefusalReason.INVALID,
    Mode.NULL: RefusalReason.INVALID,
    Mode.PROSE: RefusalReason.INVALID,
    Mode.UNKNOWN: RefusalReason.INVALID,
    Mode.HUGE: RefusalReason.INVALID,
    Mode.RESET: RefusalReason.ERROR,
    Mode.DRIP_HEADERS: RefusalReason.TIMEOUT,
    Mode.GZIP: RefusalReason.INVALID,
    Mode.REDIRECT: RefusalReason.ERROR,
    Mode.ECHO: RefusalReason.ERROR,
    Mode.EXTRA: RefusalReason.INVALID,
}


def ask(llm: Llm, now: datetime, text: str = "the vpn drops") -> LlmAnswer | LlmRefusal:
    prompt = redact(text, NAMES).text
    return llm.choose(prompt, CHOICES, purpose="category", now=now, subject="ticket:1")


@pytest.fixture
def llm(make_llm: MakeLlm) -> Llm:
    return make_llm(deadline_s=DEADLINE_S)


@pytest.mark.parametrize("mode", REASONS)
def test_a_fault_becomes_a_refusal_before_the_deadline(
    mode: Mode, llm: Llm, service: FaultServer, store: Store, at: datetime
) -> None:
    service.mode = mode

    for minute in range(2):  # with a pause that any Retry-After of a second survives
        began = time.monotonic()
        refused = ask(llm, at + timedelta(minutes=minute))
        assert time.monotonic() - began <= DEADLINE_S + LATE_S
        assert isinstance(refused, LlmRefusal)
        if minute == 0:
            assert refused.reason is REASONS[mode]

    with store.snapshot() as unit:
        first = unit.llm_calls.latest()[-1]
    assert first.outcome is LlmOutcome(REASONS[mode].value)
    assert first.answer == ""


def test_there_are_thirteen() -> None:
    assert len(THIRTEEN) == 13
    assert set(THIRTEEN) <= set(REASONS)


@pytest.mark.parametrize(
    ("mode", "costs"),
    [(Mode.ERROR_500, "nothing"), (Mode.SILENT, "all"), (Mode.LIES, "all"), (Mode.NULL, "told")],
)
def test_a_call_costs_what_is_known_of_it_else_what_was_reserved(
    mode: Mode, costs: str, llm: Llm, service: FaultServer, store: Store, at: datetime
) -> None:
    service.mode = mode
    ask(llm, at)

    with store.snapshot() as unit:
        (call,) = unit.llm_calls.latest()
        month = unit.llm_calls.month("2026-11")
    assert month is not None
    told = {"nothing": 0, "all": call.reserved_micros, "told": 496}
    assert call.cost_micros == month.taken_micros == month.spent_micros == told[costs]


def test_a_call_that_never_left_costs_nothing(
    make_llm: MakeLlm, store: Store, at: datetime
) -> None:
    refused = ask(make_llm(base_url="http://127.0.0.1:9/v1"), at)

    assert refused == LlmRefusal(RefusalReason.ERROR, "the connection failed")
    with store.snapshot() as unit:
        assert unit.llm_calls.latest()[0].cost_micros == 0


# The breaker, as callers meet it ---------------------------------------------------------------


def test_after_five_failures_it_is_left_alone_for_half_a_minute(
    llm: Llm, service: FaultServer, at: datetime
) -> None:
    service.mode = Mode.ERROR_500
    said = [ask(llm, at) for _ in range(8)]

    reasons = [refused.reason for refused in said if isinstance(refused, LlmRefusal)]
    assert reasons == [RefusalReason.ERROR] * 5 + [RefusalReason.BREAKER] * 3
    service.mode = Mode.HEALTHY
    assert isinstance(ask(llm, at + timedelta(seconds=29)), LlmRefusal)
    assert isinstance(ask(llm, at + timedelta(seconds=60)), LlmAnswer)
    assert isinstance(ask(llm, at + timedelta(seconds=61)), LlmAnswer)


@pytest.mark.parametrize(("mode", "seconds"), [(Mode.RETRY_1, 1), (Mode.RETRY_3600, 3600)])
def test_retry_after_is_kept_to_the_second(
    mode: Mode, seconds: int, llm: Llm, service: FaultServer, at: datetime
) -> None:
    service.mode = mode
    ask(llm, at)
    service.mode = Mode.HEALTHY

    early = ask(llm, at + timedelta(seconds=seconds))
    late = ask(llm, at + timedelta(seconds=seconds + DEADLINE_S))

    assert early == LlmRefusal(RefusalReason.BREAKER, "resting")
    assert isinstance(late, LlmAnswer)


# Nothing leaks ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_prompt_holds_a_word_of_the_two_hundred_strings(
    make_llm: MakeLlm, service: FaultServer, at: datetime
) -> None:
    llm = make_llm()
    hidden: list[str] = []
    table = Path(__file__).parent.parent / "redaction_cases.csv"
    for row in csv.DictReader(io.StringIO(table.read_text("utf-8"))):
        hidden += row["hidden"].split("|")
        ask(llm, at, row["text"])

    prompts = [request["messages"][1]["content"] for request in service.requests]
    assert len(prompts) == 200
    assert len(hidden) > 200
    text = "\n".join(prompts)
    assert [value for value in hidden if len(value) > 4 and value in text] == []
    sent = json.dumps(service.requests, ensure_ascii=False)
    assert [value for value in hidden if len(value) > 9 and value in sent] == []


@pytest.mark.parametrize("mode", [Mode.ECHO, Mode.HEALTHY, Mode.HTML, Mode.RESET])
def test_the_key_is_in_no_log_no_refusal_and_no_row(
    mode: Mode,
    make_llm: MakeLlm,
    service: FaultServer,
    store: Store,
    at: datetime,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    service.mode = mode
    with caplog.at_level(logging.DEBUG):
        said = ask(make_llm(), at)

    with store.snapshot() as unit:
        rows = [call.model_dump_json() for call in unit.llm_calls.latest()]
    assert service.headers[0]["Authorization"] == f"Bearer {KEY}"
    printed = capsys.readouterr()
    for text in (repr(said), *rows, caplog.text, printed.out, printed.err):
        assert KEY not in text


def test_the_key_is_in_no_description_of_the_endpoint(make_llm: MakeLlm) -> None:
    llm = make_llm()

    assert KEY not in repr(vars(llm))
    assert KEY not in "".join(traceback.format_exception(ValueError(llm.__dict__)))


# Threads ----------------------------------------------------------------------------------------


def test_threads_that_were_left_behind_end_by_themselves(
    make_llm: MakeLlm, service: FaultServer, at: datetime
) -> None:
    service.mode = Mode.DRIP_HEADERS
    llm = make_llm(deadline_s=0.3)
    for _ in range(3):
        ask(llm, at)

    assert wait_until(lambda: _threads() == [], 3)


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "llm-call"]


def test_no_more_threads_than_allowed_are_under_way() -> None:
    calls, go_on = DeadlineExecutor(most=2), threading.Event()
    for _ in range(2):
        with pytest.raises(TimeoutError):
            calls.run(lambda: go_on.wait(5), 0.01)

    with pytest.raises(BusyError):
        calls.run(lambda: None, 1)

    go_on.set()
    assert wait_until(lambda: _threads() == [])
    assert calls.run(lambda: "again", 1) == "again"


def test_what_a_call_raises_reaches_its_caller() -> None:
    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        DeadlineExecutor().run(broken, 1)


# Whatever it says ----------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("vpn"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["choice", "confidence", "note"]), inner, max_size=3)
    ),
    max_leaves=6,
)


class Thing:
    """Something with attributes, as the SDK builds it without validation."""

    def __init__(self, **attributes: object) -> None:
        vars(self).update(attributes)


@given(JSON.map(json.dumps) | st.text(max_size=40) | JSON)
def test_only_what_is_on_the_list_is_read(content: object) -> None:
    completion = Thing(choices=[Thing(message=Thing(content=content))])
    try:
        reading = read_choice(completion, CHOICES)
    except InvalidError:
        return
    assert reading.key in {"", "vpn", "printer", "account"}
    assert reading.confidence in {None, "low", "medium", "high"}


@given(JSON | st.floats(), JSON)
def test_only_possible_usage_is_counted(tokens_in: object, tokens_out: object) -> None:
    usage = read_usage(Thing(usage=Thing(prompt_tokens=tokens_in, completion_tokens=tokens_out)))

    assert usage is None or min(usage.tokens_in, usage.tokens_out) >= 0


def test_json_without_end_is_invalid() -> None:
    with pytest.raises(InvalidError):
        read_choice(Thing(choices=[Thing(message=Thing(content="[" * 60_000))]), CHOICES)


def test_a_deadline_that_passed_before_the_call_is_no_answer_in_time() -> None:
    with pytest.raises(TimeoutError):
        DeadlineExecutor().run(lambda: time.sleep(0.1), -1.0)
