"""The quiz: who passed it is remembered once, for the lead and the person alone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.commands import FinishOnboarding
from models.desk.conversation.app_home import home
from models.desk.privacy.persons import erase
from models.desk.registers.onboarding import QUIZ, SCREENS, wrong_answers
from models.language import LANGUAGES, Language, words_for
from models.message import Buttons, Message, Table

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RIGHT = {question.key: question.right for question in QUIZ}


def finish(desk: Any, number: int, user: str = "UASA", **answers: str) -> str:
    command = FinishOnboarding(id=f"form:{number}", user=user, answers={**RIGHT, **answers}, at=NOW)
    desk.do(command)
    desk.lotsen.handle(command, NOW)
    return str(desk.reply(command).text)


def lines(desk: Any) -> list[Any]:
    return list(desk.lotsen.registers.listing("trainings").lines)


@pytest.mark.parametrize(
    ("user", "role"), [("UASA", "employee"), ("UKIM", "support"), ("ULENA", "lead")]
)
def test_whoever_passes_stands_in_the_log_with_their_role(desk: Any, user: str, role: str) -> None:
    assert "🎓" in finish(desk, 1, user)
    (line,) = lines(desk)
    assert (line.values["role"], line.values["completed_on"]) == (role, "2026-11-23")


def test_the_same_day_again_is_written_once(desk: Any) -> None:
    finish(desk, 1)
    finish(desk, 2)
    assert len(lines(desk)) == 1


def test_a_forged_form_with_a_wrong_answer_writes_nothing(desk: Any) -> None:
    assert "🎓" not in finish(desk, 1, wrong="obey")
    assert lines(desk) == []


def test_the_log_is_seen_by_the_person_and_the_lead_alone(desk: Any) -> None:
    finish(desk, 1)
    finish(desk, 2, "UOLA")

    def rows(user: str) -> int:
        parts = desk.ask("register", "trainings", user).parts
        return sum(len(part.rows) for part in parts if isinstance(part, Table))

    assert (rows("UASA"), rows("UOLA"), rows("UKIM"), rows("ULENA")) == (1, 1, 0, 2)


def test_erasing_the_person_empties_the_line(desk: Any) -> None:
    finish(desk, 1)
    erase(desk.lotsen.desk, "UASA", NOW)
    assert lines(desk) == []


def test_help_and_app_home_lead_there(desk: Any) -> None:
    def leads(message: Message) -> bool:
        buttons = [part for part in message.parts if isinstance(part, Buttons)]
        return any(one.action == "onboarding_start" for part in buttons for one in part.buttons)

    assert leads(desk.ask("help"))
    assert leads(home(desk.lotsen.desk, "UASA"))


def test_three_screens_and_a_quiz_whose_right_answers_can_be_chosen() -> None:
    assert len(SCREENS) == 3
    for question in QUIZ:
        assert question.right in dict(question.options)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_fits_a_radio_button(language: Language) -> None:
    words = words_for(language)
    for question in QUIZ:
        assert all(len(words.gettext(text)) <= 75 for _, text in question.options)
        assert len(words.gettext(question.text)) <= 150


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from([*RIGHT, "other"]), st.text(max_size=8)))
def test_only_all_right_answers_pass(answers: dict[str, str]) -> None:
    wrong = {question.key for question in wrong_answers(answers)}
    assert wrong == {key for key in RIGHT if answers.get(key) != RIGHT[key]}
