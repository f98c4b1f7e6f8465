"""The duty rota's rows and the hashed names, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event

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


def test_two_replicas_that_read_the_same_names_at_once_both_keep_them(
    store: Store, now: datetime
) -> None:
    def keep(content: bytes) -> None:
        with store.begin() as unit:
            row = NameHashes(key_hash="ours", read_at=now, content=content)
            unit.people.keep_hashes(row, forget_before=now - timedelta(days=1))
            unit.people.set_members("SAGENTS", ["UKIM", "ULENA"])
            written.set()
            assert go_on.wait(30)

    written, go_on = Event(), Event()
    with ThreadPoolExecutor(2) as replicas:
        first = replicas.submit(keep, b"1")
        assert written.wait(30)
        second = replicas.submit(keep, b"2")
        go_on.set()
        first.result(30)
        second.result(30)

    with store.snapshot() as unit:
        kept = unit.people.kept_hashes("ours")
        assert kept is not None
        assert kept.content == b"2"
        assert unit.people.members_of(["SAGENTS"]) == {"UKIM", "ULENA"}
