"""Effect, digest, gates and statement of generated stores: each says what the others say."""

import random
from datetime import UTC, datetime

import pytest

from models.headcount import Headcount
from models.kpis.measurement import Kpis
from models.kpis.periods import Period, previous_week
from models.language import words_for
from models.message import Paragraph, plain
from models.store.transaction import Store
from models.tickets.hours import Calendar
from models.value.digest.week import WeekFacts
from models.value.effect.comparison import Design, EffectVerdict
from models.value.effect.effect_report import effect_json, effect_line
from models.value.ledger import Value
from models.value.statement.quarter_statement import GateState, Statement, StatementVerdict
from models.value.statement.statement_report import lead_parts, roi_message
from models.value.waiting.judgement import JudgedFigures
from models.value.waiting.wait_words import wait_line
from tests.databases import copy_of
from tests.models.value import made_pilots

EN = words_for("en")
QUARTER = Period.parse("2026Q4")
NOW = datetime(2026, 12, 28, 7, tzinfo=UTC)
WORSE = (GateState.WORSE, GateState.WORSE_ASSOCIATED)


def generated(seed: int) -> tuple[Design, made_pilots.Made]:
    """Return a design, and a pilot of any size and effect: some harm, some are hardly timed."""
    chance = random.Random(seed)
    factor = chance.choice((0.2, 0.4, 0.7, 0.95, 1.5))
    made = made_pilots.Made(seed, chance.randrange(40, 320), factor, chance.choice((2, 6, 15, 400)))
    return list(Design)[seed % len(Design)], made


def read(
    empty: Store, office: Calendar, seed: int, people: str
) -> tuple[JudgedFigures, WeekFacts, Statement]:
    """Return what is judged of a generated store, its digest, and its statement."""
    store, (design, made) = copy_of(empty), generated(seed)
    try:
        kpis = Kpis(store, office)
        value = Value(store, office, kpis, headcount=Headcount.parse(people))
        made_pilots.make(store, kpis, value, design, made)
        digest = value.week(previous_week(NOW.date()), (), NOW)
        return value.judgement.both(NOW), digest, value.statement(QUARTER, NOW)
    finally:
        store.close()


def agree(judged: JudgedFigures, digest: WeekFacts, said: Statement) -> None:
    effect, wait = judged
    for theirs in ((digest.effect, digest.wait), (said.effect, said.wait)):
        for other, own in zip(theirs, judged, strict=True):
            assert other is not None
            # Verdict, design, difference, interval, numbers, reasons: all of it.
            assert effect_json(other) == effect_json(own)
    assert plain(wait_line(wait, EN)) in [
        plain(part.runs) for part in roi_message(said, EN).parts if isinstance(part, Paragraph)
    ]
    assert said.difference == (effect.minutes.saved if effect.minutes else None)
    lead = plain(lead_parts(said, EN)[1].runs)
    assert plain(effect_line(effect, EN)) in lead
    assert (said.verdict is StatementVerdict.STOP) == (effect.verdict is EffectVerdict.WORSE)
    if said.verdict in (StatementVerdict.PAID, StatementVerdict.NOT_YET):
        assert effect.is_success
    for gate in said.gates:
        if gate.state is GateState.REACHED:
            assert effect.is_success
            assert effect.claims_cause
        assert (gate.state in WORSE) == (effect.verdict is EffectVerdict.WORSE)


@pytest.mark.parametrize("seed", range(5))
def test_on_a_few_stores_they_never_disagree(empty: Store, office: Calendar, seed: int) -> None:
    agree(*read(empty, office, seed, "100"))


@pytest.mark.long
@pytest.mark.parametrize("five", range(20))
def test_on_a_hundred_stores_neither(empty: Store, office: Calendar, five: int) -> None:
    for seed in range(5 * five, 5 * five + 5):
        agree(*read(empty, office, seed, "100" if seed % 7 else ""))
