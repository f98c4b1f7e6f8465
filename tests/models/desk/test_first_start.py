"""A desk's first start: categories and a model, once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models import starter
from models.desk.setup.first_start import add_categories, prepare
from models.store.transaction import Store
from models.tables import Category
from models.triage.triage import Triage
from tests.trainings import remembered

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _remembered_trainings(shared_folder: Path) -> Iterator[None]:
    with remembered(shared_folder):
        yield


@pytest.fixture
def store(memory: Store) -> Store:
    return memory


@pytest.mark.slow
def test_an_empty_desk_gets_categories_and_a_model_that_knows_them(store: Store) -> None:
    triage = Triage(store)
    prepared = prepare(store, NOW, seed=1)
    assert prepared.categories == len(starter.categories())
    assert prepared.model is not None
    assert prepared.model.promoted
    assert triage.classify("jag har glömt mitt lösenord", "sv").alternatives
    again = prepare(store, NOW, seed=1)
    assert (again.categories, again.model) == (0, None)


def test_categories_of_the_company_are_left_alone(store: Store) -> None:
    with store.begin() as unit:
        unit.tickets.put_categories([Category(key="ships", titles={"en": "Ships"}, source="x")])
    assert add_categories(store) == 0


def test_retired_categories_stay_retired(store: Store) -> None:
    add_categories(store)
    with store.begin() as unit:
        unit.tickets.retire_categories("starter")
    assert add_categories(store) == 0
    with store.snapshot() as unit:
        assert unit.tickets.categories() == []


def test_without_enough_to_learn_from_a_person_decides(store: Store) -> None:
    with store.begin() as unit:
        unit.tickets.put_categories([Category(key="ships", titles={"en": "Ships"}, source="x")])
    prepared = prepare(store, NOW, seed=1)
    assert (prepared.categories, prepared.model) == (0, None)
