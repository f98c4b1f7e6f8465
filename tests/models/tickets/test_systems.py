"""An export of each system becomes the same tickets, whichever way it was exported."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models.errors import InvalidError
from models.tickets.sources import SkippedRow, TicketRow
from models.tickets.sources.formats import open_tickets, sources
from models.tickets.sources.ticket_file import TicketFile

EXPORTS = Path(__file__).parent / "exports"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
OPENED = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
RESPONDED = datetime(2026, 11, 23, 8, 40, tzinfo=UTC)
SOLVED = datetime(2026, 11, 23, 10, 45, tzinfo=UTC)
FILES = {
    "jira_en.csv": "jira",
    "jira_sv.csv": "jira",
    "jira_de.csv": "jira",
    "jira_search.json": "jira",
    "zendesk_export.ndjson": "zendesk",
    "zendesk_tickets.json": "zendesk",
    "zendesk_explore.csv": "zendesk",
    "zendesk_account.csv": "zendesk",
    "zammad_tickets.json": "zammad",
    "zammad_search.json": "zammad",
    "zammad_report.csv": "zammad",
    "freshservice.csv": "freshservice",
    "freshservice.json": "freshservice",
}


def opened(
    name: str, mapping: Mapping[str, str] | None = None, format_: str = "auto"
) -> TicketFile:
    return open_tickets(EXPORTS / name, mapping or {}, STOCKHOLM, format_)


def rows(name: str, mapping: Mapping[str, str] | None = None) -> list[TicketRow]:
    found = list(opened(name, mapping).rows())
    assert not [row for row in found if isinstance(row, SkippedRow)]
    return [row for row in found if isinstance(row, TicketRow)]


def test_there_is_an_export_for_each_system() -> None:
    assert {*FILES.values(), "csv"} == set(sources())


@pytest.mark.parametrize(("name", "system"), FILES.items())
def test_the_system_is_recognised(name: str, system: str) -> None:
    assert opened(name).source.name == system


@pytest.mark.parametrize(("name", "system"), FILES.items())
def test_no_other_system_is_as_sure(name: str, system: str) -> None:
    # What it is read as must not hang on the order of the names.
    assert opened(name, format_=system).columns == opened(name).columns


@pytest.mark.parametrize("name", FILES)
def test_every_ticket_has_words_a_time_and_an_id_of_its_system(name: str) -> None:
    for row in rows(name):
        assert row.title or row.text
        assert row.opened_at is not None
        assert row.external_id.startswith(f"{FILES[name]}:")


def test_jira_in_english() -> None:
    first, second = rows("jira_en.csv")

    assert (first.external_id, first.title) == ("jira:HELP-1", "VPN drops every ten minutes")
    assert first.text == "It drops, always.\nSince Friday."
    assert (first.opened_at, first.first_response_at, first.resolved_at) == (
        OPENED,
        RESPONDED,
        SOLVED,
    )
    assert (first.priority, first.requester, first.ended) == ("High", "Åsa Öberg", True)
    assert first.handling_minutes == 30  # Jira counts seconds
    assert (second.opened_at, second.ended) == (datetime(2026, 11, 23, 23, 5, tzinfo=UTC), False)


def test_of_a_repeated_column_the_first_that_is_filled_counts() -> None:
    assert [row.category for row in rows("jira_en.csv")] == ["Network access", "Meetings"]


def test_jira_in_swedish_and_german() -> None:
    swedish, german = rows("jira_sv.csv")[0], rows("jira_de.csv")[0]

    assert (swedish.title, swedish.category) == ("Skrivaren drar två papper", "Incident")
    assert (swedish.resolved_at, swedish.ended) == (datetime(2026, 5, 23, 8, 15, tzinfo=UTC), True)
    assert (german.title, german.category) == ("Drucker zieht zwei Blätter ein", "Störung")
    assert german.resolved_at == datetime(2026, 3, 23, 12, 15, tzinfo=UTC)
    assert (german.handling_minutes, german.ended) == (10, True)


def test_jira_by_its_search() -> None:
    first, second = rows("jira_search.json")

    assert (first.external_id, first.text) == ("jira:HELP-1", "It drops.\nSince Friday.")
    assert (first.category, second.category) == ("Network access", "")
    assert (first.opened_at, first.first_response_at, first.resolved_at) == (
        OPENED,
        RESPONDED,
        SOLVED,
    )
    assert (first.handling_minutes, first.requester) == (30, "Åsa Öberg")


def test_a_custom_field_goes_by_its_name() -> None:
    assert rows("jira_search.json", {"team": "Floor"})[0].team == "3"


def test_zendesk_a_ticket_a_line() -> None:
    first, second = rows("zendesk_export.ndjson")

    assert (first.external_id, first.title, first.text) == (
        "zendesk:35",
        "VPN drops",
        "It drops, always.",
    )
    assert (first.opened_at, first.first_response_at, first.resolved_at) == (
        OPENED,
        RESPONDED,
        SOLVED,
    )
    assert (first.team, first.requester, first.category) == (
        "Network team",
        "Åsa Öberg",
        "incident",
    )
    assert (first.reopened, first.reassigned) == (1, 2)
    # Without a metric the first public words of somebody else are the response.
    assert second.first_response_at == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def test_a_custom_field_of_zendesk_can_be_the_category() -> None:
    chosen = rows("zendesk_export.ndjson", {"category": "custom_fields.360012"})

    assert [row.category for row in chosen] == ["network", ""]


def test_zendesk_with_what_stands_beside_its_tickets() -> None:
    (row,) = rows("zendesk_tickets.json")

    assert (row.team, row.requester, row.category) == ("Network team", "Åsa Öberg", "network")
    assert (row.first_response_at, row.resolved_at) == (RESPONDED, SOLVED)


@pytest.mark.parametrize("name", ["zendesk_explore.csv", "zendesk_account.csv"])
def test_zendesks_tables_count_the_reply_from_the_opening(name: str) -> None:
    row = rows(name)[0]

    assert (row.external_id, row.title) == ("zendesk:35", "VPN drops")
    assert (row.opened_at, row.first_response_at, row.resolved_at) == (OPENED, RESPONDED, SOLVED)
    assert (row.team, row.ended) == ("Network team", True)


def test_zammad_with_its_articles() -> None:
    first, second = rows("zammad_tickets.json")

    assert (first.external_id, first.text) == ("zammad:22001", "It drops,\nalways & everywhere.")
    assert (first.opened_at, first.first_response_at, first.closed_at) == (
        OPENED,
        RESPONDED,
        SOLVED,
    )
    assert (first.team, first.priority, first.category) == ("Network", "3 high", "Network access")
    assert first.handling_minutes == 30
    assert (second.text, second.ended) == ("Called: no sound.", False)


def test_zammad_by_its_search() -> None:
    (row,) = rows("zammad_search.json")

    assert (row.external_id, row.title, row.text) == ("zammad:22001", "VPN drops", "It drops.")
    assert (row.team, row.priority, row.requester) == ("Network", "3 high", "Åsa Öberg")


def test_zammads_report() -> None:
    first, second = rows("zammad_report.csv")

    assert (first.external_id, first.title, first.text) == ("zammad:22001", "VPN drops", "")
    assert (first.first_response_at, first.closed_at) == (RESPONDED, SOLVED)
    assert (first.handling_minutes, second.ended) == (30, False)


@pytest.mark.parametrize("name", ["freshservice.csv", "freshservice.json"])
def test_freshservice_both_ways(name: str) -> None:
    first, second = rows(name)

    assert (first.external_id, second.external_id) == ("freshservice:17", "freshservice:18")
    assert (first.text, first.category) == ("It drops, always.", "Network")
    assert (first.opened_at, first.first_response_at, first.resolved_at) == (
        OPENED,
        RESPONDED,
        SOLVED,
    )
    assert (first.priority, first.requester, first.ended) == ("High", "Åsa Öberg", True)
    assert " ".join(second.text.split()) == "Mine flickers."
    assert (second.priority, second.ended) == ("Low", False)


def test_the_mapping_is_shown_with_values_and_with_what_is_not_used() -> None:
    tickets = opened("jira_en.csv")

    shown = {one.field: (one.column, one.samples) for one in tickets.preview()}
    assert shown["category"] == ("Custom field (Request Type)", ("Network access", "Meetings"))
    assert shown["text"] == ("Description", ("It drops, always. Since Friday.",))
    assert {"Labels", "Comment", "Issue id"} <= set(tickets.unused)


def test_an_empty_column_gives_way_to_the_next_that_fits(tmp_path: Path) -> None:
    file = tmp_path / "jira.csv"
    file.write_text(
        "Issue key,Issue Type,Summary,Custom field (Request Type)\nA-1,Incident,No sound,\n"
    )

    assert open_tickets(file, {}, STOCKHOLM).columns["category"] == "Issue Type"


def test_a_long_value_is_cut_in_the_preview(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("id,text\n1," + "word " * 100 + "\n")

    text = next(one for one in open_tickets(file, {}, STOCKHOLM).preview() if one.field == "text")
    assert len(text.samples[0]) == 60


def test_another_format_can_be_said(tmp_path: Path) -> None:
    assert opened("freshservice.csv", format_="csv").source.name == "csv"
    with pytest.raises(InvalidError, match="the formats are auto, csv, freshservice, jira"):
        opened("freshservice.csv", format_="remedy")
    with pytest.raises(InvalidError, match="this is JSON, which the format csv has not"):
        opened("freshservice.json", format_="csv")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ('{"key": "A-1", "fields": {}}', "neither text nor a time"),
        ('{"key": "A-1", "fields": null}', "neither text nor a time"),
        ('{"key": "A-1", "fields": {"summary": "x", "created": "soon"}}', "'soon' is no time"),
        ('{"key": "A-1", "fields": {"summary": "x\\u0000y"}}', "zero character"),
        ('{"key": "A-1", "fields": {"description": "%s"}}' % ("x" * 40_001), "longer than 40000"),
        ("17", "it is no JSON object"),
    ],
)
def test_a_broken_ticket_is_left_out_and_the_others_stay(
    tmp_path: Path, record: str, reason: str
) -> None:
    good = '{"key": "A-0", "fields": {"summary": "fine", "created": "2026-11-23T09:15:00Z"}}'
    file = tmp_path / "issues.json"
    file.write_text(f'{{"issues": [{good}, {record}]}}')

    first, second = open_tickets(file, {}, STOCKHOLM).rows()

    assert isinstance(first, TicketRow)
    assert isinstance(second, SkippedRow)
    assert (second.row, reason in second.reason) == (2, True)


@pytest.mark.parametrize(
    "fields",
    [
        '"description": {"type": "doc", "content": "none"}',
        '"comment": {"comments": "none"}',
        '"comment": [1]',
        '"reporter": 7, "priority": [], "timespent": "long"',
        '"customfield_1": {"requestType": 5}, "customfield_2": [[1], null, {"a": 1}]',
    ],
)
def test_fields_of_another_shape_do_no_harm(tmp_path: Path, fields: str) -> None:
    file = tmp_path / "issues.json"
    file.write_text(f'{{"issues": [{{"key": "A-1", "fields": {{"summary": "x", {fields}}}}}]}}')

    (row,) = open_tickets(file, {}, STOCKHOLM).rows()

    assert isinstance(row, TicketRow)


def test_minutes_after_the_opening_are_checked(tmp_path: Path) -> None:
    header = "Ticket ID,Ticket subject,Ticket created - Timestamp,Ticket group,Ticket form,"
    lines = [
        "1,a,2026-11-23 09:15,g,f,-5",
        "2,a,2026-11-23 09:15,g,f,soon",
        "3,a,2026-11-23,g,f,1e9",
    ]
    file = tmp_path / "explore.csv"
    file.write_text(header + "First reply time (min)\n" + "\n".join(lines))

    early, wrong, late = open_tickets(file, {}, STOCKHOLM).rows()

    assert isinstance(early, TicketRow)
    assert (early.in_order, early.first_response_at) == (False, None)
    assert isinstance(wrong, SkippedRow)
    assert "is no number" in wrong.reason
    assert isinstance(late, SkippedRow)
    assert "ten years" in late.reason
