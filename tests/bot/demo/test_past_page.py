"""The page that takes a file of past tickets: what it hands on, shows, refuses and forgets."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.demo.page.past import MOST_BYTES, PastPage
from bot.demo.page.site import environment
from models.errors import InvalidError
from models.language import Translator, words_for
from models.message import Heading, Message, Note, Paragraph, Run, Table

FILE = {"file": ("export.csv", b"text\nprinter\n")}
SAID = Message(
    "",
    (
        Heading("What was found"),
        Paragraph((Run("Sorted:", "bold"), Run(" 9 <b>of</b> 10"))),
        Note((Run("by the newest"),)),
        Table(("Tickets", "Rows"), (("3", "2, 3 & 4"),)),
    ),
)


class LookBackDouble:
    """Keeps what it was handed, and where."""

    def __init__(self) -> None:
        self.content, self.columns = b"", ""
        self.place = Path()
        self.error = ""

    def __call__(self, file: Path, columns: str, _words: Translator) -> Message:
        self.place, self.content, self.columns = file, file.read_bytes(), columns
        if self.error:
            raise InvalidError(f"{file}: {self.error}")
        return SAID


@pytest.fixture
def asked() -> LookBackDouble:
    return LookBackDouble()


@pytest.fixture
def page(asked: LookBackDouble) -> TestClient:
    made = PastPage(environment(), lambda _request: words_for("en"), asked)
    return TestClient(Starlette(routes=made.routes))


def test_the_form_says_where_the_file_goes(page: TestClient) -> None:
    shown = page.get("/history").text

    assert 'enctype="multipart/form-data"' in shown
    assert "kept nowhere" in shown


def test_a_file_is_read_shown_and_forgotten(page: TestClient, asked: LookBackDouble) -> None:
    answer = page.post("/history", files=FILE, data={"columns": "text=text\n"})

    assert answer.status_code == 200
    assert (asked.content, asked.columns.strip()) == (b"text\nprinter\n", "text=text")
    assert "<strong>Sorted:</strong> 9 &lt;b&gt;of&lt;/b&gt; 10" in answer.text
    assert "<td>2, 3 &amp; 4</td>" in answer.text
    assert not asked.place.exists()


def test_what_is_wrong_is_said_of_the_file_by_its_own_name(
    page: TestClient, asked: LookBackDouble
) -> None:
    asked.error = "no column for text"

    answer = page.post("/history", files=FILE)

    assert answer.status_code == 422
    assert "That did not work: export.csv: no column for text" in answer.text
    assert not asked.place.exists()


def test_no_file_is_asked_for_again(page: TestClient) -> None:
    answer = page.post("/history", data={"columns": ""})

    assert answer.status_code == 422
    assert "Choose a file first." in answer.text


@pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "0"])
def test_what_is_too_large_or_says_no_length_is_not_read(
    page: TestClient, asked: LookBackDouble, length: str
) -> None:
    answer = page.post("/history", files=FILE, headers={"content-length": length})

    assert "too large" in answer.text
    assert asked.content == b""
