"""The programme in pictures says the same in words, in the reader's language, and on paper."""

from datetime import date, time
from typing import Any

import pytest

from models.errors import UnavailableError
from models.language import LANGUAGES, words_for
from models.message import Chart, File, Picture
from models.programme.facts import Facts
from models.programme.plan_status import plan_status
from models.programme.status import PlanStatus
from models.registers.declaration import LinkedLine
from models.reports.chart_picture import draw_chart, in_words
from models.reports.pdf import PdfPage, paper, pdf
from models.reports.programme_pictures import (
    has_picture,
    plan_in_words,
    programme_pdf,
    register_file,
    register_in_words,
)
from models.store.programme import PlanCounts
from models.tickets.hours import calendar_for
from tests.pictures import size_of

pytest.importorskip("matplotlib")
OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
RISKS = [
    LinkedLine({"name": "Data leaks", "likelihood": 2, "impact": 5}, {}, 1),
    LinkedLine({"name": "Wrong answers", "likelihood": 4, "impact": 5}, {}, 2),
    LinkedLine({"name": "Not rated"}, {}, 3),
]


def status(
    today: date, language: Any = "en", started: date | None = date(2026, 10, 12)
) -> PlanStatus:
    facts = Facts(PlanCounts(), None, None, {}, OFFICE.zone)
    return plan_status(started, today, (), facts, {}, OFFICE, words_for(language))


def test_a_picture_of_risks_says_the_worst_first_and_leaves_out_what_is_not_rated() -> None:
    told = register_in_words("risks", RISKS, words_for("en"))
    assert told == (
        "Risks. 2 Wrong answers: likelihood 4, impact 5, critical; "
        "1 Data leaks: likelihood 2, impact 5, high."
    )


def test_a_timeline_says_where_the_plan_stands() -> None:
    told = plan_in_words(status(date(2026, 11, 2)), words_for("en"))
    assert told.startswith("90-day plan: week 4 of 12, day 22 of 90. 0 of 29 tasks done.")
    assert "Next gate: day 30, 10 November." in told
    assert "Late: Interview the department heads;" in told


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_picture_and_its_paper(language: Any) -> None:
    pytest.importorskip("typst")
    words = words_for(language)
    file = register_file("risks", RISKS, words)
    assert file is not None
    assert file.content.startswith(b"\x89PNG")
    assert file.title in file.alt

    def paper() -> bytes:
        today = status(date(2026, 11, 2), language)
        return programme_pdf(today, {"risks": RISKS}, OFFICE, words)

    first = paper()
    assert first.startswith(b"%PDF")
    assert paper() == first


def test_what_is_not_there_has_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    running, none = status(date(2026, 11, 2)), status(date(2026, 11, 2), started=None)
    assert has_picture("plan", (), running)
    assert not has_picture("plan", (), none)
    assert not has_picture("risks", RISKS[2:], None)
    assert not has_picture("skills", RISKS, None)
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert not has_picture("risks", RISKS, None)
    assert draw_chart(Chart("x", ("1",), (("y", (1.0,)),)), "x.png") is None


def test_a_chart_is_drawn_with_its_values_in_words() -> None:
    chart = Chart(
        "Costs in $", ("44", "45"), (("Median", (22.0, 20.5)), ("Baseline", (25.0, 25.0)))
    )
    file = draw_chart(chart, "chart-1.png")
    assert file is not None
    assert min(size_of(file.content)) > 300
    other = Chart(chart.title, ("44", "45"), (("Median", (2.0, 90.5)), ("Baseline", (25.0, 25.0))))
    again = draw_chart(other, "chart-1.png")
    assert again is not None
    assert again.content != file.content
    assert (file.name, file.title) == ("chart-1.png", "Costs in $")
    assert (
        file.alt
        == in_words(chart)
        == ("Costs in $. Median: 44 22, 45 20.5. Baseline: 44 25, 45 25")
    )


def test_the_same_chart_gives_the_same_bytes() -> None:
    chart = Chart("x", ("44", "45"), (("Median", (22.0, 20.5)),))
    assert draw_chart(chart, "a.png") == draw_chart(chart, "a.png")


def test_pages_that_cannot_be_set_hold_up_no_post() -> None:
    broken = File("matrix.png", b"no picture at all")

    def made() -> bytes:
        return pdf([PdfPage((Picture("matrix.png", "m", "m"),))], "t", "sv", files=(broken,))

    with pytest.raises(UnavailableError, match="Typst cannot set the pages"):
        made()
    assert paper("p.pdf", "Programmet", made) is None
