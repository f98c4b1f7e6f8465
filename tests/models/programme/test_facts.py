"""What the store attests: each task by its own evidence, and by nothing less."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from models.language import LANGUAGES, words_for
from models.programme.facts import Facts, evidence_of
from models.programme.tasks import TASKS
from models.store.programme import PlanCounts, Trained
from models.value.effect.comparison import Comparison, Design, EffectVerdict, VerdictReason
from models.value.statement.quarter_statement import Statement, StatementVerdict

EN = words_for("en")
RATED = {"completeness": 90, "currency": 80, "consistency": 70}
SOURCES = [{"type": kind, **RATED} for kind in ("crm", "erp", "archive", "email", "project_tools")]
ASKED = dict.fromkeys(("databases", "api", "cloud", "web_services", "backup", "security"), "yes")
SKILL = {"area": "IT", "evidence": "interview", "champion": "yes", "training_eur": 3000}
PILOT = {"name": "Triage", "state": "pilot", "success": "40 % less by June"}
RISK = {"likelihood": 2, "impact": 3, "action": "backup", "owner": "p1"}
ROLES = {"system_owner": "p1", "data_owner": "p2", "business_contact": "p3"}
SCREENED = {"dpia": "needed", "mbl": "not_needed"}
CASE = {"value": 4, "feasibility": 3, "effort": 2}


def statement(
    reason: VerdictReason, verdict: StatementVerdict = StatementVerdict.NOT_SHOWN
) -> Statement:
    return Statement(
        quarter="2027Q1", verdict=verdict, reason=reason, benefit=None, quantiles=None,
        cost_eur=0, roi=None, payback_month=None, npv_eur=None, p_positive=None, p_covered=None, hard=(),
        soft=(), assumptions=(), worse=(), volume=0, resolved=0, months=(),
        effect=Comparison(Design.ASSOCIATION, EffectVerdict.NOT_JUDGED, reason, 0.4, None, 0, 0),
    )  # fmt: skip


def told(key: str, **given: Any) -> tuple[str, bool]:
    counted = {name: value for name, value in given.items() if hasattr(PlanCounts(), name)}
    rest = {name: value for name, value in given.items() if name in ("statement", "registers")}
    found = evidence_of(key, Facts(counted=replace(PlanCounts(), **counted), **rest), EN)
    return found.said, found.enough


@pytest.mark.parametrize(
    ("key", "enough", "too_little"),
    [
        ("w2.sources", {"data_sources": SOURCES}, {"data_sources": [*SOURCES[1:], {"type": "tickets"}]}),
        ("w2.quality", {"data_sources": SOURCES}, {"data_sources": [*SOURCES, {"type": "other"}]}),
        ("w2.quality", {"data_sources": SOURCES}, {"data_sources": [{"type": "tickets", **RATED}]}),
        ("w3.systems", {"systems": [{"readiness": 1}]}, {"systems": [{"readiness": 5}, {}]}),
        ("w3.questions", {"systems": [ASKED]}, {"systems": [{**ASKED, "security": "unknown"}]}),
        ("w4.skills", {"skills": [SKILL]}, {"skills": [{**SKILL, "evidence": "self"}]}),
        ("w4.training", {"skills": [SKILL]}, {"skills": [{**SKILL, "training_eur": None}]}),
        ("w4.champions", {"skills": [SKILL]}, {"skills": [SKILL, {"area": "HR", "champion": "no"}]}),
        ("w5.case", {"use_cases": [PILOT]}, {"use_cases": [PILOT, {**PILOT, "state": "poc"}]}),
        ("w5.case", {"use_cases": [PILOT]}, {"use_cases": [{**PILOT, "state": "idea"}]}),
        ("w5.risks", {"risks": [RISK]}, {"risks": [RISK, {**RISK, "owner": None}]}),
        ("w6.criteria", {"use_cases": [PILOT]}, {"use_cases": [{**PILOT, "success": "faster"}]}),
        ("w6.roles", {"roles": [ROLES]}, {"roles": [{**ROLES, "data_owner": ""}]}),
        ("w8.screening", {"ai_systems": [SCREENED]}, {"ai_systems": [{**SCREENED, "mbl": "not_assessed"}]}),
        ("w12.roadmap", {"use_cases": [CASE] * 3}, {"use_cases": [CASE, CASE, {"value": 5}]}),
    ],
)  # fmt: skip
def test_a_register_attests_a_task_only_when_it_is_filled(
    key: str, enough: dict[str, Any], too_little: dict[str, Any]
) -> None:
    assert told(key, registers=enough)[1]
    assert not told(key, registers=too_little)[1]
    assert not told(key)[1]


@pytest.mark.parametrize(
    ("key", "counted", "said"),
    [
        ("w2.tickets", {"imported": 1200}, "1,200 tickets imported"),
        ("w6.criteria", {"company_kpis": 1}, "1 key figure with a goal"),
        ("w7.knowledge", {"articles": 12}, "12 answers and passages imported"),
        ("w7.model", {"model": Trained(3, 0.873, 140)}, "model 3, accuracy 87.3% on 140 tickets"),
        ("w8.prototype", {"answers": 7, "first_answer_at": datetime(2027, 1, 5, 23, tzinfo=UTC)},
         "first answer on 5 January 2027, 7 so far"),
        ("w9.users", {"real": 30, "askers": 4}, "30 real tickets so far, 30 needed"),
        ("w9.digest", {"digests": 1}, "1 weekly digest posted"),
        ("w10.tickets", {"real": 120, "askers": 40},
         "120 real tickets from 40 people so far, 120 needed"),
        ("w10.feedback", {"verdicts": 30}, "30 verdicts on answers so far, 30 needed"),
        ("w11.costs", {"costs": 2, "cost_cents": 123450}, "2 costs booked"),
    ],
)  # fmt: skip
def test_a_count_attests_a_task_and_says_how_much(
    key: str, counted: dict[str, Any], said: str
) -> None:
    assert told(key, **counted) == (said, True)
    assert not told(key)[1]


@pytest.mark.parametrize(
    ("key", "counted"),
    [
        ("w9.users", {"real": 29}),
        ("w10.tickets", {"real": 119}),
        ("w10.feedback", {"verdicts": 29}),
    ],
)
def test_one_less_than_needed_is_not_enough(key: str, counted: dict[str, Any]) -> None:
    assert not told(key, **counted)[1]


def test_fewer_than_five_people_are_not_counted_aloud() -> None:
    assert "people" not in told("w9.users", real=40, askers=4)[0]
    assert "from 5 people" in told("w9.users", real=40, askers=5)[0]


@pytest.mark.parametrize("reason", list(VerdictReason))
def test_a_statement_counts_once_everything_is_there_even_if_it_shows_nothing(
    reason: VerdictReason,
) -> None:
    lacking = {
        "no category in common",
        "no baseline",
        "no handling times in the baseline",
        "too few cases",
        "too few weeks",
        "no costs booked",
    }

    booked = replace(statement(reason), cost_eur=100.0)

    said, enough = told("w11.roi", statement=booked)

    assert said == "statement of 2027Q1: No benefit is shown"
    assert enough is (reason.value not in lacking)
    assert not told("w11.roi", statement=statement(reason))[1], "no costs are booked"


def test_what_looks_paid_before_a_year_has_passed_is_no_more_than_covered() -> None:
    paid = statement(VerdictReason.EARNED, StatementVerdict.PAID)
    proven = replace(paid, cost_eur=9.0, effect=replace(paid.effect, design=Design.HOLD_OUT))

    assert told("w11.roi", statement=proven) == ("statement of 2027Q1: Costs covered so far", True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_attests_is_left_to_people_in_every_language(language: Any) -> None:
    words, facts = words_for(language), Facts()

    assert not any(evidence_of(task.key, facts, words).enough for task in TASKS)
