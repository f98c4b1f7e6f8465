"""The quarterly statement as PDF: three pages, the same bytes each time, words never markup."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from models.language import LANGUAGES, Language, words_for
from models.message import Paragraph, Run
from models.reports.pdf import Page, pdf
from models.reports.quarter import quarter_pdf
from models.value.reduction import Floats
from models.value.roi import statement
from models.value.sensitivity import net_result, swings
from models.value.statement import Statement
from tests.models.value.test_roi import BEFORE, evidence, minutes


def pages(made: bytes) -> list[str]:
    found = (page.extract_text().replace("\n", " ") for page in PdfReader(BytesIO(made)).pages)
    return [" ".join(page.split()) for page in found]


@pytest.fixture(scope="module")
def said() -> Statement:
    return statement(evidence())


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_pages_say_verdict_everybody_and_method(said: Statement, language: Language) -> None:
    words = words_for(language)
    management, everybody, method = pages(quarter_pdf(said, None, words))
    assert " ".join(words.euros(said.cost_eur).split()) in management
    assert words.say("Benefit less costs, were one number another") in management
    assert words.number(said.n_before) in everybody
    assert "Welch (1947)" in method
    assert words.say("How this was worked out") in method


def test_the_same_figures_give_the_same_bytes(said: Statement) -> None:
    words = words_for("sv")
    first = quarter_pdf(said, None, words)
    assert quarter_pdf(said, None, words) == first
    other = statement(evidence(before=BEFORE + 1))
    assert quarter_pdf(other, None, words) != first


def test_no_benefit_is_drawn_where_none_is_shown() -> None:
    words = words_for("en")
    nothing = statement(evidence(now=BEFORE))
    management = pages(quarter_pdf(nothing, None, words))[0]
    assert "No benefit is shown." in management
    assert "Benefit less costs" not in management


@pytest.mark.parametrize(
    "text", ["#panic()", "$x$ *y* `z`", '"quoted" \\u{41}', "<a> @b #let x = 1"]
)
def test_what_looks_like_markup_is_printed_as_it_is(text: str) -> None:
    made = pdf([Page((Paragraph((Run(text),)),))], text, "en")
    assert "".join(text.split()) in "".join(pages(made)[0].split())


def test_only_links_to_the_web_become_links() -> None:
    runs = (Run("a", link="https://example.org/"), Run("b", link="javascript:alert(1)"))
    (page,) = PdfReader(BytesIO(pdf([Page((Paragraph(runs),))], "t", "en"))).pages
    links = [note.get_object()["/A"]["/URI"] for note in page["/Annots"]]  # type: ignore[attr-defined]  # pypdf's own
    assert links == ["https://example.org/"]


@given(before=minutes, now=minutes, cost=st.floats(0, 1e6))
@settings(max_examples=50)
def test_each_swing_is_ordered_by_width_and_holds_the_middle(
    before: Floats, now: Floats, cost: float
) -> None:
    said = statement(evidence(before=before, now=now, cost_eur=cost))
    middle, found = net_result(said), swings(said)
    assert (middle is None) == (not found)
    assert [swing.width for swing in found] == sorted((s.width for s in found), reverse=True)
    for swing in found:
        low, high = sorted((swing.net_at_low, swing.net_at_high))
        assert middle is not None
        assert low - 1e-6 <= middle <= high + 1e-6
