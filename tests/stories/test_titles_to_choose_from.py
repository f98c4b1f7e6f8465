"""Where no answer is sure, an employee chooses a title, says none fits, or gets a ticket in time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.slack.blocks import text_of
from models.commands import ChooseTitle
from models.lotsen import Lotsen
from models.tables import Article, ArticleKind, CaseState, EventKind

HELP, SUPPORT, ASA, OLA = "CHELP", "CSUPPORT", "UASA", "UOLA"
QUESTION = "skrivaren på plan två strular"
Open = Callable[..., Any]


def article(key: str, title: str, *questions: str, answer: str) -> Article:
    return Article(
        document="handboken.md",
        external_id=key,
        language="sv",
        title=title,
        questions=list(questions),
        answer=answer,
        owner="IT",
        verified_on=date(2026, 10, 1),
        kind=ArticleKind.ANSWER,
        audience=[],
        position=0,
        imported_at=datetime(2026, 10, 1, tzinfo=UTC),
        sha256="0" * 64,
    )


def handbook(lotsen: Lotsen) -> None:
    rows = [
        article(
            "stopp",
            "Papperet fastnar i skrivaren",
            "papper har fastnat i skrivaren",
            answer="1. Öppna luckan på sidan.\n2. Dra papperet rakt ut.",
        ),
        article(
            "toner",
            "Byta toner i skrivaren",
            "tonern är slut i skrivaren",
            answer="Tonern ligger i skåpet bredvid.",
        ),
        article("vpn", "Koppla upp VPN", "hur kopplar jag upp vpn", answer="Öppna klienten."),
        article("semester", "Ansöka om semester", "hur söker jag semester", answer="Välj datum."),
    ]
    with lotsen.store.begin() as unit:
        unit.knowledge.put(rows)


@pytest.fixture
def office(open_office: Open) -> Any:
    return open_office(prepare=handbook)


def ask(office: Any, text: str = QUESTION) -> tuple[str, Any]:
    ts = office.double.say(ASA, HELP, text)
    office.settle()
    return ts, office.double.thread(HELP, ts)[-1]


def buttons(post: Any) -> list[Any]:
    rows = (block["elements"] for block in post.blocks if block["type"] == "actions")
    return [button for row in rows for button in row]


def take(office: Any, post: Any, title: str, who: str = ASA) -> None:
    (button,) = [one for one in buttons(post) if one["text"]["text"].startswith(title)]
    office.double.click(who, HELP, post.ts, button["action_id"], value=button["value"])
    office.settle()


def case(office: Any) -> Any:
    return office.read(lambda unit: unit.tickets.case(1))


def judged(office: Any) -> set[str]:
    """Return what was said of the titles, as the limits will follow it."""
    return set(office.read(lambda unit: [row.outcome.value for row in unit.judgements.all()]))


def test_a_chosen_title_becomes_the_article_in_place(office: Any) -> None:
    ts, offered = ask(office)
    titles = [one["text"]["text"] for one in buttons(offered)]
    assert titles[-1] == "Inget av dessa"
    assert "Papperet fastnar i skrivaren" in titles
    assert "Öppna luckan på sidan." in text_of(offered.blocks)
    assert office.cards() == []

    assert judged(office) == set()
    take(office, offered, "Papperet")
    assert judged(office) == {"taken"}
    (_, shown) = office.double.thread(HELP, ts)
    assert "1. Öppna luckan på sidan.\n2. Dra papperet rakt ut." in text_of(shown.blocks)
    office.double.click(ASA, HELP, shown.ts, "answer_solved")
    office.settle()
    assert case(office).state is CaseState.SOLVED
    assert judged(office) == {"solved"}
    assert office.cards() == []


def test_none_of_these_brings_a_person_at_once(office: Any) -> None:
    ts, offered = ask(office)
    take(office, offered, "Inget")
    (card,) = office.cards()
    assert QUESTION in text_of(card.blocks)
    (_, line) = office.double.thread(HELP, ts)
    assert "Inget av dem passade, så jag har skapat *ärende 1*" in text_of(line.blocks)
    assert buttons(line)[0]["action_id"] != "suggestion_take"
    assert judged(office) == {"none_of_these"}


def test_whoever_chooses_nothing_gets_a_ticket_after_ten_office_minutes(office: Any) -> None:
    ts, offered = ask(office)
    assert "skapar jag ett ärende" in text_of(offered.blocks)
    office.clock.forward(timedelta(minutes=9))
    office.settle()
    assert office.cards() == []
    office.clock.forward(timedelta(minutes=2))
    office.settle()
    assert len(office.cards()) == 1
    assert judged(office) == {"no_choice"}
    assert "Du valde inget av förslagen" in text_of(office.double.thread(HELP, ts)[-1].blocks)


def test_a_choice_in_time_leaves_no_ticket_behind(office: Any) -> None:
    _, offered = ask(office)
    take(office, offered, "Papperet")
    office.clock.forward(timedelta(minutes=30))
    office.settle()
    assert office.cards() == []
    assert case(office).state is CaseState.ANSWERED


def test_nobody_else_chooses(office: Any) -> None:
    _, offered = ask(office)
    take(office, offered, "Papperet", who=OLA)
    assert "Bara den som frågade" in office.double.ephemerals(OLA)[-1].text
    assert case(office).state is CaseState.SUGGESTED


def test_what_was_not_offered_cannot_be_taken(office: Any) -> None:
    _, offered = ask(office)
    shown = {int(one["value"]) for one in buttons(offered)[:-1]}
    other = next(number for number in (1, 2, 3, 4) if number not in shown)
    forged = ChooseTitle(id="forged", user=ASA, at=office.clock(), case_id=1, article_id=other)
    office.lotsen.handle(forged, office.clock())
    assert case(office).state is CaseState.SUGGESTED


def test_a_question_that_is_taken_back_takes_its_titles_back(office: Any) -> None:
    ts, _ = ask(office)
    office.double.delete(ASA, HELP, ts)
    office.settle()
    office.clock.forward(timedelta(minutes=30))
    office.settle()
    assert office.cards() == []
    assert case(office).state is CaseState.WITHDRAWN


def test_what_was_shown_and_chosen_stands_in_the_events(office: Any) -> None:
    _, offered = ask(office)
    take(office, offered, "Papperet")
    events = office.read(lambda unit: list(unit.tickets.events_of_case(1)))
    kinds = [(event.kind, event.detail.get("by")) for event in events]
    assert (EventKind.SUGGESTED, None) in kinds
    assert (EventKind.ANSWERED, "choice") in kinds


def test_an_edited_question_gets_the_titles_of_its_new_words(office: Any) -> None:
    ts, offered = ask(office)
    office.double.edit(ASA, HELP, ts, "vpn på plan två strular")
    office.settle()

    (_, now) = office.double.thread(HELP, ts)
    assert now.ts == offered.ts
    titles = [one["text"]["text"] for one in buttons(now)]
    assert titles[0] == "Koppla upp VPN" != buttons(offered)[0]["text"]["text"]
    assert office.cards() == []
    take(office, now, titles[0])
    assert judged(office) == {"taken"}


def test_an_edited_question_that_is_sure_now_gets_its_answer_in_place(office: Any) -> None:
    ts, offered = ask(office)
    office.double.edit(ASA, HELP, ts, "papper har fastnat i skrivaren")
    office.settle()

    (_, now) = office.double.thread(HELP, ts)
    assert now.ts == offered.ts
    assert "2. Dra papperet rakt ut." in text_of(now.blocks)
    assert case(office).state is CaseState.ANSWERED


def test_an_edited_question_that_nothing_is_like_goes_to_a_person_in_place(office: Any) -> None:
    ts, offered = ask(office)
    office.double.edit(ASA, HELP, ts, "Kaffemaskinen läcker")
    office.settle()

    (_, now) = office.double.thread(HELP, ts)
    assert now.ts == offered.ts
    assert "ärende 1" in now.text
    assert len(office.cards()) == 1
    office.clock.forward(timedelta(minutes=30))
    office.settle()
    assert len(office.cards()) == 1


def test_who_writes_that_it_is_solved_gets_no_ticket_of_it(office: Any) -> None:
    ts, _ = ask(office)
    office.double.say(ASA, HELP, "tack det löste sig")
    office.settle()

    (_, ended) = office.double.thread(HELP, ts)
    assert "✅ Löst, så jag gör inget ärende av det." in text_of(ended.blocks)
    office.clock.forward(timedelta(minutes=30))
    office.settle()
    assert office.cards() == []
    assert case(office).state is CaseState.SOLVED
    kinds = {event.kind for event in office.read(lambda unit: unit.tickets.events_of_case(1))}
    assert EventKind.ANSWER_SOLVED not in kinds  # no article helped


def test_one_tap_brings_a_person_where_it_was_not_solved_after_all(office: Any) -> None:
    ts, _ = ask(office)
    office.double.say(ASA, HELP, "tack det löste sig")
    office.settle()
    office.double.click(ASA, HELP, office.double.thread(HELP, ts)[-1].ts, "answer_human")
    office.settle()
    assert len(office.cards()) == 1


def test_whoever_writes_on_after_it_was_solved_gets_a_person(office: Any) -> None:
    ts, _ = ask(office)
    office.double.say(ASA, HELP, "tack det löste sig", thread_ts=ts)
    office.settle()
    office.clock.forward(timedelta(minutes=30))
    office.double.say(ASA, HELP, "nej, den strular igen", thread_ts=ts)
    office.settle()
    assert len(office.cards()) == 1


def test_thanks_that_are_deleted_bring_the_ticket_in_time(office: Any) -> None:
    ask(office)
    thanks = office.double.say(ASA, HELP, "tack det löste sig")
    office.settle()
    office.double.delete(ASA, HELP, thanks)
    office.settle()
    assert case(office).state is CaseState.SUGGESTED
    office.clock.forward(timedelta(minutes=30))
    office.settle()
    assert len(office.cards()) == 1
