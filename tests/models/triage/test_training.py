"""Training: what is learned from, and when a new model takes over."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import starter
from models.errors import InvalidError
from models.store.transaction import Store
from models.tables import Category, DecidedBy, Source, Status, Ticket, TicketText
from models.triage.newest import newest_within
from models.triage.ticket_text import MAX_CHARACTERS, as_text
from models.triage.training import train, training_set


@pytest.fixture
def store(memory: Store) -> Store:
    return memory


def add_tickets(store: Store, now: datetime, category: str, texts: list[str]) -> None:
    with store.begin() as unit:
        for text in texts:
            ticket = Ticket(
                source=Source.IMPORT,
                external_id=f"{category}-{text}",
                status=Status.CLOSED,
                category=category,
                decided_by=DecidedBy.IMPORTED,
                opened_at=now,
            )
            unit.tickets.add_ticket(ticket, TicketText(ticket_id=0, body=text))


def add_categories(store: Store, *keys: str, source: str = "import") -> None:
    with store.begin() as unit:
        unit.tickets.put_categories(
            Category(key=key, titles={"sv": key}, source=source) for key in keys
        )


def company_tickets(store: Store, now: datetime) -> None:
    add_tickets(store, now, "vpn", [f"vpn tunnel {n}" for n in range(8)])
    add_tickets(store, now, "mail", [f"mailbox full {n}" for n in range(8)])


@pytest.mark.long
def test_on_day_one_the_starter_content_is_learned(store: Store, now: datetime) -> None:
    told: list[tuple[int, int]] = []

    report = train(store, now, seed=1, progress=lambda done, all_: told.append((done, all_)))

    assert (report.promoted, report.reason, report.model) == (
        True,
        "the first model",
        "classifier-1",
    )
    wordings = sum(1 + len(article.questions) for article in starter.articles())
    assert report.n == len(starter.examples()) + wordings
    # Seen: 0.83 out of fold.
    assert report.accuracy > 0.75
    assert told[0] == (0, 4)
    assert told[-1] == (4, 4)


def test_the_companys_categories_replace_the_starters(store: Store, now: datetime) -> None:
    company_tickets(store, now)
    add_categories(store, "vpn", "mail")

    report = train(store, now, seed=1)

    assert report.n == 16


def test_the_starter_teaches_only_the_categories_that_are_still_its_own(
    store: Store, now: datetime
) -> None:
    add_categories(store, "printing", source="starter")
    add_categories(store, "vpn")
    add_tickets(store, now, "vpn", ["vpn tunnel"])
    add_tickets(store, now, "retired", ["nobody uses this"])

    with store.snapshot() as unit:
        material = training_set(unit)

    assert {category for _, category in material.tickets} == {"printing", "vpn"}
    assert {category for _, category in material.lessons} == {"printing"}


def test_the_wordings_of_the_starters_articles_are_asked_like_tickets_until_they_are_removed(
    store: Store, now: datetime
) -> None:
    article = starter.articles()[0]
    wording, answer = (article.questions[0], article.category), (article.answer, article.category)
    with store.snapshot() as unit:
        material = training_set(unit)
    assert wording in material.tickets
    assert answer in material.lessons
    assert len(material.hints["priority"]) == len(material.tickets)

    with store.begin() as unit:
        unit.switches.set(starter.TEACHING, on=False, now=now)
    with store.snapshot() as unit:
        material = training_set(unit)
    assert wording not in material.tickets
    assert answer not in material.lessons


def test_a_large_desk_learns_from_the_newest_tickets_of_each_category(
    store: Store, now: datetime
) -> None:
    add_categories(store, "vpn", "mail")
    add_tickets(store, now, "mail", ["the mailbox is full", "the mailbox is gone"])
    add_tickets(store, now, "vpn", [f"vpn tunnel {number:02}" for number in range(30)])

    with store.snapshot() as unit:
        material = training_set(unit, most=150)

    texts = [as_text(text).body for text, _ in material.tickets]
    assert texts[:2] == ["the mailbox is full", "the mailbox is gone"]
    assert texts[2:] == [f"vpn tunnel {number:02}" for number in range(22, 30)]
    assert material.older == 22
    assert len(material.hints["team"]) == len(texts)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(min_value=0, max_value=9_000)), max_size=60
    ),
    st.integers(min_value=0, max_value=100_000),
)
def test_what_is_learned_from_fits_and_loses_the_oldest_of_a_category_first(
    tickets: list[tuple[str, int]], most: int
) -> None:
    labels = np.array([label for label, _ in tickets], dtype=str)
    lengths = [length for _, length in tickets]

    kept = newest_within(labels, lengths, most)

    assert sum(min(lengths[at], MAX_CHARACTERS) for at in kept) <= most
    for label in "abc":
        here = [at for at in range(len(tickets)) if labels[at] == label]
        chosen = [at for at in here if at in set(kept)]
        assert chosen == here[len(here) - len(chosen) :]


def test_an_equally_good_model_takes_over(store: Store, now: datetime) -> None:
    company_tickets(store, now)
    add_categories(store, "vpn", "mail")
    train(store, now, seed=1)

    report = train(store, now, seed=2)

    assert (report.promoted, report.model) == (True, "classifier-2")


def test_a_worse_model_does_not(store: Store, now: datetime) -> None:
    company_tickets(store, now)
    add_categories(store, "vpn", "mail")
    train(store, now, seed=1)
    add_tickets(store, now, "mail", [f"vpn tunnel {n}" for n in range(8)])

    report = train(store, now, seed=1)

    assert not report.promoted
    assert "below the champion" in report.reason
    with store.snapshot() as unit:
        assert unit.model_versions.newest_promoted() == 1


def test_other_categories_need_another_model_however_good(store: Store, now: datetime) -> None:
    company_tickets(store, now)
    add_categories(store, "vpn", "mail", "odd")
    train(store, now, seed=1)
    add_tickets(store, now, "odd", [f"vpn mailbox {n}" for n in range(6)])

    report = train(store, now, seed=1)

    assert (report.promoted, report.reason) == (True, "the categories changed")


def test_a_damaged_champion_is_replaced(store: Store, now: datetime) -> None:
    company_tickets(store, now)
    add_categories(store, "vpn", "mail")
    train(store, now, seed=1)
    with store.begin() as unit:
        champion = unit.model_versions.champion()
        assert champion is not None
        champion.content = b"damaged"

    assert "cannot be read" in train(store, now, seed=1).reason


def test_the_reason_names_categories_that_are_too_small(store: Store, now: datetime) -> None:
    company_tickets(store, now)
    add_tickets(store, now, "rare", ["something"])
    add_categories(store, "vpn", "mail", "rare")

    assert train(store, now, seed=1).reason.endswith("too few examples of: rare")


def test_too_few_tickets_change_nothing(store: Store, now: datetime) -> None:
    add_categories(store, "vpn", "mail")
    add_tickets(store, now, "vpn", ["vpn tunnel"])

    with pytest.raises(InvalidError, match="import more"):
        train(store, now, seed=1)

    with store.snapshot() as unit:
        assert unit.model_versions.listing() == []
