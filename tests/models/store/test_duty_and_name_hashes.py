"""The duty rota's rows and the hashed names, on both databases."""

from datetime import date, datetime, timedelta

from models.store.transaction import Store
from models.tables import DutyAct, NameHashes

MONDAY = date(2026, 11, 23)


def test_a_change_of_the_rota_has_a_row_for_each_of_its_people(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        unit.duty.add(DutyAct.ORDER, MONDAY, [["kim", "ola"], ["lena"]], now, "lena")
    with store.begin() as unit:
        unit.duty.add(DutyAct.WEEK, MONDAY, [], now, "")

    with store.snapshot() as unit:
        rows = [
            (row.change, row.act, row.slot, row.person_id, row.by) for row in unit.duty.entries()
        ]
    assert rows == [
        (1, DutyAct.ORDER, 0, "kim", "lena"),
        (1, DutyAct.ORDER, 0, "ola", "lena"),
        (1, DutyAct.ORDER, 1, "lena", "lena"),
        (2, DutyAct.WEEK, 0, "", ""),
    ]


def test_hashes_of_a_key_are_replaced_and_old_ones_of_another_go(
    store: Store, now: datetime
) -> None:
    def keep(key: str, at: datetime, content: bytes) -> None:
        row = NameHashes(key_hash=key, read_at=at, content=content)
        with store.begin() as unit:
            unit.people.keep_hashes(row, forget_before=at - timedelta(days=1))

    keep("old", now - timedelta(days=2), b"1")
    keep("other", now - timedelta(hours=1), b"2")
    keep("ours", now, b"3")
    keep("ours", now + timedelta(minutes=15), b"4")

    with store.snapshot() as unit:
        found = [unit.people.kept_hashes(key) for key in ("old", "other", "ours")]
        assert [row and row.content for row in found] == [None, b"2", b"4"]
