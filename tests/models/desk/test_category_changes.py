"""Categories are added, renamed, merged and retired; nothing of the past is lost."""

from datetime import datetime, timedelta

import pytest

from models.desk.setup.category_changes import (
    CategoryEdit,
    CategoryRefusedError,
    decide_category,
    edit_category,
)
from models.language import words_for
from models.store.transaction import Store
from models.tables import Category, CategoryAct, DecidedBy, Source, Status, Ticket, TicketText
from models.triage.ticket_text import as_text
from models.triage.training import training_set

ADD, RENAME, MERGE, RETIRE = CategoryAct


def category(key: str, *, active: bool = True, source: str = "import", **titles: str) -> Category:
    return Category(key=key, titles=titles or {"en": key.title()}, active=active, source=source)


KNOWN = [category("mail"), category("vpn"), category("print", active=False)]


@pytest.fixture
def store(memory: Store, now: datetime) -> Store:
    with memory.begin() as unit:
        unit.tickets.put_categories([category("mail"), category("vpn"), category("wifi")])
        for number, key in enumerate(("mail", "vpn", "wifi")):
            ticket = Ticket(
                source=Source.IMPORT,
                external_id=str(number),
                status=Status.CLOSED,
                category=key,
                decided_by=DecidedBy.IMPORTED,
                opened_at=now,
            )
            unit.tickets.add_ticket(ticket, TicketText(ticket_id=0, body=f"about {key}"))
    return memory


def edit(store: Store, now: datetime, *wanted: CategoryEdit) -> None:
    with store.begin() as unit:
        for one in wanted:
            edit_category(unit, one, now, "p1")


def test_a_new_one_gets_its_key_from_its_title_and_never_that_of_a_retired_one() -> None:
    new = decide_category(KNOWN, CategoryEdit(ADD, titles={"sv": " Skrivare ", "de": ""}))
    assert (new.key, new.titles, new.active) == ("skrivare", {"sv": "Skrivare"}, True)

    again = decide_category(KNOWN, CategoryEdit(ADD, titles={"en": "Print"}))
    assert again.key == "print_2"


def test_a_new_name_keeps_key_and_the_titles_that_nobody_touched() -> None:
    known = [category("vpn", sv="Fjärr", en="Remote"), category("mail")]

    renamed = decide_category(known, CategoryEdit(RENAME, "vpn", {"sv": "Distans"}))

    assert (renamed.key, renamed.titles) == ("vpn", {"sv": "Distans", "en": "Remote"})


@pytest.mark.parametrize(
    ("wanted", "place", "reason"),
    [
        (CategoryEdit(ADD), "title_", "at least one language"),
        (CategoryEdit(ADD, titles={"en": "MAIL"}), "title_en", "MAIL already"),
        (CategoryEdit(ADD, titles={"sv": "x" * 61}), "title_sv", "60 characters at most"),
        (CategoryEdit(RENAME, "vpn", {"en": "Mail"}), "title_en", "Mail already"),
        (CategoryEdit(RENAME, "fax", {"en": "Fax"}), "standing", "there are mail, vpn"),
        (CategoryEdit(RETIRE, "print"), "standing", "no category print in use"),
        (CategoryEdit(MERGE, "vpn", into="vpn"), "into", "another category in use"),
        (CategoryEdit(MERGE, "vpn", into="print"), "into", "another category in use"),
    ],
)
def test_what_cannot_be_is_refused_where_it_is_mended(
    wanted: CategoryEdit, place: str, reason: str
) -> None:
    with pytest.raises(CategoryRefusedError, match=reason) as refused:
        decide_category(KNOWN, wanted)

    assert refused.value.field.startswith(place)
    for language in ("sv", "de"):
        assert refused.value.explain(words_for(language)) != str(refused.value)


def test_the_last_one_stays() -> None:
    with pytest.raises(CategoryRefusedError, match="the last one"):
        decide_category([category("mail")], CategoryEdit(RETIRE, "mail"))


def test_a_merged_one_carries_its_tickets_and_keeps_its_history(
    store: Store, now: datetime
) -> None:
    edit(store, now, CategoryEdit(MERGE, "wifi", into="vpn"))
    later = now + timedelta(days=1)
    edit(store, later, CategoryEdit(RENAME, "vpn", {"en": "Network"}))

    with store.snapshot() as unit:
        taught = {as_text(text).words: label for text, label in training_set(unit).tickets}
        told = [(row.act, row.key, row.into, row.by) for row in unit.categories.changes()]
        assert [row.key for row in unit.tickets.categories()] == ["mail", "vpn"]
        assert unit.categories.changed_since(now)
        assert not unit.categories.changed_since(later)
        assert unit.tickets.get(3).category == "wifi"
    assert taught == {"about mail": "mail", "about vpn": "vpn", "about wifi": "vpn"}
    assert told == [(MERGE, "wifi", "vpn", "p1"), (RENAME, "vpn", "", "p1")]


def test_a_merge_of_a_merged_one_leads_to_the_last(store: Store, now: datetime) -> None:
    edit(
        store,
        now,
        CategoryEdit(MERGE, "wifi", into="vpn"),
        CategoryEdit(MERGE, "vpn", into="mail"),
    )

    with store.snapshot() as unit:
        assert unit.categories.successors() == {"mail": "mail", "vpn": "mail", "wifi": "mail"}


def test_a_retired_one_teaches_nothing_any_more(store: Store, now: datetime) -> None:
    edit(store, now, CategoryEdit(RETIRE, "wifi"))

    with store.snapshot() as unit:
        assert {label for _, label in training_set(unit).tickets} == {"mail", "vpn"}


def test_the_starters_examples_teach_a_category_that_somebody_mapped(
    memory: Store, now: datetime
) -> None:
    starters = [category("printing", source="starter", active=False)]
    starters += [category("software", source="starter"), category("security", source="starter")]
    with memory.begin() as unit:
        unit.tickets.put_categories([category("skrivare"), *starters])
    edit(
        memory,
        now,
        CategoryEdit(MERGE, "printing", into="skrivare"),
        CategoryEdit(RENAME, "software", {"en": "Programs"}),
        CategoryEdit(RETIRE, "security"),
    )

    with memory.snapshot() as unit:
        material = training_set(unit)

    assert {label for _, label in material.tickets} == {"skrivare", "software"}
    assert {label for _, label in material.lessons} == {"skrivare", "software"}
