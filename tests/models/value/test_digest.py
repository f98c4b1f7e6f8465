"""The weekly digest: one sentence that matters, figures beside the baseline, nobody's name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from bot.demo.double.limits import check_blocks
from bot.slack.blocks import render
from models.kpis.company import Wanted, company_kpi
from models.kpis.measurement import Kpis
from models.kpis.periods import Period
from models.language import LANGUAGES, Language, words_for
from models.message import Chart, Heading, Message, Paragraph, Table, plain, sparkline
from models.statistics.estimates import Estimate
from models.store.transaction import Store
from models.tables import (
    Category,
    LlmMonth,
    ModelVersion,
    RegisterChange,
    RegisterLine,
    Source,
)
from models.tickets.hours import Calendar
from models.value.digest.attention import decision
from models.value.digest.week import DigestSetting, MonitoredFigure, WeekFacts, WorstGap
from models.value.digest.weekly_digest import digest
from models.value.drilldown.drilldown import Drilldowns
from models.value.effect.comparison import Design, EffectVerdict
from models.value.effect.effect_report import effect_line
from models.value.ledger import Value
from tests.models.value.conftest import HUNDRED

AddTicket = Callable[..., int]
WEEK = Period.parse("2026-W47")
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 17, 9, tzinfo=UTC)


@pytest.fixture
def baseline(add_ticket: AddTicket, kpis: Kpis) -> None:
    """Forty imported tickets that took 25 to 35 minutes, frozen."""
    for n in range(40):
        at = datetime(2026, 8, 3, 8, tzinfo=UTC) + timedelta(days=2 * n)
        add_ticket(at, 25.0 + n % 11, source=Source.IMPORT)
    kpis.freeze(date(2026, 8, 1), date(2026, 10, 31), datetime(2026, 11, 2, tzinfo=UTC))


def a_week(add_ticket: AddTicket, resolved: int, minutes: float, still_open: int = 0) -> None:
    for n in range(resolved):
        add_ticket(TUESDAY + timedelta(minutes=n), minutes + n % 5, automatic=n % 4 != 0)
    for n in range(still_open):
        add_ticket(TUESDAY + timedelta(hours=2, minutes=n))


def headline(message: Message) -> str:
    first = next(part for part in message.parts if isinstance(part, Paragraph))
    return plain(first.runs)


def read(value: Value, language: Language = "en", missed: tuple[str, ...] = ()) -> Message:
    return value.digest(WEEK, missed, NOW, language)


class TestWhatMattersMost:
    def test_is_what_the_judgement_says_and_not_a_weeks_median(
        self, baseline: None, add_ticket: AddTicket, value: Value
    ) -> None:
        a_week(add_ticket, 30, 10)

        message = read(value)

        effect = value.proof.effect(NOW)
        assert headline(message) == plain(effect_line(effect, words_for("en")))
        assert headline(message).startswith("No effect is shown yet. Weeks with a ticket")

    def test_is_a_week_beyond_the_usual_before_anything_else(
        self, baseline: None, add_ticket: AddTicket, value: Value
    ) -> None:
        a_week(add_ticket, 30, 50, still_open=40)

        assert headline(read(value)) == (
            "Handling took longer than usual this week: 52 min, usual is 19 min to 39 min."
        )

    def test_is_a_growing_backlog_before_success(
        self, baseline: None, add_ticket: AddTicket, value: Value
    ) -> None:
        a_week(add_ticket, 30, 10, still_open=20)

        assert headline(read(value)) == (
            "More came in than was resolved: 50 in, 30 out, 20 open now."
        )

    def test_is_never_noise(self, baseline: None, add_ticket: AddTicket, value: Value) -> None:
        a_week(add_ticket, 4, 10)

        assert headline(read(value)).startswith("No effect is shown yet. Questions with a known")

    def test_is_the_missing_baseline(self, add_ticket: AddTicket, value: Value) -> None:
        a_week(add_ticket, 30, 10)

        assert headline(read(value)).startswith("Nothing to compare with yet")

    def test_is_that_the_baseline_has_no_times(
        self, kpis: Kpis, add_ticket: AddTicket, value: Value
    ) -> None:
        for n in range(40):
            at = datetime(2026, 8, 3, 8, tzinfo=UTC) + timedelta(days=2 * n)
            add_ticket(at, 25.0, source=Source.IMPORT, known=False)
        kpis.freeze(date(2026, 8, 1), date(2026, 10, 31), datetime(2026, 11, 2, tzinfo=UTC))
        a_week(add_ticket, 30, 10)

        assert headline(read(value)).startswith("No effect can be shown: the baseline has no")

    def test_is_that_nothing_came_in(self, baseline: None, value: Value) -> None:
        assert headline(read(value)) == "A quiet week: no tickets came in."

    def test_is_said_too_when_all_tickets_are_open(
        self, baseline: None, add_ticket: AddTicket, value: Value
    ) -> None:
        a_week(add_ticket, 0, 0, still_open=3)

        assert "0 after the baseline, 40 in it" in headline(read(value))


def test_the_figures_stand_beside_the_baseline_and_the_goal(
    baseline: None, add_ticket: AddTicket, value: Value
) -> None:
    a_week(add_ticket, 30, 20, still_open=2)

    table = the_table(read(value))

    assert table.header == ("Figure", "This week", "Usual", "Baseline", "Goal")
    assert table.rows[:7] == (
        ("New in the week", "32", "0 to 5", "–", "–"),
        ("Resolved in the week", "30", "–", "–", "–"),
        ("Open tickets", "2", "–", "–", "–"),
        ("Handling time", "22 min (21 min to 23 min)", "19 min to 39 min", "30 min", "18 min"),
        ("First response time", "12 min (12 min to 12 min)", "12 min to 12 min", "12 min", "–"),
        ("Reopened", "0% (0% to 11%)", "0% to 0%", "0%", "–"),
        ("Categorised automatically", "75% (58% to 87%)", "–", "100%", "–"),
    )


def test_what_is_still_open_counts_in_how_long_things_take(
    add_ticket: AddTicket, value: Value
) -> None:
    a_week(add_ticket, 6, 20)
    alone = value.week(WEEK, (), NOW).half_resolved
    a_week(add_ticket, 0, 0, still_open=7)
    together = value.week(WEEK, (), NOW).half_resolved

    assert (alone.n, alone.value) == (6, 60.0)
    assert (together.n, together.value) == (13, None)  # more than half still wait


def test_the_oldest_are_number_age_and_category(
    store: Store, add_ticket: AddTicket, office: Calendar, kpis: Kpis
) -> None:
    with store.begin() as unit:
        unit.tickets.put_categories([Category(key="vpn", titles={"sv": "Fjärråtkomst"})])
    oldest = add_ticket(NOW - timedelta(days=3, hours=4))
    other = add_ticket(NOW - timedelta(minutes=7), category="")
    add_ticket(NOW + timedelta(days=1))  # not yet, when the digest of an earlier day is read
    desk = Value(
        store,
        office,
        kpis,
        headcount=HUNDRED,
        digest_setting=DigestSetting(staff=frozenset("ABCDE")),
    )

    said = lines(read(desk, "sv"))

    assert (
        f"Öppna längst: #{oldest} Fjärråtkomst, 3 dygn 4 tim och #{other} utan kategori, 7 min"
        in said
    )


def test_a_small_desk_sees_sums_and_no_list(
    store: Store, add_ticket: AddTicket, office: Calendar, kpis: Kpis
) -> None:
    for days in (3, 9, 12):
        add_ticket(NOW - timedelta(days=days))
    with store.begin() as unit:
        unit.people.set_members("S1", ["U1", "U2", "U3"])
    desk = Value(
        store,
        office,
        kpis,
        headcount=HUNDRED,
        digest_setting=DigestSetting(staff=frozenset({"S1", "U4"})),
    )

    message = read(desk, "sv")

    assert "Öppet längst: 12 dygn; 2 i över en vecka." in lines(message)
    assert "#" not in words_of(message)


def test_missed_weeks_are_named(value: Value) -> None:
    one = read(value, missed=("2026-W46",))
    two = read(value, "sv", missed=("2026-W45", "2026-W46"))

    said = [plain(part.runs) for part in (*one.parts, *two.parts) if isinstance(part, Paragraph)]
    assert "No digest was posted for week 46." in said
    assert "Inga veckobrev skickades för vecka 45 och 46." in said


class TestASurprise:
    """A figure outside its natural limits; noise gets no comment."""

    def weeks(self, add_ticket: AddTicket, each: int = 10) -> None:
        for back in range(1, 11):
            for n in range(each + back % 2):
                at = TUESDAY - timedelta(weeks=back) + timedelta(minutes=n)
                add_ticket(at, 20.0 + n % 5)

    def test_is_none_in_a_week_like_the_others(self, add_ticket: AddTicket, value: Value) -> None:
        self.weeks(add_ticket)
        a_week(add_ticket, 10, 20)

        assert "Surprise: none. All figures are as usual." in lines(read(value))

    def test_is_the_figure_that_is_furthest_out(self, add_ticket: AddTicket, value: Value) -> None:
        self.weeks(add_ticket)
        a_week(add_ticket, 40, 20)

        assert "Surprise: New in the week: 40; usual is 8 to 13." in lines(read(value))

    def test_takes_weeks_to_know(self, add_ticket: AddTicket, value: Value) -> None:
        a_week(add_ticket, 40, 20)

        assert "Surprise: too few weeks yet to tell what is unusual." in lines(read(value))

    def test_the_limits_stand_beside_the_figure(self, add_ticket: AddTicket, value: Value) -> None:
        self.weeks(add_ticket)
        a_week(add_ticket, 10, 20)

        assert the_table(read(value)).rows[0][:3] == ("New in the week", "10", "8 to 13")


class TestADecision:
    """One thing to decide, the most urgent."""

    def test_is_the_baseline_first(self, add_ticket: AddTicket, value: Value) -> None:
        a_week(add_ticket, 5, 20, still_open=40)

        assert "Decide: which weeks are frozen as the baseline." in lines(read(value))

    def test_is_the_queue_when_it_grows(
        self, baseline: None, add_ticket: AddTicket, value: Value
    ) -> None:
        a_week(add_ticket, 30, 10, still_open=20)

        assert "Decide: who helps with the queue." in lines(read(value))

    @pytest.mark.parametrize(("spent", "said"), [(79_000_000, False), (81_000_000, True)])
    def test_is_the_cap_when_it_is_near(
        self,
        spent: int,
        said: bool,
        baseline: None,
        store: Store,
        office: Calendar,
        kpis: Kpis,
    ) -> None:
        with store.begin() as unit:
            unit.llm_calls._session.add(LlmMonth(month="2026-11", spent_micros=spent))
        desk = Value(
            store, office, kpis, headcount=HUNDRED, digest_setting=DigestSetting(llm_cap_eur=100.0)
        )

        message = lines(read(desk))

        line = "Decide: whether the language model's monthly cap is raised."
        assert (line in message) is said
        assert f"Language model: €{spent / 1e6:.2f} of €100 this month." in message

    def test_is_the_article_that_would_save_most(
        self, baseline: None, store: Store, office: Calendar, kpis: Kpis
    ) -> None:
        worst = WorstGap("How do I get a <@U1> new phone? " * 5, 190.0, 12)
        desk = Value(
            store,
            office,
            kpis,
            headcount=HUNDRED,
            digest_setting=DigestSetting(gaps=lambda _now: (worst,)),
        )

        said = lines(read(desk))

        assert "Decide: who writes the answer that is missing most, see below." in said
        assert (
            "Missing most: an answer to “How do I get a <@U1> new phone? How do I get a <@U1> new…”; "
            "3 h 10 min of work." in said
        )

    @pytest.mark.parametrize(
        ("worst", "line"),
        [
            (WorstGap("", 30.0, 2, {"en": "VPN"}, "VPN is slow"), "an answer about VPN; 30 min"),
            (WorstGap("", 30.0, 2, {}, "VPN is slow"), "an answer about VPN is slow; 30 min"),
            (WorstGap("", 30.0, 1), "an answer that one or two people looked for; 30 min"),
        ],
    )
    def test_quotes_nobody_whose_question_few_asked(
        self,
        baseline: None,
        store: Store,
        office: Calendar,
        kpis: Kpis,
        worst: WorstGap,
        line: str,
    ) -> None:
        desk = Value(
            store,
            office,
            kpis,
            headcount=HUNDRED,
            digest_setting=DigestSetting(gaps=lambda _now: (worst,)),
        )

        assert f"Missing most: {line} of work." in lines(read(desk))

    @pytest.mark.parametrize("verdict", [EffectVerdict.GOAL_RULED_OUT, EffectVerdict.NO_EFFECT])
    def test_is_what_to_change_where_the_goal_is_out_of_reach(self, verdict: EffectVerdict) -> None:
        effect = SimpleNamespace(
            design=Design.HOLD_OUT, why=None, verdict=verdict, worse=(), improved=None
        )
        quiet = {"opened": 0, "resolved": 0, "cap_eur": 0.0, "spent_eur": 0.0, "gaps": ()}
        facts = SimpleNamespace(has_baseline=True, effect=effect, **quiet)
        said = decision(cast("WeekFacts", facts), words_for("en"))
        assert (
            plain(said) == "Decide: what is done differently; as it is, the goal is out of reach."
        )

    def test_may_be_nothing(self, baseline: None, add_ticket: AddTicket, value: Value) -> None:
        a_week(add_ticket, 30, 10)

        assert "Decide: the figures ask for nothing this week." in lines(read(value))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("week", ["2026-W53", "2028-W09", "2027-W12", "2026-W01"])
def test_nothing_makes_it_stumble(
    language: Language, week: str, add_ticket: AddTicket, value: Value
) -> None:
    """Week 53, a leap day, summer time, the year's end; all open, and a clock that is ahead."""
    period = Period.parse(week)
    monday = datetime.combine(period.first_day, time(8), UTC)
    empty = value.digest(period, (), monday + timedelta(days=7), language)
    for hours in range(4):
        add_ticket(monday + timedelta(hours=hours))
    add_ticket(monday + timedelta(days=30))  # its sender's clock was wrong
    open_ = value.digest(period, (), monday + timedelta(days=7), language)

    for message in (empty, open_):
        assert message.text.startswith(message.parts[0].text)  # type: ignore[union-attr]  # a heading
        assert "nan" not in words_of(message).lower().split()
        assert check_blocks(render(message)[1])
    assert value.week(period, (), monday + timedelta(days=7)).half_resolved == Estimate(4, None)


