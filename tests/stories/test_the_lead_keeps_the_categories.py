"""The lead adds, renames, merges and retires categories in Slack; the cards follow."""

from collections.abc import Callable
from typing import Any

import pytest

from models.lotsen import Lotsen
from models.tables import Category
from tests.stories.conftest import KIM, LEAD, LENA, SUPPORT, Office

Open = Callable[..., Office]


@pytest.fixture
def office(open_office: Open) -> Office:
    def with_categories(lotsen: Lotsen) -> None:
        with lotsen.store.begin() as unit:
            unit.tickets.put_categories(
                Category(key=key, titles={"sv": key.title()}, source="import", position=position)
                for position, key in enumerate(("mail", "vpn"))
            )

    return open_office(prepare=with_categories)


def listed(office: Office, user: str = LENA, channel: str = LEAD) -> Any:
    office.double.command(user, channel, "/lotsen", "categories")
    office.settle()
    return office.double.ephemerals(user)[-1]


def send(office: Office, **values: dict[str, Any]) -> Any:
    assert office.double.submit(LENA, values).status == 200
    office.settle()
    return office.double.ephemerals(LENA)[-1]


def keys(office: Office) -> list[str]:
    with office.lotsen.store.snapshot() as unit:
        return [row.key for row in unit.tickets.categories()]


def test_a_category_is_added_renamed_and_merged_in_forms(office: Office) -> None:
    before = keys(office)
    message = listed(office)
    office.double.click(LENA, LEAD, message.ts, "category_add")
    answer = send(office, title_sv={"value": "Passerkort"}, title_en={"value": "Badges"})
    assert keys(office) == [*before, "badges"]
    assert "Passerkort" in str(answer.blocks)

    office.double.choose(LENA, LEAD, listed(office).ts, "category_change", "badges")
    send(office, title_sv={"value": "Passerkort och nycklar"})
    with office.lotsen.store.snapshot() as unit:
        row = unit.tickets.category("badges")
    assert row is not None
    assert row.titles == {"sv": "Passerkort och nycklar", "en": "Badges"}

    office.double.choose(LENA, LEAD, listed(office).ts, "category_change", "badges")
    answer = send(office, into={"value": before[0]})
    assert keys(office) == before
    assert "Passerkort och nycklar" in str(answer.blocks)
    with office.lotsen.store.snapshot() as unit:
        assert [row.act for row in unit.categories.changes()] == ["add", "rename", "merge"]
        assert unit.categories.successors()["badges"] == before[0]


def test_what_is_wrong_is_said_in_the_form(office: Office) -> None:
    office.double.click(LENA, LEAD, listed(office).ts, "category_add")

    refused = office.double.submit(LENA, {})

    assert list(refused.body["errors"].values()) == ["Skriv en titel på minst ett språk."]


def test_a_colleague_who_does_not_lead_is_told_whom_to_ask(office: Office) -> None:
    before = keys(office)

    told = listed(office, KIM, SUPPORT)

    assert "Ask the IT lead" in str(told.blocks)
    assert "category_add" not in str(told.blocks)
    assert keys(office) == before
