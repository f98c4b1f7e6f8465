"""How long employees wait is judged as handling time is: by chance, or week by week.

The office works 540 minutes a day. Before the pilot a question waits for 300 to 1,500 of them.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import update
from sqlmodel import col

from models.fingerprint import canonical, sha256_of
from models.kpis.measurement import Kpis
from models.kpis.wait_weeks import WeeklyWaits
from models.kpis.waits import cap_of
from models.language import LANGUAGES, words_for
from models.message import Paragraph, plain
from models.store.transaction import Store
from models.tables import (
    Arm,
    Case,
    CaseState,
    DecidedBy,
    EventKind,
    Person,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketTimes,
)
from models.tickets.hours import Calendar
from models.value.effect.comparison import Comparison, Design, EffectVerdict, VerdictReason
from models.value.effect.reduction import Reduction
from models.value.ledger import Value
from models.value.waiting.judgement import questions_by_look
from models.value.waiting.wait_words import judged_json, judged_message, wait_line
from tests.databases import copy_into, copy_of
from tests.models.value.conftest import HUNDRED
from tests.rows import insert, insert_ticket

NOW = datetime(2027, 1, 25, 7, tzinfo=UTC)
PILOT = datetime(2026, 11, 2, 9, tzinfo=UTC)
SUMMER = datetime(2026, 8, 3, 9, tzinfo=UTC)
FROZEN = datetime(2026, 10, 30, 7, tzinfo=UTC)
EN = words_for("en")
ANSWERED, SOLVED = EventKind.ANSWERED, EventKind.ANSWER_SOLVED


def wait_of(number: int) -> float:
    return 300.0 + 400 * (number % 4)


class Desk:
    """Puts questions into a store, with what became of them."""

    def __init__(self, store: Store, office: Calendar) -> None:
        self.store, self.office = store, office

    def ticket(
        self,
        at: datetime,
        wait: float | None,
        *,
        case: int | None = None,
        status: Status | None = None,
        handling: float = 30.0,
    ) -> int:
        resolved = None if wait is None else self.office.after(at, wait)
        source = Source.IMPORT if case is None else Source.SLACK
        waits = Status.CLAIMED if resolved is None else Status.SOLVED
        row = Ticket(
            case_id=case,
            source=source,
            status=status or waits,
            decided_by=DecidedBy.NOBODY,
            opened_at=at,
        )
        times = TicketTimes(
            ticket_id=0,
            source=source,
            opened_at=at,
            resolved_at=resolved,
            category="vpn",
            final_category="vpn",
            first_response_minutes=10.0,
            handling_minutes=None if resolved is None else handling,
            resolution_business_minutes=wait,
        )
        with self.store.engine.begin() as connection:
            return insert_ticket(connection, row, times)

    def case(
        self,
        number: int,
        arm: Arm,
        wait: float | None,
        *events: tuple[EventKind, float],
        at: datetime | None = None,
        status: Status | None = None,
    ) -> None:
        """Put in a case that chance assigned; with events it has no ticket unless one waits."""
        at = at or PILOT + timedelta(hours=number)
        with self.store.engine.begin() as connection:
            asker = insert(connection, Person(slack_id=f"U{number}", seen_at=at))
            case = insert(
                connection,
                Case(
                    person_id=asker,
                    channel="C",
                    thread_ts=str(number),
                    entrance="help",
                    language="sv",
                    state=CaseState.TICKET,
                    opened_at=at,
                    last_message_at=at,
                ),
            )
            drawn = {"mode": arm.value, "category": "vpn", "share": 0.5}
            happened = [(EventKind.ASKED, 0.0, {}), (EventKind.RANDOMISED, 0.0, drawn)]
            happened += [(kind, minutes, {"article": 7}) for kind, minutes in events]
            for order, (kind, minutes, detail) in enumerate(happened):
                event = TicketEvent(
                    case_id=case,
                    kind=kind,
                    at=at + timedelta(minutes=minutes),
                    actor=asker,
                    detail=detail,
                    command_id=f"Ev{number}-{order}",
                )
                insert(connection, event)
        if not events or wait is not None:
            ticket = self.ticket(at, wait, case=case, status=status)
            with self.store.engine.begin() as connection:
                connection.execute(
                    update(Case).where(col(Case.id) == case).values(ticket_id=ticket)
                )


@pytest.fixture(scope="module")
def frozen(empty: Store, office: Calendar) -> Iterator[Store]:
    """Ten weeks of fifteen imported tickets, frozen."""
    filled = copy_of(empty)
    desk = Desk(filled, office)
    for n in range(150):
        desk.ticket(SUMMER + timedelta(days=7 * (n // 15), minutes=n), wait_of(n))
    Kpis(filled, office).freeze(date(2026, 8, 3), date(2026, 10, 11), FROZEN)
    yield filled
    filled.close()


@pytest.fixture
def desk(store: Store, frozen: Store, office: Calendar) -> Desk:
    copy_into(store, frozen)
    return Desk(store, office)


@pytest.fixture
def proof(store: Store, office: Calendar, kpis: Kpis) -> Value:
    return Value(store, office, kpis, headcount=HUNDRED)


def judged(proof: Value, now: datetime = NOW) -> Comparison:
    return proof.judgement.both(now).wait


def said(wait: Comparison) -> str:
    return plain(wait_line(wait, EN))


def known(wait: Comparison) -> int:
    return wait.n + wait.n_before + wait.later


# By chance ----------------------------------------------------------------------------------


def test_an_article_that_solves_at_once_shortens_the_wait(desk: Desk, proof: Value) -> None:
    for n in range(400):
        if n % 2:
            desk.case(n, Arm.HELD_OUT, wait_of(n // 2))
        elif n % 4:
            desk.case(n, Arm.HELPED, None, (ANSWERED, 1), (SOLVED, 4))
        else:
            desk.case(n, Arm.HELPED, wait_of(n // 4))

    wait = judged(proof)

    assert (wait.design, wait.why) == (Design.HOLD_OUT, VerdictReason.SHOWN)
    assert wait.is_success
    assert wait.claims_cause
    assert wait.cut is not None
    assert wait.cut.value == pytest.approx(0.5, abs=0.1)
    assert said(wait).startswith("Employees wait")


def test_it_is_no_money_and_handling_time_is_judged_for_itself(desk: Desk, proof: Value) -> None:
    for n in range(400):
        # The people work as long as ever, but are at it at once.
        desk.case(n, Arm.HELD_OUT if n % 2 else Arm.HELPED, wait_of(n // 2) * (1 if n % 2 else 0.2))

    found = proof.judgement.both(NOW)
    handling, wait = found

    assert wait.is_success
    assert not handling.is_success
    told = judged_json(found)
    assert told["verdict"] == handling.verdict
    assert told["wait"]["verdict"] == wait.verdict
    assert told["wait"].keys() == told.keys() - {"wait"}
    shown = judged_message(found, EN).parts
    assert said(wait) in [plain(one.runs) for one in shown if isinstance(one, Paragraph)]


def test_silence_proves_nothing_either_way(desk: Desk, proof: Value) -> None:
    for n in range(400):
        if n % 2:
            desk.case(n, Arm.HELD_OUT, wait_of(n // 2))
        elif n % 4:
            desk.case(n, Arm.HELPED, None, (ANSWERED, 1))
        else:
            desk.case(n, Arm.HELPED, wait_of(n // 4))

    wait = judged(proof)

    assert (wait.verdict, wait.why) == (EffectVerdict.NOT_JUDGED, VerdictReason.SILENT)


def test_longer_waits_are_harm(desk: Desk, proof: Value) -> None:
    for n in range(400):
        desk.case(n, Arm.HELD_OUT if n % 2 else Arm.HELPED, wait_of(n // 2) * (1 if n % 2 else 2))

    wait = judged(proof)

    assert (wait.verdict, wait.why) == (EffectVerdict.WORSE, VerdictReason.SHOWN)
    assert "longer" in said(wait)


def test_what_ended_otherwise_is_left_out(desk: Desk, proof: Value) -> None:
    for n in range(100):
        desk.case(n, Arm.HELD_OUT if n % 2 else Arm.HELPED, wait_of(n // 2))
    before = judged(proof)
    desk.case(100, Arm.HELPED, None, (ANSWERED, 1), (EventKind.WITHDRAWN, 2))
    desk.case(101, Arm.HELPED, None, (EventKind.SUGGESTED, 1))
    desk.case(102, Arm.HELD_OUT, None, status=Status.CLOSED)

    wait = judged(proof)

    assert known(wait) == known(before) == 100
    assert (before.unknown, wait.unknown) == (0, 3)


def test_a_question_counts_once_ten_office_days_have_passed(desk: Desk, proof: Value) -> None:
    for n in range(100):
        at = PILOT + timedelta(minutes=n)
        desk.case(n, Arm.HELD_OUT if n % 2 else Arm.HELPED, 30.0 if n % 3 else None, at=at)
    monday = PILOT.replace(hour=15) + timedelta(days=14)

    assert known(judged(proof, monday - timedelta(days=3))) == 0
    assert known(judged(proof, monday)) == 100
    # What is settled stays: who still waited then is resolved by now, or is not.
    assert judged(proof, monday).cut == judged(proof, NOW).cut


def test_a_baseline_frozen_before_has_none(desk: Desk, proof: Value, kpis: Kpis) -> None:
    drafted = kpis.draft(date(2026, 8, 3), date(2026, 10, 11), FROZEN)
    content = json.loads(drafted.content)
    del content["waits"]
    drafted.content = canonical(content)
    drafted.sha256 = sha256_of([drafted.content])
    with desk.store.begin() as unit:
        unit.figures.save(drafted)

    wait = judged(proof)

    assert (wait.verdict, wait.why) == (EffectVerdict.NOT_JUDGED, VerdictReason.NO_WAITS)
    assert "no waiting times" in said(wait)


def test_without_a_baseline_there_is_nothing_to_compare_with(proof: Value) -> None:
    assert judged(proof).why is VerdictReason.NO_BASELINE


# By weeks -----------------------------------------------------------------------------------


def later(desk: Desk, n: int, factor: float) -> None:
    """Put in tickets of ten weeks after the baseline."""
    for number in range(n):
        at = datetime(2026, 10, 12, 9, tzinfo=UTC) + timedelta(
            days=7 * (number % 10), minutes=number
        )
        desk.ticket(at, wait_of(number // 10) * factor)


def test_shorter_waits_week_by_week_are_an_association(desk: Desk, proof: Value) -> None:
    later(desk, 160, 0.3)

    wait = judged(proof)

    assert (wait.design, wait.why) == (Design.ASSOCIATION, VerdictReason.SHOWN)
    assert wait.is_success
    assert not wait.claims_cause
    assert (wait.weeks, wait.weeks_before) == (8, 10)
    assert "cannot say why" in said(wait)


def test_all_waiting_together_must_not_have_grown(desk: Desk, proof: Value) -> None:
    later(desk, 640, 0.3)

    wait = judged(proof)

    assert (wait.verdict, wait.why) == (EffectVerdict.NOT_SHOWN, VerdictReason.IN_TOTAL)


def test_weeks_after_the_look_change_nothing_of_the_judged_ones() -> None:
    chance = np.random.default_rng(3)
    n, cap = 400, 5400.0
    waits = WeeklyWaits(
        chance.exponential(900.0, n),
        chance.random(n) < 0.2,
        chance.choice(["vpn", "mail"], n),
        np.sort(chance.integers(11, size=n)),
    )

    short = questions_by_look(waits.only(waits.week < 8), cap)
    whole = questions_by_look(waits, cap)

    judged_ones = whole.week < 8
    assert whole.minutes[judged_ones].tolist() == short.minutes.tolist()
    assert whole.count[judged_ones].tolist() == short.count.tolist()
    assert whole.weeks == 11


def test_the_baseline_keeps_its_waits(desk: Desk, kpis: Kpis, office: Calendar) -> None:
    baseline = kpis.baseline()

    assert baseline is not None
    assert baseline.waits is not None
    assert (baseline.waits.weeks, baseline.waits.cap) == (10, cap_of(office))
    assert sum(cell.n for cell in baseline.waits.cells) == 150
    assert baseline.waits.as_is.mean == pytest.approx(900, abs=15)
    assert baseline.waits.with_cut.mean == pytest.approx(0.6 * baseline.waits.as_is.mean)


# In words -----------------------------------------------------------------------------------

NEVER_OF_WAITS = {VerdictReason.NO_TIMES, VerdictReason.TIMED_OTHERWISE}
OF_COMPARISONS = tuple(VerdictReason)[: tuple(VerdictReason).index(VerdictReason.SHOWN)]


@pytest.mark.parametrize("verdict", [EffectVerdict.GOAL_RULED_OUT, EffectVerdict.NO_EFFECT])
def test_an_interval_below_nothing_is_not_told_as_zero_per_cent_less(
    verdict: EffectVerdict,
) -> None:
    slower = Reduction(-0.4, -0.8, -0.1, 0.2)

    told = said(
        Comparison(Design.HOLD_OUT, verdict, VerdictReason.NO_DIFFERENCE, 0.4, slower, 90, 90)
    )

    assert told.startswith("Employees do not wait less for a solution")
    assert "0%" not in told.replace("40%", "")


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("design", Design)
def test_each_finding_has_words(design: Design, language: str) -> None:
    pairs = [
        (verdict, VerdictReason.SHOWN)
        for verdict in (EffectVerdict.MET, EffectVerdict.IMPROVED, EffectVerdict.WORSE)
    ]
    nothing = (EffectVerdict.NOT_SHOWN, EffectVerdict.NO_EFFECT, EffectVerdict.GOAL_RULED_OUT)
    pairs += [(verdict, VerdictReason.NO_DIFFERENCE) for verdict in nothing]
    pairs += [
        (EffectVerdict.NOT_JUDGED, why)
        for why in OF_COMPARISONS
        if why not in NEVER_OF_WAITS and why is not VerdictReason.NO_DIFFERENCE
    ]
    for verdict, why in pairs:
        wait = Comparison(design, verdict, why, 0.4, None, 10, 3, worse=("reopened",))
        told = plain(wait_line(wait, words_for(language)))
        assert told
        assert "{" not in told