def test_the_trend_is_a_chart_beside_the_baseline(
    baseline: None, add_ticket: AddTicket, value: Value
) -> None:
    for back in range(4):
        for n in range(3):
            add_ticket(TUESDAY - timedelta(weeks=back, minutes=n), 20.0 + back)

    (chart,) = (part for part in read(value).parts if isinstance(part, Chart))

    assert chart.labels[-4:] == ("44", "45", "46", "47")
    assert chart.lines[0][1][-4:] == (23.0, 22.0, 21.0, 20.0)
    assert set(chart.lines[1][1]) == {29.5}
    assert check_blocks(render(Message("t", (chart,)))[1])
    assert sparkline(chart.lines[0][1][-4:]) == "██▇▇"


def test_a_key_figure_of_the_company_stands_beside_the_others(
    baseline: None, add_ticket: AddTicket, value: Value, kpis: Kpis
) -> None:
    wanted = Wanted(
        title="Steps of an onboarding",
        unit="count",
        better="lower",
        target="-50%",
        baseline_first=date(2026, 8, 1),
        baseline_last=date(2026, 10, 31),
        due_on=date(2027, 3, 31),
        owner="Lena Falk",
    )
    kpis.add(company_kpi(wanted, "", frozenset(), NOW))
    kpis.read("steps_of_an_onboarding", 14, date(2026, 9, 1), NOW)
    kpis.read("steps_of_an_onboarding", 9, date(2026, 11, 17), NOW)

    rows = the_table(read(value)).rows

    assert ("Steps of an onboarding", "9", "–", "14", "7") in rows


