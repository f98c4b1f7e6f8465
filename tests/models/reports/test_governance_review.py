"""The quarter's review of the AI systems: filled in from figures, decisions first."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from jobs.reports import governance_review
from models.kpis.periods import Period
from models.language import LANGUAGES, Language, words_for
from models.message import Table
from models.reports.governance import GovernanceFacts, governance_message, read_facts
from models.settings import Settings
from models.store.transaction import Store
from models.tables import (
    Article,
    Incident,
    IncidentKind,
    IncidentState,
    LlmCall,
    LlmOutcome,
    TriageMode,
)

QUARTER = Period.parse("2026Q4")
NOW = datetime(2027, 1, 4, 8, 15, tzinfo=UTC)
QUIET = GovernanceFacts(
    quarter="2026Q4",
    model="classifier-3",
    right=97,
    checked=100,
    target=0.95,
    suggest_only=False,
    demotions=0,
    calls=100,
    failed=2,
    cost_eur=1.25,
    expired=0,
    articles=40,
    overdue={"ai_systems": 0, "risks": 0},
    erased=1,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_all_is_well_nothing_is_asked(language: Language) -> None:
    words = words_for(language)
    message = governance_message(QUIET, words)
    assert (
        message.text
        == words.gettext("Review of the AI systems, {quarter}", quarter="Q4 2026") + "."
    )
    (table,) = [part for part in message.parts if isinstance(part, Table)]
    assert len(table.rows) == 7


@pytest.mark.parametrize(
    ("changed", "asks"),
    [
        ({"right": 80}, "right too rarely"),
        ({"suggest_only": True}, "only suggests"),
        ({"failed": 11}, "one call in ten"),
        ({"expired": 2}, "2 articles have expired"),
        ({"overdue": {"risks": 1}}, "1 line of the register of risks"),
    ],
)
def test_each_limit_that_was_passed_is_a_decision(changed: dict[str, object], asks: str) -> None:
    facts = replace(QUIET, **changed)  # type: ignore[arg-type]  # each names a field
    assert asks in governance_message(facts, words_for("en")).text


def test_few_blind_checks_accuse_nobody() -> None:
    facts = replace(QUIET, right=2, checked=3)
    assert "too rarely" not in governance_message(facts, words_for("en")).text


def test_the_figures_come_from_the_store(migrated_url: str) -> None:
    store = Store(migrated_url)
    with store.begin() as unit:
        call = LlmCall(
            at=datetime(2026, 12, 1, tzinfo=UTC),
            month="2026-12",
            purpose="category",
            model="m",
            prompt_version="1",
            outcome=LlmOutcome.PENDING,
            reserved_micros=5_000,
            lease_until=datetime(2026, 12, 1, tzinfo=UTC),
        )
        assert unit.llm_calls.reserve(call, 1_000_000, day=date(2026, 12, 1), now=call.at)
        unit.oversight.save(
            TriageMode(at=datetime(2026, 11, 1, tzinfo=UTC), suggest_only=True, reason="low")
        )
        old = Article(
            document="d",
            external_id="1",
            language="sv",
            title="t",
            answer="a",
            sha256="",
            expires_on=date(2026, 12, 31),
        )
        unit.knowledge.replace("d", [old])
        person = unit.people.by_slack_id("U1", NOW)
        unit.erasure.empty(unit.erasure.whose(person), datetime(2026, 10, 2, tzinfo=UTC))
    facts = read_facts(store, Settings.load(_env_file=None), QUARTER, NOW)
    assert (facts.calls, facts.expired, facts.articles) == (1, 1, 1)
    assert (facts.suggest_only, facts.demotions, facts.erased) == (True, 1, 1)
    store.close()


def test_incidents_count_those_still_open_and_how_long_the_others_took(migrated_url: str) -> None:
    store, began = Store(migrated_url), datetime(2026, 11, 3, 9, tzinfo=UTC)
    with store.begin() as unit:
        for hours in (2, 6, None):
            unit.incidents.save(
                Incident(
                    subject=f"article:{hours}",
                    kind=IncidentKind.WRONG,
                    state=IncidentState.KEPT_OUT if hours else IncidentState.OPEN,
                    opened_at=began,
                    closed_at=began + timedelta(hours=hours) if hours else None,
                )
            )

    facts = read_facts(store, Settings.load(_env_file=None), QUARTER, NOW)
    store.close()

    assert (facts.incidents, facts.open_incidents, facts.hours_to_close) == (3, 1, 4.0)
    said = str(governance_message(facts, words_for("en")))
    assert "1 reported error waits for a decision." in said
    assert "3: 2 closed, half of these within 4.0 hours; 1 still open" in said


def test_it_is_due_on_the_first_working_day_of_the_quarter() -> None:
    assert governance_review.catch_up == "every"
    assert governance_review.to == ("lead",)
