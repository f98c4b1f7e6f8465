"""Data quality is counted by hand here and compared."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tickets.quality import QualityCheck
from models.tickets.sources import TicketRow


def row(
    text: str = "",
    category: str = "",
    opened_at: datetime | None = None,
    *,
    in_order: bool = True,
) -> TicketRow:
    return TicketRow(
        row=2,
        external_id="1",
        title="",
        text=text,
        category=category,
        priority="",
        team="",
        requester="",
        opened_at=opened_at,
        first_response_at=None,
        resolved_at=None,
        closed_at=None,
        handling_minutes=None,
        reopened=0,
        reassigned=0,
        in_order=in_order,
    )


def check(*rows: TicketRow) -> QualityCheck:
    quality = QualityCheck()
    for one in rows:
        quality.see(one, one.category.lower())
    return quality


def test_completeness_is_the_filled_share_of_five_fields() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)

    assert check(row("a", "x", day), row("b")).result().completeness == pytest.approx(4 / 10)


def test_consistency_counts_times_out_of_order_and_odd_spellings() -> None:
    rows = [row("a", "VPN"), row("b", "VPN"), row("c", "vpn"), row("d", "VPN", in_order=False)]

    assert check(*rows).result().consistency == pytest.approx(2 / 4)


def test_currency_is_the_share_of_the_last_twelve_months() -> None:
    days = [(2024, 1, 1), (2025, 6, 2), (2026, 1, 1), (2026, 6, 1)]
    rows = [row("a", opened_at=datetime(*day, tzinfo=UTC)) for day in days]

    assert check(*rows).result().currency == pytest.approx(3 / 4)
    assert check(row("a")).result().currency is None


def test_label_noise_is_one_text_under_two_categories() -> None:
    rows = [row("Printer 1 jammed!", "a"), row("printer 7 jammed", "b"), row("alone", "a")]

    assert check(*rows, row("same", "a"), row("same", "a")).result().label_noise == 0.5


def test_without_categories_nothing_is_said_of_them() -> None:
    assert check(row("same"), row("same")).result().label_noise is None
    assert check(row("same", "a"), row("other")).result().label_noise == 0


def test_duplicates_are_exact_or_nearly_so() -> None:
    long = "the printer on floor three is out of toner again and nobody has any left for it today"
    texts = [long, long.upper(), long.replace("three", "3"), long.replace("today", "now"), "", "hi"]

    result = check(*(row(text) for text in texts)).result()

    # Numbers do not count, so "floor 3" is one word shorter than "floor three".
    assert result.exact_duplicates == pytest.approx(1 / 5)
    assert result.near_duplicates == pytest.approx(1 / 5)


def test_nothing_is_of_no_quality() -> None:
    result = QualityCheck().result()

    assert (result.completeness, result.consistency, result.label_noise) == (0, 0, None)


@given(
    st.lists(
        st.builds(
            row,
            text=st.sampled_from(["", "a", "b"]),
            category=st.sampled_from(["", "X", "x", "y"]),
            in_order=st.booleans(),
        )
    )
)
def test_every_figure_is_a_share(rows: list[TicketRow]) -> None:
    result = check(*rows).result()

    assert 0 <= result.completeness <= 1
    assert 0 <= result.consistency <= 1
    labelled = any(row.category for row in rows)
    assert result.label_noise is None if not labelled else 0 <= (result.label_noise or 0) <= 1