def test_twenty_tickets_make_a_digest_that_claims_nothing(
    baseline: None, add_ticket: AddTicket, value: Value
) -> None:
    a_week(add_ticket, 18, 27, still_open=2)

    message = read(value)

    assert headline(message).startswith("No effect is shown yet")
    assert the_table(message).rows[0][:2] == ("New in the week", "20")
    assert all("nan" not in cell for row in the_table(message).rows for cell in row)


def register_line(store: Store, kind: str, number: int, **content: str) -> None:
    with store.begin() as unit:
        line = RegisterLine(
            kind=kind,
            number=number,
            version=1,
            change=RegisterChange.ADDED,
            content=content,
            at=NOW,
        )
        unit.registers.save(line)


def test_a_row_has_one_unit(value: Value) -> None:
    facts = value.week(WEEK, (), NOW)
    long = replace(facts["first_response_time"], value=60 * 60.0, baseline=60 * 60.0)
    kpis = tuple(long if kpi.key == long.key else kpi for kpi in facts.kpis)

    message = digest(replace(facts, kpis=kpis), words_for("en"))

    (table,) = (part for part in message.parts if isinstance(part, Table))
    row = next(row for row in table.rows if row[0] == "First response time")
    assert row[1].split(" (")[0] == row[3] == "60 h"


