"""Words in three languages: markup comes from the catalogue, values are data."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.language import LANGUAGES, Language, Mention, words_for
from models.message import Run, plain

texts = st.text("ab*_`{}x \n<&", max_size=30)


def styled(text: str, **values: str) -> list[tuple[str, str]]:
    return [(run.text, run.style) for run in words_for("en").rich(text, **values)]


def test_marks_of_the_catalogue_are_styles() -> None:
    assert styled("*{a}* and _{b}_ and `{c}`", a="1", b="2", c="3") == [
        ("1", "bold"),
        (" and ", "plain"),
        ("2", "italic"),
        (" and ", "plain"),
        ("3", "code"),
    ]


def test_underscores_in_the_names_of_holes_are_no_italics() -> None:
    assert plain(words_for("en").rich("{a_b} and {c_d}", a_b="1", c_d="2")) == "1 and 2"
    assert styled("_{a_b}_", a_b="1") == [("1", "italic")]


@given(texts, texts)
def test_a_value_is_data_whatever_it_holds(one: str, two: str) -> None:
    runs = words_for("sv").rich("*{one}* – {two}", one=one, two=two)
    assert plain(runs) == f"{one} – {two}"
    assert {run.style for run in runs if run.text} <= {"bold", "plain"}
    assert words_for("sv").gettext("{one}–{two}", one=one, two=two) == f"{one}–{two}"


def test_a_person_is_shown_by_name_and_a_run_keeps_its_link() -> None:
    source = Run("handbook", link="https://wiki.example")
    runs = words_for("en").rich("*{who}* read {source}", who=Mention("UASA", "Åsa"), source=source)
    assert runs[0] == Run("Åsa", "bold", person="UASA")
    assert runs[-1] == source


def test_a_missing_value_or_translation_shows_itself() -> None:
    assert words_for("sv").gettext("never said {here}") == "never said {here}"


FORMAL_PAPERS = {"Notices, records and briefs", "The 90-day plan on paper"}
SECTION = re.compile(r"^# == (.+)\n", re.MULTILINE)
POLITE = re.compile(
    r"(?:[a-zß]n|wenn|bis|bevor) Sie\b|(?<![.:!?] )(?<!\")\bIh(?:r|re[mnrs]?|nen)\b"
)


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("en", "1 check needs attention.", "2 checks need attention."),
        ("sv", "1 kontroll behöver åtgärdas.", "2 kontroller behöver åtgärdas."),
        ("de", "1 Prüfung braucht Aufmerksamkeit.", "2 Prüfungen brauchen Aufmerksamkeit."),
    ],
)
def test_one_is_counted_in_the_singular_of_the_language(
    language: Language, one: str, two: str
) -> None:
    texts = ("{n} check needs attention.", "{n} checks need attention.")

    said = [words_for(language).ngettext(*texts, number) for number in (1, 2, 0)]

    assert said == [one, two, two.replace("2", "0")]


def test_german_says_du_to_everybody_and_sie_on_paper_only() -> None:
    _, *parts = SECTION.split(LANGUAGES["de"].text("messages.po"))
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    assert sections.keys() >= FORMAL_PAPERS
    polite = [
        line
        for title, text in sections.items()
        if title not in FORMAL_PAPERS
        for line in text.splitlines()
        if POLITE.search(line)
    ]
    assert not polite


@pytest.mark.parametrize(
    ("share", "written"),
    [(1.0, "> 99 %"), (0.994, "> 99 %"), (0.99, "99 %"), (0.01, "1 %"), (0.004, "< 1 %")],
)
def test_no_chance_is_written_as_certain(share: float, written: str) -> None:
    assert words_for("sv").chance(share).replace("\N{NO-BREAK SPACE}", " ") == written


def test_the_name_of_a_hole_is_no_italic() -> None:
    said = words_for("en").rich(
        "Half-days: {half_days_held}, _at least_ {least_half_days}",
        half_days_held="4",
        least_half_days="10",
    )

    assert plain(said) == "Half-days: 4, at least 10"
    assert [run.style for run in said if run.text == "at least"] == ["italic"]
