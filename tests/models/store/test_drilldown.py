"""The rows behind figures, and one's own, are the same on both databases."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest

from models.kpis.figure import Frame
from models.kpis.measurement import Kpis
from models.kpis.periods import Period
from models.store.transaction import Store
from models.tickets.hours import calendar_for
from models.value.drilldown.drilldown import Drilldowns
from models.value.effect.comparison import Design
from models.value.ledger import Value
from tests.models.value import made_desk, made_pilots
from tests.models.value.conftest import HUNDRED
from tests.models.value.made_desk import NOW, People

OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
QUARTER = Period.parse("2026Q4")
LARGE = frozenset(f"U{n}" for n in range(5))


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


@pytest.fixture
def people(store: Store) -> People:
    return made_desk.make(store, Kpis(store, OFFICE), seed=5, tickets=120)


@pytest.mark.slow
def test_every_figure_has_its_rows(store: Store, people: People) -> None:
    kpis = Kpis(store, OFFICE)
    figures = Drilldowns(
        store, OFFICE, kpis, Value(store, OFFICE, kpis, headcount=HUNDRED).statement_in, LARGE
    )

    for key in figures.keys():  # noqa: SIM118  # a method, no mapping
        found = figures.of(key, QUARTER, NOW)
        if "." not in key:
            assert found.estimate.value == pytest.approx(
                found.figure.aggregate.of(Frame.of(found.rows)).value
            )
        assert found.rows or key == "csat" or key.startswith("roi.cases_"), key


@pytest.mark.slow
def test_the_judged_cases_and_the_arms_are_rows_too(store: Store) -> None:
    kpis = Kpis(store, OFFICE)
    value = Value(store, OFFICE, kpis, headcount=HUNDRED)
    made_pilots.make(store, kpis, value, Design.HOLD_OUT)
    figures, now = Drilldowns(store, OFFICE, kpis, value.statement_in, LARGE), made_pilots.NOW
    shown = {one.key: one for one in value.statement(QUARTER, now).hard}

    saved = figures.of("roi.minutes_saved_a_ticket", QUARTER, now)
    assert len(saved.rows) == shown["minutes_saved_a_ticket"].n
    held, helped = (mean for _, mean in saved.sets.values())
    assert held - helped == pytest.approx(shown["minutes_saved_a_ticket"].value)
    for key in ("cases_helped", "cases_exempt", "cases_held_out"):
        rows = figures.of(f"roi.{key}", QUARTER, now).rows
        assert rows
        assert len(rows) == shown[key].value


def test_ones_own_questions_are_ones_own(store: Store, people: People) -> None:
    since = NOW - timedelta(days=365)
    with store.snapshot() as unit:
        asked = {person.id: unit.own.asked(person.id, since) for person in people.askers}
        steps = {person.id: unit.own.steps(person.id, since) for person in people.askers}
        waits = [len(unit.own.waits(person.id, since)) for person in people.askers]
        everything = unit.figures.case_steps(since, NOW)

    assert sum(asked.values()) == 60
    assert sum(waits) == 120
    assert sum(map(len, steps.values())) == len(everything)
    for person, own in steps.items():
        assert {step.actor for step in own} <= {person, ""}
