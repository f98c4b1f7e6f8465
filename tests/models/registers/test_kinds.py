"""What follows from a line, and what is said of all of them: the roadmap's own rules."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.language import words_for
from models.registers.catalogue import register_of, registers
from models.registers.declaration import LinkedLine
from models.registers.kinds import (
    ai_systems,
    data_sources,
    risks,
    skills,
    systems,
    use_cases,
)
from models.registers.kinds.roles import complete
from models.registers.showing import remarks

SCORE = st.integers(1, 5)


def entry(**values: Any) -> LinkedLine:
    return LinkedLine(values, {}, 1)


def said(kind: str, *entries: LinkedLine) -> str:
    notes = remarks(register_of(kind), entries, words_for("en"))
    return "\n".join(run.text for note in notes for run in note.runs)


def test_there_are_the_eight_registers_of_the_contract_and_our_own() -> None:
    assert list(registers()) == [
        "use_cases",
        "systems",
        "data_sources",
        "skills",
        "risks",
        "ai_systems",
        "roles",
        "costs",
        "ai_requests",
        "criteria",
        "trainings",
    ]


@pytest.mark.parametrize("kind", registers())
def test_a_declaration_is_whole(kind: str) -> None:
    register = registers()[kind]
    keys = [item.key for item in register.fields] + [item.key for item in register.derived]
    assert len(set(keys)) == len(keys)
    assert not {"number", "version", "retired", "changed_at"} & set(keys)
    named = register.field(register.name)
    assert named is not None
    assert named.required
    assert register.about_person in ("", *keys)
    assert register.asked_by in ("", *keys)
    assert set(register.asks) <= set(keys)
    about = (rule.field for rule in register.rules)
    gates = (gate.field for gate in (register.flow.gates if register.flow else ()))
    assert {*about, *gates} <= set(keys)
    for item in register.fields:
        assert (item.kind == "choice") == bool(item.choices)
        assert item.kind != "line" or item.of in registers()
        assert len(item.choices) < 100


@pytest.mark.parametrize("kind", registers())
def test_what_a_register_begins_with_fits_its_fields(kind: str) -> None:
    register = registers()[kind]
    for preset in register.presets:
        for key, value in {**preset.said, **preset.values}.items():
            item = register.field(key)
            assert item is not None
            assert not item.choices or value in dict(item.choices)


# Use cases --------------------------------------------------------------------------------------


@given(SCORE, SCORE, SCORE)
def test_priority_rises_with_value_and_feasibility_and_falls_with_effort(
    value: int, feasibility: int, effort: int
) -> None:
    found = use_cases.priority(entry(value=value, feasibility=feasibility, effort=effort))
    assert found is not None
    assert 1 <= found <= 5
    if value < 5:
        more = use_cases.priority(entry(value=value + 1, feasibility=feasibility, effort=effort))
        assert more is not None
        assert more > found
    if effort < 5:
        less = use_cases.priority(entry(value=value, feasibility=feasibility, effort=effort + 1))
        assert less is not None
        assert less < found


@pytest.mark.parametrize(
    ("value", "effort", "roi", "advice"),
    [
        (4, 3, "no", "first"),
        (5, 4, "yes", "plan"),
        (3, 3, "yes", "fill"),
        (3, 4, "yes", "leave"),
        (5, 4, "no", "park"),
        (5, 5, None, "park"),
    ],
)
def test_the_quadrants_of_the_matrix(value: int, effort: int, roi: Any, advice: str) -> None:
    assert use_cases.advice(entry(value=value, effort=effort, feasibility=3, roi=roi)) == advice


def test_a_quick_win_has_low_risk_and_high_visibility_inside_the_company() -> None:
    faq = {"risk": "low", "visibility": "high", "customers": "no"}
    assert use_cases.quick_win(entry(**faq)) == "yes"
    for key, value in (("risk", "medium"), ("visibility", "medium"), ("customers", "yes")):
        assert use_cases.quick_win(entry(**{**faq, key: value})) == "no"


def test_the_help_desk_itself_is_a_quick_win_from_the_start() -> None:
    presets = {preset.origin: preset for preset in register_of("use_cases").presets}
    assert use_cases.quick_win(LinkedLine(presets["case-faq"].values)) == "yes"
    assert {"case-search", "case-reports", "case-quotations"} <= set(presets)


def test_a_proof_of_concept_carries_its_mark() -> None:
    assert "not for real work: Search" in said("use_cases", entry(name="Search", state="poc"))
    assert "not for real work" not in said("use_cases", entry(name="Search", state="pilot"))


# Systems ----------------------------------------------------------------------------------------

FOUR = {
    "databases": "yes", "api": "yes", "cloud": "yes", "web_services": "yes", "backup": "yes",
    "security": "yes",
}  # fmt: skip


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_4_and_5_are_early_candidates_and_a_3_never_is(score: int) -> None:
    system = entry(name="ERP", readiness=score)
    assert (systems.early_candidate(system) == "yes") == (score >= 4)
    assert ("Early candidates (4 or 5): ERP" in said("systems", system)) == (score >= 4)


@given(
    st.fixed_dictionaries({key: st.sampled_from(["yes", "no", "unknown", None]) for key in FOUR})
)
def test_three_of_four_make_a_system_ready_and_not_known_counts_as_no(answers: Any) -> None:
    yes = {key for key, value in answers.items() if value == "yes"}
    wanted = ({"databases", "api"}, {"cloud"}, {"web_services"}, {"backup", "security"})
    number = sum(both <= yes for both in wanted)
    assert systems.questions(entry(**answers)) == number
    assert systems.ready(entry(**answers)) == ("yes" if number >= 3 else "no")
    assert ("work to do" in said("systems", entry(name="ERP", **answers))) == (len(yes) < len(FOUR))


def test_backup_alone_does_not_answer_the_fourth_question() -> None:
    assert systems.questions(entry(**{**FOUR, "security": "no"})) == 3


def test_the_cloud_comes_first_but_for_protection_or_volume() -> None:
    assert systems.hosting(entry(protection="high", volume="high")) == "cloud"
    assert systems.hosting(entry(protection="very_high")) == "own_protection"
    assert systems.hosting(entry(volume="very_high")) == "own_volume"


# Data sources -----------------------------------------------------------------------------------


def test_quality_is_unknown_as_long_as_a_score_is() -> None:
    assert data_sources.quality(entry(completeness=90, currency=60)) is None
    assert data_sources.quality(entry(completeness=90, currency=60, consistency=0)) == 50


def test_an_archive_with_metadata_suits_document_search() -> None:
    assert data_sources.suits_search(entry(type="archive", metadata="yes")) == "yes"
    assert data_sources.suits_search(entry(type="archive", metadata="unknown")) == "no"
    assert data_sources.suits_search(entry(type="crm", metadata="yes")) == "no"


def test_each_silo_and_each_media_break_is_a_task() -> None:
    crm = entry(name="CRM", type="crm", silo="no export", media_break="orders on paper")
    mail = entry(name="Mail", type="email", media_break="faxes")
    assert data_sources.integration_tasks([crm, mail]) == [
        ("CRM", "no export"),
        ("CRM", "orders on paper"),
        ("Mail", "faxes"),
    ]
    told = said("data_sources", crm, mail)
    assert "To integrate: CRM: orders on paper" in told
    assert "No line for: ERP, document archive, project tools" in told


# Skills -----------------------------------------------------------------------------------------


def test_ones_own_rating_is_weak_evidence() -> None:
    assert skills.strength(entry(evidence="self")) == "weak"
    assert skills.strength(entry(evidence="interview")) == "strong"


def test_a_translator_knows_both_sides() -> None:
    assert skills.translator(entry(technical="yes", business="yes")) == "yes"
    assert skills.translator(entry(technical="yes", business="no")) == "no"


def test_an_area_without_a_champion_is_named() -> None:
    team = [entry(area="IT", champion="yes"), entry(area="IT"), entry(area="Sales", champion="no")]
    assert skills.areas_without_champion(team) == ["Sales"]
    assert "No champion in: Sales" in said("skills", *team)


def test_the_training_budget_is_summed_over_people_not_lines() -> None:
    lines = [
        entry(person="a", training_eur=3000),
        entry(person="a", training_eur=1000),
        entry(person="b", training_eur=2500),
        entry(person="c"),
    ]
    assert skills.training_budget(lines) == 6500
    assert "6500 EUR for 2" in said("skills", *lines)


# Risks, roles, AI systems, costs ------------------------------------------------------------------


def test_the_roadmaps_nine_risks_are_there_three_of_each_kind() -> None:
    kinds = [str(preset.values["kind"]) for preset in register_of("risks").presets]
    assert sorted(kinds) == ["legal"] * 3 + ["organisational"] * 3 + ["technical"] * 3
    assert all(preset.said["action"] for preset in register_of("risks").presets)


@given(SCORE, SCORE)
def test_a_risk_is_as_bad_as_likely_times_harmful(likelihood: int, impact: int) -> None:
    risk = entry(likelihood=likelihood, impact=impact)
    assert risks.severity(risk) == likelihood * impact
    order = ("low", "medium", "high", "critical")
    worse = entry(likelihood=min(5, likelihood + 1), impact=impact)
    assert order.index(str(risks.level(worse))) >= order.index(str(risks.level(risk)))


def test_a_risk_that_nobody_rated_is_unrated_and_not_low() -> None:
    assert risks.level(entry(likelihood=5)) is None
    assert "Not rated yet: 1" in said("risks", entry(name="Outage"))


def test_a_serious_risk_without_owner_is_named() -> None:
    risk = {"name": "Outage", "likelihood": 5, "impact": 5, "action": "x"}
    assert "Serious" in said("risks", entry(**risk))
    assert "Serious" not in said("risks", entry(**risk, owner="p"))


def test_roles_are_complete_with_all_three() -> None:
    named = {"system_owner": "a", "data_owner": "b", "business_contact": "c"}
    assert complete(entry(**named)) == "yes"
    assert complete(entry(**{**named, "data_owner": None})) == "no"


def test_the_share_of_what_the_law_asks_about() -> None:
    assert ai_systems.filled_share(entry()) == 0
    assert "Not complete: Bot" in said("ai_systems", entry(name="Bot", owner="p"))


def test_costs_are_summed_and_the_usual_bands_are_left_to_one_calculation() -> None:
    lines = [entry(eur=40_000, booked_on="2026-01-10"), entry(eur=-2_500.5, booked_on="2027-02-01")]

    told = said("costs", *lines)

    assert "Sum: 37499.50." in told
    assert "lotsen cost status" in told
    assert said("costs") == ""


def test_a_track_without_planned_training_is_named() -> None:
    planned = [entry(track=track, training_eur=3000) for track in ("automation", "models", "data")]
    assert "No training planned in: prompts." in said("skills", *planned)
    assert "No training planned" not in said(
        "skills", *planned, entry(track="prompts", training_eur=2000)
    )
    assert said("skills") == ""


def test_a_use_case_whose_roles_went_away_is_named() -> None:
    lone = {"name": "Search", "state": "poc", "owner": "p", "to_production_days": 20}
    assert "No longer passes" not in said("use_cases", entry(**lone))
    assert "No longer passes its gates, amend it or take it back: Search." in said(
        "use_cases", entry(**lone | {"state": "pilot"})
    )


def required(kind: str) -> set[str]:
    return {item.key for item in register_of(kind).fields if item.required}


def test_a_system_is_rated_with_a_reason() -> None:
    assert required("systems") >= {"name", "readiness", "rationale"}


def test_what_nobody_looked_into_is_not_known() -> None:
    for key in ("cloud", "databases", "api", "network"):
        item = register_of("systems").field(key)
        assert item is not None
        assert item.start == "unknown"
    unsure = entry(name="ERP", readiness=4, rationale="api", databases="unknown")
    assert "ERP" in said("systems", unsure)


def test_the_roadmaps_use_cases_are_there() -> None:
    assert {preset.origin for preset in register_of("use_cases").presets} == {
        "case-faq", "case-triage", "case-search", "case-reports", "case-quotations",
    }  # fmt: skip


def test_the_register_of_ai_systems_asks_what_public_registers_ask() -> None:
    keys = {item.key for item in register_of("ai_systems").fields}
    assert keys >= {
        "description", "status", "started_on", "ended_on", "category", "purposes", "legal_basis",
        "supplier", "supplier_role", "data_sources", "safeguards", "oversight", "fairness",
        "model_type", "frequency", "intended", "limits", "training_data", "evaluation_data",
        "benefit", "alternatives", "act_role", "risk_class", "risk_reason", "notice_version",
        "dpia", "retention", "owner", "review_on", "costs", "kpis", "public_link",
    }  # fmt: skip
    assert required("ai_systems") >= {
        "models",
        "data_sources",
        "purposes",
        "act_role",
        "risk_class",
    }


def test_what_a_supplier_does_with_inputs_is_asked() -> None:
    keys = {item.key for item in register_of("ai_systems").fields}
    assert keys >= {"trained_on_input", "log_days", "zero_retention", "region", "dpa"}
