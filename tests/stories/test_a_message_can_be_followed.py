"""The log has a line for each step of a message, joined by ids, and no word of anybody."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog

from bot.log import configure_for_service
from models.desk.setup import first_start as setup
from models.lotsen import Lotsen
from tests.conftest import NOW
from tests.stories.conftest import ASA, CROWD, HELP, KIM, SUPPORT, Office

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
