"""Each kind of file becomes passages with an address; what cannot be read says why."""

import sys
from datetime import date

import pytest

from models.errors import InvalidError
from models.knowledge.documents import Draft
from models.knowledge.readers import read, readable, readers
from models.tables import ArticleKind
from tests.models.knowledge.made_documents import bare_pdf, docx, paragraph, pdf, table

GUIDE = """---
title: VPN guide
owner: "IT-supporten"
verified_on: 2026-05-01
expires_on: 2027-05-01
language: sv
audience:
  - S0123
  - U0456
---
Inledning.

# Installera
Ladda ner klienten.

```
# inte en rubrik
```

## Felsök
Starta om.

### Steg 1
Dra ut sladden.

### Steg 2 #
Vänta.

## Felsök
Ring oss.

## Vem ringer jag?
### Hur dags?
Åtta.

# Tom
"""

PAGE = """<!doctype html><html lang="sv"><head><title>Semester &amp; ledighet</title>
<style>p{color:red}</style><script>alert(1)</script></head>
<body onload="evil()"><nav><a href="/x">Meny</a></nav>
<form action="/aspx"><h1>Semester</h1><p onclick="evil()">Du har 25 dagar.</p>
<h2>Ansökan</h2><p>Gör så <b>här</b>: <a href=" JavaScript:evil()">klicka</a>,
<a href="https://hr.example/x">HR</a>, <a href="data:text/html,evil">data</a>.</p>
<p style="display:none">GÖMD</p><p hidden>GÖMD</p><div aria-hidden="true">GÖMD</div>
<span style="visibility:hidden">GÖMD</span><template>GÖMD</template><!-- GÖMD -->
<input value="GÖMD"><button>GÖMD</button><iframe src="https://evil.example">GÖMD</iframe>
<img src="https://evil.example/pixel.png" alt="GÖMD"><svg onload="evil()"><text>GÖMD</text></svg>
<table><tr><th>Ålder</th><th>Dagar</th></tr><tr><td>40</td><td>28</td></tr></table>
</form></body></html>"""


def text(name: str, content: str) -> tuple[Draft, ...]:
    return read(name, content.encode())


def test_a_reader_is_known_by_being_there() -> None:
    assert set(readers()) == {
        *(".csv", ".docx", ".htm", ".html", ".markdown", ".md", ".pdf", ".txt"),
    }
    assert readable("A.PDF")
    assert not readable("a.exe")


def test_markdown_is_cited_by_its_headings() -> None:
    found = text("vpn.md", GUIDE)

    assert [(draft.external_id, draft.address) for draft in found] == [
        ("vpn-guide", ""),
        ("installera", "Installera"),
        ("felsök", "Installera › Felsök"),
        ("felsök-2", "Installera › Felsök"),
        ("hur-dags", "Installera › Vem ringer jag? › Hur dags?"),
    ]
    assert found[1].answer == "Ladda ner klienten.\n\n```\n# inte en rubrik\n```"
    assert found[1].title == "VPN guide: Installera"
    assert found[1].questions == ("Installera",)
    assert found[4].kind is ArticleKind.ANSWER


def test_a_short_part_stays_with_its_steps() -> None:
    steps = text("vpn.md", GUIDE)[2].answer

    assert steps == "Starta om.\n\n### Steg 1\nDra ut sladden.\n\n### Steg 2 #\nVänta."


def test_a_document_says_who_may_see_it_and_how_long_it_holds() -> None:
    about = text("vpn.md", GUIDE)[0].about

    assert (about.owner, about.language) == ("IT-supporten", "sv")
    assert (about.verified_on, about.expires_on) == (date(2026, 5, 1), date(2027, 5, 1))
    assert about.audience == ("S0123", "U0456")


@pytest.mark.parametrize(
    "head",
    [
        "---\naudience: HR\n---\n",
        "---\naudience:\n---\n",
        "---\naudience: []\n---\n",
        "---\nAudience: S0123\n# A\n",
        "---\nexpires_on: soon\n---\n",
    ],
)
def test_a_document_whose_limits_cannot_be_read_is_refused(head: str) -> None:
    with pytest.raises(InvalidError):
        text("a.md", f"{head}# A\nSecret.\n")


def test_html_keeps_what_a_reader_sees_and_nothing_that_acts() -> None:
    found = read("page.html", PAGE.encode())
    shown = "\n".join(f"{draft.title} {draft.answer}" for draft in found).lower()

    assert [(draft.title, draft.address) for draft in found] == [
        ("Semester & ledighet: Semester", "Semester"),
        ("Semester & ledighet: Ansökan", "Semester › Ansökan"),
    ]
    assert found[0].answer == "Du har 25 dagar."
    assert "[HR](https://hr.example/x)" in found[1].answer
    assert "klicka" in found[1].answer
    assert "| 40 | 28 |" in found[1].answer
    assert found[0].about.language == "sv"
    for gone in ("gömd", "script", "evil", "onclick", "color:red", "meny", "data:"):
        assert gone not in shown


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    ("name", "content", "answer"),
    [
        ("a.csv", "id;question;answer\n1;Får jag åka?;Ja, på söndag.\n", "Ja, på söndag."),
        ("a.md", "# Får jag åka?\nJa, på söndag.\n", "Ja, på söndag."),
        ("a.txt", "Ja, på söndag.\n", "Ja, på söndag."),
        ("a.html", "<h1>Får jag åka?</h1><p>Ja, på söndag.</p>", "Ja, på söndag."),
    ],
)
def test_text_may_be_in_any_usual_encoding(
    name: str, content: str, answer: str, encoding: str
) -> None:
    assert read(name, content.encode(encoding))[0].answer == answer


