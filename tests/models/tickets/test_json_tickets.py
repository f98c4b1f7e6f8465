"""A JSON file is read as a whole or line by line; what is wrong with it is said."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidError
from models.tickets.sources import SkippedRow, TicketRow, json_file
from models.tickets.sources.formats import open_tickets
from models.tickets.sources.values import document_text, plain, text_of

UTC = ZoneInfo("UTC")
TICKET = (
    '{"id": %d, "subject": "VPN drops", "via": {}, "submitter_id": 1, "brand_id": 1, '
    '"has_incidents": false, "created_at": "2026-11-23T08:15:00Z"}'
)


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "tickets.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def read(folder: Path, content: str | bytes) -> list[TicketRow | SkippedRow]:
    return list(open_tickets(written(folder, content), {}, UTC).rows())


@pytest.mark.parametrize(
    "content",
    [
        f"[{TICKET % 1}, {TICKET % 2}]",
        f'{{"tickets": [{TICKET % 1}, {TICKET % 2}]}}',
        f"{TICKET % 1}\n\n{TICKET % 2}\n",
        f'{{"tickets": [{TICKET % 1}]}}\n{{"tickets": [{TICKET % 2}]}}',
        f'\ufeff{{"tickets":\n[{TICKET % 1},\n {TICKET % 2}]}}',
    ],
)
def test_lists_pages_and_lines_are_read(tmp_path: Path, content: str) -> None:
    ids = [row.external_id for row in read(tmp_path, content) if isinstance(row, TicketRow)]

    assert ids == ["zendesk:1", "zendesk:2"]


def test_one_ticket_alone_is_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, TICKET % 1)) == 1


def test_utf_16_is_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, f"[{TICKET % 1}]".encode("utf-16"))) == 1


def test_a_broken_line_is_left_out_with_its_number(tmp_path: Path) -> None:
    rows = read(tmp_path, f'{TICKET % 1}\n{{"id": 2, \n[7]\n{TICKET % 3}\n')

    assert [type(row) for row in rows] == [TicketRow, SkippedRow, SkippedRow, TicketRow]
    assert [row.row for row in rows] == [1, 2, 3, 4]
    assert isinstance(rows[1], SkippedRow)
    assert "no JSON" in rows[1].reason


def test_a_broken_first_line_does_not_hide_the_others(tmp_path: Path) -> None:
    rows = read(tmp_path, f'{{"id": 1, "sub\n{TICKET % 2}\n{TICKET % 3}')

    assert [type(row) for row in rows] == [SkippedRow, TicketRow, TicketRow]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f'{{"tickets": [{TICKET % 1}, {{"id"', "may be cut off"),
        ('{"tickets": []}', "holds no tickets"),
        ('{"error": "not found"}', "of no system that is known"),
        ("[1, 2]", "holds no tickets"),
        ("[]", "holds no tickets"),
        ('[{"colour": "red"}]', "of no system that is known"),
        ("[" * 100_000, "cannot be read"),
        ('[{"id": ' + "9" * 5_000 + "}]", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(InvalidError, match=told):
        read(tmp_path, content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match=r"gone\.json"):
        open_tickets(tmp_path / "gone.json", {}, UTC)


def test_a_document_over_the_cap_is_refused_unread(tmp_path: Path) -> None:
    file = written(tmp_path, "[")
    with file.open("r+b") as stream:
        stream.truncate(json_file.MAX_BYTES + 1)  # a hole in the file: no room on the disk

    with pytest.raises(InvalidError, match="one ticket a line"):
        open_tickets(file, {}, UTC)


def test_half_a_letter_is_replaced(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "[" + (TICKET % 1).replace("VPN", "VPN \\ud83d") + "]")

    assert isinstance(row, TicketRow)
    assert row.title == "VPN ? drops"


def test_html_becomes_words() -> None:
    assert plain("a < b") == "a < b"
    assert plain("<p>One &amp; two</p><ul><li>three</li></ul><style>p{}</style>") == (
        "One & two\nthree"
    )
    assert plain("no markup\nat all") == "no markup\nat all"


def test_a_deep_document_ends() -> None:
    node: dict[str, object] = {"type": "text", "text": "deep"}
    for _ in range(1000):
        node = {"type": "listItem", "content": [node]}

    assert document_text(node) == ""


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@given(_json)
def test_any_value_becomes_words(value: object) -> None:
    assert isinstance(text_of(value), str)
    assert isinstance(document_text(value), str)


@given(st.text(max_size=200))
def test_any_markup_becomes_words(markup: str) -> None:
    assert isinstance(plain(markup), str)
