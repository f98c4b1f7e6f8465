"""The quarter by use case: each owns categories, and together they are the desk."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import NotFoundError
from models.kpis.measurement import Kpis
from models.kpis.periods import Period, week_of
from models.language import LANGUAGES, Language, words_for
from models.message import Message, Note, Table, plain
from models.store.transaction import Store
from models.tables import CostEntry, CostKind, RegisterChange, RegisterLine, Source
from models.value.effect.reduction import Reduction
from models.value.ledger import Value
from models.value.use_cases.shares import (
    DeskTotals,
    OwnEffect,
    UseCase,
    UseCaseShare,
    owners,
    share_of,
    shares,
)
from models.value.use_cases.words import use_case_message

AddTicket = Callable[..., int]
Q4 = Period.parse("2026Q4")
NOW = datetime(2027, 1, 4, 7, tzinfo=UTC)
CUT = Reduction(0.4, 0.3, 0.5, 0.1)


def line(store: Store, number: int, name: str, categories: str, state: str = "pilot") -> None:
    row = RegisterLine(
        kind="use_cases",
        number=number,
        version=1,
        change=RegisterChange.ADDED,
        content={"name": name, "categories": categories, "state": state},
        origin=f"case-{number}",
        at=NOW,
    )
    with store.begin() as unit:
        unit.registers.save(row)


@pytest.fixture
def pilot(add_ticket: AddTicket, kpis: Kpis, store: Store) -> None:
    """Mail takes half of the time since, printers as long as before; many work and ask."""
    fill(add_ticket, kpis, store)


def people(store: Store, prefix: str, n: int) -> list[str]:
    with store.begin() as unit:
        return [unit.people.by_slack_id(f"{prefix}{one}", NOW).id for one in range(n)]


def fill(add_ticket: AddTicket, kpis: Kpis, store: Store, workers: int = 5) -> None:
    """Put in the pilot's tickets, handled by so many people in turn and asked by five."""
    staff, askers = people(store, "UWORK", workers), people(store, "UASK", 5)
    for first, minutes in (
        (datetime(2026, 7, 6, 8, tzinfo=UTC), {"mail": 60, "vpn": 60, "printer": 40}),
        (datetime(2026, 10, 5, 8, tzinfo=UTC), {"mail": 30, "vpn": 40, "printer": 40}),
    ):
        source = Source.IMPORT if first.month == 7 else Source.SLACK
        for n in range(12 * 5 * 2):
            at = first + timedelta(days=7 * (n // 10) + n % 5, hours=n % 3)
            for category, mean in minutes.items():
                spread = mean * (0.9, 1.0, 1.1)[n % 3]
                number = add_ticket(at, spread, source=source, category=category)
                if source is Source.SLACK:
                    handled(store, number, staff[n % workers], askers[n % 5])
        if first.month == 7:
            kpis.freeze(date(2026, 7, 1), date(2026, 9, 30), datetime(2026, 10, 1, tzinfo=UTC))
    with store.begin() as unit:
        unit.figures.save(
            CostEntry(
                kind=CostKind.INTERNAL_HOURS,
                description="lead",
                cents=90_000,
                booked_on=date(2026, 10, 15),
                recorded_at=NOW - timedelta(days=60),
            )
        )


def handled(store: Store, number: int, worker: str, asker: str) -> None:
    with store.begin() as unit:
        ticket = unit.tickets.find(number)
        assert ticket is not None
        ticket.assignee_id, ticket.requester_id = worker, asker
        unit.tickets.save(ticket)


def test_of_a_use_case_with_fewer_than_five_people_behind_it_no_time_is_told(
    add_ticket: AddTicket, kpis: Kpis, value: Value, store: Store
) -> None:
    fill(add_ticket, kpis, store, workers=4)
    line(store, 1, "Mail answers", "mail")
    said = value.statement(Q4, NOW)
    assert [one.own for one in said.use_cases] == [None, None]
    # By questions alone: a third of them.
    assert said.use_cases[0].hours == pytest.approx((said.hours_freed or 0) / 3)


def test_all_use_cases_and_what_none_owns_are_the_desk(
    pilot: None, value: Value, store: Store
) -> None:
    line(store, 1, "Mail answers", "mail")
    line(store, 2, "Remote access", "vpn, mail", "poc")
    said = value.statement(Q4, NOW)

    mail, remote, rest = said.use_cases
    assert [one.questions for one in (mail, remote, rest)] == [120, 120, 120]
    assert sum(one.questions for one in said.use_cases) == said.volume
    assert sum(one.hours or 0 for one in said.use_cases) == pytest.approx(said.hours_freed)
    assert sum(one.cost_eur for one in said.use_cases) == pytest.approx(said.cost_eur)
    assert said.benefit is not None
    assert said.shows_benefit
    assert sum(one.benefit_eur or 0 for one in said.use_cases) == pytest.approx(said.benefit.mid)
    # Half an hour on 120 questions is 60 hours; a printer takes as long as before.
    assert mail.hours == pytest.approx(60, rel=0.05)
    assert rest.hours == pytest.approx(0, abs=3)
    assert mail.own is not None
    assert mail.own.value == pytest.approx(0.5, abs=0.02)


def test_a_category_that_two_name_is_the_first_ones(value: Value, store: Store) -> None:
    first = UseCase(1, "", "A", False, frozenset({"mail"}))
    second = UseCase(2, "", "B", False, frozenset({"mail", "vpn"}))
    found = owners([second, first])
    assert [(one.number, one.categories) for one in found] == [
        (1, frozenset({"mail"})),
        (2, frozenset({"vpn"})),
    ]
    assert owners([UseCase(3, "", "C", False, frozenset())]) == ()


def test_where_no_use_case_owns_any_the_statement_is_as_it_was(pilot: None, value: Value) -> None:
    said = value.statement(Q4, NOW)
    assert said.use_cases == ()
    assert "By use case" not in value.report(Q4, NOW, "en").to_json()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_proof_of_concept_carries_its_mark_in_statement_and_digest(
    pilot: None, value: Value, store: Store, language: Language
) -> None:
    line(store, 2, "Remote access", "vpn", "poc")
    words = words_for(language)
    mark = words.gettext("Proof of concept, not production: {names}.", names="Remote access")
    (remote, _) = value.statement(Q4, NOW).use_cases
    for message in (
        value.report(Q4, NOW, language),
        value.digest(week_of(date(2026, 12, 14)), (), NOW, language),
        use_case_message(remote, "Q4", words),
    ):
        assert mark in [plain(part.runs) for part in message.parts if isinstance(part, Note)]
    (table,) = [
        part for part in _parts(value, language) if part.rows[-1][0] == words.gettext("The desk")
    ]
    assert table.rows[0][0] == words.gettext("{name} (proof of concept)", name="Remote access")


def _parts(value: Value, language: Language) -> list[Table]:
    message: Message = value.report(Q4, NOW, language)
    return [part for part in message.parts if isinstance(part, Table)]


def test_a_use_case_is_found_by_number_key_or_name(pilot: None, value: Value, store: Store) -> None:
    line(store, 7, "Mail answers", "mail")
    found = value.statement(Q4, NOW).use_cases
    assert {share_of(found, key) for key in ("7", "case-7", "mail ANSWERS")} == {found[0]}
    for key in ("8", ""):
        with pytest.raises(NotFoundError, match="7 Mail answers"):
            share_of(found, key)


counts = st.dictionaries(st.sampled_from(["a", "b", "c", "d", ""]), st.integers(0, 500))
effects = st.none() | st.tuples(st.floats(-30, 60), st.floats(0.1, 20))


@given(counts, st.lists(effects, min_size=3, max_size=3), st.floats(-500, 500), st.floats(0, 1e5))
def test_whatever_each_shows_the_sum_is_the_desk(
    by_category: dict[str, int],
    own: list[tuple[float, float] | None],
    hours: float,
    cost: float,
) -> None:
    cases = [UseCase(n, "", key, False, frozenset({key})) for n, key in ((1, "a"), (2, "b"))]
    known = {n: OwnEffect(CUT, *one) for n, one in zip((1, 2, 0), own, strict=True) if one}
    n = sum(by_category.values())
    desk = DeskTotals(hours if n else 0.0, 60 * hours / n if n else 0.0, 3.0, 1000.0, cost)
    found: tuple[UseCaseShare, ...] = shares(cases, by_category, known, desk)
    assert sum(one.questions for one in found) == n
    assert sum(one.hours or 0 for one in found) == pytest.approx(desk.hours, abs=1e-6)
    assert sum(one.cost_eur for one in found) == pytest.approx(cost)
