"""The log has a line for each step of a message, joined by ids, and no word of anybody."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog

from bot.log import configure_for_service
from bot.slack.blocks import text_of
from models.desk.setup import first_start as setup
from models.errors import NotFoundError
from models.language import words_for
from models.lotsen import Lotsen
from models.message import Paragraph, plain
from models.reports.trace_report import trace_message
from models.upkeep.trace import trace
from tests.conftest import NOW
from tests.stories.conftest import ASA, CROWD, HELP, KIM, LENA, SUPPORT, Office

Open = Callable[..., Office]
Line = dict[str, Any]
CANARY = "kanariefågel"
QUESTIONS = (
    "Hur byter jag lösenord?",
    f"Skrivaren på plan två sjunger {CANARY}",
    f"Min stol gnisslar {CANARY}",
    f"min lön är fel {CANARY}",
)


def first_start(lotsen: Lotsen) -> None:
    setup.add_categories(lotsen.store)
    lotsen.library.import_starter(NOW)


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[Line]]]:
    """Log as the service does, and return what was logged so far."""
    root = logging.getLogger()
    level, handlers, told = root.level, list(root.handlers), structlog.get_config()
    configure_for_service("INFO")
    seen: list[str] = []

    def read() -> list[Line]:
        seen.extend(capsys.readouterr().err.splitlines())
        return [json.loads(line) for line in seen if line.startswith("{")]

    yield read
    root.setLevel(level)
    root.handlers[:] = handlers
    structlog.configure(**told)


def way_of(event_id: str, lines: list[Line]) -> tuple[list[str], set[str]]:
    """Return the steps that name an event, and the time stamps of what was posted for it."""
    own = [line for line in lines if line.get("event_id") == event_id]
    queued = {line["post"] for line in own if line["event"] == "post queued"}
    sent = [line for line in lines if line["event"] == "post sent" and line["post"] in queued]
    return [line["event"] for line in own], {line["ts"] for line in sent}


def asked(lines: list[Line]) -> list[str]:
    return [
        line["event_id"]
        for line in lines
        if line["event"] == "received" and line["kind"] == "post_message"
    ]


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_every_event_can_be_followed_from_its_receipt_to_slacks_time_stamp(
    open_office: Open, lines: Callable[[], list[Line]], mode: str
) -> None:
    office = open_office(mode=mode, prepare=first_start)
    for number, person in enumerate(CROWD):
        office.double.say(person.id, HELP, f"{QUESTIONS[number % len(QUESTIONS)]} {number}")
    office.settle()

    told = lines()
    events = asked(told)
    shown = {post.ts for person in CROWD for post in office.posts(office.double.im(person.id))}
    for channel in (HELP, SUPPORT):
        shown |= {post.ts for post in office.double.messages(channel)}
    assert len(set(events)) == len(CROWD)
    for event_id in events:
        steps, stamps = way_of(event_id, told)
        assert steps[:2] == ["received", "taken"], event_id
        assert {"decided", "post queued"} <= set(steps), event_id
        assert stamps
        assert stamps <= shown
    roads = {line["road"] for line in told if line["event"] == "received"}
    assert roads == {mode}
    outcomes = {line["outcome"] for line in told if line["event"] == "decided"}
    assert {"answered", "opened"} <= outcomes


def test_no_line_holds_a_word_a_name_or_a_token(
    open_office: Open, lines: Callable[[], list[Line]]
) -> None:
    office = open_office(prepare=first_start)
    for number, person in enumerate(CROWD[:8]):
        office.double.say(person.id, HELP, QUESTIONS[number % len(QUESTIONS)])
    ts = office.double.say(ASA, HELP, f"Min skärm blinkar {CANARY}")
    office.settle()
    office.double.command(ASA, HELP, "/lotsen", f"ask {CANARY}")
    office.double.edit(ASA, HELP, ts, f"Min skärm blinkar rött {CANARY}")
    office.settle()

    text = json.dumps(lines(), ensure_ascii=False)
    assert "post sent" in text
    people = [person.name for person in CROWD[:8]] + ["Åsa", "Kim"]
    words = [
        CANARY,
        "lösenord",
        "stol",
        "lön",
        "skärm",
        "Skrivaren",
        *people,
        ASA,
        office.double.bot_token,
    ]
    assert [word for word in words if word in text] == []
    assert "private" not in text  # nor that somebody wrote what is for few eyes


def test_a_rating_leaves_no_line(open_office: Open, lines: Callable[[], list[Line]]) -> None:
    office = open_office(prepare=lambda lotsen: setup.add_categories(lotsen.store))
    double = office.double
    ts = double.say(ASA, HELP, "Skrivaren på plan två äter papper och sjunger")
    office.settle()
    (card,) = office.cards()
    double.click(KIM, SUPPORT, card.ts, "ticket_resolve")
    double.submit(KIM, {"note": {"note": "Tog ut papperet."}})
    office.settle()
    news = double.thread(HELP, ts)[-1]
    before = len(lines())

    assert double.click(ASA, HELP, news.ts, "csat_5").status == 200
    office.settle()

    assert len(double.ephemerals(ASA)) == 1
    assert lines()[before:] == []


def test_a_pause_that_slack_asks_for_is_told(
    open_office: Open, lines: Callable[[], list[Line]]
) -> None:
    office = open_office(prepare=first_start)
    double = office.double
    double.faults.methods = frozenset({"chat.postMessage"})
    double.faults.rate_limited, double.faults.retry_after = 1.0, 7
    double.say(ASA, HELP, "Min skärm blinkar")
    double.wait_until(lambda: any(line["event"] == "post waits" for line in lines()), 20)
    double.faults.clear()
    office.clock.forward(timedelta(seconds=8))
    office.settle()

    told = lines()
    waits = [line for line in told if line["event"] == "post waits"]
    assert {(line["reason"], line["wait_s"]) for line in waits} == {("rate limited", 7.0)}
    late = {line["post"]: line for line in told if line["event"] == "post sent"}
    assert late[waits[0]["post"]]["rate_limited"] >= 1
    assert late[waits[0]["post"]]["ms"] >= 7000


def traced(office: Office, asked: str) -> str:
    found = trace(office.lotsen.store, asked, (HELP,), office.clock())
    message = trace_message(found, words_for("en"), office.lotsen.settings.zone)
    return "\n".join(plain(part.runs) for part in message.parts if isinstance(part, Paragraph))


def test_the_store_alone_tells_a_message_by_event_ticket_time_stamp_and_link(
    open_office: Open, lines: Callable[[], list[Line]]
) -> None:
    office = open_office(prepare=first_start)
    ts = office.double.say(ASA, HELP, f"Min stol gnisslar när jag vrider, {CANARY}")
    office.settle()
    (event_id,) = asked(lines())
    (card,) = office.cards()
    link = f"https://office.slack.com/archives/{HELP}/p{ts.replace('.', '')}"

    told = {traced(office, name) for name in (event_id, "1", "#1", "T-1", ts, link, card.ts)}

    assert len(told) == 1
    (way,) = told
    assert "Received from Slack." in way
    assert "Became ticket 1: no stored answer was sure enough." in way
    assert f"Card for the support team: in Slack, time stamp {card.ts}." in way
    assert "The language model was not asked." in way
    assert CANARY not in way
    assert "Åsa" not in way


def test_a_pause_that_slack_asked_for_is_the_reason_why(
    open_office: Open, lines: Callable[[], list[Line]]
) -> None:
    office = open_office(prepare=first_start)
    double = office.double
    double.faults.methods = frozenset({"chat.postMessage"})
    double.faults.rate_limited, double.faults.retry_after = 1.0, 7
    double.say(ASA, HELP, "Min stol gnisslar när jag vrider")
    double.wait_until(lambda: any(line["event"] == "post waits" for line in lines()), 20)
    double.faults.clear()
    office.clock.forward(timedelta(seconds=8))
    office.settle()

    assert "Slack asked for a pause." in traced(office, "1")


def test_what_history_found_says_that_slack_had_not_delivered_it(open_office: Open) -> None:
    office = open_office(prepare=first_start)
    double, watch = office.double, office.service._watch
    watch.beat()  # it listens from here on
    office.clock.forward(timedelta(seconds=31))
    double.faults.lost_events = 1.0
    ts = double.say(ASA, HELP, "Min stol gnisslar när jag vrider")
    double.faults.clear()
    office.clock.forward(timedelta(minutes=20))
    watch.beat()
    office.settle()

    way = traced(office, ts)
    assert "Found in Slack's history." in way
    assert "20 min late: Slack had not delivered it." in way
    assert "Became ticket 1" in way


def test_of_what_is_for_few_eyes_only_that_it_was_handled_is_told(
    open_office: Open, lines: Callable[[], list[Line]]
) -> None:
    office = open_office(prepare=first_start)
    office.double.say(ASA, HELP, "min lön är fel")
    office.settle()
    (event_id,) = asked(lines())

    way = traced(office, event_id)
    assert "Handled; it became neither an answer nor a ticket." in way
    assert "in Slack, time stamp" not in way


def test_what_is_unknown_says_what_can_be_asked_for(open_office: Open) -> None:
    office = open_office(prepare=first_start)
    for name in ("Ev404", "404", "1795424400.000001", "", "private"):
        with pytest.raises(NotFoundError):
            traced(office, name)


def test_the_lead_alone_follows_a_ticket_in_slack(open_office: Open) -> None:
    office = open_office(prepare=first_start)
    double = office.double
    double.say(ASA, HELP, "Min stol gnisslar när jag vrider")
    office.settle()
    for person in (LENA, KIM, ASA):
        double.command(person, HELP, "/lotsen", "trace 1")
        office.settle()

    assert "Blev ärende 1" in text_of(double.ephemerals(LENA)[-1].blocks)
    for person in (KIM, ASA):
        assert "1795" not in text_of(double.ephemerals(person)[-1].blocks)
    assert "IT-chefen" in double.ephemerals(ASA)[-1].text
    double.command(LENA, HELP, "/lotsen", "trace 404")
    office.settle()
    assert "404" in double.ephemerals(LENA)[-1].text
