"""The articles worth writing first, and what of the tickets may be read in them."""

from typing import Any

from models.history.first_articles import first_articles
from models.history.past_tickets import past_of
from models.knowledge.tiers import Tier
from models.tickets.sources import TicketRow
from tests.models.history.made_past import row

MOWER = "The lawn mower in the green shed does not start, says {name}"
GATE = "The garden gate cannot be closed any more, not even by {name}"


def of(rows: list[TicketRow], usual: float | None = 10.0) -> list[tuple[int, float | None]]:
    found = first_articles(past_of(rows), (Tier.TICKET,) * len(rows), usual)
    return [(one.size, one.minutes) for one in found]


def made(text: str, n: int, first: int = 0, **more: Any) -> list[TicketRow]:
    return [row(first + at, text.format(name="Alva Ek"), **more) for at in range(n)]


def test_the_most_minutes_come_first_not_the_most_tickets() -> None:
    rows = made(MOWER, 6, handling_minutes=5.0) + made(GATE, 3, 6, handling_minutes=60.0)

    assert of(rows) == [(3, 180.0), (6, 30.0)]


def test_two_tickets_are_no_article_yet() -> None:
    assert of(made(MOWER, 2)) == []


def test_what_is_not_known_of_one_ticket_is_taken_as_usual_and_of_none_as_unknown() -> None:
    assert of(made(MOWER, 3, handling_minutes=None), usual=7.0) == [(3, 21.0)]
    assert of(made(MOWER, 3, handling_minutes=None), usual=None) == [(3, None)]


def test_an_example_is_masked_and_names_its_rows() -> None:
    people = ("Alva Ek", "Bo Ask", "Cia Lind")
    rows = [
        row(at, MOWER.format(name="Alva Ek"), "Garden", requester=people[at]) for at in range(3)
    ]

    (found,) = first_articles(past_of(rows), (Tier.TICKET,) * 3, 10.0)

    assert found.example == "The lawn mower in the green shed does not start, says [NAME]"
    assert (found.people, found.category, found.rows) == (3, "Garden", (2, 3, 4))


def test_what_fewer_than_three_people_ask_is_counted_and_not_shown() -> None:
    rows = [row(at, MOWER.format(name="me"), requester=f"Person{at % 2}") for at in range(4)]

    (found,) = first_articles(past_of(rows), (Tier.TICKET,) * 4, 10.0)

    assert (found.size, found.people, found.example) == (4, 2, "")


def test_without_requesters_nobody_knows_how_many_asked() -> None:
    rows = [row(at, MOWER.format(name="me"), requester="") for at in range(4)]

    (found,) = first_articles(past_of(rows), (Tier.TICKET,) * 4, 10.0)

    assert (found.people, found.example) == (None, "")


def test_what_is_answered_already_or_for_few_eyes_only_is_no_gap() -> None:
    rows = made(MOWER, 3) + [row(3 + at, "my boss harasses me and touches me") for at in range(3)]
    tiers = (Tier.SUGGESTED,) * 3

    assert first_articles(past_of(rows), (*tiers, *(Tier.TICKET,) * 3), 10.0) == ()
