"""The made-up history of a company: as many people and tickets as fit its size."""

from datetime import date

import pytest

from bot.demo.company import fyrholmen
from bot.demo.history import made_up_tickets

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(("people", "least", "most"), [(60, 9, 13), (120, 19, 25), (220, 36, 45)])
def test_a_company_of_another_size_has_other_people_and_tickets(
    people: int, least: int, most: int
) -> None:
    weeks = 26
    rows = made_up_tickets(TODAY, weeks, 7, people)

    asked = {row["requester"] for row in rows}
    assert least * weeks <= len(rows) <= most * weeks
    assert people * 0.7 <= len(asked) <= people


def test_the_same_seed_and_size_give_the_same_rows() -> None:
    assert made_up_tickets(TODAY, 4, 7, 60) == made_up_tickets(TODAY, 4, 7, 60)
    assert made_up_tickets(TODAY, 4, 7, 60) != made_up_tickets(TODAY, 4, 8, 60)


def test_nobody_is_called_like_somebody_else() -> None:
    rows = made_up_tickets(TODAY, 40, 7, 220)

    teams = {(row["requester"], row["team"]) for row in rows}
    assert len(teams) == len({name for name, _ in teams})


def test_what_is_for_few_eyes_goes_to_somebody_a_visitor_can_be() -> None:
    company = fyrholmen()

    assert company.part("lead").person.id in company.user_groups[company.private_group]