def test_a_share_is_never_usual_above_all_of_them() -> None:
    wild = tuple(float(at % 2) for at in range(10))

    limits = MonitoredFigure("reopened_share", 0.5, wild).limits

    assert limits is not None
    assert (limits.low, limits.high) == (0.0, 1.0)
    assert MonitoredFigure("opened", 0.5, wild).limits != limits


def test_an_overdue_review_is_red_and_one_to_come_is_not_said(value: Value, store: Store) -> None:
    register_line(store, "risks", 1, review_on="2026-11-23")  # the day after the week
    assert "🔴" not in words_of(read(value))

    register_line(store, "ai_systems", 1, review_on="2026-11-22")
    register_line(store, "ai_systems", 2, review_on="2026-06-01")
    register_line(store, "risks", 2, review_on="2026-11-20")

    assert "🔴 Reviews overdue: 2 AI systems and 1 risks." in words_of(read(value))


def a_model(store: Store, at: datetime, accuracy: float, n: int) -> None:
    with store.begin() as unit:
        unit._session.add(
            ModelVersion(
                created_at=at, recipe="linear", n=n, accuracy=accuracy, macro_f1=accuracy,
                promoted=True, reason="", content=b"", sha256="",
            )
        )  # fmt: skip


def test_a_new_classifier_is_told_with_its_interval_and_what_is_usual(
    value: Value, store: Store
) -> None:
    a_model(store, TUESDAY - timedelta(weeks=4), 0.8, 100)
    assert "New classifier" not in words_of(read(value))

    a_model(store, TUESDAY, 0.9, 50)

    assert (
        "New classifier: right 90% (79% to 96%), before 80%. It learns from corrections; "
        "perfect at once would be unusual."
    ) in words_of(read(value)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_short_enough_for_a_minute_in_every_language(
    language: Language,
    baseline: None,
    add_ticket: AddTicket,
    store: Store,
    office: Calendar,
    kpis: Kpis,
) -> None:
    for back in range(1, 11):
        for n in range(10):
            add_ticket(TUESDAY - timedelta(weeks=back, minutes=n), 20.0 + n % 5)
    a_week(add_ticket, 30, 10, still_open=9)
    worst = WorstGap("Hur byter jag telefon?", 190.0, 12)
    pilot = DigestSetting(50.0, frozenset("ABCDE"), lambda _now: (worst,))

    message = read(
        Value(store, office, kpis, headcount=HUNDRED, digest_setting=pilot),
        language,
        missed=("2026-W46",),
    )

    assert len(" ".join(lines(message)).split()) <= 150  # read aloud in a minute
    assert len(words_of(message).split()) < 250  # read in silence
    assert isinstance(message.parts[0], Heading)
    assert message.text.startswith(message.parts[0].text)
    assert check_blocks(render(message)[1])


def the_table(message: Message) -> Table:
    (table,) = (part for part in message.parts if isinstance(part, Table))
    return table


def lines(message: Message) -> list[str]:
    """What is read aloud: everything but the table, the chart and the small print."""
    return [plain(part.runs) for part in message.parts if isinstance(part, Paragraph)]


def words_of(message: Message) -> str:
    said: list[str] = []
    for part in message.parts:
        if isinstance(part, Heading):
            said.append(part.text)
        elif isinstance(part, Table):
            said.extend(" ".join(row) for row in (part.header, *part.rows))
        elif hasattr(part, "runs"):
            said.append(plain(part.runs))
    return " ".join(said)


class TestASmallDesk:
    """Its digest has no median of one to four tickets, neither of this week nor of one before."""

    @pytest.mark.parametrize(("people", "told"), [(3, False), (5, True)])
    def test_shows_no_time_of_a_few_tickets(
        self,
        store: Store,
        office: Calendar,
        baseline: None,
        add_ticket: AddTicket,
        people: int,
        told: bool,
    ) -> None:
        for week in range(1, 6):
            add_ticket(TUESDAY - timedelta(weeks=week), 77.0)
        a_week(add_ticket, 4, 77)
        staff = frozenset(f"U{number}" for number in range(people))
        value = Value(
            *(store, office, Kpis(store, office, staff=staff)),
            digest_setting=DigestSetting(staff=staff),
        )

        facts, said = value.week(WEEK, (), NOW), value.digest(WEEK, (), NOW, "en")

        assert facts["handling_time"].n == 4
        assert (facts["handling_time"].value is not None) is told
        assert any(minutes is not None for _, minutes in facts.trend[-4:]) is told
        assert ("1 h 18 min" in said.to_json()) is told


def test_what_is_behind_a_figure_of_a_small_desk_has_no_value_of_a_few(
    store: Store, office: Calendar, add_ticket: AddTicket
) -> None:
    a_week(add_ticket, 4, 77)
    staff = frozenset({"U1", "U2"})
    kpis = Kpis(store, office, staff=staff)
    figures = Drilldowns(store, office, kpis, Value(store, office, kpis).statement_in, staff)

    found = figures.of("handling_time", WEEK, NOW)

    assert found.estimate == Estimate(4, None)
    assert figures.of("handling_time", WEEK, NOW, tickets=True).estimate.value is not None
