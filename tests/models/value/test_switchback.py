"""A pilot of half-days, from the draw to what digest, effect and statement say of it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from models.kpis.measurement import Kpis
from models.kpis.periods import Period, previous_week
from models.language import LANGUAGES, Language, words_for
from models.statistics.half_days import half_day_at
from models.store.transaction import Store
from models.tables import Arm
from models.tickets.hours import Calendar
from models.triage.arms import half_day_arm
from models.value.effect.comparison import Design, EffectVerdict, VerdictReason
from models.value.effect.effect_report import effect_json, effect_message
from models.value.ledger import Value
from models.value.statement.statement_report import roi_message
from tests.models.value.conftest import HUNDRED
from tests.models.value.test_proof import a_case, baseline, frozen

__all__ = ["baseline", "frozen"]
SECRET = "5e" * 32
MONDAY = datetime(2026, 10, 12, 7, tzinfo=UTC)
NOW = datetime(2027, 1, 25, 7, tzinfo=UTC)


@pytest.fixture
def proof(store: Store, office: Calendar, kpis: Kpis) -> Value:
    return Value(store, office, kpis, headcount=HUNDRED)


def a_pilot(store: Store, office: Calendar, weeks: int, factor: float) -> None:
    """Put in three questions each half-day of the office, drawn as the desk draws them."""
    chance = np.random.default_rng(1)
    moments = [
        MONDAY + timedelta(weeks=week, days=day, hours=hour)
        for week in range(weeks)
        for day in range(5)
        for hour in (1, 2, 3, 6, 7, 8)
    ]
    for number, at in enumerate(moments):
        half_day = half_day_at(at.astimezone(office.zone))
        arm = half_day_arm(SECRET, half_day, 0.5)
        minutes = float(chance.uniform(20, 40)) * (factor if arm is Arm.HELPED else 1.0)
        a_case(store, number, arm, minutes, at=at, half_day=half_day)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pilot_of_half_days_says_the_same_everywhere(
    baseline: None, store: Store, office: Calendar, proof: Value, language: Language
) -> None:
    a_pilot(store, office, 6, 0.5)

    effect = proof.proof.effect(NOW)

    assert (effect.design, effect.verdict) == (Design.SWITCHBACK, EffectVerdict.MET)
    assert effect.claims_cause
    assert effect.half_days is not None
    assert min(effect.half_days) >= 10
    words = words_for(language)
    assert words.gettext("Half-days") in str(effect_message(effect, words).to_json())
    assert effect_json(effect)["design"] == "switchback"
    said = proof.statement(Period.parse("2026Q4"), NOW)
    digest = proof.week(previous_week(NOW.date()), (), NOW).effect
    assert digest is not None
    assert {said.design, digest.design} == {Design.SWITCHBACK}
    assert (digest.verdict, said.effect.verdict) == (effect.verdict, effect.verdict)
    assert roi_message(said, words).parts


def test_a_week_of_half_days_is_too_few_however_many_questions(
    baseline: None, store: Store, office: Calendar, proof: Value
) -> None:
    a_pilot(store, office, 3, 0.5)
    first = datetime(2026, 10, 26, 7, tzinfo=UTC)

    early, later = (proof.proof.effect(now) for now in (first, NOW))

    assert early.verdict is EffectVerdict.NOT_JUDGED
    assert early.why in (VerdictReason.TOO_EARLY, VerdictReason.TOO_FEW)
    assert later.half_days == (15, 15) or later.later
