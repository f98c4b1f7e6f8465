"""A CSV file becomes tickets; what is wrong with it is said in a way one can act on."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models.errors import InvalidError
from models.tickets.sources import SkippedRow, TicketRow
from models.tickets.sources.columns import guessed
from models.tickets.sources.formats import open_tickets
from models.tickets.sources.ticket_file import TicketFile

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def opened(folder: Path, content: str | bytes, **mapping: str) -> TicketFile:
    file = folder / "export.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_tickets(file, mapping, STOCKHOLM)


def tickets(folder: Path, content: str | bytes, **mapping: str) -> list[TicketRow]:
    rows = list(opened(folder, content, **mapping).rows())
    assert not [row for row in rows if isinstance(row, SkippedRow)]
    return [row for row in rows if isinstance(row, TicketRow)]


def skipped(folder: Path, content: str | bytes, **mapping: str) -> list[SkippedRow]:
    rows = opened(folder, content, **mapping).rows()
    return [row for row in rows if isinstance(row, SkippedRow)]


def test_servicenow_columns_are_known() -> None:
    header = ["number", "short_description", "opened_at", "resolved_at", "assignment_group"]

    assert guessed(header) == {
        "id": "number",
        "text": "short_description",
        "opened_at": "opened_at",
        "resolved_at": "resolved_at",
        "team": "assignment_group",
    }


def test_swedish_and_german_columns_are_known() -> None:
    assert guessed(["Ärendenummer", "Ämne", "Beskrivning", "Kategori", "Skapad", "Löst"]) == {
        "id": "Ärendenummer",
        "title": "Ämne",
        "text": "Beskrivning",
        "category": "Kategori",
        "opened_at": "Skapad",
        "resolved_at": "Löst",
    }
    assert guessed(["Ticket-Nr.", "Betreff", "Erstellt am", "Gelöst am", "Priorität"]) == {
        "id": "Ticket-Nr.",
        "title": "Betreff",
        "opened_at": "Erstellt am",
        "resolved_at": "Gelöst am",
        "priority": "Priorität",
    }


def test_a_description_is_the_text_and_the_short_one_the_title() -> None:
    assert guessed(["short_description", "description"]) == {
        "title": "short_description",
        "text": "description",
    }


def test_a_row_is_read_with_its_times_in_utc(tmp_path: Path) -> None:
    row = tickets(
        tmp_path,
        "number,description,category,opened_at,resolved_at,handling_minutes,reopen_count\n"
        'INC1,"VPN, again",Network,2026-03-02 08:15,2026-03-02 09:15,"12,5",2\n',
    )[0]

    assert (row.row, row.external_id, row.text, row.category) == (
        2,
        "INC1",
        "VPN, again",
        "Network",
    )
    assert row.opened_at == datetime(2026, 3, 2, 7, 15, tzinfo=UTC)
    assert (row.handling_minutes, row.reopened, row.in_order) == (12.5, 2, True)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiters_and_encodings_are_found(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = [["nummer", "beskrivning"], ["1", "Åsas skärm är svart"], ["2", "två"]]
    content = "\r\n".join(delimiter.join(line) for line in lines) + "\r\n"

    rows = tickets(tmp_path, content.encode(encoding))

    assert [row.text for row in rows] == ["Åsas skärm är svart", "två"]


def test_a_text_may_hold_line_breaks_and_quotes(tmp_path: Path) -> None:
    row = tickets(tmp_path, 'id,text\n1,"says ""hi""\r\nand more"\n')[0]

    assert row.text == 'says "hi"\r\nand more'


def test_a_mapping_of_ones_own_goes_first(tmp_path: Path) -> None:
    content = "id,text,real words,type\n1,a,b,c\n"

    file = opened(tmp_path, content, text="real words", category="")

    assert file.columns == {"id": "id", "text": "real words"}


def test_without_an_id_the_row_itself_is_the_id(tmp_path: Path) -> None:
    rows = tickets(tmp_path, "text,category\nA,x\nB,x\nA,x\n")

    assert rows[0].external_id == rows[2].external_id != rows[1].external_id
    assert rows[0].external_id.startswith("row-")


def test_a_wrong_order_of_times_drops_the_time_and_is_remembered(tmp_path: Path) -> None:
    rows = tickets(
        tmp_path,
        "id,opened_at,resolved_at,handling_minutes,reopen_count\n"
        "1,2026-03-02 08:00,2026-03-01 08:00,5,0\n"
        "2,2026-03-02 08:00,2026-03-03 08:00,-5,0\n"
        "3,2026-03-02 08:00,2026-03-03 08:00,5,-1\n",
    )

    assert [row.in_order for row in rows] == [False, False, False]
    assert (rows[0].resolved_at, rows[1].handling_minutes, rows[2].reopened) == (None, None, 0)


def test_empty_signs_are_no_values(tmp_path: Path) -> None:
    row = tickets(tmp_path, "id,text,opened_at,requester\nNULL,x,?,n/a\n")[0]

    assert (row.opened_at, row.requester) == (None, "")


def test_a_date_that_is_none_leaves_out_its_own_row_only(tmp_path: Path) -> None:
    file = opened(tmp_path, "id,text,opened_at\n1,a,2026-03-01\n2,b,31/31/2026\n3,c,2026-03-02\n")

    first, bad, last = file.rows()

    assert isinstance(bad, SkippedRow)
    assert (bad.row, "'31/31/2026'" in bad.reason) == (3, True)
    assert isinstance(first, TicketRow)
    assert isinstance(last, TicketRow)


def test_a_column_of_yes_and_no_is_not_taken_for_a_time(tmp_path: Path) -> None:
    file = opened(tmp_path, "id,text,closed\n1,a,yes\n2,b,no\n")

    assert "closed_at" not in file.columns


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file is empty"),
        ("\n\n  \n", "the file is empty"),
        ("id,text\n", "no rows below the header"),
        ("a,b,c\n1,2,3\n", "no column for text, title or opened_at was found"),
        ("id,opened_at\n1,03/01/2026\n2,04/01/2026\n", "can be read in two ways"),
        ("id,opened_at\n1,13/01/2026\n2,01/14/2026\n3,01/02/2026\n", "can be read in two ways"),
        ("id,opened_at\n1,13/01/2026\n2,01/14/2026\n", "'13/01/2026' and '01/14/2026'"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(InvalidError, match=reason):
        opened(tmp_path, content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match=r"missing\.csv: cannot be read"):
        open_tickets(tmp_path / "missing.csv", {}, STOCKHOLM)


def test_a_mapping_to_nowhere_lists_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="no column 'words'; the file has id, text"):
        opened(tmp_path, "id,text\n1,a\n", text="words")
    with pytest.raises(InvalidError, match="no field 'wordz'; the fields are id, text"):
        opened(tmp_path, "id,text\n1,a\n", wordz="text")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2,half", "ends after 2 of 4 columns"),
        ("2,a,b,2026-03-01,more", "has 5 instead of 4 columns"),
        ('2,"never closed,b,2026-03-01', "a quote is missing"),
        ('2,"a"b,c,2026-03-01', "a quote is missing"),
        ("2,a\0b,c,2026-03-01", "zero byte"),
        ("2,a,c,soon", "opened_at 'soon' is no time"),
        (f"2,{'x' * 40_001},c,2026-03-01", "text is longer than 40000 characters"),
        (f"2,{'x' * 140_000},c,2026-03-01", "cannot be read"),
        (f"2,a,{'c' * 201},2026-03-01", "category is longer than 200"),
        (f"{'2' * 201},a,c,2026-03-01", "id is longer than 200"),
        ("2,,c,", "neither text nor a time"),
    ],
)
def test_a_broken_row_is_left_out_with_its_number_and_the_others_stay(
    tmp_path: Path, line: str, reason: str
) -> None:
    content = f"id,text,category,opened_at\n1,fine,x,2026-03-01\n{line}\n"

    found = list(opened(tmp_path, content).rows())

    assert isinstance(found[0], TicketRow)
    assert isinstance(found[1], SkippedRow)
    assert found[1].row == 3
    assert reason in found[1].reason
    assert len(found) == 2


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("x,0", "handling_minutes 'x' is no number"),
        ("nan,0", None),
        ("inf,0", "is no number"),
        ("1e9,0", "more than a year"),
        ("5,1000000000", "reopen_count is more than 100"),
    ],
)
def test_numbers_are_checked(tmp_path: Path, cells: str, reason: str | None) -> None:
    rows = skipped(tmp_path, f"id,text,handling_minutes,reopen_count\n1,a,{cells}\n")

    assert [reason in row.reason for row in rows if reason] == ([True] if reason else [])


def test_rows_after_a_broken_quote_are_read_again(tmp_path: Path) -> None:
    rows = list(opened(tmp_path, 'id,text\n1,"a"b\n2,c\n').rows())

    assert [type(row) for row in rows] == [SkippedRow, TicketRow]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    file = opened(tmp_path, "\nid,text\n\n1,a\n,\n\n2,b\n\n")

    assert file.total == 2
    assert [row.row for row in file.rows()] == [4, 7]


def test_every_row_is_counted(tmp_path: Path) -> None:
    file = opened(tmp_path, 'id,text\n1,a\n2\n3,"c')

    assert file.total == len(list(file.rows())) == 3


def test_the_sum_of_a_file_depends_on_its_rows(tmp_path: Path) -> None:
    first = opened(tmp_path, "id,text\n1,a\n").sha256

    assert opened(tmp_path, "id,text\n1,a\n").sha256 == first
    assert opened(tmp_path, "id,text\n1,b\n").sha256 != first
