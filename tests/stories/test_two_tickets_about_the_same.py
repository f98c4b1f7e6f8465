"""Two people ask about the same: the staff join their tickets, work once, and both read the answer."""

from collections.abc import Callable
from typing import Any

from bot.slack.blocks import text_of
from models.tables import Status

HELP, SUPPORT, ASA, KIM, OLA = "CHELP", "CSUPPORT", "UASA", "UKIM", "UOLA"


def test_joined_taken_apart_joined_again_and_resolved_together(
    open_office: Callable[..., Any],
) -> None:
    office = open_office(lotsen_suggestion_minutes=0)
    double = office.double
    double.say(ASA, HELP, "skrivaren på plan två strular")
    office.settle()
    asked = double.say(OLA, HELP, "skrivaren på lagret strular också")
    office.settle()
    first, second = office.cards()
    double.click(KIM, SUPPORT, first.ts, "ticket_claim")
    office.settle()

    double.choose(KIM, SUPPORT, second.ts, "ticket_join", "1")
    office.settle()
    first, second = office.cards()
    assert "Hör ihop med ärende" in text_of(second.blocks)
    assert "Hör hit" in text_of(first.blocks)
    thread = [text_of(post.blocks) for post in double.thread(HELP, asked)]
    news = "hör ihop med ärende 1, som Kim Ek arbetar med. Du får svar här när det är löst."
    assert sum(news in text for text in thread) == 2, "the line of the ticket, and the news"

    double.click(KIM, SUPPORT, second.ts, "ticket_part")
    office.settle()
    assert "ticket_join" in str(office.cards()[1].blocks)
    assert news not in "".join(text_of(post.blocks) for post in double.thread(HELP, asked))

    double.open_home(KIM)
    double.wait_until(lambda: "ticket_join" in str(double.home(KIM)))
    double.choose_view(KIM, "ticket_join", "1", home=True)
    office.settle()
    double.wait_until(lambda: "ticket_join" not in str(double.home(KIM)))

    double.click(KIM, SUPPORT, office.cards()[0].ts, "ticket_resolve")
    assert "1 joined ticket is resolved with it" in text_of(double.view(KIM)["blocks"])
    double.submit(KIM, {"note": {"note": "Skrivarkön är omstartad."}})
    office.settle()
    assert {
        row.status for row in office.read(lambda unit: [unit.tickets.get(n) for n in (1, 2)])
    } == {Status.SOLVED}
    told = [text_of(post.blocks) for post in double.thread(HELP, asked)]
    assert sum("Skrivarkön är omstartad." in text for text in told) == 1
