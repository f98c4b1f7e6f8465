"""Each system's export comes in once; a later export does not overwrite the first."""

from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models.desk.setup.imports import ImportOptions, TicketImport, import_tickets
from models.store.transaction import Store
from models.tables import DecidedBy, Status, Ticket
from models.tickets.hours import Calendar
from models.tickets.sources.formats import open_tickets

CALENDAR = Calendar(ZoneInfo("Europe/Stockholm"), time(8), time(17))
EXPORTS = Path(__file__).parents[1] / "tickets" / "exports"
LATER = {  # the same ticket from a later export: what its state was, and what it is now
    "jira_en.csv": (
        "In Progress,HELP,Help desk,Low,,Kim,Bo Ek,24/Nov/26 12:05 AM,24/Nov/26 8:00 AM,,",
        "Done,HELP,Help desk,Low,,Kim,Bo Ek,24/Nov/26 12:05 AM,24/Nov/26 8:00 AM,"
        "25/Nov/26 8:00 AM,",
    ),
    "jira_search.json": ('"resolutiondate": null', '"resolutiondate": "2026-11-25T08:00:00Z"'),
    "zendesk_export.ndjson": ('"status": "open"', '"status": "closed"'),
    "zammad_tickets.json": ('"close_at": null', '"close_at": "2026-11-25T08:00:00Z"'),
    "freshservice.json": ('"stats": {}', '"stats": {"resolved_at": "2026-11-25T08:00:00Z"}'),
    "freshservice.csv": ('"Open"', '"Closed"'),
}


@pytest.fixture
def store(memory: Store) -> Store:
    return memory


@pytest.fixture
def now() -> datetime:
    """A moment after all that the exports hold: what is still to come is left out."""
    return datetime(2026, 12, 31, 12, tzinfo=UTC)


def bring(store: Store, file: Path, now: datetime, format_: str = "auto") -> TicketImport:
    tickets = open_tickets(file, {}, CALENDAR.zone, format_)
    return import_tickets(store, CALENDAR, tickets, ImportOptions(now))


def stored(store: Store, number: int) -> Ticket:
    with store.snapshot() as unit:
        ticket = unit.tickets.find(number)
    assert ticket is not None
    return ticket


@pytest.mark.parametrize("file", sorted(EXPORTS.iterdir()), ids=lambda file: str(file.name))
def test_the_same_file_twice_imports_nothing_new(store: Store, now: datetime, file: Path) -> None:
    first = bring(store, file, now)
    again = bring(store, file, now)

    assert first.imported == first.rows > 0
    assert (again.imported, again.duplicates, again.changed) == (0, first.rows, 0)


@pytest.mark.parametrize(
    "files",
    [
        ("zendesk_tickets.json", "zendesk_account.csv", "zendesk_export.ndjson"),
        ("zammad_tickets.json", "zammad_report.csv", "zammad_search.json"),
        ("freshservice.csv", "freshservice.json"),
        ("jira_en.csv", "jira_search.json"),
    ],
)
def test_one_ticket_is_one_however_it_was_exported(
    store: Store, now: datetime, files: tuple[str, ...]
) -> None:
    bring(store, EXPORTS / files[0], now)

    assert all(bring(store, EXPORTS / other, now).duplicates >= 1 for other in files[1:])


def test_one_number_of_two_systems_is_two_tickets(
    store: Store, tmp_path: Path, now: datetime
) -> None:
    bring(store, EXPORTS / "freshservice.json", now)  # 17 and 18
    file = tmp_path / "tickets.csv"
    file.write_text("id,text\n17,VPN drops\n18,No sound\n")

    assert bring(store, file, now).imported == 2


@pytest.mark.parametrize(("name", "change"), LATER.items())
def test_of_a_later_export_the_first_state_is_kept_and_said(
    store: Store, tmp_path: Path, now: datetime, name: str, change: tuple[str, str]
) -> None:
    bring(store, EXPORTS / name, now)
    before = stored(store, 2)
    text = (EXPORTS / name).read_text(encoding="utf-8")
    assert change[0] in text
    later = tmp_path / name
    later.write_text(text.replace(*change), encoding="utf-8")

    again = bring(store, later, now)

    assert (again.imported, again.duplicates, again.changed) == (0, 2, 1)
    assert before.status is Status.NEW
    assert stored(store, 2).model_dump() == before.model_dump()


def test_another_category_is_a_change_unless_somebody_here_decided(
    store: Store, tmp_path: Path, now: datetime
) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text("id,text,category\n1,a,Network\n2,b,Network\n")
    bring(store, file, now)
    with store.begin() as unit:
        ticket = unit.tickets.get(2)
        ticket.category, ticket.decided_by = "mail", DecidedBy.PERSON
        unit.tickets.save(ticket)
    file.write_text("id,text,category\n1,a,Access\n2,b,Access\n")

    assert bring(store, file, now).changed == 1


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Done", Status.CLOSED),
        ("Löst", Status.CLOSED),
        ("Geschlossen", Status.CLOSED),
        ("Open", Status.NEW),
        ("Pågående", Status.NEW),
        ("In Bearbeitung", Status.NEW),
        ("Parked in Lund", Status.CLOSED),  # unknown, and no times: history
        ("", Status.CLOSED),
    ],
)
def test_a_status_says_whether_it_is_work_to_do(
    store: Store, tmp_path: Path, now: datetime, word: str, status: Status
) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text(f"id,text,opened_at,status\n1,a,2026-11-02,{word}\n", encoding="utf-8")

    bring(store, file, now)

    assert stored(store, 1).status is status


def test_a_ticket_keeps_its_own_language(store: Store, tmp_path: Path, now: datetime) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text(
        "id,text\n1,Jeg får ikke logget inn på kontoen min\n2,Min skærm bliver sort\n"
        "3,Skrivaren drar två papper åt gången\n4,4711\n",
        encoding="utf-8",
    )

    bring(store, file, now)

    assert [stored(store, number).language for number in (1, 2, 3, 4)] == ["no", "da", "sv", ""]
