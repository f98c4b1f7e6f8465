"""A stored decision can be asked for again, and says why where it cannot."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.desk.tickets.labels import decision_of
from models.errors import NotFoundError
from models.store.transaction import Store
from models.tables import (
    Case,
    CaseMessage,
    CaseState,
    Category,
    DecidedBy,
    Decision,
    DecisionMode,
    LlmCall,
    LlmOutcome,
    RuleKind,
    Source,
    Status,
    Ticket,
    TicketText,
    TriageRule,
)
from models.triage.replay import Replay, ReplayOutcome, replay_ticket
from models.triage.ticket_text import TriageText
from models.triage.training import train
from models.triage.triage import Triage

WORDS = "my vpn tunnel is down"


def replay(store: Store, decision: Decision) -> Replay:
    """Replay one of a ticket's decisions."""
    replays = {one.decision_id: one for one in replay_ticket(store, decision.ticket_id)}
    return replays[decision.id or 0]


def a_company(store: Store, now: datetime) -> None:
    """Give a company a small model, and one ticket that began as a question."""
    with store.begin() as unit:
        unit.tickets.put_categories(
            Category(key=key, titles={"sv": key}, source="import") for key in ("vpn", "mail")
        )
        for number in range(24):
            row = Ticket(
                source=Source.IMPORT,
                external_id=str(number),
                status=Status.CLOSED,
                category="mail" if number % 2 else "vpn",
                decided_by=DecidedBy.IMPORTED,
                opened_at=now,
            )
            body = f"{'mailbox full' if number % 2 else 'vpn tunnel'} {number}"
            unit.tickets.add_ticket(row, TicketText(ticket_id=0, body=body))
        person = unit.people.by_slack_id("U1", now)
        person.team = "Payroll"
        case = unit.tickets.save(
            Case(
                person_id=person.id,
                channel="C1",
                thread_ts="1.0",
                entrance="help",
                language="en",
                state=CaseState.TICKET,
                opened_at=now,
                last_message_at=now,
            )
        )
        unit.tickets.save(
            CaseMessage(case_id=case.id, channel="C1", ts="1.0", text=WORDS, posted_at=now)
        )
        ticket = Ticket(
            case_id=case.id,
            source=Source.SLACK,
            status=Status.NEW,
            decided_by=DecidedBy.NOBODY,
            requester_id=person.id,
            opened_at=now,
        )
        unit.tickets.add_ticket(ticket, TicketText(ticket_id=0, title="cut", body=WORDS))
    train(store, now, seed=1)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """The company's database, to be copied: quicker than to train for each test."""
    file = tmp_path_factory.mktemp("company") / "lotsen.db"
    shutil.copy(migrated_file, file)
    opened = Store(f"sqlite:///{file}")
    a_company(opened, datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    opened.close()
    return file


@pytest.fixture
def store(company: Path, tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{shutil.copy(company, tmp_path / 'lotsen.db')}")
    yield opened
    opened.close()


def decide(store: Store, at: datetime, **changed: object) -> Decision:
    """Let the classifier decide the question's ticket, and store it."""
    verdict = Triage(store).classify(TriageText(WORDS, team="Payroll", channel="C1"), "en")
    with store.begin() as unit:
        row = decision_of(unit.tickets.get(25), verdict, DecisionMode.ACTED, at)
        for name, value in changed.items():
            setattr(row, name, value)
        unit.tickets.save(row)
    return row


def outcomes(found: list[Replay]) -> list[ReplayOutcome]:
    return [one.outcome for one in found]


def test_the_same_model_says_the_same_of_the_same_words(migrated_url: str, now: datetime) -> None:
    store = Store(migrated_url)
    a_company(store, now)
    decision = decide(store, now)
    train(store, now, seed=2)  # a newer version serves; the one that decided is asked

    found = replay(store, decision)

    assert (found.outcome, found.model) == (ReplayOutcome.SAME, "classifier-1")
    assert found.confidence_now == pytest.approx(decision.confidence)
    assert decision.threshold is not None
    assert [number for number, _ in decision.nearest] == [
        number for number, _ in sorted(decision.nearest, key=lambda pair: -pair[1])
    ]
    assert all(0 < number <= 24 for number, _ in decision.nearest)
    store.close()


@pytest.mark.parametrize(
    "changed",
    [
        {"confidence": 0.123},
        {"category": "mail"},
        {"in_scope": False},
        {"threshold": 0.5},
        {"nearest": [[1, 0.5]]},
        {"alternatives": [["mail", 0.9]]},
    ],
)
def test_what_differs_is_told(store: Store, now: datetime, changed: dict[str, object]) -> None:
    assert replay(store, decide(store, now, **changed)).outcome is ReplayOutcome.DIFFERENT


def test_words_that_changed_since_or_are_gone_are_not_replayed(store: Store, now: datetime) -> None:
    decide(store, now)
    with store.begin() as unit:
        row = unit.tickets.message_at("C1", "1.0")
        assert row is not None
        row.edited_at = now + timedelta(minutes=1)
    decide(store, now + timedelta(minutes=2))
    assert outcomes(replay_ticket(store, 25)) == [ReplayOutcome.WORDS, ReplayOutcome.SAME]

    with store.begin() as unit:
        text = unit.tickets.text(25)
        text.title, text.body = "", ""
        unit.tickets.save(text)
    assert outcomes(replay_ticket(store, 25)) == [ReplayOutcome.WORDS, ReplayOutcome.WORDS]


def test_a_model_whose_file_is_gone_or_damaged_says_so(store: Store, now: datetime) -> None:
    decision = decide(store, now)
    away = decide(store, now, model="classifier-99")
    without = decide(store, now, embedder="some-embedder")
    with store.begin() as unit:
        champion = unit.model_versions.champion()
        assert champion is not None
        champion.content = b""

    assert outcomes(replay_ticket(store, 25)) == [ReplayOutcome.FILE] * 3
    assert replay(store, decision).confidence_now is None
    assert {away.id, without.id} == {one.decision_id for one in replay_ticket(store, 25)[1:]}


def test_a_rule_is_tried_again_also_when_it_is_not_used_any_more(
    store: Store, now: datetime
) -> None:
    with store.begin() as unit:
        rule = unit.rules.save(
            TriageRule(
                position=1, kind=RuleKind.REGEX, pattern="tunnel", category="vpn", created_at=now
            )
        )
        unit.rules.remove(rule.id or 0)
        for category in ("vpn", "mail"):
            row = Decision(ticket_id=25, at=now, decided_by=DecidedBy.RULE, model="rule-1")
            row.category = category
            unit.tickets.save(row)

    found = replay_ticket(store, 25)

    assert outcomes(found) == [ReplayOutcome.SAME, ReplayOutcome.DIFFERENT]
    assert {one.category_now for one in found} == {"vpn"}


def test_a_language_model_and_people_are_told_not_repeated(store: Store, now: datetime) -> None:
    call = LlmCall(
        at=now,
        month="2026-11",
        purpose="category",
        subject="ticket:25",
        model="small",
        prompt_version="abc",
        redacted={"EMAIL": 2},
        outcome=LlmOutcome.ANSWERED,
        reserved_micros=10,
        cost_micros=7,
        lease_until=now,
    )
    with store.begin() as unit:
        assert unit.llm_calls.reserve(call, 1_000, day=now.date(), now=now)
    decide(store, now, decided_by=DecidedBy.LLM, model="small · prompt abc", llm_call_id=call.id)
    decide(store, now, decided_by=DecidedBy.PERSON)

    by_model, by_person = replay_ticket(store, 25)

    assert (by_model.outcome, by_person.outcome) == (ReplayOutcome.LLM, ReplayOutcome.PERSON)
    assert by_model.call is not None
    assert (by_model.call.redacted, by_model.call.cost_micros) == ({"EMAIL": 2}, 7)


def test_what_is_not_there_is_not_replayed(store: Store, now: datetime) -> None:
    with pytest.raises(NotFoundError):
        replay_ticket(store, 404)
    assert replay_ticket(store, 25) == []
    nobody = decide(store, now, model="", confidence=None)
    assert replay(store, nobody).outcome is ReplayOutcome.NOTHING
