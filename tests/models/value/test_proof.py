"""The effect as it is read from the store: the strongest design that the data allow."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update
from sqlmodel import col

from models.kpis.measurement import Kpis
from models.kpis.periods import Period, previous_week
from models.language import LANGUAGES, Language, words_for
from models.message import Message
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
from models.value.effect.effect_report import effect_json, effect_message
from models.value.effect.proof import ComparedWeeks
from models.value.ledger import Value
from models.value.money.costs import UNTOUCHED
from models.value.statement.quarter_statement import StatementVerdict as Paid
from models.value.statement.statement_report import roi_message
from tests.databases import copy_into, copy_of
from tests.models.value.conftest import HUNDRED, adder_to
from tests.rows import insert, insert_ticket

AddTicket = Callable[..., int]
NOW = datetime(2027, 1, 25, 7, tzinfo=UTC)
PILOT = datetime(2026, 11, 2, 9, tzinfo=UTC)
FROZEN = datetime(2026, 10, 12, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def frozen(empty: Store, office: Calendar) -> Iterator[Store]:
    """Ten weeks of fifteen tickets, 25 to 35 minutes each, frozen."""
    filled = copy_of(empty)
    add_ticket = adder_to(filled)
    for n in range(150):
        at = datetime(2026, 8, 3, 8, tzinfo=UTC) + timedelta(days=7 * (n // 15), minutes=n)
        add_ticket(at, 25.0 + n % 11, source=Source.IMPORT)
    Kpis(filled, office).freeze(date(2026, 8, 3), date(2026, 10, 11), FROZEN)
    yield filled
    filled.close()


@pytest.fixture
def baseline(store: Store, frozen: Store) -> None:
    """Begin with what `frozen` holds: quicker copied than filled for each test."""
    copy_into(store, frozen)


@pytest.fixture
def proof(store: Store, office: Calendar, kpis: Kpis) -> Value:
    return Value(store, office, kpis, headcount=HUNDRED)


def a_case(
    store: Store,
    number: int,
    arm: Arm,
    minutes: float | None,
    *,
    at: datetime | None = None,
    person: str = "",
    ticket: bool = True,
    reopened: int = 0,
    share: float = 0.5,
    half_day: str = "",
) -> None:
    """Put in a case that chance assigned; without minutes its ticket is still open."""
    at = at or PILOT + timedelta(hours=number)
    with store.engine.begin() as connection:
        asker = Person(slack_id=person or f"U{number}", seen_at=at)
        known = select(col(Person.id)).where(col(Person.slack_id) == asker.slack_id)
        asked_by = connection.execute(known).scalar() or insert(connection, asker)
        case = Case(
            person_id=asked_by,
            channel="C",
            thread_ts=str(number),
            entrance="help",
            language="sv",
            state=CaseState.TICKET if ticket else CaseState.SOLVED,
            opened_at=at,
            last_message_at=at,
        )
        case_id = insert(connection, case)
        if ticket:
            ticket_id = _a_ticket(connection, case_id, at, minutes, reopened)
            its = update(Case).where(col(Case.id) == case_id)
            connection.execute(its.values(ticket_id=ticket_id))
        drawn = TicketEvent(
            case_id=case_id,
            kind=EventKind.RANDOMISED,
            at=at,
            actor=asked_by,
            detail={
                "mode": arm.value,
                "category": "vpn",
                "share": share,
                **({"half_day": half_day} if half_day else {}),
            },
            command_id=f"Ev{number}",
        )
        insert(connection, drawn)


def _a_ticket(
    connection: Connection, case_id: int, at: datetime, minutes: float | None, reopened: int
) -> int:
    ticket = Ticket(
        case_id=case_id,
        source=Source.SLACK,
        status=Status.CLAIMED if minutes is None else Status.SOLVED,
        decided_by=DecidedBy.NOBODY,
        opened_at=at,
    )
    times = TicketTimes(
        ticket_id=0,
        source=Source.SLACK,
        opened_at=at,
        resolved_at=None if minutes is None else at + timedelta(hours=1),
        category="vpn",
        final_category="vpn",
        handling_minutes=minutes,
        first_response_minutes=10.0,
        reopened=reopened,
    )
    return insert_ticket(connection, ticket, times)


def a_pilot(store: Store, cases: int, helped: float, held: float, **more: int) -> None:
    for n in range(cases):
        arm = Arm.HELD_OUT if n % 2 else Arm.HELPED
        minutes = (held if n % 2 else helped) * (0.8 if n // 2 % 2 else 1.2)
        a_case(store, n, arm, minutes, reopened=more.get("reopened", 0) * (arm is Arm.HELPED))


def test_without_a_baseline_nothing_is_claimed(proof: Value) -> None:
    effect = proof.proof.effect(NOW)

    assert (effect.verdict, effect.why) == (EffectVerdict.NOT_JUDGED, VerdictReason.NO_BASELINE)


def test_the_hold_out_tells_as_soon_as_there_is_one(
    baseline: None, store: Store, proof: Value
) -> None:
    a_pilot(store, 120, helped=12.0, held=30.0)

    effect = proof.proof.effect(NOW)

    assert effect.design is Design.HOLD_OUT
    assert (effect.planned, effect.n, effect.n_before, effect.later) == (82, 41, 41, 38)
    assert (effect.verdict, effect.why) == (EffectVerdict.MET, VerdictReason.SHOWN)
    assert effect.cut is not None
    assert effect.cut.value == pytest.approx(0.6, abs=0.05)


@pytest.mark.slow
def test_a_question_that_an_answer_solved_cost_nobody_anything(
    baseline: None, store: Store, proof: Value
) -> None:
    a_pilot(store, 120, helped=30.0, held=30.0)
    for n in range(60):
        at = PILOT + timedelta(hours=2 * n, minutes=1)
        a_case(store, 500 + n, Arm.HELPED, None, ticket=False, at=at)

    effect = proof.proof.effect(NOW)

    # Looks are at 41, 82 and 164 cases: of the first 164, half of those helped cost nobody a minute.
    assert (effect.n, effect.n_before, effect.later) == (110, 54, 16)
    assert effect.cut is not None
    assert effect.cut.value == pytest.approx(0.5, abs=0.02)


def test_young_cases_and_open_tickets_do_not_count_yet(
    baseline: None, store: Store, proof: Value
) -> None:
    a_pilot(store, 80, helped=12.0, held=30.0)
    for n in range(5):
        a_case(store, 600 + n, Arm.HELPED, 1.0, at=NOW - timedelta(days=6))
        a_case(store, 700 + n, Arm.HELD_OUT, None)

    effect = proof.proof.effect(NOW)

    assert (effect.n + effect.n_before, effect.later, effect.unknown) == (41, 39, 5)


@pytest.mark.slow
def test_a_share_that_was_changed_does_not_pass_for_an_effect(
    baseline: None, store: Store, proof: Value
) -> None:
    # First every other case is held out and all take long, then few are and all are quick.
    for n in range(100):
        a_case(store, n, Arm.HELD_OUT if n % 2 else Arm.HELPED, 40.0 + n % 3)
    for n in range(100, 300):
        arm = Arm.HELPED if n % 10 else Arm.HELD_OUT
        a_case(store, n, arm, 10.0 + n % 3, share=0.1)

    effect = proof.proof.effect(NOW)

    assert effect.cut is not None
    assert effect.cut.value == pytest.approx(0.0, abs=0.03)


def test_exempt_cases_are_in_no_arm(baseline: None, store: Store, proof: Value) -> None:
    a_pilot(store, 80, helped=12.0, held=30.0)
    for n in range(20):
        a_case(store, 800 + n, Arm.EXEMPT, 500.0)

    effect = proof.proof.effect(NOW)

    assert (effect.n, effect.n_before, effect.later) == (21, 20, 39)


def test_more_reopened_tickets_forbid_the_claim(baseline: None, store: Store, proof: Value) -> None:
    a_pilot(store, 120, helped=12.0, held=30.0, reopened=1)

    effect = proof.proof.effect(NOW)

    assert (effect.verdict, effect.why, effect.worse) == (
        EffectVerdict.NOT_SHOWN,
        VerdictReason.GUARDRAIL,
        ("reopened",),
    )


@pytest.mark.slow
def test_what_is_worse_than_in_the_hold_out_forbids_paid(
    baseline: None, store: Store, proof: Value
) -> None:
    a_pilot(store, 120, helped=12.0, held=30.0, reopened=1)

    told = proof.statement(Period.parse("2026Q4"), NOW)

    assert "reopened" in told.worse
    assert told.verdict is not Paid.PAID
    assert "2026" in proof.report(Period.parse("2026Q4"), NOW, "en").text


@pytest.mark.slow
def test_people_who_ask_again_are_a_guardrail(baseline: None, store: Store, proof: Value) -> None:
    a_pilot(store, 120, helped=12.0, held=30.0)
    for n in range(0, 120, 2):  # the helped ones, all of them
        at = PILOT + timedelta(hours=n, days=2)
        a_case(store, 1000 + n, Arm.EXEMPT, 5.0, person=f"U{n}", at=at)

    assert proof.proof.effect(NOW).worse == ("came_back",)


def test_without_a_hold_out_it_is_an_association(
    baseline: None, add_ticket: AddTicket, value: Value
) -> None:
    for n in range(150):
        add_ticket(PILOT + timedelta(days=7 * (n // 15), minutes=n), 10.0 + n % 5)

    effect = value.proof.effect(NOW)

    assert (effect.design, effect.verdict) == (Design.ASSOCIATION, EffectVerdict.MET)
    assert (effect.weeks_before, effect.weeks, effect.later) == (10, 8, 2)
    assert (effect.n_before, effect.n) == (150, 120)


def test_a_history_that_ends_on_a_friday_is_compared_with_all_its_weeks(
    add_ticket: AddTicket, value: Value, kpis: Kpis, store: Store
) -> None:
    for n in range(150):
        at = datetime(2026, 8, 3, 8, tzinfo=UTC) + timedelta(days=7 * (n // 15), minutes=n)
        add_ticket(at, 25.0 + n % 11)
    kpis.freeze(date(2026, 8, 3), date(2026, 10, 9), FROZEN)
    for n in range(150):
        add_ticket(PILOT + timedelta(days=7 * (n // 15), minutes=n), 10.0 + n % 5)

    effect = value.proof.effect(NOW)

    assert (effect.weeks_before, effect.n_before) == (10, 150)
    assert effect.verdict is EffectVerdict.MET
    with store.snapshot() as unit:
        again = value.proof.inputs_to_compare_again(unit, NOW)
    assert isinstance(again, ComparedWeeks)
    assert again.history.weeks == 10


def test_minutes_that_come_into_the_baselines_days_later_are_none_of_it(
    add_ticket: AddTicket, value: Value, kpis: Kpis
) -> None:
    def ten_weeks(first: datetime, minutes: float, *, known: bool = True) -> None:
        for n in range(150):
            add_ticket(first + timedelta(days=7 * (n // 15), minutes=n), minutes, known=known)

    then = datetime(2026, 8, 3, 8, tzinfo=UTC)
    ten_weeks(then, 30.0, known=False)
    kpis.freeze(date(2026, 8, 3), date(2026, 10, 11), FROZEN)

    ten_weeks(then, 60.0)
    ten_weeks(PILOT, 30.0)

    assert value.proof.effect(NOW).why is VerdictReason.NO_TIMES


def test_a_week_that_is_not_over_does_not_count(
    baseline: None, add_ticket: AddTicket, value: Value
) -> None:
    for n in range(150):
        add_ticket(PILOT + timedelta(days=7 * (n // 15), minutes=n), 10.0)
    wednesday = PILOT + timedelta(weeks=9, days=2)

    effect = value.proof.effect(wednesday)

    assert (effect.weeks, effect.later) == (8, 1)


def test_between_two_looks_a_new_way_of_timing_changes_nothing(
    baseline: None, add_ticket: AddTicket, store: Store, value: Value
) -> None:
    for n in range(150):
        add_ticket(PILOT + timedelta(days=7 * (n // 15), minutes=n), 10.0 + n % 5)
    before = value.proof.effect(NOW)
    with store.engine.begin() as connection:
        # The two weeks after the judged eight.
        late = col(TicketTimes.opened_at) >= PILOT + timedelta(weeks=8)
        connection.execute(update(TicketTimes).where(late).values(evidence="A"))

    assert value.proof.effect(NOW) == before


@pytest.fixture
def quicker(add_ticket: AddTicket, kpis: Kpis) -> Callable[[int], None]:
    """Ten weeks, and ten that are twice as quick; Lotsen helped with every nth of mail."""

    def made(nth: int) -> None:
        for week in range(20):
            at = datetime(2026, 8, 3, 8, tzinfo=UTC) + timedelta(weeks=week)
            for n in range(10):
                faster = 0.5 if week >= 10 else 1.0
                minutes = faster * (25.0 + n)
                add_ticket(at + timedelta(minutes=n), minutes, category="vpn")
                helped = week >= 10 and n % nth == 0
                add_ticket(at + timedelta(minutes=n), minutes, category="mail", automatic=helped)
        kpis.freeze(date(2026, 8, 3), date(2026, 10, 11), FROZEN)

    return made


def leave(value: Value, on: date, keys: str = "mail") -> None:
    at = datetime(on.year, on.month, on.day, 8, tzinfo=UTC)
    value.costs.choose(UNTOUCHED, keys, "no access", at)


@pytest.mark.slow
def test_categories_named_in_time_make_it_a_difference_in_differences_everywhere(
    quicker: Callable[[int], None], value: Value
) -> None:
    leave(value, date(2026, 10, 11))
    quicker(10)

    effect = value.proof.effect(NOW)

    assert (effect.design, effect.verdict) == (Design.DIFFERENCE, EffectVerdict.NO_EFFECT)
    assert (effect.claims_cause, effect.helped) == (True, None)
    digest = value.week(previous_week(NOW.date()), (), NOW).effect
    assert digest is not None
    assert digest.design is Design.DIFFERENCE
    assert value.statement(Period.parse("2026Q4"), NOW).design is Design.DIFFERENCE


@pytest.mark.slow
def test_tickets_left_to_people_save_nothing_where_the_others_had_no_category(
    add_ticket: AddTicket, kpis: Kpis, value: Value
) -> None:
    leave(value, date(2026, 10, 11))
    for week in range(20):
        at = datetime(2026, 8, 3, 8, tzinfo=UTC) + timedelta(weeks=week)
        for n in range(10):
            minutes = (0.5 if week >= 10 else 1.0) * (25.0 + n)
            add_ticket(at + timedelta(minutes=n), minutes, category="vpn" if week >= 10 else "")
            add_ticket(at + timedelta(minutes=n), 25.0 + n, category="mail", automatic=False)
    kpis.freeze(date(2026, 8, 3), date(2026, 10, 11), FROZEN)

    said = value.statement(Period.parse("2026Q4"), NOW)

    assert said.design is Design.DIFFERENCE
    assert said.volume > 0
    assert sum(month.n for month in said.months) == said.volume


@pytest.mark.slow
def test_categories_named_after_the_first_day_are_no_control(
    quicker: Callable[[int], None], value: Value
) -> None:
    quicker(10)
    leave(value, date(2026, 10, 13))

    assert value.proof.effect(NOW).design is Design.ASSOCIATION


@pytest.mark.slow
def test_categories_that_were_not_left_alone_are_no_control_and_it_says_so(
    quicker: Callable[[int], None], value: Value
) -> None:
    leave(value, date(2026, 10, 11))
    quicker(5)

    effect, said = value.proof.effect(NOW), value.statement(Period.parse("2026Q4"), NOW)

    assert (effect.design, said.design) == (Design.ASSOCIATION, Design.ASSOCIATION)
    assert effect.helped == pytest.approx(0.2)
    for message in (effect_message(effect, words_for("en")), roi_message(said, words_for("en"))):
        assert "named as untouched are not compared with: Lotsen helped with " in message.to_json()


@pytest.mark.slow
def test_what_is_chosen_after_seeing_the_figures_claims_no_cause(
    add_ticket: AddTicket, kpis: Kpis, value: Value
) -> None:
    for week in range(20):
        at = datetime(2026, 8, 3, 8, tzinfo=UTC) + timedelta(weeks=week)
        for n in range(10):
            faster = 0.5 if week >= 10 else 1.0
            add_ticket(at + timedelta(minutes=n), faster * (25.0 + n), category="vpn")
            add_ticket(at + timedelta(minutes=n), 25.0 + n, category="mail")
    kpis.freeze(date(2026, 8, 3), date(2026, 10, 11), FROZEN)

    effect = value.proof.effect(NOW, frozenset({"mail"}))

    assert (effect.design, effect.verdict) == (Design.DIFFERENCE, EffectVerdict.MET)
    assert (effect.is_exploratory, effect_json(effect)["claims_cause"]) == (True, False)
    said = effect_message(effect, words_for("en"))
    assert "Exploratory" in said.text
    assert "With Lotsen" not in said.text


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_effect_can_be_said(
    language: Language, baseline: None, store: Store, proof: Value, value: Value
) -> None:
    told = [value.proof.effect(NOW)]
    for helped, n in ((12.0, 120), (28.0, 121)):
        a_pilot_again(store, n, helped)
        told.append(proof.proof.effect(NOW))

    for effect in told:
        message = effect_message(effect, words_for(language))
        assert "{" not in message.to_json().replace('{"', "")
        assert "-0" not in message.text
        assert Message.from_json(message.to_json()) == message
        assert effect_json(effect)["verdict"] == effect.verdict


def a_pilot_again(store: Store, start: int, helped: float) -> None:
    for n in range(100):
        arm = Arm.HELD_OUT if n % 2 else Arm.HELPED
        a_case(store, 10_000 * start + n, arm, 30.0 if n % 2 else helped, at=PILOT)


def test_of_weeks_tickets_are_counted_not_cases() -> None:
    few = Comparison(
        Design.ASSOCIATION,
        EffectVerdict.NOT_JUDGED,
        VerdictReason.TOO_FEW,
        0.4,
        None,
        12,
        360,
        weeks=9,
    )

    said = effect_message(few, words_for("en")).text

    assert (
        "Questions with a known handling time to compare: 12 after the baseline, 360 in it" in said
    )


OF_A_STATEMENT = {
    VerdictReason.WORSE,
    VerdictReason.NO_COSTS,
    VerdictReason.COSTS_INCOMPLETE,
    VerdictReason.EXPLORATORY,
    VerdictReason.NOT_PAID_BACK,
    VerdictReason.EARNED,
}


OF_WAITS = {VerdictReason.NO_WAITS, VerdictReason.SILENT}
OF_HANDLING = set(VerdictReason) - OF_A_STATEMENT - OF_WAITS - {VerdictReason.SHOWN}


@pytest.mark.parametrize("why", sorted(OF_HANDLING))
def test_what_is_not_shown_is_said_without_a_claim(why: VerdictReason) -> None:
    effect = Comparison(
        Design.HOLD_OUT,
        EffectVerdict.NOT_SHOWN,
        why,
        0.4,
        None,
        10,
        3,
        worse=("reopened",),
        planned=300,
    )

    said = effect_message(effect, words_for("en")).text

    assert any(word in said for word in ("No effect", "No success"))
