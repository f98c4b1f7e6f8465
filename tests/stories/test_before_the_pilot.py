"""Before the pilot the bot only listens; afterwards it asks how the help was."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.cli.serving import _prepare
from bot.clock import MovableClock
from bot.slack.blocks import text_of
from models.desk.base.pilot_phase import PilotPhase, phase_of
from models.lotsen import Lotsen
from models.tables import Article, Category
from tests.conftest import NOW
from tests.stories.conftest import ASA, HELP, KIM, LEAD, LENA, OLA, SUPPORT, Office

Open = Callable[..., Office]
QUESTION = "VPN kopplar inte upp felkod 809"


def first_start(lotsen: Lotsen) -> None:
    """A company's categories and an answer that would be shown; and nobody has chosen."""
    row = Article(
        document="handbook",
        external_id="vpn",
        language="sv",
        title="VPN kopplar inte upp",
        questions=[QUESTION, "Jag kommer inte in på VPN"],
        answer="Byt till port 443 och försök igen.",
        sha256="",
    )
    with lotsen.store.begin() as unit:
        unit.tickets.put_categories([Category(key="vpn", titles={"sv": "VPN"}, position=1)])
        unit.knowledge.replace("handbook", [row])


def asks(lotsen: Lotsen) -> None:
    """What `lotsen run` does before it serves; twice, as a restart would."""
    first_start(lotsen)
    for _ in range(2):
        _prepare(lotsen, MovableClock(NOW))


def actions(post: Any) -> set[str]:
    return {
        element["action_id"]
        for block in post.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    }


def test_the_lead_lets_it_observe_and_it_answers_nothing(open_office: Open) -> None:
    office = open_office(prepare=asks)
    double = office.double
    office.settle()
    (question,) = office.posts(LEAD)
    assert actions(question) == {"baseline_observe", "baseline_freeze", "baseline_override"}

    ts = double.say(ASA, HELP, QUESTION)
    office.settle()
    assert not any("443" in text_of(post.blocks) for post in office.posts(HELP))
    assert "ärende 1" in double.thread(HELP, ts)[-1].text

    assert double.click(LENA, LEAD, question.ts, "baseline_observe").status == 200
    office.settle()
    (question,) = office.posts(LEAD)
    assert actions(question) == set()
    assert "Jag observerar" in question.text
    assert office.read(phase_of) is PilotPhase.OBSERVING

    office.clock.forward(timedelta(weeks=4))
    office.service.runner.run("baseline_observation", office.clock())
    office.settle()
    assert any("Jag fortsätter observera" in post.text for post in office.posts(LEAD))


def test_going_without_it_answers_at_once(open_office: Open) -> None:
    office = open_office(prepare=asks)
    double = office.double
    office.settle()
    (question,) = office.posts(LEAD)

    double.click(LENA, LEAD, question.ts, "baseline_override")
    office.settle()
    double.say(ASA, HELP, QUESTION)
    office.settle()

    assert any("443" in text_of(post.blocks) for post in office.posts(HELP))


def test_whoever_asked_says_how_the_help_was_and_nobody_else(open_office: Open) -> None:
    office = open_office(prepare=first_start)
    double = office.double
    ts = double.say(ASA, HELP, "Skrivaren på plan två äter papper och sjunger")
    office.settle()
    (card,) = office.cards()
    double.click(KIM, SUPPORT, card.ts, "ticket_resolve")
    double.submit(KIM, {"note": {"note": "Tog ut papperet."}})
    office.settle()
    (news,) = [post for post in double.thread(HELP, ts) if "csat_5" in actions_of(post)]

    for person, button in ((OLA, "csat_1"), (ASA, "csat_2"), (ASA, "csat_5")):
        assert double.click(person, HELP, news.ts, button).status == 200
        office.settle()

    later = office.clock().date() + timedelta(days=14)
    ((_, satisfied, n),) = office.read(lambda unit: unit.surveys.rated_weeks(later))
    assert (satisfied, n) == (1, 1)


def actions_of(post: Any) -> set[str]:
    return actions(post) if post.blocks else set()
