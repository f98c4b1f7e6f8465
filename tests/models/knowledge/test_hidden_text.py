"""What a document shows to nobody is not imported from it."""

import pytest

from models.knowledge.hidden_html import marked
from models.knowledge.readers import read
from tests.models.knowledge.made_documents import docx, paragraph

HIDING = [
    "color:white",
    "COLOR : #FFF !important",
    "color:#ffffff;font-size:12px",
    "color: rgb(255, 255, 255)",
    "color:rgba(0,0,0,0)",
    "color:transparent",
    "color:white;background:#ffffff",
    "font-size:0",
    "font-size:0px; line-height:0",
    "font-size:1px",
    "font-size:0.1em",
    "opacity:0",
    "position:absolute;left:-9999px",
    "text-indent:-9999px",
    "height:0;overflow:hidden",
    "display:none",
    "visibility:hidden",
]
SHOWN = [
    "",
    "color:black",
    "color:white;background:navy",
    "color:#fff;background-color:#003366",
    "font-size:12px",
    "font-size:.9em",
    "opacity:0.8",
    "left:10px",
    "height:0",
    "color:whitesmoke",
]


def page(body: str, sheet: str = "") -> str:
    head = f"<title>T</title><style>{sheet}</style>"
    drafts = read("x.html", f"<html><head>{head}</head><body>{body}</body></html>".encode())
    return "\n".join(draft.answer for draft in drafts)


@pytest.mark.parametrize("style", HIDING)
@pytest.mark.parametrize(
    "frame",
    [
        "<p>SYNLIG</p><p style='{}'>GÖMD</p>",
        "<p>SYNLIG <span class=a style='{}'>GÖMD <b>GÖMD</b></span></p>",
        "<table><tr><td>SYNLIG</td><td style='{}'>GÖMD</td></tr></table>",
        "<ul><li>SYNLIG</li><li style='{}'>GÖMD</li></ul>",
        "<p>SYNLIG</p><div style='{}'><h2>GÖMD</h2><p>GÖMD</p></div>",
    ],
)
def test_html_that_nobody_can_see_is_left_out(style: str, frame: str) -> None:
    text = page(frame.format(style))
    assert "SYNLIG" in text
    assert "GÖMD" not in text


@pytest.mark.parametrize("style", SHOWN)
def test_html_that_people_can_see_stays(style: str) -> None:
    assert "SYNLIG" in page(f"<p style='{style}'>SYNLIG</p>")


def test_white_text_on_a_painted_row_is_read() -> None:
    assert "Pris" in page(
        "<table><tr style='background:navy'><th style='color:white'>Pris</th></tr></table>"
    )
    assert "Pris" in page("<table bgcolor=navy><tr><th><font color=white>Pris</font></table>")
    assert "Pris" not in page("<p>x</p><p><font color=white>Pris</font></p>")


def test_a_style_sheet_hides_too_but_not_the_one_for_printing() -> None:
    sheet = "/* x */ .gone, p.off { font-size: 0 } @media print { .menu { display:none } } #no{opacity:0}"
    text = page(
        "<p class='a gone'>GÖMD</p><p class=off>GÖMD</p><p id=no>GÖMD</p>"
        "<p class=menu>SYNLIG</p><div class=off>SYNLIG</div>",
        sheet,
    )
    assert "GÖMD" not in text
    assert text.count("SYNLIG") == 2


@pytest.mark.parametrize(
    "markup", ["<p", "<<p>>", "<p style=>a", "</p></p>", "<!--", "<p\nstyle='x'\n>a<br/>b", "a<b"]
)
def test_broken_html_is_never_made_worse(markup: str) -> None:
    assert marked(markup) == markup


def run(text: str, look: str) -> str:
    return f"<w:p><w:r><w:rPr>{look}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize(
    ("look", "shown"),
    [
        ("<w:vanish/>", False),
        ('<w:vanish w:val="1"/>', False),
        ("<w:b/><w:specVanish/>", False),
        ('<w:vanish w:val="0"/>', True),
        ('<w:vanish w:val="false"/>', True),
        ("<w:b/>", True),
    ],
)
def test_hidden_text_of_word_is_left_out(look: str, shown: bool) -> None:
    content = docx(paragraph("Semester", "Rubrik1"), paragraph("SYNLIG"), run("GÖMD", look))
    text = "\n".join(draft.answer for draft in read("x.docx", content))
    assert "SYNLIG" in text
    assert ("GÖMD" in text) is shown
    assert read("x.docx", content)[0].title == "Semester"


def test_hidden_text_in_a_link_and_by_a_style_is_left_out_too() -> None:
    link = f"<w:p><w:hyperlink>{run('GÖMD', '<w:vanish/>')[5:-6]}</w:hyperlink></w:p>"
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    styles = (
        f'<w:styles {namespace}><w:style w:type="character" w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H"/></w:style></w:styles>'
    )
    content = docx(
        paragraph("SYNLIG"), link, paragraph("GÖMD", "H2"), run("GÖMD", '<w:rStyle w:val="H"/>'),
        styles=styles,
    )  # fmt: skip
    text = "\n".join(draft.answer for draft in read("x.docx", content))
    assert text.strip() == "SYNLIG"
