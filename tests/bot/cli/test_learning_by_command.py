"""``lotsen train``, ``classify`` and ``ask``."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bot.cli.conftest import MAPPING, TEXTS, Lotsen, rows, write_csv
from tests.conftest import NOW

KEYS = {"category", "confidence", "decided_by", "language", "reasons", "alternatives"}


def test_training_says_how_good_the_model_is(lotsen: Lotsen, history: Path) -> None:
    said = lotsen("train", "--json").json
    assert set(said) >= {"model", "recipe", "n", "accuracy", "macro_f1", "promoted", "reason"}
    assert (said["n"], said["model"]) == (45, "classifier-2")
    assert "Trained classifier-3" in lotsen("train").out


def test_a_text_gets_a_category_and_the_reason(lotsen: Lotsen, history: Path) -> None:
    done = lotsen("classify", "the vpn connection drops all the time", "--json")
    assert done.code == 0, done.err
    said = done.json
    assert set(said) >= KEYS
    assert (said["alternatives"][0]["category"], said["language"]) == ("vpn", "en")
    assert done.err == ""
    assert "vpn" in lotsen("classify", "the vpn connection drops all the time").out


def test_lines_on_standard_input_give_one_object_each(lotsen: Lotsen, history: Path) -> None:
    texts = "\ufeffmy payslip is wrong\r\n\nskrivaren på våning 3 är trasig\n"
    done = lotsen("classify", "--json", stdin=texts)
    said = [json.loads(line) for line in done.out.splitlines()]
    assert [set(item) >= KEYS for item in said] == [True, True, True]
    assert said[0]["alternatives"][0]["category"] == "payroll"
    assert said[1]["decided_by"] == "nobody"
    assert said[2]["language"] == "sv"


def test_a_rule_decides_before_the_model_is_asked(lotsen: Lotsen, history: Path) -> None:
    lotsen("rules", "add", "regex", "zebra", "payroll")

    said = lotsen("classify", "the vpn connection has a zebra", "--json").json
    read = lotsen("classify", "the vpn connection has a zebra").out

    assert (said["category"], said["decided_by"], said["model"]) == ("payroll", "rule", "rule-1")
    assert "payroll, by a rule of your own · because of: zebra" in read


def test_why_a_person_decides_is_said(lotsen: Lotsen, tmp_path: Path) -> None:
    told = [list(TEXTS.values())[at % 3].format(n=at) for at in range(45)]
    kinds = [list(TEXTS)[at // 3 % 3] for at in range(45)]  # each text is of each category
    made = [
        (number, text, kind, *rest)
        for (number, _, _, *rest), text, kind in zip(rows(), told, kinds, strict=True)
    ]
    file = write_csv(tmp_path / "mixed.csv", made)
    assert lotsen("import", "tickets", str(file), *MAPPING).code == 0
    card = lotsen("model", "card").out

    said = lotsen("classify", "the vpn connection drops all the time", "--json").json
    read = lotsen("classify", "the vpn connection drops all the time").out

    assert "never" in card
    assert "100 %" not in card
    assert (said["category"], said["why"]) == ("", "never sure enough")
    assert "A person decides: no category is sure enough to be decided automatically yet" in read


@pytest.mark.parametrize("text", ["", "  "])
@pytest.mark.parametrize(
    ("command", "told"), [("ask", "write a question"), ("classify", "write a")]
)
def test_nothing_is_no_question(lotsen: Lotsen, command: str, told: str, text: str) -> None:
    done = lotsen(command, text, "--json")

    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_bytes_that_are_no_text_name_their_line(lotsen: Lotsen, history: Path) -> None:
    done = lotsen("classify", "--json", stdin=b"vpn\n\xff\xfe\n")
    assert done.code == 2
    assert "line 2" in done.err


def test_without_knowledge_a_question_is_declined(lotsen: Lotsen) -> None:
    done = lotsen("ask", "how do I change my password?", "--json")
    assert done.json == {
        "answer": None,
        "tier": "ticket",
        "suggested": [],
        "passages": [],
        "confidence": 0.0,
        "declined": True,
        "old": False,
    }
    read = lotsen("ask", "how do I change my password?")
    assert "no stored answer" in read.out
    assert "lotsen import starter" in read.err


@pytest.mark.slow
def test_an_answer_comes_with_its_source(lotsen: Lotsen) -> None:
    lotsen("import", "starter")
    said = lotsen("ask", "I forgot my password", "--json").json
    assert said["declined"] is False
    assert said["answer"]
    assert said["tier"] == "answered"
    assert set(said["passages"][0]) == {"document", "id", "title", "url", "score"}
    assert said["passages"][0]["id"] == "password-forgotten"
    assert 0 < said["confidence"] <= 1
    assert "Source: starter" in lotsen("ask", "I forgot my password").out


@pytest.mark.slow
def test_lines_of_questions_each_get_their_tier(lotsen: Lotsen) -> None:
    lotsen("import", "starter")
    asked = (
        "hej!\nI forgot my password\nthe printer is slow\nwho won the football game?\n\n"
        "my boss harasses me\n"
    )

    said = [json.loads(line) for line in lotsen("ask", "--json", stdin=asked).out.splitlines()]
    read = lotsen("ask", stdin=asked).out

    tiers = [one["tier"] for one in said]
    assert tiers == ["smalltalk", "answered", "suggested", "ticket", "ticket", "sensitive"]
    choices = said[2]["suggested"]
    assert 1 <= len(choices) <= 3
    assert set(choices[0]) == {"document", "id", "title", "score"}
    assert len({one["id"] for one in choices}) == len(choices)
    assert all(one["suggested"] == [] for one in said if one["tier"] != "suggested")
    assert "Is it one of these?" in read
    assert "1. " + choices[0]["title"] in read


@pytest.mark.slow
def test_an_article_answers_until_it_expires_and_warns_once_it_is_old(
    lotsen: Lotsen, tmp_path: Path
) -> None:
    today = NOW.date()
    for name, left in (("garage", 9), ("canteen", -2)):
        day = today + timedelta(days=left)
        head = f"---\nexpires_on: {day}\nverified_on: {today - timedelta(days=400)}\n---\n"
        file = tmp_path / f"{name}.md"
        file.write_text(f"{head}# Where is the {name}?\nThe {name} is on floor two.\n", "utf-8")
        lotsen("import", "knowledge", str(file))

    said = lotsen("ask", "where is the garage?", "--json").json
    read = lotsen("ask", "where is the garage?").out
    gone = lotsen("ask", "where is the canteen?", "--json").json

    assert (said["declined"], said["old"]) == (False, True)
    assert "Nobody has checked this for more than a year" in read
    assert gone["declined"] is True
    assert "canteen.md" not in [hit["document"] for hit in gone["passages"]]


@pytest.mark.slow
def test_the_first_text_ever_trains_a_model_on_the_examples(lotsen: Lotsen) -> None:
    done = lotsen("classify", "jag har glömt mitt lösenord", "--json")
    assert done.json["alternatives"][0]["category"] == "account_login"
    assert "no model yet" in done.err
