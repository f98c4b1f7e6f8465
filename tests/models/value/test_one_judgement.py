"""Effect, digest, gates and statement take one judgement: they cannot disagree."""

from dataclasses import replace
from datetime import date
from typing import TypeGuard

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kpis.comparison import KpiVerdict
from models.kpis.definitions import KPIS
from models.kpis.measurement import KpiValue
from models.kpis.periods import Period
from models.language import words_for
from models.message import Paragraph, Part, plain
from models.value.digest.week import WeekFacts
from models.value.digest.weekly_digest import digest
from models.value.effect.comparison import (
    Comparison,
    Design,
    EffectVerdict,
    VerdictReason,
    judge,
    minutes_of,
)
from models.value.effect.effect_report import effect_line
from models.value.effect.reduction import Mean, reduction
from models.value.statement.gates import gates
from models.value.statement.quarter_statement import (
    GateState,
    Month,
    Statement,
    StatementEvidence,
    StatementVerdict,
)
from models.value.statement.roi import statement
from models.value.statement.statement_report import lead_parts, roi_message
from models.value.waiting.wait_words import wait_line

EN = words_for("en")
LATE = date(2029, 1, 1)
NO_FIGURES = tuple(
    KpiValue(
        *(one.key, one.title, one.unit, one.better, 0),
        *(None,) * 5,
        KpiVerdict.NO_DATA,
    )
    for one in KPIS.values()
)
CANNOT = (
    None,
    VerdictReason.NO_PEOPLE,
    VerdictReason.TOO_EARLY,
    VerdictReason.TOO_SHORT,
    VerdictReason.WEEKS_ALIKE,
)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """Return what any two means come to, judged or not, with what forbids a success or without."""
    means = [
        Mean(draw(st.floats(1, 200)), draw(st.floats(1e-6, 400)), draw(st.floats(2, 300)))
        for _ in range(2)
    ]
    error = draw(st.sampled_from((0.025, 0.0125, 0.00625)))
    cut = reduction(means[1], means[0], error)
    verdict, why = judge(cut, 0.4, draw(st.sampled_from(CANNOT)))
    if why is VerdictReason.SHOWN and draw(st.booleans()) and verdict is not EffectVerdict.WORSE:
        verdict, why = EffectVerdict.NOT_SHOWN, VerdictReason.MINUTES_MISSING
    return Comparison(
        design=draw(st.sampled_from(Design)),
        verdict=verdict,
        why=why,
        target=0.4,
        cut=cut,
        n=draw(st.integers(30, 5000)),
        n_before=draw(st.integers(30, 5000)),
        minutes=minutes_of(cut, means[1]),
        is_exploratory=draw(st.booleans()),
    )


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    effect = draw(comparisons())
    cost = draw(st.floats(0, 20_000))
    months = (Month("2026-11", draw(st.integers(0, 2000)), cost),)
    case = StatementEvidence("2026Q4", effect, months[0].n, months[0].n, cost, months)
    worse = draw(st.sampled_from(((), ("reopened_share",))))
    wait, gaps = draw(comparisons()), draw(st.booleans())
    return statement(replace(case, worse=worse, has_gaps_in_costs=gaps, wait=wait))


@given(statements())
def test_the_statement_claims_no_more_and_no_less_than_the_effect(said: Statement) -> None:
    effect = said.effect

    assert (said.verdict is StatementVerdict.STOP) == (effect.verdict is EffectVerdict.WORSE)
    if said.verdict in (StatementVerdict.PAID, StatementVerdict.NOT_YET):
        assert effect.is_success
        assert said.difference is not None
        assert said.difference.low > 0
    if not effect.is_success and effect.verdict is not EffectVerdict.WORSE:
        assert (said.verdict, said.reason) == (StatementVerdict.NOT_SHOWN, effect.why)
    if said.verdict is StatementVerdict.PAID:
        assert not effect.is_exploratory
        assert not said.worse
        assert not said.has_gaps_in_costs


@given(statements())
def test_no_gate_is_reached_that_the_effect_does_not_reach(said: Statement) -> None:
    for gate in gates(said, date(2026, 11, 23), LATE, ["handling_time"]):
        if gate.state is GateState.REACHED:
            assert said.effect.is_success
            assert said.effect.claims_cause
        if gate.state is GateState.ASSOCIATED:
            assert said.effect.is_success or said.effect.verdict is EffectVerdict.NOT_JUDGED
        worse = (GateState.WORSE, GateState.WORSE_ASSOCIATED)
        assert (gate.state in worse) == (said.effect.verdict is EffectVerdict.WORSE)


@given(statements())
def test_digest_and_statement_say_the_effect_in_its_own_words(said: Statement) -> None:
    told = plain(effect_line(said.effect, EN))
    facts = WeekFacts(
        Period.parse("2026-W48"), 3, 3, NO_FIGURES, has_baseline=True, effect=said.effect
    )

    _, lead, *_ = lead_parts(said, EN)

    assert told in plain(lead.runs)
    head = next(part for part in digest(facts, EN).parts if isinstance(part, Paragraph))
    assert plain(head.runs) == told


@given(statements())
def test_waiting_is_told_beside_and_changes_no_money(said: Statement) -> None:
    assert said.wait is not None
    told = plain(wait_line(said.wait, EN))
    facts = WeekFacts(Period.parse("2026-W48"), 3, 3, NO_FIGURES, has_baseline=True, wait=said.wait)

    without = said.to_json() | {"wait": None}

    assert replace(said, wait=None).to_json() == without
    paragraphs = [plain(part.runs) for part in roi_message(said, EN).parts if is_said(part)]
    assert told in paragraphs
    in_digest = [plain(part.runs) for part in digest(facts, EN).parts if is_said(part)]
    assert (told in in_digest) == (said.wait.why is VerdictReason.SHOWN)


def is_said(part: Part) -> TypeGuard[Paragraph]:
    return isinstance(part, Paragraph)


@pytest.mark.parametrize("verdict", EffectVerdict)
def test_only_a_judgement_by_chance_or_control_names_a_cause(verdict: EffectVerdict) -> None:
    for design in Design:
        effect = Comparison(design, verdict, VerdictReason.SHOWN, 0.4, None, 0, 0)
        assert effect.claims_cause is (design is not Design.ASSOCIATION)
        assert not replace(effect, is_exploratory=True).claims_cause
        assert not replace(effect, is_placebo_clear=False).claims_cause
