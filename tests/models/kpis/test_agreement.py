"""Minutes by the buttons and as stated: how well they agree, and from how many tickets on."""

from models.kpis.agreement import TimedTwice, agreement, agreement_message
from models.language import words_for
from models.tickets.effort import STATABLE, nearest_choice


def test_the_nearest_choice_is_nearest_by_ratio() -> None:
    found = {minutes: nearest_choice(minutes) for minutes in (0.5, 7, 7.1, 14, 15, 29, 48, 50, 500)}

    assert found == {
        0.5: 5,
        7: 5,
        7.1: 10,
        14: 10,
        15: 20,
        29: 40,
        48: 40,
        50: 60,
        500: 60,
    }
    assert all(nearest_choice(choice) == choice for choice in STATABLE)


def test_what_agrees_and_what_does_not() -> None:
    said = [
        (9.0, 10, True),
        (11.0, 10, True),
        (20.0, 40, False),
        (5.0, 5, False),
        (10.0, 20, False),
    ]

    found = agreement([TimedTwice(*one) for one in said])

    assert (found.n, found.as_timed) == (5, 2)
    assert found.same.value == 0.6
    assert found.ratio.value == 10 / 9  # of 10/11, 1, 10/9, 2, 2


def test_sixty_and_more_is_no_disagreement_with_two_hours() -> None:
    found = agreement([TimedTwice(120.0, 60, False)] * 5)

    assert (found.same.value, found.ratio.value) == (1.0, 1.0)


def test_of_fewer_than_five_tickets_only_their_number_is_said() -> None:
    found = agreement([TimedTwice(10.0, 40, False)] * 4)

    assert (found.n, found.same.value, found.ratio.value) == (4, None, None)
    assert "40" not in agreement_message(found, words_for("en")).to_json()
    assert agreement([]).n == 0
