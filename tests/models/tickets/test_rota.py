"""Who is on duty follows from what was changed: single weeks first, then the order."""

from datetime import date, timedelta

from models.tables import DutyAct, DutyEntry
from models.tickets.rota import RotaChange, changes_in, is_set_apart, people_in
from tests.conftest import NOW

MONDAY = date(2026, 11, 23)
ORDER = RotaChange(DutyAct.ORDER, MONDAY, (("kim",), ("lena", "ola")))


def week(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def on_duty(*changes: RotaChange, weeks: int = 4) -> list[tuple[str, ...]]:
    return [people_in(changes, week(number)) for number in range(weeks)]


def test_an_order_repeats_from_its_first_week_on() -> None:
    assert on_duty(ORDER) == [("kim",), ("lena", "ola"), ("kim",), ("lena", "ola")]
    assert people_in((ORDER,), week(-1)) == ()


def test_a_week_that_was_set_goes_before_the_order_until_it_is_given_back() -> None:
    single = RotaChange(DutyAct.WEEK, week(1), (("kim",),))
    assert on_duty(ORDER, single)[1] == ("kim",)
    assert on_duty(single, ORDER)[1] == ("kim",)
    assert is_set_apart((single,), week(1))

    back = RotaChange(DutyAct.WEEK, week(1), ((),))
    assert on_duty(ORDER, single, back)[1] == ("lena", "ola")
    assert not is_set_apart((single, back), week(1))


def test_a_later_order_takes_over_from_its_own_first_week() -> None:
    later = RotaChange(DutyAct.ORDER, week(2), (("ola",),))
    assert on_duty(ORDER, later) == [("kim",), ("lena", "ola"), ("ola",), ("ola",)]
    assert on_duty(later, ORDER)[2] == ("kim",), "what is written last holds"

    ended = RotaChange(DutyAct.ORDER, week(2), ((),))
    assert on_duty(ORDER, ended)[2:] == [(), ()]


def test_rows_are_read_as_changes_and_the_erased_are_nobody() -> None:
    def row(change: int, slot: int, person: str, act: DutyAct = DutyAct.ORDER) -> DutyEntry:
        return DutyEntry(
            change=change, at=NOW, act=act, first_day=MONDAY, slot=slot, person_id=person
        )

    rows = [row(1, 0, "kim"), row(1, 1, ""), row(1, 1, "ola"), row(2, 0, "", DutyAct.WEEK)]

    assert changes_in(rows) == (
        RotaChange(DutyAct.ORDER, MONDAY, (("kim",), ("ola",))),
        RotaChange(DutyAct.WEEK, MONDAY, ((),)),
    )
