"""The report marks each figure and says what to do about the weak ones."""

from dataclasses import fields, replace

import pytest

from models.language import LANGUAGES, Language, words_for
from models.message import Paragraph, Table, plain
from models.tickets.quality import DataQuality
from models.tickets.quality_report import MEASURES, quality_message

GOOD = DataQuality(
    completeness=0.95, consistency=1.0, currency=0.9, label_noise=0.0, exact_duplicates=0.01
)


def advice(quality: DataQuality, language: Language = "en") -> list[str]:
    parts = quality_message(quality, words_for(language)).parts
    return [plain(part.runs) for part in parts if isinstance(part, Paragraph)]


def marks(quality: DataQuality) -> dict[str, str]:
    parts = quality_message(quality, words_for("en")).parts
    (table,) = [part for part in parts if isinstance(part, Table)]
    return {row[0]: row[2] for row in table.rows}


def test_every_figure_is_in_the_report() -> None:
    assert [measure.key for measure in MEASURES] == [one.name for one in fields(DataQuality)]


def test_good_tickets_need_nothing() -> None:
    assert advice(GOOD) == []
    assert set(marks(GOOD).values()) == {"good"}


@pytest.mark.parametrize(
    ("key", "value", "mark", "says"),
    [
        ("completeness", 0.89, "fair", "--map"),
        ("completeness", 0.5, "weak", "--map"),
        ("consistency", 0.95, "fair", "spelling"),
        ("currency", 0.1, "weak", "twelve months"),
        ("label_noise", 0.1, "fair", "agree on one"),
        ("label_noise", 0.2, "weak", "agree on one"),
        ("exact_duplicates", 0.31, "weak", "machine"),
        ("near_duplicates", 0.2, "fair", "article"),
    ],
)
def test_a_weak_point_says_what_to_do(key: str, value: float, mark: str, says: str) -> None:
    weak = replace(GOOD, **{key: value})

    (line,) = advice(weak)
    assert says in line
    assert [found for found in marks(weak).values() if found != "good"] == [mark]


def test_what_is_not_known_is_not_judged() -> None:
    assert marks(replace(GOOD, currency=None))["Current"] == "not known"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_every_language(language: Language) -> None:
    poor = DataQuality(0.0, 0.0, 0.0, 1.0, 1.0, 1.0)

    said = advice(poor, language)
    assert len(said) == 6
    if language != "en":
        assert not set(said) & set(advice(poor, "en"))
