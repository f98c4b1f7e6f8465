"""What is for a few eyes only is recognised as people tell of it, and little else is."""

import csv
from pathlib import Path

import pytest

from models.language import LANGUAGES
from models.redaction.sensitivity import SensitiveKind, sensitivity

FILE = Path(__file__).with_name("sensitivity_texts.csv")
TEXTS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
RECALL, FALSE_ALARMS = 0.90, 0.03


@pytest.mark.parametrize("half", ["seen", "held out"])
@pytest.mark.parametrize("language", ["sv", "en", "de"])
def test_nine_of_ten_sensitive_texts_are_recognised_and_few_ordinary_ones(
    language: str, half: str
) -> None:
    rows = [row for row in TEXTS if (row["language"], row["half"]) == (language, half)]
    told = [row["text"] for row in rows if row["kind"]]
    ordinary = [row["text"] for row in rows if not row["kind"]]
    assert (len(told), len(ordinary)) == (50, 50)
    missed = [text for text in told if sensitivity(text) is None]
    wrongly = [text for text in ordinary if sensitivity(text) is not None]
    assert len(missed) <= (1 - RECALL) * len(told), missed
    assert len(wrongly) <= FALSE_ALARMS * len(ordinary), wrongly


@pytest.mark.parametrize("half", ["pay", "pay held out"])
@pytest.mark.parametrize("language", ["sv", "en", "de"])
def test_that_ones_own_pay_is_wrong_is_for_few_eyes_and_where_the_payslip_is_is_not(
    language: str, half: str
) -> None:
    rows = [row for row in TEXTS if (row["language"], row["half"]) == (language, half)]
    told = [row["text"] for row in rows if row["kind"]]
    ordinary = [row["text"] for row in rows if not row["kind"]]
    assert (len(told), len(ordinary)) == (10, 10)
    missed = [text for text in told if sensitivity(text) is not SensitiveKind.PAY]
    wrongly = [text for text in ordinary if sensitivity(text) is not None]
    assert len(missed) <= (1 - RECALL) * len(told), missed
    assert len(wrongly) <= FALSE_ALARMS * len(ordinary), wrongly


def test_what_people_ask_an_ordinary_help_desk_goes_the_ordinary_way() -> None:
    for record in LANGUAGES.values():
        asked = [row["text"] for row in csv.DictReader(record.text("examples.csv").splitlines())]
        wrongly = [text for text in asked if sensitivity(text)]
        assert len(wrongly) <= FALSE_ALARMS * len(asked), wrongly


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("jag har sjalvmordstankar", SensitiveKind.SELF_HARM),
        ("min chef TRAKASERAR mig", SensitiveKind.HARASSMENT),
        ("my boss harrasses me", SensitiveKind.HARASSMENT),
        ("ich werde belästgt von meinem Chef", SensitiveKind.HARASSMENT),
        ("jag är på väg in i väggen", SensitiveKind.HEALTH),
        ("vågen fungerar inte", None),
        ("vägen till kontoret i kartan är fel", None),
        ("vill visselblasa", SensitiveKind.WHISTLEBLOWING),
        ("", None),
        ("hej", None),
    ],
)
def test_dots_capitals_doubled_letters_and_one_wrong_letter_do_not_matter(
    text: str, kind: SensitiveKind | None
) -> None:
    assert sensitivity(text) is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("har inte fått min lön", SensitiveKind.PAY),
        ("jag har inte fått någon lön", SensitiveKind.PAY),
        ("lönen har inte kommit", SensitiveKind.PAY),
        ("lönen är fel den här månaden", SensitiveKind.PAY),
        ("lön saknas", SensitiveKind.PAY),
        ("det saknas övertid på lönen", SensitiveKind.PAY),
        ("mitt lönebesked stämmer inte", SensitiveKind.PAY),
        ("min lön är 2000 kr för låg", SensitiveKind.PAY),
        ("I have not been paid", SensitiveKind.PAY),
        ("I didn't get paid", SensitiveKind.PAY),
        ("my paycheck is wrong", SensitiveKind.PAY),
        ("my pay check is wrong", SensitiveKind.PAY),
        ("var hittar jag lönespecen", None),
        ("när kommer lönen", None),
        ("lönesystemet går inte att logga in i", None),
        ("lönespecen har försvunnit", None),
        ("kolumnen lön saknas i Excel", None),
        ("we didn't get paid access to Figma", None),
    ],
)
def test_the_shortest_words_for_missing_pay_are_for_few_eyes_and_a_question_of_payday_is_not(
    text: str, kind: SensitiveKind | None
) -> None:
    assert sensitivity(text) is kind


def test_a_long_text_costs_no_more_than_its_length() -> None:
    assert sensitivity("min chef " * 20_000) is None
