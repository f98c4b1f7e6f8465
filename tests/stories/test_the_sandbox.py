"""The sandbox: everything can be tried there, nothing of it counts, and after a day it is gone."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.slack.blocks import text_of
from models.desk.privacy import persons
from models.desk.registers.seed_registers import rate_tickets
from models.errors import InvalidError, LotsenError
from models.knowledge.gaps import gaps
from models.kpis.periods import Period, quarter_of, week_of
from models.lotsen import Lotsen
from models.settings import Settings
from models.store.views import VIEWS
from models.tables import (
    Article,
    BaselineChoice,
    BaselineStep,
    Category,
    LlmCall,
    LlmOutcome,
    RunState,
    Status,
)
from models.triage.training import training_set
from tests.rows import events

HELP, SUPPORT, SANDBOX = "CHELP", "CSUPPORT", "CSANDBOX"
ASA, KIM, OLA, LENA = "UASA", "UKIM", "UOLA", "ULENA"
QUESTION = "Hur ansöker jag om semester?"
TABLES = (
    "help_case", "case_message", "ticket", "ticket_text", "ticket_event", "ticket_times",
    "decision", "label", "answer_verdict", "question_candidate", "article_draft", "ticket_rating",
)  # fmt: skip

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)

Open = Callable[..., Any]


def company(lotsen: Lotsen) -> None:
    with lotsen.store.begin() as unit:
        unit.tickets.put_categories(
            [
                Category(key="vpn", titles={"sv": "VPN", "en": "VPN"}, position=1),
                Category(key="printing", titles={"sv": "Skrivare", "en": "Printing"}, position=2),
            ]
        )
        unit.knowledge.put(
            [
                Article(
                    document="personalhandboken.md",
                    external_id="semester",
                    language="sv",
                    title="Ansöka om semester",
                    questions=[QUESTION, "semesteransökan hur gör man", "var söker jag semester"],
                    answer="Öppna lönesystemet och välj Frånvaro.",
                    verified_on=date(2026, 10, 1),
                    imported_at=datetime(2026, 10, 1, tzinfo=UTC),
                    sha256="0" * 64,
                )
            ]
        )


def open_sandbox(open_office: Open, url: str = "", **more: Any) -> Any:
    return open_office(url, prepare=company, lotsen_sandbox_channel=SANDBOX, **more)


def newest_card(office: Any, channel: str) -> Any:
    return next(
        post for post in reversed(office.posts(channel)) if "ticket_why" in json.dumps(post.blocks)
    )


# Everything works there ----------------------------------------------------------------------


def test_the_card_of_an_experiment_stays_in_the_sandbox_and_anybody_may_press_its_buttons(
    database_url: str, open_office: Open
) -> None:
    office = open_sandbox(open_office, database_url)
    double = office.double

    ts = double.say(ASA, SANDBOX, "Truckens lås har fastnat, felkod 4711")
    office.settle()
    card = newest_card(office, SANDBOX)
    for action in ("ticket_claim", "ticket_pause", "ticket_resume", "ticket_resolve"):
        double.click(OLA, SANDBOX, card.ts, action)  # Ola is no member of the staff
        office.settle()
    assert double.submit(OLA, {"note": {"note": "Smorde låset."}}).status == 200
    office.settle()
    double.click(OLA, SANDBOX, card.ts, "ticket_why")
    office.settle()

    assert "Smorde låset." in text_of(double.thread(SANDBOX, ts)[-1].blocks)
    shown = [*office.posts(SANDBOX), *double.ephemerals(OLA)]
    assert len(shown) == 4  # card, progress, resolution, why
    assert all("Sandlåda: ett experiment" in text_of(post.blocks) for post in shown)
    assert all(post.text.startswith("🧪") for post in shown)
    assert office.posts(SUPPORT) == []


def test_nobody_but_the_staff_reaches_a_real_ticket_from_the_sandbox(open_office: Open) -> None:
    office = open_sandbox(open_office)
    double = office.double
    double.say(ASA, HELP, "Truckens lås har fastnat, felkod 4711")
    office.settle()
    (card,) = office.cards()

    double.command(OLA, SANDBOX, "/lotsen", "why 1")
    office.settle()
    double.say(OLA, SANDBOX, "Portens lås har fastnat, felkod 4712")
    office.settle()
    double.click(OLA, SANDBOX, newest_card(office, SANDBOX).ts, "ticket_claim")
    office.settle()

    assert "4711" not in str([post.blocks for post in double.ephemerals(OLA)])
    assert office.read(lambda unit: unit.tickets.get(1).status) is Status.NEW
    assert office.read(lambda unit: unit.tickets.find(2)) is None
    double.click(OLA, SANDBOX, newest_card(office, SANDBOX).ts, "ticket_pause")
    double.click(KIM, SUPPORT, card.ts, "ticket_claim")
    office.settle()
    assert office.read(lambda unit: unit.tickets.get(1).status) is Status.CLAIMED
    with office.lotsen.store.sandbox().snapshot() as unit:
        assert unit.tickets.get(2).status is Status.PAUSED
        assert unit.tickets.find(1) is None


# Nothing of it counts ------------------------------------------------------------------------


def busy_hour(office: Any, channel: str, cards: str) -> None:
    """Ask, judge, search, triage, work and rate in a channel whose cards are in ``cards``."""
    double = office.double

    def click(user: str, where: str, ts: str, action: str) -> None:
        double.click(user, where, ts, action)
        office.settle()

    for user, verdict in ((ASA, "answer_solved"), (OLA, "answer_not_solved")):
        ts = double.say(user, channel, QUESTION)
        office.settle()
        click(user, channel, double.thread(channel, ts)[-1].ts, verdict)
    for number in range(3):
        asked = f"Skrivaren på plan {number} skriver bara streck och blinkar rött hela tiden"
        ts = double.say(f"UASA{number}", channel, asked)
        office.settle()
        double.edit(f"UASA{number}", channel, ts, f"{asked}, felkod 59")
        office.settle()
        card = newest_card(office, cards)
        double.choose(KIM, cards, card.ts, "ticket_category", "printing")
        click(KIM, cards, card.ts, "ticket_claim")
        office.clock.forward(timedelta(minutes=9))
        click(KIM, cards, card.ts, "ticket_resolve")
        double.submit(KIM, {"note": {"note": "Bytte trumman och rengjorde laserenheten noga."}})
        office.settle()
        click(f"UASA{number}", channel, double.thread(channel, ts)[-1].ts, "csat_5")
    ts = double.say(OLA, channel, "Skärmen flimrar i rum Ekens")
    double.react(KIM, channel, ts, "ticket")
    double.command(ASA, channel, "/lotsen", "ticket Nyckelkort till Eva saknas")
    double.command(ASA, channel, "/lotsen", f"ask {QUESTION}")
    office.settle()
    mine = [post for post in double.ephemerals(ASA) if post.channel == channel]
    search = next(post for post in mine if "answer_solved" in json.dumps(post.blocks))
    click(ASA, channel, search.ts, "answer_solved")
    click(KIM, cards, newest_card(office, cards).ts, "ticket_why")


def all_that_counts(lotsen: Lotsen, now: datetime) -> dict[str, str]:
    """Give every figure, export and lesson as text, by name."""
    today = now.astimezone(lotsen.calendar.zone).date()
    week, quarter = week_of(today), quarter_of(today)
    spans = (week, quarter, Period("all", date(2026, 1, 1), today + timedelta(days=1)))
    start, end = spans[-1].start(lotsen.calendar.zone), spans[-1].end(lotsen.calendar.zone)
    rate_tickets(lotsen.store, now)
    found: dict[str, Any] = {span.key: lotsen.kpis.measure(span, now) for span in spans}
    found["effect"] = lotsen.value.proof.effect(now)
    found["week"] = lotsen.value.week(week, (), now)
    found["digest"] = lotsen.value.digest(week, (), now, "sv").to_json()
    found["statement"] = lotsen.value.statement(quarter, now)
    found["plan"] = (lotsen.plan.status(now), lotsen.plan.facts(now))
    found["review"] = lotsen.review(quarter, now, "sv").to_json()
    found["gaps"] = gaps(lotsen.store, lotsen.knowledge, now)
    try:
        found["baseline"] = lotsen.kpis.draft(None, None, now).content
    except LotsenError as error:
        found["baseline"] = str(error)
    found["data quality"] = lotsen.registers.listing("data_sources").lines
    with lotsen.store.snapshot() as unit:
        found |= {view: sorted(unit.views.rows(view), key=str) for view in VIEWS}
        found["training"] = training_set(unit)
        found["texts"] = [list(unit.oversight.untouched()), list(unit.oversight.labelled())]
        found["labels"] = [unit.oversight.label_counts(), unit.oversight.blind_drawn()]
        found["guesses"] = unit.oversight.guesses(start, end)
        found["verdicts"] = [unit.feedback.verdicts(), unit.feedback.tallies()]
        found["candidates"] = [row.question for row, _ in unit.feedback.waiting()]
        found["taken"] = [unit.feedback.taken_questions(), unit.feedback.taken_version()]
        found["asked"] = [unit.feedback.asked_since(start), unit.feedback.unanswered(start, 99)]
        found["steps"] = unit.figures.case_steps(start, end)
        found["events"] = [str(row) for row in events(unit)]
        found["arms"] = [unit.effects.begun(end), unit.effects.arms(end)]
        found["rated"] = [
            unit.surveys.rated_weeks(today + timedelta(days=7)),
            unit.surveys.tallies(),
        ]
        found["tickets"] = [unit.tickets.count(), unit.tickets.count_unresolved()]
        found["queue"] = [ticket.id for ticket in unit.tickets.unresolved()]
        found["own"] = [ticket.id for ticket in unit.tickets.of_requester(_person(unit, ASA))]
    return {name: repr(value) for name, value in found.items()}


def _person(unit: Any, slack_id: str) -> str:
    return str(unit.people.find(slack_id).id)


@pytest.mark.long
def test_no_figure_export_or_lesson_changes_by_a_busy_hour_in_the_sandbox(
    database_url: str, open_office: Open
) -> None:
    office = open_sandbox(open_office, database_url)
    busy_hour(office, HELP, SUPPORT)
    at = office.clock() + timedelta(hours=3)
    before = all_that_counts(office.lotsen, at)

    busy_hour(office, SANDBOX, SANDBOX)

    after = all_that_counts(office.lotsen, at)
    assert {name for name in before if before[name] != after[name]} == set()
    with office.lotsen.store.sandbox().snapshot() as unit:
        assert unit.tickets.count() == 6  # it was as busy there

    # The same in earnest is seen: the comparison is not blind.
    busy_hour(office, HELP, SUPPORT)
    earnest = all_that_counts(office.lotsen, at)
    seen = {name for name in before if before[name] != earnest[name]}
    assert {"all", "week", "digest", "training", "labels", "verdicts", "steps", "events"} <= seen
    assert {"v_tickets", "v_weeks", "v_categories", "rated", "tickets", "asked", "queue"} <= seen


# It does not stay ----------------------------------------------------------------------------


def rows_of(office: Any, table: str) -> int:
    with office.lotsen.store.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one())  # noqa: S608  # names of our own


def sweep(office: Any) -> None:
    for _ in range(2):  # first Slack deletes the posts, then the rows may go
        office.clock.forward(timedelta(hours=1))
        office.service.tick(office.clock())
        office.double.wait_until(lambda: _swept(office))  # the bot's own clock may have been first
        office.settle()


def _swept(office: Any) -> bool:
    hour = f"{office.clock().astimezone(UTC):%Y-%m-%dT%H}"
    run = office.read(lambda unit: unit.job_runs.find("sandbox_sweep", hour))
    return run is not None and run.state is RunState.DONE


@pytest.mark.long
def test_after_a_day_the_sandbox_is_empty_and_the_desk_is_as_it_was(
    database_url: str, open_office: Open
) -> None:
    office = open_sandbox(open_office, database_url)
    double = office.double
    busy_hour(office, HELP, SUPPORT)
    sweep(office)  # and with it what else the bot does at times
    earnest = {table: rows_of(office, table) for table in TABLES}
    busy_hour(office, SANDBOX, SANDBOX)
    assert rows_of(office, "ticket_event") > earnest["ticket_event"]

    sweep(office)
    assert office.posts(SANDBOX)  # nothing of it is a day old

    office.clock.forward(timedelta(hours=22))
    double.say(ASA, SANDBOX, "Hissen står stilla på plan 3")
    office.settle()
    sweep(office)

    assert {table: rows_of(office, table) for table in TABLES} != earnest  # the newest is there
    assert "Hissen" in str([post.blocks for post in office.posts(SANDBOX)])
    assert len(office.posts(SANDBOX)) == 2
    office.clock.forward(timedelta(hours=25))
    sweep(office)
    left = {table: rows_of(office, table) for table in TABLES}
    # At night the bot notes who asked the same again: that is no experiment.
    returned = office.read(lambda unit: unit.feedback.returned(NOW))
    assert left == {**earnest, "ticket_event": earnest["ticket_event"] + len(returned)}
    assert office.posts(SANDBOX) == []
    with office.lotsen.store.sandbox().snapshot() as unit:
        assert unit.sandbox.posts() == []
    deleted = [call.args["ts"] for call in double.calls if call.method == "chat.delete"]
    assert len(deleted) == len(set(deleted))
    assert office.posts(SUPPORT)


def test_a_post_that_is_gone_or_that_slack_keeps_holds_nothing_up(open_office: Open) -> None:
    office = open_sandbox(open_office)
    double = office.double
    asked = double.say(ASA, SANDBOX, "Hissen står stilla på plan 3")
    office.settle()
    with office.lotsen.store.begin() as unit:
        card, progress = unit.outbox.find("ticket:1:card"), unit.outbox.find("case:1:ticket")
        card.ts = asked  # hers: Slack refuses, cant_delete_message
        progress.ts = "1700000000.000100"  # nothing is there: message_not_found
        unit.outbox.save(card)
        unit.outbox.save(progress)

    office.clock.forward(timedelta(hours=25))
    sweep(office)

    answers = {call.answer.get("error") for call in double.calls if call.method == "chat.delete"}
    assert answers == {"cant_delete_message", "message_not_found"}
    assert rows_of(office, "ticket") == 0
    with office.lotsen.store.sandbox().snapshot() as unit:
        assert unit.sandbox.posts() == []  # a digest of the desk may have gone out meanwhile


def test_only_events_of_the_sandbox_can_be_deleted(database_url: str, open_office: Open) -> None:
    office = open_sandbox(open_office, database_url)
    office.double.say(ASA, HELP, "Hissen står stilla på plan 3")
    office.double.say(ASA, SANDBOX, "Hissen står stilla på plan 4")
    office.settle()
    engine = office.lotsen.store.engine

    def tries(statement: str) -> None:
        with engine.begin() as connection:
            connection.execute(text(statement))

    for refused in (
        "DELETE FROM ticket_event WHERE NOT sandbox",
        "DELETE FROM ticket_event",
        "UPDATE ticket_event SET sandbox = NOT sandbox",
        "UPDATE ticket_event SET command_id = ''",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            tries(refused)
    kept = rows_of(office, "ticket_event")
    tries("DELETE FROM ticket_event WHERE sandbox")
    assert 0 < rows_of(office, "ticket_event") < kept


def test_what_a_language_model_cost_in_the_sandbox_stays_booked(open_office: Open) -> None:
    office = open_sandbox(open_office)
    lotsen, at = office.lotsen, office.clock()
    assert lotsen.sandbox.llm is lotsen.desk.llm  # one model, one budget
    office.double.say(ASA, SANDBOX, "Hissen står stilla på plan 3")
    office.settle()
    call = LlmCall(
        at=at,
        month=f"{at:%Y-%m}",
        purpose="triage",
        subject="ticket:1",
        model="m",
        prompt_version="1",
        outcome=LlmOutcome.PENDING,
        reserved_micros=9,
        lease_until=at,
    )
    with lotsen.store.begin() as unit:
        assert unit.llm_calls.reserve(call, 10_000, day=at.date(), now=at)
    office.clock.forward(timedelta(hours=25))
    sweep(office)

    assert rows_of(office, "ticket") == 0
    with lotsen.store.snapshot() as unit:
        (kept,) = unit.llm_calls.latest()
        assert (kept.subject, kept.reserved_micros) == ("", 9)


def test_whoever_is_erased_leaves_the_sandbox_at_once(open_office: Open) -> None:
    office = open_sandbox(open_office)
    office.double.say(ASA, SANDBOX, "Hissen står stilla på plan 3")
    office.double.say(OLA, SANDBOX, "Porten är låst")
    office.settle()
    copy = persons.copy_of(office.lotsen.store, ASA)
    assert len(copy.rows["case_message"]) == 1

    erased = persons.erase(office.lotsen.desk, ASA, office.clock())
    office.service.tick(office.clock())
    office.settle()

    assert erased.rows["case_message"] == 1
    left = str([post.blocks for post in office.posts(SANDBOX)])
    assert "Hissen" not in left
    assert "Porten" in left


def test_before_the_pilot_lotsen_answers_in_the_sandbox_alone(open_office: Open) -> None:
    office = open_sandbox(open_office)
    with office.lotsen.store.begin() as unit:
        unit.surveys.save(BaselineChoice(step=BaselineStep.ASKED, at=office.clock()))
    for channel in (HELP, SANDBOX):
        office.double.say(ASA, channel, QUESTION)
        office.settle()
    assert "lönesystemet" not in str([post.blocks for post in office.posts(HELP)])
    assert "lönesystemet" in str([post.blocks for post in office.posts(SANDBOX)])


@pytest.mark.parametrize("other", ["help", "support", "lead", "management"])
def test_the_sandbox_must_be_a_channel_of_its_own(other: str) -> None:
    values: dict[str, Any] = {f"lotsen_{other}_channel": "C1", "lotsen_sandbox_channel": "C1"}
    with pytest.raises(InvalidError, match=r"LOTSEN_SANDBOX_CHANNEL.*a channel of its own"):
        Settings.load(_env_file=None, **values)
