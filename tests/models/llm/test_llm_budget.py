"""The month's money: taken before a call, settled after it, never more than the cap."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.llm import Llm, LlmAnswer, LlmRefusal, RefusalReason
from models.llm.client import MOST_TOKENS_OUT, CompletionRequest
from models.llm.endpoint import Endpoint, Price, endpoint_from, missing_settings
from models.llm.llm import most_tokens_in
from models.llm.prompts import messages_for, response_format
from models.redaction import redact
from models.settings import Settings
from models.store.llm_calls import Settlement
from models.store.transaction import Store
from models.tables import CostEntry, CostKind, LlmCall, LlmOutcome
from tests.databases import unguarded
from tests.models.llm.conftest import CHOICES, ZONE, MakeLlm
from tests.models.llm.fault_server import FaultServer, Mode
from tests.models.llm.registered import register_models

NOVEMBER = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEXT = redact("the vpn drops").text
QUESTION = CompletionRequest(messages_for(TEXT, CHOICES), response_format(CHOICES), CHOICES)
MOST = Price(2.0, 8.0).micros(most_tokens_in(QUESTION), MOST_TOKENS_OUT)


def ask(llm: Llm, now: datetime) -> LlmAnswer | LlmRefusal:
    return llm.choose(TEXT, CHOICES, purpose="category", now=now, subject="ticket:1")


def costs(store: Store) -> list[tuple[CostKind, int, date]]:
    with store.snapshot() as unit:
        return [(row.kind, row.cents, row.booked_on) for row in unit.figures.all_costs()]


def test_the_most_a_call_may_cost_must_fit_before_it_is_made(
    make_llm: MakeLlm, service: FaultServer
) -> None:
    assert ask(make_llm(cap_micros=MOST - 1), NOVEMBER) == LlmRefusal(
        RefusalReason.BUDGET, "the month's cap"
    )
    assert service.requests == []
    assert isinstance(ask(make_llm(cap_micros=MOST), NOVEMBER), LlmAnswer)


def test_what_a_call_did_not_cost_is_given_back(make_llm: MakeLlm, service: FaultServer) -> None:
    llm = make_llm(cap_micros=MOST + 2 * 496)

    said = [ask(llm, NOVEMBER) for _ in range(4)]

    assert [isinstance(answer, LlmAnswer) for answer in said] == [True, True, True, False]


def test_a_new_month_has_new_money(make_llm: MakeLlm) -> None:
    llm = make_llm(cap_micros=MOST)
    ask(llm, NOVEMBER)

    assert isinstance(ask(llm, NOVEMBER), LlmRefusal)
    # By the office's calendar: in Stockholm it is December already.
    assert isinstance(ask(llm, datetime(2026, 11, 30, 23, 30, tzinfo=UTC)), LlmAnswer)


def test_a_model_of_ones_own_needs_no_money(make_llm: MakeLlm, store: Store) -> None:
    llm = make_llm(cap_micros=0, price=Price(0, 0))

    assert all(isinstance(ask(llm, NOVEMBER), LlmAnswer) for _ in range(3))
    assert costs(store) == []


def test_the_ledger_holds_one_line_a_day_and_the_months_cents_rounded_up(
    make_llm: MakeLlm, service: FaultServer, store: Store
) -> None:
    service.tokens = (3000, 100)
    llm = make_llm(price=Price(1.0, 8.0))  # 3,800 millionths: 0.38 cents a call
    for hours in (0, 1, 2, 24, 25):
        ask(llm, NOVEMBER + timedelta(hours=hours))

    assert costs(store) == [
        (CostKind.CLOUD, 1, date(2026, 11, 23)),
        (CostKind.CLOUD, 1, date(2026, 11, 24)),
    ] or costs(store) == [
        (CostKind.CLOUD, 2, date(2026, 11, 23)),
    ]
    with store.snapshot() as unit:
        month = unit.llm_calls.month("2026-11")
    assert month is not None
    assert sum(cents for _kind, cents, _day in costs(store)) == -(-month.spent_micros // 10_000)


@pytest.fixture
def both(database_url: str) -> Iterator[Store]:
    """The store on both kinds of database."""
    opened = Store(database_url)
    register_models(opened, "fault-1")
    yield opened
    opened.close()


def pending(at: datetime, micros: int = 400) -> LlmCall:
    return LlmCall(
        at=at,
        month=f"{at:%Y-%m}",
        purpose="category",
        model="m",
        prompt_version="v",
        outcome=LlmOutcome.PENDING,
        reserved_micros=micros,
        lease_until=at + timedelta(seconds=80),
    )


def settled(micros: int) -> Settlement:
    return Settlement(LlmOutcome.ANSWERED, "vpn", "", 1, 1, micros, 5.0)


def reserve(store: Store, call: LlmCall, cap: int, now: datetime = NOVEMBER) -> bool:
    with store.begin() as unit:
        return unit.llm_calls.reserve(call, cap, day=now.date(), now=now)


def taken(store: Store, month: str = "2026-11") -> tuple[int, int]:
    with store.snapshot() as unit:
        row = unit.llm_calls.month(month)
        return (row.taken_micros, row.spent_micros) if row else (0, 0)


def test_a_call_whose_process_died_counts_as_spent_after_its_lease(both: Store) -> None:
    assert reserve(both, pending(NOVEMBER, 12_000), 20_000)
    assert not reserve(both, pending(NOVEMBER, 12_000), 20_000)
    assert taken(both) == (12_000, 0)

    later = NOVEMBER + timedelta(seconds=81)
    assert not reserve(both, pending(later, 12_000), 20_000, later)
    assert reserve(both, pending(later, 8_000), 20_000, later)

    assert taken(both) == (20_000, 12_000)
    with both.snapshot() as unit:
        assert unit.llm_calls.outcomes("2026-11") == {"abandoned": 1, "pending": 1}
    assert costs(both) == [(CostKind.CLOUD, 2, NOVEMBER.date())]


def test_a_call_is_settled_once_and_for_no_more_than_it_reserved(both: Store) -> None:
    call = pending(NOVEMBER, 400)
    reserve(both, call, 1000)
    for micros in (900, 100):
        with both.begin() as unit:
            unit.llm_calls.settle(call.id or 0, settled(micros), day=NOVEMBER.date(), now=NOVEMBER)

    assert taken(both) == (400, 400)


def test_a_line_that_somebody_removed_is_written_anew(both: Store) -> None:
    with both.begin() as unit:
        unit.llm_calls.reserve(pending(NOVEMBER), 10**6, day=NOVEMBER.date(), now=NOVEMBER)
        unit.llm_calls.settle(1, settled(400), day=NOVEMBER.date(), now=NOVEMBER)
    with both.engine.begin() as connection:
        unguarded(connection)
        connection.exec_driver_sql("DELETE FROM cost_entry")
    call = pending(NOVEMBER, 10_000)
    reserve(both, call, 10**6)
    with both.begin() as unit:
        unit.llm_calls.settle(call.id or 0, settled(10_000), day=NOVEMBER.date(), now=NOVEMBER)

    assert costs(both) == [(CostKind.CLOUD, 1, NOVEMBER.date())]
    assert CostEntry.__tablename__ == "cost_entry"


def four_workers(url: str, endpoint: Endpoint, n: int) -> list[LlmAnswer | LlmRefusal]:
    """Ask from four workers at once, each with a connection of its own."""
    said: list[LlmAnswer | LlmRefusal] = []

    def work() -> None:
        store = Store(url)
        llm = Llm(store, endpoint, ZONE)
        said.extend(ask(llm, NOVEMBER + timedelta(milliseconds=at)) for at in range(n))
        store.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.mark.long
@pytest.mark.slow
def test_four_workers_of_two_hundred_calls_never_exceed_the_cap(
    both: Store, service: FaultServer, endpoint: Endpoint
) -> None:
    cap = 150 * 496 + MOST  # some 150 of the 800 calls
    short = replace(endpoint, cap_micros=cap, deadline_s=20.0)

    said = four_workers(both.url, short, 200)

    reasons = [refused.reason for refused in said if isinstance(refused, LlmRefusal)]
    answered = sum(isinstance(answer, LlmAnswer) for answer in said)
    assert len(said) == 800
    assert set(reasons) == {RefusalReason.BUDGET}
    # Near the cap, what three others hold for their calls keeps some out.
    assert 150 - 3 * MOST // 496 <= answered <= 151
    assert taken(both) == (answered * 496, answered * 496)
    assert answered * 496 <= cap
    assert len(service.requests) == answered
    assert sum(cents for _kind, cents, _day in costs(both)) == -(-answered * 496 // 10_000)


def test_four_workers_whose_calls_never_come_back_never_exceed_the_cap(
    store: Store, service: FaultServer, endpoint: Endpoint
) -> None:
    service.mode = Mode.RESET
    cap = 9 * MOST + 1

    said = four_workers(store.url, replace(endpoint, cap_micros=cap), 10)

    assert len(said) == 40
    assert len(service.requests) <= 9
    assert taken(store)[0] <= cap


@given(st.integers(0, 10**6), st.integers(0, 10**4), st.floats(0, 100), st.floats(0, 100))
def test_a_price_is_rounded_up_and_never_below_nothing(
    tokens_in: int, tokens_out: int, price_in: float, price_out: float
) -> None:
    exact = tokens_in * price_in + tokens_out * price_out

    micros = Price(price_in, price_out).micros(tokens_in, tokens_out)
    assert exact <= micros
    assert micros - 1 < exact or micros == exact == 0 or exact < 1


class TestTheSettings:
    def settings(self, **values: object) -> Settings:
        return Settings.load(_env_file=None, **values)

    def test_say_what_is_missing(self) -> None:
        assert missing_settings(self.settings()) == (
            "OPENAI_BASE_URL or OPENAI_API_KEY",
            "LOTSEN_LLM_MODEL",
            "LOTSEN_LLM_MONTHLY_CAP",
        )

    @pytest.mark.parametrize(
        ("values", "on"),
        [
            ({"openai_api_key": "k", "lotsen_llm_model": "m", "lotsen_llm_monthly_cap": 5}, True),
            ({"openai_base_url": "u", "lotsen_llm_model": "m", "lotsen_llm_monthly_cap": 5}, True),
            ({"openai_base_url": "u", "lotsen_llm_model": "m"}, False),
            (
                {
                    "openai_base_url": "u",
                    "lotsen_llm_model": "m",
                    "lotsen_llm_price_in": 0,
                    "lotsen_llm_price_out": 0,
                },
                True,
            ),
            ({"openai_api_key": "k", "lotsen_llm_monthly_cap": 5}, False),
        ],
    )
    def test_decide_whether_it_is_on(self, values: dict[str, object], on: bool) -> None:
        assert (endpoint_from(self.settings(**values)) is not None) is on

    def test_without_them_nothing_is_asked_and_nothing_is_stored(self, store: Store) -> None:
        refused = ask(Llm(store, None, ZONE), NOVEMBER)

        assert refused == LlmRefusal(RefusalReason.OFF, "settings")
        assert taken(store) == (0, 0)
