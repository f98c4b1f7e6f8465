"""What people say of answers teaches the next answer, with one tap of the staff in between."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.slack.blocks import text_of
from models.lotsen import Lotsen
from models.tables import Article
from tests.conftest import NOW

HELP, SUPPORT = "CHELP", "CSUPPORT"
ASA, KIM, OLA = "UASA", "UKIM", "UOLA"
Open = Callable[..., Any]

QUESTION = "hur ansöker jag om semester i lönesystemet"
OTHER_WORDS = "var i lönesystemet skriver man in ledighet inför sommaren"


def knowing(**more: Any) -> Callable[[Lotsen], None]:
    def prepare(lotsen: Lotsen) -> None:
        values: dict[str, Any] = {
            "document": "personalhandboken.md",
            "external_id": "semester",
            "language": "sv",
            "title": "Ansöka om semester",
            "questions": [QUESTION],
            "answer": "Öppna lönesystemet och välj Frånvaro.",
            "owner": OLA,
            "imported_at": datetime(2026, 10, 1, tzinfo=UTC),
            "sha256": "",
        }
        lotsen.introduce(OLA, "Ola Berg", "sv-SE", NOW)
        with lotsen.store.begin() as unit:
            unit.knowledge.put([Article(**{**values, **more})])

    return prepare


def next_morning(office: Any) -> datetime:
    """Move the clock to ten o'clock on the next working day."""
    calendar = office.lotsen.calendar
    day: date = office.clock().astimezone(calendar.zone).date() + timedelta(days=1)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    at = datetime.combine(day, time(10), calendar.zone)
    office.clock.forward(at - office.clock())
    return at


def run(office: Any, job: str) -> None:
    office.service.runner.run(job, next_morning(office))
    office.settle()


def test_a_chosen_title_that_solved_it_teaches_the_article_other_words(open_office: Open) -> None:
    office = open_office(prepare=knowing())
    double = office.double
    ts = double.say(ASA, HELP, OTHER_WORDS)
    office.settle()
    double.click(ASA, HELP, double.thread(HELP, ts)[1].ts, "suggestion_take")
    office.settle()
    double.click(ASA, HELP, double.thread(HELP, ts)[1].ts, "answer_solved")
    office.settle()

    run(office, "question_candidates")
    offer = office.posts(SUPPORT)[-1]
    assert OTHER_WORDS in text_of(offer.blocks)
    double.click(KIM, SUPPORT, offer.ts, "candidate_approve")
    office.settle()
    assert "Tillagd" in text_of(double.messages(SUPPORT)[-1].blocks)

    again = double.say(OLA, HELP, OTHER_WORDS)
    office.settle()
    assert "Öppna lönesystemet" in text_of(double.thread(HELP, again)[-1].blocks)


def test_a_note_becomes_an_article_after_a_person_edited_it(open_office: Open) -> None:
    office = open_office()
    double = office.double
    asked = "kaffemaskinen på plan tre blinkar rött och vägrar brygga"
    double.say(ASA, HELP, asked)
    office.settle()
    card = office.cards()[0]
    double.click(KIM, SUPPORT, card.ts, "ticket_claim")
    office.settle()
    double.click(KIM, SUPPORT, card.ts, "ticket_resolve")
    note = "Töm spillbrickan, dra ut kontakten i tio sekunder, sätt i den igen och vänta en minut."
    double.submit(KIM, {"note": {"note": note}})
    office.settle()

    draft = double.thread(SUPPORT, card.ts)[-1]
    assert note in text_of(draft.blocks)
    double.click(KIM, SUPPORT, draft.ts, "draft_edit")
    empty = {"title": {"title": "Kaffemaskinen blinkar"}, "answer": {"answer": " "}}
    assert "answer" in double.submit(KIM, empty).body["errors"]
    ready = {"title": {"title": "Kaffemaskinen blinkar"}, "answer": {"answer": "Töm brickan."}}
    double.submit(KIM, ready)
    office.settle()
    assert "Publicerat" in text_of(double.thread(SUPPORT, card.ts)[-1].blocks)

    again = double.say(OLA, HELP, asked)
    office.settle()
    answer = text_of(double.thread(HELP, again)[-1].blocks)
    for part in ("Töm brickan.", "Supporten", "Kim Ek"):
        assert part in answer


def test_an_owner_says_in_one_tap_that_an_article_is_still_true(open_office: Open) -> None:
    soon = NOW.date() + timedelta(days=12)
    office = open_office(prepare=knowing(expires_on=soon))
    double = office.double

    run(office, "still_true")
    dm = double.im(OLA)
    question = office.posts(dm)[-1]
    assert "Stämmer det här fortfarande?" in text_of(question.blocks)
    double.click(OLA, dm, question.ts, "article_still_true")
    office.settle()

    assert "Stämmer fortfarande" in text_of(office.posts(dm)[-1].blocks)
    (row,) = office.read(lambda unit: unit.knowledge.all())
    assert row.expires_on > soon + timedelta(days=300)
