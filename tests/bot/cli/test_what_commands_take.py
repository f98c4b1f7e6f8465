"""What a newcomer types and sets, and what is said where it cannot be used."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen, write_csv


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LOTSEN_LANGUAGE", "fr", "LOTSEN_LANGUAGE: 'fr': write 'sv', 'en' or 'de'"),
        ("LOTSEN_HOLD_OUT_SHARE", "7", "write a number of at most"),
        ("LOTSEN_PEOPLE", "many", "LOTSEN_PEOPLE: 'many': write a whole number"),
        ("LOTSEN_TIMEZONE", "Mars", "LOTSEN_TIMEZONE: 'Mars' is no time zone; write one such as"),
        ("LOTSEN_TIMEZONE", "Europe", "LOTSEN_TIMEZONE: 'Europe' is no time zone"),
        ("LOTSEN_TIMEZONE", "../etc/passwd", "'../etc/passwd' is no time zone"),
        ("LOTSEN_TIMEZONE", "right/UTC", "'right/UTC' is no time zone"),
    ],
)
def test_a_wrong_setting_is_told_in_plain_words(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)

    refused = lotsen("kpi", "list")

    assert (refused.code, said in refused.err) == (2, True), refused.err
    assert "Value error" not in refused.err


def test_the_version_is_told(lotsen: Lotsen) -> None:
    assert lotsen("--version").out.strip().count(".") == 2


def test_what_was_not_imported_is_named_once(lotsen: Lotsen, tmp_path: Path) -> None:
    missing = tmp_path / "nope"
    refused = lotsen("import", "knowledge", str(missing))
    expected = f"lotsen: nothing was imported: {missing}: there is no such file or folder\n"
    assert (refused.code, refused.err) == (2, expected)


@pytest.mark.slow
def test_a_file_of_knowledge_names_the_columns_it_has_and_needs(
    lotsen: Lotsen, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "faq.csv", [("1", "VPN?", "Port.")], ("nr", "fråga", "svar"))
    refused = lotsen("import", "knowledge", str(file))
    assert "it has nr, fråga, svar, and needs answer, beside id and question" in refused.err


def test_questions_with_semicolons_are_read_as_those_with_commas(
    lotsen: Lotsen, tmp_path: Path
) -> None:
    knowledge, questions = tmp_path / "k.csv", tmp_path / "q.csv"
    knowledge.write_text("id;question;answer\n1;VPN is down;Use port 2.\n2;No toner;Floor 2.\n")
    questions.write_text("question;id\nThe VPN is down, again;1\nWhere is toner?;2\n")

    args = ("evaluate", "answers", "--knowledge", str(knowledge), "--questions", str(questions))
    said = lotsen(*args, "--json")

    assert (said.code, said.json["n_questions"]) == (0, 2), said.err
