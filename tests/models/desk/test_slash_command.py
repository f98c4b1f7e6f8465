"""What `/lotsen` and App Home show, and to whom."""

from dataclasses import replace
from typing import Any

import pytest

from models.desk.conversation import app_home
from models.desk.conversation.slash_command import privacy
from models.desk.programme.plan_requests import PlanRequests
from models.language import words_for
from models.lotsen import _where_texts_go
from models.message import Button, Buttons, Heading, Message, Paragraph, plain
from models.programme.plan import PlanService
from models.settings import Settings
from tests.models.desk.conftest import START

FIGURES = ("kpi", "plan", "roi", "register")


def buttons(message: Message) -> list[Button]:
    groups = [part for part in message.parts if isinstance(part, Buttons)]
    return [button for group in groups for button in group.buttons]


def text_of(message: Message) -> str:
    shown = [plain(part.runs) for part in message.parts if isinstance(part, Paragraph)]
    return "\n".join([message.text, *shown])


def test_status_shows_ones_own_tickets_and_no_others(desk: Any) -> None:
    desk.say("min skärm är svart", 0)
    desk.say("min lön är fel", 1, "UOLA")
    own = text_of(desk.ask("status"))
    assert "min skärm är svart" in own
    assert "lön" not in own
    assert "lön" not in text_of(desk.ask("status", user="UKIM"))


@pytest.mark.parametrize("topic", FIGURES)
def test_figures_are_refused_to_employees(desk: Any, topic: str) -> None:
    refusal = text_of(desk.ask(topic))
    assert refusal == text_of(desk.ask(topic, user="UNEW"))
    assert refusal != text_of(desk.ask(topic, user="ULENA"))


@pytest.mark.parametrize("topic", FIGURES)
@pytest.mark.parametrize("user", ["UKIM", "ULENA"])
def test_figures_are_shown_to_the_staff_also_of_an_empty_desk(
    desk: Any, topic: str, user: str
) -> None:
    assert desk.ask(topic, user=user).text


def test_why_tells_of_ones_own_ticket(desk: Any) -> None:
    desk.say("min skärm är svart", 0)
    assert "Ärende 1" in text_of(desk.why("1"))
    assert "Nytt. Ställt" in text_of(desk.why("1"))
    assert "Ärende 1" in text_of(desk.why(" #T-1 "))


def test_why_of_a_foreign_ticket_reveals_nothing(desk: Any) -> None:
    desk.say("min lön är fel", 0, "UOLA")
    foreign = text_of(desk.why("1"))
    missing = text_of(desk.why("2"))
    assert foreign.replace("1", "2") == missing
    assert "lön" not in foreign


@pytest.mark.parametrize(
    "number", ["", "abc", "²", "1 eller 2", "-1", "9" * 40, "T-", "%s", "{number}"]
)
def test_why_of_no_number_says_what_to_write(desk: Any, number: str) -> None:
    assert "/lotsen why 12" in text_of(desk.why(number))


def test_a_question_is_answered_for_the_askers_eyes(desk: Any, article: Any) -> None:
    assert article.answer in desk.ask("ask", "VPN kopplar inte upp felkod 809").to_json()
    assert desk.tickets() == []


def test_a_question_without_an_answer_offers_a_person(desk: Any) -> None:
    reply = desk.ask("ask", "var är kaffet")
    (row,) = [part for part in reply.parts if isinstance(part, Buttons)]
    assert [button.action for button in row.buttons] == ["answer_human"]
    desk.judge("human", case=int(row.buttons[0].value))
    assert desk.body() == "var är kaffet"


@pytest.mark.parametrize("text", ["", "   "])
def test_a_question_without_words_says_what_to_write(desk: Any, text: str) -> None:
    assert "/lotsen hur byter jag lösenord" in text_of(desk.ask("ask", text))
    assert desk.cases() == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, ("No language model is used.", "No other model outside this server reads texts.")),
        (
            {
                "openai_base_url": "https://api.openai.com/v1",
                "openai_api_key": "sk-test",
                "lotsen_llm_model": "small",
                "lotsen_llm_monthly_cap": 5.0,
                "lotsen_embeddings": "text-embedding-3-small",
            },
            (
                "small at api.openai.com) reads masked texts",
                "the model text-embedding-3-small at api.openai.com.",
            ),
        ),
    ],
)
def test_privacy_says_where_texts_go_as_the_documents_do(
    desk: Any, settings: dict[str, Any], said: tuple[str, ...]
) -> None:
    told = _where_texts_go(Settings.load(_env_file=None, **settings), words_for("en"))

    text = text_of(privacy(words_for("en"), told))

    assert all(one in text for one in said)
    assert "a file on the server that Lotsen runs on" in text
    assert "No language model is used." in text_of(desk.ask("privacy", user="UKIM"))


def test_everybody_reads_in_their_own_language(desk: Any) -> None:
    assert text_of(desk.ask("privacy")) != text_of(desk.ask("privacy", user="UKIM"))
    assert "What I can do" in text_of(desk.ask("help", user="UKIM"))
    assert "ärende" in text_of(desk.ask("help"))


def test_home_of_an_employee_shows_their_tickets_and_no_queue(desk: Any) -> None:
    desk.say("min skärm är svart", 0)
    desk.say("min lön är fel", 1, "UOLA")
    home = app_home.home(desk.lotsen.desk, "UASA")
    assert isinstance(home.parts[0], Heading)
    assert "min skärm är svart" in text_of(home)
    assert "lön" not in text_of(home)
    assert [button.action for button in buttons(home)] == ["onboarding_start"]


@pytest.mark.slow
def test_home_of_the_staff_shows_what_waits_and_how_much_it_is(desk: Any) -> None:
    for number in range(18):
        desk.say(f"skärm {number} är svart", number, f"U{number}")
    desk.move("claim")
    home = app_home.home(desk.lotsen.desk, "UKIM")
    assert "18" in text_of(home)
    takes = [button.value for button in buttons(home) if button.action == "ticket_claim"]
    assert takes == [str(number) for number in range(2, 16)]


def test_home_of_somebody_new_is_polite_and_stores_nothing(desk: Any) -> None:
    home = app_home.home(desk.lotsen.desk, "UNOBODY")
    assert home.parts
    with desk.lotsen.store.snapshot() as unit:
        assert unit.people.find("UNOBODY") is None


def test_what_somebody_wrote_never_becomes_markup(desk: Any) -> None:
    desk.say("*fet* _kursiv_ `kod` {number} <!channel>", 0)
    line = [part for part in desk.ask("status").parts if isinstance(part, Paragraph)][-1]
    assert "*fet* _kursiv_ `kod` {number} <!channel>" in [run.text for run in line.runs]


def test_app_home_computes_no_plan_for_whoever_does_not_see_it(desk: Any) -> None:
    class NoPlan(PlanService):
        def facts(self, *_: Any, **__: Any) -> Any:
            raise AssertionError("nobody asked for the plan")

    lotsen = desk.lotsen
    plan = NoPlan(lotsen.store, lotsen.calendar, lotsen.kpis, "sv", lotsen.plan._stated)
    home = replace(lotsen, plan_requests=PlanRequests(lotsen.desk, plan))

    assert home.home("UASA", START).parts
    assert home.home("UKIM", START).parts
    with pytest.raises(AssertionError, match="nobody asked"):
        home.home("ULENA", START)
