"""Documents are read in a child that is limited; what it meets does not reach the bot."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.errors import InvalidError
from models.knowledge.archives import check_archive
from models.knowledge.document_reader import DocumentReader
from tests.models.knowledge.made_documents import billion_laughs, docx, paragraph, zip_bomb
from tests.waiting import wait_until

SECRET = "/etc/hostname"


@pytest.fixture(scope="module")
def reading() -> Iterator[DocumentReader]:
    with DocumentReader() as child:
        yield child


@contextmanager
def soon(reading: DocumentReader, seconds: float) -> Iterator[None]:
    """Fail when the child computes for longer; how long it waits for others is no matter."""
    begun = computed(reading)
    yield
    assert computed(reading) - begun < seconds


def computed(reading: DocumentReader) -> float:
    """Return for how many seconds the children computed that ended, and the one that runs."""
    ended, child = resource.getrusage(resource.RUSAGE_CHILDREN), reading._child
    seconds = ended.ru_utime + ended.ru_stime
    if child is not None and child.is_running:
        ticks = Path(f"/proc/{child.pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:13]
        seconds += sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return seconds


def refused(reading: DocumentReader, name: str, content: bytes) -> str:
    with pytest.raises(InvalidError) as caught:
        reading.read(name, content)
    return str(caught.value)


def test_several_files_go_through_one_child(reading: DocumentReader) -> None:
    assert reading.read("a.md", b"# A\nb\n")[0].answer == "b"
    assert "not a kind of file" in refused(reading, "a.exe", b"MZ")
    assert reading.read("b.docx", docx(paragraph("Hej")))[0].answer == "Hej"


@pytest.mark.slow
def test_a_zip_bomb_is_refused_at_once(reading: DocumentReader) -> None:
    bomb = zip_bomb()
    assert len(bomb) < 1_000_000

    with soon(reading, 2):
        reason = refused(reading, "bomb.docx", bomb)

    assert "unpacks to 500 MB" in reason


def test_an_archive_of_many_files_or_of_steep_ratio_is_refused() -> None:
    many = {f"word/{n}.xml": b"<a/>" for n in range(1_000)}
    with pytest.raises(InvalidError, match="1005 files"):
        check_archive(docx(paragraph("x"), more=many))
    with pytest.raises(InvalidError, match="looks like a bomb"):
        check_archive(zip_bomb(50_000_000))


@pytest.mark.parametrize(
    "declared",
    [
        billion_laughs(),
        f'<!DOCTYPE w:document [<!ENTITY l9 SYSTEM "file://{SECRET}">]>',
        '<!DOCTYPE w:document [<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">]>',
        '<!DOCTYPE w:document SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_xml_that_declares_something_is_refused(reading: DocumentReader, declared: str) -> None:
    with soon(reading, 2):
        reason = refused(reading, "laughs.docx", docx(paragraph("&l9;"), before=declared))

    assert "word/document.xml declares entities" in reason


@pytest.mark.slow
def test_a_child_that_dies_or_hangs_costs_one_file() -> None:
    with DocumentReader(wall_s=0.5) as reading:
        child = reading._running()
        os.kill(child.pid, 19)  # SIGSTOP: it neither answers nor ends
        reason = refused(reading, "a.md", b"# A\nb\n")
        assert "longer than 0.5 s" in reason
        assert not child.is_running
    with DocumentReader() as reading:
        child = reading._running()
        os.kill(child.pid, 11)  # SIGSEGV
        wait_until(lambda: not child.is_running, 10)
        assert reading.read("a.md", b"# A\nb\n")[0].answer == "b"


HOSTILE = {
    "memory": "x = [bytes(1 << 20) for _ in range(3_000)]",
    "crash": "import os; os.abort()",
    "network": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "process": "import subprocess; subprocess.run(['true'])",
    "reads": f"open({SECRET!r}).read()",
    "climbs": "import sys; open(sys.prefix + '/../../../etc/hostname').read()",
    "writes": "import sys; open(sys.prefix + '/x', 'w')",
    "wrong answer": "import os; os.write(1, b'{}\\n')",
}
"""What a library that was taken over might do."""


@pytest.mark.slow
@pytest.mark.parametrize("what", HOSTILE)
def test_code_inside_the_child_reaches_nothing(what: str) -> None:
    """A reader of ours cannot be made to do this; here one is, to see that the walls hold."""
    patched = (
        "import sys; sys.path.insert(0, sys.argv[1]); import models.knowledge.document_child as child\n"
        f"def evil(name, content):\n    exec({HOSTILE[what]!r}); return ()\n"
        "child.read = evil\nchild.serve()"
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with DocumentReader(start=patched) as reading:
        reason = refused(reading, "a.md", b"x")

    expected = {
        "memory": "1 GB of memory",
        "crash": "its reader crashed",
        "wrong answer": "no proper answer",
    }
    assert expected.get(what, "PermissionError: a document may not") in reason
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


@pytest.mark.parametrize(
    "markup",
    ["<div>" * 200_000 + "x", "<table>" * 50_000, "<a href='" * 500_000, "&lt;" * 500_000],
)
def test_html_of_any_depth_ends_soon(reading: DocumentReader, markup: str) -> None:
    with soon(reading, 10):
        try:
            drafts = reading.read("deep.html", markup.encode())
        except InvalidError:
            drafts = ()

    assert all("<div" not in draft.answer for draft in drafts)
