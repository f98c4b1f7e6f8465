"""Whatever people write, something shows at their message: an answer, a line, an emoji."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.demo.double.identity import MANIFEST_SCOPES
from bot.slack.blocks import text_of
from models.tables import Article, CaseState, Status

HELP, ASA, KIM = "CHELP", "UASA", "UKIM"
Open = Callable[..., Any]
THINGS = (
    "skrivaren på plan {n}",
    "min skärm nummer {n}",
    "dörren till rum {n}",
    "licens {n} för Excel",
    "telefonen på anknytning {n}",
)


def stored(lotsen: Any) -> None:
    row = Article(
        document="handbook",
        external_id="vpn",
        language="sv",
        title="VPN kopplar inte upp",
        questions=["VPN kopplar inte upp felkod 809", "Jag kommer inte in på VPN"],
        answer="Byt till port 443 och försök igen.",
        sha256="",
    )
    with lotsen.store.begin() as unit:
        unit.knowledge.replace("handbook", [row])


def marks_at(office: Any, ts: str) -> list[str]:
    """Give what Lotsen shows at a message: posts below it, and emoji at it."""
    double = office.double
    (message,) = [one for one in double.messages(HELP) if one.ts == ts] or [
        one
        for thread in double.messages(HELP)
        for one in double.thread(HELP, thread.ts)
        if one.ts == ts
    ]
    root = message.thread_ts or ts
    below = [
        text_of(post.blocks) or post.text
        for post in double.thread(HELP, root)
        if post.user == double.bot_user_id and post.ts > ts
    ]
    return below + [one.name for one in message.reactions]


def test_thirty_five_questions_in_a_row_get_thirty_five_marks(open_office: Open) -> None:
    office = open_office(prepare=stored, lotsen_messages_per_minute=0)  # the pace is no matter here
    asked = [
        office.double.say(ASA, HELP, f"{THINGS[n % 5].format(n=n)} funkar inte") for n in range(34)
    ]
    asked.append(office.double.say(ASA, HELP, "VPN kopplar inte upp felkod 809"))
    office.settle(60)
    assert all(marks_at(office, ts) for ts in asked)
    assert office.read(lambda unit: unit.tickets.count()) == 34


def test_a_fragment_goes_to_the_question_before_it_and_says_so(open_office: Open) -> None:
    office = open_office(prepare=stored)
    office.double.say(ASA, HELP, "skrivaren på plan 3 skriver bara streck")
    second = office.double.say(ASA, HELP, "den vid fönstret")
    office.settle()
    assert marks_at(office, second) == ["📎 Tillagt i *ärende 1*."]
    assert "den vid fönstret" in text_of(office.cards()[0].blocks)


def test_what_means_the_question_before_it_is_marked_where_it_stands(
    open_office: Open,
) -> None:
    office = open_office(prepare=two_answers)
    office.double.say(ASA, HELP, "Hur ställer jag in frånvaromeddelande i Outlook?")
    first = office.double.say(ASA, HELP, "funkar inte")
    second = office.double.say(ASA, HELP, "funkar inte")
    office.settle()
    assert marks_at(office, first) == ["eyes"]
    assert marks_at(office, second) == ["📎 Tillagt i *ärende 1*."]


def test_thanks_small_talk_and_lunch_are_answered_and_make_no_ticket(open_office: Open) -> None:
    office = open_office(prepare=stored)
    say = office.double.say
    thanks, robot = say(ASA, HELP, "tack för hjälpen igår"), say(ASA, HELP, "är du en robot?")
    office.settle()
    lunch = say(ASA, HELP, "vad är det för mat idag")
    office.settle()
    assert marks_at(office, thanks) == ["raised_hands"]
    assert "ingen människa" in marks_at(office, robot)[0]
    assert "inget ärende" in marks_at(office, lunch)[0]
    assert office.read(lambda unit: unit.tickets.count()) == 0

    office.double.click(ASA, HELP, office.double.thread(HELP, lunch)[-1].ts, "answer_human")
    office.settle()
    assert office.read(lambda unit: unit.tickets.count()) == 1


def test_where_the_app_may_not_react_it_says_a_word(open_office: Open) -> None:
    scopes = MANIFEST_SCOPES - {"reactions:write"}
    office = open_office(prepare=stored, double_options={"scopes": scopes})
    thanks = office.double.say(ASA, HELP, "tack för hjälpen igår")
    office.settle()
    assert marks_at(office, thanks) == ["🙌 Så lite så!"]


def test_words_that_close_an_answer_or_a_ticket_close_it_and_one_tap_opens_it(
    open_office: Open,
) -> None:
    office = open_office(prepare=stored)
    double = office.double
    answered = double.say(ASA, HELP, "VPN kopplar inte upp felkod 809")
    handed = double.say(ASA, HELP, "skrivaren på plan 3 funkar inte")
    office.settle()
    closing = double.say(ASA, HELP, "tack, det löste sig", thread_ts=answered)
    double.say(ASA, HELP, "det löste sig", thread_ts=handed)
    office.settle()

    assert "raised_hands" in marks_at(office, closing)
    assert office.read(lambda unit: unit.tickets.find_case(1)).state is CaseState.SOLVED
    assert office.read(lambda unit: unit.tickets.get(1)).status is Status.SOLVED

    (again,) = [post for post in double.thread(HELP, handed) if "stängt" in post.text]
    double.click(ASA, HELP, again.ts, "answer_human")
    office.settle()
    assert office.read(lambda unit: unit.tickets.get(1)).status is Status.NEW


def test_talk_to_a_colleague_in_a_thread_is_left_alone(open_office: Open) -> None:
    office = open_office(prepare=stored)
    root = office.double.say(ASA, HELP, "VPN kopplar inte upp felkod 809")
    office.settle()
    before = len(office.double.thread(HELP, root))
    office.double.say(ASA, HELP, f"<@{KIM}> kan du titta?", thread_ts=root)
    office.settle()
    assert len(office.double.thread(HELP, root)) == before + 1
    assert office.read(lambda unit: unit.tickets.count()) == 0


@pytest.mark.parametrize("text", ["tack", "👍", "okej"])
def test_a_reaction_stands_at_the_reply_itself(open_office: Open, text: str) -> None:
    office = open_office(prepare=stored)
    root = office.double.say(ASA, HELP, "skrivaren på plan 3 funkar inte")
    office.settle()
    reply = office.double.say(ASA, HELP, text, thread_ts=root)
    office.settle()
    assert marks_at(office, reply)[-1:] == ["raised_hands"]
    assert office.read(lambda unit: unit.tickets.get(1)).status is Status.NEW


def two_answers(lotsen: Any) -> None:
    stored(lotsen)
    rows = [
        Article(
            document="mail",
            external_id=name,
            language="sv",
            title=title,
            questions=questions,
            answer=answer,
            sha256="",
        )
        for name, title, questions, answer in (
            (
                "away",
                "Frånvaromeddelande i Outlook",
                ["Hur ställer jag in frånvaromeddelande i Outlook?"],
                "Välj Arkiv. Klicka på Autosvar. Skriv texten och spara.",
            ),
            (
                "away-phone",
                "Frånvaromeddelande i Outlook på mobilen",
                ["Hur ställer jag in frånvaromeddelande i Outlook på mobilen?"],
                "Öppna inställningar i appen och tryck på Automatiska svar.",
            ),
        )
    ]
    with lotsen.store.begin() as unit:
        unit.knowledge.replace("mail", rows)


def test_a_follow_up_gets_the_step_then_the_next_article_then_a_person(open_office: Open) -> None:
    office = open_office(prepare=two_answers)
    double = office.double
    root = double.say(ASA, HELP, "Hur ställer jag in frånvaromeddelande i Outlook?")
    office.settle()

    def replied(text: str) -> str:
        double.say(ASA, HELP, text, thread_ts=root)
        office.settle()
        last = double.thread(HELP, root)[-1]
        return text_of(last.blocks) or last.text

    assert "Välj Arkiv" in text_of(double.thread(HELP, root)[-1].blocks)
    assert "Klicka på Autosvar." in replied("hittar inte Autosvar")
    assert "Öppna inställningar i appen" in replied("nej jag menade i telefonen")
    assert "ärende 1" in replied("funkar inte heller")
    assert office.read(lambda unit: unit.tickets.count()) == 1
