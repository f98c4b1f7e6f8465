"""Who asks nearly the same again within a week was not helped, whatever they said."""

from models.kpis.periods import Period
from models.tables import Article, EventKind
from tests.models.desk.conftest import OLA, Desk, at

DAY = 24 * 3600
QUESTION = "VPN kopplar inte upp felkod 809"


def returned(desk: Desk) -> list[int | None]:
    return [one.case_id for one in desk.events() if one.kind is EventKind.RETURNED]


def confirmed(desk: Desk) -> tuple[int, float | None]:
    found = desk.lotsen.kpis.measure(Period.parse("2026-11"), at(8 * DAY))["confirmed_answers"]
    return found.n, found.value


def test_a_question_that_comes_back_was_not_confirmed(desk: Desk, article: Article) -> None:
    desk.say(QUESTION)
    desk.judge("solved")
    desk.say(QUESTION, 60, user=OLA)
    desk.judge("solved", case=2, user=OLA, seconds=90)
    assert confirmed(desk) == (2, 1.0)

    desk.say("vpn kopplar inte upp, felkod 809!!", 3 * DAY, channel="CHELP")
    assert desk.lotsen.knowledge_maintenance.note_returns(at(3 * DAY + 60)) == 1
    assert desk.lotsen.knowledge_maintenance.note_returns(at(4 * DAY)) == 0, "once"

    assert returned(desk) == [1]
    assert confirmed(desk) == (3, 1 / 3)
