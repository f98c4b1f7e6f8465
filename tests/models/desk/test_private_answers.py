"""What not everybody may read is answered in a direct message, also when asked in a channel."""

from typing import Any

import pytest

from models.commands import ReportIncident
from models.message import Message
from models.tables import Article, CaseState, EventKind, Incident
from tests.models.desk.conftest import ASA, OLA, at

QUESTION = "vad händer med fusionen"
SECRET = "Den blir av i mars"


@pytest.fixture
def secret(desk: Any) -> Article:
    row = Article(
        document="ledning",
        external_id="fusion",
        language="sv",
        title="Fusionen",
        questions=[QUESTION],
        answer=SECRET,
        audience=[ASA],
        sha256="",
    )
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.replace("ledning", [row])
    return row


def in_channels(desk: Any) -> str:
    return " ".join(row.message for row in desk.posts() if row.channel.startswith("C"))


def test_the_asker_reads_it_alone_and_the_thread_only_hears_of_it(
    desk: Any, secret: Article
) -> None:
    desk.say(QUESTION)
    (direct,) = [row for row in desk.posts() if row.channel == ASA]
    assert SECRET in direct.message
    assert SECRET not in in_channels(desk)
    assert secret.title not in in_channels(desk)
    assert "direktmeddelande" in in_channels(desk)
    (case,) = desk.cases()
    assert (case.state, case.article_id) == (CaseState.ANSWERED, secret.id)
    assert EventKind.ANSWERED in [event.kind for event in desk.events()]
    assert desk.tickets() == []


def test_others_get_a_ticket_and_no_hint(desk: Any, secret: Article) -> None:
    desk.say(QUESTION, user=OLA)
    assert len(desk.tickets()) == 1
    assert "direktmeddelande" not in in_channels(desk)
    assert all(SECRET not in row.message for row in desk.posts())


@pytest.mark.parametrize("verdict", ["solved", "not_solved", "human"])
def test_a_verdict_on_it_stays_out_of_the_channel(desk: Any, secret: Article, verdict: str) -> None:
    desk.say(QUESTION)
    desk.judge(verdict)
    assert SECRET not in in_channels(desk)
    assert len(desk.tickets()) == (0 if verdict == "solved" else 1)
    latest = [row for row in desk.posts() if ":answer:" in row.key][-1]
    assert latest.channel == ASA
    shown = [getattr(part, "type", "") for part in Message.from_json(latest.message).parts]
    assert "buttons" not in shown


def test_an_answer_in_a_direct_message_is_its_askers_alone_to_report(
    desk: Any, article: Article
) -> None:
    """Though everybody may read the article: who asked for it is nobody's business."""
    desk.say("VPN kopplar inte upp felkod 809", where="direct", channel="D1")
    reported = []
    for user in (OLA, ASA):
        about: dict[str, Any] = {"case_id": 1, "article_id": article.id, "channel": "D1"}
        desk.do(ReportIncident(id=user, user=user, kind="wrong", at=at(60), **about), 60)
        reported.append(len(desk._all(Incident)))
    assert reported == [0, 1]


def test_what_everybody_may_read_comes_first(desk: Any, secret: Article, article: Article) -> None:
    desk.say("VPN kopplar inte upp felkod 809")
    assert article.answer in in_channels(desk)
    assert [row for row in desk.posts() if row.channel == ASA] == []
