"""The share of questions that Lotsen helped with: silence counts by what the silent say."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kpis.helped import Help, help_of, helped_share, silent_share
from models.store.figures import CaseStep
from models.tables import EventKind
from tests.conftest import NOW

START, END = NOW - timedelta(days=7), NOW + timedelta(days=7)
KINDS = st.lists(st.sampled_from(list(Help)), min_size=1, max_size=60)


def steps(case: int, *kinds: EventKind, who: str = "") -> list[CaseStep]:
    return [
        CaseStep(case, kind, NOW + timedelta(minutes=at), who or f"p{case}", 7)
        for at, kind in enumerate((EventKind.ASKED, *kinds))
    ]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((EventKind.ANSWERED, EventKind.ANSWER_SOLVED), Help.HELPED),
        ((EventKind.ANSWERED, EventKind.ANSWER_NOT_SOLVED), Help.NOT_HELPED),
        ((EventKind.ANSWERED,), Help.SILENT),
        ((EventKind.OPENED,), Help.NOT_HELPED),
        ((EventKind.ANSWERED, EventKind.FOLLOWED_UP), Help.SILENT),
        ((EventKind.ANSWERED, EventKind.FOLLOWED_UP, EventKind.ANSWER_SOLVED), Help.SAID_YES),
        ((EventKind.ANSWERED, EventKind.FOLLOWED_UP, EventKind.ANSWER_NOT_SOLVED), Help.SAID_NO),
    ],
)
def test_what_became_of_a_question(kinds: tuple[EventKind, ...], expected: Help) -> None:
    assert [kind for _, kind in help_of(steps(1, *kinds), START, END).values()] == [expected]


def test_what_was_taken_back_and_a_mere_greeting_do_not_count() -> None:
    known = [*steps(1, EventKind.OPENED, EventKind.WITHDRAWN), *steps(2)]
    assert help_of(known, START, END) == {}


def test_a_question_of_another_period_does_not_count() -> None:
    assert help_of(steps(1, EventKind.OPENED), END, END + timedelta(days=1)) == {}


def test_silence_counts_by_what_the_silent_say() -> None:
    said = [Help.SAID_YES] * 6 + [Help.SAID_NO] * 4
    found = helped_share([*[Help.HELPED] * 20, *[Help.SILENT] * 60, *said, *[Help.NOT_HELPED] * 10])
    assert found.n == 100
    assert found.value == pytest.approx((20 + 60 * 0.6 + 6) / 100)


def test_while_nobody_was_asked_silence_is_no_help_and_the_interval_says_how_little_is_known() -> (
    None
):
    found = helped_share([*[Help.HELPED] * 30, *[Help.SILENT] * 70])
    assert found.value == pytest.approx(0.30)
    assert found.low is not None
    assert found.low < 0.30
    assert found.high == pytest.approx(1.0)


@given(KINDS)
def test_the_interval_holds_the_value_and_the_value_lies_between_none_and_all(
    kinds: list[Help],
) -> None:
    found = helped_share(kinds)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    sure = sum(kind in (Help.HELPED, Help.SAID_YES) for kind in kinds) / len(kinds)
    assert sure <= found.value + 1e-9


@given(KINDS)
def test_a_yes_never_makes_fewer_helped(kinds: list[Help]) -> None:
    before, after = silent_share(kinds), silent_share([*kinds, Help.SAID_YES])
    assert (after.value or 0) >= (before.value or 0)
