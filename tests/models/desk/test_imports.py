"""An import brings in another system's tickets once, and nothing is lost."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models.desk.setup.imported_categories import key_of
from models.desk.setup.imports import BATCH, ImportOptions, TicketImport, import_tickets
from models.errors import InvalidError
from models.store.transaction import Store
from models.tables import Category, DecidedBy, EventKind, Source, Status
from models.tickets.hours import Calendar
from models.tickets.sources.formats import open_tickets

CALENDAR = Calendar(ZoneInfo("Europe/Stockholm"), time(8), time(17))
HISTORY = """number,short_description,category,opened_at,first_response_at,resolved_at,closed_at,caller,\
handling_minutes,reopen_count,reassignment_count
INC1,VPN drops,Network,2026-03-02 08:00,2026-03-02 08:30,2026-03-02 10:00,2026-03-03 10:00,Åsa,25,1,2
INC2,No sound,Hardware,2026-03-02 09:00,,,,Bo,,0,0
"""


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def lite(memory: Store) -> Store:
    return memory


def run(
    store: Store, folder: Path, content: str, now: datetime, *, dry_run: bool = False
) -> TicketImport:
    file = folder / "export.csv"
    file.write_text(content, encoding="utf-8", newline="")
    return taken(store, file, ImportOptions(now, dry_run=dry_run))


def taken(store: Store, file: Path, options: ImportOptions) -> TicketImport:
    return import_tickets(store, CALENDAR, open_tickets(file, {}, CALENDAR.zone), options)


def test_a_ticket_comes_with_its_words_times_and_category(
    store: Store, tmp_path: Path, now: datetime
) -> None:
    report = run(store, tmp_path, HISTORY, now)

    assert (report.rows, report.imported, report.duplicates, report.skipped) == (2, 2, 0, ())
    with store.snapshot() as unit:
        ticket = unit.tickets.find(1)
        assert ticket is not None
        assert (ticket.source, ticket.external_id, ticket.status) == (
            Source.IMPORT,
            "INC1",
            Status.CLOSED,
        )
        assert (ticket.category, ticket.decided_by) == ("network", DecidedBy.IMPORTED)
        assert unit.tickets.text(1).body == "VPN drops"
        requester = unit.people.get(ticket.requester_id or "")
        assert requester is not None
        assert requester.name == "Åsa"
        events = unit.tickets.events_of(1)
    assert [event.kind for event in events] == [
        EventKind.OPENED,
        EventKind.CATEGORISED,
        EventKind.RESPONDED,
        EventKind.STATED,
        EventKind.RESOLVED,
        EventKind.CLOSED,
    ]
    assert events[0].at == datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    assert events[3].detail == {"reopened": 1, "reassigned": 2, "minutes": 25.0}


def test_events_hold_no_names_and_no_words(lite: Store, tmp_path: Path, now: datetime) -> None:
    run(lite, tmp_path, HISTORY, now)

    with lite.snapshot() as unit:
        told = str([*unit.tickets.events_of(1), *unit.tickets.events_of(2)])
    for word in ("Åsa", "Bo", "VPN", "sound", "INC1"):
        assert word not in told


def test_the_times_of_an_imported_ticket_are_counted(
    lite: Store, tmp_path: Path, now: datetime
) -> None:
    from models.tables import TicketTimes
    from models.tickets.times import times_of

    run(lite, tmp_path, HISTORY, now)

    with lite.snapshot() as unit:
        times: TicketTimes = times_of(Source.IMPORT, 1, unit.tickets.events_of(1), CALENDAR)
    assert (times.first_response_minutes, times.resolution_minutes) == (30, 120)
    assert (times.handling_minutes, times.evidence) == (25, "C")
    assert (times.reopened, times.reassigned) == (1, 2)


def test_the_same_file_again_imports_nothing(store: Store, tmp_path: Path, now: datetime) -> None:
    run(store, tmp_path, HISTORY, now)

    again = run(store, tmp_path, HISTORY, now)

    assert (again.imported, again.duplicates) == (0, 2)
    with store.snapshot() as unit:
        assert unit.tickets.count() == 2


def test_a_longer_export_brings_only_what_is_new(
    lite: Store, tmp_path: Path, now: datetime
) -> None:
    run(lite, tmp_path, HISTORY, now)

    more = run(lite, tmp_path, HISTORY + "INC3,New,Network,2026-03-04 08:00,,,,,,,\n", now)

    assert (more.imported, more.duplicates) == (1, 2)


@pytest.mark.slow
def test_one_id_twice_in_a_file_is_one_ticket(lite: Store, tmp_path: Path, now: datetime) -> None:
    lines = [f"{number % 1500},text {number}" for number in range(BATCH * 2)]

    report = run(lite, tmp_path, "id,text\n" + "\n".join(lines), now)

    assert (report.imported, report.duplicates) == (1500, 500)


def test_a_dry_run_says_the_same_and_writes_nothing(
    lite: Store, tmp_path: Path, now: datetime
) -> None:
    dry = run(lite, tmp_path, HISTORY, now, dry_run=True)

    with lite.snapshot() as unit:
        assert unit.tickets.count() == 0
        assert unit.tickets.categories() == []
    wet = run(lite, tmp_path, HISTORY, now)
    assert dry == wet


def test_broken_rows_are_named_and_the_rest_comes_in(
    lite: Store, tmp_path: Path, now: datetime
) -> None:
    report = run(lite, tmp_path, "id,text\n1,fine\n2\n3,also fine\n4,", now)

    assert (report.rows, report.imported, len(report.skipped)) == (4, 2, 2)
    assert [item.row for item in report.skipped] == [3, 5]


def test_a_ticket_without_a_beginning_is_learned_from_but_not_counted(
    lite: Store, tmp_path: Path, now: datetime
) -> None:
    run(lite, tmp_path, "text,category\nVPN drops,Network\n", now)

    with lite.snapshot() as unit:
        ticket = unit.tickets.find(1)
        assert ticket is not None
        assert ticket.status is Status.CLOSED
        assert unit.tickets.events_of(1) == []
        (row,) = unit.oversight.labelled()
        assert (row.title, row.body, row.category) == ("", "VPN drops", "network")


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ("2026-03-02,,", Status.NEW),
        ("2026-03-02,2026-03-03,", Status.SOLVED),
        ("2026-03-02,2026-03-03,2026-03-04", Status.CLOSED),
        ("2026-03-02,,2026-03-04", Status.CLOSED),
    ],
)
def test_the_status_follows_from_the_times(
    lite: Store, tmp_path: Path, now: datetime, row: str, status: Status
) -> None:
    run(
        lite,
        tmp_path,
        f"id,opened_at,resolved_at,closed_at\n0,2026-01-01,2026-01-02,2026-01-03\n1,{row}\n",
        now,
    )

    with lite.snapshot() as unit:
        ticket = unit.tickets.find(2)
        assert ticket is not None
        assert ticket.status is status


def with_categories(*sizes: tuple[str, int]) -> str:
    lines = [f"{name} {number},{name}" for name, size in sizes for number in range(size)]
    return "text,category\n" + "\n".join(lines) + "\n"


def starter(store: Store) -> None:
    with store.begin() as unit:
        unit.tickets.put_categories(
            Category(key=key, titles={"sv": key}) for key in ("printing", "hardware")
        )


def in_use(store: Store) -> list[tuple[str, str, str]]:
    with store.snapshot() as unit:
        return [(row.key, row.titles["sv"], row.source) for row in unit.tickets.categories()]


def test_enough_imported_categories_replace_the_starters(
    store: Store, tmp_path: Path, now: datetime
) -> None:
    starter(store)

    run(
        store, tmp_path, with_categories(("Hårdvara & skärm", 5), ("Hardware", 6), ("Rare", 1)), now
    )

    assert in_use(store) == [
        ("hardware", "Hardware", "import"),
        ("hardvara_skarm", "Hårdvara & skärm", "import"),
        ("rare", "Rare", "import"),
    ]


def test_too_few_imported_categories_stand_beside_the_starters(
    lite: Store, tmp_path: Path, now: datetime
) -> None:
    starter(lite)

    run(lite, tmp_path, with_categories(("Network", 5), ("Rare", 1)), now)

    assert [key for key, _, _ in in_use(lite)] == ["hardware", "printing", "network", "rare"]


def test_what_the_company_edited_stays_edited(lite: Store, tmp_path: Path, now: datetime) -> None:
    content = with_categories(("Network", 5), ("Mail", 5))
    run(lite, tmp_path, content, now)
    with lite.begin() as unit:
        unit.tickets.put_categories([Category(key="mail", titles={"sv": "Mejl"}, source="import")])

    run(lite, tmp_path, content, now)

    assert ("mail", "Mejl", "import") in in_use(lite)


def test_one_category_spelled_in_two_ways_is_one(
    lite: Store, tmp_path: Path, now: datetime
) -> None:
    report = run(lite, tmp_path, with_categories(("Network", 6), ("NETWORK ", 2), ("Mail", 5)), now)

    assert [title for _, title, _ in in_use(lite)] == ["Network", "Mail"]
    assert report.quality.consistency == pytest.approx(11 / 13)


def test_more_than_a_hundred_categories_are_kept_but_not_offered(
    lite: Store, tmp_path: Path, now: datetime
) -> None:
    run(lite, tmp_path, with_categories(*((f"Cat {n}", 5) for n in range(105))), now)

    assert len(in_use(lite)) == 100
    with lite.snapshot() as unit:
        assert unit.tickets.category("cat_99") is not None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("VPN & Nätverk", "vpn_natverk"),
        ("  Größe ", "grosse"),
        ("日本", "category_0b09943e"),
        ("", ""),
        ("a" * 200, "a" * 60),
    ],
)
def test_a_category_has_a_plain_key(name: str, key: str) -> None:
    assert key_of(name) == key or (name == "日本" and key_of(name).startswith("category_"))


@pytest.mark.slow
def test_progress_is_told_in_rows(lite: Store, tmp_path: Path, now: datetime) -> None:
    told: list[tuple[int, int]] = []
    file = tmp_path / "export.csv"
    lines = "\n".join(f"{number},text" for number in range(2500))
    file.write_text("id,text\n" + lines, encoding="utf-8")

    options = ImportOptions(now, progress=lambda done, all_: told.append((done, all_)))
    taken(lite, file, options)

    assert told == [(1000, 2500), (2000, 2500), (2500, 2500)]


def test_a_file_that_cannot_be_used_changes_nothing(
    lite: Store, tmp_path: Path, now: datetime
) -> None:
    for content in ("", "id,text\n", "a,b\n1,2\n", "id,opened_at\n1,03/01/2026\n"):
        with pytest.raises(InvalidError):
            run(lite, tmp_path, content, now)

    with lite.snapshot() as unit:
        assert unit.tickets.count() == 0


@pytest.mark.slow
def test_two_thousand_rows_of_history_come_in(lite: Store, tmp_path: Path, now: datetime) -> None:
    file = tmp_path / "large.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream)
        out.writerow(["id", "text", "category", "opened_at", "resolved_at"])
        for number in range(2000):
            day = f"2026-0{1 + number % 9}-0{1 + number % 7}"
            out.writerow([number, "text " * 50, f"C{number % 9}", f"{day} 08:00", f"{day} 10:00"])

    report = taken(lite, file, ImportOptions(now))

    assert report.imported == 2000


@pytest.mark.parametrize(("solved", "minutes"), [("", None), ("2026-03-02T10:00", 60.0)])
def test_closing_stands_for_resolving_only_where_the_file_knows_no_other_end(
    lite: Store, tmp_path: Path, solved: str, minutes: float | None
) -> None:
    file = tmp_path / "closed.csv"
    file.write_text(
        "id,text,opened_at,resolved_at,closed_at\n"
        f"1,no vpn,2026-03-02T09:00,{solved},2026-03-07T09:00\n"
        "3,no mail,2026-03-02T09:00,2026-03-02T09:30,2026-03-07T09:00\n",
        "utf-8",
    )
    taken(lite, file, ImportOptions(datetime(2026, 11, 23, tzinfo=UTC)))
    with lite.snapshot() as unit:
        times = unit.tickets.times(1)
        assert times is not None
        assert times.resolution_minutes == minutes
        assert unit.tickets.get(1).status is Status.CLOSED
    only = tmp_path / "only_closed.csv"
    only.write_text(
        "id,text,opened_at,closed_at\n2,no vpn,2026-03-02T09:00,2026-03-02T11:00\n", "utf-8"
    )
    taken(lite, only, ImportOptions(datetime(2026, 11, 23, tzinfo=UTC)))
    with lite.snapshot() as unit:
        times = unit.tickets.times(3)
        assert times is not None
        assert times.resolution_minutes == 120.0


def test_a_ticket_of_days_to_come_is_left_out_and_named(
    lite: Store, tmp_path: Path, now: datetime
) -> None:
    later = HISTORY.replace("2026-03-02 09:00", "2030-03-02 09:00").replace(
        "2026-03-03 10:00", "2031-01-01 10:00"
    )
    report = run(lite, tmp_path, later, now)

    assert report.imported == 0
    assert [(one.row, one.reason) for one in report.skipped] == [
        (2, "closed_at is still to come: are day and month in this order?"),
        (3, "opened_at is still to come: are day and month in this order?"),
    ]
