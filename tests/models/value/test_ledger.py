"""From costs and tickets in the database to the quarter's statement."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlmodel import col

from models.errors import InvalidError
from models.headcount import Headcount
from models.kpis.measurement import Kpis
from models.kpis.periods import Period
from models.language import LANGUAGES, Language
from models.message import Fields, Message, Note, Paragraph, Table, plain
from models.store.transaction import Store
from models.tables import ALWAYS, Assumption, CostKind, Source, TicketTimes
from models.tickets.hours import Calendar
from models.value.effect.comparison import VerdictReason
from models.value.ledger import Value
from models.value.money.costs import are_costs_too_low, read_outlook
from models.value.statement.quarter_statement import Advice, StatementVerdict

AddTicket = Callable[..., int]
Q4 = Period.parse("2026Q4")
NOW = datetime(2027, 1, 4, 7, tzinfo=UTC)
LAST_OF_Q4 = datetime(2026, 12, 31, 15, tzinfo=UTC)
IN_DECEMBER = datetime(2026, 12, 15, 7, tzinfo=UTC)


FROZEN = datetime(2026, 10, 1, 7, tzinfo=UTC)
DAYS = date(2026, 7, 1), date(2026, 9, 30)


@pytest.fixture
def baseline(add_ticket: AddTicket, kpis: Kpis) -> None:
    """Ten imported tickets a week from 6 July on for twelve weeks, 50 and 70 minutes: 60 on average."""
    for n in range(120):
        at = datetime(2026, 7, 6, 8, tzinfo=UTC) + timedelta(weeks=n // 10, hours=n % 10)
        add_ticket(at, 50.0 if n % 2 else 70.0, source=Source.IMPORT)
    kpis.freeze(*DAYS, FROZEN)


@pytest.fixture
def pilot(add_ticket: AddTicket) -> None:
    """Ten tickets a week from 5 October on for ten weeks, 30 and 50 minutes: 40 on average."""
    for n in range(100):
        at = datetime(2026, 10, 5, 8, tzinfo=UTC) + timedelta(weeks=n // 10, hours=10 * (n % 10))
        add_ticket(at, 30.0 if n % 2 else 50.0)


def book(value: Value, euros: str, day: date = date(2026, 10, 15)) -> None:
    value.costs.book(CostKind.LICENCE, "licence", Decimal(euros), day, NOW)
    value.costs.explain("a test that costs next to nothing", LAST_OF_Q4)


def test_a_quarter_equals_the_case_worked_by_hand(
    baseline: None, pilot: None, value: Value
) -> None:
    book(value, "500.00")

    said = value.statement(Q4, NOW)

    # 100 tickets · 20 min = 33 h 20 min; at 45 EUR/h 1,500 EUR; put to use 0.3, 0.5, 0.8.
    assert said.benefit == pytest.approx((450, 750, 1200))
    assert said.cost_eur == 500.0
    assert said.roi == pytest.approx(0.5)
    assert (said.effect.n_before, said.effect.n, said.effect.weeks) == (120, 80, 8)
    assert said.volume == 100
    assert (said.verdict, said.reason) == (StatementVerdict.NOT_YET, VerdictReason.NOT_PAID_BACK)


def test_all_history_stands_beside_the_chosen_weeks(
    baseline: None, pilot: None, value: Value, add_ticket: AddTicket
) -> None:
    """Ten slower tickets are older than the weeks that somebody chose; 90 min are over the cap."""
    before = value.statement(Q4, NOW).baseline
    assert before is not None
    assert before.history is None
    for n in range(10):
        at = datetime(2026, 5, 4, 8, tzinfo=UTC) + timedelta(days=n)
        add_ticket(at, 90.0, source=Source.IMPORT)

    note = value.statement(Q4, NOW).baseline

    assert note is not None
    # 120 tickets of 60 on average, and ten that count up to the cap of 70.
    assert note.history is not None
    since, *figures = note.history
    assert since == date(2026, 5, 4)
    assert figures == pytest.approx([130, 7900 / 130, 120, 60.0])
    notes = [
        plain(part.runs) for part in value.report(Q4, NOW, "en").parts if isinstance(part, Note)
    ]
    assert (
        "In it a ticket took 60.0 min (n = 120); in all history since 4 May 2026 it took 60.8 min "
        "(n = 130)."
    ) in notes


def test_a_head_count_that_was_changed_afterwards_is_said(
    baseline: None, value: Value, store: Store, office: Calendar, kpis: Kpis
) -> None:
    value.keep_headcount(FROZEN)
    said = value.statement(Q4, NOW).baseline
    assert said is not None
    assert said.people is None

    more = Value(store, office, kpis, headcount=Headcount.parse("140"))
    more.keep_headcount(NOW)

    said = more.statement(Q4, NOW).baseline
    assert said is not None
    assert said.people == (100, 140)
    notes = [
        plain(part.runs) for part in more.report(Q4, NOW, "en").parts if isinstance(part, Note)
    ]
    assert (
        "Since then the number of people who worked here on 30 September 2026 was changed in the "
        "settings: 100 then, 140 now."
    ) in notes


def test_a_head_count_is_kept_each_time_that_it_changes(value: Value, store: Store) -> None:
    for _ in range(3):
        value.keep_headcount(FROZEN)
    with store.snapshot() as unit:
        kept = unit.money.headcount(NOW)
    assert kept is not None
    assert str(kept) == "100"
    assert str(Headcount.parse("2026-09-01=120,2026-01-01=110")) == "2026-01-01=110, 2026-09-01=120"


def test_a_cheap_pilot_has_paid_and_says_since_when(
    baseline: None, pilot: None, value: Value
) -> None:
    book(value, "350")

    said = value.statement(Q4, NOW)

    # October has 40 tickets: 40 · 20 min / 60 · 45 EUR/h · 0.5 = 300 EUR; November 50 more.
    assert (said.verdict, said.payback_month) == (StatementVerdict.PAID, "2026-11")
    assert said.npv_eur is not None
    assert 390 < said.npv_eur < 400  # 400 EUR net, a little of it a month or two later


@pytest.mark.parametrize(("buttons", "said_so"), [(0, False), (10, False), (30, True)])
def test_minutes_that_are_measured_otherwise_than_before_are_told(
    baseline: None, pilot: None, value: Value, store: Store, kpis: Kpis, buttons: int, said_so: bool
) -> None:
    with store.engine.begin() as connection:
        times = col(TicketTimes.source)
        connection.execute(update(TicketTimes).values(evidence="C"))
        timed = update(TicketTimes).where(
            times == Source.SLACK, col(TicketTimes.ticket_id) % 10 < buttons // 10
        )
        connection.execute(timed.values(evidence="A"))
    kpis.freeze(*DAYS, FROZEN)

    told = {one.advice: one.share for one in value.statement(Q4, NOW).adjustments}

    assert (Advice.TIMED_OTHERWISE in told) is said_so
    if said_so:
        assert told[Advice.TIMED_OTHERWISE] == pytest.approx(buttons / 100)


class TestCostsThatCannotBeAll:
    """D6: one euro booked is no pilot that paid."""

    def told(self, value: Value) -> tuple[StatementVerdict, VerdictReason]:
        said = value.statement(Q4, NOW)
        return said.verdict, said.reason

    def test_forbid_paid_until_somebody_says_why(
        self, baseline: None, pilot: None, value: Value
    ) -> None:
        value.costs.book(CostKind.LICENCE, "licence", Decimal(1), date(2026, 10, 15), NOW)
        before = self.told(value)

        value.costs.explain("two hours a month, and no licence", LAST_OF_Q4)

        assert before == (StatementVerdict.NOT_YET, VerdictReason.COSTS_INCOMPLETE)
        assert self.told(value) == (StatementVerdict.PAID, VerdictReason.EARNED)
        notes = [part for part in value.report(Q4, NOW, "en").parts if isinstance(part, Note)]
        assert "Why so little is booked: two hours a month, and no licence" in [
            plain(note.runs) for note in notes
        ]

    def test_an_explanation_after_the_quarter_counts_from_the_next(
        self, baseline: None, pilot: None, value: Value
    ) -> None:
        value.costs.book(CostKind.LICENCE, "licence", Decimal(1), date(2026, 10, 15), NOW)

        value.costs.explain("cheap for three hours", LAST_OF_Q4 + timedelta(days=1))

        assert self.told(value) == (StatementVerdict.NOT_YET, VerdictReason.COSTS_INCOMPLETE)

    def test_own_hours_are_wanted_even_where_the_sum_is_usual(
        self, store: Store, value: Value
    ) -> None:
        def too_low() -> bool:
            with store.snapshot() as unit:
                return are_costs_too_low(unit, read_outlook(unit, date(2026, 12, 31), 0.0), NOW)

        value.costs.book(CostKind.CONSULTING, "start", Decimal(30_000), date(2026, 10, 1), NOW)
        assert too_low()

        value.costs.book(CostKind.INTERNAL_HOURS, "lead", Decimal(900), date(2026, 10, 1), NOW)
        assert not too_low()

    def test_a_first_year_is_measured_by_the_part_of_it_that_is_over(
        self, store: Store, value: Value
    ) -> None:
        value.costs.book(CostKind.INTERNAL_HOURS, "lead", Decimal(20_000), date(2026, 10, 1), NOW)

        # 50,000 EUR a year are usual at least: 12,600 for 92 days, 33,300 for 243.
        for day, low in ((date(2026, 12, 31), False), (date(2027, 5, 31), True)):
            with store.snapshot() as unit:
                assert are_costs_too_low(unit, read_outlook(unit, day, 0.0), NOW) is low

    @pytest.mark.parametrize("reason", ["  ", "x", "cheap", "so so so", "1 2 3"])
    def test_nobody_explains_without_a_reason(self, value: Value, reason: str) -> None:
        with pytest.raises(InvalidError, match="say in a sentence"):
            value.costs.explain(reason, NOW)


def test_the_statement_names_its_baseline_and_those_before_it(
    baseline: None, pilot: None, kpis: Kpis, value: Value
) -> None:
    again = kpis.freeze(date(2026, 7, 13), date(2026, 9, 30), NOW)

    said = value.statement(Q4, NOW)

    assert said.baseline is not None
    assert (said.baseline.number, said.baseline.predecessors) == (again.id, 1)
    assert "Compared with baseline 2, 13 July 2026 to 30 September 2026" in " ".join(
        plain(part.runs) for part in value.report(Q4, NOW, "en").parts if isinstance(part, Note)
    )


def test_a_baseline_that_was_frozen_afterwards_is_exploratory(
    baseline: None, pilot: None, kpis: Kpis, value: Value
) -> None:
    """D2: who freezes again after the quarter could choose the window that pays."""
    book(value, "10")
    before = value.statement(Q4, NOW)
    kpis.freeze(date(2026, 7, 13), date(2026, 9, 30), NOW)

    after = value.statement(Q4, NOW)

    assert before.verdict is StatementVerdict.PAID
    assert (after.verdict, after.reason) == (StatementVerdict.NOT_YET, VerdictReason.EXPLORATORY)
    assert "could have been chosen" in value.report(Q4, NOW, "en").text


def test_tickets_imported_into_the_baselines_days_change_nothing(
    baseline: None, pilot: None, add_ticket: AddTicket, value: Value
) -> None:
    """C2: 150 late tickets of 95 minutes must not make the pilot pay."""
    book(value, "700")
    before = value.statement(Q4, NOW)
    for n in range(150):
        at = datetime(2026, 7, 7, 9, tzinfo=UTC) + timedelta(hours=12 * n)
        add_ticket(at, 95.0, source=Source.IMPORT)

    after = value.statement(Q4, NOW)

    assert (after.benefit, after.verdict) == (before.benefit, before.verdict)
    assert after.effect == before.effect


def test_costs_of_other_quarters_count_for_payback_and_not_for_the_quarter(
    baseline: None, pilot: None, value: Value
) -> None:
    book(value, "10000", date(2026, 5, 1))
    book(value, "100")
    book(value, "7000", date(2027, 1, 1))

    said = value.statement(Q4, NOW)

    assert said.cost_eur == 100
    assert said.payback_month is None
    assert said.verdict is StatementVerdict.NOT_YET


def test_tickets_of_the_baseline_are_no_pilot(
    add_ticket: AddTicket, kpis: Kpis, value: Value
) -> None:
    for n in range(60):
        add_ticket(datetime(2026, 10, 1, 8, tzinfo=UTC) + timedelta(days=n), 50.0 + n % 2)
    kpis.freeze(date(2026, 10, 1), date(2026, 11, 30), datetime(2026, 12, 1, tzinfo=UTC))

    said = value.statement(Q4, NOW)

    assert (said.effect.n_before, said.effect.n) == (56, 0)
    assert said.reason is VerdictReason.TOO_FEW


def test_figures_beside_it_leave_out_the_baselines_part_of_the_quarter(
    add_ticket: AddTicket, kpis: Kpis, value: Value
) -> None:
    for n in range(60):
        add_ticket(datetime(2026, 8, 1, 8, tzinfo=UTC) + timedelta(days=n), 50.0 + n % 2)
    add_ticket(datetime(2026, 10, 10, tzinfo=UTC), 30.0, reopened=1)
    kpis.freeze(date(2026, 8, 1), date(2026, 10, 31), datetime(2026, 11, 1, tzinfo=UTC))
    for n in range(40):
        add_ticket(datetime(2026, 11, 2, 8, tzinfo=UTC) + timedelta(days=n), 30.0)

    said = value.statement(Q4, NOW)

    reopened = next(figure for figure in said.soft if figure.key == "reopened_share")
    assert (reopened.value, reopened.n) == (0.0, 40)


def test_tickets_without_a_measured_time_free_no_hours(
    store: Store, baseline: None, pilot: None, add_ticket: AddTicket, value: Value
) -> None:
    before = value.statement(Q4, NOW)
    number = add_ticket(datetime(2026, 11, 3, 9, tzinfo=UTC), 1.0)
    with store.begin() as unit:
        resolved = datetime(2026, 11, 3, 10, tzinfo=UTC)
        unit.tickets.put_times(
            TicketTimes(
                ticket_id=number, source=Source.SLACK, opened_at=resolved, resolved_at=resolved
            )
        )

    after = value.statement(Q4, NOW)

    assert after.benefit == before.benefit
    assert after.hard[0].value == 101


def test_a_quarter_under_way_counts_up_to_now(baseline: None, pilot: None, value: Value) -> None:
    half = value.statement(Q4, datetime(2026, 11, 10, tzinfo=UTC))

    assert half.effect.n == 50
    assert (half.verdict, half.reason) == (StatementVerdict.NOT_SHOWN, VerdictReason.TOO_SHORT)


def test_an_empty_house_makes_no_claim(value: Value) -> None:
    said = value.statement(Q4, NOW)

    assert (said.verdict, said.reason, said.cost_eur) == (
        StatementVerdict.NOT_SHOWN,
        VerdictReason.NO_BASELINE,
        0.0,
    )
    assert set(said.to_json()) >= {
        "quarter",
        "benefit_eur",
        "cost_eur",
        "roi",
        "payback_month",
        "npv_eur",
        "p_positive",
        "p_covered",
        "verdict",
        "hard",
        "soft",
        "assumptions",
    }


def test_a_guardrail_forbids_paid(baseline: None, add_ticket: AddTicket, value: Value) -> None:
    for n in range(100):
        at = datetime(2026, 10, 5, 9, tzinfo=UTC) + timedelta(weeks=n // 10, hours=n % 10)
        add_ticket(at, 30.0 if n % 2 else 50.0, reopened=1)
    book(value, "10")

    said = value.statement(Q4, NOW)

    assert (said.verdict, said.worse) == (StatementVerdict.NOT_YET, ("reopened_share",))
    assert "Reopened" in value.report(Q4, NOW, "en").text


def test_soft_figures_are_shares_never_euros(baseline: None, pilot: None, value: Value) -> None:
    said = value.statement(Q4, NOW)

    assert {figure.unit for figure in said.soft} == {"share"}
    assert not {figure.key for figure in said.soft} & {figure.key for figure in said.hard}


class TestAssumptions:
    def test_begin_as_defaults_that_ask_to_be_changed(self, value: Value) -> None:
        rate = value.assumptions(Q4.last_day)[0]

        assert (rate.key, rate.value, rate.unit) == ("loaded_rate", 45.0, "money/h")
        assert rate.source == "default, change it"

    def test_once_decided_carry_their_source_into_the_statement(
        self, baseline: None, pilot: None, value: Value
    ) -> None:
        value.assume("loaded_rate", 60.0, "payroll 2026", IN_DECEMBER, date(2026, 10, 1))

        said = value.statement(Q4, NOW)

        assert said.assumptions[0].source == "payroll 2026"
        assert said.benefit is not None
        assert said.benefit.mid == pytest.approx(1000)

    def test_a_later_one_leaves_past_quarters_as_they_were(
        self, baseline: None, pilot: None, value: Value
    ) -> None:
        value.assume("loaded_rate", 60.0, "payroll 2026", IN_DECEMBER, Q4.first_day)
        before = value.statement(Q4, NOW)

        value.assume("loaded_rate", 75.0, "payroll 2027", NOW)

        assert value.statement(Q4, NOW) == before
        later = value.statement(Period.parse("2027Q1"), NOW)
        assert (later.assumptions[0].value, later.assumptions[0].before) == (75.0, 60.0)

    def test_one_that_is_changed_for_days_gone_by_says_when_and_what_it_was(
        self, baseline: None, pilot: None, value: Value
    ) -> None:
        value.assume("loaded_rate", 60.0, "payroll 2026", IN_DECEMBER, Q4.first_day)
        value.assume("loaded_rate", 75.0, "payroll, again", IN_DECEMBER, Q4.first_day)

        rate = value.statement(Q4, NOW).assumptions[0]
        said = value.report(Q4, NOW, "en").to_json()

        assert (rate.value, rate.before, rate.decided) == (75.0, 60.0, IN_DECEMBER.date())
        assert "payroll, again; from " in said
        assert "60.00 before" in said

    @pytest.mark.parametrize("key", ["loaded_rate", "recapture_high"])
    def test_one_that_is_decided_once_the_quarter_is_over_counts_from_the_next(
        self, baseline: None, pilot: None, value: Value, key: str
    ) -> None:
        before = value.statement(Q4, NOW)

        end = Q4.end(value._calendar.zone)
        value.assume(key, 1.0, "finance says all of it", end, Q4.first_day)

        assert value.statement(Q4, NOW) == before
        following = value.statement(Period.parse("2027Q1"), NOW)
        assert next(one for one in following.assumptions if one.key == key).value == 1.0

        value.assume(key, 0.9, "finance", end - timedelta(microseconds=1), Q4.first_day)
        in_time = value.statement(Q4, NOW)
        assert next(one for one in in_time.assumptions if one.key == key).value == 0.9

    def test_one_of_before_there_was_a_history_has_none(
        self, baseline: None, pilot: None, store: Store, value: Value
    ) -> None:
        with store.begin() as unit:
            unit.figures.save(
                Assumption(
                    key="loaded_rate",
                    value=60.0,
                    unit="money/h",
                    source="payroll 2026",
                    changed_at=IN_DECEMBER,
                    holds_from=ALWAYS,
                )
            )

        rate = value.statement(Q4, NOW).assumptions[0]
        value.assume("loaded_rate", 75.0, "payroll 2027", NOW)
        first, second = value.decisions()

        assert (rate.value, rate.source) == (60.0, "payroll 2026")
        assert (rate.since, rate.before) == (first.since, first.before) == (None, None)
        assert (second.since, second.before) == (NOW.date(), 60.0)
        assert "2000" not in value.report(Q4, NOW, "en").to_json()

    def test_the_order_of_shares_holds_on_every_day(self, value: Value) -> None:
        value.assume("recapture_high", 0.6, "finance", NOW, date(2027, 3, 1))

        with pytest.raises(InvalidError, match="low must not exceed mid"):
            value.assume("recapture_mid", 0.7, "finance", NOW, date(2026, 10, 1))

    @pytest.mark.parametrize(
        ("key", "number", "source"),
        [
            ("speed", 1.0, "me"),
            ("loaded_rate", -1.0, "me"),
            ("loaded_rate", float("nan"), "me"),
            ("recapture_mid", 1.2, "me"),
            ("recapture_high", 1.0, "x"),  # all freed time, without a reason
            ("recapture_mid", 0.9, "me"),  # above the high one
            ("loaded_rate", 60.0, "  "),
        ],
    )
    def test_that_cannot_be_are_refused(
        self, value: Value, key: str, number: float, source: str
    ) -> None:
        with pytest.raises(InvalidError):
            value.assume(key, number, source, NOW)


class TestBooking:
    def test_keeps_cents_and_takes_corrections(self, value: Value) -> None:
        book(value, "1200.55")
        book(value, "-1200.00")

        assert value.statement(Q4, NOW).cost_eur == pytest.approx(0.55)

    @pytest.mark.parametrize("euros", ["0", "1.005", "NaN", "Infinity", "1e12"])
    def test_refuses_what_is_no_amount(self, value: Value, euros: str) -> None:
        with pytest.raises(InvalidError, match="cannot be booked"):
            book(value, euros)


class TestTheReport:
    def test_without_a_baseline_names_no_benefit(self, pilot: None, value: Value) -> None:
        book(value, "300")

        message = value.report(Q4, NOW, "en")

        assert message.text.startswith(
            "Return on the pilot, Q4 2026. No benefit is shown. No effect can"
        )
        assert _fields(message) == {"Costs of the quarter": "€300", "Benefit": "not shown"}

    def test_of_a_pilot_that_paid_names_amounts_and_says_association(
        self, baseline: None, pilot: None, value: Value
    ) -> None:
        book(value, "300")

        message = value.report(Q4, NOW, "en")

        assert _fields(message)["Benefit, if it is the pilot's doing"] == (
            "€750 (P10 to P90: €446 to €1,198)"
        )
        assert (
            _fields(message)["Chance that all costs so far are covered"] == ">\N{NO-BREAK SPACE}99%"
        )
        assert _fields(message)["Return (ROI), estimate"] == "150%"
        assert message.text.startswith("Return on the pilot, Q4 2026. Costs covered, cause not")
        assert "without a hold-out: no proof of a cause" in message.to_json()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_can_be_written_in_every_language_and_stored(
        self, language: Language, baseline: None, pilot: None, value: Value
    ) -> None:
        book(value, "300")

        message = value.report(Q4, NOW, language)

        assert Message.from_json(message.to_json()) == message
        assert "{" not in " ".join(_said(message))


def test_the_statement_is_plain_json(baseline: None, pilot: None, value: Value) -> None:
    book(value, "300")

    said = json.loads(json.dumps(value.statement(Q4, NOW).to_json(), allow_nan=False))

    assert said["benefit_eur"] == pytest.approx({"low": 450, "mid": 750, "high": 1200})
    assert said["verdict"] == "paid"


def _fields(message: Message) -> dict[str, str]:
    (fields,) = (part for part in message.parts if isinstance(part, Fields))
    return {label: plain(runs) for label, runs in fields.pairs}


def _said(message: Message) -> list[str]:
    tables = [part for part in message.parts if isinstance(part, Table)]
    paragraphs = [plain(part.runs) for part in message.parts if isinstance(part, Paragraph)]
    cells = [cell for table in tables for row in (table.header, *table.rows) for cell in row]
    return [message.text, *paragraphs, *cells]
