"""An employee sees that I look, and then the document's own sentences; or a person's ticket."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.slack.blocks import text_of
from models.lotsen import Lotsen
from models.tables import Article, ArticleKind, CaseState
from tests.models.llm.test_llm_reading import Says, answer

HELP, ASA = "CHELP", "UASA"
TEXT = (
    "Personalen äter i matsalen. Hundar får vara med på kontoret på fredagar.\n"
    "Andra dagar stannar hunden hemma. Växterna vattnas på måndagar."
)
QUESTION = "Får jag ta med min hund till jobbet på fredag?"
Open = Callable[..., Any]


def passage(lotsen: Lotsen) -> None:
    row = Article(
        document="trivsel.md", external_id="1", language="sv", title="Trivsel", answer=TEXT,
        kind=ArticleKind.PASSAGE, address="Djur", sha256="",
    )  # fmt: skip
    with lotsen.store.begin() as unit:
        unit.knowledge.put([row])


@pytest.fixture
def says() -> Iterator[Says]:
    made = Says()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def office(open_office: Open, says: Says, migrated_url: str) -> Any:
    return open_office(
        migrated_url,
        prepare=passage,
        openai_base_url=f"http://127.0.0.1:{says.server.server_address[1]}/v1",
        openai_api_key="sk-test",
        lotsen_llm_model="small",
        lotsen_llm_monthly_cap=5.0,
        lotsen_answer_precision=0.99,
        lotsen_suggestion_minutes=0,
    )


def test_the_post_that_says_looking_becomes_the_answer(office: Any, says: Says) -> None:
    says.content = answer("1", sentences=("1.2", "1.3"))
    ts = office.double.say(ASA, HELP, QUESTION)
    office.settle()

    _, shown_post = office.double.thread(HELP, ts)
    shown = text_of(shown_post.blocks)
    assert (
        "Hundar får vara med på kontoret på fredagar.\nAndra dagar stannar hunden hemma." in shown
    )
    assert "matsalen" not in shown
    assert "trivsel.md" in shown
    posted = [call.args["text"] for call in office.double.calls_of("chat.postMessage")]
    assert any("letar i dokumenten" in text for text in posted)
    assert office.cards() == []

    office.double.click(ASA, HELP, shown_post.ts, "answer_solved")
    office.settle()
    assert office.read(lambda unit: unit.tickets.case(1)).state is CaseState.SOLVED
    (_, shown_post) = office.double.thread(HELP, ts)
    assert not [block for block in shown_post.blocks if block["type"] == "actions"]


@pytest.mark.parametrize("content", [answer("none"), "I would rather chat.", {"x": 1}])
def test_without_a_sentence_that_answers_the_same_post_becomes_the_ticket(
    office: Any, says: Says, content: object
) -> None:
    says.content = content
    ts = office.double.say(ASA, HELP, QUESTION)
    office.settle()

    _, shown = office.double.thread(HELP, ts)
    assert "ärende 1" in text_of(shown.blocks)
    assert len(office.cards()) == 1
    office.double.say(ASA, HELP, "Den är liten.", thread_ts=ts)
    office.settle()
    assert len([one for one in office.double.thread(HELP, ts) if one.user != ASA]) == 1
