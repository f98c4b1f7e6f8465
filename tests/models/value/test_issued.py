"""A statement that was issued is kept, and one made anew says what differs and why."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import NotFoundError
from models.kpis.audit import verify
from models.kpis.measurement import Kpis
from models.kpis.periods import Period
from models.language import words_for
from models.message import Message, Note, Paragraph, plain
from models.store.transaction import Store
from models.tables import CostKind, Source
from models.value.issued.comparison import (
    Because,
    ChangeSince,
    DifferingFigure,
    IssuedComparison,
    differences,
)
from models.value.issued.wording import issued_parts
from models.value.ledger import IssuedPost, Value

AddTicket = Callable[..., int]
Q4 = Period.parse("2026Q4")
NOW = datetime(2027, 1, 4, 7, tzinfo=UTC)
MARCH = datetime(2027, 3, 15, 7, tzinfo=UTC)


@pytest.fixture
def pilot(add_ticket: AddTicket, kpis: Kpis, value: Value) -> None:
    """Sixty tickets of 60 minutes before, a hundred of 40 since, and 500 EUR of costs."""
    for n in range(60):
        at = datetime(2026, 7, 1, 8, tzinfo=UTC) + timedelta(days=n)
        add_ticket(at, 50.0 if n % 2 else 70.0, source=Source.IMPORT)
    kpis.freeze(date(2026, 7, 1), date(2026, 9, 30), NOW - timedelta(days=60))
    for n in range(100):
        at = datetime(2026, 10, 5, 8, tzinfo=UTC) + timedelta(hours=20 * n)
        add_ticket(at, 30.0 if n % 2 else 50.0)
    book(value, "500", NOW - timedelta(days=30))


def book(value: Value, euros: str, now: datetime) -> None:
    value.costs.book(CostKind.LICENCE, "licence", Decimal(euros), date(2026, 10, 15), now)


def issue(value: Value, store: Store) -> IssuedPost:
    """Keep a statement as the job does when it posts it."""
    made = value.issue(Q4, NOW, "en")
    assert made.row is not None
    with store.begin() as unit:
        unit.issued.save(made.row)
    return made


def compared(value: Value, now: datetime = MARCH) -> IssuedComparison:
    found = value.statement(Q4, now).issued
    assert found is not None
    return found


def text_of(parts: Any) -> str:
    return "\n".join(plain(part.runs) for part in parts if isinstance(part, Paragraph | Note))


def test_before_it_is_issued_there_is_nothing_to_compare_with(pilot: None, value: Value) -> None:
    assert value.statement(Q4, NOW).to_json()["issued"] is None
    with pytest.raises(NotFoundError, match="2026Q4 was issued yet"):
        value.issued(Q4)


def test_made_anew_without_a_change_it_is_as_issued(
    pilot: None, value: Value, store: Store
) -> None:
    made = issue(value, store)
    found = compared(value)
    assert (found.differs, found.because) == ((), ())
    assert text_of(issued_parts(found, words_for("en"))) == (
        f"As issued on 4 January 2027, SHA-256 {found.sha256[:12]}."
    )
    # The hash is the one on the paper that was posted, and on each that is made anew.
    assert found.sha256 == made.statement.sha256 == value.statement(Q4, MARCH).sha256
    assert verify(store).ok


def test_it_is_issued_once(pilot: None, value: Value, store: Store) -> None:
    issue(value, store)
    assert value.issue(Q4, MARCH, "en").row is None


def test_a_cost_booked_in_march_is_named_with_what_it_turned(
    pilot: None, value: Value, store: Store
) -> None:
    before = issue(value, store).statement
    book(value, "-399", MARCH - timedelta(days=1))

    after = value.statement(Q4, MARCH)
    found = compared(value)

    assert found.because == (ChangeSince(Because.COSTS, 1, -399.0),)
    assert DifferingFigure("cost_eur", 500.0, 101.0) in found.differs
    if before.verdict is not after.verdict:
        turned = DifferingFigure("verdict", before.verdict.value, after.verdict.value)
        assert turned in found.differs
    said = text_of(issued_parts(found, words_for("en")))
    assert "Otherwise than issued on 4 January 2027" in said
    assert "Costs of the quarter €500 → €101" in said
    assert "Changed since: 1 cost booked since (-€399.00)." in said
    assert said in text_of(value.report(Q4, MARCH, "en").parts)


def test_a_credit_of_march_is_named_where_no_statement_was_posted(
    pilot: None, value: Value
) -> None:
    book(value, "-399", MARCH - timedelta(days=1))

    assert "Taken off the costs after the quarter had ended: €399.00." in text_of(
        value.report(Q4, MARCH, "en").parts
    )


def test_another_baseline_is_named(pilot: None, value: Value, store: Store, kpis: Kpis) -> None:
    issue(value, store)
    kpis.freeze(date(2026, 7, 2), date(2026, 9, 30), MARCH)
    found = compared(value)
    assert found.because == (ChangeSince(Because.BASELINE, 1),)
    said = text_of(issued_parts(found, words_for("en")))
    assert "Changed since: another baseline is frozen." in said


def test_a_rate_decided_in_march_changes_nothing(pilot: None, value: Value, store: Store) -> None:
    issue(value, store)
    value.assume("loaded_rate", 90, "CFO", MARCH - timedelta(days=1), Q4.first_day)
    assert compared(value).differs == ()


def test_what_was_posted_can_be_read_word_for_word(pilot: None, value: Value, store: Store) -> None:
    made = issue(value, store)
    book(value, "-399", MARCH - timedelta(days=1))
    row = value.issued(Q4)
    assert Message.from_json(row.message) == made.message
    assert row.issued_at == NOW


# Pure -----------------------------------------------------------------------------------------


def a_statement(**more: Any) -> dict[str, Any]:
    return {
        "verdict": "not yet",
        "benefit_eur": {"low": 1.0, "mid": 2.0, "high": None},
        "hard": [{"key": "hours_freed", "value": 3.5, "n": 7}],
        "assumptions": [{"key": "loaded_rate", "value": 45.0}],
        "gates": ["as things are"],
        **more,
    }


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ()),
        ({"gates": []}, ()),
        ({"verdict": "paid"}, (DifferingFigure("verdict", "not yet", "paid"),)),
        (
            {"benefit_eur": {"low": 1.0, "mid": 2.5, "high": 4.0}},
            (
                DifferingFigure("benefit_eur.mid", 2.0, 2.5),
                DifferingFigure("benefit_eur.high", None, 4.0),
            ),
        ),
        ({"hard": []}, (DifferingFigure("hard.hours_freed", 3.5, None),)),
        (
            {"assumptions": [{"key": "loaded_rate", "value": 45}, {"key": "more", "value": 1}]},
            (DifferingFigure("assumptions.more", None, 1),),
        ),
    ],
)
def test_only_what_the_statement_stands_for_is_compared(
    more: dict[str, Any], expected: tuple[DifferingFigure, ...]
) -> None:
    assert differences(a_statement(), a_statement(**more)) == expected


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_is_itself_and_no_other(value: float) -> None:
    then = a_statement(cost_eur=value)
    assert differences(then, a_statement(cost_eur=value)) == ()
    other = value + max(1.0, abs(value))
    assert differences(then, a_statement(cost_eur=other)) == (
        DifferingFigure("cost_eur", value, other),
    )


def test_a_difference_without_a_known_reason_says_so() -> None:
    issued = IssuedComparison(NOW, "ab" * 32, (DifferingFigure("hard.hours_freed", 1.0, 2.0),))
    said = text_of(issued_parts(issued, words_for("en")))
    assert "1 more figure" in said
    assert "Nothing that it rests on was changed since, as far as is known." in said
