"""A verdict changes something: a question is learned, an article is lowered, both reversibly."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from models.commands import JudgeCandidate, MarkFound
from models.mailbox import Envelope, post
from models.message import Buttons, Message
from models.store.transaction import Store
from models.tables import (
    AnswerVerdict,
    Article,
    ArticleKind,
    Judgement,
    Offer,
    QuestionCandidate,
)
from tests.models.desk.conftest import ASA, KIM, LENA, OLA, START, Desk, at

DAY = date(2026, 11, 24)
QUESTION = "det började efter uppdateringen av operativsystemet, hälsar Ola Berg 070-123 45 67"
NewDesk = Callable[[Store], Desk]


@pytest.fixture
def desk(migrated_url: str, new_desk: NewDesk) -> Iterator[Desk]:
    """The desk on both databases."""
    store = Store(migrated_url)
    yield new_desk(store)
    store.close()


def candidates(desk: Desk) -> list[QuestionCandidate]:
    return list(desk._all(QuestionCandidate))


def ask_and_judge(desk: Desk, verdict: str = "solved", text: str = QUESTION) -> None:
    """Ask what is answered, then say in an edit how it came about."""
    asked = "VPN kopplar inte upp felkod 809"
    desk.say(asked)
    desk.edit(0, f"{asked} {text}")
    desk.judge(verdict)


def tap(desk: Desk, verdict: str, user: str = KIM, one: int = 1, seconds: float = 60) -> None:
    command = JudgeCandidate(
        id=desk._id(),
        user=user,
        candidate_id=one,
        verdict="approve" if verdict == "approve" else "reject",
        at=at(seconds),
        channel="CSUPPORT",
    )
    desk.do(command, seconds)


def offered(desk: Desk, day: date = DAY) -> Message | None:
    return desk.lotsen.knowledge_maintenance.offer_questions(day)


def test_solved_offers_the_question_without_personal_data(desk: Desk, article: Article) -> None:
    ask_and_judge(desk)

    (row,) = candidates(desk)
    assert (row.state, row.article_id) == (Offer.WAITING, article.id)
    assert "efter uppdateringen" in row.question
    assert "Ola" not in row.question
    assert "070" not in row.question
    message = offered(desk)
    assert message is not None
    assert row.question in message.to_json()
    assert article.title in message.to_json()


def test_what_the_article_knows_already_is_not_offered(desk: Desk, article: Article) -> None:
    desk.say("VPN kopplar inte upp, felkod 809")
    desk.judge("solved")

    assert candidates(desk) == []
    assert offered(desk) is None


def test_one_tap_teaches_the_article_and_nothing_before(desk: Desk, article: Article) -> None:
    ask_and_judge(desk)
    asked = "uppdateringen av operativsystemet"
    before = desk.lotsen.knowledge.search(asked, "sv", today=DAY)[0].score

    tap(desk, "approve")

    (row,) = candidates(desk)
    assert (row.state, bool(row.decided_by)) == (Offer.TAKEN, True)
    assert desk.lotsen.knowledge.search(asked, "sv", today=DAY)[0].score > before
    with desk.lotsen.store.snapshot() as unit:
        assert [row.questions for row in unit.knowledge.all()] == [article.questions]


def test_the_post_shows_what_was_decided(desk: Desk, article: Article) -> None:
    ask_and_judge(desk)
    message = offered(desk)
    assert message is not None
    key = f"question_candidates:{DAY}:CSUPPORT"

    with desk.lotsen.store.begin() as unit:
        post(unit, key, Envelope("CSUPPORT"), message, START)

    tap(desk, "reject")

    shown = Message.from_json(next(row for row in desk.posts() if row.key == key).message)
    assert not [part for part in shown.parts if isinstance(part, Buttons)]
    assert candidates(desk)[0].state is Offer.DECLINED


def test_only_staff_teach_and_only_once(desk: Desk, article: Article) -> None:
    ask_and_judge(desk)

    tap(desk, "approve", user=OLA)
    assert candidates(desk)[0].state is Offer.WAITING
    assert "Bara supporten" in desk.replies()[-1]

    tap(desk, "reject", user=LENA)
    tap(desk, "approve", user=KIM)
    assert candidates(desk)[0].state is Offer.DECLINED
    assert "decided this already" in desk.replies()[-1]

    tap(desk, "approve", one=99)
    assert "decided this already" in desk.replies()[-1]


def test_a_declined_question_is_never_offered_again(desk: Desk, article: Article) -> None:
    ask_and_judge(desk)
    tap(desk, "reject")

    desk.say(QUESTION, 7200, user=OLA)
    desk.judge("solved", case=2, user=OLA, seconds=7230)

    assert len(candidates(desk)) == 1


def test_five_a_day_and_the_same_five_when_asked_again(desk: Desk, article: Article) -> None:
    with desk.lotsen.store.begin() as unit:
        person = unit.people.by_slack_id(ASA, START)
    for number in range(7):
        desk.say("VPN kopplar inte upp felkod 809", 3600 * (number + 1))
        with desk.lotsen.store.begin() as unit:
            unit.feedback.save(
                QuestionCandidate(
                    article_id=article.id or 0,
                    case_id=number + 1,
                    question=f"fråga nummer {number} {person.id}",
                    state=Offer.WAITING,
                    created_at=START,
                )
            )

    care = desk.lotsen.knowledge_maintenance
    preview = care.offer_questions(DAY, dry_run=True)
    assert all(row.offered_on is None for row in candidates(desk)), "a dry run remembers nothing"
    first, again = offered(desk), offered(desk)
    assert first == again == preview
    assert [row.offered_on for row in candidates(desk)].count(DAY) == 5
    second = offered(desk, DAY + timedelta(days=1))
    assert second is not None
    assert second.to_json().count("candidate_approve") == 2
    assert offered(desk, DAY + timedelta(days=2)) is None
    assert offered(desk, DAY + timedelta(days=14)) is not None, "nobody decided: once more"


def test_not_solved_counts_against_the_article_and_takes_the_offer_back(
    desk: Desk, article: Article
) -> None:
    ask_and_judge(desk)
    assert [row.solved for row in desk._all(AnswerVerdict)] == [True]

    desk.judge("not_solved", seconds=90)

    assert [row.solved for row in desk._all(AnswerVerdict)] == [False]
    assert candidates(desk) == []
    assert len(desk.tickets()) == 1


def test_a_click_that_comes_twice_counts_once(desk: Desk, article: Article) -> None:
    ask_and_judge(desk)
    desk.judge("solved", seconds=31)
    desk.judge("solved", user=OLA, seconds=32)  # not theirs to judge

    assert len(desk._all(AnswerVerdict)) == 1
    assert len(candidates(desk)) == 1


def test_wanting_a_person_says_nothing_of_the_article(desk: Desk, article: Article) -> None:
    ask_and_judge(desk, "human")

    assert desk._all(AnswerVerdict) == []


def test_what_the_asker_deletes_is_not_taught(desk: Desk, article: Article) -> None:
    ask_and_judge(desk)

    desk.delete(0)

    assert candidates(desk) == []
    assert desk._all(AnswerVerdict) == []


def test_a_private_article_offers_nothing_even_when_it_becomes_private_later(
    desk: Desk, article: Article
) -> None:
    ask_and_judge(desk)
    with desk.lotsen.store.begin() as unit:
        (row,) = unit.knowledge.all()
        row.audience = [ASA]
        unit.knowledge.reviewed(row)

    assert offered(desk) is None
    tap(desk, "approve")
    assert candidates(desk)[0].state is Offer.WAITING

    direct = {"where": "direct", "channel": "DASA"}
    desk.say("jag kommer inte in på VPN!", 7200, **direct)
    assert desk.cases()[-1].article_id == row.id
    desk.judge("solved", case=2, seconds=7230)
    assert len(candidates(desk)) == 1


def test_a_removed_document_takes_all_it_was_taught_along(desk: Desk, article: Article) -> None:
    ask_and_judge(desk)
    tap(desk, "approve")

    desk.lotsen.library.remove("handbook", START)

    assert candidates(desk) == []
    assert desk._all(AnswerVerdict) == []
    assert desk.lotsen.knowledge.search(QUESTION, "sv", today=DAY) == ()


def test_a_passage_can_learn_too(desk: Desk, article: Article) -> None:
    with desk.lotsen.store.begin() as unit:
        (row,) = unit.knowledge.all()
        row.kind = ArticleKind.PASSAGE
        unit.knowledge.reviewed(row)
    ask_and_judge(desk)

    assert len(candidates(desk)) == 1


def test_found_it_in_a_search_offers_the_question_too(desk: Desk, article: Article) -> None:
    asked = "port för tunneln till kontoret och vilken inställning gäller"
    desk.ask("ask", asked)
    desk.do(
        MarkFound(
            id=desk._id(),
            user=ASA,
            case_id=1,
            article_id=article.id or 0,
            at=at(90),
            channel="CHELP",
        ),
        90,
    )

    assert [row.question for row in candidates(desk)] == [asked]


def test_texts_that_had_their_time_go_but_what_staff_took_stays(
    desk: Desk, article: Article
) -> None:
    ask_and_judge(desk)
    tap(desk, "approve", one=1, seconds=7300)

    with desk.lotsen.store.begin() as unit:
        unit.feedback.save(
            QuestionCandidate(
                article_id=article.id or 0,
                case_id=1,
                question="en fråga till",
                state=Offer.WAITING,
                created_at=START,
            )
        )
        unit.erasure.forget_texts(START + timedelta(days=800))

    taken = [row.question for row in candidates(desk) if row.state is Offer.TAKEN]
    assert len(taken) == 1
    assert taken[0]
    assert [row.question for row in candidates(desk) if row.state is Offer.WAITING] == [""]
    assert {row.question for row in desk._all(AnswerVerdict)} == {""}
    assert offered(desk) is None


@pytest.mark.parametrize("verdict", ["solved", "not_solved"])
def test_what_is_said_of_an_answer_moves_the_limits(
    desk: Desk, article: Article, verdict: str
) -> None:
    desk.say("jag kommer inte in på VPN")
    shown = desk.lotsen.knowledge.report().limits
    desk.judge(verdict)

    (row,) = desk._all(Judgement)
    assert (row.article_id, row.place, row.outcome.value) == (article.id, 0, verdict)
    assert row.ranker == shown.ranker
    assert (shown.answers, desk.lotsen.knowledge.report().limits.answers) == (0, 1)


def test_what_two_people_say_alike_is_learned_at_once_and_can_be_forgotten(
    desk: Desk, article: Article
) -> None:
    ask_and_judge(desk)
    maintenance = desk.lotsen.knowledge_maintenance
    assert maintenance.wordings() == []
    asked = "VPN kopplar inte upp felkod 809"
    desk.say(asked, 7200, user=OLA)
    desk.edit(7200, f"{asked} {QUESTION}", user=OLA)
    desk.judge("solved", case=2, user=OLA, seconds=7230)

    ((row, taught),) = maintenance.wordings()
    assert (row.seconded, row.decided_by, taught.id) == (True, "", article.id)
    assert "070" not in row.question
    assert desk.lotsen.knowledge.answer(row.question, "sv", today=DAY) is not None

    maintenance.forget_wording(row.id or 0, at(7300))
    assert maintenance.wordings() == []
    assert offered(desk) is None  # and it is not offered again


def test_one_person_alone_teaches_nothing(desk: Desk, article: Article) -> None:
    ask_and_judge(desk)
    asked = "VPN kopplar inte upp felkod 809"
    desk.say(asked, 7200)
    desk.edit(7200, f"{asked} {QUESTION} igen")
    desk.judge("solved", case=2, seconds=7230)

    assert desk.lotsen.knowledge_maintenance.wordings() == []