def test_word_is_cited_by_its_headings_in_any_language_and_keeps_tables() -> None:
    content = docx(
        paragraph("Handbok", "Rubrik1"),
        paragraph("Välkommen."),
        paragraph("Semester", "Rubrik2"),
        paragraph("Så här räknas den."),
        table(("Ålder", "Dagar"), ("40", "28")),
    )

    found = read("hb.docx", content)

    assert [(draft.title, draft.address) for draft in found] == [
        ("Handbok", "Handbok"),
        ("Handbok: Semester", "Handbok › Semester"),
    ]
    assert found[0].answer == "Välkommen."
    assert "Så här räknas den." in found[1].answer
    assert "| 40 | 28 |" in found[1].answer


@pytest.mark.slow
def test_a_pdf_is_cited_by_its_page() -> None:
    source = (
        '#set document(title: "IT-guide")\nStarta om skrivaren, Åsa.\n#pagebreak()\nAnslut VPN.'
    )

    found = read("it.pdf", pdf(source))

    assert [(draft.title, draft.page, draft.answer) for draft in found] == [
        ("IT-guide", 1, "Starta om skrivaren, Åsa."),
        ("IT-guide", 2, "Anslut VPN."),
    ]


def test_an_encrypted_pdf_and_a_scan_are_told_apart() -> None:
    with pytest.raises(InvalidError, match="run OCR"):
        read("scan.pdf", bare_pdf())
    with pytest.raises(InvalidError, match="encrypted"):
        read("locked.pdf", bare_pdf(password="hemligt"))


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    with pytest.raises(InvalidError, match="2001 pages; 2000 are allowed"):
        read("long.pdf", bare_pdf(2_001))


def test_a_csv_gives_an_answer_a_row_with_all_its_columns() -> None:
    found = text(
        "faq.csv",
        "id,question,answer,owner,audience,expires_on\n"
        "A1,How?,So.,Åsa,S0123 U0456,2027-01-31\nA2,,Only an answer.,,,\n",
    )

    assert [(one.external_id, one.title, one.questions) for one in found] == [
        ("A1", "How?", ("How?",)),
        ("A2", "Only an answer.", ()),
    ]
    assert found[0].about.audience == ("S0123", "U0456")
    assert found[0].about.expires_on == date(2027, 1, 31)
    assert all(one.kind is ArticleKind.ANSWER for one in found)


def test_rows_with_one_id_and_answer_are_one_article_with_more_questions() -> None:
    assert text("f.csv", "id;question;answer\n1;A?;So.\n1;B?;So.\n")[0].questions == ("A?", "B?")


def test_an_answer_keeps_its_bytes() -> None:
    found = text("faq.csv", 'id,question,answer\n1,Q,"one\r\n  two\n\nthree  "\n')

    assert found[0].answer == "one\r\n  two\n\nthree  "


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("image.png", "x", "not a kind of file that can be read"),
        ("empty.md", "", "no text to answer with"),
        ("empty.csv", "", "no column 'answer'"),
        ("empty.txt", " \n", "no text to answer with"),
        ("empty.html", "<p></p>", "no text to answer with"),
        ("head.csv", "id,question,answer\n", "no text to answer with"),
        ("wrong.csv", "number,text\n1,x\n", "no column 'answer'"),
        ("cut.csv", 'id,question,answer\n1,Q,"half', "line 2 is broken"),
        ("two.csv", "id,question,answer\n1,A,x\n1,B,y\n", "two different answers"),
        ("who.csv", "id,question,answer,audience\n1,A,x,U12\n1,B,x,\n", "two different audiences"),
        ("bad.csv", "id,question,answer,audience\n1,A,x,HR\n", "row 2: the audience 'HR'"),
        ("binary.txt", "\0\0\0text\0\0\0\0", "zero bytes"),
        ("day.md", "---\nverified_on: yesterday\n---\n# A\nb\n", "no date"),
        ("no.pdf", "x", "damaged"),
        ("no.docx", "x", "damaged"),
        ("old.docx", "\u00d0", "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, content: str, reason: str) -> None:
    with pytest.raises(InvalidError, match=reason):
        text(name, content)


def test_a_word_file_with_a_password_says_so() -> None:
    with pytest.raises(InvalidError, match="has a password"):
        read("a.docx", b"\xd0\xcf\x11\xe0 and so on")


@pytest.mark.parametrize(
    ("module", "name", "content"),
    [
        ("html_to_markdown", "a.html", b"<p>x</p>"),
        ("pypdf", "a.pdf", b"%PDF"),
        ("mammoth", "a.docx", docx(paragraph("x"))),
        ("defusedxml", "a.docx", docx(paragraph("x"))),
        ("semchunk.semchunk", "a.txt", b"word. " * 400),
    ],
)
def test_without_the_extra_the_reason_says_what_to_install(
    module: str, name: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(InvalidError, match=r"pip install 'lotsen\[knowledge\]'"):
        read(name, content)


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    ["# " + " #" * 300_000 + "x", "#" * 600_000, "x: " + " " * 600_000 + "y", "`" * 600_000],
)
def test_no_line_is_long_enough_to_stall_the_reader(line: str) -> None:
    assert text("a.md", f"---\n{line[:200_000]}\n---\n# A\n{line}\nb\n")
