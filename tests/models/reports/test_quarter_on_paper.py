"""The quarterly statement as PDF: two pages and an annex, the same bytes, words never markup."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from models.kpis.baseline_change import BaselineChange
from models.language import LANGUAGES, Language, words_for
from models.message import Paragraph, Run, plain
from models.reports.pdf import PdfPage, pdf
from models.reports.quarter import quarter_pdf
from models.tables import CostKind
from models.value.effect.comparison import Design, Need
from models.value.effect.reduction import Floats
from models.value.effect.sentences import DESIGN_WORDS
from models.value.money.outlook import Booked, Metered, Planned, outlook
from models.value.statement.adjustments import StatementContext, adjustments
from models.value.statement.gates import gates
from models.value.statement.quarter_statement import Figure, Statement, StatementVerdict
from models.value.statement.roi import statement
from models.value.statement.sensitivity import net_result, swings
from tests.models.value.test_roi import BEFORE, evidence, minutes


def pages(made: bytes) -> list[str]:
    found = (page.extract_text().replace("\n", " ") for page in PdfReader(BytesIO(made)).pages)
    return [" ".join(page.split()) for page in found]


@pytest.fixture(scope="module")
def said() -> Statement:
    return statement(
        evidence(
            design=Design.ASSOCIATION,
        )
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_verdict_everybody_figures_and_method(
    said: Statement, language: Language
) -> None:
    words = words_for(language)
    management, everybody, annex, method = pages(quarter_pdf(said, None, words))
    assert " ".join(words.money(said.cost_eur).split()) in management
    assert words.gettext("Benefit less costs, were one number another") in management
    assert words.number(said.effect.n_before) in everybody
    assert words.gettext("Annex: the figures") in annex
    assert "Welch (1947)" in method
    assert words.gettext("How this was worked out") in method


def test_the_same_figures_give_the_same_bytes(said: Statement) -> None:
    words = words_for("sv")
    first = quarter_pdf(said, None, words)
    assert quarter_pdf(said, None, words) == first
    other = statement(evidence(design=Design.ASSOCIATION, before=BEFORE + 1))
    assert quarter_pdf(other, None, words) != first


def test_the_page_of_the_method_says_what_came_into_the_baselines_days_later(
    said: Statement,
) -> None:
    words = words_for("en")
    late = replace(said, baseline_changed=BaselineChange(200, 950, 150))
    line = "150 tickets were imported into the baseline's days after it was frozen: not counted."
    assert line in pages(quarter_pdf(late, None, words))[3]
    assert line not in pages(quarter_pdf(said, None, words))[3]


BETTER = ("handling_time", "first_response_time", "resolution_time")


def crowded(said: Statement) -> Statement:
    """Return the statement with all that can stand on its pages."""
    view = outlook(
        date(2027, 6, 30),
        [Booked(kind, 60_000_00, date(2027, month, 1)) for kind in CostKind for month in (1, 4)],
        [Planned(kind, "2027", 100_000_00) for kind in CostKind],
        systems=3,
        metered=Metered("2027-06", 45.0, 50.0, 300.0, 300.0),
        switched_on=[date(2027, 2, 1)] * 3,
    )
    keys = ("csat", "confirmed_answers", "automatic_share", "reopened_share", "reassigned_share")
    soft = tuple(Figure(key, 0.5, "share", 1000, 0.4, 0.6) for key in keys)
    full = replace(said, soft=soft, worse=("reopened_share", "reassigned", "came_back"))
    advice = adjustments(full, StatementContext(view, Need(3, 9, date(2027, 9, 3)), overdue=4))
    found = gates(full, date(2026, 6, 30), date(2027, 6, 30), BETTER)
    late = BaselineChange(20_000, 20_600, 150)
    return replace(full, adjustments=advice, gates=found, outlook=view, baseline_changed=late)


@pytest.mark.parametrize("design", Design)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reader_has_one_page_however_much_there_is_to_say(
    said: Statement, language: Language, design: Design
) -> None:
    words = words_for(language)
    full = crowded(replace(said, effect=replace(said.effect, design=design)))
    management, everybody, annex, method, costs = pages(quarter_pdf(full, None, words))
    assert words.gettext("Benefit less costs, were one number another") in management
    assert plain(words.rich("*What you can do*")) in everybody
    assert plain(words.rich("*What to adjust*")) in annex
    assert plain(words.rich("*Fingerprints (SHA-256)*")) in method
    assert words.gettext("Sum") in costs


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_method_says_by_what_it_was_told_and_when_which_verdict_is_given(
    said: Statement, language: Language
) -> None:
    words = words_for(language)
    for design in Design:
        told = replace(said, effect=replace(said.effect, design=design))
        method = pages(quarter_pdf(told, None, words))[3]
        assert words.gettext(DESIGN_WORDS[design].method)[:60] in method
        assert plain(words.rich("*Which verdict is given, fixed beforehand*")) in method
        # One of them is enough: it is no chance of "this or that".
        assert words.gettext("One of the two chances is below 90 %") in method
        assert words.gettext("costs covered, cause not shown") in method


def test_an_association_is_told_to_everybody_without_a_cause(said: Statement) -> None:
    words = words_for("en")
    association = pages(quarter_pdf(said, None, words))
    proof = replace(said, effect=replace(said.effect, design=Design.HOLD_OUT))
    proven = pages(quarter_pdf(proof, None, words))
    assert said.verdict is StatementVerdict.PAID
    assert "Costs covered, cause not shown." in association[0]
    assert "If the pilot brought that about" in association[1]
    assert "Costs covered so far." in proven[0]
    assert "A question costs the help desk 20 min less with Lotsen" in proven[1]


def test_no_benefit_is_drawn_where_none_is_shown() -> None:
    words = words_for("en")
    nothing = statement(evidence(design=Design.ASSOCIATION, now=BEFORE))
    management = pages(quarter_pdf(nothing, None, words))[0]
    assert "No benefit is shown." in management
    assert "Benefit less costs" not in management


@pytest.mark.parametrize(
    "text", ["#panic()", "$x$ *y* `z`", '"quoted" \\u{41}', "<a> @b #let x = 1"]
)
def test_what_looks_like_markup_is_printed_as_it_is(text: str) -> None:
    made = pdf([PdfPage((Paragraph((Run(text),)),))], text, "en")
    assert "".join(text.split()) in "".join(pages(made)[0].split())


def test_only_links_to_the_web_become_links() -> None:
    runs = (Run("a", link="https://example.org/"), Run("b", link="javascript:alert(1)"))
    (page,) = PdfReader(BytesIO(pdf([PdfPage((Paragraph(runs),))], "t", "en"))).pages
    links = [note.get_object()["/A"]["/URI"] for note in page["/Annots"]]  # type: ignore[attr-defined]  # pypdf's own
    assert links == ["https://example.org/"]


@given(before=minutes, now=minutes, cost=st.floats(0, 1e6))
@settings(max_examples=50)
def test_each_swing_is_ordered_by_width_and_holds_the_middle(
    before: Floats, now: Floats, cost: float
) -> None:
    said = statement(evidence(design=Design.ASSOCIATION, before=before, now=now, cost_eur=cost))
    middle, found = net_result(said), swings(said)
    assert (middle is None) == (not found)
    assert [swing.width for swing in found] == sorted((s.width for s in found), reverse=True)
    for swing in found:
        low, high = sorted((swing.net_at_low, swing.net_at_high))
        assert middle is not None
        assert low - 1e-6 <= middle <= high + 1e-6
